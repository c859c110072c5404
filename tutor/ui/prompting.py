"""What a Python prompt does with text: is it complete, which word is being typed, what was typed before. No widgets here."""

from __future__ import annotations

import codeop
import keyword
import re
import warnings
from collections.abc import Sequence

INDENT = "    "
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_TOKEN = re.compile(r"[^\W\d][\w.]*$")


def is_complete(text: str) -> bool:
    """Whether Enter at the end of the text runs it. A block is complete after an empty line; what can never be right is, too."""
    lines = text.split("\n")
    last = lines[-1]
    if len(lines) > 1 and last.strip() and last[:1] in (" ", "\t"):
        return False  # inside a block, which may go on
    if last.endswith("\\"):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a string: Python says so when it runs
            compiled = codeop.compile_command(text.rstrip() + "\n", "<typed>", "exec")
    except (SyntaxError, ValueError, OverflowError):
        return True
    return compiled is not None


def token(text: str) -> str:
    """The name or attribute that is being typed at the end of the text: "torch.ara"; empty where there is none."""
    found = _TOKEN.search(text)
    return found.group() if found else ""


def local_words(typed: str, code: str) -> list[str]:
    """How a plain name may go on, by what stands in the code that has not run yet, and Python's own words."""
    if not typed or "." in typed:
        return []
    names = {name for name in _WORD.findall(code) if name.startswith(typed) and name != typed}
    return sorted(names | {word for word in keyword.kwlist if word.startswith(typed) and word != typed})


def merged(words: Sequence[str], local: Sequence[str]) -> list[str]:
    """Both lists without doubles; what the engine says comes first, since it knows what may be called."""
    words = [word.rstrip(" :") for word in words]
    bare = {word.rstrip("()") for word in words}
    return list(dict.fromkeys([*words, *(word for word in local if word not in bare)]))


def shared(words: Sequence[str]) -> str:
    """What all of them begin with."""
    first, last = min(words, default=""), max(words, default="")
    return first[
        : next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    ]


def short(word: str) -> str:
    """A completion as it is listed: "arange(" of "torch.arange("."""
    head, _, tail = word.rpartition(".")
    return tail if head and tail else word


_TOLD = re.compile(r"line \d+, in .+:\n {4}(?P<source>.+)")
_UNREADABLE = re.compile(r"\s*File .+\n(?P<source>.+)\n(?P<marks>[ ^~]+)\n")


def quoted(code: str, line: int, detail: str) -> list[str]:
    """The line that an error is about, and below it what Python points at; empty where it is all of what was typed.

    `line`: of `code`, or 0 where the line is one of an earlier piece of code. `detail`: the whole error.
    """
    if unreadable := _UNREADABLE.match(detail):
        indent = len(unreadable["source"]) - len(unreadable["source"].lstrip())
        return [unreadable["source"].strip(), unreadable["marks"][indent:]]
    told = _TOLD.match(detail)
    return [told["source"]] if told and ("\n" in code or not line) else []


class History:
    """Walks through what was typed before. What was changed on the way is still there when one comes back."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._codes = list(codes)
        self._changed: dict[int, str] = {}
        """Texts that were typed over an old one, or at the end, and did not run."""
        self._place = len(self._codes)

    def add(self, code: str) -> None:
        """A piece of code is the newest from here on; the walk begins anew."""
        if code in self._codes:
            self._codes.remove(code)
        self._codes.append(code)
        self._changed = {}
        self._place = len(self._codes)

    def left_behind(self) -> list[str]:
        """Texts that were typed elsewhere on the walk and are kept nowhere else."""
        known = {*self._codes, ""}
        return [text for place, text in self._changed.items() if place != self._place and text.strip() not in known]

    def go(self, steps: int, present: str) -> str | None:
        """The text that many places later, negative: earlier; None where there is none. `present` is what stands here now."""
        place = self._place + steps
        if not 0 <= place <= len(self._codes):
            return None
        self._changed[self._place] = present
        self._place = place
        return self._changed.get(place, self._codes[place] if place < len(self._codes) else "")

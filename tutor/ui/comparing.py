"""Expected and got as facts that stand below each other, and where they first differ. No widgets here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TENSOR = re.compile(
    r"(?:(?P<values>.+?)\s{2,})?(?P<shape>\((?:\d+(?:, \d+)*,?)?\))\s{2,}(?P<dtype>[a-z]+\d*\w*)(?:\s{2,}(?P<device>\w+(?::\d+)?))?"
)
_NUMBER = re.compile(r"[^\s,()\[\]]+")
_WORD = re.compile(r"(?<![\w.])[a-z]{2,}(?![\w.(=:])")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_CLIP = 12
"""Characters before the first difference that stay where a text is clipped."""


@dataclass(frozen=True)
class Fact:
    """One thing that both have: what it is called, and where the two first differ."""

    name: str
    """ "shape", "dtype", "device", "values"; empty: the text as it is."""
    expected: str
    got: str
    place: int = -1
    """Index of the first character of `got` that is about something else; -1: they agree, or it cannot be said."""


def facts(expected: str, got: str) -> tuple[Fact, ...]:
    """Shape, dtype, device and values of two tensors; of anything else the texts as they are."""
    one, other = _TENSOR.fullmatch(expected.strip()), _TENSOR.fullmatch(got.strip())
    if one is None or other is None:
        return (Fact("", expected, got, first_difference(expected, got)),)
    found = []
    for name in ("shape", "dtype", "device", "values"):
        # what is on the CPU does not say so
        left, right = (match[name] or ("cpu" if name == "device" else "") for match in (one, other))
        if left or right:
            found.append(Fact(name, left, right, first_difference(left, right)))
    return tuple(found)


def first_difference(expected: str, got: str) -> int:
    """Where in `got` the first number or word begins that is another in `expected`; -1: nowhere, or nothing is shared."""
    if expected == got or not expected or not got or _is_prose(expected) or _is_prose(got):
        return -1
    ours, theirs = list(_NUMBER.finditer(got)), list(_NUMBER.finditer(expected))
    for mine, wanted in zip(ours, theirs, strict=False):
        if mine.group() != wanted.group():
            return mine.start()
    if len(ours) > len(theirs):
        return ours[len(theirs)].start()
    if len(ours) < len(theirs):
        return ours[-1].end() if ours else 0
    return next(
        (i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), min(len(expected), len(got))
    )


def _is_prose(text: str) -> bool:
    """Whether it is words about a value, and no value: where those differ says nothing."""
    return len(_WORD.findall(_QUOTED.sub("", text))) >= 3


def clip(texts: Sequence[str], place: int, width: int) -> tuple[tuple[str, ...], int]:
    """Texts cut alike to `width`, so that what stands at `place` can be seen; and where that is now."""
    longest = max(map(len, texts), default=0)
    if longest <= width:
        return tuple(texts), place
    start = max(min(place - _CLIP, longest - width), 0)
    cut = []
    for text in texts:
        piece = ("…" + text[start + 1 :]) if start else text
        cut.append(piece if len(piece) <= width else piece[: max(width - 1, 1)] + "…")
    return tuple(cut), place - start if place >= 0 else place

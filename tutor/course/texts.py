"""Comparing what a lesson states with what running it gives."""

from __future__ import annotations

import re


def holds(stated: str, printed: str) -> bool:
    """Whether that is what was printed: `...` stands for anything, whitespace at line ends and at the end aside."""
    pattern = ".*".join(re.escape(piece) for piece in _trimmed(stated).split("..."))
    return re.fullmatch(pattern, _trimmed(printed), re.DOTALL) is not None


def first_difference(stated: str, printed: str) -> str:
    """Where they part, as the end of a sentence."""
    wanted, came = _trimmed(stated).split("\n"), _trimmed(printed).split("\n")
    for number, line in enumerate(wanted, 1):
        if line.strip() == "...":  # may stand for several lines: from here on, line does not meet line
            return "look below its `...`"
        if number > len(came):
            return f"line {number}, {short(line)}, is not printed"
        if not holds(line, came[number - 1]):
            return f"line {number} says {short(line)}, but {short(came[number - 1])} is printed"
    return f"{short(came[len(wanted)])} is printed as well" if len(came) > len(wanted) else "look at its `...`"


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip()


def endings(detail: str) -> list[str]:
    """The detail of an error, whole and without its first lines: an output fence may quote the last lines alone."""
    lines = detail.rstrip().split("\n")
    return ["\n".join(lines[i:]) for i in range(len(lines))]


def plain(text: str) -> str:
    """Without what may differ between the quotation and the feedback: line breaks and the marks of code."""
    return " ".join(text.replace("`", "").split())


def short(text: str) -> str:
    """On one line, quoted, cut to 60 characters."""
    text = repr(text)
    return text if len(text) <= 60 else f"{text[:57]}..."

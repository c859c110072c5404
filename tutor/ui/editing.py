"""What an editor does to lines of Python, as functions of text. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence

INDENT = "    "
Place = tuple[int, int]
"""Row and column, from 0."""


def toggled(lines: Sequence[str]) -> list[str]:
    """The lines as comments, aligned; or no longer so, where all of them are. Empty lines stay as they are."""
    full = [line for line in lines if line.strip()]
    if full and all(line.lstrip().startswith("#") for line in full):
        return [_uncommented(line) for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in full), default=0)
    return [f"{line[:margin]}# {line[margin:]}" if line.strip() else line for line in lines]


def _uncommented(line: str) -> str:
    margin, _, rest = line.partition("#")
    return margin + rest.removeprefix(" ") if line.strip() else line


def indented(lines: Sequence[str]) -> list[str]:
    return [INDENT + line if line.strip() else line for line in lines]


def dedented(lines: Sequence[str]) -> list[str]:
    """Each line up to one level further to the left."""
    return [line[min(len(line) - len(line.lstrip(" ")), len(INDENT)) :] for line in lines]


def places(text: str, words: str) -> list[Place]:
    """Where `words` begin in the text, whatever their case."""
    if not words:
        return []
    found = []
    for row, line in enumerate(text.lower().split("\n")):
        column = line.find(words.lower())
        while column >= 0:
            found.append((row, column))
            column = line.find(words.lower(), column + 1)
    return found


def next_place(found: Sequence[Place], here: Place, step: int) -> int:
    """Index of the place after (1), before (-1) or at (0) `here`, around the end."""
    if step < 0:
        return max((i for i, place in enumerate(found) if place < here), default=len(found) - 1)
    return next((i for i, place in enumerate(found) if place > here or (place == here and not step)), 0)

"""Draws expected and got below each other, where differences show best, with the first one pointed at."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from tutor.ui.comparing import Fact, clip, facts

MARGIN = 12
"""Columns before the first value: "  expected  "."""
HERE = "└ here"


def comparison(
    expected: str, got: str, width: int, style: Callable[[str], Style], *, point: bool = True
) -> RenderableType:
    """`style` gives the style of "muted" and "bad"; `point`: whether the two are spelled alike, so that a difference is one."""
    expected, got = expected.rstrip(), got.rstrip()
    if not expected or not got:  # a prediction that was wrong does not give the answer away
        label = "  expected  " if expected else "  got       "
        return Text().append(label, style("muted")).append(expected or got)
    if "\n" in expected + got:
        return _texts(expected, got, style, point)
    found = facts(expected, got)
    if not point:
        found = tuple(Fact(fact.name, fact.expected, fact.got) for fact in found)
    return _rows(found, max(width - MARGIN, 20), style)


def _rows(found: tuple[Fact, ...], width: int, style: Callable[[str], Style]) -> Text:
    rows = [Text().append(words, style("muted")) for words in ("  expected  ", "  got       ")]
    pointer = -1
    room = width
    for number, fact in enumerate(found):
        (one, other), place = clip((fact.expected, fact.got), fact.place, room)
        column = max(len(one), len(other)) + (2 if number < len(found) - 1 else 0)
        differs = fact.place >= 0
        if differs and pointer < 0:
            pointer = MARGIN + width - room + place
        rows[0].append(one.ljust(column), "bold" if differs else "")
        rows[1].append(other.ljust(column), style("bad") if differs else "")
        room = max(room - column, 8)
    for row in rows:
        row.no_wrap = True
        row.rstrip()
    text = Text("\n").join(rows)
    if pointer >= 0:
        text.append("\n" + " " * min(pointer, MARGIN + width - len(HERE)) + HERE, style("muted"))
    return text


def _texts(expected: str, got: str, style: Callable[[str], Style], point: bool) -> Table:
    """Several lines: side by side, the first line that differs marked."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.expand = True
    grid.add_row(Text("  expected", style("muted")), Text("  got", style("muted")))
    ours, theirs = got.split("\n"), expected.split("\n")
    differing = next((i for i in range(max(len(ours), len(theirs))) if ours[i : i + 1] != theirs[i : i + 1]), -1)
    left, right = Text(), Text()
    for i in range(max(len(ours), len(theirs))):
        here = point and i == differing
        left.append(f"{'▸' if here else ' '} {theirs[i] if i < len(theirs) else ''}\n", "bold" if here else "")
        right.append(f"{'▸' if here else ' '} {ours[i] if i < len(ours) else ''}\n", style("bad") if here else "")
    left.rstrip()
    right.rstrip()
    grid.add_row(left, right)
    return grid

"""Tables of text."""

from __future__ import annotations

import re

from rich.cells import cell_len

from tutor.drawing.rows import Look, Part, Room, Rows, clean, clip, listed, row, stretch
from tutor.protocol import Table

_NUMBER = re.compile(r"[-+−]?[\d,_.]+(e[-+]?\d+)?\s*%?|nan|[-+]?inf|[-–]?", re.IGNORECASE)
_GAP = 2


def room(event: Table) -> Room:
    """The cells it can use."""
    natural = sum(_natural(event)) + _GAP * (len(event.columns) - 1)
    lines = len(event.rows) + 3
    return Room(min(natural, 28), min(lines, 6), max(natural, cell_len(event.title), 1), lines)


def _natural(event: Table) -> list[int]:
    """Each column's width, were there room."""
    widths = [cell_len(clean(name)) for name in event.columns]
    for line in event.rows:
        for index, cell in enumerate(line[: len(widths)]):
            widths[index] = max(widths[index], cell_len(clean(cell)))
    return widths


def draw_table(event: Table, width: int, height: int, look: Look) -> Rows:
    """Title, names of the columns, a line, the rows. Numbers stand right; what does not fit is cut, and says so."""
    widths = _squeeze(_natural(event), width)
    right = [
        all(_NUMBER.fullmatch(line[i].strip()) for line in event.rows if i < len(line)) for i in range(len(widths))
    ]
    rows: Rows = [row([(clip(clean(event.title), width - look.reserve), look.title)], width)]
    rows.append(row(_line(event.columns, widths, right, look), width))
    rule = ("─" * _GAP).join("─" * w for w in widths)
    rows.append(row([(rule, look.faint)], width))
    fits = max(0, height - len(rows))
    shown = event.rows if len(event.rows) <= fits else event.rows[: max(0, fits - 1)]
    rows += [row(_line(line, widths, right, look), width) for line in shown]
    if len(shown) < len(event.rows):
        rows.append(row([(clip(f"… {len(event.rows) - len(shown)} more rows", width), look.faint)], width))
    return stretch(rows, width, height)


def _squeeze(widths: list[int], width: int) -> list[int]:
    """The widths, the widest made narrower until all fit."""
    widths = list(widths)
    excess = sum(widths) + _GAP * (len(widths) - 1) - width
    while excess > 0 and max(widths) > 3:
        widest = max(widths)
        second = max([w for w in widths if w < widest], default=3)
        index = widths.index(widest)
        cut = min(excess, max(1, widest - max(second, 3)))
        widths[index] -= cut
        excess -= cut
    return widths


def _line(cells: tuple[str, ...], widths: list[int], right: list[bool], look: Look) -> list[Part]:
    parts: list[Part] = []
    for index, (cell, width) in enumerate(zip(cells, widths, strict=False)):
        text = clip(clean(cell), width)
        blank = " " * (width - cell_len(text))
        parts.append(((" " * _GAP if index else "") + (blank + text if right[index] else text + blank), look.text))
    return parts


def describe_table(event: Table) -> str:
    """The table as lines of text, one for each row."""
    names = [clean(name) for name in event.columns]
    lines = [", ".join(f"{n} {clean(cell)}" for n, cell in zip(names, line, strict=False)) for line in event.rows]
    head = f"{clean(event.title)}: {len(event.rows)} row{'' if len(event.rows) == 1 else 's'}"
    return f"{head}; {'; '.join(lines[:20])}." if lines else f"{head} of {listed(names)}."

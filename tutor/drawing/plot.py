"""One plot in a frame with ticks, by plotext.

plotext draws to a figure of the whole process and gives text with colour codes; here is the only place that knows it.
It draws the frame, which seldom changes. What stands inside comes as finished cells (see dots.py): plotext's own lines
cost 20 times as much, and need colour to be told apart.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from tutor.drawing.dots import Mark
from tutor.drawing.rows import DEFAULT, Rows, row, stretch

_CODE = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in cells from its beginning, and what stands there."""

    cell: int
    label: str


def field(width: int, height: int, y_ticks: Sequence[str]) -> tuple[int, int]:
    """Columns and rows that are left for marks inside the frame; may be too few (< 2) to draw."""
    return width - max(map(len, y_ticks), default=0) - 1, height - 2


def plot(
    width: int,
    height: int,
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    marks: Iterable[Mark],
    inks: Sequence[Style],
    axis: Style,
) -> Rows:
    """A plot of exactly `width` x `height` cells. The earlier of two x ticks that collide is kept; the later of two marks."""
    columns, lines = field(width, height, [tick.label for tick in y_ticks])
    if columns < 2 or lines < 2:
        return stretch([], width, height)
    frame = _frame(width, height, columns, lines, tuple(x_ticks), tuple(y_ticks))
    rows = [row([(line, axis)], width) for line in frame[:height]]
    return stretch(_fill(rows, width, columns, lines, marks, inks), width, height)


def _fill(rows: Rows, width: int, columns: int, lines: int, marks: Iterable[Mark], inks: Sequence[Style]) -> Rows:
    """The empty plot with marks in its cells."""
    cells: list[list[tuple[str, Style]]] = [[(" ", DEFAULT)] * columns for _ in range(lines)]
    for mark in marks:
        if 0 <= mark.row < lines and 0 <= mark.column < columns:
            cells[lines - 1 - mark.row][mark.column] = mark.sign, inks[mark.ink]
    filled = []
    for line, drawn in zip(rows, cells, strict=False):
        frame, _ = Segment.divide(line, [width - columns, width])
        parts = [
            ("".join(sign for sign, _ in same), style) for style, same in itertools.groupby(drawn, lambda cell: cell[1])
        ]
        filled.append([*frame, *row(parts, columns)])
    return filled + rows[len(filled) :]


@functools.lru_cache(maxsize=32)
def _frame(
    width: int, height: int, columns: int, lines: int, x_ticks: tuple[Tick, ...], y_ticks: tuple[Tick, ...]
) -> list[str]:
    """plotext's picture of the axes, which hold still from one frame to the next."""
    import plotext  # costs 30 ms, and most of what is shown on the way to the first chart needs none of it

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width, height)
    plotext.theme("clear")
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(0, columns - 1)
    plotext.ylim(0, lines - 1)
    plotext.xticks([tick.cell for tick in x_ticks], [tick.label for tick in x_ticks])
    plotext.yticks([tick.cell for tick in y_ticks], [tick.label for tick in y_ticks])
    plotext.scatter([-1], [-1], marker=" ")
    text: str = plotext.build()
    plotext.clear_figure()
    return _CODE.sub("", text).split("\n")

"""One plot in a frame with ticks, by plotext.

plotext draws to a figure of the whole process and gives text with colour codes; here is the only place that knows it.
Lines come in as finished cells (see dots.py): plotext's own cost 20 times as much, and need colour to be told apart.
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
    marks: Sequence[Mark],
    inks: Sequence[Style],
    axis: Style,
) -> Rows:
    """A plot of exactly `width` x `height` cells. The earlier of two x ticks that collide is kept."""
    columns, rows = field(width, height, [tick.label for tick in y_ticks])
    if columns < 2 or rows < 2:
        return stretch([], width, height)
    lines = _text(width, height, columns, rows, x_ticks, y_ticks, marks).split("\n")
    styles = {"": axis, **{str(index): style for index, style in enumerate(inks)}}
    return stretch([row(_parts(line, styles), width) for line in lines[:height]], width, height)


def fill(body: Rows, width: int, columns: int, lines: int, marks: Iterable[Mark], inks: Sequence[Style]) -> Rows:
    """The empty plot with marks in its cells: for planes that are filled, on which plotext would spend half a second."""
    cells: list[list[tuple[str, Style]]] = [[(" ", DEFAULT)] * columns for _ in range(lines)]
    for mark in marks:
        cells[lines - 1 - mark.row][mark.column] = mark.sign, inks[mark.ink]
    rows = []
    for line, drawn in zip(body, cells, strict=False):
        frame, _ = Segment.divide(line, [width - columns, width])
        parts = [
            ("".join(sign for sign, _ in same), style) for style, same in itertools.groupby(drawn, lambda cell: cell[1])
        ]
        rows.append([*frame, *row(parts, columns)])
    return rows + body[lines:]


def _text(
    width: int,
    height: int,
    columns: int,
    rows: int,
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    marks: Sequence[Mark],
) -> str:
    """plotext's picture. A mark's colour code is the index of its ink."""
    import plotext  # costs 30 ms, and most of what is shown on the way to the first chart needs none of it

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width, height)
    plotext.theme("clear")
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(0, columns - 1)
    plotext.ylim(0, rows - 1)
    plotext.xticks([tick.cell for tick in x_ticks], [tick.label for tick in x_ticks])
    plotext.yticks([tick.cell for tick in y_ticks], [tick.label for tick in y_ticks])
    plotext.scatter(
        [mark.column for mark in marks] or [-1],
        [mark.row for mark in marks] or [-1],
        marker=[mark.sign for mark in marks] or [" "],
        color=[mark.ink for mark in marks] or [0],
    )
    text: str = plotext.build()
    plotext.clear_figure()
    return text


def _parts(line: str, styles: dict[str, Style]) -> list[tuple[str, Style]]:
    pieces = _CODE.split(line)
    parts: list[tuple[str, Style]] = []
    ink = ""
    for index, piece in enumerate(pieces):
        if index % 2:
            ink = _ink(piece)
        elif piece:
            parts.append((piece, styles.get(ink, styles[""])))
    return parts


@functools.cache
def _ink(code: str) -> str:
    """The colour's number in a code such as 38;5;12; empty where it sets none."""
    numbers = code.split(";")
    return numbers[2] if numbers[:2] == ["38", "5"] else ""

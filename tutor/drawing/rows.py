"""Rows of styled text: what every drawing is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment, Segments
from rich.style import Style

from tutor.protocol import Value

Rows = list[list[Segment]]
"""Lines from the top; the segments of each add up to exactly the width that was asked for."""

Part = tuple[str, Style]
"""A piece of a line: text without control characters, and how it looks."""

DEFAULT = Style()
_BOLD, _DIM, _MARKED = Style(bold=True), Style(dim=True), Style(reverse=True, bold=True)
_GREEN, _RED = Style(color="green"), Style(color="red")


@dataclass(frozen=True)
class Look:
    """The styles of a drawing. The defaults suit any terminal; the screens pass their theme's."""

    title: Style = _BOLD
    text: Style = DEFAULT
    """Labels and values."""
    faint: Style = _DIM
    """Axes, brackets, remarks, curves of earlier runs."""
    series: tuple[Style, ...] = tuple(Style(color=name) for name in ("cyan", "magenta", "green", "yellow"))
    """Of curves, points and bars, in order of appearance; used round and round."""
    right: Style = _GREEN
    wrong: Style = _RED
    changed: Style = _MARKED
    """A tensor's cells that changed."""
    color: bool = True
    """Whether pictures may use colours; otherwise they are drawn in characters of rising ink."""
    dark: bool = True
    """Whether the background is dark: ink is then light. Counts where `color` is False."""
    reserve: int = 0
    """Cells at the right end of the title's line to leave free."""

    def ink(self, index: int) -> Style:
        """The style of the series at this index."""
        return self.series[index % len(self.series)]


@dataclass(frozen=True)
class Room:
    """How many cells a drawing needs at the least, and how many it can use at the most. Title included."""

    min_width: int
    min_height: int
    max_width: int
    max_height: int
    used: Callable[[int, int], int] | None = None
    """For drawings whose use of height follows from their room: the rows used of (width, height)."""

    def tallest(self, width: int, height: int) -> int:
        """How many rows it can use at this width, where it is given this many."""
        return self.used(width, height) if self.used else self.max_height


def clean(text: str) -> str:
    """The text on one line, with nothing in it that would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def clip(text: str, width: int) -> str:
    """The text, cut to `width` cells; the cut shows as an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def row(parts: Iterable[Part], width: int) -> list[Segment]:
    """One line of exactly `width` cells: cut, or filled with blanks."""
    segments: list[Segment] = []
    left = width
    for text, style in parts:
        length = cell_len(text)
        if length > left:
            text, length = set_cell_size(text, left), left
        if text:
            segments.append(Segment(text, style))
        left -= length
        if left <= 0:
            break
    if left > 0:
        segments.append(Segment(" " * left, DEFAULT))
    return segments


def overlay(line: list[Segment], start: int, segment: Segment, width: int) -> list[Segment]:
    """The line with a segment laid over it at cell `start`."""
    before, _, after = Segment.divide(line, [start, start + segment.cell_length, width])
    return [*before, segment, *after]


def stretch(rows: Rows, width: int, height: int) -> Rows:
    """The rows cut or filled with blank lines to `height`."""
    blank = [Segment(" " * width, DEFAULT)]
    return rows[:height] + [list(blank) for _ in range(height - len(rows))]


def centred(text: str, width: int, height: int, style: Style) -> Rows:
    """A remark in the middle of an empty field."""
    text = clip(text, width)
    rows = [row([], width) for _ in range(height)]
    if height > 0:
        rows[(height - 1) // 2] = row([(" " * ((width - cell_len(text)) // 2), DEFAULT), (text, style)], width)
    return rows


def plain(rows: Rows) -> list[str]:
    """The bare text of each row, without trailing blanks."""
    return ["".join(segment.text for segment in line).rstrip() for line in rows]


def printable(rows: Rows) -> Segments:
    """The rows as something that a rich console prints."""
    return Segments([segment for line in rows for segment in (*line, Segment.line())])


def number(value: float) -> str:
    """A value to three or four significant digits, of steady length while it changes little."""
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        return f"{value:.2e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    if size >= 1000:
        return f"{value:,.0f}"
    decimals = max(0, (3 if size < 1 else 2) - max(0, math.floor(math.log10(size))))
    if size < 0.1:
        decimals = 2 - math.floor(math.log10(size))
    return f"{value:.{decimals}f}"


def spell(value: Value) -> str:
    """A control's value."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def listed(items: Sequence[str], most: int = 8) -> str:
    """Items with commas between; of many, the first and how many more."""
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def joined(pieces: list[tuple[int, list[Segment]]], width: int) -> list[Segment]:
    """One line from pieces at their places, with blanks between."""
    line: list[Segment] = []
    x = 0
    for start, segments in sorted(pieces, key=lambda piece: piece[0]):
        if start > x:
            line.append(Segment(" " * (start - x), DEFAULT))
            x = start
        line += segments
        x += sum(segment.cell_length for segment in segments)
    if x < width:
        line.append(Segment(" " * (width - x), DEFAULT))
    return line if x <= width else row([(segment.text, segment.style or DEFAULT) for segment in line], width)


def changed_span(before: list[Segment], after: list[Segment]) -> tuple[int, int]:
    """The first cell that differs, and the one after the last."""
    old, new = _cells(before), _cells(after)
    start, end = 0, min(len(old), len(new))
    while start < end and old[start] == new[start]:
        start += 1
    while end > start and old[end - 1] == new[end - 1]:
        end -= 1
    return start, end


def _cells(line: list[Segment]) -> list[tuple[str, Style | None]]:
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in line:
        if cell_len(text) == len(text):
            cells += [(character, style) for character in text]
            continue
        for character in text:
            size = cell_len(character)
            cells += [(character, style)] * min(1, size) + [("", style)] * (size - 1)
    return cells

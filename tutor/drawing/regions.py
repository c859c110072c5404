"""What a classifier says of every place in the plane, with the points it is to tell apart."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tutor.drawing.axes import BIG, labels, ticks
from tutor.drawing.dots import POINTS, Mark
from tutor.drawing.plot import Tick, field, plot
from tutor.drawing.rows import Look, Part, Room, Rows, centred, clean, clip, listed, number, row, stretch
from tutor.protocol import Regions

ROOM = Room(30, 9, 120, 60)
GROUNDS = (" ", "░", "╱", "-", "▒", "╲", ":", "▓")
"""What fills the region of a class, in order; told apart without colour."""
NONE = "?"
"""Of a class number that there is no name for."""
DIM = Style(dim=True)


def draw_regions(event: Regions, width: int, height: int, look: Look) -> Rows:
    """Title and legend, then the plane: each cell is filled with the sign of the class that the model gives it."""
    rows: Rows = [_legend(event, width, look)]
    return stretch(rows + _body(event, width, max(0, height - 1), look), width, height)


def _body(event: Regions, width: int, height: int, look: Look) -> Rows:
    if not event.grid or not event.grid[0] or not (event.x_high > event.x_low and event.y_high > event.y_low):
        return centred("no regions", width, height, look.faint)
    y_places = ticks(event.y_low, event.y_high, max(1, min(6, (height - 2) // 3)))
    y_labels = labels(y_places)
    columns, lines = field(width, height, y_labels)
    if columns < 2 or lines < 2:
        return centred("too small to draw", width, height, look.faint)
    x_places = ticks(event.x_low, event.x_high, max(2, min(8, columns // 9)))
    x_ticks = [
        Tick(_cell(x, event.x_low, event.x_high, columns), text)
        for x, text in zip(x_places, labels(x_places), strict=False)
    ]
    y_ticks = [
        Tick(_cell(y, event.y_low, event.y_high, lines), text) for y, text in zip(y_places, y_labels, strict=False)
    ]
    inks = [*look.series, *(style + DIM for style in look.series), look.faint]
    marks = [*_grounds(event, columns, lines, len(look.series)), *_points(event, columns, lines, len(look.series))]
    return plot(width, height, x_ticks, y_ticks, marks, inks, look.faint)


def _cell(value: float, low: float, high: float, count: int) -> int:
    return round((value - low) / (high - low) * (count - 1))


def _grounds(event: Regions, columns: int, lines: int, inks: int) -> list[Mark]:
    marks = []
    for y in range(lines):
        line = event.grid[round(y / (lines - 1) * (len(event.grid) - 1))]
        for x in range(columns):
            number = line[round(x / (columns - 1) * (len(line) - 1))]
            known = 0 <= number < len(event.names)
            sign = GROUNDS[number % len(GROUNDS)] if known else NONE
            if sign != " ":
                marks.append(Mark(x, y, sign, inks + number % inks if known else 2 * inks))
    return marks


def _points(event: Regions, columns: int, lines: int, inks: int) -> list[Mark]:
    marks = {}
    for index, group in enumerate(event.points):
        for x, y in zip(group.x, group.y, strict=False):
            if event.x_low <= x <= event.x_high and event.y_low <= y <= event.y_high:
                place = _cell(x, event.x_low, event.x_high, columns), _cell(y, event.y_low, event.y_high, lines)
                marks[place] = Mark(*place, POINTS[index % len(POINTS)], index % inks)
    return list(marks.values())


def _legend(event: Regions, width: int, look: Look) -> list[Segment]:
    """Of each class: the sign of its points and of its region."""
    title: list[Part] = [(clip(clean(event.title), width), look.title)]
    for gap in ("   ", "  ", " "):
        parts = list(title)
        for index, name in enumerate(event.names):
            ground = GROUNDS[index % len(GROUNDS)].strip()
            parts += [(gap, look.text), (POINTS[index % len(POINTS)], look.ink(index))]
            parts.append((f" {clean(name)}", look.text))
            if ground:
                parts += [(" ", look.text), (ground * 2, look.ink(index) + DIM)]
        if sum(cell_len(text) for text, _ in parts) <= width - look.reserve:
            return row(parts, width)
    return row(title, width)


def describe_regions(event: Regions) -> str:
    """The share of the plane that each class has, and how many of its points lie in its own region."""
    places = [number for line in event.grid for number in line]
    told = []
    for index, (name, group) in enumerate(zip(event.names, event.points, strict=False)):
        share = f"{places.count(index) / len(places):.0%} of the plane" if places else "no region"
        right = sum(_said(event, x, y) == index for x, y in zip(group.x, group.y, strict=False))
        told.append(f"{clean(name)} {share}, {right} of its {len(group.x)} points in its region")
    wide = f"x {number(event.x_low)} to {number(event.x_high)}, y {number(event.y_low)} to {number(event.y_high)}"
    return f"{clean(event.title)}: {listed(told) or 'no classes'}; {wide}."


def _said(event: Regions, x: float, y: float) -> int:
    """The class of the place nearest to a point; -1: it lies outside."""
    if not (-BIG < x < BIG and -BIG < y < BIG and event.grid and event.grid[0]):
        return -1
    row = _cell(y, event.y_low, event.y_high, len(event.grid))
    column = _cell(x, event.x_low, event.x_high, len(event.grid[0]))
    inside = 0 <= row < len(event.grid) and 0 <= column < len(event.grid[row])
    return event.grid[row][column] if inside else -1

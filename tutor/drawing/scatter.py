"""Points and lines in a plane."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment

from tutor.drawing.axes import BIG, Limits, labels, ticks
from tutor.drawing.dots import POINTS, STYLES, Dots
from tutor.drawing.plot import Tick, field, plot
from tutor.drawing.rows import Look, Part, Room, Rows, centred, clean, clip, number, row, stretch
from tutor.protocol import Group, Scatter

ROOM = Room(30, 9, 160, 60)
MOST = 20_000
"""Points of a group that are drawn; of more, every second, third, and so on."""


FAR = 10.0
"""A line that goes beyond the points by so many times their extent is cut: it would flatten them."""
LEFT = 1.0
"""How much of it is shown then, in the points' extent, above and below them."""


class Plane:
    """The limits of a scatter's axes. Kept from one picture to the next, so that they hold still."""

    def __init__(self) -> None:
        self.x, self.y = Limits(), Limits()
        self.cut: tuple[str, ...] = ()
        """Lines that go far beyond the points, and are shown in part."""

    def fit(self, event: Scatter) -> bool:
        """Take in the event's points; False where none can be drawn."""
        points = [point for group in event.groups if group.style == "points" for point in _points(group)]
        lines = {group.name: _points(group) for group in event.groups if group.style == "line"}
        ends = _ends(points)
        before, self.cut = self.cut, tuple(name for name, line in lines.items() if ends and _far(line, *ends))
        found = points + [point for name, line in lines.items() if name not in self.cut for point in line]
        if not found:
            return False
        xs, ys = zip(*found, strict=False)
        low, high = min(ys), max(ys)
        if self.cut and ends:
            margin = LEFT * (ends[1] - ends[0])
            low, high = min(low, ends[0] - margin), max(high, ends[1] + margin)
        self.x.fit(min(xs), max(xs))
        self.y.fit(low, high, settle=bool(self.cut) and not before)
        return True


def _ends(points: list[tuple[float, float]]) -> tuple[float, float] | None:
    """The lowest and the highest y; None where the points have no extent."""
    low, high = min((y for _, y in points), default=0.0), max((y for _, y in points), default=0.0)
    return (low, high) if high > low else None


def _far(line: list[tuple[float, float]], low: float, high: float) -> bool:
    margin = FAR * (high - low)
    return any(not low - margin <= y <= high + margin for _, y in line)


def _points(group: Group) -> list[tuple[float, float]]:
    step = _step(group)
    pairs = zip(group.x[::step], group.y[::step], strict=False)
    return [(x, y) for x, y in pairs if -BIG < x < BIG and -BIG < y < BIG]


def _step(group: Group) -> int:
    return max(1, -(-len(group.x) // MOST))


def draw_scatter(event: Scatter, width: int, height: int, look: Look, plane: Plane | None = None) -> Rows:
    """Title and legend, remarks, and the points over the lines."""
    plane = plane or Plane()
    rows: Rows = [_legend(event, width, look)]
    there = plane.fit(event)
    if remarks := _remarks(event, plane):
        rows.append(row([(clip(remarks, width), look.faint)], width))
    height_left = max(0, height - len(rows))
    if not there:
        return stretch(rows + centred("no points", width, height_left, look.faint), width, height)
    return stretch(rows + _body(event, width, height_left, look, plane), width, height)


def _body(event: Scatter, width: int, height: int, look: Look, plane: Plane) -> Rows:
    y_places = ticks(plane.y.low, plane.y.high, max(1, min(6, (height - 2) // 3)))
    y_labels = labels(y_places)
    columns, lines = field(width, height, y_labels)
    if columns < 2 or lines < 2:
        return centred("too small to draw", width, height, look.faint)
    dots = Dots(columns, lines)
    _draw_groups(event, dots, plane, len(look.series))
    x_places = ticks(plane.x.low, plane.x.high, max(2, min(8, columns // 9)))
    x_ticks = [
        Tick(_dot(x, plane.x, dots.width) // 2, text) for x, text in zip(x_places, labels(x_places), strict=False)
    ]
    y_ticks = [Tick(_dot(y, plane.y, dots.height) // 4, text) for y, text in zip(y_places, y_labels, strict=False)]
    return plot(width, height, x_ticks, y_ticks, dots.marks(), look.series, look.faint)


def _dot(value: float, limits: Limits, length: int) -> int:
    share = (value - limits.low) / (limits.high - limits.low)
    return round(min(max(share, -FAR), FAR) * (length - 1))  # a line to what lies far outside can still be drawn


def _draw_groups(event: Scatter, dots: Dots, plane: Plane, inks: int) -> None:
    lines = points = 0
    for index, group in enumerate(event.groups):
        if group.style == "line":
            style, _ = STYLES[lines % len(STYLES)]
            lines += 1
            _draw_line(group, dots, plane, style, index % inks)
        else:
            sign = POINTS[points % len(POINTS)]
            points += 1
            for x, y in _points(group):
                dots.point(_dot(x, plane.x, dots.width), _dot(y, plane.y, dots.height), sign, index % inks)


def _draw_line(group: Group, dots: Dots, plane: Plane, style: tuple[int, ...], ink: int) -> None:
    phase, previous = 0, None
    step = _step(group)
    for x, y in zip(group.x[::step], group.y[::step], strict=False):
        if not (-BIG < x < BIG and -BIG < y < BIG):
            previous = None
            continue
        here = _dot(x, plane.x, dots.width), _dot(y, plane.y, dots.height)
        if previous is not None and previous != here:
            phase = dots.line(*previous, *here, style, ink, phase)
        previous = here


def _legend(event: Scatter, width: int, look: Look) -> list[Segment]:
    title: list[Part] = [(clip(clean(event.title), width), look.title)]
    names: list[list[Part]] = []
    lines = points = 0
    for index, group in enumerate(event.groups):
        if group.style == "line":
            sign, lines = STYLES[lines % len(STYLES)][1], lines + 1
        else:
            sign, points = POINTS[points % len(POINTS)], points + 1
        names.append([(sign, look.ink(index)), (f" {clean(group.name)}", look.text)])
    for gap, count in [("  ", len(names)), *((" ", count) for count in range(len(names), 0, -1))]:
        parts = title + [part for name in names[:count] for part in [(gap, look.text), *name]]
        if sum(cell_len(text) for text, _ in parts) <= width - look.reserve:
            return row(parts, width)
    return row(title, width)


def _remarks(event: Scatter, plane: Plane) -> str:
    remarks = [f"{clean(name)}: goes far off the axis" for name in plane.cut]
    for group in event.groups:
        if missing := sum(not (-BIG < x < BIG and -BIG < y < BIG) for x, y in zip(group.x, group.y, strict=False)):
            remarks.append(f"{clean(group.name)}: {missing} not finite")
        if (step := _step(group)) > 1:
            remarks.append(f"{clean(group.name)}: 1 in {step} of {len(group.x):,} drawn")
    return " · ".join(remarks)


def describe_scatter(event: Scatter) -> str:
    """The picture in a sentence."""
    told = []
    for group in event.groups:
        points = _points(group)
        text = f"{clean(group.name)}, {'a line through ' if group.style == 'line' else ''}{len(group.x)} points"
        if points:
            xs, ys = zip(*points, strict=False)
            text += f", x {number(min(xs))} to {number(max(xs))}, y {number(min(ys))} to {number(max(ys))}"
        told.append(text)
    plane = Plane()
    plane.fit(event)
    remarks = _remarks(event, plane)
    return f"{clean(event.title)}: {'; '.join(told) or 'no points'}.{f' {remarks}.' if remarks else ''}"

"""How often values occur, as bars side by side."""

from __future__ import annotations

import math

from rich.segment import Segment

from tutor.drawing.axes import labels, nice, ticks
from tutor.drawing.dots import Mark
from tutor.drawing.plot import Tick, field, plot
from tutor.drawing.rows import Look, Part, Room, Rows, centred, clean, clip, number, row, stretch
from tutor.protocol import Histogram

ROOM = Room(28, 8, 120, 24)
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def draw_histogram(event: Histogram, width: int, height: int, look: Look) -> Rows:
    """Title with mean and spread, then a bar a bin. The tallest bar's height is read on the left."""
    rows: Rows = [_head(event, width, look)]
    return stretch(rows + _body(event, width, max(0, height - 1), look), width, height)


def _head(event: Histogram, width: int, look: Look) -> list[Segment]:
    title: Part = (clip(clean(event.title), width), look.title)
    facts = [f"{sum(event.counts):,} values"]
    if math.isfinite(event.mean):
        facts += [f"mean {number(event.mean)}", f"std {number(event.std)}"]
    strange = f"  {event.left_out:,} not finite" if event.left_out else ""
    for count in range(len(facts), -1, -1):
        text = "  " + " · ".join(facts[len(facts) - count :]) if count else ""
        if len(title[0]) + len(text) + len(strange) <= width - look.reserve:
            return row([title, (text, look.faint), (strange, look.wrong)], width)
    return row([title, (strange, look.wrong)], width)


def _body(event: Histogram, width: int, height: int, look: Look) -> Rows:
    most = max(event.counts, default=0)
    if not most or not (event.high > event.low and math.isfinite(event.high - event.low)):
        return centred("no values", width, height, look.faint)
    top = max(1.0, nice(most))
    y_places = [place for place in ticks(0, top, max(1, min(4, (height - 2) // 3))) if place == int(place)]
    y_labels = labels(y_places)
    columns, lines = field(width, height, y_labels)
    if columns < 2 or lines < 2:
        return centred("too small to draw", width, height, look.faint)
    marks = []
    for column in range(columns):
        eighths = _height(event, column, columns) / top * lines * 8
        full, rest = divmod(max(round(eighths), 1 if eighths else 0), 8)
        marks += [Mark(column, line, "█", 0) for line in range(min(full, lines))]
        if rest and full < lines:
            marks.append(Mark(column, full, _EIGHTHS[rest], 0))
    x_places = ticks(event.low, event.high, max(2, min(8, columns // 9)))
    x_ticks = [
        Tick(min(columns - 1, int((x - event.low) / (event.high - event.low) * columns)), text)
        for x, text in zip(x_places, labels(x_places), strict=False)
    ]
    y_ticks = [
        Tick(min(lines - 1, int(place / top * lines)), text) for place, text in zip(y_places, y_labels, strict=False)
    ]
    return plot(width, height, x_ticks, y_ticks, marks, look.series, look.faint)


def _height(event: Histogram, column: int, columns: int) -> float:
    """Of the bar in a column: the mean of the bins that share it, or the one bin that it is part of."""
    bins = len(event.counts)
    first, last = column * bins // columns, max((column + 1) * bins // columns, column * bins // columns + 1)
    return sum(event.counts[first:last]) / (last - first)


def describe_histogram(event: Histogram) -> str:
    """The values in a sentence: how many, from where to where, where most lie."""
    total = sum(event.counts)
    strange = f"; {event.left_out:,} not finite" if event.left_out else ""
    if not total:
        return f"{clean(event.title)}: no values{strange}."
    width = (event.high - event.low) / len(event.counts)
    place = event.low + event.counts.index(max(event.counts)) * width
    return (
        f"{clean(event.title)}: {total:,} values from {number(event.low)} to {number(event.high)}, mean {number(event.mean)}, "
        f"std {number(event.std)}; most of them, {max(event.counts):,}, from {number(place)} to {number(place + width)}{strange}."
    )

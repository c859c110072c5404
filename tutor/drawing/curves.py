"""A chart of curves that grow while it is shown: loss over epochs, train and test, beside earlier runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.segment import Segment

from tutor.drawing import best, captions
from tutor.drawing.axes import Limits, labels, log_limits, log_ticks, nice, short, ticks
from tutor.drawing.dots import DOTTED, SPARSE, STYLES, Dots
from tutor.drawing.plot import Tick, plot
from tutor.drawing.plot import field as plot_field
from tutor.drawing.rows import Look, Room, Rows, centred, clean, clip, overlay, row, spell, stretch
from tutor.drawing.runaway import RATIO, Extent, extent, leaves
from tutor.drawing.series import Series
from tutor.drawing.trace import Scale, trace
from tutor.protocol import Adjusted, Axes, Points

ROOM = Room(30, 9, 400, 60)
MOST_KEPT = 3
"""Earlier runs shown beside the present one; the oldest gives way."""
UP, DOWN = "▲", "▼"
"""Where a curve leaves the axis."""


@dataclass
class Kept:
    """The curves of an earlier run."""

    label: str
    series: dict[str, Series]


@dataclass
class Curves:
    """What is known of one chart: cheap to add to, drawn in a time that does not depend on the number of points."""

    title: str
    x_label: str = ""
    x_low: float = 0.0
    x_high: float = 0.0
    """Where x is planned to end; equal to x_low where that is not known."""
    series: dict[str, Series] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    extent: Extent = field(default_factory=lambda: Extent(math.nan, math.nan))
    """What the limits were last made for."""
    turns: dict[float, dict[str, str]] = field(default_factory=dict)
    """Where a control was changed while the run went on: x -> the control's name -> its value from there on."""

    def feed(self, event: Axes | Points) -> None:
        """Take in what a run says of this chart."""
        if isinstance(event, Axes):
            if all(map(math.isfinite, (event.x_low, event.x_high))):
                self.x_low, self.x_high = event.x_low, max(event.x_low, event.x_high)
            self.x_label = clean(event.x_label)
            return
        series = self.series.get(event.series)
        if series is None:
            series = self.series[event.series] = Series(self.x_low, self.x_high)
        before = series.count
        series.add(event.x, event.y)
        if before < 32 <= series.count:
            self.fit(settle=True)  # once, early: the first value says little of where the axis will have to be

    def lay_under(self, label: str, earlier: Curves) -> None:
        """Put the curves of an earlier run of this chart into the background, under a name."""
        if any(series.count for series in earlier.series.values()):
            others = [run for run in self.kept if run.label != clean(label)]
            self.kept = [*others, Kept(clean(label), earlier.series)][-MOST_KEPT:]
        if not self.series:  # nothing of the present run yet: the axis is as it was then
            self.x_label, self.x_low, self.x_high = earlier.x_label, earlier.x_low, earlier.x_high
        self.limits = Limits()

    def turn(self, event: Adjusted) -> None:
        """Remember that a control has another value from here on."""
        if math.isfinite(event.x):
            self.turns.setdefault(event.x, {})[clean(event.name)] = clean(spell(event.value))

    def settle(self) -> None:
        """The run is over: let the y axis fit what came."""
        self.fit(settle=True)

    def shown(self) -> list[Series]:
        """Every curve with a point, earlier runs first."""
        runs = [run.series for run in self.kept] + [self.series]
        return [series for run in runs for series in run.values() if series.count]

    def fit(self, settle: bool = False) -> None:
        """Bring the y axis up to date; `settle`: it may also narrow."""
        if shown := self.shown():
            before, self.extent = self.extent, extent(shown)
            settle = settle or len(before.away) != len(self.extent.away)
            self.limits.fit(self.extent.low, self.extent.high, settle)


def draw_curves(chart: Curves, width: int, height: int, look: Look, log: bool = False, smooth: bool = False) -> Rows:
    """Title and legend, remarks on what cannot be drawn, and the curves.

    `log`: a logarithmic y axis. `smooth`: each point as the mean of those around it, the curve as it is faintly behind.
    """
    log = log and any(s.y_positive < math.inf for s in chart.shown())
    chart.fit()
    rows = [captions.legend(chart, width, look, log, smooth)]
    if remarks := captions.remarks(chart, log, width):
        rows.append(row([(clip(remarks, width), look.wrong)], width))
    body = _body(chart, width, height - len(rows), look, log, smooth)
    return stretch(rows + body, width, height)


def _body(chart: Curves, width: int, height: int, look: Look, log: bool, smooth: bool) -> Rows:
    x_low, x_high = _x_range(chart)
    y_low, y_high, y_places = _y_axis(chart, height, log)
    if log:
        y_labels = [
            short(10**place) if place == round(place) else short(float(f"{10**place:.1g}")) for place in y_places
        ]
    else:
        y_labels = labels(y_places)
    columns, lines = plot_field(width, height, y_labels)
    if columns < 2 or lines < 2:
        return centred("too small to draw", width, max(0, height), look.faint)
    dots = Dots(columns, lines)
    scale = Scale(x_low, x_high, y_low, y_high, log, dots)
    _trace_all(chart, scale, len(look.series), smooth)
    y_ticks = [Tick(scale.place_y(place) // 4, text) for place, text in zip(y_places, y_labels, strict=False)]
    body = plot(
        width, height, _x_ticks(chart, scale, columns), y_ticks, dots.marks(), [*look.series, look.faint], look.faint
    )
    _label_turns(body, chart, scale, width, look)
    if not chart.shown():
        lost = any(series.trouble for series in chart.series.values())
        text = clip("no finite value so far" if lost else "waiting for the first point", columns)
        middle = (lines - 1) // 2
        start = width - columns + (columns - cell_len(text)) // 2
        body[middle] = overlay(body[middle], start, Segment(text, look.faint), width)
    return body


def _trace_all(chart: Curves, scale: Scale, inks: int, smooth: bool) -> None:
    """Earlier runs behind the present one, its first curve in front. Ink `inks` is the faint one."""
    dots = scale.dots
    for x in chart.turns:
        dots.stroke(scale.x(x), 0, dots.height - 1, DOTTED, inks)
    for letter, run in zip(captions.letters(chart), chart.kept, strict=True):
        for series in run.series.values():
            trace(series, scale, SPARSE, inks, smooth)
            _mark_exit(chart, series, scale, inks)
            if letter and series.count:
                dots.point(*_last_dot(series, scale), letter, inks)
    curves = list(enumerate(chart.series.values()))
    if smooth:
        for _, series in curves:
            trace(series, scale, DOTTED, inks)
    for index, series in reversed(curves):
        trace(series, scale, STYLES[index % len(STYLES)][0], index % inks, smooth)
        _mark_exit(chart, series, scale, index % inks)
    found = best.best_of(chart)
    if found and not (scale.log and found.y <= 0):
        dots.point(scale.x(found.x), scale.y(found.y), best.SIGN, found.index % inks)


def _mark_exit(chart: Curves, series: Series, scale: Scale, ink: int) -> None:
    """A sign at the edge where a curve that runs away leaves the axis."""
    if series in chart.extent.away:
        low, high = (10**scale.y_low, 10**scale.y_high) if scale.log else (scale.y_low, scale.y_high)
        if found := leaves(series, -math.inf if scale.log else low, high):
            dots = scale.dots
            dots.point(scale.x(found.x), dots.height - 1 if found.upwards else 0, UP if found.upwards else DOWN, ink)


def _last_dot(series: Series, scale: Scale) -> tuple[int, int]:
    y = series.last if series.last > 0 or not scale.log else series.y_positive
    return scale.x(series.last_x), min(max(scale.y(y), 0), scale.dots.height - 1) if y < math.inf else 0


def _label_turns(body: Rows, chart: Curves, scale: Scale, width: int, look: Look) -> None:
    """The new value of a control beside the line where it was set; of labels that collide, the later ones."""
    left = width - scale.dots.columns
    free = scale.dots.columns
    for x, changes in sorted(chart.turns.items(), reverse=True):
        text = ", ".join(f"{name} {value}" for name, value in changes.items())
        column = scale.x(x) // 2 + 1
        if column + cell_len(text) > free:
            column -= cell_len(text) + 1
        if 0 <= column <= free - cell_len(text):
            body[0] = overlay(body[0], left + column, Segment(text, look.faint), width)
        free = min(free, column, scale.x(x) // 2) - 1


def _x_range(chart: Curves) -> tuple[float, float]:
    """The planned range, or one that grows in steps; always with some length."""
    low, high = chart.x_low, chart.x_high
    shown = chart.shown()
    low = min(
        [low if high > low or not shown else math.inf, *(s.x_low for s in shown), *(x for x in chart.turns if shown)]
    )
    data = max([s.x_high for s in shown] + [x for x in chart.turns if shown], default=low)
    if data > high or high <= low:
        high = low + nice(max(data - low, 10.0 if data - low >= 1 or data == low else data - low))
    return low, high


def _y_axis(chart: Curves, height: int, log: bool) -> tuple[float, float, list[float]]:
    """Lower and upper limit, and where the ticks are."""
    low, high = chart.limits.low, chart.limits.high
    if low != low:
        low, high = 0.0, 1.0
    most = max(1, min(6, (height - 2) // 3))
    if not log:
        return low, high, ticks(low, high, most)
    shown = chart.shown()
    highest = max(s.y_high for s in shown if s.y_high > 0)
    low, high = log_limits(min(s.y_positive for s in shown), min(highest, RATIO * chart.extent.calm))
    return low, high, log_ticks(low, high, most + 1)


def _x_ticks(chart: Curves, scale: Scale, columns: int) -> list[Tick]:
    """The end of the axis with its name, and round numbers as far as there is room."""
    places = ticks(scale.x_low, scale.x_high, max(2, min(8, columns // 9)))
    texts = dict(zip(places, labels(places), strict=False))
    end = texts.get(places[-1]) if places and abs(places[-1] - scale.x_high) < 1e-9 * abs(scale.x_high) else None
    end = end or short(scale.x_high)
    last = Tick(columns - 1, clip(f"{chart.x_label} {end}".strip(), columns))
    room = columns - len(last.label) - 2
    found = [Tick(scale.x(place) // 2, text) for place, text in texts.items()]
    return [last, *(tick for tick in found if tick.cell + (len(tick.label) + 1) // 2 <= room)]

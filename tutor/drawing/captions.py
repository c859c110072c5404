"""What stands in words about a chart of curves: its legend, remarks on what cannot be drawn, and the whole of it in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment

from tutor.drawing import best
from tutor.drawing.axes import short
from tutor.drawing.dots import STYLES
from tutor.drawing.rows import Look, Part, clean, clip, number, row
from tutor.drawing.runaway import leaves

if TYPE_CHECKING:
    from tutor.drawing.curves import Curves
    from tutor.drawing.series import Series, Trouble


def letters(chart: Curves) -> list[str]:
    """What tells earlier runs apart, where there are several: a letter at the end of each curve."""
    return ["a", "b", "c", "d"][: len(chart.kept)] if len(chart.kept) > 1 else [""] * len(chart.kept)


_FORMS = (
    # values, best, the way it is drawn, gap: what gives way first where there is little room
    (True, True, True, "  "), (False, True, True, "  "), (False, False, True, "  "), (False, False, True, " "),
    (False, False, False, " "),
)  # fmt: skip


def legend(chart: Curves, width: int, look: Look, log: bool, smooth: bool) -> list[Segment]:
    """The title and the names of the curves, with their newest values and the best one where there is room for them."""
    ways = ", ".join([word for word, on in (("log", log), ("smooth", smooth)) if on])
    found = best.best_of(chart)
    parts: list[Part] = []
    for values, top, told, gap in _FORMS:
        title = clean(chart.title) + (f" ({ways})" if ways and told else "")
        parts = [(clip(title, width), look.title)]
        for index, (name, series) in enumerate(chart.series.items()):
            style = look.ink(index)
            parts += [(gap + " " if index == 0 else gap, look.text), (STYLES[index % len(STYLES)][1], style)]
            parts.append((f" {clean(name)}", look.text))
            if values and series.count:
                parts.append((f" {number(series.last)}", style))
        if found and top:
            parts.append((f"{gap}{best.SIGN} {_at(chart, found)}", look.ink(found.index)))
        signs = [f"·{letter}" if letter else "··" for letter in letters(chart)]
        earlier = list(zip(signs, chart.kept, strict=True))
        parts += [(f"{gap}{sign} {run.label}", look.faint) for sign, run in reversed(earlier)]
        if sum(cell_len(text) for text, _ in parts) <= width - look.reserve:
            break
    room = max(width - look.reserve, 0)
    return [*row(_cut(parts, room), room), *row([], width - room)]


def _cut(parts: list[Part], width: int) -> Iterator[Part]:
    """The parts, with an ellipsis in the one that does not fit."""
    for text, style in parts:
        yield (clip(text, width), style)
        width -= cell_len(text)
        if width <= 0:
            break


def _at(chart: Curves, found: best.Best) -> str:
    """A point in words: "0.067 at epoch 62"."""
    return f"{number(found.y)} at {_place(chart.x_label, found.x)}"


def remarks(chart: Curves, log: bool, width: int = 1000) -> str:
    """What the picture cannot show, in at most `width` cells where that can be: of each curve, or in brief of all together."""
    said: dict[str, list[str]] = {}
    for name, series in chart.series.items():
        if remark := ", ".join(_remarks_on(chart, [series], log)):
            said.setdefault(remark, []).append(clean(name))
    text = " · ".join(f"{', '.join(names)}: {remark}" for remark, names in said.items())
    return (
        text if cell_len(text) <= width else ", ".join(_remarks_on(chart, list(chart.series.values()), log, brief=True))
    )


def _remarks_on(chart: Curves, curves: list[Series], log: bool, brief: bool = False) -> Iterator[str]:
    """Of some curves: that they leave the axis, are no longer finite, have no place on a logarithmic axis."""
    away = [curve for curve in curves if curve in chart.extent.away]
    exits = [found for curve in away if (found := leaves(curve, chart.limits.low, chart.limits.high))]
    if exits:
        first = min(exits, key=lambda each: each.x)
        size = "" if brief else f", up to {short(max((s.y_high, s.y_low)[not first.upwards] for s in away))}"
        what = "diverges from" if first.lasting else "off the axis at"
        yield f"{what} {_place(chart.x_label, first.x)}{size}"
    troubles = [curve.trouble for curve in curves if curve.trouble]
    if troubles:
        first_trouble = min(troubles, key=lambda each: (not each.lasting, each.since))
        yield _trouble(first_trouble, "" if brief and exits else chart.x_label)
    if log and (hidden := sum(curve.hidden for curve in curves)):
        yield f"{hidden} ≤ 0 left out" + ("" if brief else " of the log axis")


def _trouble(trouble: Trouble, x_label: str) -> str:
    place = _place(x_label, trouble.since) if trouble.since == trouble.since else "the start"
    if trouble.lasting:
        return f"{trouble.name} from {place}"
    return f"{trouble.count} × {trouble.name}, last at {place}"


def _place(x_label: str, x: float) -> str:
    """A place on the x axis: "epoch 3"."""
    return f"{x_label} {short(x)}".strip()


def describe_curves(chart: Curves) -> str:
    """The chart in a sentence."""
    chart.fit()
    if not chart.shown() and not any(series.trouble for series in chart.series.values()):
        return f"{clean(chart.title)}: waiting for the first point."
    told = []
    for name, s in chart.series.items():
        points = f"{s.count} point{'' if s.count == 1 else 's'}"
        if s.count:
            points += (
                f", from {number(s.start)} to {number(s.last)}, lowest {number(s.y_low)}, highest {number(s.y_high)}"
            )
        told.append(f"{clean(name)} {points}")
    found = best.best_of(chart)
    told += [f"{clean(found.name)} at its best {_at(chart, found)}"] if found else []
    told += [
        f"{name} {value} from {short(x)} on" for x, turn in sorted(chart.turns.items()) for name, value in turn.items()
    ]
    earlier = f"; earlier: {', '.join(run.label for run in chart.kept)}" if chart.kept else ""
    strange = remarks(chart, False)
    over = f" over {chart.x_label}" if chart.x_label else ""
    return f"{clean(chart.title)}{over}: {'; '.join(told)}{earlier}.{f' {strange}.' if strange else ''}"

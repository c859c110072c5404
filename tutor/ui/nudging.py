"""How a control's value moves by one key, and how it is spelled."""

from __future__ import annotations

import math

from tutor.course.model import Control, Value
from tutor.drawing.rows import spell

__all__ = ["nudge", "spell"]


def nudge(control: Control, value: Value, direction: int) -> Value:
    """The value one notch up (1) or down (-1): 1-2-5 notches where the control is logarithmic, even ones otherwise."""
    if control.kind == "bool":
        return not value
    if control.kind == "choice":
        place = control.choices.index(str(value)) if value in control.choices else 0
        return control.choices[(place + direction) % len(control.choices)]
    low, high = control.low or 0.0, control.high if control.high is not None else math.inf
    number = _log_notch(float(value), direction) if control.log else _even_notch(float(value), direction, low, high)
    number = min(max(number, low), high)
    if control.kind == "int":
        whole = round(number)
        return whole if whole != value or number == value else int(min(max(int(value) + direction, low), high))
    return float(f"{number:.6g}")


def _log_notch(value: float, direction: int) -> float:
    if value <= 0:
        return value
    notches = [
        mantissa * 10.0**power
        for power in range(math.floor(math.log10(value)) - 1, math.floor(math.log10(value)) + 2)
        for mantissa in (1, 2, 5)
    ]
    if direction > 0:
        return min(notch for notch in notches if notch > value * 1.000001)
    return max(notch for notch in notches if notch < value * 0.999999)


def _even_notch(value: float, direction: int, low: float, high: float) -> float:
    size = _round_number((high - low) / 20) if math.isfinite(high) else 1.0
    place = value / size
    return size * (math.floor(place + 1e-9) + 1 if direction > 0 else math.ceil(place - 1e-9) - 1)


def _round_number(size: float) -> float:
    """The nearest of ..., 0.1, 0.2, 0.5, 1, 2, 5, ... to `size`."""
    power = 10.0 ** math.floor(math.log10(size)) if size > 0 else 1.0
    return min((power * mantissa for mantissa in (1, 2, 5, 10)), key=lambda notch: abs(notch - size))

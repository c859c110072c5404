"""Where an axis begins and ends, and what stands at its ticks. Limits move in steps: a live chart holds still."""

from __future__ import annotations

import itertools
import math

BIG = 1e300
"""Values beyond it count as infinite: the distance of two of them could not be computed."""

_EXPONENTS = {factor: math.log10(factor) for factor in (1, 2, 5)}


def nice(span: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `span` (> 0)."""
    power = 10.0 ** math.floor(math.log10(span))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= span * (1 - 1e-9):
            return factor * power
    return 10 * power


def rounded(low: float, high: float) -> tuple[float, float]:
    """Limits at round numbers around low..high. They include 0 where it is near, so that heights compare."""
    if low == high:
        low, high = min(0.0, low), max(0.0, high)
        if low == high:
            return 0.0, 1.0
    elif 0 < low <= 0.6 * high:
        low = 0.0
    elif 0 > high >= 0.6 * low:
        high = 0.0
    step = nice((high - low) / 5)
    return step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)


class Limits:
    """An axis's limits over time: they widen at once where the data needs it, and narrow only when told to settle."""

    def __init__(self) -> None:
        self.low = self.high = math.nan

    def fit(self, low: float, high: float, settle: bool = False) -> None:
        """Take in data from `low` to `high` (finite). `settle`: also narrow, where the data fills less than half."""
        if self.low <= low and high <= self.high and not (settle and high - low < (self.high - self.low) / 2):
            return
        if not settle and self.low == self.low:
            low, high = min(low, self.low), max(high, self.high)
        self.low, self.high = rounded(low, high)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from low to high, at most about `most` of them."""
    if not high > low or most < 1:
        return [low]
    for part in (1, 0.6, 0.3):  # a single number says where, but not how far
        step = nice(part * (high - low) / most)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last > first or most < 2:
            break
    return [step * i for i in range(first, last + 1)]


def log_limits(low: float, high: float) -> tuple[float, float]:
    """Limits for values from low to high (> 0), as exponents of ten: at 1, 2 or 5 times a power."""
    marks = sorted(e + _EXPONENTS[f] for e in _decades(low, high) for f in _EXPONENTS)
    below = [mark for mark in marks if mark <= math.log10(low) + 1e-9]
    above = [mark for mark in marks if mark >= math.log10(high) - 1e-9]
    return (below[-1], above[0]) if above[0] > below[-1] else (below[-1], below[-1] + 1)


def _decades(low: float, high: float) -> range:
    return range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten as exponents, from low to high (exponents too); where there are few also 2 and 5 times them."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if (last - first <= 1 and most >= 3) or last <= first:
        marks = sorted(e + mark for e in range(first - 1, last + 1) for mark in _EXPONENTS.values())
        return [mark for mark in marks if low - 1e-9 <= mark <= high + 1e-9]
    step = max(1, math.ceil((last - first) / max(1, most - 1)))
    return [float(e) for e in range(first, last + 1, step)]


def labels(values: list[float]) -> list[str]:
    """The values as texts, all to the same number of decimals."""
    size = max((abs(v) for v in values), default=0.0)
    steps = [abs(b - a) for a, b in itertools.pairwise(values)]
    step = min((s for s in steps if s > 0), default=size) or 1.0
    if size >= 1e9 or 0 < size < 1e-3:
        return [short(v) for v in values]
    for unit, suffix in ((1e6, "M"), (1e3, "k")):
        if size >= 10 * unit or (size >= unit and unit == 1e6):
            decimals = _decimals(step / unit)
            return [f"{v / unit:.{decimals}f}{suffix}" if v else "0" for v in values]
    decimals = _decimals(step)
    return [f"{v:.{decimals}f}" for v in values]


def _decimals(step: float) -> int:
    """Decimals that tell multiples of `step` apart; 2.5 needs one more than 2."""
    for decimals in range(12):
        if abs(step * 10**decimals - round(step * 10**decimals)) < 1e-6 and round(step * 10**decimals):
            return decimals
    return 3


def short(value: float) -> str:
    """A value in few characters: 0.001, 250, 1e-5, 3e12."""
    if not value:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.6g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"

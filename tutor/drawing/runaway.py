"""Curves that run away: a training that diverges is drawn as it leaves the axis, and flattens nothing beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.drawing.series import Series

RATIO = 1000.0
"""Of two values so far apart, the smaller is no longer told from 0 on any axis that holds both."""
LARGE = 100.0
"""What stays below it does not run away: an accuracy may well rise from next to nothing."""
ALONE, BESIDE = 5.0, 1.5
"""How far the axis reaches, in what the curve began with, or in the largest of the curves that do not run away."""
LEAST = 4
"""Points of which it can be told what is usual."""


@dataclass(frozen=True)
class Extent:
    """What of some curves is worth an axis."""

    low: float
    high: float
    away: tuple[Series, ...] = ()
    """Curves that go beyond it."""
    calm: float = math.inf
    """The largest size of the others; infinite where there is none."""


def extent(curves: Sequence[Series]) -> Extent:
    """From the lowest to the highest value, but of curves that run away only the part that can be told from 0 (each with a point)."""
    away = [curve for curve in curves if _explodes(curve)]
    calm = sorted((curve for curve in curves if curve not in away), key=_size)
    for place in range(1, len(calm)):
        usual = _size(calm[place - 1])
        if _size(calm[place]) > max(LARGE, RATIO * usual) and usual > 0 and abs(calm[place].start) <= RATIO * usual:
            away, calm = [*away, *calm[place:]], calm[:place]
            break
    if not away:
        return Extent(min(s.y_low for s in curves), max(s.y_high for s in curves))
    size = _size(calm[-1]) if calm else math.inf
    reach = BESIDE * size if calm else ALONE * max(abs(curve.start) or _quartile(curve) for curve in away)
    low = min([max(curve.y_low, -reach) for curve in away] + [curve.y_low for curve in calm])
    high = max([min(curve.y_high, reach) for curve in away] + [curve.y_high for curve in calm])
    return Extent(low, high, tuple(away), size)


@dataclass(frozen=True)
class Exit:
    """Where a curve leaves an axis."""

    x: float
    upwards: bool
    lasting: bool
    """Its last value is outside, too."""


def leaves(curve: Series, low: float, high: float) -> Exit | None:
    """Where the curve first has a value outside; None: nowhere."""
    for _, piece in curve.pieces():
        if piece and (piece.high > high or piece.low < low):
            return Exit(piece.x, piece.high > high, not low <= curve.last <= high)
    return None


def _explodes(curve: Series) -> bool:
    """Whether its largest value is out of all proportion both to its first one and to half of the others."""
    size = _size(curve)
    if curve.count < LEAST or size <= LARGE or size <= RATIO * abs(curve.start):
        return False
    sizes = sorted(abs(piece.last) for _, piece in curve.pieces() if piece)
    usual = max(sizes[(len(sizes) - 1) // 2], abs(curve.start))
    return 0 < usual < size / RATIO


def _size(curve: Series) -> float:
    return max(abs(curve.y_low), abs(curve.y_high))


def _quartile(curve: Series) -> float:
    """What a quarter of the values that are not 0 stay below, in size."""
    sizes = sorted(abs(piece.last) for _, piece in curve.pieces() if piece and piece.last)
    return sizes[len(sizes) // 4]

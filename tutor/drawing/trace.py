"""From a curve's points to dots."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutor.drawing.dots import Dots
from tutor.drawing.series import Bin, Series
from tutor.drawing.smooth import smoothed

FAR = 4
"""Heights of the plot beyond which all values are alike."""


@dataclass(frozen=True)
class Scale:
    """From values to dots."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    """Exponents of ten where `log`."""
    log: bool
    dots: Dots

    def x(self, value: float) -> int:
        return round((value - self.x_low) / (self.x_high - self.x_low) * (self.dots.width - 1))

    def y(self, value: float) -> int:
        return self.place_y(math.log10(value) if self.log else value)

    def place_y(self, value: float) -> int:
        """Of a value, or of an exponent where `log`. What lies far outside comes nearer: a line to it can still be drawn."""
        share = (value - self.y_low) / (self.y_high - self.y_low)
        return round(min(max(share, -FAR), FAR) * (self.dots.height - 1))


def trace(series: Series, scale: Scale, style: tuple[int, ...], ink: int, smooth: bool = False) -> None:
    """One curve. Points that share a column of dots become an upright stroke from the lowest to the highest."""
    runs: list[list[_Column]] = [[]]
    for _, piece in smoothed(series.pieces()) if smooth else series.pieces():
        if piece is not None and scale.log:
            piece = _positive(piece)
        if piece is None:
            runs.append([])
            continue
        x = scale.x(piece.x)
        run = runs[-1]
        if run and run[-1].x == x:
            column = run[-1]
            column.low, column.high, column.last = min(column.low, piece.low), max(column.high, piece.high), piece.last
        else:
            run.append(_Column(x, piece.first, piece.low, piece.high, piece.last))
    for run in runs:
        _join(run, scale, style, ink)


def _positive(piece: Bin) -> Bin | None:
    """What of the piece a logarithmic axis has a place for."""
    if piece.low > 0:
        return piece
    if piece.high <= 0:
        return None
    some = piece.last if piece.last > 0 else piece.high
    return Bin(piece.x, piece.first if piece.first > 0 else some, some, piece.high, some, some, 1)


@dataclass(slots=True)
class _Column:
    """What of a curve falls into one column of dots."""

    x: int
    first: float
    low: float
    high: float
    last: float


def _join(run: list[_Column], scale: Scale, style: tuple[int, ...], ink: int) -> None:
    """A stroke for each column, and lines across where strokes do not touch."""
    dots, phase = scale.dots, 0
    x = y = below = above = -2
    for column in run:
        first, low, high = scale.y(column.first), scale.y(column.low), scale.y(column.high)
        if x >= 0 and (column.x > x + 1 or low > above or high < below or low == high):
            phase = dots.line(x, y, column.x, first, style, ink, phase)
        if high > low:
            dots.stroke(column.x, low, high, style, ink)
        elif len(run) == 1:
            dots.point(column.x, low, "•", ink)
        x, y, below, above = column.x, scale.y(column.last), low, high

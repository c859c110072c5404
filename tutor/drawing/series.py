"""One curve, kept in a fixed amount of memory however long it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.drawing.axes import BIG

BINS = 1024
"""Pieces of the x range; several to a dot on all but the widest terminals."""


@dataclass(slots=True)
class Bin:
    """What is known of the points in one piece of the x range."""

    x: float
    """Of the first point."""
    first: float
    low: float
    high: float
    last: float
    total: float
    count: int

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass
class Trouble:
    """Points that cannot be drawn."""

    name: str
    """nan, inf or -inf, of the newest of them; where x was at fault, after "x = "."""
    since: float
    """x of the first of those that no finite point followed, or of the newest; nan: before the first x."""
    count: int
    lasting: bool
    """No finite point followed."""


class Series:
    """A curve's points, summarised by x: each piece keeps its first, lowest, highest and last value.

    The range doubles when a point falls outside, pieces are then merged in pairs. x need not come in order.
    """

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.width = (high - low) / BINS if high > low else 0.0
        """Of one piece; 0: the range is not known yet."""
        self.bins: dict[int, Bin] = {}
        self.gaps: set[int] = set()
        """Pieces where a point is missing because it is not finite."""
        self.count = 0
        self.x_low = self.y_low = math.inf
        self.x_high = self.y_high = -math.inf
        self.y_positive = math.inf
        """The lowest value above 0: where a logarithmic axis begins."""
        self.start = self.last = math.nan
        self.last_x = math.nan
        self.lowest_x = self.highest_x = math.nan
        """Where the lowest and the highest value were first reached."""
        self.trouble: Trouble | None = None
        self.hidden = 0
        """Points at or below 0: a logarithmic axis has no place for them."""

    def add(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """More points. One whose x is not finite is counted as trouble."""
        bins = self.bins
        for x, y in zip(xs, ys, strict=False):
            if not -BIG < x < BIG:
                self._stumble(self.last_x, x, "x = ")
                continue
            index = self._place(x)
            if not -BIG < y < BIG:
                self.gaps.add(index)
                self._stumble(x, y)
                continue
            piece = bins.get(index)
            if piece is None:
                bins[index] = Bin(x, y, y, y, y, y, 1)
            else:
                piece.last = y
                piece.total += y
                piece.count += 1
                if y < piece.low:
                    piece.low = y
                elif y > piece.high:
                    piece.high = y
            self._note(x, y)

    def _note(self, x: float, y: float) -> None:
        if not self.count:
            self.start = y
        self.count += 1
        self.last, self.last_x = y, x
        if x < self.x_low:
            self.x_low = x
        if x > self.x_high:
            self.x_high = x
        if y < self.y_low:
            self.y_low, self.lowest_x = y, x
        if y > self.y_high:
            self.y_high, self.highest_x = y, x
        if y <= 0:
            self.hidden += 1
        elif y < self.y_positive:
            self.y_positive = y
        if self.trouble:
            self.trouble.lasting = False

    def _stumble(self, x: float, value: float, what: str = "") -> None:
        name = what + ("nan" if value != value else "inf" if value > 0 else "-inf")
        old = self.trouble
        if old is None:
            self.trouble = Trouble(name, x, 1, True)
            return
        if not old.lasting or old.since != old.since:
            old.since = x
        old.name, old.lasting = name, True
        old.count += 1

    def _place(self, x: float) -> int:
        """The piece that x falls into, after the range has grown to hold it."""
        if not self.width:
            self.low, self.width = x, max(abs(x), 1.0) * 2.0**-30  # tiny: it doubles to what is needed
        while True:
            index = math.floor((x - self.low) / self.width)
            if 0 <= index < BINS or (index == BINS and x <= self.low + self.width * BINS * (1 + 1e-12)):
                return index
            self._double(downwards=index < 0)

    def _double(self, downwards: bool) -> None:
        shift = BINS if downwards else 0
        self.low -= self.width * BINS if downwards else 0
        self.width *= 2
        merged: dict[int, Bin] = {}
        for index in sorted(self.bins):
            piece, target = self.bins[index], (index + shift) // 2
            into = merged.get(target)
            if into is None:
                merged[target] = piece
            else:
                into.low, into.high, into.last = min(into.low, piece.low), max(into.high, piece.high), piece.last
                into.total, into.count = into.total + piece.total, into.count + piece.count
        self.bins.clear()
        self.bins.update(merged)  # in place: `add` holds on to it
        self.gaps = {(index + shift) // 2 for index in self.gaps}

    def pieces(self) -> list[tuple[int, Bin | None]]:
        """The pieces in order of x; None where the curve is interrupted."""
        gaps = self.gaps - self.bins.keys()
        if not gaps:
            return sorted(self.bins.items(), key=_index)
        found: list[tuple[int, Bin | None]] = [(index, None) for index in gaps]
        found += self.bins.items()
        return sorted(found, key=_index)


def _index(piece: tuple[int, Bin | None]) -> int:
    return piece[0]

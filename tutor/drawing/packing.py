"""Curves as plain values for JSON, small enough to keep: a few hundred points each, whatever the run's length."""

from __future__ import annotations

import math
from typing import Any

from tutor.drawing.curves import Curves
from tutor.drawing.series import Bin, Series

MOST = 160
"""Pieces of a curve that are kept, each with up to four values."""


def pack(charts: dict[str, Curves]) -> dict[str, Any]:
    """Charts of curves by title. The extremes of every piece are kept: a spike does not vanish."""
    return {
        title: {
            "x": [chart.x_label, chart.x_low, chart.x_high],
            "series": {name: _points(series) for name, series in chart.series.items() if series.count},
        }
        for title, chart in charts.items()
        if any(series.count for series in chart.series.values())
    }


def _points(series: Series) -> list[list[float]]:
    """Pairs (x, y) in order; where the curve is interrupted, the y is missing."""
    found: list[list[float]] = []
    pieces = series.pieces()
    step = -(-len(pieces) // MOST)
    for start in range(0, len(pieces), step):
        some = [piece for _, piece in pieces[start : start + step] if piece is not None]
        if not some:
            if found and len(found[-1]) == 2:
                found.append([found[-1][0]])
            continue
        found += [[_short(some[0].x), _short(y)] for y in _values(some)]
    return found


def _values(pieces: list[Bin]) -> list[float]:
    """First, lowest, highest and last value of neighbouring pieces, without repetition."""
    values = [pieces[0].first, min(p.low for p in pieces), max(p.high for p in pieces), pieces[-1].last]
    return list(dict.fromkeys(values)) if values[0] != values[-1] or len(set(values)) == 1 else values


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def unpack(packed: object) -> dict[str, Curves]:
    """The charts again. What is damaged is left out: these are pictures of earlier runs, no work of the learner's."""
    charts: dict[str, Curves] = {}
    for title, kept in packed.items() if isinstance(packed, dict) else ():
        try:
            label, low, high = kept["x"]
            chart = Curves(str(title), str(label), float(low), float(high))
            for name, points in kept["series"].items():
                series = chart.series[str(name)] = Series(chart.x_low, chart.x_high)
                xs = [float(point[0]) for point in points]
                series.add(xs, [float(point[1]) if len(point) > 1 else math.nan for point in points])
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            continue
        charts[chart.title] = chart
    return charts

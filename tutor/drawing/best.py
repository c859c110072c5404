"""Where a chart's held-out curve was at its best: the epoch whose model one would keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.drawing.curves import Curves

SIGN = "◆"
_HELD_OUT = re.compile(r"(?<![a-z])(test|val|valid|validation|eval|held[ _-]?out)(?![a-z])", re.IGNORECASE)
_RISING = re.compile(r"acc|score|auc|(?<![a-z])(f1|r2|precision|recall|right)(?![a-z])|correct", re.IGNORECASE)
"""Of these measures more is better; of all others less."""


@dataclass(frozen=True)
class Best:
    """One point of a chart."""

    index: int
    """Which of the chart's curves."""
    name: str
    x: float
    y: float


def best_of(chart: Curves) -> Best | None:
    """The best point of the first curve that says by its name that it was not trained on. None: there is none of two points or more."""
    for index, (name, series) in enumerate(chart.series.items()):
        if series.count > 1 and _HELD_OUT.search(name):
            rising = _RISING.search(chart.title) or _RISING.search(name)
            x, y = (series.highest_x, series.y_high) if rising else (series.lowest_x, series.y_low)
            return Best(index, name, x, y)
    return None

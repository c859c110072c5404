"""What a measurement gives: a figure beside its goal."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    what: str
    goal: str
    measured: str
    met: bool | None
    """None: a figure without a goal, to read the others by."""

    def __str__(self) -> str:
        mark = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.what:<62} {self.measured:>24}   goal {self.goal:<22} {mark}".rstrip()


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 stay below."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def times(base: float, *values: float) -> str:
    """As multiples of the base."""
    return ", ".join(f"{value / base:.1f} x" for value in values)


def ms(seconds: float) -> str:
    """As milliseconds."""
    return f"{seconds * 1000:.0f} ms"

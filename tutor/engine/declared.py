"""What a demo or check says about itself in its source: bounds of its controls, its budget. The lesson's reader reads it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Range:
    """Bounds of a number that is a control: `lr: Annotated[float, Range(1e-4, 1, log=True)] = 0.1`."""

    low: float
    high: float
    """Both included."""
    log: bool = False
    """Nudged by factors instead of steps."""
    live: bool = False
    """Can be changed while the demo runs: it asks `run.now(name, value)` for the present value."""


def budget(*, seconds: float) -> Callable[[Function], Function]:
    """Give the demo or check below another wall-clock budget. Read from the source, so `seconds` must be a literal."""

    def unchanged(function: Function) -> Function:
        return function

    return unchanged

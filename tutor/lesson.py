"""All that a lesson's .py imports from this package: bounds for controls, budgets, and what checks are written with."""

from tutor.engine.checking import expect, fail
from tutor.engine.declared import Range, budget
from tutor.engine.run import Run

__all__ = ["Range", "Run", "budget", "expect", "fail"]

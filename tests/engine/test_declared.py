"""What lessons declare about their demos and checks; that it is read from the source is tests/course/test_signatures.py's."""

from __future__ import annotations

from tutor.engine.declared import Range, budget


def test_a_budget_leaves_the_function_as_it_is() -> None:
    def demo() -> int:
        return 3

    assert budget(seconds=5)(demo) is demo


def test_a_range_has_its_bounds() -> None:
    assert (Range(0, 1).low, Range(0, 1).high, Range(0, 1).log, Range(0, 1).live) == (0, 1, False, False)

"""Where expected and got first differ, and where there is nothing to point at."""

from __future__ import annotations

import pytest

from tutor.ui.comparing import facts, first_difference


@pytest.mark.parametrize(
    ("expected", "got", "place"),
    [
        ("[1, 2, 3]", "[1, 5, 3]", 4),
        ("(2, 3)", "(2, 4)", 4),
        ("{'weight': 1.5, 'bias': 2}", "{'weight': 2.5, 'bias': 2}", 11),
        ("dict(lr=0.1, seed=3)", "dict(lr=0.1, seed=4)", 13),
        ("3", "3", -1),
    ],
)
def test_the_first_value_that_differs_is_pointed_at(expected: str, got: str, place: int) -> None:
    assert first_difference(expected, got) == place


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("a test error below 0.01", "0.8 after 3 epochs"),
        ("0.93", "an accuracy that only one seed has"),
        ("the same numbers twice", "other numbers each time"),
    ],
)
def test_words_about_a_value_are_not_pointed_into(expected: str, got: str) -> None:
    assert first_difference(expected, got) == -1


def test_two_tensors_are_compared_fact_by_fact() -> None:
    shape, dtype, _device = facts("(1, 3)  float32", "(3, 1)  float32")
    assert (shape.name, shape.place) == ("shape", 1)
    assert (dtype.name, dtype.place) == ("dtype", -1)

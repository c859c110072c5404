"""A choice passes for exactly the right options, and never gives away what would be right."""

from __future__ import annotations

import pytest

from tutor.course.choice import judge
from tutor.course.model import Choice, Option

ONE = Choice("one", (Option("`a`", False, "It is not a."), Option("`b`", True, "It is b.")), (), 1)
SEVERAL = Choice(
    "several",
    (
        Option("a", True, "Why a."),
        Option("b", False, "Why not b."),
        Option("c", True, "Why c."),
        Option("d", False, "Why not d."),
    ),
    (),
    1,
)


@pytest.mark.parametrize(
    ("choice", "picked", "passed", "feedback"),
    [
        (ONE, {1}, True, "It is b."),
        (ONE, {0}, False, "It is not a."),
        (ONE, [0, 1], False, "It is not a."),
        (ONE, [], False, "Pick an answer first."),
        (ONE, [1, 1], True, "It is b."),
        (SEVERAL, {0, 2}, True, "a: Why a.\n\nc: Why c."),
        (SEVERAL, {0}, False, "Right so far, but one more answer is right as well."),
        (SEVERAL, {0, 1, 2}, False, "Why not b."),
        (SEVERAL, {1, 3}, False, "b: Why not b.\n\nd: Why not d."),
        (SEVERAL, {0, 1, 2, 3}, False, "b: Why not b.\n\nd: Why not d."),
    ],
)
def test_judging(choice: Choice, picked: set[int], passed: bool, feedback: str) -> None:
    assert judge(choice, picked) == (passed, feedback)


@pytest.mark.parametrize("index", [-1, 2])
def test_an_option_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(IndexError, match=rf"there is no option {index + 1}; there are 2"):
        judge(ONE, [index])


def test_feedback_on_a_wrong_answer_never_holds_a_right_reason() -> None:
    for picked in ([1], [0, 1], [1, 2], [0, 1, 2, 3], [0], [2]):
        passed, feedback = judge(SEVERAL, picked)
        assert not passed
        assert "Why a." not in feedback and "Why c." not in feedback

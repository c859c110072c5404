"""What is said of a wrong answer beside what its check says."""

from __future__ import annotations

import pytest

from tests.at_hand import Lab

LESSON = """
def check_double(double):
    assert double(2) == 4, "Twice 2 is 4."
"""


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            "def double(x):\n    ...\n    return y\n",
            "Line 2 is still a `...`: your lines go there. Line 3: there is no `y`",
        ),
        ("def double(x):\n    if x:\n        ...\n", "Line 3 is still a `...`: your lines go there. Twice 2 is 4."),
        ("def double(x):\n    return x\n", "Twice 2 is 4."),
        ("def double(x):\n    ...\n    return 2 * x\n", "Right."),
    ],
    ids=["a name that is not made yet", "further in", "nothing left open", "left over, and right"],
)
def test_a_gap_that_a_starter_left_comes_first(lab: Lab, answer: str, says: str) -> None:
    lab.write(LESSON)
    assert lab.check("double", answer).message.startswith(says)

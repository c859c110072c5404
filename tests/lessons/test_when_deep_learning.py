"""The lesson orientation/when_deep_learning: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lessons.answers import told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, Result, Value

LESSON = "orientation/when_deep_learning"

IS_ZERO = "def is_zero(image):\n    {}\n"
RIGHT = {
    "is_zero": {
        **whole(
            IS_ZERO,
            {
                "one place": "return image[3][4] < 5",
                "an index of two": "return image[4, 4] < 4",
                "an if": "if image[4][4] >= 4:\n        return False\n    return True",
                "the sum of four": "return sum(image[row][column] for row in (3, 4) for column in (3, 4)) < 20",
                "the mean of the middle": "return image[3:5, 3:5].mean() < 5",
                "one for yes": "return int(image[4][4] < 4)",
                "a tensor": "import torch\n    return torch.tensor(image)[4, 4] < 4",
                "a list": "rows = image.tolist()\n    return not rows[4][4] >= 4",
            },
        ),
        "writes into the picture, and changes none of the course's": IS_ZERO.format(
            "image -= 4\n    return image[4][4] < 0"
        ),
    },
}
WRONG = {
    "is_zero": told(
        IS_ZERO,
        {
            "return image[0][0] == 0": "no better than a coin",
            "return True": "right on 178 of the 178 zeros and 0 of the 182 ones",
            "return image[4][4] > 4": "the other way round",
            "return image[3][3] == 0": "Nearly",
            "return image[:, 3:5].sum() < 100": "66% in all: a start",
            "if image[4][4] < 4:\n        return True": "a picture of a 1 is None; is there a `return`? Expected False",
            "print(image[4][4] < 4)": "is there a `return`?",
            "return image[4] < 4": "is an ndarray",
            "return image[4][4]": "Expected True",
            "return 'yes'": "Expected True",
        },
    )
}


def figures(events: list[Any]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    return result.figures


def test_the_first_exercise_needs_no_engine_and_comes_second(judge: Judge) -> None:
    """A newcomer passes something in the first two minutes, even while torch is still warming up."""
    first = next(i for i, step in enumerate(judge.lesson(LESSON).steps) if step.exercise is not None)
    assert first == 1
    assert judge.lesson(LESSON).steps[first].exercise.kind == "choice"  # type: ignore[union-attr]


def test_letters_are_predicted(judge: Judge) -> None:
    for right in ("[2, 0, 1]", "2 0 1", "2, 0, 1"):
        assert judge.predict(LESSON, "letters", right).outcome == "passed"
    for wrong in ("[3, 1, 2]", "[0, 1, 2]", "cab"):
        assert judge.predict(LESSON, "letters", wrong).outcome == "failed"


def test_the_network_reads_digits_and_the_rule_knows_what_is_even(judge: Judge) -> None:
    digits = figures(judge.demo(LESSON, "race", slow_motion=0.0))
    assert digits["network"] > 0.9 > 0.5 > digits["rule"] > 0.3  # type: ignore[operator]
    even = figures(judge.demo(LESSON, "race", task="is the number even?", slow_motion=0.0))
    assert even["rule"] == 1
    assert even["network"] < 0.6  # type: ignore[operator]


def test_twenty_images_are_too_few_even_to_beat_the_rule(judge: Judge) -> None:
    few = figures(judge.demo(LESSON, "race", training_images=20, slow_motion=0.0))
    assert few["network"] < few["rule"]  # type: ignore[operator]


@pytest.mark.parametrize("data", ["wine", "breast cancer"])
def test_on_a_table_the_network_is_no_clear_winner(judge: Judge, data: str) -> None:
    events = judge.demo(LESSON, "six_on_a_table", data=data)
    found = figures(events)
    assert found["best_accuracy"] >= found["network"]  # type: ignore[operator]
    bars = [event for event in events if isinstance(event, Bars)][-1]
    assert len(bars.names) == 6
    shallow = [value for name, value in zip(bars.names, bars.values, strict=True) if name != "network"]
    assert max(shallow) > found["network"] - 0.03  # type: ignore[operator]


def test_few_images_are_enough_with_more_epochs(judge: Judge) -> None:
    verdict = judge.tune(LESSON, "few_images", training_images=110, epochs=80, slow_motion=0.0)
    assert verdict.outcome == "passed", verdict.message


@pytest.mark.parametrize(
    ("images", "epochs", "sentence"),
    [(1437, 20, "more than 120"), (20, 20, "give the network more images"), (120, 8, "What else can you give it")],
)
def test_settings_that_miss_the_target_are_told_why(judge: Judge, images: int, epochs: int, sentence: str) -> None:
    verdict = judge.tune(LESSON, "few_images", training_images=images, epochs=epochs, slow_motion=0.0)
    assert verdict.outcome == "failed"
    assert sentence in verdict.message

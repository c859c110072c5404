"""The lesson orientation/when_deep_learning: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, Result, Value

LESSON = "orientation/when_deep_learning"

RIGHT = {
    "nested ifs": """
def ships_free(total, country):
    if country == "CH":
        return total >= 100
    return total >= 50
""",
    "one expression": "def ships_free(total, country):\n    return total >= 100 or country != 'CH' and total >= 50\n",
    "a dict": "LIMITS = {'CH': 100}\ndef ships_free(total, country):\n    return not total < LIMITS.get(country, 50)\n",
    "ones and zeros": "def ships_free(total, country):\n    return int(total >= (100 if country == 'CH' else 50))\n",
}
WRONG = {
    "def ships_free(total, country):\n    return total >= 50\n": "there it takes 100",
    "def ships_free(total, country):\n    return total > (100 if country == 'CH' else 50)\n": "exactly 50",
    "def ships_free(total, country):\n    print(total >= 50)\n": "is there a `return`?",
    "def ships_free(total, country):\n    return 'yes' if total >= 50 else 'no'\n": "Expected True",
}


def figures(events: list[Any]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    return result.figures


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_other_rules_pass(judge: Judge, answer: str) -> None:
    verdict = judge.check(LESSON, "ships_free", answer)
    assert verdict.outcome == "passed", verdict.message


@pytest.mark.parametrize(("answer", "sentence"), WRONG.items(), ids=range(len(WRONG)))
def test_wrong_rules_are_told_why(judge: Judge, answer: str, sentence: str) -> None:
    verdict = judge.check(LESSON, "ships_free", answer)
    assert verdict.outcome == "failed"
    assert sentence in verdict.message


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
    verdict = judge.tune(LESSON, "few_images", training_images=130, epochs=80, slow_motion=0.0)
    assert verdict.outcome == "passed", verdict.message


@pytest.mark.parametrize(
    ("images", "epochs", "sentence"),
    [(1437, 20, "more than 150"), (20, 20, "give the network more images"), (150, 15, "What else can you give it")],
)
def test_settings_that_miss_the_target_are_told_why(judge: Judge, images: int, epochs: int, sentence: str) -> None:
    verdict = judge.tune(LESSON, "few_images", training_images=images, epochs=epochs, slow_motion=0.0)
    assert verdict.outcome == "failed"
    assert sentence in verdict.message

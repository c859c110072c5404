"""The lesson orientation/anatomy: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lessons.answers import told
from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, Result, Value

LESSON = "orientation/anatomy"

READ = """import torch

words = "zero one two three four five six seven eight nine".split()


def read_digit(model, pixels):
    x = torch.tensor(pixels) / 16
    scores = model(x)
    {}
    {}
    return words[best]
"""
PROBABILITIES, BEST = "probabilities = scores.softmax(dim=0)", "best = probabilities.argmax().item()"
RIGHT = {
    "count_parameters": {
        "indices": """
def count_parameters(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += (sizes[i - 1] + 1) * sizes[i]
    return total
""",
        "asks PyTorch": """
from torch import nn
def count_parameters(sizes):
    layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    return sum(p.numel() for p in nn.Sequential(*layers).parameters())
""",
        "recursion": """
def count_parameters(sizes):
    if len(sizes) < 2:
        return 0
    return sizes[1] * (sizes[0] + 1) + count_parameters(sizes[1:])
""",
        "tensors": """
import torch
def count_parameters(sizes):
    sizes = torch.tensor(sizes)
    return ((sizes[:-1] + 1) * sizes[1:]).sum()
""",
    },
    "read_digit": {"the only order": READ.format(PROBABILITIES, BEST)},
}
WRONG = {
    "count_parameters": told(
        "def count_parameters(sizes):\n    return {}\n",
        {
            "sum(a * b for a, b in zip(sizes, sizes[1:]))": "each unit has a bias as well",
            "sum(a * b for a, b in zip(sizes, sizes[1:])) + sum(sizes)": "gave each input a bias",
            "sizes[0] * sizes[1] + sizes[1]": "the first layer alone",
            "sum(a * b + 1 for a, b in zip(sizes, sizes[1:]))": "one bias for each layer",
            "sum(a * b + a for a, b in zip(sizes, sizes[1:]))": "those of the layer before",
            "17": "is 17; expected 32",
            "None": "is there a `return`?",
        },
    ),
    "read_digit": told(READ, {"swapped": (BEST, PROBABILITIES, "uses probabilities before the line that makes it")}),
}


def figures(events: list[Any]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    return result.figures


def test_the_parameters_are_predicted(judge: Judge) -> None:
    assert judge.predict(LESSON, "parameters", "16").outcome == "passed"
    for wrong in ("12", "7", "13", "15"):
        assert judge.predict(LESSON, "parameters", wrong).outcome == "failed"


@pytest.mark.parametrize("units", [1, 2, 3])
def test_each_hidden_unit_brings_four_parameters(judge: Judge, units: int) -> None:
    found = figures(judge.demo(LESSON, "forward_pass", hidden_units=units, slow_motion=0.0))
    assert found["parameters"] == 4 * units + 1


def test_relu_passes_nothing_on_below_zero(judge: Judge) -> None:
    for non_linear in (True, False):
        events = judge.demo(LESSON, "forward_pass", non_linear=non_linear, slow_motion=0.0)
        (last,) = [event for event in events if isinstance(event, Bars)][-1:]
        assert (min(last.values) >= 0) is non_linear


def test_labels_and_clusters_find_the_same_groups_where_they_lie_apart(judge: Judge) -> None:
    for learning in ("supervised", "unsupervised"):
        found = figures(judge.demo(LESSON, "with_and_without_labels", learning=learning, slow_motion=0.0))
        assert found["agree_with_labels"] > 0.95  # type: ignore[operator]
        assert found["groups"] == 3


def test_five_clusters_are_found_where_five_are_asked_for(judge: Judge) -> None:
    events = judge.demo(LESSON, "with_and_without_labels", learning="unsupervised", clusters=5, slow_motion=0.0)
    assert figures(events)["groups"] == 5

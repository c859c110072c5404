"""An error out of a check that passed no line of the learner's: theirs where the check called what they made, else the course's."""

from __future__ import annotations

import pytest

from tests.at_hand import Lab

LESSON = """
import torch
from tutor.lesson import expect

REFERENCE = torch.nn.Linear(2, 1)

def check_model(model):
    expect(tuple(model(torch.ones(4, 2)).shape), (4, 1), "model(X).shape")

def check_build(build):
    model, scale = build()
    output = through(model, torch.ones(4, 2))
    expect(output.shape, (4, 1), "the output's shape")

def through(network, X):
    return network(X)

def check_loss(loss):
    loss.backward()

def check_late(model):
    model(torch.ones(4, 2))
    REFERENCE(torch.ones(4, 3))

def check_inner(model):
    model(torch.ones(2) @ torch.ones(3))

def check_compared(model):
    model(torch.ones(4, 2)) + torch.ones(5, 1)
"""
BROKEN = "nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(4, 1))"
TORCH = "import torch\nfrom torch import nn\n"
DEEP = (
    "(4, 8) @ (4, 1) needs the inner two to be equal, and 8 is not 4. "
    "Here Linear(in_features=4, out_features=1, bias=True) is given (4, 8)."
)

THEIRS = {
    "a model of layers only": (
        "model",
        f"model = {BROKEN}",
        "The check calls `model(torch.ones(4, 2))`: the shapes do not go together: " + DEEP,
    ),
    "what their function built": (
        "build",
        f"def build(): return {BROKEN}, 1",
        "The check calls `network(X)`: the shapes do not go together: " + DEEP,
    ),
    "a partial function": (
        "model",
        "from functools import partial\nmodel = partial(torch.matmul, torch.ones(3, 3))",
        "(3, 3) @ (4, 2)",
    ),
    "a function of torch": (
        "model",
        "model = torch.linalg.inv",
        "The check calls `model(torch.ones(4, 2))`: RuntimeError: linalg.inv",
    ),
    "a class instead of a model": (
        "model",
        "model = nn.Linear",
        "missing 1 required positional argument: 'out_features'",
    ),
    "not callable": (
        "model",
        "model = 3",
        "The check calls `model(torch.ones(4, 2))`: a value is called like a function",
    ),
    "a method of their tensor": (
        "loss",
        "loss = torch.tensor(1.0)",
        "The check calls `loss.backward()`: backward() finds no way back to a parameter",
    ),
    "made by exec": ("model", "exec('def model(x): return x @ x')", "(4, 2) @ (4, 2)"),
}
COURSES = {
    "after theirs went well": ("late", "model = nn.Linear(2, 1)"),
    "in the argument of their call": ("inner", "model = nn.Linear(2, 1)"),
    "on what theirs gave": ("compared", "model = nn.Linear(2, 1)"),
}


@pytest.mark.parametrize("name", THEIRS)
def test_it_is_theirs_with_the_call_and_the_reason(lab: Lab, name: str) -> None:
    exercise, answer, says = THEIRS[name]
    lab.write(LESSON)
    verdict = lab.check(exercise, TORCH + answer)
    assert verdict.outcome == "error"
    assert says in verdict.message


@pytest.mark.parametrize("name", COURSES)
def test_it_is_the_courses(lab: Lab, name: str) -> None:
    exercise, answer = COURSES[name]
    lab.write(LESSON)
    verdict = lab.check(exercise, TORCH + answer)
    assert verdict.outcome == "unjudged"
    assert f"chapter/lesson.py, check_{exercise}" in verdict.message and "the course's fault" in verdict.message

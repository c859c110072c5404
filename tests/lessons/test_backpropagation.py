"""The lesson gradients/backpropagation: other right answers pass, wrong ones are told why, the demos agree with autograd."""

from __future__ import annotations

import itertools

import pytest

from tests.lessons.answers import told
from tests.lessons.judge import Judge
from tutor.course.model import Order
from tutor.protocol import Finished, JobEvent, Note, Points, Result, Table, Value

LESSON = "gradients/backpropagation"

RIGHT = {
    "backward": {
        "a chain of named steps, a list": """
def backward(w, b, x, y):
    z = w * x
    p = z + b
    e = p - y
    de = 2 * e
    dp = de * 1
    db, dz = dp, dp
    dw = dz * x
    return [dw, db]
""",
        "multiplied out": "def backward(w, b, x, y):\n    return 2*w*x*x + 2*b*x - 2*x*y, 2*w*x + 2*b - 2*y\n",
        "an array": """
import numpy as np
def backward(w, b, x, y):
    e = w * x + b - y
    return np.array([2 * e * x, 2 * e])
""",
        "tensors": """
import torch
def backward(w, b, x, y):
    dp = torch.tensor(2.0) * (w * x + b - y)
    return torch.stack([dp * x, dp])
""",
    },
    "grad_w": {
        "in one line": "def grad_w(w, x, y):\n    return 2 * x * (w * x - y)\n",
        "by nudging": """
def grad_w(w, x, y):
    up = ((w + 1e-4) * x - y) ** 2
    down = ((w - 1e-4) * x - y) ** 2
    return (up - down) / 2e-4
""",
        "by autograd": """
import torch
def grad_w(w, x, y):
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    ((w * x - y) ** 2).backward()
    return w.grad
""",
    },
}
WRONG = {
    "backward": told(
        "def backward(w, b, x, y):\n    {}\n",
        {
            "swapped": ("p = w * x + b; d = 2 * (p - y); return d, d * x", "changed places"),
            "no factor 2": ("p = w * x + b; d = p - y; return d * x, d", "local gradient 2e"),
            "one of them": ("p = w * x + b; return 2 * (p - y) * x", "two are asked"),
            "the loss": ("e = w * x + b - y; return e**2 * x, e**2", "the loss itself"),
            "1 for b": ("e = w * x + b - y; return 2 * e * x, 1", "the local gradient alone"),
            "times w": ("e = w * x + b - y; return 2 * e * w, 2 * e", "is x, not w"),
            "a step": ("e = w * x + b - y; return w - 2 * e * x, b - 2 * e", "the two gradients themselves"),
            "those of the example": ("return 4, 2", "backward(w=1.5"),
            "one that is a text": ("return 2 * (w * x + b - y) * x, 'db'", "backward(w=1"),
            "no return": ("p = w * x + b", "is there a `return`?"),
        },
    ),
    "grad_w": told(
        "def grad_w(w, x, y):\n    {}\n",
        {
            "unchanged": ("return (w * x - y) * x", "Still half"),
            "the wrong sign": ("return 2 * (y - w * x) * x", "The sign is wrong"),
            "times w": ("return 2 * (w * x - y) * w", "is x, not w"),
            "a sum that looks like half at one point": ("return 2 * (w * x - y) + x", "grad_w(w=1"),
        },
    ),
}


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    (found,) = [event for event in events if isinstance(event, Result)]
    return found.figures


def test_the_loss_may_be_computed_anywhere_after_the_error(judge: Judge) -> None:
    order = judge.exercise(LESSON, "forward_and_back")
    assert isinstance(order, Order)
    rest = [line for line in order.lines if not line.startswith("loss")]
    (loss,) = [line for line in order.lines if line.startswith("loss")]
    for place in range(len(rest) + 1):
        verdict = judge.check(LESSON, "forward_and_back", order.assemble([*rest[:place], loss, *rest[place:]]))
        assert (verdict.outcome == "passed") == (2 <= place <= 5), (place, verdict.message)


def test_prediction(judge: Judge) -> None:
    assert judge.predict(LESSON, "by_hand", "4").outcome == "passed"
    assert judge.predict(LESSON, "by_hand", "2").outcome == "failed"


@pytest.mark.parametrize(
    ("x", "y", "w", "gradient"), [(1.0, 2.0, 1.0, -2.0), (2.0, 1.0, 1.0, 4.0), (-1.5, 0.5, 2.0, 10.5)]
)
def test_the_way_back_ends_where_autograd_does(judge: Judge, x: float, y: float, w: float, gradient: float) -> None:
    events = judge.demo(LESSON, "one_weight", slow_motion=0.0, x=x, y=y, w=w)
    figures = result(events)
    assert figures["gradient_by_hand"] == pytest.approx(gradient) == figures["gradient_by_autograd"]
    last = [event for event in events if isinstance(event, Table)][-1]
    assert all(all(row[1:4]) for row in last.rows) and last.rows[2][4] == "1"


def test_gradients_by_hand_train_two_layers(judge: Judge) -> None:
    events = judge.demo(LESSON, "two_layers", slow_motion=0.0)
    losses = [y for event in events if isinstance(event, Points) for y in event.y]
    assert all(after < before for before, after in itertools.pairwise(losses)) and losses[-1] < 1e-6
    assert float(result(events)["by_hand_and_autograd_differ_by"]) < 1e-5


def test_a_closed_relu_learns_nothing_and_a_large_rate_ends_in_words(judge: Judge) -> None:
    events = judge.demo(LESSON, "two_layers", slow_motion=0.0, w1=-0.5)
    figures = result(events)
    assert (figures["last_loss"], figures["w1"], figures["w2"]) == (4.0, -0.5, 1.0)
    assert any("closed" in event.text for event in events if isinstance(event, Note))
    assert isinstance(
        judge.demo(LESSON, "two_layers", slow_motion=0.0, w1=2.0, w2=2.0, lr=0.5, passes=100)[-1], Finished
    )

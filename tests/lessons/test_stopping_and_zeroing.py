"""The lesson gradients/stopping_and_zeroing: other right answers pass, wrong ones are told why, the demos show what the text says."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import edited, told
from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, JobEvent, Note, Points, Result, Table, Value

LESSON = "gradients/stopping_and_zeroing"

RIGHT = {
    "descend": {
        "zeroed in place": """
import torch
def descend(w, X, y, lr, steps):
    for step in range(steps):
        ((w * X - y) ** 2).mean().backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad.zero_()
""",
        "cleared first, returned": """
import torch
def descend(w, X, y, lr, steps):
    for step in range(steps):
        w.grad = None
        loss = torch.nn.functional.mse_loss(w * X, y)
        loss.backward()
        w.data = w.data - lr * w.grad
    return w
""",
        "an optimizer": """
import torch
def descend(w, X, y, lr, steps):
    optimizer = torch.optim.SGD([w], lr=lr)
    for step in range(steps):
        optimizer.zero_grad()
        ((w * X - y) ** 2).mean().backward()
        optimizer.step()
""",
        "autograd.grad": """
import torch
def descend(w, X, y, lr, steps):
    for step in range(steps):
        (gradient,) = torch.autograd.grad(((w * X - y) ** 2).mean(), w)
        with torch.no_grad():
            w.sub_(lr * gradient)
""",
    },
    "step_in_parts": {
        "chunks, cleared with None": """
def step_in_parts(model, X, y, loss_fn, optimizer, parts):
    for parameter in model.parameters():
        parameter.grad = None
    for a, b in zip(X.chunk(parts), y.chunk(parts)):
        (loss_fn(model(a), b) * (len(a) / len(X))).backward()
    optimizer.step()
    return model
""",
        "gradients divided at the end": """
def step_in_parts(model, X, y, loss_fn, optimizer, parts):
    optimizer.zero_grad()
    size = len(X) // parts
    for i in range(parts):
        rows = slice(i * size, (i + 1) * size)
        loss_fn(model(X[rows]), y[rows]).backward()
    for parameter in model.parameters():
        parameter.grad /= parts
    optimizer.step()
""",
    },
}
WRONG = {
    "descend": edited(
        LESSON,
        "descend",
        {
            "uphill": ("-= lr * w.grad", "+= lr * w.grad", "went up the slope"),
            "the sum, not the mean": (".mean()", ".sum()", "it is 1.2"),
            "another tensor of that name": (
                "w -= lr * w.grad",
                "w = (w - lr * w.grad).requires_grad_()",
                "make a new tensor",
            ),
            "returned in the loop": (
                "    w.grad = None",
                "    w.grad = None\n        return w",
                "end the loop in its first round",
            ),
            "frozen afterwards": (
                "    w.grad = None",
                "    w.grad = None\n    w.requires_grad_(False)",
                "no longer requires",
            ),
        },
    ),
    "step_in_parts": told(
        "def step_in_parts(model, X, y, loss_fn, optimizer, parts):\n    {}\n",
        {
            "the whole batch": (
                "optimizer.zero_grad(); loss_fn(model(X), y).backward(); optimizer.step()",
                "You gave the model 24 rows at once",
            ),
            "no step": (
                "[(loss_fn(model(a), b) / parts).backward() for a, b in zip(X.chunk(parts), y.chunk(parts))]",
                "did not move",
            ),
            "a step for each part": (
                "for a, b in zip(X.chunk(parts), y.chunk(parts)):\n"
                "        optimizer.zero_grad(); (loss_fn(model(a), b) / parts).backward(); optimizer.step()",
                "You called step() 4 times",
            ),
            "the first part alone": (
                "size = len(X) // parts; optimizer.zero_grad(); loss_fn(model(X[:size]), y[:size]).backward(); optimizer.step()",
                "The model saw 6 of the 24 rows",
            ),
            "divided by the rows of a part": (
                "optimizer.zero_grad(); [(loss_fn(model(a), b) / len(a)).backward() for a, b in zip(X.chunk(parts), y.chunk(parts))]"
                "; optimizer.step()",
                "The step is too small",
            ),
            "parts of another size": (
                "optimizer.zero_grad()\n    for a, b in zip(X.split(parts), y.split(parts)):\n"
                "        (loss_fn(model(a), b) / parts).backward()\n    optimizer.step()",
                "split takes the size of a part",
            ),
            "parts that overlap": (
                "optimizer.zero_grad(); size = len(X) // parts\n    for i in range(parts):\n"
                "        (loss_fn(model(X[i : i + size]), y[i : i + size]) / parts).backward()\n    optimizer.step()",
                "part i begins at row i * size",
            ),
            "nothing": ("optimizer.step()", "never called"),
        },
    ),
}


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    return {name: value for event in events if isinstance(event, Result) for name, value in event.figures.items()}


def test_predictions(judge: Judge) -> None:
    assert judge.predict(LESSON, "three_times", "15").outcome == "passed"
    assert judge.predict(LESSON, "three_times", "5").outcome == "failed"
    assert judge.predict(LESSON, "half_detached", "3").outcome == "passed"
    assert judge.predict(LESSON, "half_detached", "6").outcome == "failed"


def test_the_choice_is_what_pytorch_does(judge: Judge) -> None:
    for option in judge.choice(LESSON, "which-of-these-stop-the-recording").options:
        code = option.text.strip("`").replace("; ", "\n").replace("grad(): ", "grad():\n    ")
        names = {"torch": torch, "model": torch.nn.Linear(2, 1), "X": torch.ones(3, 2)}
        exec(code, names)
        assert option.right == (not names["pred"].requires_grad), code  # type: ignore[union-attr]


def test_gradients_pile_up_where_nothing_clears_them(judge: Judge) -> None:
    events = judge.demo(LESSON, "two_loops", slow_motion=0.0)
    bars = [event for event in events if isinstance(event, Bars)][-1]
    assert bars.values == (3, 3, 3, 3, 3, 3, 6, 9, 12, 15)


def test_without_zeroing_the_loss_swings_but_does_not_explode(judge: Judge) -> None:
    events = judge.demo(LESSON, "two_loops", slow_motion=0.0, problem="fit y = 2x", steps=40)
    figures = result(events)
    assert float(figures["last_loss_zeroed"]) < 0.001
    assert 28 < float(figures["highest_loss_not_zeroed"]) < 32, "it began at 30"
    assert {event.chart for event in events if isinstance(event, Points)} == {"loss", "gradient that the step used"}


@pytest.mark.parametrize(
    ("how", "done", "leaf", "said"),
    [
        ("no_grad: w -= ...", 3, True, ""),
        ("optimizer.step()", 3, True, ""),
        (
            "w -= ...",
            0,
            True,
            "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.",
        ),
        ("w = w - ...", 1, False, "TypeError"),
    ],
)
def test_the_four_ways_to_update(judge: Judge, how: str, done: int, leaf: bool, said: str) -> None:
    events = judge.demo(LESSON, "update", how=how)
    figures = result(events)
    assert (figures["updates_done"], figures["w_is_a_leaf"]) == (done, leaf)
    assert said in " ".join(event.text for event in events if isinstance(event, Note))
    assert [event for event in events if isinstance(event, Table)]

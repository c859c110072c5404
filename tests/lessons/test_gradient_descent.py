"""The lesson gradients/gradient_descent: the notebooks' figures, other right answers, wrong ones told why, the tuning."""

from __future__ import annotations

import pytest

from tests.lessons.answers import edited, told
from tests.lessons.judge import Judge
from tutor.course.model import Tune
from tutor.protocol import CheckTuning, Finished, JobEvent, Note, Points, Result, Table, Value, Verdict

LESSON = "gradients/gradient_descent"

RIGHT = {
    "gradient": {
        "dot, divided by the count": "import numpy as np\ndef gradient(X, Y, pred):\n    return 2 * np.dot(X, pred - Y) / len(X)\n",
        "np.mean, a float": "import numpy as np\ndef gradient(X, Y, pred):\n    return float(np.mean(2 * X * (pred - Y)))\n",
        "a loop": "def gradient(X, Y, pred):\n    return sum(2 * x * (p - y) for x, y, p in zip(X, Y, pred)) / len(X)\n",
        "a tensor": """
import torch
def gradient(X, Y, pred):
    return (2 * torch.from_numpy(X) * torch.from_numpy(pred - Y)).mean()
""",
        "autograd": """
import torch
def gradient(X, Y, pred):
    w = torch.tensor(float((pred / X).mean()), requires_grad=True)
    ((w * torch.from_numpy(X) - torch.from_numpy(Y)) ** 2).mean().backward()
    return w.grad.item()
""",
    },
    "fit_line": {
        "the gradients by formula": """
def fit_line(X, y, lr, steps):
    w = b = 0.0
    for _ in range(steps):
        error = w * X + b - y
        w, b = w - lr * (2 * X * error).mean().item(), b - lr * (2 * error).mean().item()
    return w, b
""",
        "autograd.grad, mse_loss": """
import torch
def fit_line(X, y, lr, steps):
    both = torch.zeros(2, requires_grad=True)
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(both[0] * X + both[1], y)
        (gradient,) = torch.autograd.grad(loss, both)
        both = (both - lr * gradient).detach().requires_grad_()
    return tuple(both.tolist())
""",
        "a module all the same": """
import torch
def fit_line(X, y, lr, steps):
    model = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(X[:, None]).squeeze(1), y).backward()
        optimizer.step()
    return [model.weight.item(), model.bias.item()]
""",
    },
}
WRONG = {
    "gradient": told(
        "def gradient(X, Y, pred):\n    {}\n",
        {
            "downhill": ("return (2 * X * (Y - pred)).mean()", "uphill"),
            "still the sum": ("return (2 * X * (pred - Y)).sum()", "a sum, not a mean"),
            "no parentheses": ("return (2 * X * pred - Y).mean()", "belongs in parentheses"),
            "without X": ("return (2 * (pred - Y)).mean()", "does not go through w * X"),
            "the loss": ("return ((pred - Y) ** 2).mean()", "gradient(X, Y, pred) for 4 points"),
            "one for each point": ("return 2 * X * (pred - Y)", "Expected the number"),
        },
    ),
    "fit_line": edited(
        LESSON,
        "fit_line",
        {
            "nothing cleared": ("        w.grad = None\n        b.grad = None\n", "", "the gradients pile up"),
            "w not cleared": ("        w.grad = None\n", "", "w's gradients pile up"),
            "changed places": ("return w.item(), b.item()", "return b.item(), w.item()", "changed places"),
            "uphill": ("loss = (", "loss = -(", "uphill"),
            "returned in the loop": (
                "        b.grad = None\n",
                "        b.grad = None\n        return w.item(), b.item()\n",
                "inside the loop",
            ),
            "a rate of one's own": ("lr * ", "0.01 * ", "the rate is lr"),
            "another start": ("torch.tensor(0.0, ", "torch.randn(1, ", "should start at 0"),
            "b is not updated": ("            b -= lr * b.grad\n", "", "b stayed at 0"),
            "one step short": ("range(steps)", "range(steps - 1)", "fit_line(X, y, lr=0.1, steps=1)"),
            "tensors": ("w.item(), b.item()", "w, b", "Expected the number"),
        },
    ),
}


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    (found,) = [event for event in events if isinstance(event, Result)]
    return found.figures


def tune(judge: Judge, **settings: Value) -> Verdict:
    exercise = judge.exercise(LESSON, "twenty_steps")
    assert isinstance(exercise, Tune)
    values = exercise.settings({"slow_motion": 0.0, **settings})
    request = CheckTuning(1, str(judge.course.path), LESSON, exercise.id, exercise.demo.id, values, exercise.seeds)
    (verdict,) = [event for event in judge.run(request) if isinstance(event, Verdict)]
    return verdict


def test_the_first_step(judge: Judge) -> None:
    assert judge.predict(LESSON, "first_step", "0.3").outcome == "passed"
    assert judge.predict(LESSON, "first_step", "1.2").outcome == "failed"


def test_the_notebooks_figures_are_reproduced_and_stand_beside_ours(judge: Judge) -> None:
    events = judge.demo(LESSON, "four_ways", slow_motion=0.0)
    table = [event for event in events if isinstance(event, Table) and event.title == "beside the notebooks"][-1]
    assert len(table.rows) == 7
    for row in table.rows:
        assert row[1] == row[2], row
    assert float(result(events)["difference_without_numpy"]) < 1e-5
    assert float(result(events)["largest_difference"]) > 1e-4


def test_with_the_mean_all_four_ways_agree(judge: Judge) -> None:
    events = judge.demo(LESSON, "four_ways", slow_motion=0.0, by_hand="mean", steps=20)
    figures = result(events)
    assert float(figures["largest_difference"]) < 1e-5
    assert float(figures["autograd_w"]) == pytest.approx(1.9225, abs=1e-4)
    curves = {event.series for event in events if isinstance(event, Points)}
    assert curves == {"NumPy", "autograd", "optimizer", "nn.Linear"}


def test_other_settings_are_not_set_beside_the_notebooks(judge: Judge) -> None:
    events = judge.demo(LESSON, "four_ways", slow_motion=0.0, lr=0.02)
    assert not [event for event in events if isinstance(event, Table) and event.title == "beside the notebooks"]


@pytest.mark.parametrize("lr, passes", [(0.03, True), (0.1, True), (0.02, False), (0.125, False)])
def test_the_tuning_takes_all_that_arrive_in_time(judge: Judge, lr: float, passes: bool) -> None:
    verdict = tune(judge, lr=lr)
    assert (verdict.outcome == "passed") == passes, verdict.message


def test_more_steps_or_a_nearer_start_do_not_count(judge: Judge) -> None:
    assert "only 20 are allowed" in tune(judge, steps=100).message
    assert "Leave start at 0" in tune(judge, start=2.0).message


def test_too_large_a_rate_ends_the_demo_in_words(judge: Judge) -> None:
    events = judge.demo(LESSON, "roll", slow_motion=0.0, lr=0.2, steps=100)
    assert float(result(events)["loss"]) > 1e6
    assert any("overshot" in event.text for event in events if isinstance(event, Note))

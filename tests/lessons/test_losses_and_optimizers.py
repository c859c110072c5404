"""The lesson workflow/losses_and_optimizers: answers, the tuning, the notebook's figures, and what the demos measure."""

from __future__ import annotations

import re

import pytest

from tests.lessons.answers import Wrong, starter, told
from tests.lessons.judge import Judge
from tutor.course.model import Tune
from tutor.protocol import CheckTuning, Finished, JobEvent, Note, Points, Result, Value, Verdict

LESSON = "workflow/losses_and_optimizers"

RIGHT = {
    "loss_of": {
        "functional": "from torch.nn import functional as F\ndef loss_of(model, X, y):\n    return F.mse_loss(model(X), y)\n",
        "by hand": "def loss_of(model, X, y):\n    return ((model(X) - y) ** 2).mean()\n",
        "one line": "from torch import nn\ndef loss_of(model, X, y):\n    return nn.MSELoss()(model(X), y)\n",
    },
    "mae": {
        "where": "import torch\ndef mae(pred, target):\n    e = pred - target\n    return torch.where(e > 0, e, -e).mean()\n",
        "sum and count": "import torch\ndef mae(pred, target):\n    return torch.abs(target - pred).sum() / pred.numel()\n",
        "max and min": "import torch\ndef mae(p, t):\n    return (torch.maximum(p, t) - torch.minimum(p, t)).mean()\n",
    },
}
WRONG = {
    "loss_of": {
        **told(
            "from torch import nn\ndef loss_of(model, X, y):\n    {}\n",
            {
                "the function, not the loss": ("return nn.MSELoss()", "the loss function itself"),
                "the sum": ("return nn.MSELoss(reduction='sum')(model(X), y)", "the mean was asked for"),
                "cut off": ("return nn.MSELoss()(model(X).detach(), y)", "cut off from the graph"),
                "a new tensor": (
                    "import torch\n    return torch.tensor(nn.MSELoss()(model(X), y).item(), requires_grad=True)",
                    "does not get to the model",
                ),
                "used up": ("l = nn.MSELoss()(model(X), y)\n    l.backward()\n    return l", "leave it to the caller"),
                "one for each row": ("return nn.MSELoss(reduction='none')(model(X), y)", "has shape (10, 1)"),
            },
        ),
        "never made": Wrong(
            "from torch import nn\nloss_fn = nn.MSELoss\ndef loss_of(model, X, y):\n    return loss_fn(model(X), y)\n",
            "a loss function is made first",
            "error",
        ),
        "a wider dtype": Wrong(
            "from torch import nn\ndef loss_of(model, X, y):\n    return nn.MSELoss()(model(X), y).double()\n",
            "has dtype float64",
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "loss_of"),
            outcome="error",
            detail="Boolean value of Tensor with more than one value is ambiguous",
        ),
    },
    "mae": told(
        "def mae(pred, target):\n    {}\n",
        {
            "squares": ("return ((pred - target) ** 2).mean()", "mean of the squares"),
            "PyTorch's own": (
                "from torch import nn\n    return nn.L1Loss()(pred, target)",
                "PyTorch's own loss function",
            ),
            "a wider dtype": ("return (pred - target).double().abs().mean()", "has dtype float64"),
            "a float": ("return (pred - target).abs().mean().item()", "Expected a tensor"),
            "divided by the rows": ("return (pred - target).abs().sum() / len(pred)", "shape (3, 2)"),
            "cut off": ("return (pred - target).abs().mean().detach()", "no gradient can flow back"),
            "a new tensor": (
                "import torch\n    return torch.tensor((pred - target).abs().mean().item(), requires_grad=True)",
                "no gradient can flow back",
            ),
        },
    ),
}


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    (found,) = [event for event in events if isinstance(event, Result)]
    return found.figures


def tune(judge: Judge, **settings: Value) -> Verdict:
    exercise = judge.exercise(LESSON, "close_enough")
    assert isinstance(exercise, Tune)
    values = exercise.settings({"slow_motion": 0.0, **settings})
    request = CheckTuning(1, str(judge.course.path), LESSON, exercise.id, exercise.demo.id, values, exercise.seeds)
    (verdict,) = [event for event in judge.run(request) if isinstance(event, Verdict)]
    return verdict


def test_prediction(judge: Judge) -> None:
    assert judge.predict(LESSON, "mae_of_two", "1.5").outcome == "passed"
    assert judge.predict(LESSON, "mae_of_two", "2.5").outcome == "failed"


def test_only_the_squared_loss_runs_after_outliers(judge: Judge) -> None:
    figures = result(judge.demo(LESSON, "outliers", slow_motion=0.0))
    assert float(figures["mse_weight"]) > 2
    for name in ("mae_weight", "huber_weight"):
        assert float(figures[name]) == pytest.approx(0.7, abs=0.06)
    clean = result(judge.demo(LESSON, "outliers", slow_motion=0.0, count=0))
    assert all(float(value) == pytest.approx(0.7, abs=0.06) for value in clean.values()), clean


def test_the_notebooks_figures_are_reproduced_and_stand_beside_ours(judge: Judge) -> None:
    events = judge.demo(LESSON, "descend", slow_motion=0.0)
    found = re.search(r"weight (\S+), loss (\S+)\. The notebook prints 81\.761 and 332\.9993", notes(events))
    assert found, notes(events)
    assert float(found[1]) == pytest.approx(81.761, abs=0.02)
    assert float(found[2]) == pytest.approx(332.9993, abs=0.02)
    assert "notebook" not in notes(judge.demo(LESSON, "descend", slow_motion=0.0, epochs=50))


def notes(events: list[JobEvent]) -> str:
    return " ".join(event.text for event in events if isinstance(event, Note))


def losses(judge: Judge, **settings: Value) -> list[float]:
    events = judge.demo(LESSON, "descend", slow_motion=0.0, **settings)
    return [y for event in events if isinstance(event, Points) for y in event.y]


def test_mini_batches_arrive_in_fewer_epochs_and_keep_moving(judge: Judge) -> None:
    full, small = losses(judge), losses(judge, batch_size="5")
    assert small[19] < 340 < 1000 < full[19]
    noisy = losses(judge, batch_size="5", lr=0.1)
    assert max(noisy[-50:]) - min(noisy[-50:]) > 3, "it moves about the lowest point"


def test_adam_takes_steps_of_about_lr(judge: Judge) -> None:
    short = result(judge.demo(LESSON, "descend", slow_motion=0.0, optimizer="Adam"))
    assert 2 < float(short["weight"]) < 4, "300 steps of 0.01 get it about 3 further"
    there = result(judge.demo(LESSON, "descend", slow_motion=0.0, optimizer="Adam", lr=1.0))
    assert float(there["weight"]) == pytest.approx(float(there["lowest_weight"]), abs=0.01)


def test_too_high_a_rate_ends_in_words(judge: Judge) -> None:
    events = judge.demo(LESSON, "descend", slow_motion=0.0, lr=3.0)
    assert "too high" in notes(events)


@pytest.mark.parametrize(
    ("settings", "passes"),
    [
        ({"loss": "MSE", "optimizer": "Adam", "lr": 0.1}, True),
        ({"loss": "L1", "optimizer": "Adam", "lr": 0.01}, True),
        ({"loss": "MSE", "lr": 0.5}, True),
        ({"loss": "L1", "lr": 0.02}, False),
        ({"loss": "MSE", "lr": 0.05}, False),
    ],
)
def test_the_tuning_takes_all_that_arrive(judge: Judge, settings: dict[str, Value], passes: bool) -> None:
    verdict = tune(judge, **settings)
    assert (verdict.outcome == "passed") == passes, verdict.message

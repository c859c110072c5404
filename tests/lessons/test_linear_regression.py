"""The lesson workflow/linear_regression: its checks, and that its demos measure what the text says."""

from __future__ import annotations

import runpy

import pytest

from tests.lessons.answers import told
from tests.lessons.judge import Judge
from tutor.course.catalog import built_in
from tutor.engine.run import Run
from tutor.protocol import (
    Finished,
    Histogram,
    JobEvent,
    Message,
    Note,
    Points,
    Result,
    Scatter,
    Table,
    Value,
)

LESSON = "workflow/linear_regression"

LOOP = """
import torch
from torch import nn
def fit(model, X, y):
    optimizer = torch.optim.SGD(model.parameters(), lr={lr})
    for _ in range({epochs}):
        loss = nn.{loss}()(model(X), y)
        {lines}
"""
ALL = "optimizer.zero_grad(); loss.backward(); optimizer.step()"
RIGHT = {
    "predict": {
        "train(False), no_grad": """
import torch
def predict(model, X):
    model.train(False)
    with torch.no_grad():
        return model(X)
""",
        "decorated": """
import torch
@torch.inference_mode()
def predict(model, X):
    model.eval()
    return model(X)
""",
        "detached": """
def predict(model, X):
    return model.eval()(X).detach()
""",
        "mode put back": """
import torch
def predict(model, X):
    was = model.training
    model.eval()
    with torch.no_grad():
        out = model(X)
    model.train(was)
    return out
""",
    },
    "evaluate": {
        "decorated, float()": """
import torch
@torch.no_grad()
def evaluate(model, loss_fn, X, y):
    model.train(False)
    return float(loss_fn(model(X), y))
""",
        "loss outside the block, mode put back": """
import torch
def evaluate(model, loss_fn, X, y):
    was = model.training
    model.eval()
    with torch.inference_mode():
        predictions = model(X)
    model.train(was)
    return loss_fn(predictions, y).item()
""",
        "in batches, averaged by size": """
import torch
def evaluate(model, loss_fn, X, y):
    model.eval()
    total = 0.0
    with torch.inference_mode():
        for a, b in zip(X.split(8), y.split(8)):
            total += loss_fn(model(a), b).item() * len(a)
    return total / len(X)
""",
    },
    "fit": {
        "MSE, SGD 0.1": """
import torch
def fit(model, X, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(500):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(X), y).backward()
        optimizer.step()
""",
        "L1, Adam": """
import torch
def fit(model, X, y):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(500):
        loss = torch.nn.functional.l1_loss(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model
""",
        "mini-batches": """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
def fit(model, X, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(100):
        for a, b in DataLoader(TensorDataset(X, y), batch_size=16, shuffle=True):
            loss = nn.MSELoss()(model(a), b)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
""",
        "least squares, no training": """
import torch
def fit(model, X, y):
    solution = torch.linalg.lstsq(torch.cat([X, torch.ones_like(X)], dim=1), y).solution
    with torch.no_grad():
        model.weight.copy_(solution[:1])
        model.bias.copy_(solution[1])
""",
    },
}
WRONG = {
    "predict": told(
        "import torch\n@torch.no_grad()\ndef predict(model, X):\n    return {}\n",
        {"model.eval()(X) + 1": "predict(model, X) differs"},
    ),
    "evaluate": told(
        "import torch\ndef evaluate(model, loss_fn, X, y):\n    {}\n",
        {
            "targets first": (
                "model.eval()\n    with torch.inference_mode():\n        return loss_fn(y, model(X)).item()",
                "predictions first",
            ),
            "trains": (
                "model.eval()\n    with torch.no_grad():\n        loss = loss_fn(model(X), y).item()\n"
                "        next(model.parameters()).mul_(0.9)\n    return loss",
                "must not train",
            ),
            "no forward pass": ("return 0.0", "never called"),
            "back to training mode too early": (
                "model.eval()\n    model.train()\n    with torch.no_grad():\n        return loss_fn(model(X), y).item()",
                "still in training mode",
            ),
            "no return": (
                "model.eval()\n    with torch.no_grad():\n        loss_fn(model(X), y).item()",
                "is there a `return`?",
            ),
        },
    ),
    "fit": told(
        "{}",
        {
            "written down": (
                "import torch\n@torch.no_grad()\ndef fit(model, X, y):\n    model.weight.fill_(0.3)\n    model.bias.fill_(0.9)\n",
                "For points of y = 0.7x + 0.3: No gradient ever reached the model",
            ),
            "no backward": (
                LOOP.format(lr=0.01, epochs=400, loss="L1Loss", lines="optimizer.step()"),
                "loss.backward()",
            ),
            "no step": (LOOP.format(lr=0.01, epochs=400, loss="L1Loss", lines="loss.backward()"), "never moved"),
            "no zero_grad": (
                LOOP.format(lr=0.1, epochs=300, loss="MSELoss", lines="loss.backward(); optimizer.step()"),
                "added to the gradients",
            ),
            "diverges": (LOOP.format(lr=3, epochs=400, loss="MSELoss", lines=ALL), "smaller learning rate"),
            "a single epoch": (LOOP.format(lr=0.01, epochs=1, loss="L1Loss", lines=ALL), "moved 1 time(s) only"),
            "step after the loop": (
                LOOP.format(lr=0.01, epochs=400, loss="L1Loss", lines="loss.backward()") + "    optimizer.step()\n",
                "backward() ran 400 times, and the model moved once",
            ),
            "a copy": (
                LOOP.format(lr=0.01, epochs=400, loss="L1Loss", lines=ALL).replace(
                    "    optimizer =", "    import copy\n    model = copy.deepcopy(model)\n    optimizer ="
                ),
                "use this model, no other",
            ),
            "far too large steps": (LOOP.format(lr=1, epochs=400, loss="L1Loss", lines=ALL), "another learning rate"),
            "too few epochs": (LOOP.format(lr=0.01, epochs=100, loss="L1Loss", lines=ALL), "more epochs"),
        },
    ),
}


def test_eval_does_not_stop_gradients(judge: Judge) -> None:
    assert judge.predict(LESSON, "eval_and_gradients", "True").outcome == "passed"
    assert judge.predict(LESSON, "eval_and_gradients", "False").outcome == "failed"


@pytest.mark.parametrize(
    ("truth", "model", "epochs", "epoch", "printed"),
    [
        ("0.7x + 0.3", "nn.Parameter", 100, 90, ("0.5784", "0.3513", "0.0279", "0.0647")),
        ("0.7x + 0.3", "nn.Linear", 1000, 900, ("0.6968", "0.3025", "0.0013", "0.0138")),
        ("0.3x + 0.9", "nn.Parameter", 300, 280, ("0.3067", "0.9011", "0.004", "0.006")),
    ],
)
def test_the_courses_figures_are_reproduced_and_stand_beside_ours(
    judge: Judge, truth: str, model: str, epochs: int, epoch: int, printed: tuple[str, ...]
) -> None:
    events = judge.demo(LESSON, "fit_line", truth=truth, model=model, epochs=epochs, slow_motion=0.0)
    rows = figures_table(events).rows
    assert [row[0] for row in rows] == ["weight", "bias", f"train MAE, epoch {epoch}", f"test MAE, epoch {epoch}"]
    assert tuple(row[3] for row in rows) == printed
    for _, _, measured, theirs in rows:
        places = len(theirs.partition(".")[2])
        assert float(measured) == pytest.approx(float(theirs), abs=0.51 * 10**-places + 1e-4)


def test_other_settings_are_not_set_beside_the_course(judge: Judge) -> None:
    for other in ({"lr": 0.02}, {"epochs": 101}, {"truth": "0.3x + 0.9"}, {"optimizer": "Adam"}):
        table = figures_table(judge.demo(LESSON, "fit_line", slow_motion=0.0, **other))
        assert table.columns == ("", "true", "measured here"), other


def test_a_rate_that_is_changed_while_it_runs_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps ten times smaller hardly move the line; and this is no longer what the course ran."""
    monkeypatch.syspath_prepend(str(built_in()))
    lesson = runpy.run_path(str(built_in() / f"{LESSON}.py"))
    sent: list[Message] = []
    run = Run(1, "cpu", lambda *messages: sent.extend(messages))
    run.adjust("lr", 0.001)
    lesson["fit_line"](run, lr=0.01, epochs=100, slow_motion=0.0)
    run.flush()
    (table,) = [message for message in sent if isinstance(message, Table)]
    assert len(table.columns) == 3
    assert float(str(run.figures["train_mae"])) > 0.15


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "Adam", "lr": 0.02, "truth": "0.3x + 0.9", "epochs": 300},
        {"optimizer": "Adam", "lr": 0.01, "model": "nn.Linear", "epochs": 200},
        {"optimizer": "Adam", "lr": 0.03, "epochs": 300},
    ],
)
def test_other_settings_reach_the_target(judge: Judge, settings: dict[str, Value]) -> None:
    verdict = judge.tune(LESSON, "low_error", slow_motion=0.0, **settings)
    assert verdict.outcome == "passed", verdict.message


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"epochs": 300}, "larger or better steps"),
        ({"optimizer": "Adam", "lr": 0.02, "epochs": 100}, "give it more"),
        ({"optimizer": "Adam", "lr": 1.0, "epochs": 300}, "jumps up and down"),
        ({"optimizer": "Adam", "lr": 0.02, "epochs": 301}, "You used 301 epochs"),
    ],
)
def test_settings_that_miss_the_target_are_told_why(judge: Judge, settings: dict[str, Value], sentence: str) -> None:
    verdict = judge.tune(LESSON, "low_error", slow_motion=0.0, **settings)
    assert verdict.outcome == "failed"
    assert sentence in verdict.message


def test_the_line_and_both_losses_move_while_it_trains(judge: Judge) -> None:
    events = judge.demo(LESSON, "fit_line", slow_motion=0.5)
    series = {event.series for event in events if isinstance(event, Points)}
    assert series == {"train", "test"}
    trains = [y for event in events if isinstance(event, Points) and event.series == "train" for y in event.y]
    assert len(trains) == 100
    assert trains[-1] < trains[0] / 5
    lines = {
        group.y for event in events if isinstance(event, Scatter) for group in event.groups if group.name == "model"
    }
    assert len(lines) > 3, "the line was drawn at several moments"
    assert any(event.topic == "data" for event in events if isinstance(event, Note))


def test_training_through_noise_ends_on_the_least_squares_line(judge: Judge) -> None:
    events = judge.demo(LESSON, "fit_noisy", slow_motion=0.0)
    figures = result(events)
    best = float(figures["least_squares_train_loss"])
    assert 250 < best < 400, "the floor is about the noise squared"
    assert best <= float(figures["train_loss"]) < best * 1.01
    assert "test_loss" in figures
    errors = [event for event in events if isinstance(event, Histogram)][-1]
    assert 15 < errors.std < 20 and abs(errors.mean) < 1, "what is left is the noise"
    exact = result(judge.demo(LESSON, "fit_noisy", slow_motion=0.0, noise=0.0, epochs=1000))
    assert float(exact["train_loss"]) < 0.01


def test_all_points_at_once_leave_none_to_judge_on(judge: Judge) -> None:
    events = judge.demo(LESSON, "fit_noisy", slow_motion=0.0, train_on="all 100", epochs=100)
    figures = result(events)
    assert "test_loss" not in figures
    assert {event.series for event in events if isinstance(event, Points)} == {"train"}
    assert float(figures["train_loss"]) == pytest.approx(404.6, abs=5)
    assert any("07_linear_regression.py" in event.text for event in events if isinstance(event, Note))


def test_a_learning_rate_of_two_diverges_without_breaking_the_demo(judge: Judge) -> None:
    events = judge.demo(LESSON, "fit_noisy", slow_motion=0.0, lr=2.0)
    assert not float(result(events)["train_loss"]) < 1e6


def result(events: list[JobEvent]) -> dict[str, Value]:
    """The figures of a demo that came to its end."""
    assert isinstance(events[-1], Finished), events[-1]
    return {name: value for event in events if isinstance(event, Result) for name, value in event.figures.items()}


def figures_table(events: list[JobEvent]) -> Table:
    """The table of figures of a demo that came to its end."""
    assert isinstance(events[-1], Finished), events[-1]
    (table,) = [event for event in events if isinstance(event, Table)]
    return table

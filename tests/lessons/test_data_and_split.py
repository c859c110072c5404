"""The lesson workflow/data_and_split: other right answers pass, wrong ones are told why, the demos measure what the text says."""

from __future__ import annotations

import pytest

from tests.lessons.answers import Wrong, edited, starter, told
from tests.lessons.judge import Judge
from tutor.course.model import Order
from tutor.protocol import Finished, JobEvent, Result, Scatter, Table, Value

LESSON = "workflow/data_and_split"

RIGHT = {
    "make_split": {
        "arange, sliced": """
import torch
def make_split(weight, bias, n):
    X = torch.arange(n)[:, None] / n
    y = X * weight + bias
    k = int(0.8 * n)
    return X[:k], y[:k], X[k:], y[k:]
""",
        "shuffled, a list": """
import torch
def make_split(weight, bias, n):
    X = torch.linspace(0, 1, n).reshape(-1, 1)
    y = bias + weight * X
    order = torch.randperm(n)
    a, b = order[: int(0.8 * n)], order[int(0.8 * n) :]
    return [X[a], y[a], X[b], y[b]]
""",
        "with a step": """
import torch
def make_split(weight, bias, n):
    X = torch.arange(0, 1, 1 / n)[:n].unsqueeze(1)
    cut = int(n * 0.8)
    X_train, X_test = X.split([cut, n - cut])
    return X_train, weight * X_train + bias, X_test, weight * X_test + bias
""",
    },
    "standardise": {
        "n in place of n - 1": """
import torch
def standardise(X_train, X_test):
    std, mean = torch.std_mean(X_train, dim=0, correction=0)
    return (X_train - mean) / std, (X_test - mean) / std
""",
        "keepdim, a list": """
def standardise(X_train, X_test):
    mean, std = X_train.mean(0, keepdim=True), X_train.std(0, keepdim=True)
    return [(X - mean) / std for X in (X_train, X_test)]
""",
    },
}
WRONG = {
    "make_split": edited(
        LESSON,
        "make_split",
        {
            "float64": ("torch.linspace(0, 1, n)", "torch.linspace(0, 1, n, dtype=torch.float64)", "dtype float64"),
            "up to 10": ("torch.linspace(0, 1, n)", "torch.linspace(0, 10, n)", "goes from 0 to 10"),
            "random": (
                "torch.linspace(0, 1, n)",
                "torch.cat([torch.rand(n - 2), torch.tensor([0.0, 1.0])])",
                "evenly spread",
            ),
            "y and bias": ("weight * X + bias", "weight * X", "y_train differs"),
            "x and y shuffled apart": (
                "y = weight * X + bias",
                "y = weight * X[torch.randperm(n)] + bias",
                "y_train differs",
            ),
            "the first are to test": (
                "return X_train, y_train, X_test, y_test",
                "return X_test, y_test, X_train, y_train",
                "changed places",
            ),
            "in pairs": (
                "return X_train, y_train, X_test, y_test",
                "return (X_train, y_train), (X_test, y_test)",
                "make_split returns 2 things",
            ),
            "in one row": ("unsqueeze(1)", "unsqueeze(0)", "unsqueeze(1) makes a column"),
            "70 percent": ("0.8", "0.7", "80 are to train on"),
            "three": (
                "return X_train, y_train, X_test, y_test",
                "return X_train, y_train, X_test",
                "make_split returns",
            ),
        },
    ),
    "standardise": {
        **told(
            "def standardise(X_train, X_test):\n    {}\n",
            {
                "no parentheses": (
                    "m, s = X_train.mean(0), X_train.std(0); return X_train - m / s, X_test - m / s",
                    "belongs in parentheses",
                ),
                "the variance": (
                    "m, v = X_train.mean(0), X_train.var(0); return (X_train - m) / v, (X_test - m) / v",
                    "divide by the variance",
                ),
                "the test set as it was": (
                    "return (X_train - X_train.mean(0)) / X_train.std(0), X_test",
                    "not scaled yet",
                ),
                "changed places": (
                    "m, s = X_train.mean(0), X_train.std(0); return (X_test - m) / s, (X_train - m) / s",
                    "changed places",
                ),
                "half a leak": (
                    "import torch; m, s = X_train.mean(0), torch.cat([X_train, X_test]).std(0)\n"
                    "    return (X_train - m) / s, (X_test - m) / s",
                    "in the standard deviation",
                ),
                "not divided": (
                    "return X_train - X_train.mean(0), X_test - X_train.mean(0)",
                    "standardise(X_train, X_test)",
                ),
                "by the test set": (
                    "return tuple((X - X_test.mean(0)) / X_test.std(0) for X in (X_train, X_test))",
                    "by its own mean",
                ),
                "only one": ("return (X_train - X_train.mean(0)) / X_train.std(0)", "Expected a tuple"),
            },
        ),
        "the leak of the broken code": Wrong(starter(LESSON, "standardise"), "test rows still take part"),
    },
}


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    (found,) = [event for event in events if isinstance(event, Result)]
    return found.figures


def test_orders_of_the_workflow(judge: Judge) -> None:
    order = judge.exercise(LESSON, "workflow")
    assert isinstance(order, Order)
    data, split, model, fit, evaluate, save, back = order.lines
    for lines in (
        [model, data, split, fit, evaluate, save, back],
        [data, model, split, fit, save, evaluate, back],
    ):
        verdict = judge.check(LESSON, "workflow", order.assemble(lines))
        assert verdict.outcome == "passed", verdict.message
    unsaved = judge.check(LESSON, "workflow", order.assemble([data, split, model, fit, evaluate, back, save]))
    assert unsaved.outcome == "failed" and "never saved" in unsaved.message
    early = judge.check(LESSON, "workflow", order.assemble([split, data, *order.lines[2:]]))
    assert early.outcome == "failed" and "uses X before the line that makes it" in early.message


def test_predictions(judge: Judge) -> None:
    assert judge.predict(LESSON, "test_shape", "10x1").outcome == "passed"
    assert judge.predict(LESSON, "test_shape", "(10,)").outcome == "failed"
    assert judge.predict(LESSON, "baseline_error", "1").outcome == "passed"
    assert judge.predict(LESSON, "baseline_error", "1.5").outcome == "failed"


@pytest.mark.parametrize("points", [20, 30, 200])
def test_the_best_on_the_training_points_is_not_the_best(judge: Judge, points: int) -> None:
    figures, errors = memorise(judge, points=points)
    assert (figures["best_on_train"], figures["best_on_test"]) == ("memory", "line")
    assert errors["memory, train"] == 0
    assert errors["memory, test"] > 0.9 * errors["mean, test"], "hardly better than the mean"


def test_without_noise_nothing_is_lost_by_a_line(judge: Judge) -> None:
    _, errors = memorise(judge, noise=0.0)
    assert errors["line, test"] == 0 < errors["memory, test"]


def memorise(judge: Judge, **settings: Value) -> tuple[dict[str, Value], dict[str, float]]:
    """The figures of the demo, and its last table: "way, part" to the error."""
    events = judge.demo(LESSON, "memorise", slow_motion=0.0, **settings)
    table = [event for event in events if isinstance(event, Table)][-1]
    assert table.columns == ("", "train", "unseen")
    errors = {}
    for way, train, unseen in table.rows:
        errors[f"{way}, train"], errors[f"{way}, test"] = float(train), float(unseen)
    return result(events), errors


def test_the_line_and_its_split(judge: Judge) -> None:
    events = judge.demo(LESSON, "make_line")
    last = result(events)
    assert (last["train"], last["test"]) == (40, 10)
    groups = {group.name: group for group in [event for event in events if isinstance(event, Scatter)][-1].groups}
    assert max(groups["train"].x) < min(groups["test"].x)
    spread = result(judge.demo(LESSON, "make_line", split="random", test_share=0.3))
    assert (spread["train"], spread["test"]) == (35, 15)
    assert float(spread["farthest_test_point"]) < float(last["farthest_test_point"])

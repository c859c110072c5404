"""The lesson gradients/autograd: other right answers pass, wrong ones are told why, and the demos show what the text says."""

from __future__ import annotations

import pytest

from tests.lessons.answers import Wrong, starter, told
from tests.lessons.judge import Judge
from tutor.protocol import Finished, JobEvent, Note, Result, Table, Value

LESSON = "gradients/autograd"

RIGHT = {
    "slopes": {
        "weights of one": """
import torch
def slopes(x):
    x = x.detach().clone().requires_grad_(True)
    y = x**3 - 2 * x
    y.backward(torch.ones_like(y))
    return x.grad
""",
        "autograd.grad": """
import torch
def slopes(x):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad((x**3 - 2 * x).sum(), x)
    return gradient
""",
        "the mean, times the count": """
def slopes(x):
    x = x.clone().requires_grad_()
    (x**3 - 2 * x).mean().backward()
    return x.grad * x.numel()
""",
        "by formula": "def slopes(x):\n    return 3 * x**2 - 2\n",
    },
    "numeric_gradient": {
        "one-sided, small h": """
import torch
def numeric_gradient(f, x):
    base = f(x)
    return torch.stack([(f(x + 1e-6 * row) - base) / 1e-6 for row in torch.eye(len(x), dtype=x.dtype)])
""",
        "in place and taken back": """
import torch
def numeric_gradient(f, x):
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        kept = x[i].item()
        x[i] = kept + 1e-4
        up = f(x)
        x[i] = kept - 1e-4
        down = f(x)
        x[i] = kept
        gradient[i] = (up - down) / 2e-4
    return gradient
""",
    },
}
WRONG = {
    "slopes": {
        **told(
            "{}",
            {
                "the learner's x is changed": (
                    "def slopes(x):\n    x.requires_grad_()\n    x.data += 1\n    (x**3).sum().backward()\n    return x.grad\n",
                    "slopes(x) for x of shape",
                ),
                "what backward returns": (
                    "def slopes(x):\n    x = x.clone().requires_grad_()\n    return (x**3 - 2 * x).sum().backward()\n",
                    "backward() itself returns nothing",
                ),
                "the grad of a result": (
                    "def slopes(x):\n    x = x.clone().requires_grad_()\n    y = x**3 - 2 * x\n    y.sum().backward()\n    return y.grad\n",
                    "results keep no grad",
                ),
                "x itself": (
                    "def slopes(x):\n    x = x.clone().requires_grad_()\n    (x**3 - 2 * x).sum().backward()\n    return x\n",
                    "in x.grad",
                ),
                "the sum of slopes": (
                    "def slopes(x):\n    x = x.clone().requires_grad_()\n    (x**3 - 2 * x).sum().backward()\n    return x.grad.sum()\n",
                    "has shape ()",
                ),
            },
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "slopes"), outcome="error", detail="grad can be implicitly created only for scalar outputs"
        ),
    },
    "numeric_gradient": {
        **told(
            "{}",
            {
                "nudges left in x": (
                    "import torch\ndef numeric_gradient(f, x):\n    g = torch.zeros_like(x)\n    for i in range(len(x)):\n"
                    "        a = f(x); x[i] += 1e-7; g[i] = (f(x) - a) / 1e-7\n    x += 1\n    return g\n",
                    "take each nudge back",
                ),
                "nudges that stay": (
                    "import torch\ndef numeric_gradient(f, x):\n    g, n = torch.zeros_like(x), torch.zeros_like(x)\n"
                    "    for i in range(len(x)):\n        n[i] = 1e-5\n        g[i] = (f(x + n) - f(x - n)) / 2e-5\n    return g\n",
                    "Each nudge stays",
                ),
                "returned in the loop": (
                    "import torch\ndef numeric_gradient(f, x):\n    g = torch.zeros_like(x)\n    for i in range(len(x)):\n"
                    "        n = torch.zeros_like(x)\n        n[i] = 1e-5\n        g[i] = (f(x + n) - f(x - n)) / 2e-5\n        return g\n",
                    "inside the loop",
                ),
                "the starter": (starter(LESSON, "numeric_gradient"), "Line 6 is still a `...`"),
                "not divided": (
                    "import torch\ndef numeric_gradient(f, x):\n"
                    "    return torch.stack([f(x + 1e-5 * e) - f(x - 1e-5 * e) for e in torch.eye(len(x), dtype=x.dtype)])\n",
                    "is the difference divided by all of 2h",
                ),
                "nothing returned": ("def numeric_gradient(f, x):\n    f(x)\n", "is there a `return`?"),
                "a list": ("def numeric_gradient(f, x):\n    return [0.0 for _ in x]\n", "Expected a tensor"),
            },
        ),
        **told(
            "{}",
            {
                "autograd": (
                    "def numeric_gradient(f, x):\n    x = x.clone().requires_grad_()\n    f(x).backward()\n    return x.grad\n",
                    "finds no way back",
                ),
            },
            outcome="error",
        ),
    },
}


def result(events: list[JobEvent]) -> dict[str, Value]:
    assert isinstance(events[-1], Finished), events[-1]
    (found,) = [event for event in events if isinstance(event, Result)]
    return found.figures


def test_predictions(judge: Judge) -> None:
    assert judge.predict(LESSON, "mean_gradient", "6, 9").outcome == "passed"
    assert judge.predict(LESSON, "mean_gradient", "12, 18").outcome == "failed"
    assert judge.predict(LESSON, "integer_gradient", "error").outcome == "passed"


def test_the_choice_is_what_pytorch_does(judge: Judge) -> None:
    import torch

    layer, scale, data = torch.nn.Linear(2, 1), torch.tensor(0.5, requires_grad=True), torch.ones(4, 2)
    loss = (layer(data) * scale).mean()
    loss.backward()
    filled = {"layer.weight": layer.weight, "scale": scale, "data": data}
    for option in judge.choice(LESSON, "who-gets-a-gradient").options:
        name = option.text.strip("`")
        assert option.right == (name in filled and filled[name].grad is not None), name


def test_the_graph_and_its_gradients_are_shown(judge: Judge) -> None:
    events = judge.demo(LESSON, "grow_graph", slow_motion=0.0, x0=0.0, x1=1.0)
    assert result(events)["x0_gradient"] == pytest.approx(6.0)
    assert result(events)["x1_gradient"] == pytest.approx(9.0)
    notes = " ".join(event.text for event in events if isinstance(event, Note))
    assert "MeanBackward0, MulBackward0, PowBackward0, AddBackward0, AccumulateGrad" in notes
    last = [event for event in events if isinstance(event, Table)][-1]
    assert [row[4] for row in last.rows] == ["6, 9", "6, 9", "0.5, 0.5", "1"]


def test_without_requires_grad_nothing_is_recorded(judge: Judge) -> None:
    events = judge.demo(LESSON, "grow_graph", slow_motion=0.0, requires_grad=False)
    assert result(events) == {"recorded_operations": 0}
    notes = [event.text for event in events if isinstance(event, Note)]
    assert any("element 0 of tensors does not require grad and does not have a grad_fn" in note for note in notes)


@pytest.mark.parametrize("function", ["x ** 2", "cumsum(x)", "x * x.sum()"])
def test_weights_times_jacobian(judge: Judge, function: str) -> None:
    events = judge.demo(LESSON, "weigh_outputs", function=function, weight0=2.0, weight1=-1.0, weight2=0.5)
    assert result(events)["same_as_weights_times_jacobian"] is True

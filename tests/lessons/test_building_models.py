"""The lesson workflow/building_models: other right models pass, wrong ones are told why, the demos show what the text says."""

from __future__ import annotations

import pytest

from tests.lessons.answers import Wrong, edited, starter
from tests.lessons.judge import Judge
from tutor.protocol import Finished, JobEvent, Note, Result, Table, Value

LESSON = "workflow/building_models"

LINE = {
    "zeros, other order": """
import torch
class {0}(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = torch.nn.Parameter(torch.zeros(1))
        self.weight = torch.nn.Parameter(torch.ones(1))
    def forward(self, inputs):
        return torch.add(self.bias, inputs * self.weight)
""",
    "registered by name, old super": """
import torch
from torch import nn
class {0}(nn.Module):
    def __init__(self, spread=1.0):
        super({0}, self).__init__()
        for each in ("weight", "bias"):
            self.register_parameter(each, nn.Parameter(spread * torch.randn(1)))
    def forward(self, x):
        return x * self.weight + self.bias
""",
}
RIGHT = {
    "Line": {name: code.format("Line") for name, code in LINE.items()},
    "LinearRegression": {name: code.format("LinearRegression") for name, code in LINE.items()},
    "Classifier": {
        "a list unpacked": """
from torch import nn
class Classifier(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        parts = [nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, 1)]
        self.net = nn.Sequential(*parts)
    def forward(self, x):
        return self.net(x)
""",
        "the last layer outside": """
from torch import nn
class Classifier(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        self.last = nn.Linear(hidden, 1)
        self.body = nn.Sequential(nn.Linear(features, hidden), nn.ReLU(inplace=True))
    def forward(self, x):
        return self.last(self.body(x))
""",
        "a Sequential itself": """
from torch import nn
class Classifier(nn.Sequential):
    def __init__(self, features, hidden):
        super().__init__(nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, 1))
""",
    },
}
WRONG = {
    "Line": {
        "the broken code": Wrong(starter(LESSON, "Line"), "knows no parameters"),
        **edited(
            LESSON, "Line", {"buffers": ("nn.Parameter(torch.randn(1))", "nn.Buffer(torch.randn(1))", "no parameters")}
        ),
    },
    "LinearRegression": edited(
        LESSON,
        "LinearRegression",
        {
            "nothing recorded": (
                "return self.weight * x + self.bias",
                "with torch.no_grad():\n            return self.weight * x + self.bias",
                "does not reach both parameters",
            ),
            "__init__ misspelled": ("def __init__", "def _init_", "two underscores"),
            "__init__ of nn.Module not called, and no parameter": (
                "super().__init__()\n        self.weight = nn.Parameter(torch.randn(1))\n        self.bias = nn.Parameter(torch.randn(1))",
                "weight = torch.randn(1)",
                "never set up as a module",
            ),
            "forward within __init__": (
                "    def forward(self, x):\n        return",
                "        def forward(self, x):\n            return",
                "as far in",
            ),
            "forward without self": ("forward(self, x)", "forward(x)", "take self, then x"),
            "no bias added": ("+ self.bias", "+ 0 * self.bias", "the model with weight 2 and bias 1"),
            "frozen": (
                "nn.Parameter(torch.randn(1))",
                "nn.Parameter(torch.randn(1), requires_grad=False)",
                "cannot learn",
            ),
            "a scalar": ("torch.randn(1)", "torch.randn(())", "has shape (); expected (1,)"),
            "other names": ("weight", "w", "Name the two attributes weight and bias"),
            "cut off": ("self.weight * x", "self.weight.detach() * x", "does not reach both parameters"),
            "a plain class": ("(nn.Module)", "", "nn.Module"),
            "forward misspelled": ("def forward", "def foward", "has no forward method"),
            "forward without x": ("forward(self, x)", "forward(self)", "cannot be called like that"),
        },
    ),
    "Classifier": {
        **edited(
            LESSON,
            "Classifier",
            {
                "squeezed": ("return self.layers(x)", "return self.layers(x).squeeze(1)", "gives shape (6,)"),
                "a layer too many": (
                    "nn.Linear(hidden, 1)",
                    "nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1)",
                    "parameters;",
                ),
                "a sigmoid at the end": (
                    "nn.Linear(hidden, 1))",
                    "nn.Linear(hidden, 1), nn.Sigmoid())",
                    "follows your last linear",
                ),
                "a ReLU at the end": (
                    "nn.Linear(hidden, 1))",
                    "nn.Linear(hidden, 1), nn.ReLU())",
                    "follows your last linear",
                ),
                "another activation": ("nn.ReLU()", "nn.Tanh()", "another function than ReLU"),
                "one more activation": ("nn.ReLU()", "nn.GELU()", "linear layer, ReLU, linear layer"),
                "layers of its own, never set up": (
                    "super().__init__()\n        self.layers",
                    "layers",
                    "never set up as a module",
                ),
            },
        ),
        **edited(
            LESSON,
            "Classifier",
            {
                "a fixed size": (
                    "nn.Linear(features, hidden)",
                    "nn.Linear(2, hidden)",
                    "the shapes do not go together",
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


def notes(events: list[JobEvent]) -> str:
    return " ".join(event.text for event in events if isinstance(event, Note))


def test_prediction(judge: Judge) -> None:
    assert judge.predict(LESSON, "count_parameters", "21").outcome == "passed"
    assert judge.predict(LESSON, "count_parameters", "15").outcome == "failed"


def test_the_choice_is_what_fits(judge: Judge) -> None:
    import torch
    from torch import nn

    for option in judge.choice(LESSON, "in-and-out").options:
        model = eval(option.text.strip("`"), {"nn": nn})
        try:
            fits = model(torch.rand(8, 4)).shape == (8, 1)
        except RuntimeError:
            fits = False
        assert option.right == fits, option.text


def test_the_four_spellings_learn_the_same(judge: Judge) -> None:
    ways = ["two Parameters", "nn.Linear inside", "Sequential alone", "Sequential inside"]
    all_events = [judge.demo(LESSON, "spell", way=way, slow_motion=0.0) for way in ways]
    figures = [result(events) for events in all_events]
    for each in figures:
        assert each == pytest.approx(figures[0], rel=1e-4)
    assert float(figures[0]["last_loss"]) < 0.01
    keys = [{row[0] for e in events if isinstance(e, Table) for row in e.rows} for events in all_events]
    assert keys[0] == {"weight", "bias"} and keys[2] == {"0.weight", "0.bias"}
    assert keys[3] == {"layers.0.weight", "layers.0.bias"}


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("broken: plain tensors", "ValueError: optimizer got an empty parameter list"),
        ("broken: no super()", "AttributeError: cannot assign module before Module.__init__() call"),
    ],
)
def test_the_broken_spellings_raise_what_the_text_quotes(judge: Judge, way: str, error: str) -> None:
    assert error in notes(judge.demo(LESSON, "spell", way=way))


def test_layers_that_do_not_fit_are_shown(judge: Judge) -> None:
    assert result(judge.demo(LESSON, "pass_through"))["numbers_for_each_row"] == 1
    assert result(judge.demo(LESSON, "pass_through", answer="one of 3 classes"))["numbers_for_each_row"] == 3
    events = judge.demo(LESSON, "pass_through", second_takes=8)
    assert "shapes cannot be multiplied (32x16 and 8x1)" in notes(events)

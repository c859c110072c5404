"""The lesson vision/tiny_vgg: its checks, and that its demos measure what the text says."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import Wrong, told, whole
from tests.lessons.judge import Judge
from tutor.course.model import Order
from tutor.protocol import Finished, Heatmap, JobEvent, Note, Picture, Points, Result, Table, TensorShown, Value

LESSON = "vision/tiny_vgg"

CONV_1 = "block.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))"
CONV_2 = "block.append(nn.Conv2d(out_channels, out_channels, 3, padding=1))"
RELU, POOL, BACK = "block.append(nn.ReLU())", "block.append(nn.MaxPool2d(2))", "return block"
ORDERS_WRONG = {
    "no last ReLU": ([CONV_1, RELU, RELU, CONV_2, POOL, BACK], "no ReLU after the second convolution"),
    "no ReLU between": ([CONV_1, CONV_2, RELU, POOL, RELU, BACK], "no ReLU between"),
    "the pool first": ([POOL, CONV_1, RELU, CONV_2, RELU, BACK], "before the first convolution"),
    "the pool in the middle": ([CONV_1, POOL, RELU, CONV_2, RELU, BACK], "before the second convolution"),
    "a ReLU first": ([RELU, CONV_1, RELU, CONV_2, POOL, BACK], "differs"),
    "returned too early": ([CONV_1, RELU, CONV_2, RELU, BACK, POOL], "has 4 of the five layers"),
    "returned at once": ([BACK, CONV_1, RELU, CONV_2, RELU, POOL], "has 0 of the five layers"),
    "the second convolution first": (
        [CONV_2, RELU, CONV_1, RELU, POOL, BACK],
        "refuses a batch of shape (2, 3, 8, 12)",
    ),
}
CONVOLUTIONS = "nn.Conv2d(1, 10, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(10, 10, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)"
FLATTEN_SIZE = f"from torch import nn\nmodel = nn.Sequential({CONVOLUTIONS}, {{}})\n"
BLOCK = """
import torch
from torch import nn
def conv_block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
{}"""
LAYERS = BLOCK.format("def TinyVGG(i, h, c):\n    return {}\n")
FULL = "nn.Sequential(conv_block(i, h), conv_block(h, h), nn.Flatten(), nn.Linear(h * 49, c), {})"
UNUSED_LAYER = """
class TinyVGG(nn.Module):
    def __init__(self, i, h, c):
        super().__init__()
        self.blocks = nn.Sequential(conv_block(i, h), conv_block(h, h))
        self.spare, self.head = nn.Linear(9, 9), nn.Linear(h * 49, c)
    def forward(self, x):
        return self.head(self.blocks(x).flatten(1))
"""
NOT_KEPT = """
class TinyVGG(nn.Module):
    def __init__(self, i, h, c):
        super().__init__()
        blocks = nn.Sequential(conv_block(i, h), conv_block(h, h))
        head = nn.Linear(h * 49, c)
    def forward(self, x):
        return head(blocks(x).flatten(1))
"""
FAILS_IN_ITS_FORWARD = BLOCK.format("""class TinyVGG(nn.Module):
    def __init__(self, i, h, c):
        super().__init__()
        self.block = conv_block(i, h)
        self.head = nn.Linear(h * 28 * 28, c)
    def forward(self, x):
        return self.head(self.block(x).flatten(1))
""")
RIGHT = {
    "flatten_size": whole(
        FLATTEN_SIZE,
        {
            "lazy": "nn.Flatten(), nn.LazyLinear(10)",
            "averaged over height and width": "nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(10, 10)",
            "a hidden layer": "nn.Flatten(), nn.Linear(490, 32), nn.ReLU(), nn.Linear(32, 10)",
        },
    ),
    "tiny_vgg": whole(
        BLOCK,
        {
            "a function that returns a Sequential": """
def TinyVGG(in_channels, hidden_units, classes):
    return nn.Sequential(conv_block(in_channels, hidden_units), conv_block(hidden_units, hidden_units),
                         nn.Flatten(), nn.Linear(hidden_units * 49, classes))
""",
            "measured with an image of zeros": """
class TinyVGG(nn.Module):
    def __init__(self, in_channels, hidden_units, classes):
        super().__init__()
        self.features = nn.Sequential(conv_block(in_channels, hidden_units), conv_block(hidden_units, hidden_units))
        with torch.no_grad():
            size = self.features(torch.zeros(1, in_channels, 28, 28)).numel()
        self.head = nn.Linear(size, classes)
    def forward(self, x):
        return self.head(self.features(x).view(x.shape[0], -1))
""",
            "lazy, with dropout": """
class TinyVGG(nn.Module):
    def __init__(self, in_channels, hidden_units, classes):
        super().__init__()
        self.blocks = nn.ModuleList([conv_block(in_channels, hidden_units), conv_block(hidden_units, hidden_units)])
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.LazyLinear(classes))
    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)
""",
        },
    ),
}
WRONG = {
    "flatten_size": told(
        FLATTEN_SIZE,
        {
            "classes": ("nn.Flatten(), nn.Linear(490, 490)", "one row of 10 logits"),
            "pooled further": ("nn.MaxPool2d(7), nn.Linear(1, 10)", "keep the Flatten"),
            "nothing arrives": ("nn.Flatten(), nn.Threshold(1e9, 0.0), nn.Linear(490, 10)", "same logits"),
            "softmax": ("nn.Flatten(), nn.Linear(490, 10), nn.Softmax(dim=1)", "after the last linear layer"),
            "a ReLU at the end": ("nn.Flatten(), nn.Linear(490, 10), nn.ReLU()", "after the last linear layer"),
        },
    ),
    "tiny_vgg": {
        **told(
            LAYERS,
            {
                "one block": (
                    "nn.Sequential(conv_block(i, h), nn.Flatten(), nn.Linear(h * 14 * 14, c))",
                    "yours has 2 convolutions",
                ),
                "hidden units written down": (
                    "nn.Sequential(conv_block(i, 6), conv_block(6, 6), nn.Flatten(), nn.Linear(294, 10))",
                    "one row of 4 logits",
                ),
                "the batch flattened away": (
                    "nn.Sequential(conv_block(i, h), conv_block(h, h), nn.Flatten(0), nn.Linear(5 * h * 49, c))",
                    "(4,)",
                ),
                "wrong features": (
                    "nn.Sequential(conv_block(i, h), conv_block(h, h), nn.Flatten(), nn.Linear(h * 28 * 28, c))",
                    "cannot be multiplied",
                ),
            },
        ),
        **told(
            LAYERS.format(FULL),
            {
                "nn.LogSoftmax(dim=1)": "after the last linear layer",
                "nn.Sigmoid()": "after the last linear layer",
                "nn.ReLU()": "after the last linear layer",
            },
        ),
        "a model in place of its class": Wrong(
            LAYERS.format(FULL.replace(", {}", "")) + "TinyVGG = TinyVGG(1, 10, 10)\n", "cannot be called as"
        ),
        "layers that are not kept": Wrong(BLOCK.format(NOT_KEPT), "keeps each layer on self"),
        "an unused layer": Wrong(BLOCK.format(UNUSED_LAYER), "spare.weight has no part in the output"),
        "fails in its forward": Wrong(
            FAILS_IN_ITS_FORWARD, outcome="error", line=len(FAILS_IN_ITS_FORWARD.splitlines())
        ),
    },
}


@pytest.mark.parametrize("lines", [[CONV_1, RELU, CONV_2, RELU, POOL, BACK], [CONV_1, RELU, CONV_2, POOL, RELU, BACK]])
def test_every_order_that_makes_the_block_passes(judge: Judge, lines: list[str]) -> None:
    """A ReLU and a max-pool can change places: the largest of several values is kept by both."""
    verdict = judge.check(LESSON, "conv_block", block_of(judge, lines))
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize("name", ORDERS_WRONG)
def test_a_wrong_order_earns_its_sentence(judge: Judge, name: str) -> None:
    lines, sentence = ORDERS_WRONG[name]
    verdict = judge.check(LESSON, "conv_block", block_of(judge, lines))
    assert verdict.outcome == "failed" and sentence in verdict.message, verdict


def block_of(judge: Judge, lines: list[str]) -> str:
    """The answer that the lines make in this order."""
    order = judge.exercise(LESSON, "conv_block")
    assert isinstance(order, Order) and sorted(order.lines) == sorted(lines)
    return order.assemble(lines)


@pytest.mark.parametrize(("typed", "passes"), [("490", True), ("7840", False), ("7", False)])
def test_the_flatten_size_is_computed(judge: Judge, typed: str, passes: bool) -> None:
    verdict = judge.predict(LESSON, "flatten_features", typed)
    assert (verdict.outcome == "passed") is passes, verdict


def events(judge: Judge, demo: str, **settings: Value) -> list[JobEvent]:
    """All events of a demo that came to its end."""
    all_events = judge.demo(LESSON, demo, **settings)
    assert isinstance(all_events[-1], Finished), all_events[-1]
    assert any(isinstance(event, Note) and event.topic == "data" for event in all_events)
    return all_events


def results(all_events: list[JobEvent]) -> dict[str, Value]:
    return {name: value for event in all_events if isinstance(event, Result) for name, value in event.figures.items()}


def test_a_pooled_digit_is_the_maximum_of_each_window(judge: Judge) -> None:
    shown = {e.title: e for e in events(judge, "pool_a_digit") if isinstance(e, TensorShown)}
    cells = [[float(cell) for cell in row] for row in shown["image"].cells]
    pooled = [[float(cell) for cell in row] for row in shown["pooled image"].cells]
    windows = torch.tensor(cells).reshape(4, 2, 4, 2)
    assert torch.equal(torch.tensor(pooled), windows.amax(dim=(1, 3)))


def test_the_trace_ends_with_the_flatten_size(judge: Judge) -> None:
    all_events = events(judge, "trace_shapes", image_size=28, slow_motion=0.0)
    last = [event for event in all_events if isinstance(event, Table)][-1]
    assert last.rows[-1][:2] == ("flatten", "(1, 490)")
    assert results(all_events)["in_features"] == 490


def test_too_many_pools_are_explained_in_torchs_words(judge: Judge) -> None:
    all_events = events(judge, "trace_shapes", image_size=8, blocks=4, slow_motion=0.0)
    notes = [event.text for event in all_events if isinstance(event, Note)]
    assert any("max-pool refuses (1, 10, 1, 1)" in note for note in notes), notes


def test_the_network_learns_and_shows_what_it_misreads(judge: Judge) -> None:
    all_events = events(judge, "train_digits", epochs=4, batch_norm=True)
    figures = results(all_events)
    assert float(figures["test_accuracy"]) > 0.9
    series = {(event.chart, event.series) for event in all_events if isinstance(event, Points)}
    assert series == {("loss", "train"), ("loss", "test"), ("accuracy", "test")}
    last = {event.title: event for event in all_events if isinstance(event, Picture)}
    assert {image.mark for image in last["misread"].images} == {"wrong"}
    assert len(last["misread"].images) == min(int(figures["misread"]), 8)
    read_as = [event for event in all_events if isinstance(event, Heatmap)][-1]
    cells = torch.tensor(read_as.values)
    assert cells.sum() == 360 and cells.sum() - cells.diag().sum() == int(figures["misread"])


def test_the_recipe_of_larger_images_needs_batch_norm_here(judge: Judge) -> None:
    recipe = {"optimizer": "SGD", "lr": 0.1, "epochs": 3}
    plain = results(events(judge, "train_digits", batch_norm=False, **recipe))
    normed = results(events(judge, "train_digits", batch_norm=True, **recipe))
    assert float(plain["test_accuracy"]) < 0.5 and float(normed["test_accuracy"]) > 0.9


def test_other_settings_read_98_percent(judge: Judge) -> None:
    verdict = judge.tune(LESSON, "read_digits", batch_norm=True, epochs=8, hidden_units=24)
    assert verdict.outcome == "passed", verdict


def test_settings_that_miss_98_percent_are_told_why(judge: Judge) -> None:
    for settings, sentence in (
        ({"optimizer": "Adam", "lr": 1.0, "epochs": 1, "hidden_units": 2}, "next to nothing"),
        ({"batch_norm": True, "epochs": 2, "hidden_units": 4}, "still learning"),
    ):
        verdict = judge.tune(LESSON, "read_digits", **settings)
        assert verdict.outcome == "failed" and sentence in verdict.message, verdict

"""The lesson vision/tiny_vgg: its checks, and that its demos measure what the text says."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.judge import Judge
from tutor.protocol import Finished, JobEvent, Note, Picture, Points, Result, Table, TensorShown, Value

LESSON = "vision/tiny_vgg"

CONV_BLOCK = {
    "a module with its own forward": """
import torch
from torch import nn
class Block(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.second = nn.Conv2d(o, o, 3, padding=1)
        self.first = nn.Conv2d(i, o, 3, padding=1)
    def forward(self, x):
        x = torch.relu(self.second(torch.relu(self.first(x))))
        return torch.nn.functional.max_pool2d(x, 2)
def conv_block(in_channels, out_channels):
    return Block(in_channels, out_channels)
""",
    "a class; padding by name; pool before the last ReLU": """
from torch import nn
class conv_block(nn.Sequential):
    def __init__(self, a, b):
        super().__init__(nn.Conv2d(a, b, (3, 3), padding="same"), nn.ReLU(inplace=True),
                         nn.Conv2d(b, b, (3, 3), padding="same"), nn.MaxPool2d(2, 2), nn.ReLU())
""",
    "with batch norm": """
from torch import nn
def conv_block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, 1, 1), nn.BatchNorm2d(o), nn.ReLU(),
                         nn.Conv2d(o, o, 3, 1, 1), nn.BatchNorm2d(o), nn.ReLU(), nn.MaxPool2d(2))
""",
    "lazy": """
from torch import nn
conv_block = lambda i, o: nn.Sequential(nn.LazyConv2d(o, 3, padding=1), nn.ReLU(),
                                        nn.LazyConv2d(o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
""",
}
CONV_BLOCK_WRONG = {
    "no pool": ("nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.ReLU()", "halves them"),
    "no last ReLU": (
        "nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.MaxPool2d(2)",
        "no ReLU after the second",
    ),
    "kernel of 5": (
        "nn.Conv2d(i, o, 5, padding=2), nn.ReLU(), nn.Conv2d(o, o, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)",
        "3x3",
    ),
    "channels do not follow": (
        "nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)",
        "refuses a batch of shape (2, 3, 8, 12)",
    ),
    "one convolution": ("nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)", "1 Conv2d layer"),
}
FLATTEN_SIZE = {
    "lazy": "nn.Flatten(), nn.LazyLinear(10)",
    "averaged over height and width": "nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(10, 10)",
    "a hidden layer": "nn.Flatten(), nn.Linear(490, 32), nn.ReLU(), nn.Linear(32, 10)",
}
FLATTEN_SIZE_WRONG = {
    "classes": ("nn.Flatten(), nn.Linear(490, 490)", "one row of 10 logits"),
    "pooled further": ("nn.MaxPool2d(7), nn.Linear(1, 10)", "keep the Flatten"),
    "nothing arrives": ("nn.Flatten(), nn.Linear(490, 10), nn.Threshold(1e9, 0.0)", "same logits"),
}
BLOCK = """
import torch
from torch import nn
def conv_block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
"""
TINY_VGG = {
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
}
TINY_VGG_WRONG = {
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
}


@pytest.mark.parametrize("name", CONV_BLOCK)
def test_every_right_block_passes(judge: Judge, name: str) -> None:
    verdict = judge.check(LESSON, "conv_block", CONV_BLOCK[name])
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize("name", CONV_BLOCK_WRONG)
def test_a_wrong_block_earns_its_sentence(judge: Judge, name: str) -> None:
    layers, sentence = CONV_BLOCK_WRONG[name]
    answer = f"from torch import nn\ndef conv_block(i, o):\n    return nn.Sequential({layers})\n"
    verdict = judge.check(LESSON, "conv_block", answer)
    assert verdict.outcome == "failed" and sentence in verdict.message, verdict


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("def conv_block(i, o):\n    i + o", "is there a `return`?"),
        ("def conv_block(i):\n    return i", "cannot be called as conv_block(3, 5)"),
        ("conv_block = 3", "conv_block should be a function"),
        ("def conv_block(i, o):\n    return [i, o]", "expected an nn.Module"),
    ],
)
def test_an_answer_that_is_no_block_is_told_so(judge: Judge, answer: str, sentence: str) -> None:
    verdict = judge.check(LESSON, "conv_block", answer)
    assert verdict.outcome == "failed" and sentence in verdict.message, verdict


def mended(end: str) -> str:
    """The fix exercise's model with another end."""
    convs = "nn.Conv2d(1, 10, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(10, 10, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)"
    return f"from torch import nn\nmodel = nn.Sequential({convs}, {end})\n"


@pytest.mark.parametrize("name", FLATTEN_SIZE)
def test_every_right_classifier_passes(judge: Judge, name: str) -> None:
    verdict = judge.check(LESSON, "flatten_size", mended(FLATTEN_SIZE[name]))
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize("name", FLATTEN_SIZE_WRONG)
def test_a_wrong_classifier_earns_its_sentence(judge: Judge, name: str) -> None:
    end, sentence = FLATTEN_SIZE_WRONG[name]
    verdict = judge.check(LESSON, "flatten_size", mended(end))
    assert verdict.outcome == "failed" and sentence in verdict.message, verdict


@pytest.mark.parametrize("name", TINY_VGG)
def test_every_right_network_passes(judge: Judge, name: str) -> None:
    verdict = judge.check(LESSON, "tiny_vgg", BLOCK + TINY_VGG[name])
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize("name", TINY_VGG_WRONG)
def test_a_wrong_network_earns_its_sentence(judge: Judge, name: str) -> None:
    layers, sentence = TINY_VGG_WRONG[name]
    verdict = judge.check(LESSON, "tiny_vgg", BLOCK + f"def TinyVGG(i, h, c):\n    return {layers}\n")
    assert verdict.outcome == "failed" and sentence in verdict.message, verdict


def test_an_unused_layer_is_named(judge: Judge) -> None:
    answer = """
class TinyVGG(nn.Module):
    def __init__(self, i, h, c):
        super().__init__()
        self.blocks = nn.Sequential(conv_block(i, h), conv_block(h, h))
        self.spare, self.head = nn.Linear(9, 9), nn.Linear(h * 49, c)
    def forward(self, x):
        return self.head(self.blocks(x).flatten(1))
"""
    verdict = judge.check(LESSON, "tiny_vgg", BLOCK + answer)
    assert verdict.outcome == "failed" and "spare.weight has no part in the output" in verdict.message, verdict


def test_an_error_in_a_forward_of_the_learners_own_shows_its_line(judge: Judge) -> None:
    answer = BLOCK + (
        "class TinyVGG(nn.Module):\n    def __init__(self, i, h, c):\n        super().__init__()\n"
        "        self.block = conv_block(i, h)\n        self.head = nn.Linear(h * 28 * 28, c)\n"
        "    def forward(self, x):\n        return self.head(self.block(x).flatten(1))\n"
    )
    verdict = judge.check(LESSON, "tiny_vgg", answer)
    assert verdict.outcome == "error" and answer.splitlines()[verdict.line - 1].strip().startswith("return"), verdict


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
    all_events = events(judge, "trace_shapes")
    last = [event for event in all_events if isinstance(event, Table)][-1]
    assert last.rows[-1][:2] == ("flatten", "(1, 490)")
    assert results(all_events)["in_features"] == 490


def test_too_many_pools_are_explained_in_torchs_words(judge: Judge) -> None:
    all_events = events(judge, "trace_shapes", image_size=8, blocks=4)
    notes = [event.text for event in all_events if isinstance(event, Note)]
    assert any("max-pool refuses (1, 10, 1, 1)" in note for note in notes), notes


def test_the_network_learns_and_shows_what_it_misreads(judge: Judge) -> None:
    all_events = events(judge, "train_digits", epochs=6)
    figures = results(all_events)
    assert float(figures["test_accuracy"]) > 0.9
    series = {(event.chart, event.series) for event in all_events if isinstance(event, Points)}
    assert series == {("loss", "train"), ("loss", "test"), ("accuracy", "test")}
    last = {event.title: event for event in all_events if isinstance(event, Picture)}
    assert {image.mark for image in last["misread"].images} == {"wrong"}
    assert len(last["misread"].images) == min(int(figures["misread"]), 8)


def test_the_recipe_of_larger_images_needs_batch_norm_here(judge: Judge) -> None:
    recipe = {"optimizer": "SGD", "lr": 0.1, "epochs": 3}
    plain = results(events(judge, "train_digits", batch_norm=False, **recipe))
    normed = results(events(judge, "train_digits", batch_norm=True, **recipe))
    assert float(plain["test_accuracy"]) < 0.5 and float(normed["test_accuracy"]) > 0.9

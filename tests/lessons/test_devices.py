"""The lesson tensors/devices: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Points, Result

LESSON = "tensors/devices"

FLAGS = "import torch\ndef flags_for(x):\n    return {}\n"
PREDICT = """
import torch
def predict_all(model, batches, device):
    {}
    predictions = []
    for x in batches:
        with torch.no_grad():
            predictions.append({})
    return torch.cat(predictions)
"""
TO_DEVICE = {
    "type(batch)": """
def to_device(batch, device):
    if isinstance(batch, dict):
        return {k: to_device(v, device) for k, v in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(part, device) for part in batch)
    return batch.to(device) if hasattr(batch, "to") else batch
""",
    "a loop": """
import torch
def to_device(batch, device):
    if torch.is_tensor(batch):
        return batch.to(device=device)
    if isinstance(batch, (list, tuple)):
        out = []
        for part in batch:
            out.append(to_device(part, device))
        return tuple(out) if isinstance(batch, tuple) else out
    if isinstance(batch, dict):
        return dict((key, to_device(batch[key], device)) for key in batch)
    return batch
""",
}
IN_PLACE = """
def to_device(batch, device):
    if isinstance(batch, dict):
        for key in batch:
            batch[key] = to_device(batch[key], device)
        return batch
    if isinstance(batch, tuple):
        return tuple(to_device(part, device) for part in batch)
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    return batch.to(device) if hasattr(batch, "to") else batch
"""
RIGHT = {
    "flags_for": whole(
        FLAGS,
        {
            "moved": "torch.ones(len(x)).to(x.device)",
            "ones_like": "torch.ones_like(x[:, 0])",
            "new_ones, as integers": "x.new_ones(x.shape[0], dtype=torch.int64)",
            "full": "torch.full((x.size(0),), 1.0, device=x.device)",
        },
    ),
    "predict_all": whole(
        PREDICT,
        {
            "moved in the call": ("model = model.to(device)", "model(x.to(device))"),
            "device of the model": ("model.to(device)", "model(x.to(next(model.parameters()).device))"),
            "all batches first": ("model.to(device); batches = [x.to(device) for x in batches]", "model(x)"),
        },
    ),
    "to_device": TO_DEVICE,
}
WRONG = {
    "flags_for": told(
        FLAGS,
        {
            "torch.ones(len(x), device='cpu')": "which device does `x` name",
            "torch.tensor([1] * len(x))": "which device does `x` name",
            "torch.ones(4, device=x.device)": "has shape (4,); expected (1,)",
            "torch.ones_like(x)": "expected (4,)",
            "torch.zeros(len(x), device=x.device)": "expected 1",
            "[1.0] * len(x)": "Expected a tensor",
        },
    ),
    "predict_all": {
        **told(
            PREDICT,
            {
                "always the CPU": ("model.to('cpu')", "model(x.cpu())", "reached the model on the CPU"),
            },
        ),
        **told(
            PREDICT,
            {
                "batches stay": ("model.to(device)", "model(x)", "Here `x` is on cpu, and `model` is on meta"),
                "the device is assigned": ("model.to(device)", "setattr(x, 'device', device)", "cannot be assigned"),
                "only batches move": ("pass", "model(x.to(device))", "cpu and meta"),
            },
            outcome="error",
        ),
        "the broken loop, whose error is quoted": Wrong(
            starter(LESSON, "predict_all"),
            outcome="error",
            detail="Tensor on device meta is not on the expected device cpu!",
            line=10,
        ),
    },
    "to_device": {
        **told(
            "{}",
            {
                IN_PLACE: "For a dict, the batch that came in was changed",
                TO_DEVICE["type(batch)"].replace("batch.to(device)", "batch.to('meta')"): 'device "cpu"',
                "def to_device(batch, device):\n    return batch\n": "is on cpu; expected it on meta",
                "def to_device(batch, device):\n    if hasattr(batch, 'to'):\n        return batch.to(device)\n"
                "    return (to_device(part, device) for part in batch)\n": "your result is a generator",
                """
def to_device(batch, device):
    if isinstance(batch, (list, tuple)):
        return type(batch)([list(p) if isinstance(p, tuple) else p for p in [to_device(part, device) for part in batch]])
    return batch.to(device)
""": "came back as a list",
            },
        ),
        **told(
            "{}",
            {
                "def to_device(batch, device):\n    return batch.to(device)\n": "a tuple has no `to`",
            },
            outcome="error",
        ),
    },
}


def test_a_tensor_stays_and_a_model_moves(judge: Judge) -> None:
    assert judge.predict(LESSON, "moved", "cpu meta").outcome == "passed"
    for wrong in ("meta meta", "cpu cpu", "meta cpu"):
        assert judge.predict(LESSON, "moved", wrong).outcome == "failed"


@pytest.mark.parametrize(
    ("again", "works", "elsewhere"),
    [
        ("nothing", True, False),
        ("1", True, False),
        ("1, 2", False, True),
        ("1, 3", False, False),
        ("1, 2, 3", True, True),
    ],
)
def test_only_some_cells_make_the_notebook_work_again(judge: Judge, again: str, works: bool, elsewhere: bool) -> None:
    events = judge.demo(LESSON, "after_lunch", run_again=again, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["works"] is works
    assert (result.figures["x_on"] != "cpu") is elsewhere
    raised = any(event.text.startswith("RuntimeError") for event in events if isinstance(event, Note))
    assert raised is not works


def test_the_race_measures_each_device_that_is_there(judge: Judge) -> None:
    events = judge.demo(LESSON, "race", largest=128, repeats=2, with_copies=True)
    assert isinstance(events[-1], Finished)
    assert "cpu" in {event.series for event in events if isinstance(event, Points)}
    (result,) = [event for event in events if isinstance(event, Result)]
    assert isinstance(result.figures["gflops_cpu"], float)
    assert result.figures["gflops_cpu"] > 0

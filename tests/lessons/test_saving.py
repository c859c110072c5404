"""The lesson workflow/saving: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result

LESSON = "workflow/saving"
HEAD = "import torch\nfrom torch import nn\n{}"
USE_AGAIN = """import torch


@torch.inference_mode()
def use_again(make_model, path, X):
    state = torch.load(path)
    model = make_model()
    model.eval()
    model.load_state_dict(state)
    predictions = model(X)
    return predictions
"""
EVAL_TOO_LATE = USE_AGAIN.replace("    model.eval()\n", "").replace("    return", "    model.eval()\n    return")
LOADS_FIRST = USE_AGAIN.replace("    model = make_model()\n", "").replace(
    "    pred", "    model = make_model()\n    pred"
)
PREDICTS_FIRST = USE_AGAIN.replace("    predictions = model(X)\n", "").replace(
    "    model.eval()\n", "    predictions = model(X)\n    model.eval()\n"
)
RIGHT = {
    "load_line": whole(
        HEAD,
        {
            "train(False)": """
def load_line(path):
    model = nn.Linear(1, 1)
    state = torch.load(path, weights_only=True, map_location="cpu")
    model.load_state_dict(state)
    return model.train(False)
""",
            "copied by hand": """
def load_line(path):
    state = torch.load(path)
    model = nn.Linear(1, 1).eval()
    with torch.no_grad():
        model.weight.copy_(state["weight"])
        model.bias.copy_(state["bias"])
    return model
""",
            "in a line": """
def load_line(path):
    model = nn.Linear(1, 1)
    model.load_state_dict(torch.load(path, weights_only=False))
    return model.eval()
""",
        },
    ),
    "copy_by_file": whole(
        HEAD,
        {
            "file object": """
def copy_by_file(old, make_model, path):
    with open(path, "wb") as file:
        torch.save(old.state_dict(), file)
    new = make_model().eval()
    with open(path, "rb") as file:
        new.load_state_dict(torch.load(file))
    return new
""",
            "bytes in between": """
import io
from pathlib import Path
def copy_by_file(old, make_model, path):
    torch.save(old.state_dict(), path)
    new = make_model()
    new.load_state_dict(torch.load(io.BytesIO(Path(path).read_bytes())))
    return new.eval()
""",
            "a plain dict": """
def copy_by_file(old, make_model, path):
    torch.save(dict(old.state_dict()), path)
    new = make_model()
    print(new.load_state_dict(torch.load(path, weights_only=True), strict=True))
    return new.eval()
""",
            "uses the old mode": """
def copy_by_file(old, make_model, path):
    old.eval()
    torch.save({name: tensor.clone() for name, tensor in old.state_dict().items()}, path)
    new = make_model()
    new.load_state_dict(torch.load(path))
    new.eval()
    return new
""",
        },
    ),
    "use_again": {"another order": USE_AGAIN},
}
WRONG = {
    "load_line": {
        **told(
            HEAD,
            {
                "def load_line(path):\n    return torch.load(path)\n": "a dict of tensors",
                "def load_line(path):\n    return nn.Linear(1, 1).load_state_dict(torch.load(path))\n": "a report on the keys",
                "def load_line(path):\n    return nn.Linear(1, 1).eval()\n": "weight of your model is not what was saved",
                "def load_line(path):\n    return nn.Linear(1, 1).eval\n": "Is a call without its ()?",
                "def load_line(path):\n    return nn.Sequential(nn.Linear(1, 1)).eval()\n": "are not those that were saved",
            },
        ),
        **told(
            HEAD,
            {
                "another size": (
                    "def load_line(path):\n    model = nn.Linear(2, 1)\n    model.load_state_dict(torch.load(path))\n    return model\n",
                    "size",
                ),
                "torch.load_state_dict": (
                    "def load_line(path):\n    model = nn.Linear(1, 1)\n    torch.load_state_dict(model, path)\n    return model\n",
                    "load_state_dict",
                ),
            },
            outcome="error",
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "load_line"),
            outcome="error",
            detail="Expected state_dict to be dict-like, got <class 'str'>.",
        ),
    },
    "copy_by_file": told(
        HEAD,
        {
            """
import copy
def copy_by_file(old, make_model, path):
    return copy.deepcopy(old).eval()
""": "There is no file at path",
            """
def copy_by_file(old, make_model, path):
    torch.save(old.state_dict(), path)
    return old.eval()
""": "You return the old model",
            """
def copy_by_file(old, make_model, path):
    torch.save(old.state_dict(), path)
    new = make_model()
    new.load_state_dict(old.state_dict())
    return new.eval()
""": "they did not come from the file",
            """
def copy_by_file(old, make_model, path):
    torch.save({"model": old.state_dict()}, path)
    new = make_model()
    new.load_state_dict(torch.load(path)["model"])
    return new.eval()
""": "The file should hold the model's state_dict",
            """
def copy_by_file(old, make_model, path):
    torch.save(dict(old.named_parameters()), path)
    new = make_model()
    new.load_state_dict(torch.load(path), strict=False)
    return new.eval()
""": "The file should hold the model's state_dict",
            """
def copy_by_file(old, make_model, path):
    torch.save(old.state_dict(), path)
    new = make_model()
    new.load_state_dict(torch.load(path))
    return new
""": "in training mode",
        },
    ),
    "use_again": {
        "eval() too late": Wrong(EVAL_TOO_LATE, "dropout is on"),
        "predicts first": Wrong(PREDICTS_FIRST, "with its random weights"),
        "loads first": Wrong(LOADS_FIRST, "uses model before the line that makes it"),
    },
}


def test_entries_are_predicted(judge: Judge) -> None:
    assert judge.predict(LESSON, "entries", "4").outcome == "passed"
    for wrong in ("17", "3", "6"):
        assert judge.predict(LESSON, "entries", wrong).outcome == "failed"


def test_torch_has_no_load_state_dict() -> None:
    assert not hasattr(torch, "load_state_dict")


@pytest.mark.parametrize(
    ("settings", "loaded", "words"),
    [
        ({}, True, "all it learned was in the file"),
        ({"class_renamed": True}, True, "no name of a class"),
        ({"save": "whole model"}, False, "UnpicklingError: Weights only load failed."),
        ({"save": "whole model", "weights_only": False}, True, "you trusted the file"),
        (
            {"save": "whole model", "weights_only": False, "class_renamed": True},
            False,
            "AttributeError: Can't get attribute 'Curve'",
        ),
    ],
)
def test_what_becomes_of_the_file(judge: Judge, settings: dict[str, str | bool], loaded: bool, words: str) -> None:
    events = judge.demo(LESSON, "keep_it", slow_motion=0.0, **settings)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["loaded"] is loaded
    assert result.figures["same_predictions"] is loaded
    notes = [event.text for event in events if isinstance(event, Note)]
    assert any(words in note for note in notes)
    assert not any("\x1b" in note for note in notes)

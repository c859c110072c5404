"""The lesson tensors/three_errors: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.lessons.answers import Wrong, starter, told
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result

LESSON = "tensors/three_errors"

FILE_TO_LOGITS = """def classify(model, photo):
    x = photo.float() / 255
    device = next(model.parameters()).device
    x = x.to(device)
    x = x.permute(2, 0, 1)
    x = x.unsqueeze(0)
    return model(x)
"""
NO_PERMUTE = FILE_TO_LOGITS.replace("    x = x.permute(2, 0, 1)\n    x = x.un", "    x = x.un")
ERRORS = {
    "classify_bytes": "Input type (unsigned char) and bias type (float) should be the same",
    "classify_photo": "weight of size [4, 3, 3, 3], expected input[1, 8, 10, 3] to have 3 channels, but got 8",
    "add_noise": "Tensor on device cpu is not on the expected device meta!",
}
BROKEN = {
    exercise: {
        "the broken code, whose error is quoted": Wrong(starter(LESSON, exercise), outcome="error", detail=error)
    }
    for exercise, error in ERRORS.items()
}
RIGHT = {
    "classify_bytes": {
        "divide bytes": "def classify_bytes(model, photos):\n    return model(photos / 255)\n",
        "the weights' dtype": """
def classify_bytes(model, photos):
    x = photos.to(next(model.parameters()).dtype)
    return model(x / 255.0)
""",
        "a photo at a time": """
import torch
def classify_bytes(model, photos):
    return torch.cat([model(photo[None] / 255) for photo in photos])
""",
        "without gradients": """
import torch
def classify_bytes(model, photos):
    with torch.inference_mode():
        return model(photos.type(torch.float32).div(255))
""",
    },
    "classify_photo": {
        "index with None": "def classify_photo(model, photo):\n    return model(photo.permute(2, 0, 1)[None])\n",
        "batch first": "def classify_photo(model, photo):\n    return model(photo.unsqueeze(0).permute(0, 3, 1, 2))\n",
        "movedim": "def classify_photo(model, photo):\n    return model(photo.movedim(-1, 0).unsqueeze(0))\n",
        "stack": "import torch\ndef classify_photo(model, photo):\n    return model(torch.stack([photo.permute(2, 0, 1)]))\n",
    },
    "add_noise": {
        "device of x": "import torch\ndef add_noise(x):\n    return x + 0.1 * torch.randn(x.shape, device=x.device)\n",
        "moved": "import torch\ndef add_noise(x):\n    noise = 0.1 * torch.randn(x.shape)\n    return x + noise.to(x.device)\n",
        "normal_": "import torch\ndef add_noise(x):\n    return x + torch.empty_like(x).normal_(0, 0.1)\n",
    },
    "check_batch": {
        "one expression": """
def check_batch(weight, x):
    fits = x.dim() == 4 and x.size(1) == weight.size(1)
    same = x.dtype == weight.dtype
    return "device" if x.device != weight.device else "dtype" if not same else "ok" if fits else "shape"
""",
        "unpacks": """
def check_batch(weight, x):
    if str(x.device) != str(weight.device):
        return "device"
    if x.dtype is not weight.dtype:
        return "dtype"
    if len(x.shape) == 4:
        n, c, h, w = x.shape
        if c == weight.shape[1]:
            return "ok"
    return "shape"
""",
    },
    "file_to_logits": {"another order": FILE_TO_LOGITS},
}
WRONG = {
    "classify_bytes": {
        **BROKEN["classify_bytes"],
        **told(
            "{}",
            {
                "def classify_bytes(model, photos):\n    return model(photos.float())\n": "still gets pixels from 0 to 255",
                "def classify_bytes(model, photos):\n    return model(photos.float()) / 255\n": "still gets pixels from 0 to 255",
                "def classify_bytes(model, photos):\n    return model((photos / 256).float())\n": "255 should become 1",
                "def classify_bytes(model, photos):\n    return model(photos / photos.max())\n": "255 should become 1",
                "def classify_bytes(model, photos):\n    model(photos / 255)\n": "is there a `return`?",
            },
        ),
        **told(
            "{}",
            {
                "def classify_bytes(model, photos):\n    return model.double()(photos / 255)\n": "two dtypes meet",
            },
            outcome="error",
        ),
    },
    "classify_photo": {
        **BROKEN["classify_photo"],
        **told(
            "{}",
            {
                "def classify_photo(model, photo):\n    return model(photo.reshape(1, 3, *photo.shape[:2]))\n": "scrambled photo",
                "def classify_photo(model, photo):\n    return model(photo.permute(2, 1, 0)[None])\n": "lies on its side",
                "def classify_photo(model, photo):\n    return model(photo.permute(2, 0, 1))\n": "without a batch dimension",
                "def classify_photo(model, photo):\n    return model(photo.permute(2, 0, 1))[None]\n": "before you call the model",
            },
        ),
    },
    "add_noise": {
        **BROKEN["add_noise"],
        **told(
            "{}",
            {
                "import torch\ndef add_noise(x):\n    return torch.full(x.shape, 3.5) + 0.1 * torch.randn(x.shape)\n": "mean 0",
                "import torch\ndef add_noise(x):\n    return x + 0.1 * torch.rand_like(x)\n": "standard deviation 0.1 were asked",
                "import torch\ndef add_noise(x):\n    return x.add_(0.1 * torch.randn_like(x))\n": "x, after your call",
                "import torch\ndef add_noise(x):\n    return 0.1 * torch.randn_like(x)\n": "the noise alone",
                "import torch\ndef add_noise(x):\n    return x + 0.1 * torch.randn(x.shape[-1], device=x.device)\n": "the same noise",
                "import torch\ndef add_noise(x):\n    torch.manual_seed(0)\n    return x + 0.1 * torch.randn_like(x)\n": "same noise",
            },
        ),
        **told(
            "{}",
            {
                "import torch\ndef add_noise(x):\n    return x.cpu() + 0.1 * torch.randn(x.shape)\n": "no values",
            },
            outcome="error",
        ),
    },
    "check_batch": told(
        "{}",
        {
            "def check_batch(weight, x):\n    return 'ok'\n": "do you compare to notice the shape",
            "def check_batch(weight, x):\n    return x.shape == weight.shape\n": "the answer is 'ok', and yours is False",
            "def check_batch(weight, x):\n    print('ok')\n": "yours is None",
            "def check_batch(weight, x):\n    return 'OK'\n": "just as it stands in the task",
        },
    ),
    "file_to_logits": {"a line left out": Wrong(NO_PERMUTE, outcome="error")},
}


def test_a_batch_that_was_forgotten_is_predicted(judge: Judge) -> None:
    assert judge.predict(LESSON, "forgotten_batch", "(3, 64)").outcome == "passed"
    assert judge.predict(LESSON, "forgotten_batch", "(1, 192)").outcome == "failed"
    assert judge.predict(LESSON, "forgotten_batch", "192").outcome == "failed"


def test_the_messages_to_sort_are_what_torch_prints(judge: Judge) -> None:
    """Each option quotes a message; the calls here raise them, in the options' order."""
    meta = torch.rand(1, 4, device="meta")
    calls = [
        lambda: nn.Linear(192, 10)(torch.rand(3, 64)),
        lambda: nn.Conv2d(3, 4, 3)(torch.rand(1, 3, 8, 8).double()),
        lambda: nn.BatchNorm2d(3)(torch.rand(3, 8, 8)),
        lambda: nn.Linear(4, 4)(meta),
        lambda: torch.rand(3) + torch.rand(4),
        lambda: nn.CrossEntropyLoss()(torch.rand(4, 3), torch.zeros(4)),
    ]
    options = judge.choice(LESSON, "sort-the-messages").options
    for option, call in zip(options, calls, strict=True):
        with pytest.raises((RuntimeError, ValueError)) as raised:
            call()
        assert str(raised.value) == option.text.strip("`")


CURES = {
    "1 pixels": "x.float()",
    "2 photo": "x.float()",
    "3 labels": "target.long()",
    "4 alone": "x.unsqueeze(0)",
    "5 layout": "x.permute(0, 3, 1, 2)",
    "6 square": "x.flatten(1)",
    "7 batch": "x.to(device)",
    "8 model": "model.to(device)",
    "9 target": "target.to(device)",
}


def test_each_remedy_cures_the_patients_it_should_and_no_others(judge: Judge) -> None:
    for remedy in ("none", *dict.fromkeys(CURES.values())):
        events = judge.demo(LESSON, "examine", patient="all nine", remedy=remedy, slow_motion=0.0)
        assert isinstance(events[-1], Finished)
        notes = [event.text for event in events if isinstance(event, Note)]
        cured = {note.split(":")[0] for note in notes if "runs with" in note}
        assert cured == {name for name, cure in CURES.items() if cure == remedy}


def test_a_patient_shows_its_error_first(judge: Judge) -> None:
    events = judge.demo(LESSON, "examine", slow_motion=0.0)
    assert any("but got Byte and Float" in event.text for event in events if isinstance(event, Note))
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["ill"] == 1

"""The lesson tensors/randomness: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import told
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Result

LESSON = "tensors/randomness"

RIGHT = {
    "seeded": {
        "generator": """
import torch
def seeded(seed):
    x = torch.rand(1, 1, 1, 10, generator=torch.Generator().manual_seed(seed))
    return x, x[0, 0, 0]
""",
        "a list": """
import torch
def seeded(seed):
    torch.random.manual_seed(seed)
    x = torch.rand(size=(1, 1, 1, 10))
    return [x, x.flatten()]
""",
        "drawn twice": """
import torch
def seeded(seed):
    torch.manual_seed(seed)
    x = torch.rand(1, 1, 1, 10)
    torch.manual_seed(seed)
    return x, torch.rand(10)
""",
    },
    "twins": {
        "deepcopy": """
import copy, torch
from torch import nn
def twins(seed):
    torch.manual_seed(seed)
    first = nn.Linear(4, 2)
    return first, copy.deepcopy(first)
""",
        "state_dict": """
import torch
from torch import nn
def twins(seed):
    torch.manual_seed(seed)
    first, second = nn.Linear(4, 2), nn.Linear(4, 2)
    second.load_state_dict(first.state_dict())
    return first, second
""",
        "a loop": """
import torch
from torch import nn
def twins(seed):
    layers = []
    for _ in range(2):
        torch.manual_seed(seed)
        layers.append(nn.Linear(4, 2))
    return layers
""",
    },
    "set_seed": {
        "by their states": """
import random, numpy, torch
def set_seed(seed):
    random.setstate(random.Random(seed).getstate())
    numpy.random.set_state(numpy.random.RandomState(seed).get_state())
    torch.set_rng_state(torch.Generator().manual_seed(seed).get_state())
""",
        "default_rng too": """
import random, numpy, torch
def set_seed(seed):
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    numpy.random.seed(seed)
    random.seed(seed)
    return seed
""",
    },
}
WRONG = {
    "seeded": told(
        "{}",
        {
            "import torch\ndef seeded(seed):\n    torch.manual_seed(seed)\n    return torch.rand(10)\n": "two are asked",
            "import torch\ndef seeded(seed):\n    torch.manual_seed(seed)\n": "is there a `return`?",
            """
import torch
def seeded(seed):
    torch.manual_seed(7)
    x = torch.rand(1, 1, 1, 10)
    return x, x.squeeze()
""": "not those of seed 0",
            """
import torch
def seeded(seed):
    torch.manual_seed(seed)
    x = torch.randn(1, 1, 1, 10)
    return x, x.squeeze()
""": "drawn with torch.rand",
            """
import torch
def seeded(seed):
    torch.manual_seed(seed)
    x = torch.rand(1, 1, 1, 10)
    return x, x.squeeze(0)
""": "has shape (1, 1, 10); expected (10,)",
        },
    ),
    "twins": told(
        "{}",
        {
            """
import torch
from torch import nn
def twins(seed):
    torch.manual_seed(seed)
    first = nn.Linear(4, 2)
    return first, first
""": "the same layer twice",
            """
import torch
from torch import nn
def twins(seed):
    first, second = nn.Linear(4, 2), nn.Linear(4, 2)
    second.load_state_dict(first.state_dict())
    return first, second
""": "not those that seed 42 draws",
            """
import torch
from torch import nn
def twins(seed):
    torch.manual_seed(42)
    first = nn.Linear(4, 2)
    torch.manual_seed(42)
    return first, nn.Linear(4, 2)
""": "not those that seed 3 draws",
            """
import torch
from torch import nn
def twins(seed):
    torch.manual_seed(seed)
    first, second = nn.Linear(4, 2), nn.Linear(4, 2)
    second.weight.data = first.weight.data
    second.bias.data = first.bias.data
    return first, second
""": "share a weight or a bias",
            """
import torch
from torch import nn
def twins(seed):
    torch.manual_seed(seed)
    first = nn.Linear(4, 2)
    second = nn.Linear(4, 2)
    second.weight.data.copy_(first.weight.data)
    second.bias = first.bias
    return first, second
""": "share a weight or a bias",
        },
    ),
    "set_seed": told(
        "{}",
        {
            "import torch\ndef set_seed(seed):\n    torch.manual_seed(seed)\n": "out of NumPy",
            "import torch, numpy\ndef set_seed(seed):\n    torch.manual_seed(seed)\n    numpy.random.seed(seed)\n": (
                "out of Python's random"
            ),
            """
import random, numpy, torch
def set_seed(seed):
    random.seed(seed + 1)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
""": "Python's random starts from another seed",
            "import random, numpy\ndef set_seed(seed):\n    random.seed(seed)\n    numpy.random.seed(seed)\n": "out of torch",
        },
    ),
}


def test_the_numbers_that_the_exercise_names_are_those_of_seed_7() -> None:
    torch.manual_seed(7)
    assert torch.allclose(torch.rand(1, 1, 1, 10).squeeze()[:3], torch.tensor([0.5349, 0.1988, 0.6592]), atol=1e-4)


def test_few_draws_and_many_differ_as_the_lesson_says() -> None:
    torch.manual_seed(0)
    few = torch.randn(3)
    torch.manual_seed(0)
    assert not torch.allclose(few, torch.randn(20)[:3])


def test_predictions(judge: Judge) -> None:
    for exercise, right, wrong in (("seeded_once", "False", "True"), ("own_generator", "True", "False")):
        assert judge.predict(LESSON, exercise, right).outcome == "passed"
        assert judge.predict(LESSON, exercise, wrong).outcome == "failed"


@pytest.mark.parametrize(
    ("seeded", "starts", "curves"),
    [("never", 3, 3), ("once, at the top", 3, 3), ("before each run", 1, 1), ("before each model only", 1, 3)],
)
def test_curves_agree_only_where_all_chance_is_seeded(judge: Judge, seeded: str, starts: int, curves: int) -> None:
    events = judge.demo(LESSON, "train_again", seeded=seeded, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures == {"different_starts": starts, "different_curves": curves}


@pytest.mark.parametrize(
    ("generator", "extra", "same"), [("the global one", 0, True), ("the global one", 1, False), ("its own", 1, True)]
)
def test_only_the_global_generator_is_disturbed(judge: Judge, generator: str, extra: int, same: bool) -> None:
    events = judge.demo(LESSON, "shuffle_twice", generator=generator, extra_draws=extra)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["same_order"] is same

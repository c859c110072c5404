"""Mistakes that raise nothing: the code, and what is said of it when the answer is wrong."""

from __future__ import annotations

import pytest

from tests.at_hand import Lab

LESSON = """
import torch
from tutor.lesson import fail

def check_learn(learn):
    learn(torch.linspace(-1, 1, 32).unsqueeze(1))
    fail("The model has not learned it.")
"""
START = """import torch
from torch import nn
from torch.nn import functional as F

def learn(X):
"""
LOOP = """
    for step in range(3):
        loss = ((model(X) - X) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""
MODEL = "    model = nn.Linear(1, 1)\n"
SGD = "    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
NETWORK = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(1, 1)
        {line}
    def forward(self, x):
        return self.first(x)
"""

TABLE = {
    "softmax before cross-entropy": (
        "    logits = nn.Linear(1, 3)(X)\n    nn.CrossEntropyLoss()(logits.softmax(dim=1), torch.zeros(32, dtype=torch.long))",
        "give it the logits",
        "classification/cross_entropy",
    ),
    "softmax before F.cross_entropy, by name": (
        "    p = nn.Linear(1, 3)(X).softmax(1)\n    F.cross_entropy(input=p, target=torch.zeros(32, dtype=torch.long))",
        "give it the logits",
        "classification/cross_entropy",
    ),
    "(N, 1) against (N,)": (
        "    import warnings; warnings.simplefilter('ignore')\n    nn.MSELoss()(X, X.squeeze(1))",
        "compared (32, 1) with (32,)",
        "tensors/squeeze_unsqueeze_permute",
    ),
    "(N, 1) against (N,) in a loss by hand": (
        MODEL + "    y = X.squeeze(1)\n    ((model(X) - y) ** 2).mean().backward()",
        "compared (32, 1) with (32,)",
        "tensors/squeeze_unsqueeze_permute",
    ),
    "the same, the other way round, absolute": (
        "    model = nn.Sequential(nn.Linear(1, 1), nn.Flatten(0))\n    (X - model(X)).abs().mean().backward()",
        "compared (32, 1) with (32,)",
        "tensors/squeeze_unsqueeze_permute",
    ),
    "sigmoid before a loss of logits": (
        "    p = torch.sigmoid(nn.Linear(1, 1)(X))\n    nn.BCEWithLogitsLoss()(p, torch.ones(32, 1))",
        "It applies sigmoid itself",
        "classification/cross_entropy",
    ),
    "no step": (
        MODEL + SGD + LOOP.replace("        optimizer.step()\n", ""),
        "step() never",
        "workflow/training_loop",
    ),
    "missing zero_grad": (
        MODEL + SGD + LOOP.replace("        optimizer.zero_grad()\n", ""),
        "zero_grad() was not called",
        "gradients/stopping_and_zeroing",
    ),
    "step before backward": (
        MODEL + SGD + "    optimizer.step()",
        "step() found no gradients",
        "workflow/training_loop",
    ),
    "the loss becomes nan": (
        MODEL + "    loss = (model(X) * float('inf') * 0).sum()\n    loss.backward()",
        "the loss became nan",
        "workflow/losses_and_optimizers",
    ),
    "layers in a list": (
        "    Net()(X)" + NETWORK.format(line="self.layers = [nn.Linear(1, 1)]"),
        "Net.layers is a plain list of layers",
        "workflow/building_models",
    ),
    "a tensor that is no parameter": (
        "    Net()(X)" + NETWORK.format(line="self.scale = torch.ones(1, requires_grad=True)"),
        "Net.scale is a plain tensor",
        "workflow/building_models",
    ),
}
INNOCENT = {
    "a plain training loop": MODEL + SGD + LOOP,
    "gradients zeroed by the model": MODEL + SGD + LOOP.replace("optimizer.zero_grad", "model.zero_grad"),
    "zeroed in place": MODEL + SGD + LOOP.replace("zero_grad()", "zero_grad(set_to_none=False)"),
    "gradients set to None by hand": MODEL
    + SGD
    + LOOP.replace("optimizer.zero_grad()", "model.weight.grad = model.bias.grad = None"),
    "a matrix less its mean": "    A = nn.Linear(1, 32)(X)\n    ((A - A.mean(0)) ** 2).mean().backward()",
    "steps by hand": MODEL
    + LOOP.replace("        optimizer.zero_grad()\n", "").replace("        optimizer.step()\n", ""),
    "logits of two classes": "    nn.BCEWithLogitsLoss()(nn.Linear(1, 1)(X), torch.ones(32, 1))",
    "logits": "    F.cross_entropy(nn.Linear(1, 3)(X), torch.zeros(32, dtype=torch.long))",
    "a module list": "    Net()(X)" + NETWORK.format(line="self.layers = nn.ModuleList([nn.Linear(1, 1)])"),
}


@pytest.mark.parametrize("name", TABLE)
def test_it_is_said_beside_what_the_check_says(lab: Lab, name: str) -> None:
    body, says, lesson = TABLE[name]
    lab.write(LESSON)
    lab.has(lesson)
    verdict = lab.check("learn", START + body)
    assert verdict.outcome == "failed"
    assert verdict.message.startswith("The model has not learned it. Noticed on the way: ")
    assert says in verdict.message
    assert verdict.lesson == lesson


@pytest.mark.parametrize("name", INNOCENT)
def test_nothing_is_said_of_the_innocent(lab: Lab, name: str) -> None:
    lab.write(LESSON)
    verdict = lab.check("learn", START + INNOCENT[name])
    assert verdict.message == "The model has not learned it."


def test_what_the_check_has_said_is_not_said_twice(lab: Lab) -> None:
    said = "It swings: call zero_grad() in each epoch."
    lab.write(LESSON.replace("The model has not learned it.", said))
    lab.has("gradients/stopping_and_zeroing")
    verdict = lab.check("learn", START + MODEL + SGD + LOOP.replace("        optimizer.zero_grad()\n", ""))
    assert verdict.message == said and verdict.lesson == "gradients/stopping_and_zeroing"

"""What a right answer may do to torch and still pass; what else is noticed is in hostile.py."""

from __future__ import annotations

import pytest

from tests.at_hand import Lab

LESSON = """
import torch
from tutor.lesson import expect

def check_double(double):
    expect(double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]), "double(x)")
"""
RIGHT = {
    "a compiled function": "double = torch.compile(lambda x: 2 * x, backend='eager')",
    "traced and scripted": "torch.fx.symbolic_trace(nn.Linear(1, 1)); torch.jit.trace(nn.Linear(1, 1), torch.ones(1, 1))",
    "a default device": "torch.set_default_device('cpu')",
    "transforms of functions": "torch.func.vmap(torch.func.grad(lambda x: x * x))(torch.ones(3))",
    "a lazy layer": "nn.LazyLinear(2)(torch.ones(1, 3))",
    "weight norm": "nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))",
    "hooks": "nn.Linear(1, 1).register_forward_hook(lambda *a: None); nn.modules.module.register_module_forward_hook(lambda *a: None)",
    "a layer of its own": "class Linear(nn.Linear):\n    def forward(self, x): return x",
    "a copy of what the engine listens with": "from copy import copy; import torch.optim.optimizer as o\n"
    "copy([*o._global_optimizer_pre_hooks.values()][0].__self__)",
    "names of its own": "abs = sum = isinstance = type = max = lambda *a: None",
    "annotations that are looked at": "import typing; typing.get_type_hints(nn.Linear); nn.ReLU.__annotations__",
    "a mode that is switched off again": "with torch.device('meta'): torch.ones(1)",
    "deterministic": "torch.use_deterministic_algorithms(True); torch.set_num_threads(1); torch.set_printoptions(precision=2)",
    "a parameter": "def double(x): return nn.Parameter(2 * x)",
    "part of a graph": "def double(x): return 2 * x.requires_grad_()",
    "not contiguous": "def double(x): return torch.stack([2 * x, x], dim=1)[:, 0]",
    "a view": "def double(x): return (2 * x).view(2, 1).squeeze(1)",
    "in place": "def double(x): return x.mul_(2)",
    "through NumPy": "def double(x): return torch.from_numpy(2 * x.numpy())",
    "an inference tensor": "@torch.inference_mode()\ndef double(x): return 2 * x",
    "a layer": "double = nn.Linear(2, 2, bias=False)\nwith torch.no_grad(): double.weight.copy_(2 * torch.eye(2))",
    "a lambda": "double = lambda x: x + x",
    "a class that is called": "class Double:\n    def __call__(self, x): return x + x\ndouble = Double()",
}


@pytest.mark.parametrize("name", RIGHT)
def test_it_passes(lab: Lab, name: str) -> None:
    lab.write(LESSON)
    code = RIGHT[name] if "double" in RIGHT[name] else f"{RIGHT[name]}\ndef double(x): return 2 * x"
    verdict = lab.check("double", f"import torch\nfrom torch import nn\n{code}\n")
    assert verdict.outcome == "passed", verdict.message

"""Each error that is explained: the code, the exception it raises for real, the sentence it earns, the lesson that teaches it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.at_hand import Lab

LESSON = "def check_done():\n    pass\n"


class Known(NamedTuple):
    """One row of the table."""

    code: str
    """Without its imports."""
    raises: str
    says: str
    lesson: str = ""
    line: int = 0
    """0: the last line."""


TABLE = {
    "matmul": Known("x = torch.ones(3, 2)\nx @ x", "RuntimeError", "(3, 2) @ (3, 2) needs the inner two to be equal, and 2 is not 3. Here `x` is (3, 2).", "tensors/matmul"),
    "linear in_features": Known("layer = nn.Linear(4, 1)\nlayer(torch.ones(8, 3))", "RuntimeError", "(8, 3) @ (4, 1)", "tensors/matmul"),
    "matrix times vector": Known("torch.ones(2, 3) @ torch.ones(2)", "RuntimeError", "inner sizes of this product differ", "tensors/matmul"),
    "dot of two sizes": Known("torch.ones(3) @ torch.ones(4)", "RuntimeError", "inner sizes of this product differ", "tensors/matmul"),
    "batched product": Known("torch.ones(2, 3, 4) @ torch.ones(2, 5, 6)", "RuntimeError", "inner sizes of this product differ", "tensors/matmul"),
    "broadcast": Known("torch.ones(3) + torch.ones(4)", "RuntimeError", "the sizes 3 and 4 do not line up at dimension 0", "tensors/squeeze_unsqueeze_permute"),
    "view": Known("torch.arange(10).view(3, 4)", "RuntimeError", "10 elements cannot take the shape (3, 4)", "tensors/reshape_view_stack"),
    "reshape": Known("torch.arange(10).reshape(-1, 4)", "RuntimeError", "10 elements cannot take the shape (-1, 4)", "tensors/reshape_view_stack"),
    "view of a transpose": Known("torch.ones(2, 3).T.view(6)", "RuntimeError", "reshape copies where it must", "tensors/reshape_view_stack"),
    "stack of two sizes": Known("torch.stack([torch.ones(2), torch.ones(3)])", "RuntimeError", "stack takes tensors of one and the same shape", "tensors/reshape_view_stack"),
    "cat of two sizes": Known("torch.cat([torch.ones(2, 2), torch.ones(3, 3)])", "RuntimeError", "all others must be equal", "tensors/reshape_view_stack"),
    "cat of scalars": Known("torch.cat([torch.tensor(1), torch.tensor(2)])", "RuntimeError", "a 0-d tensor has none: stack makes a new one", "tensors/reshape_view_stack"),
    "permute": Known("torch.ones(2, 3).permute(2, 0, 1)", "RuntimeError", "permute names every dimension once", "tensors/squeeze_unsqueeze_permute"),
    "no such dimension": Known("torch.ones(2, 3).sum(dim=2)", "IndexError", "there is no dimension 2: they go from -2 to 1", "tensors/squeeze_unsqueeze_permute"),
    "index": Known("torch.ones(3)[3]", "IndexError", "dimension 0 has 3 elements, so there is no index 3", "tensors/indexing"),
    "too many indices": Known("torch.ones(3)[0, 0]", "IndexError", "more indices than the tensor's 1 dimensions", "tensors/indexing"),
    "conv of a flat image": Known("nn.Conv2d(1, 4, 3)(torch.ones(8, 8))", "RuntimeError", "(batch, channels, height, width)", "tensors/squeeze_unsqueeze_permute"),
    "conv channels last": Known("nn.Conv2d(3, 4, 3)(torch.ones(1, 8, 8, 3))", "RuntimeError", "expects 3 channels and was given 8", "tensors/squeeze_unsqueeze_permute"),
    "kernel larger than image": Known("nn.Conv2d(1, 1, 5)(torch.ones(1, 1, 3, 3))", "RuntimeError", "smaller than the kernel", "vision/tiny_vgg"),
    "batch norm without a batch": Known("nn.BatchNorm2d(3)(torch.ones(3, 8, 8))", "ValueError", "takes a 4-dimensional input and was given 3", "tensors/squeeze_unsqueeze_permute"),
    "dtype of a product": Known("torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64)", "RuntimeError", "two dtypes meet: float and double", "tensors/dtypes"),
    "uint8 into a linear layer": Known("image = torch.zeros(1, 4, dtype=torch.uint8)\nnn.Linear(4, 2)(image)", "RuntimeError", "two dtypes meet", "tensors/dtypes"),
    "uint8 into a convolution": Known("image = torch.zeros(1, 1, 8, 8, dtype=torch.uint8)\nnn.Conv2d(1, 4, 3)(image)", "RuntimeError", "two dtypes meet", "tensors/dtypes"),
    "integer mean": Known("torch.arange(4).mean()", "NotImplementedError", "x.float().mean()", "tensors/dtypes"),
    "in-place cast": Known("x = torch.arange(3)\nx += 0.5", "RuntimeError", "two dtypes meet: float and long", "tensors/dtypes"),
    "gradients of whole numbers": Known("torch.tensor([1, 2], requires_grad=True)", "RuntimeError", "only floating-point tensors can require gradients", "tensors/dtypes"),
    "no softmax for whole numbers": Known("torch.softmax(torch.arange(3), dim=0)", "NotImplementedError", "does not exist for Long tensors", "tensors/dtypes"),
    "two devices": Known("nn.Linear(2, 2).to('meta')(torch.ones(1, 2))", "RuntimeError", "Move model and data to the same place", "tensors/devices"),
    "a device that is not there": Known("torch.ones(2, device='xpu')", "AssertionError", "not in this machine", "tensors/devices"),
    "a half into a convolution": Known("nn.Conv2d(1, 4, 3)(torch.zeros(1, 1, 8, 8).half())", "RuntimeError", "two dtypes meet: half and float", "tensors/dtypes"),
    "conditions without parentheses": Known("x = torch.ones(3)\nx > 0 & x < 2", "NotImplementedError", "put each condition in parentheses", "tensors/indexing"),
    "reading from meta": Known("torch.ones(2, device='meta').cpu()", "NotImplementedError", "has a shape and no values", "tensors/devices"),
    "missing requires_grad": Known("w = torch.ones(2)\n(w * 2).sum().backward()", "RuntimeError", "nothing that made this value has requires_grad=True", "gradients/autograd"),
    "detached": Known("w = torch.ones(2, requires_grad=True)\n(w.detach() * 2).sum().backward()", "RuntimeError", "or detached", "gradients/autograd"),
    "non-scalar backward": Known("w = torch.ones(2, requires_grad=True)\n(w * 2).backward()", "RuntimeError", "backward() starts from one number", "gradients/autograd"),
    "backward twice": Known("w = torch.ones(2, requires_grad=True)\nloss = (w * w).sum()\nloss.backward()\nloss.backward()", "RuntimeError", "called twice on one graph", "gradients/autograd"),
    "in-place on what is needed": Known("w = torch.ones(2, requires_grad=True)\ny = w.exp()\ny += 1\ny.sum().backward()", "RuntimeError", "changed in place", "gradients/stopping_and_zeroing"),
    "in-place on a leaf": Known("w = torch.ones(2, requires_grad=True)\nw -= 0.1", "RuntimeError", "with torch.no_grad():", "gradients/stopping_and_zeroing"),
    "numpy of what needs grad": Known("torch.ones(2, requires_grad=True).numpy()", "RuntimeError", ".detach().numpy()", "tensors/numpy"),
    "missing super().__init__": Known("class Net(nn.Module):\n    def __init__(self):\n        self.layer = nn.Linear(1, 1)\nNet()", "AttributeError", "call super().__init__() first", "workflow/building_models", 4),
    "missing super().__init__ with a parameter": Known("class Net(nn.Module):\n    def __init__(self):\n        self.w = nn.Parameter(torch.ones(1))\nNet()", "AttributeError", "call super().__init__() first", "workflow/building_models", 4),
    "missing forward": Known("class Net(nn.Module):\n    def foward(self, x):\n        return x\nNet()(torch.ones(1))", "NotImplementedError", "Net has no forward(self, x)", "workflow/building_models"),
    "parameters not registered": Known("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.w = torch.ones(1)\ntorch.optim.SGD(Net().parameters(), lr=0.1)", "ValueError", "A plain tensor or list is not registered", "workflow/building_models"),
    "optimizer of a module": Known("torch.optim.SGD(nn.Linear(1, 1), lr=0.1)", "TypeError", "model.parameters()", "workflow/building_models"),
    "optimizer of a non-leaf": Known("w = torch.ones(1, requires_grad=True) * 2\ntorch.optim.SGD([w], lr=0.1)", "ValueError", "not results of an operation", "workflow/building_models"),
    "class index out of range": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0, 3]))", "IndexError", "target 3 needs that many classes and one more", "classification/cross_entropy"),
    "float target": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0.0, 1.0]))", "RuntimeError", "target.long()", "classification/cross_entropy"),
    "int32 target": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0, 1], dtype=torch.int32))", "RuntimeError", "target.long()", "classification/cross_entropy"),
    "another batch": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0]))", "ValueError", "answered for 2 samples and the target holds 1", "tensors/squeeze_unsqueeze_permute"),
    "(N, 1) against (N,)": Known("nn.BCEWithLogitsLoss()(torch.ones(4, 1), torch.ones(4))", "ValueError", "squeeze or unsqueeze one of them", "tensors/squeeze_unsqueeze_permute"),
    "BCE of (N, 1) against (N,)": Known("nn.BCELoss()(torch.ones(4, 1), torch.ones(4))", "ValueError", "squeeze or unsqueeze one of them", "tensors/squeeze_unsqueeze_permute"),
    "BCE of logits": Known("nn.BCELoss()(torch.tensor([2.0]), torch.tensor([1.0]))", "RuntimeError", "BCEWithLogitsLoss on the logits", "classification/cross_entropy"),
    "item of many": Known("torch.ones(3).item()", "RuntimeError", "this one has 3", "tensors/what_is_a_tensor"),
    "truth of many": Known("if torch.ones(3) > 0:\n    pass", "RuntimeError", "(condition).all() or .any()", "tensors/indexing", 2),
    "another model's state_dict": Known("nn.Linear(2, 1).load_state_dict(nn.Linear(3, 1).state_dict())", "RuntimeError", "do not fit this model", "workflow/saving"),
    "whole model refused": Known("torch.save(nn.Linear(1, 1), 'm.pt')\ntorch.load('m.pt')", "UnpicklingError", "save the state_dict", "workflow/saving"),
    "missing return": Known("def model(x):\n    x * 2\nmodel(torch.ones(2)).sum()", "AttributeError", "`return` anything", "", 4),
    "tensor called": Known("x = torch.ones(2)\nx(3)", "TypeError", "a tensor is called like a function"),
    "missing import": Known("np.ones(3)", "NameError", "`import numpy as np` at the top"),
    "a name that is not there": Known("print(optimiser)", "NameError", "there is no `optimiser` here"),
    "a misspelled method": Known("torch.ones(2).unsqeeze(0)", "AttributeError", "a Tensor has no `unsqeeze`"),
    "wrong number of arguments": Known("def f(a, b):\n    return a\nf(1)", "TypeError", "missing 1 required positional argument"),
    "a gap that is not filled in": Known("torch.ones(2, 1).squeeze(...)", "TypeError", "a `...` is still in this line"),
    "exit": Known("exit(3)", "SystemExit", "calls exit()"),
    "input": Known("input()", "EOFError", "reads from the keyboard"),
    "endless recursion": Known("def f(x):\n    return f(x)\nf(1)", "RecursionError", "a function calls itself without end", "", 3),
    "no such module": Known("import tensorflow_of_old", "ModuleNotFoundError", "there is no module tensorflow_of_old"),
}  # fmt: skip
IMPORTS = "import torch; from torch import nn\n"


@pytest.mark.parametrize("name", TABLE)
def test_the_error_is_explained_with_its_line_and_lesson(lab: Lab, name: str) -> None:
    known = TABLE[name]
    lab.write(LESSON)
    code = IMPORTS + known.code
    verdict = lab.check("done", code)
    assert verdict.outcome == "error"
    assert known.raises in verdict.detail
    assert known.says in verdict.message
    assert verdict.message.startswith(f"Line {known.line or len(code.splitlines())}: ")
    assert verdict.line == (known.line or len(code.splitlines()))
    assert verdict.lesson == known.lesson


def test_out_of_memory_on_a_gpu_is_explained_where_there_is_none() -> None:
    """The wording is CUDA's own; raising it needs no GPU."""
    torch = pytest.importorskip("torch")
    from tutor.engine.known_errors import explain

    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
    explanation = explain(error, str(error), {})
    assert explanation is not None and "A smaller batch is the first thing to try" in explanation.message


def test_syntax_errors_name_the_line(lab: Lab) -> None:
    lab.write(LESSON)
    verdict = lab.check("done", "x = 1\nif x\n    pass\n")
    assert (verdict.outcome, verdict.line) == ("error", 2)
    assert verdict.message == "Line 2: Python cannot read this (expected ':')."


def test_an_unknown_error_is_quoted(lab: Lab) -> None:
    lab.write(LESSON)
    verdict = lab.check("done", "raise LookupError('no such page')")
    assert verdict.message == "Line 1: LookupError: no such page"


TAKES = """
import torch

def check_fit(fit):
    fit(torch.ones(2), torch.ones(2))

def check_Net(Net):
    Net()(torch.ones(2))
"""


def test_a_function_that_takes_other_arguments_than_it_is_given_is_the_learners(lab: Lab) -> None:
    lab.write(TAKES)
    verdict = lab.check("fit", "import torch\n\ndef fit(model, X, epochs):\n    return X\n")
    assert (verdict.outcome, verdict.line) == ("error", 3)
    assert "fit() missing 1 required positional argument: 'epochs'" in verdict.message


def test_so_is_a_method(lab: Lab) -> None:
    lab.write(TAKES)
    code = "from torch import nn\nclass Net(nn.Module):\n    def forward(self):\n        return 1\n"
    verdict = lab.check("Net", code)
    assert (verdict.outcome, verdict.line) == ("error", 3)
    assert "Net.forward() takes 1 positional argument but 2 were given" in verdict.message


def test_an_error_in_the_check_is_the_courses_fault(lab: Lab) -> None:
    lab.write("def check_x(x):\n    x.shape\n")
    verdict = lab.check("x", "x = 3")
    assert verdict.outcome == "unjudged"
    assert "That is the course's fault" in verdict.message

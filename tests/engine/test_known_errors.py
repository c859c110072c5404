"""Each error that is explained: the code, the exception it raises for real, the sentence it earns, the lesson that teaches it."""

from __future__ import annotations

import builtins
import io
import sys
import types
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.at_hand import Lab
from tutor.course.catalog import built_in, open_course
from tutor.engine import suspicions
from tutor.engine.diagnosis import diagnose
from tutor.engine.known_errors import ENTROPY, RULES
from tutor.engine.namespace import ANSWER, execute

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
    "attribute called": Known("torch.ones(2).ndim()", "TypeError", "are used without"),
    "function subscripted": Known("torch.tensor[1, 2]", "TypeError", "called with parentheses, as in torch.tensor([1, 2])"),
    "method not called": Known("x = torch.ones(2)\nx - x.mean", "TypeError", "parentheses call it, as in x.mean()", "tensors/arithmetic"),
    "several into one place": Known("x = torch.zeros(2, 2)\nx[0, 0] = torch.ones(3)", "RuntimeError", "a place for one number is given a tensor of shape [3]", "tensors/indexing"),
    "matmul": Known("x = torch.ones(3, 2)\nx @ x", "RuntimeError", "(3, 2) @ (3, 2) needs the inner two to be equal, and 2 is not 3. Here `x` is (3, 2). A transpose (.T) swaps", "tensors/matmul"),
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
    "permute": Known("torch.ones(2, 3).permute(2, 0, 1)", "RuntimeError", "permute names every dimension once: 3 are named, and there are 2", "tensors/squeeze_unsqueeze_permute"),
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
    "class index out of range": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0, 3]))", "IndexError", "target 3 needs 4 outputs of the model", "classification/cross_entropy"),
    "float target": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0.0, 1.0]))", "RuntimeError", "target.long()", "classification/cross_entropy"),
    "int32 target": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0, 1], dtype=torch.int32))", "RuntimeError", "target.long()", "classification/cross_entropy"),
    "another batch": Known("nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0]))", "ValueError", "answered for 2 samples and the target holds 1", "tensors/squeeze_unsqueeze_permute"),
    "(N, 1) against (N,)": Known("nn.BCEWithLogitsLoss()(torch.ones(4, 1), torch.ones(4))", "ValueError", "squeeze or unsqueeze one of them", "tensors/squeeze_unsqueeze_permute"),
    "BCE of (N, 1) against (N,)": Known("nn.BCELoss()(torch.ones(4, 1), torch.ones(4))", "ValueError", "squeeze or unsqueeze one of them", "tensors/squeeze_unsqueeze_permute"),
    "BCE of logits": Known("nn.BCELoss()(torch.tensor([2.0]), torch.tensor([1.0]))", "RuntimeError", "BCEWithLogitsLoss on the logits", "classification/cross_entropy"),
    "item of many": Known("torch.ones(3).item()", "RuntimeError", "this tensor holds 3", "tensors/what_is_a_tensor"),
    "truth of many": Known("if torch.ones(3) > 0:\n    pass", "RuntimeError", "(condition).all() or .any()", "tensors/indexing", 2),
    "another model's state_dict": Known("nn.Linear(2, 1).load_state_dict(nn.Linear(3, 1).state_dict())", "RuntimeError", "do not fit this model", "workflow/saving"),
    "whole model refused": Known("torch.save(nn.Linear(1, 1), 'm.pt')\ntorch.load('m.pt')", "UnpicklingError", "save the state_dict", "workflow/saving"),
    "missing return": Known("def model(x):\n    x * 2\nmodel(torch.ones(2)).sum()", "AttributeError", "`return` anything", "", 4),
    "tensor called": Known("x = torch.ones(2)\nx(3)", "TypeError", "a tensor is called like a function"),
    "missing import": Known("np.ones(3)", "NameError", "`import numpy as np` at the top"),
    "a list as the weights of outputs": Known("y = torch.ones(2, requires_grad=True) * 2\ny.backward([1, 1])", "TypeError", "such as torch.ones_like(y). Here `y` is (2,)", "gradients/autograd"),
    "zero_grad of a tensor": Known("w = torch.ones(2, requires_grad=True)\nw.zero_grad()", "AttributeError", "w.grad = None clears its gradient", "gradients/stopping_and_zeroing"),
    "a number as a gradient": Known("w = torch.ones(2, requires_grad=True)\nw.grad = 0", "TypeError", "w.grad = None clears it", "gradients/stopping_and_zeroing"),
    "a parameter of a number": Known("nn.Parameter(1)", "AttributeError", "nn.Parameter takes a tensor", "workflow/building_models"),
    "nn.parameter": Known("nn.parameter(torch.randn(1))", "TypeError", "does the name want a capital letter, as in nn.Parameter"),
    "super without its call": Known("class Net(nn.Module):\n    def __init__(self):\n        super.__init__()\nNet()", "TypeError", "super().__init__()", "workflow/building_models", 4),
    "a device called": Known("x = torch.ones(2)\nx.device()", "TypeError", "x.ndim, x.shape and x.device, for example, are used without"),
    "arguments that it does not take": Known("x = torch.ones(2)\ntorch.randn(x.shape, x.device)", "TypeError", "randn() was given (torch.Size, torch.device), which it does not take"),
    "a size that a shape does not have": Known("x = torch.ones(2)\nx.shape[1]", "IndexError", "a shape has one size for each dimension. Here `x` is (2,)", "tensors/indexing"),
    "a variable in quotes as a device": Known("torch.ones(2, device='x.device')", "RuntimeError", "there is no kind of device named x.device", "tensors/devices"),
    "a local name before its value": Known("def f():\n    y = y + 1\nf()", "UnboundLocalError", "`y` is used before it has a value", "", 3),
    "a factor before a parenthesis": Known("e = 3.0\ne(1 + 2)", "TypeError", "is a * missing before a parenthesis?"),
    "a name that is not there": Known("print(optimiser)", "NameError", "there is no `optimiser` here"),
    "a misspelled method": Known("torch.ones(2).unsqeeze(0)", "AttributeError", "a Tensor has no `unsqeeze`"),
    "wrong number of arguments": Known("def f(a, b):\n    return a\nf(1)", "TypeError", "missing 1 required positional argument"),
    "a gap that is not filled in": Known("torch.ones(2, 1).squeeze(...)", "TypeError", "a `...` is still in this line"),
    "exit": Known("exit(3)", "SystemExit", "calls exit()"),
    "input": Known("input()", "EOFError", "reads from the keyboard"),
    "endless recursion": Known("def f(x):\n    return f(x)\nf(1)", "RecursionError", "a function calls itself without end", "", 3),
    "no such module": Known("import tensorflow_of_old", "ModuleNotFoundError", "there is no module tensorflow_of_old"),
    "whole numbers times floats": Known("a = torch.arange(4).reshape(2, 2)\na @ torch.ones(2, 2)", "RuntimeError", "two dtypes meet: long int and float. Here `a` is int64", "tensors/dtypes"),
    "a layer deep in a model": Known("model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(3136, 10))\nmodel(torch.ones(2, 1, 28, 28))", "RuntimeError", "Linear(in_features=3136, out_features=10, bias=True) is given (2, 2704)", "tensors/matmul"),
    "linear, as a function": Known("x = torch.ones(8, 3)\nF.linear(x, torch.ones(2, 4))", "RuntimeError", "needs the inner two to be equal, and 3 is not 4. Here `x` is (8, 3).", "tensors/matmul"),
    "batched product of matrices": Known("a = torch.ones(3, 4)\ntorch.bmm(a, a)", "RuntimeError", "for tensors of another number of dimensions. Here `a` is (3, 4).", "tensors/matmul"),
    "mm of a batch": Known("a = torch.ones(2, 3, 4)\na.mm(a)", "RuntimeError", "another number of dimensions", "tensors/matmul"),
    "product with a number": Known("torch.tensor(2.0) @ torch.ones(2)", "RuntimeError", "Multiply by it with *", "tensors/matmul"),
    "einsum": Known("torch.einsum('ij,jk->ik', torch.ones(2, 3), torch.ones(4, 5))", "RuntimeError", "inner sizes of this product differ", "tensors/matmul"),
    "a larger result in place": Known("a = torch.ones(3)\na += torch.ones(2, 3)", "RuntimeError", "the result has the shape [2, 3], and in place there is only room for [3]", "tensors/squeeze_unsqueeze_permute"),
    "expand": Known("torch.ones(3).expand(2, 4)", "RuntimeError", "there are 3 values for a place of size 4 at dimension 1", "tensors/squeeze_unsqueeze_permute"),
    "assigning another size": Known("x = torch.zeros(3)\nx[:2] = torch.ones(3)", "RuntimeError", "there are 3 values for a place of size 2", "tensors/squeeze_unsqueeze_permute"),
    "two unknown sizes": Known("torch.ones(6).reshape(-1, -1)", "RuntimeError", "a shape may hold one -1", "tensors/reshape_view_stack"),
    "unflatten": Known("torch.ones(6).unflatten(0, (4, 2))", "RuntimeError", "dimension 0 has 6 elements", "tensors/reshape_view_stack"),
    "split": Known("torch.ones(6).split([2, 3])", "RuntimeError", "must add up to 6", "tensors/reshape_view_stack"),
    "cat of another number of dimensions": Known("torch.cat([torch.ones(2), torch.ones(2, 2)])", "RuntimeError", "here 1 meets 2", "tensors/reshape_view_stack"),
    "cat without a list": Known("torch.cat(torch.ones(2), torch.ones(2))", "TypeError", "torch.cat([a, b])", "tensors/reshape_view_stack"),
    "conv1d without channels": Known("x = torch.ones(8)\nnn.Conv1d(1, 4, 3)(x)", "RuntimeError", "(batch, channels, length), or one of it, (channels, length). Here `x` is (8,)", "tensors/squeeze_unsqueeze_permute"),
    "conv2d, as a function": Known("F.conv2d(torch.ones(28, 28), torch.ones(4, 1, 3, 3))", "RuntimeError", "unsqueeze(0) adds a dimension in front", "tensors/squeeze_unsqueeze_permute"),
    "pooling of a flat image": Known("nn.MaxPool2d(2)(torch.ones(4, 4))", "RuntimeError", "pooling takes (channels, height, width)", "tensors/squeeze_unsqueeze_permute"),
    "batch norm of other channels": Known("nn.BatchNorm2d(4)(torch.ones(2, 3, 8, 8))", "RuntimeError", "made for 4 channels and is given 3", "tensors/squeeze_unsqueeze_permute"),
    "batch norm of one sample": Known("nn.BatchNorm1d(4)(torch.ones(1, 4))", "ValueError", "needs more than one sample to average over"),
    "layer norm": Known("nn.LayerNorm(4)(torch.ones(2, 3))", "RuntimeError", "layer norm was made for [4]", "tensors/squeeze_unsqueeze_permute"),
    "std of whole numbers": Known("torch.arange(4).std()", "NotImplementedError", "Convert first: x.float().mean()", "tensors/dtypes"),
    "mean along a dimension": Known("torch.mean(torch.tensor([[1, 2]]), dim=1)", "NotImplementedError", "Convert first: x.float().mean()", "tensors/dtypes"),
    "a parameter of whole numbers": Known("nn.Parameter(torch.tensor([1, 2]))", "RuntimeError", "only floating-point tensors can require gradients", "tensors/dtypes"),
    "half into a linear layer": Known("x = torch.ones(2, 4, dtype=torch.float16)\nnn.Linear(4, 1)(x)", "RuntimeError", "two dtypes meet: half and float. Here `x` is float16", "tensors/dtypes"),
    "no GPU": Known("torch.ones(2).to('cuda')", "Error", "the device that is named here is not in this machine", "tensors/devices"),
    "NumPy's mean of a tensor": Known("import numpy as np\nnp.mean(torch.ones(3))", "TypeError", "use torch's own, torch.mean(x) or x.mean()", "tensors/numpy"),
    "NumPy's std of a tensor": Known("import numpy as np\nnp.std(torch.ones(3))", "TypeError", "use torch's own, torch.mean(x) or x.mean()", "tensors/numpy"),
    "no such kind of device": Known("torch.ones(2).to('gpu')", "RuntimeError", "there is no kind of device named gpu", "tensors/devices"),
    "step before backward": Known("net = nn.Sequential(nn.Linear(1, 2), nn.Linear(2, 1))\nadam = torch.optim.Adam(net.parameters())\nnet(torch.ones(1, 1)).sum().backward()\nloss = net(torch.ones(1, 1)).sum()\nadam.step()\nloss.backward()", "RuntimeError", "step() goes after backward()", "gradients/stopping_and_zeroing"),
    "two devices in a sum": Known("a = torch.ones(2)\na + torch.ones(2, device='meta')", "RuntimeError", "tensors on cpu and meta meet in one operation. Here `a` is on cpu.", "tensors/devices"),
    "a number under no_grad": Known("with torch.no_grad():\n    loss = nn.Linear(1, 1)(torch.ones(1, 1)).sum()\nloss.backward()", "RuntimeError", "computed under no_grad", "gradients/autograd"),
    "not part of the graph": Known("x, y = (torch.ones(1, requires_grad=True) for _ in range(2))\ntorch.autograd.grad(x.sum(), y)", "RuntimeError", "had no part in the result", "gradients/autograd"),
    "grad before backward": Known("w = torch.ones(1, requires_grad=True)\nw.grad.zero_()", "AttributeError", "a .grad is None until backward() has run"),
    "an update before backward": Known("w = torch.ones(1, requires_grad=True)\nw - 0.1 * w.grad", "TypeError", "a .grad is None until backward() has run"),
    "in-place on a part of a leaf": Known("w = torch.ones(2, requires_grad=True)\nw[0] = 1", "RuntimeError", "with torch.no_grad():", "gradients/stopping_and_zeroing"),
    "array of what needs grad": Known("import numpy as np\nnp.asarray(nn.Linear(1, 1).weight)", "RuntimeError", ".detach().numpy()", "tensors/numpy"),
    "super().__init__ without its call": Known("class Net(nn.Module):\n    def __init__(self):\n        super().__init__\n        self.layer = nn.Linear(1, 1)\nNet()", "AttributeError", "call super().__init__() first", "workflow/building_models", 5),
    "missing super().__init__ with a buffer": Known("class Net(nn.Module):\n    def __init__(self):\n        self.register_buffer('a', torch.ones(1))\nNet()", "AttributeError", "call super().__init__() first", "workflow/building_models", 4),
    "missing super().__init__, seen late": Known("class Net(nn.Module):\n    def __init__(self):\n        pass\n    def forward(self, x):\n        return x\nNet()(torch.ones(1))", "AttributeError", "call super().__init__() first", "workflow/building_models"),
    "a tensor for a parameter": Known("nn.Linear(1, 1).weight = torch.ones(1, 1)", "TypeError", "nn.Parameter(tensor)", "workflow/building_models"),
    "a list in Sequential": Known("nn.Sequential([nn.Linear(1, 1)])", "TypeError", "nn.Sequential(*layers) unpacks a list", "workflow/building_models"),
    "a function in Sequential": Known("nn.Sequential(nn.Linear(1, 1), torch.relu)", "TypeError", "nn.ReLU() is the layer of torch.relu", "workflow/building_models"),
    "parameters without its call": Known("torch.optim.SGD(nn.Linear(1, 1).parameters, lr=0.1)", "TypeError", "model.parameters()", "workflow/building_models"),
    "a negative class": Known("F.cross_entropy(torch.ones(2, 3), torch.tensor([0, -1]))", "IndexError", "target -1 is no class", "classification/cross_entropy"),
    "cross-entropy of (N, 1)": Known("F.cross_entropy(torch.ones(2, 3), torch.tensor([[0], [1]]))", "RuntimeError", "target.squeeze(1)", "classification/cross_entropy"),
    "one-hot of whole numbers": Known("F.cross_entropy(torch.ones(2, 3), torch.eye(3, dtype=torch.long)[:2])", "RuntimeError", "a row of probabilities for each sample", "classification/cross_entropy"),
    "float target, as a function": Known("F.nll_loss(torch.ones(2, 3), torch.tensor([0.0, 1.0]))", "RuntimeError", "target.long()", "classification/cross_entropy"),
    "a list as the target": Known("F.cross_entropy(torch.ones(2, 3), [0, 1])", "TypeError", "target must be a tensor and is of type list", "tensors/what_is_a_tensor"),
    "a loss that is called as it is made": Known("nn.CrossEntropyLoss(torch.ones(2, 3), torch.tensor([0, 1]))", "RuntimeError", "loss_fn = nn.CrossEntropyLoss(), then loss_fn(output, target)", "workflow/losses_and_optimizers"),
    "a loss that is never made": Known("loss_fn = nn.MSELoss\nloss_fn(torch.ones(2), torch.ones(2))", "RuntimeError", "loss_fn = nn.MSELoss(), then loss_fn(output, target)", "workflow/losses_and_optimizers"),
    "a model in place of its output": Known("model = nn.Linear(1, 1)\nnn.MSELoss()(model, torch.ones(2, 1))", "AttributeError", "Calling it gives one: model(X)"),
    "BCE of whole numbers": Known("F.binary_cross_entropy(torch.ones(4), torch.ones(4).long())", "RuntimeError", "two dtypes meet: long and float", "tensors/dtypes"),
    "(N, 1) against (N,), as a function": Known("F.binary_cross_entropy_with_logits(torch.ones(4, 1), torch.ones(4))", "ValueError", "squeeze or unsqueeze one of them", "tensors/squeeze_unsqueeze_permute"),
    "float of many": Known("float(torch.ones(2))", "ValueError", "this tensor holds several", "tensors/what_is_a_tensor"),
    "a number has no length": Known("len(torch.tensor(1.0))", "TypeError", "a 0-d tensor is a single number", "tensors/what_is_a_tensor"),
    "a mask of another shape": Known("torch.ones(3)[torch.tensor([True, False])]", "IndexError", "it is [2], and the tensor [3]", "tensors/indexing"),
    "indices that are floats": Known("torch.ones(3)[torch.tensor([0.0])]", "IndexError", "indices are whole numbers", "tensors/indexing"),
    "an embedding of floats": Known("nn.Embedding(3, 2)(torch.ones(2))", "RuntimeError", "an embedding takes whole numbers", "tensors/dtypes"),
    "an embedding's row": Known("nn.Embedding(3, 2)(torch.tensor([3]))", "IndexError", "from 0 to num_embeddings - 1"),
    "rows of other lengths": Known("torch.tensor([[1, 2], [3]])", "ValueError", "not equally long (2 and 1)", "tensors/what_is_a_tensor"),
    "text in a tensor": Known("torch.tensor('a')", "TypeError", "a tensor holds numbers, not text", "tensors/what_is_a_tensor"),
    "an attribute of a method that is not called": Known("torch.ones(2).float.mean()", "AttributeError", "stands before `.mean` is a method that is not called", ""),
    "a method of tensors, of a list": Known("[torch.ones(2)].unsqueeze(0)", "AttributeError", "a list has no `unsqueeze`, as a tensor has: torch.stack makes one of tensors", ""),
    "stack of tensors one by one": Known("a = torch.ones(2)\ntorch.stack(a, a, a)", "TypeError", "stack takes the tensors in a list", "tensors/reshape_view_stack"),
    "a slice to a float": Known("torch.ones(4)[: 4 / 2]", "TypeError", "// a whole number", "tensors/indexing"),
    "a dtype in quotes": Known("torch.ones(2).to('float32')", "RuntimeError", "the dtype is written torch.float32, without quotes", "tensors/devices"),
    "a layer given a method": Known("x = torch.ones(2).float\nnn.Linear(2, 1)(x)", "TypeError", "input must be a tensor and is a function that is not called", "tensors/what_is_a_tensor"),
    "a method of tensors, of an array": Known("import numpy as np\nnp.ones(2).float()", "AttributeError", "a NumPy array has no `float`, as a tensor has", ""),
    "from_numpy with a dtype": Known("import numpy as np\ntorch.from_numpy(np.ones(2), dtype=torch.float32)", "TypeError", "from_numpy takes the array and nothing else", "tensors/numpy"),
    "float of an array": Known("import numpy as np\nfloat(np.ones(2))", "TypeError", "make one Python number", "tensors/numpy"),
    "no such function in a module": Known("import numpy as np\nnp.seed(1)", "AttributeError", "there is no `seed` in numpy", ""),
    "a tensor's device assigned": Known("x = torch.ones(2)\nx.device = 'cpu'", "AttributeError", "a tensor's device cannot be assigned", ""),
    "a tensor for a device": Known("x = torch.ones(2)\ntorch.ones(2, device=x)", "TypeError", "x.device is the device of x", "tensors/devices"),
    "a device without its name": Known("x = torch.ones(2)\ntorch.ones(2, x.device)", "TypeError", "a device is given by name", "tensors/devices"),
    "a model elsewhere": Known("model = nn.Linear(2, 1, device='meta')\nx = torch.ones(1, 2)\nmodel(x)", "RuntimeError", "Here `x` is on cpu, and `model` is on meta. Move", "tensors/devices"),
    "a model of another dtype": Known("model = nn.Linear(2, 1)\nx = torch.ones(1, 2).double()\nmodel(x)", "RuntimeError", "Here `x` is float64, and `model` is float32. Make", "tensors/dtypes"),
    "max with a dim in arithmetic": Known("x = torch.ones(2, 3)\nx / x.max(dim=1)", "TypeError", "max with a dim gives two tensors: its .values, and its .indices", "tensors/aggregation"),
    "max with a dim as a tensor": Known("torch.ones(2, 3).max(dim=1).float()", "AttributeError", "max with a dim gives two tensors", "tensors/aggregation"),
    "a tensor and a list": Known("torch.ones(2) + [1, 2]", "TypeError", "a tensor and a list do not go together", "tensors/arithmetic"),
    "inputs and targets": Known("torch.utils.data.TensorDataset(torch.ones(3), torch.ones(4))", "AssertionError", "inputs and targets must be equally many", "tensors/squeeze_unsqueeze_permute"),
    "a file that is not there": Known("torch.load('nope.pt')", "FileNotFoundError", "there is no file `nope.pt`", "workflow/saving"),
    "with, and no parentheses": Known("with torch.no_grad:\n    pass", "TypeError", "parentheses behind it", "gradients/stopping_and_zeroing", 2),
    "Python's eval": Known("eval(nn.Linear(1, 1))", "TypeError", "model.eval()", "workflow/linear_regression"),
    "a loop over a method": Known("for p in nn.Linear(1, 1).parameters:\n    pass", "TypeError", "without its call", "", 2),
    "features from inference mode": Known("with torch.inference_mode():\n    x = torch.ones(1, 1)\nnn.Linear(1, 1)(x).sum().backward()", "RuntimeError", "under torch.no_grad() it can", "gradients/stopping_and_zeroing"),
    "a path for a state_dict": Known("nn.Linear(1, 1).load_state_dict('line.pt')", "TypeError", "got a str. That is a name", "workflow/saving"),
    "a model for a state_dict": Known("nn.Linear(1, 1).load_state_dict(nn.Linear(1, 1))", "TypeError", "got a Linear. Is its state_dict() meant?", "workflow/saving"),
    "state_dict without its call": Known("nn.Linear(1, 1).load_state_dict(nn.Linear(1, 1).state_dict)", "TypeError", "got a method. Is a call without its ()?", "workflow/saving"),
    "a state_dict for a model": Known("nn.Linear(1, 1).state_dict().eval()", "AttributeError", "load the dict into it", "workflow/saving"),
    "a function that torch has not": Known("torch.load_state_dict({})", "AttributeError", "load_state_dict belongs to the model", "workflow/saving"),
    "missing return, in arithmetic": Known("def double(x):\n    x * 2\ndouble(torch.ones(1)) - 1", "TypeError", "`return` anything", "", 4),
    "missing return of forward": Known("class Net(nn.Module):\n    def forward(self, x):\n        x * 2\nF.mse_loss(Net()(torch.ones(1)), torch.ones(1))", "AttributeError", "`return` anything"),
    "too large a tensor": Known("torch.ones(2**20, 2**20)", "RuntimeError", "this needs 4,096.0 GiB"),
}  # fmt: skip
IMPORTS = "import torch; from torch import nn; import torch.nn.functional as F\n"


@pytest.mark.parametrize("name", TABLE)
def test_the_error_is_explained_with_its_line_and_lesson(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    known = TABLE[name]
    code = IMPORTS + known.code
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setitem(sys.modules, "__main__", module := types.ModuleType("__main__"))
    with pytest.raises(BaseException) as raised:
        execute(code, vars(module), ANSWER)
    found = diagnose(raised.value, ANSWER)
    line = known.line or len(code.splitlines())
    assert known.raises in found.detail
    assert known.says in found.message
    assert found.message.startswith(f"Line {line}: ") and found.line == line
    assert found.lesson == known.lesson


@pytest.mark.parametrize("name", ["matmul", "missing super().__init__", "endless recursion", "whole model refused"])
def test_a_verdict_carries_it(lab: Lab, name: str) -> None:
    known = TABLE[name]
    lab.write(LESSON)
    if known.lesson:
        lab.has(known.lesson)
    verdict = lab.check("done", IMPORTS + known.code)
    assert verdict.outcome == "error"
    assert known.raises in verdict.detail and known.says in verdict.message
    assert verdict.message.startswith(f"Line {verdict.line}: ")
    assert verdict.lesson == known.lesson


def test_a_link_to_a_lesson_that_the_course_lacks_is_left_out(lab: Lab) -> None:
    lab.write(LESSON)
    verdict = lab.check("done", IMPORTS + TABLE["too many indices"].code)
    assert "more indices than" in verdict.message and verdict.lesson == ""


def test_every_link_leads_to_a_lesson_of_the_course() -> None:
    lessons = {entry.id for entry in open_course(built_in()).lessons}
    noticed = {value.lesson for value in vars(suspicions).values() if isinstance(value, suspicions.Suspicion)}
    links = {rule.lesson for rule in RULES if rule.lesson} | noticed
    assert links - lessons <= {ENTROPY}, "one that is to come may be linked to; until then the link is left out"


ON_A_GPU = {
    "out of memory": (
        "OutOfMemoryError",
        "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 139.80 GiB",
        "full: 20.00 GiB more were asked for. A smaller batch is the first thing to try",
        "tensors/devices",
    ),
    "class out of range": (
        "AcceleratorError",
        "CUDA error: device-side assert triggered",
        "A GPU reports late, so the fault may be some lines further up",
        "tensors/devices",
    ),
    "convolution": (
        "RuntimeError",
        "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same",
        "tensors on two devices meet in one operation",
        "tensors/devices",
    ),
    "linear layer": (
        "RuntimeError",
        "Expected all tensors to be on the same device, but got mat1 is on cpu, different from other tensors on cuda:0 (when checking argument in method wrapper_CUDA_addmm)",
        "tensors on cpu and cuda:0 meet",
        "tensors/devices",
    ),
    "index": (
        "RuntimeError",
        "indices should be either on cpu or on the same device as the indexed tensor (cpu)",
        "Move model and data to the same place",
        "tensors/devices",
    ),
    "recurrent layer": (
        "RuntimeError",
        "Input and parameter tensors are not at the same device, found input tensor at cpu and parameter tensor at cuda:0",
        "tensors on cpu and cuda:0 meet",
        "tensors/devices",
    ),
    "generator": (
        "RuntimeError",
        "Expected a 'cuda' device type for generator but found 'cpu'",
        "torch.Generator(device='cuda')",
        "tensors/randomness",
    ),
    "worker": (
        "AcceleratorError",
        "Caught AcceleratorError in DataLoader worker process 0.\nOriginal Traceback:\ntorch.AcceleratorError: CUDA error: initialization error",
        "keep the data set on the CPU",
        "tensors/devices",
    ),
    "array": (
        "TypeError",
        "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.",
        ".cpu().numpy()",
        "tensors/numpy",
    ),
    "whole-number target": (
        "NotImplementedError",
        "\"nll_loss_forward_reduce_cuda_kernel_2d_index\" not implemented for 'Float'",
        "class numbers as whole numbers (int64",
        ENTROPY,
    ),
}
"""What CUDA said of each under torch 2.11, word for word; explaining it needs no GPU."""


@pytest.mark.parametrize("name", ON_A_GPU)
def test_what_a_gpu_says_is_explained_where_there_is_none(name: str) -> None:
    torch = pytest.importorskip("torch")
    from tutor.engine.known_errors import explain

    kind, text, says, lesson = ON_A_GPU[name]
    error = getattr(torch, kind, getattr(builtins, kind, RuntimeError))(text)
    explanation = explain(error, text, {})
    assert explanation is not None and says in explanation.message and explanation.lesson == lesson


def test_syntax_errors_name_the_line(lab: Lab) -> None:
    lab.write(LESSON)
    verdict = lab.check("done", "x = 1\nif x\n    pass\n")
    assert (verdict.outcome, verdict.line) == ("error", 2)
    assert verdict.message == "Line 2: Python cannot read this (expected ':')."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("if 1 > 0 && 2 > 1: pass", "masks with & and |."),
        ("if True: pass\nelse if False: pass", "Python writes elif."),
        ("i = 1\ni++", "+= 1"),
        ("ok = !True", "negates with `not`"),
    ],
)
def test_a_habit_from_another_language_is_named(lab: Lab, line: str, says: str) -> None:
    lab.write(LESSON)
    verdict = lab.check("done", line)
    assert verdict.outcome == "error" and "Python cannot read this" in verdict.message and says in verdict.message


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

"""What is said of PyTorch's frequent errors, where more goes into the sentence than the error's own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from tutor.engine.budgets import Granted


@dataclass(frozen=True)
class Case:
    """One error at hand."""

    error: BaseException
    text: str
    match: re.Match[str]
    values: dict[str, Any]
    """Tensors and modules named on the learner's line."""
    layer: tuple[str, torch.Tensor] | None = None
    """The layer it happened in, and its input."""
    source: str = ""
    """The learner's line."""

    def tensors(self) -> str:
        """Their shapes, as a sentence; empty where there is none."""
        return self._here(lambda tensor: str(tuple(tensor.shape)))

    def kinds(self) -> str:
        """Their dtypes, and those of the modules' parameters, as a sentence."""
        return self._here(lambda tensor: name(tensor.dtype), weights=True)

    def places(self) -> str:
        """Their devices, and those of the modules' parameters, as a sentence."""
        return self._here(lambda tensor: f"on {tensor.device}", "a tensor ", weights=True)

    def _here(self, fact: Callable[[torch.Tensor], str], of_input: str = "", weights: bool = False) -> str:
        facts = {n: fact(v) for n, v in self.values.items() if isinstance(v, torch.Tensor)}
        models = {n: _first_parameter(v) for n, v in self.values.items()} if weights else {}
        has_model = any(first is not None for first in models.values())
        # what a layer is given says nothing new where both the model and its input are named
        deep = self.layer is not None and not (has_model and fact(self.layer[1]) in facts.values())
        facts.update({n: fact(first) for n, first in models.items() if first is not None})
        parts = [f"`{n}` is {said}" for n, said in facts.items()]
        if self.layer is not None and deep:
            parts.append(f"{self.layer[0]} is given {of_input}{fact(self.layer[1])}")
        return f" Here {', and '.join(parts)}." if parts else ""


def _first_parameter(value: Any) -> torch.Tensor | None:
    """A module's first parameter; None for anything else, and where a module has none or is not set up."""
    if not isinstance(value, torch.nn.Module) or "_parameters" not in vars(value):
        return None
    return next(torch.nn.Module.parameters(value), None)


Say = Callable[[Case], str]


def name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def memory_at_once(case: Case) -> str:
    wanted = int(case.match.group(1)) / 2**30
    return f"this needs {wanted:,.1f} GiB, and {_may_use()}: is the shape what you meant?{case.tensors()}"


def memory(case: Case) -> str:
    full = (
        f"the {Granted.memory_mb / 1024:.1f} GiB of memory that your code may use are full"
        if Granted.memory_mb
        else "the memory is full"
    )
    return f"{full}: is a tensor far larger than you meant, or does a list keep growing?{case.tensors()}"


def _may_use() -> str:
    return f"your code may use {Granted.memory_mb / 1024:.1f} GiB" if Granted.memory_mb else "there is not as much"


def matmul(case: Case) -> str:
    a, b, c, d = case.match.groups()
    mend = (
        "A layer's in_features must be the size of the last dimension."
        if case.layer is not None
        else "A transpose (.T) swaps the two sizes of a matrix."
    )
    return (
        f"the shapes do not go together: ({a}, {b}) @ ({c}, {d}) needs the inner two to be equal, and {b} is not {d if b == c else c}."
        f"{case.tensors()} {mend}"
    )


def broadcast(case: Case) -> str:
    a, b, dim = case.match.groups()
    return (
        f"the sizes {a} and {b} do not line up at dimension {dim}.{case.tensors()} "
        "Element by element, shapes are compared from the right: sizes must be equal, or one of them 1."
    )


def view(case: Case) -> str:
    shape, size = case.match.groups()
    return f"{int(size):,} elements cannot take the shape ({shape}): the sizes must multiply to {size}; -1 lets PyTorch work one out."


def dtype(case: Case) -> str:
    one, other = (group for group in case.match.groups() if group)
    mend = "Make them the same, usually float32: x.float() or x.to(torch.float32)."
    return f"two dtypes meet: {one.lower()} and {other.lower()}.{case.kinds()} {mend}"


def gpu_memory(case: Case) -> str:
    asked = re.search(r"[Tt]ried to allocate ([\d.]+ [KMG]iB)", case.text)
    more = f": {asked.group(1)} more were asked for" if asked else ""
    return (
        f"the GPU's memory is full{more}.{case.tensors()} A smaller batch is the first thing to try; "
        "the second, letting go of tensors that are no longer needed."
    )


def device(case: Case) -> str:
    found = sorted(set(re.findall(r"(cuda:\d+|cpu|mps:\d+|xpu:\d+|meta)", case.text)))
    named = " and ".join(found[:2]) if len(found) > 1 else "two devices"
    return f"tensors on {named} meet in one operation.{case.places()} Move model and data to the same place with .to(device)."


def conv_input(case: Case) -> str:
    sides = {"2": "length", "3": "height, width", "4": "depth, height, width"}[case.match.group(1)]
    return (
        f"this convolution takes a batch, (batch, channels, {sides}), or one of it, (channels, {sides}).{case.tensors()} "
        "unsqueeze(0) adds a dimension in front."
    )


def conv_channels(case: Case) -> str:
    wanted, got = case.match.groups()
    mend = "Channels come before height and width: permute an image that has them last."
    return f"the convolution expects {wanted} channels and was given {got}.{case.tensors()} {mend}"


def target_range(case: Case) -> str:
    target = int(case.match.group(1))
    needs = f"needs {target + 1} outputs of the model" if target >= 0 else "is no class"
    return f"a class index is out of range: target {target} {needs}. Classes count from 0, and the model has one output for each."


def target_batch(case: Case) -> str:
    answered, held = case.match.groups()
    return f"the model answered for {answered} samples and the target holds {held}.{case.tensors()} Both must be of the same batch."


def no_device(case: Case) -> str:
    name = case.match.group(1)
    if isinstance(getattr(torch, name, None), torch.dtype):
        return f"in quotes, {name} would be a device; the dtype is written torch.{name}, without quotes."
    return f'there is no kind of device named {name}: it is "cpu", "cuda" (NVIDIA and AMD GPUs) or "mps" (Apple\'s).'


def no_tensor(case: Case) -> str:
    name, kind = case.match.groups()
    if kind in ("builtin_function_or_method", "method", "function"):
        return f"{name} must be a tensor and is a function that is not called: parentheses call it, as in x.float()."
    mend = "torch.tensor(...) makes one of numbers and lists, torch.from_numpy of an array."
    return f"{name} must be a tensor and is of type {kind}: {mend}"


def expand(case: Case) -> str:
    wanted, there, dim = case.match.groups()
    return (
        f"there are {there} values for a place of size {wanted} at dimension {dim}.{case.tensors()} "
        "Sizes must be equal, or what is put there must have size 1."
    )


def permuted(case: Case) -> str:
    numbers = re.search(r"input\.dim\(\) = (\d+) is not equal to len\(dims\) = (\d+)", case.text)
    counted = f": {numbers.group(2)} are named, and there are {numbers.group(1)}" if numbers else ""
    return f"permute names every dimension once{counted}.{case.tensors()}"


def is_none(case: Case) -> str:
    if ".grad" in " ".join(case.source.split()):
        return (
            "a .grad is None until backward() has run, and for a tensor without requires_grad: call backward() first."
        )
    return "something is None where a value was expected: does the function that made it `return` anything?"


def operands(case: Case) -> str:
    other = case.match.group(1) or case.match.group(2)
    mend = (
        "torch.from_numpy(array) makes a tensor of it."
        if "ndarray" in other
        else "torch.tensor(...) makes a tensor of numbers."
    )
    if other in ("builtin_function_or_method", "method", "function"):
        return "a function stands where its result should: parentheses call it, as in x.mean()."
    return f"a tensor and a {other.split('.')[-1]} do not go together in one operation: {mend}"


AMBIGUOUS = (
    "a tensor of several values is neither true nor false. Join conditions with & or | in place of `and` and `or`, "
    "each in parentheses; or ask for one answer: (condition).all() or .any()."
)


def unmade_loss(case: Case) -> str:
    written = re.search(r"(\w+Loss)\(", case.source)
    name, what = (written.group(1), written.group(1)) if written else ("MSELoss", "a loss function")
    return (
        f"{what} is made first, and then called with the tensors: loss_fn = nn.{name}(), then loss_fn(output, target)."
    )


def invalid_arguments(case: Case) -> str:
    function, given = case.match.groups()
    listed = given if len(given) < 100 else f"{given[:100]}…"
    return (
        f"{function}() was given ({listed}), which it does not take: is one of them of the wrong type, "
        f"or does it need its name, such as dtype= or device=?{case.tensors()}"
    )


def name_error(case: Case) -> str:
    name = case.match.group(1)
    known = {
        "torch": "import torch",
        "nn": "from torch import nn",
        "F": "import torch.nn.functional as F",
        "np": "import numpy as np",
    }
    more = f" `{known[name]}` at the top brings it in." if name in known else " Is it spelled as where it was made?"
    return f"there is no `{name}` here.{more}"


def no_attribute(case: Case) -> str:
    kind, name = case.match.groups()
    if kind == "NoneType":
        return (
            is_none(case)
            if ".grad" in case.source
            else (
                f"something is None where a value was expected (it has no `{name}`): does the function that made it `return` anything?"
            )
        )
    if kind.endswith(("method", "function")):
        return f"what stands before `.{name}` is a method that is not called: parentheses behind it call it, as in x.sum()."
    if kind == "ndarray" and hasattr(torch.Tensor, name):
        return f"a NumPy array has no `{name}`, as a tensor has: torch.from_numpy makes a tensor of it, and numpy() comes last."
    if kind in ("list", "tuple", "int", "float") and hasattr(torch.Tensor, name):
        made = (
            "torch.stack makes one of tensors, torch.tensor of numbers. Or is each of its elements meant?"
            if kind in ("list", "tuple")
            else "torch.tensor makes one of it."
        )
        return f"a {kind} has no `{name}`, as a tensor has: {made}"
    if name in ("size", "shape", "dim") and any(type(value).__name__ == kind for value in case.values.values()):
        return f"a {kind} has no `{name}`: a model stands where a tensor is expected. Calling it gives one: model(X)."
    return f"a {kind} has no `{name}`. Is it spelled right, and is the value what you think it is?"


def missing_argument(case: Case) -> str:
    return f"{case.text.strip()}. Look at what the function takes and what it is given."


def no_state_dict(case: Case) -> str:
    kind = case.match.group(1)
    means = {"str": " That is a name, not what the file holds.", "method": " Is a call without its ()?"}
    if kind not in ("str", "method", "list", "tuple", "NoneType"):
        means[kind] = " Is its state_dict() meant?"
    return f"load_state_dict takes a dict of tensors and got a {kind}.{means.get(kind, '')}"

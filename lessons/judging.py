"""What the checks on models share: an answer is called with care, so that what it gets wrong is said to the learner."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from tutor.lesson import fail


def call(function: Callable[..., Any], name: str, *args: Any) -> Any:
    """function(*args); fails with a sentence where the answer cannot be called like that."""
    shown = f"{name}({', '.join(map(_short, args))})"
    if not callable(function):
        fail(f"{name} should be a function or a class that can be called as {shown}.", got=function)
    try:
        inspect.signature(function.forward if isinstance(function, nn.Module) else function).bind(*args)
    except TypeError as error:
        fail(f"{name} cannot be called as {shown}: {error}.")
    except ValueError:
        pass  # no signature to look at
    return function(*args)


def call_in_order(function: Callable[..., Any], name: str, *args: Any) -> Any:
    """Like `call`, for lines that were put in order: fails with a sentence where one needs what a later one makes."""
    result, missing = None, ""
    try:
        result = call(function, name, *args)
    except UnboundLocalError as error:
        missing = str(error).split("'")[1]
    if missing:
        fail(f"A line uses {missing} before the line that makes it: which line makes {missing}?")
    return result


def output_of(model: Any, x: torch.Tensor, name: str) -> torch.Tensor:
    """model(x), without a gradient; fails with PyTorch's words where the model refuses x.

    An error in a forward of the learner's own is left alone: the engine shows them the line.
    """
    if model is None:
        fail(f"{name} is None; is there a `return`?")
    if not isinstance(model, nn.Module):
        fail(f"{name} is a {type(model).__name__}; expected an nn.Module.", got=model)
    is_set_up(model, name)
    if type(model).forward is nn.Module.forward:
        fail(f"{name} has no forward method, which model(x) calls: is it spelled right, and as far in as __init__?")
    try:
        inspect.signature(model.forward).bind(x)
    except TypeError as error:
        fail(
            f"model(x) calls forward with one batch, but the forward of {name} cannot be called like that: {error}. "
            "Does it take self, then x?"
        )
    except ValueError:
        pass  # no signature to look at
    try:
        with torch.no_grad():
            out = model(x)
    except Exception as error:
        if not type(model).__module__.startswith("torch"):
            raise
        fail(f"{name} refuses a batch of shape {tuple(x.shape)}: {error}")
    if out is None:
        fail(f"{name} gives None for a batch: in its forward, is there a `return`?")
    if not isinstance(out, torch.Tensor):
        fail(f"{name} gives a {type(out).__name__} for a batch; expected a tensor.", got=out)
    return out


def is_set_up(model: nn.Module, name: str) -> None:
    """Fails with a sentence where the model's __init__ never called that of nn.Module: torch would fail at its first use."""
    if not hasattr(model, "_modules"):
        fail(f"{name} was never set up as a module: super().__init__() comes first in its __init__.")


def near(got: Any, other: torch.Tensor) -> bool:
    """Whether `got` is a tensor of the other's shape, dtype and device with nearly the same values. Never raises."""
    if not isinstance(got, torch.Tensor) or got.shape != other.shape:
        return False
    if got.dtype != other.dtype or got.device != other.device or got.device.type == "meta":
        return False
    return torch.allclose(got.detach(), other.detach(), rtol=1e-4, atol=1e-5)


def _short(value: Any) -> str:
    return repr(value) if isinstance(value, (int, float, str)) else "model" if isinstance(value, nn.Module) else "..."

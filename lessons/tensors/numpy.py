"""Demos and checks of "PyTorch and NumPy"."""

import time
from typing import Annotated, Literal

import numpy as np
import torch
from judging import call
from torch import nn

from tutor.lesson import Range, expect, fail


def one_memory(
    run,
    made_by: Literal["t = torch.from_numpy(a)", "t = torch.tensor(a)", "a = t.numpy()", "a = t.clone().numpy()"] = (
        "t = torch.from_numpy(a)"
    ),
    edit: Literal["a += 1", "a = a + 1", "t.add_(1)", "t = t + 1"] = "a += 1",
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """One of the two is edited. Does the other change as well?

    The edit is made four times, over `slow_motion` seconds.
    """
    run.data("six numbers, made here")
    if made_by in ("t = torch.from_numpy(a)", "t = torch.tensor(a)"):
        a = np.arange(6.0).reshape(2, 3)  # float64, NumPy's default
        t = torch.from_numpy(a) if "from_numpy" in made_by else torch.tensor(a)
    else:
        t = torch.arange(6.0).reshape(2, 3)  # float32, PyTorch's default
        a = t.numpy() if "clone" not in made_by else t.clone().numpy()
    first_a, first_t = a.copy(), t.clone()
    _show(run, a, t)

    for _ in run.steps(4, "edit"):
        time.sleep(slow_motion / 4)
        if edit == "a += 1":
            a += 1  # writes into the array's memory
        elif edit == "a = a + 1":
            a = a + 1  # a new array, and the name a moves to it
        elif edit == "t.add_(1)":
            t.add_(1)  # writes into the tensor's memory
        else:
            t = t + 1  # a new tensor, and the name t moves to it
        _show(run, a, t)

    a_changed, t_changed = bool((a != first_a).any()), bool((t != first_t).any())
    shared = np.shares_memory(a, t.numpy())
    run.result(a_changed=a_changed, t_changed=t_changed, same_memory=shared, dtype=str(a.dtype))
    if shared:
        run.note("Two names, two libraries, one piece of memory: a write through one shows in the other.")
    else:
        run.note("Each has memory of its own now.")


def _show(run, a, t):
    run.tensor("the array a", torch.tensor(a), note="a NumPy array; what is drawn is a copy")
    run.tensor("the tensor t", t)


def way_back(
    run,
    tensor: Literal["plain", "with a gradient", "on another device", "both"] = "with a gradient",
    written: Literal["t.numpy()", "t.detach().numpy()", "t.cpu().numpy()", "t.detach().cpu().numpy()"] = "t.numpy()",
):
    """Which tensors can become an array just like that?"""
    t = torch.ones(3, requires_grad=tensor in ("with a gradient", "both"))
    no_gpu = run.device.type == "cpu"
    if tensor in ("on another device", "both"):
        t = t.detach().to(run.device).requires_grad_(t.requires_grad)
        t = t.as_subclass(OnGpu) if no_gpu else t  # no GPU here: a tensor that behaves as if it were on one
    stands_in = isinstance(t, OnGpu)
    run.data("three ones, made here" + ("; there is no GPU, so the tensor only behaves as on one" if stands_in else ""))
    device = f"{t.device}, a stand-in" if stands_in else t.device
    run.table("t", ["device", "dtype", "requires_grad"], [[device, t.dtype, t.requires_grad]])
    try:
        x = t
        for call in written.split(".")[1:]:  # detach(), cpu(), numpy(): one after the other
            x = x.detach() if call == "detach()" else x.cpu() if call == "cpu()" else x.numpy()
    except (RuntimeError, TypeError) as error:
        run.note(f"{type(error).__name__}: {error}")
        run.result(works=False)
    else:
        run.note(f"An array: {x}, {x.dtype}.")
        run.result(works=True)


def check_predict_rows(predict_rows):
    torch.manual_seed(0)
    model = nn.Linear(3, 2)
    for dtype in (np.float64, np.float32, np.int64):
        rows = (10 * torch.rand(4, 3)).numpy().astype(dtype)
        before = rows.copy()
        with torch.no_grad():
            want = model(torch.tensor(rows, dtype=torch.float32))
        got = call(predict_rows, "predict_rows", model, rows)
        if model.weight.dtype != torch.float32:
            fail(
                "You changed the model: it is float64 now, twice as large and slower. Convert the data instead.",
                expected="a float32 model",
                got=f"a {str(model.weight.dtype).removeprefix('torch.')} model",
            )
        expect(got, want, f"predict_rows(model, rows) for rows of {np.dtype(dtype).name}")
        if not np.array_equal(rows, before):
            fail("Your function changed rows: its caller still needs them.")


class OnGpu(torch.Tensor):
    """Says that it is on a GPU, and behaves so where it is turned into an array: cpu() has to come first."""

    @property
    def device(self):
        return torch.device("cuda:0")

    @property
    def is_cuda(self):
        return True

    @property
    def is_cpu(self):
        return False

    def cpu(self, *args, **kwargs):
        return super().cpu(*args, **kwargs).as_subclass(torch.Tensor)

    def to(self, *args, **kwargs):
        moved = super().to(*args, **kwargs)
        to_cpu = any(str(arg) == "cpu" for arg in (*args, *kwargs.values()))
        return moved.as_subclass(torch.Tensor) if to_cpu else moved

    def numpy(self, *args, force=False, **kwargs):
        if force:
            return self.detach().cpu().numpy()
        raise TypeError(
            "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first."
        )

    def __array__(self, *args, **kwargs):
        return self.numpy()


def check_to_plot(to_plot):
    cases = {
        "a plain tensor": torch.tensor([1.0, 2.0, 3.0]),
        "a tensor with a gradient": torch.tensor([[1.0], [2.0]], requires_grad=True),
        "whole numbers": torch.arange(4),
        "the result of a model": nn.Linear(2, 1)(torch.ones(3, 2)),
        "a tensor as on a GPU": torch.tensor([4.0, 5.0]).as_subclass(OnGpu),
        "a tensor with a gradient, as on a GPU": torch.tensor([4.0, 5.0], requires_grad=True).as_subclass(OnGpu),
    }
    for name, t in cases.items():
        grad = t.requires_grad
        got = call(to_plot, "to_plot", t)
        want = t.detach().as_subclass(torch.Tensor).numpy()
        if not isinstance(got, np.ndarray):
            kind = type(got).__name__
            if got is None:
                fail("to_plot gives None; is there a `return`?")
            if callable(got) and not isinstance(got, torch.Tensor):
                fail("You return a method that is not called: parentheses behind it call it.")
            fail(f"For {name} you return a {kind}; a NumPy array is asked.", expected="numpy.ndarray", got=kind)
        if got.shape != want.shape or got.dtype != want.dtype or not np.array_equal(got, want):
            fail(
                f"For {name} the array should hold the tensor's own numbers, in its shape and dtype.",
                expected=f"{want.tolist()} {want.shape} {want.dtype}",
                got=f"{got.tolist()} {got.shape} {got.dtype}",
            )
        if t.requires_grad != grad:
            fail(
                "Your function switched off the gradient of its input: detach() leaves it as it is, detach_() does not."
            )

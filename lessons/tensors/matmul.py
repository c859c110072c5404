"""Demos and checks of "Matrix multiplication and the shape rule"."""

import time
from typing import Annotated

import torch
from torch.overrides import TorchFunctionMode

from tutor.lesson import Range, expect, fail


def row_by_column(
    run,
    rows: Annotated[int, Range(1, 4)] = 2,
    left_columns: Annotated[int, Range(1, 4)] = 3,
    right_rows: Annotated[int, Range(1, 4)] = 3,
    columns: Annotated[int, Range(1, 5)] = 2,
    slow_motion: Annotated[float, Range(0, 20)] = 5.0,
):
    """Which numbers meet in left @ right, and what shape comes out?

    `slow_motion` is how many seconds the meetings are spread over.
    """
    run.data("small whole numbers, made here")
    left = torch.arange(rows * left_columns, device=run.device).reshape(rows, left_columns) % 5 + 1
    right = torch.arange(right_rows * columns, device=run.device).reshape(right_rows, columns) % 4 + 1
    left, right = left.float(), right.float()
    run.tensor("left", left)
    run.tensor("right", right)
    shapes = f"{tuple(left.shape)} @ {tuple(right.shape)}"
    try:
        product = left @ right
    except RuntimeError as error:
        run.note(
            f"RuntimeError: {error}. A row of left has {left_columns} numbers, a column of right {right_rows}: "
            "they must match."
        )
        return

    shown = torch.zeros_like(product)
    for place in run.steps(product.numel(), "meeting"):
        i, j = place // columns, place % columns
        shown[i, j] = left[i] @ right[:, j]  # one row, one column, one number
        pairs = zip(left[i].tolist(), right[:, j].tolist(), strict=True)
        meeting = " + ".join(f"{a:g}*{b:g}" for a, b in pairs)
        run.tensor("left @ right", shown, note=f"row {i} meets column {j}: {meeting} = {shown[i, j]:g}")
        time.sleep(slow_motion / product.numel())

    run.note(f"{shapes} gives {tuple(product.shape)}: the inner {left_columns} is gone, the outer sizes stay.")
    run.result(equal_to_at=torch.equal(shown, product), meetings=product.numel())


def race(
    run,
    size: Annotated[int, Range(4, 300)] = 100,
    runs_of_at: Annotated[int, Range(10, 1000)] = 200,
):
    """Two loops in Python against one @: how much faster is it?"""
    run.data(f"two random matrices of {size} by {size}, made here")
    torch.manual_seed(run.seed)
    a = torch.rand(size, size)  # on the CPU for both, so that the race is fair
    b = torch.rand(size, size)

    by_loops = torch.zeros(size, size)
    began = time.perf_counter()
    for i in run.steps(size, "row"):
        for j in range(size):
            by_loops[i, j] = (a[i] * b[:, j]).sum()
        run.bars("seconds so far", {"loops": time.perf_counter() - began})
    loops = time.perf_counter() - began

    a @ b  # once before we measure: the first call sets things up
    began = time.perf_counter()
    for _ in range(runs_of_at):
        product = a @ b
    at = (time.perf_counter() - began) / runs_of_at

    run.bars("times as fast as the loops", {"loops": 1, "@": loops / at})
    run.result(
        seconds_by_loops=loops,
        seconds_by_at=at,
        times_as_fast=round(loops / at),
        same_result=torch.allclose(by_loops, product, atol=1e-4),
    )
    run.note(f"The time of @ is the mean of {runs_of_at} products: one alone is too short to measure well.")


def check_similarities(similarities):
    generator = torch.Generator().manual_seed(0)
    for n, m, d in ((4, 2, 3), (3, 3, 3), (1, 5, 2)):
        a = torch.rand(n, d, generator=generator)
        b = torch.rand(m, d, generator=generator)
        before = a.clone(), b.clone()
        want = a @ b.T
        got = similarities(a, b)
        expect((a, b), before, "what your function was given: (a, b)")
        if isinstance(got, torch.Tensor):
            explain_similarities(got, a, b, want)
        expect(got, want, f"similarities of {n} rows with {m} rows", dtype=False)


def explain_similarities(got, a, b, want):
    """Fail with the reason for products that people give."""
    if is_near(got, want):
        return
    if is_near(got, want.T):
        fail(
            f"For a {tuple(a.shape)} and b {tuple(b.shape)} rows and columns have changed places: row i of the result "
            "belongs to row i of `a`.",
            expected=tuple(want.shape),
            got=tuple(got.shape),
        )
    if is_near(got, a @ b.reshape(b.shape[1], b.shape[0])):
        fail(
            "The shape is right and the numbers are not: reshape is no transpose. It keeps the numbers in their order and "
            "only breaks the rows elsewhere; .T makes columns of the rows."
        )
    if len(a) == len(b) and is_near(got, (a * b).sum(dim=1)):
        fail("You compared row i with row i only; each row of `a` meets every row of `b`.", expected=tuple(want.shape))


def is_near(got, want):
    """Whether shape and values fit, whatever the dtype."""
    return got.shape == want.shape and torch.allclose(got.to(want.dtype), want, atol=1e-5)


def check_my_matmul(my_matmul):
    generator = torch.Generator().manual_seed(0)
    for n, k, m in ((2, 3, 2), (2, 3, 4), (3, 3, 3), (1, 4, 1)):
        a = torch.rand(n, k, generator=generator)
        b = torch.rand(k, m, generator=generator)
        before = a.clone(), b.clone()
        want = a @ b
        with Ready() as ready:
            got = my_matmul(a, b)
        if isinstance(got, torch.Tensor):
            last = a[:, -1:] @ b[-1:]  # what is left where each product overwrites the one before
            if k > 1 and is_near(got, last):
                fail("Each element is only the last product: every one overwrites the one before. Add them up.")
            if n == m and is_near(got, want.T) and not is_near(got, want):
                fail(
                    "Rows and columns have changed places: element [i, j] belongs to row i of `a` and column j of `b`."
                )
            if got.shape == want.shape and not got.is_floating_point():
                fail(f"The result holds whole numbers ({got.dtype}), which cuts the fractions off: make it of floats.")
            if n == m == k and is_near(got, a @ b.T):
                fail("You met rows of `b`; it should be its columns, b[:, j].")
        expect(got, want, f"my_matmul of {(n, k)} and {(k, m)}", dtype=False)
        expect((a, b), before, "the matrices after your function ran")
        if ready.used:
            fail(
                f"The product is right, but {ready.used} made it: this once, write it without `@` and its like, "
                "with two loops and a dot product."
            )


PRODUCTS = {
    *("matmul", "mm", "mv", "bmm", "baddbmm", "addmm", "addmv", "addbmm", "inner", "linear", "einsum", "tensordot"),
    *("multi_dot", "linalg_multi_dot", "chain_matmul", "__matmul__", "__rmatmul__"),
}


class Ready(TorchFunctionMode):
    """Notes whether a ready-made product takes a matrix while it is active; a dot product of two vectors is no shortcut."""

    used = ""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        given = [each for arg in args for each in (arg if isinstance(arg, (list, tuple)) else [arg])]
        matrix = any(isinstance(each, torch.Tensor) and each.ndim > 1 for each in given)
        if getattr(func, "__name__", "") in PRODUCTS and matrix:
            self.used = func.__name__.replace("__matmul__", "`@`").replace("__rmatmul__", "`@`")
        return func(*args, **(kwargs or {}))

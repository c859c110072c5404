"""Demos and checks of "What is a tensor?"."""

import time
from typing import Annotated, Literal

import torch

from tutor.lesson import Range, expect, fail


def build_up(
    run,
    tables: Annotated[int, Range(1, 3)] = 2,
    rows: Annotated[int, Range(1, 4)] = 3,
    columns: Annotated[int, Range(1, 6)] = 4,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """What does each further pair of brackets add to the shape?

    `slow_motion` is how many seconds the four stages are spread over.
    """
    run.data("counted numbers, made here")
    count = tables * rows * columns
    block = torch.arange(count, device=run.device).reshape(tables, rows, columns)
    stages = {
        "number": block[0, 0, 0],  # shape ()
        "row": block[0, 0],  # (columns,)
        "table": block[0],  # (rows, columns)
        "block": block,  # (tables, rows, columns)
    }

    lines = []
    names = list(stages)
    for i in run.steps(4, "stage"):
        tensor = stages[names[i]]
        run.tensor("the tensor", tensor, note=f"a {names[i]}")
        brackets = "[" * tensor.ndim
        lines.append([names[i], brackets or "none", tensor.ndim, tuple(tensor.shape)])
        run.table("so far", ["it is a", "brackets", "ndim", "shape"], lines)
        time.sleep(slow_motion / 4)

    run.note(f"{tables} * {rows} * {columns} = {block.numel()}: the sizes in a shape multiply to the count of numbers.")
    run.result(brackets=block.ndim, numbers=block.numel())


def picture_as_numbers(
    run,
    height: Annotated[int, Range(4, 224)] = 12,
    width: Annotated[int, Range(4, 224)] = 20,
    show: Literal["all channels", "red", "green", "blue"] = "all channels",
    row: Annotated[int, Range(0, 223)] = 3,
    column: Annotated[int, Range(0, 223)] = 5,
):
    """Which numbers make one pixel, and how many make a picture?

    Red grows to the right, green downwards, and blue is a square in the middle.
    """
    run.data(f"a picture of {height} by {width} pixels, painted here")
    picture = torch.zeros(height, width, 3, dtype=torch.uint8)  # (H, W, C); uint8: whole numbers from 0 to 255
    picture[:, :, 0] = torch.linspace(0, 255, width)  # red, the same in every row
    picture[:, :, 1] = torch.linspace(0, 255, height).reshape(height, 1)  # green, the same in every column
    picture[height // 4 : -(height // 4), width // 4 : -(width // 4), 2] = 255  # blue

    # Screens and many models want the channels first. The lesson on permute is about this line.
    channels_first = picture.permute(2, 0, 1)  # (C, H, W)
    if show == "all channels":
        run.images("picture", channels_first.unsqueeze(0))
    else:
        run.images(f"only {show}: bright is much", channels_first[["red", "green", "blue"].index(show)])

    row, column = min(row, height - 1), min(column, width - 1)
    run.tensor(f"picture[{row}, {column}]", picture[row, column], note="red, green and blue of this pixel")
    run.table(
        "the tensor",
        ["what", "value"],
        [["picture.ndim", picture.ndim], ["picture.shape", tuple(picture.shape)], ["numbers in it", picture.numel()]],
    )
    run.result(ndim=picture.ndim, numbers=picture.numel())


def check_first_tensor(degrees):
    want = torch.tensor([12, 15, 9])
    if isinstance(degrees, (list, tuple)):
        kind = type(degrees).__name__
        fail(f"`degrees` is still a Python {kind}: hand it to torch.tensor(...).", expected=want, got=degrees)
    if isinstance(degrees, torch.Tensor) and degrees.shape == (1, 3):
        fail("`degrees` has a pair of brackets too many: one pair makes a row.", expected="shape (3,)", got="(1, 3)")
    expect(degrees, want, "`degrees`", dtype=False)


def check_is_matrix(is_matrix):
    shapes = [(2, 3), (2,), (), (3, 3), (2, 2, 2), (1, 1), (2, 0), (1, 2, 2), (2, 1, 1, 4)]
    for shape in shapes:
        t = torch.zeros(shape)
        if not shape:
            explain_scalar(is_matrix, t)
        got, want = is_matrix(t), len(shape) == 2
        if isinstance(got, bool) and got != want:
            explain_answer(shape, want)
        expect(got, want, f"is_matrix of a tensor of shape {shape}")


def explain_scalar(is_matrix, t):
    """Fail where a scalar is asked for its rows, which it has not."""
    try:
        is_matrix(t)
    except (TypeError, IndexError) as error:
        fail(
            f"For a scalar, torch.tensor(0.), your function raises {type(error).__name__}: {error}. "
            "A scalar has no rows to ask for; its ndim is 0.",
            expected="False",
            got=type(error).__name__,
        )


def explain_answer(shape, want):
    """Fail with what the tensor is, where the answer is the wrong one of the two."""
    if len(shape) == 1:
        thought = f"it has 1 dimension; its length is {shape[0]}, but that is how many numbers it has, not dimensions"
    elif not want:
        thought = f"it has {len(shape)} dimension{'s' * (len(shape) != 1)}, and a matrix has exactly 2"
    else:
        thought = "it has 2 dimensions, whatever their sizes"
    fail(
        f"A tensor of shape {shape} is {'a' if want else 'no'} matrix: {thought}.",
        expected=str(want),
        got=str(not want),
    )

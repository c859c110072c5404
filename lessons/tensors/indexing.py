"""Demos and checks of "Indexing and slicing"."""

import time
from typing import Annotated, Literal

import torch
from data import digits
from judging import call

from tutor.lesson import Range, expect, fail

INDICES = {
    ":": slice(None),
    "0": 0,
    "1": 1,
    "-1": -1,
    "0:1": slice(0, 1),
    "1:": slice(1, None),
    "::2": slice(None, None, 2),
}


def cut_cube(
    run,
    matrix: Literal[":", "0", "1", "-1", "0:1", "1:", "::2"] = "1:",
    row: Literal[":", "0", "1", "-1", "0:1", "1:", "::2"] = ":",
    column: Literal[":", "0", "1", "-1", "0:1", "1:", "::2"] = "0",
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Which cells does x[matrix, row, column] pick, and what shape is left?

    `slow_motion` is how many seconds the three indices are spread over.
    """
    run.data("the numbers 0 to 26, made here")
    x = torch.arange(27, device=run.device).reshape(3, 3, 3)  # (3, 3, 3)
    chosen = [matrix, row, column]
    title = "picked: plus 100"
    rows = []
    run.tensor(title, x)
    for i in run.steps(3, "index"):
        time.sleep(slow_motion / 3)
        index = tuple(INDICES[text] for text in chosen[: i + 1])
        code = f"x[{', '.join(chosen[: i + 1])}]"
        marked = x.clone()
        marked[index] += 100  # writing through an index changes exactly the cells that it picks
        run.tensor(title, x)
        run.tensor(title, marked)
        picked = x[index]
        kept = "used up" if isinstance(index[-1], int) else "kept"
        rows.append([code, tuple(picked.shape), kept])
        run.table("one index after the other", ["code", "shape", "dim"], rows)
    run.note(f"{code} holds {picked.tolist()}")
    shared = picked.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    run.result(cells_picked=picked.numel(), dimensions_left=picked.ndim, shares_memory=shared)


def mask_digit(
    run,
    picture: Annotated[int, Range(0, 359)] = 3,
    keep: Literal["brighter", "darker", "between"] = "brighter",
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Which pixels does the mask pick while the threshold rises from 0 to 1?

    `between` keeps what is above the threshold and not more than 0.3 above it; it ends before full ink.
    """
    split = digits()
    run.data(split.about)
    image = split.X_test[picture, 0].to(run.device)  # (8, 8), from 0 (paper) to 1 (ink)
    run.images("the digit", (image * 255).to(torch.uint8), labels=[split.y_test[picture].item()])
    last = 14 if keep == "between" else 20  # 13 / 20 + 0.3 is 0.95: full ink is 1
    for i in run.steps(last, "twentieth"):
        threshold = i / 20
        if keep == "brighter":
            mask = image > threshold  # (8, 8) of True and False
        elif keep == "darker":
            mask = image <= threshold
        else:
            mask = (image > threshold) & (image <= threshold + 0.3)
        picked = image[mask]  # (n,): a flat list of what was picked
        run.images(f"mask: {keep}", (mask * 255).to(torch.uint8), labels=[f"{threshold:.2f}"])
        run.log("pixels picked", pixels=len(picked))
        time.sleep(slow_motion / last)

    run.result(threshold=threshold, pixels_picked=len(picked), of_pixels=image.numel())
    run.note(f"image[mask] has shape {tuple(picked.shape)}: one dimension, whatever the image had.")


def check_last_column(last_column):
    for shape in ((3, 4), (3, 3), (5, 1), (1, 2)):
        table = torch.arange(torch.Size(shape).numel()).reshape(shape)
        want = table[:, -1]
        got = call(last_column, "last_column", table)
        if isinstance(got, torch.Tensor):
            if got.shape == table[-1].shape and torch.equal(got, table[-1]) and not torch.equal(got, want):
                fail(
                    "That is the last row: a single index goes to the rows. Columns come second.",
                    expected=want,
                    got=got,
                )
            if len(table) < shape[1] and torch.equal(got, table[:, len(table) - 1]):
                fail(
                    "len(table) counts the rows; -1 is the last place, however many there are.", expected=want, got=got
                )
            if got.shape == (len(table), 1) and torch.equal(got[:, 0], want):
                fail(
                    "The right numbers, but a slice keeps the dimension: use an index.", expected=(len(table),), got=got
                )
        expect(got, want, f"last_column of a table of shape {shape}")


def check_mean_between(mean_between):
    row, matrix = torch.tensor([1.0, 4.0, 6.0, 20.0, 3.0]), torch.tensor([[1.0, 2.5, 9.0], [4.0, -3.0, 6.0]])
    for x, low, high in ((row, 2, 10), (matrix, 0, 5), (matrix, -10.0, 7.5), (row, 3, 20), (matrix, 1, 9)):
        before = x.clone()
        values = x.flatten().tolist()
        want = torch.tensor([value for value in values if low < value < high]).mean()
        got = call(mean_between, "mean_between", x, low, high)
        if not torch.equal(x, before):
            fail("Your function wrote into x, which its caller still needs: pick with x[mask] instead.")
        number = got.item() if isinstance(got, torch.Tensor) and got.numel() == 1 else got
        if isinstance(number, float) and abs(number - want) > 1e-4:
            explain_mean(number, values, low, high, {"expected": want, "got": got})
        expect(got, want, f"mean_between(x, {low}, {high})", scalar=True, dtype=False, rtol=1e-4, atol=1e-5)


def explain_mean(number, values, low, high, said):
    """Fail with the reason for means that people get."""
    inside = [value for value in values if low < value < high]
    with_ends = [value for value in values if low <= value <= high]
    if abs(number - sum(values) / len(values)) < 1e-4:
        fail("All of x was taken. With | every element is one or the other; & and x[mask] take those between.", **said)
    if abs(number - sum(inside) / len(values)) < 1e-4:
        fail("An element that does not fit still counts as a 0: pick with x[mask] instead.", **said)
    if abs(number - len(inside) / len(values)) < 1e-4:
        fail("That is the share of elements that fit. The mean is asked of the elements themselves, x[mask].", **said)
    for mark, chosen in (("low", [v for v in values if v > low]), ("high", [v for v in values if v < high])):
        if abs(number - sum(chosen) / len(chosen)) < 1e-4:
            fail(f"Only {mark} was looked at; join both conditions with &.", **said)
    with_one = [value for value in values if low <= value < high], [value for value in values if low < value <= high]
    if any(abs(number - sum(chosen) / len(chosen)) < 1e-4 for chosen in (with_ends, *with_one)):
        fail(f"The marks themselves, {low} and {high}, do not count: greater and less were asked.", **said)


def check_centre_crop(centre_crop):
    for shape, size in (((2, 3, 8, 10), 4), ((1, 1, 6, 6), 2), ((5, 1, 4, 4), 4), ((2, 3, 12, 8), 8)):
        images = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
        height, width = shape[-2:]
        top, left = (height - size) // 2, (width - size) // 2
        want = images[:, :, top : top + size, left : left + size]
        got = call(centre_crop, "centre_crop", images, size)
        if isinstance(got, torch.Tensor):
            explain_crop(got, images, size, (top, left), want)
        expect(got, want, f"centre_crop of images of shape {shape} to {size}")


def explain_crop(got, images, size, corner, want):
    """Fail with the reason for crops that people make."""
    if got.shape == want.shape and torch.equal(got, want):
        return
    top, left = corner
    facts = {"expected": tuple(want.shape), "got": tuple(got.shape)}
    case = f"For {tuple(images.shape)} and a size of {size}"
    if got.shape == want.shape and torch.equal(got, images[..., :size, :size]):
        fail(f"{case} you took the upper left corner: rows should start at {top}, columns at {left}.")
    if got.shape == want.shape and torch.equal(got, images[..., left : left + size, top : top + size]):
        fail(f"{case} rows and columns have changed places: rows start at {top}, columns at {left}.")
    if got.shape == images[top : top + size, left : left + size].shape:
        fail(f"{case} you sliced images and channels: rows and columns are the last two dimensions.", **facts)
    if got.shape == images[..., top:size, left:size].shape:
        fail(f"{case} your slices stop too early: a slice stops before its end, so end at start + size.", **facts)
    if got.shape == images[..., top:-top, left:-left].shape and 0 in got.shape:
        fail(f"{case} nothing is left: where nothing is cut off, -0 is 0, and a slice to 0 is empty.", **facts)

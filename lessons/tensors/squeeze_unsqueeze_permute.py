"""Demos and checks of "Squeeze, unsqueeze, permute: when and why"."""

import time
import warnings
from typing import Annotated, Literal

import numpy as np
import torch
from data import line
from judging import call
from torch import nn

from tutor.lesson import Range, expect, fail

SHAPES = {"(10,)": (10,), "(3, 4)": (3, 4), "(1, 3, 1)": (1, 3, 1), "(1, 28, 28)": (1, 28, 28)}


def where_the_one_goes(
    run,
    start: Literal["(10,)", "(3, 4)", "(1, 3, 1)", "(1, 28, 28)"] = "(10,)",
    operation: Literal["unsqueeze", "squeeze"] = "unsqueeze",
    slow_motion: Annotated[float, Range(0, 10)] = 2.0,
):
    """What shape does each dim give, and which dims are there at all?

    Negative dims count from the end. `slow_motion` is in seconds.
    """
    run.data("counted numbers, made here")
    shape = SHAPES[start]
    x = torch.arange(torch.Size(shape).numel(), device=run.device).reshape(shape)
    places = len(shape) + (operation == "unsqueeze")  # a new dimension can go before, between or after the others
    rows = []
    for dim in run.steps(range(-places, places + 1), "dim"):
        try:
            y = getattr(x, operation)(dim)
            result = str(tuple(y.shape))
            what = "nothing happens" if y.shape == x.shape else ""
        except IndexError as error:
            result, what = "IndexError", str(error).split("(")[0].strip()
        rows.append([f"x.{operation}({dim})", result, what])
        run.table(f"x has shape {start}", ["call", "shape", ""], rows)
        time.sleep(slow_motion / (2 * places + 1))
    if operation == "squeeze":
        run.note(f"x.squeeze() without a dim: {tuple(x.squeeze().shape)}")
    run.result(dimensions_of_x=x.ndim)


def learn_with_shapes(
    run,
    shapes: Literal["(40, 1) with (40,)", "both (40,)", "both (40, 1)"] = "(40, 1) with (40,)",
    lr: Annotated[float, Range(0.01, 1, log=True)] = 0.3,
    epochs: Annotated[int, Range(1, 1000)] = 200,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """The predictions are (40, 1), the targets (40,). Does the model find the line?

    `slow_motion` is how many seconds the epochs are spread over.
    """
    X, y, _, _, about = line().to(run.device)  # both (40, 1)
    run.data(about)
    y = y.squeeze(1)  # (40,): as labels often come
    torch.manual_seed(run.seed)
    model = nn.Linear(1, 1).to(run.device)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in run.steps(epochs, "epoch"):
            predictions = model(X)  # (40, 1)
            if shapes == "both (40,)":
                loss = loss_fn(predictions.squeeze(1), y)
            elif shapes == "both (40, 1)":
                loss = loss_fn(predictions, y.unsqueeze(1))
            else:
                loss = loss_fn(predictions, y)  # (40, 1) with (40,)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

            with torch.no_grad():
                distance = (model(X).squeeze(1) - y).abs().mean()  # each prediction to its own target
                run.scatter("the line", points={"targets": (X, y)}, lines={"model": (X, model(X))})
            run.log(loss=loss, distance=distance)
            time.sleep(slow_motion / epochs)

    if caught:
        run.note(f"UserWarning: {caught[0].message}")
    run.result(loss=loss, distance=distance, weight=model.weight, bias=model.bias, mean_of_targets=y.mean())


def channels_first(
    run,
    how: Literal["permute(2, 0, 1)", "reshape(3, H, W)", "permute(2, 1, 0)"] = "permute(2, 0, 1)",
    every: Annotated[int, Range(6, 40)] = 20,
):
    """Both give a shape that starts with 3. Do both keep the photo?

    `every` is how coarse the photo is: only each so-many-th pixel is used.
    """
    from sklearn.datasets import load_sample_image

    run.data("china.jpg, a photo bundled with scikit-learn")
    photo = torch.from_numpy(load_sample_image("china.jpg").copy())[::every, ::every]  # (H, W, 3), bytes
    height, width, _ = photo.shape
    if how == "permute(2, 0, 1)":
        image = photo.permute(2, 0, 1)  # (3, H, W)
    elif how == "permute(2, 1, 0)":
        image = photo.permute(2, 1, 0)  # (3, W, H)
    else:
        image = photo.reshape(3, height, width)  # (3, H, W), but its numbers are in the old order
    run.images(f"photo.{how}, read as channels, rows, columns", image.unsqueeze(0))

    same_layout = image.shape[1:] == photo.shape[:2]
    kept = same_layout and torch.equal(image, photo.permute(2, 0, 1))
    shared = image.untyped_storage().data_ptr() == photo.untyped_storage().data_ptr()
    run.result(pixel_kept=kept, shares_memory_with_photo=shared)
    row, column = 1, 2
    was, now = photo[row, column].tolist(), image[:, row, column].tolist()
    if kept:
        run.note(f"Every pixel is in its place: the one in row {row}, column {column} is {now} as before.")
    else:
        run.note(
            f"The pixels are not where they were: in row {row}, column {column} was {was}, and now there is {now}."
        )


class OneOutput(nn.Module):
    """Gives the first feature: (N, features) -> (N, 1)."""

    def forward(self, x):
        return x[:, :1]


def check_mean_error(mean_error):
    for n in (4, 1, 7):
        X = torch.rand(n, 2, generator=torch.Generator().manual_seed(n)) * 3
        for y in (X[:, 0].clone(), X[:, 0] + torch.tensor([0.5, -0.25, 0.5, -0.5, 0.1, 0.2, 0.3])[:n]):
            model = OneOutput()
            want = (X[:, 0] - y).abs().mean()
            everyone = (X[:, :1] - y).abs().mean()
            got = call(mean_error, "mean_error", model, X, y)
            if isinstance(got, np.ndarray):
                got = torch.from_numpy(got)
            number = got.item() if isinstance(got, torch.Tensor) and got.numel() == 1 else got
            if isinstance(number, float) and abs(number - want) > 1e-5:
                if abs(number - everyone) < 1e-5:
                    fail(
                        f"For {n} samples every prediction still meets every target: {n} times {n} distances. "
                        "Which shapes has the subtraction, left and right? (`squeeze` changes nothing in place.)",
                        expected=want,
                        got=got,
                    )
                explain_number(number, X[:, 0] - y, want)
            expect(got, want, f"mean_error for {n} samples", scalar=True, dtype=False, rtol=1e-4, atol=1e-5)


def explain_number(number, differences, want):
    """Fail with the reason for numbers that people get in place of the mean distance."""
    if abs(abs(number) - abs(differences.mean())) < 1e-5:
        fail(
            "Errors of different signs cancel out: take each distance first, then the mean.", expected=want, got=number
        )
    if abs(number - differences.square().mean()) < 1e-5:
        fail("That is the mean of the squares. A distance is `abs()` of a difference.", expected=want, got=number)
    if abs(number - differences.abs().sum()) < 1e-5:
        fail("That is the sum of the distances; their mean is asked for.", expected=want, got=number)


def check_make_fit(make_fit):
    for n, c, h, w in ((4, 3, 5, 6), (1, 3, 5, 6), (4, 1, 1, 6)):
        scores, grey, colour = torch.rand(n, 1), torch.rand(n, h, w), torch.rand(c, 1)
        want = scores[:, 0], grey[:, None], colour[:, :, None]
        got = call(make_fit, "make_fit", scores, grey, colour)
        if got is None:
            fail("make_fit gives None; is there a `return`?")
        three = isinstance(got, (tuple, list)) and len(got) == 3
        if not three or not all(isinstance(each, torch.Tensor) for each in got):
            fail("make_fit should return three tensors: `return scores, grey, colour`.")
        explain_fit([tuple(each.shape) for each in got], n, c, h, w)
        expect(got, want, f"make_fit for N = {n}, C = {c}, H = {h} and W = {w}")


def explain_fit(shapes, n, c, h, w):
    """Fail with the reason for shapes that people get."""
    scores, grey, colour = shapes
    if scores != (n,):
        sentence = (
            "`scores` of one sample has lost both of its 1s: name the place of the one that should go."
            if scores == ()
            else "The 1 in `scores` is still there: in (N, 1), which place is it at? squeeze does nothing elsewhere."
        )
        fail(sentence, expected=f"({n},)", got=str(scores))
    if grey != (n, 1, h, w):
        sentence = "Each of the N grey pictures needs its channel: the 1 stands after N."
        if grey == (1, n, h, w):
            sentence = (
                f"A batch of one picture with {n} channels: for N pictures of one channel, where does the 1 stand?"
            )
        fail(sentence, expected=f"({n}, 1, {h}, {w})", got=str(grey))
    if colour != (c, 1, 1):
        sentence = (
            "One number for each channel: the C should stand first, as in (C, H, W), with a 1 for H and one for W."
        )
        fail(sentence, expected=f"({c}, 1, 1)", got=str(colour))


def check_for_plotting(for_plotting):
    for channels, height, width in ((3, 4, 5), (1, 4, 5), (3, 1, 6), (1, 1, 6), (1, 6, 1), (3, 3, 3)):
        batch = torch.arange(float(channels * height * width)).reshape(1, channels, height, width)
        want = batch[0].permute(1, 2, 0)
        if channels == 1:
            want = want[:, :, 0]
        got = call(for_plotting, "for_plotting", batch.clone())
        if isinstance(got, np.ndarray):
            got = torch.from_numpy(got.copy())  # what a plotting program makes of a tensor is as good
        if isinstance(got, torch.Tensor):
            explain_picture(got, batch, want)
        expect(got, want, f"for_plotting of a batch of shape {tuple(batch.shape)}", dtype=False)


def explain_picture(got, batch, want):
    """Fail with the reason for pictures that people give."""
    got = got.to(want.dtype)
    if torch.equal(got, want):
        return
    facts = {"expected": tuple(want.shape), "got": tuple(got.shape)}
    shape = f"For a batch of shape {tuple(batch.shape)}"
    if got.shape == want.shape:
        if torch.equal(got.flatten(), batch.flatten()):
            fail(
                f"{shape} the shape is right and the pixels are not: reshape keeps the numbers in their order, so the "
                "three numbers of a pixel are not the ones that belong together."
            )
        if got.ndim > 1 and torch.equal(got, want.transpose(0, 1)):
            fail(f"{shape} your picture lies on its side: height and width have changed places.")
    elif got.ndim > 1 and torch.equal(got, want.transpose(0, 1)):
        fail(f"{shape} your picture lies on its side: height and width have changed places.", **facts)
    elif torch.equal(got, want.squeeze()):
        fail(f"{shape} squeeze() also took a height or width of 1: name the dim that should go.", **facts)
    elif batch.shape[1] == 1 and torch.equal(got, want.unsqueeze(-1)):
        fail(f"{shape} the single channel is still there: a grey picture is (H, W).", **facts)
    elif torch.equal(got, batch.squeeze(0)):
        fail(f"{shape} the batch dimension is gone, and the channels still come first.", **facts)

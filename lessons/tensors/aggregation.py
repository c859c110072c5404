"""Demos and checks of "Aggregation and positional min/max"."""

import time
from typing import Annotated, Literal

import torch
from data import digits
from torch import nn

from tutor.lesson import Range, expect, fail


def squash(
    run,
    operation: Literal["sum", "mean", "min", "max"] = "sum",
    dim: Literal["0", "1", "-1", "none"] = "0",
    keepdim: bool = False,
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """x has shape (3, 4). Which of its dimensions is used up?

    `slow_motion` is how many seconds the walk through x is spread over.
    """
    run.data("a small tensor, made here")
    x = torch.tensor([[1, 5, 2, 4], [3, 0, 6, 3], [2, 1, 1, 9]], dtype=torch.float32, device=run.device)  # (3, 4)
    run.tensor("x", x)
    how = getattr(torch, {"min": "amin", "max": "amax"}.get(operation, operation))  # amin, amax: values without indices
    if dim == "none":
        code = f"x.{operation}()"
        portions = [x.flatten()[: i + 1] for i in range(x.numel())]
        results = [how(portion) for portion in portions]
    else:
        along = int(dim)
        code = f"x.{operation}(dim={along}{', keepdim=True' if keepdim else ''})"
        portions = [x.narrow(along, 0, i + 1) for i in range(x.shape[along])]  # the first i + 1 rows, or columns
        results = [how(portion, dim=along, keepdim=keepdim) for portion in portions]

    for i in run.steps(len(results), "part"):
        run.tensor(code, results[i], note=f"{i + 1} of {len(results)} {'numbers' if dim == 'none' else 'parts'} done")
        time.sleep(slow_motion / len(results))

    shape = tuple(results[-1].shape)
    if dim == "none":
        run.note("Without dim everything is used up: one number is left, and its shape is ().")
    elif keepdim:
        run.note(f"(3, 4) became {shape}: dimension {along % 2} was used up and is kept with size 1.")
    else:
        run.note(f"(3, 4) became {shape}: dimension {along % 2}, of size {x.shape[along]}, was used up.")
    run.result(dimensions_before=2, dimensions_after=results[-1].ndim)


def pick_a_label(
    run,
    training: Annotated[int, Range(0, 60)] = 20,
    first: Annotated[int, Range(0, 352)] = 0,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Ten scores come out for each picture. Which single one is the answer?

    `training` is in passes over the data, `first` the number of the first of eight test pictures.
    """
    split = digits().to(run.device)
    run.data(split.about)
    torch.manual_seed(run.seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).to(run.device)  # (N, 1, 8, 8) -> (N, 10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(training):  # how this works is a later chapter
        loss = nn.functional.cross_entropy(model(split.X_train), split.y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    pictures, truth = split.X_test[first : first + 8], split.y_test[first : first + 8]
    with torch.inference_mode():
        logits = model(pictures)  # (8, 10): ten scores for each picture
        test_accuracy = (model(split.X_test).argmax(dim=1) == split.y_test).float().mean()
    probabilities = logits.softmax(dim=1)  # (8, 10): each row adds up to 1
    labels = probabilities.argmax(dim=1)  # (8,)

    for i in run.steps(len(pictures), "picture"):
        pairs = zip(labels[: i + 1].tolist(), truth[: i + 1].tolist(), strict=True)
        says = [f"says {label}" if label == true else f"{label}, is {true}" for label, true in pairs]
        marks = ["right" if right else "wrong" for right in labels[: i + 1] == truth[: i + 1]]
        run.images("pictures", pictures[: i + 1], labels=says, marks=marks)
        run.bars("probabilities of the last one", {str(c): probabilities[i, c] for c in range(10)})
        run.table(
            "the last one",
            ["", "max", "argmax"],
            [
                ["logits", f"{logits[i].max():.2f}", logits[i].argmax().item()],
                ["softmax", f"{probabilities[i].max():.2f}", probabilities[i].argmax().item()],
            ],
        )
        time.sleep(slow_motion / len(pictures))

    same = bool((logits.argmax(dim=1) == labels).all())
    run.result(test_accuracy=test_accuracy, right_of_these=int((labels == truth).sum()), argmax_is_the_same=same)
    run.note("argmax gives the same label for the logits and for their softmax: softmax keeps the order.")


def check_average(average):
    for numbers in ([3, 9, 4, 9], [1, 2], [7]):
        marks = torch.tensor(numbers)
        try:
            got = average(marks)
        except NotImplementedError as error:
            if "could not infer output dtype" not in str(error):
                raise
            fail("`mean` is still asked of whole numbers. Convert first, then take the mean.")
        want = sum(numbers) / len(numbers)
        number = got.item() if isinstance(got, torch.Tensor) and got.ndim == 0 else got
        if type(number) in (int, float) and number == int(want) != want:
            fail(f"The mean of {numbers} is {want:g}: what comes after the point was cut off.", expected=want, got=got)
        expect(got, want, f"average(torch.tensor({numbers}))", scalar=True)


def check_shares(shares):
    for shape in ((3, 3), (2, 4), (5, 2)):  # square first: there, a missing keepdim raises nothing
        x = torch.rand(shape, generator=torch.Generator().manual_seed(0)) + 0.1
        before = x.clone()
        want = before / before.sum(dim=1, keepdim=True)
        got = shares(x)
        expect(x, before, "the tensor that your function was given")
        if isinstance(got, torch.Tensor) and got.shape == want.shape and not torch.allclose(got.to(x.dtype), want):
            explain_shares(got, x)
        expect(got, want, f"shares of a tensor of shape {shape}", dtype=False)


def explain_shares(got, x):
    """Fail with the reason for divisions that people do."""
    if torch.allclose(got, x / x.sum(dim=0)):
        fail("Now the columns add up to 1: dim=0 uses up the rows. For a sum of each row, the columns have to go.")
    if torch.allclose(got, x / x.sum()):
        fail("You divided by the sum of all of them together: each row needs a sum of its own.")
    if len(x) == x.shape[1] and torch.allclose(got, x / x.sum(dim=1)):
        fail(
            f"For shape {tuple(x.shape)} it raises nothing, but without keepdim the sums lie along a row, so that "
            "column j was divided by the sum of row j."
        )


def check_accuracy(accuracy):
    # Chosen so that each mistake in explain_accuracy gives another number: right is 3 of 5.
    labels = torch.tensor([2, 2, 2, 2, 0])
    logits = torch.tensor(
        [
            [0.1, 0.2, 9.0, 0.3, -1.0],
            [0.0, 0.5, 2.2, 0.4, 0.1],
            [1.0, 1.5, 3.0, 0.2, 0.0],
            [0.3, 1.2, -2.0, 0.6, 0.5],
            [0.2, -0.5, 0.1, 0.4, 2.5],
        ]
    )
    judge_accuracy(accuracy, logits, labels)
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(40, 4, generator=generator), torch.randint(4, (40,), generator=generator)
    judge_accuracy(accuracy, logits, labels)
    judge_accuracy(accuracy, logits, logits.argmax(dim=1))


def judge_accuracy(accuracy, logits, labels):
    """Fail where the accuracy on these logits and labels is another one, with the reason where it is known."""
    right = logits.argmax(dim=1) == labels
    want = right.float().mean().item()
    got = accuracy(logits, labels)
    number = got.item() if isinstance(got, torch.Tensor) and got.numel() == 1 else got
    if isinstance(number, (int, float)) and abs(number - want) > 1e-4:
        explain_accuracy(number, logits, labels, want)
    expect(got, want, "accuracy(logits, labels)", scalar=True, rtol=1e-4)


def explain_accuracy(number, logits, labels, want):
    """Fail with the reason for numbers that people give."""
    if abs(number - want * len(labels)) < 1e-4:
        fail(f"{number:g} is how many are right; which share is that of all {len(labels)}?", expected=want, got=number)
    if abs(number - 100 * want) < 0.1:
        fail("That is a percentage; the share goes from 0 to 1.", expected=want, got=number)
    others = {
        "argmax took the best picture for each class; it should use up the classes, dim=1.": logits.argmax(dim=0),
        "Without dim, argmax gives one place for the whole batch; it should use up the classes, dim=1.": logits.argmax(),
        "That compares the scores with the labels: not how large, but where the largest score is.": logits.amax(dim=1),
        "That picks the lowest score of each row; the answer is where the highest one is.": logits.argmin(dim=1),
    }
    for sentence, predicted in others.items():
        fits = predicted.ndim == 0 or len(predicted) == len(labels)
        if fits and abs(number - (predicted == labels).float().mean().item()) < 1e-4:
            fail(sentence, expected=want, got=number)

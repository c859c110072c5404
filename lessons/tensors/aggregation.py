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
    first: Annotated[int, Range(0, 354)] = 0,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Ten scores come out for each picture. Which single one is the answer?

    `training` is in passes over the data, `first` the number of the first of six test pictures.
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

    pictures, truth = split.X_test[first : first + 6], split.y_test[first : first + 6]
    with torch.inference_mode():
        logits = model(pictures)  # (6, 10): ten scores for each picture
        test_accuracy = (model(split.X_test).argmax(dim=1) == split.y_test).float().mean()
    probabilities = logits.softmax(dim=1)  # (6, 10): each row adds up to 1
    labels = probabilities.argmax(dim=1)  # (6,)

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
        if not torch.equal(x, before):
            fail("Your function changed the x that it was given: make a new tensor, x / ... and not x /= ...")
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
    if torch.allclose(got, x.softmax(dim=1)):
        fail("softmax makes rows that add up to 1, but not these: divide each number by the sum of its row.")
    total = got[0].sum().item()
    if abs(total - 1) > 0.001:
        fail(f"The first row of your result adds up to {total:.4g}, not 1: divide it by the sum of that row of x.")


def check_accuracy(accuracy):
    # As many pictures as classes, so that the best picture for each class can be compared with labels too. Three such
    # batches: a wrong number is put down to a mistake only where the mistake explains all three.
    generator = torch.Generator().manual_seed(0)
    batches = []
    for size in (5, 8, 11):
        logits, labels = torch.randn(size, size, generator=generator), torch.randint(size, (size,), generator=generator)
        labels[: size // 2] = logits.argmax(dim=1)[: size // 2]  # half of them right, at least
        logits[0, labels[0]] = 9.0  # so that the place in the whole batch is one of the labels
        batches.append((logits, labels))
    first = accuracy(*batches[0])
    if isinstance(first, torch.Tensor) and first.shape == batches[0][1].shape:
        fail("That says of each picture whether it is right; which share of them is?", got=first)
    numbers = [number_in(accuracy(logits, labels)) for logits, labels in batches]
    if all(isinstance(number, (int, float)) for number in numbers):
        explain_accuracy(numbers, batches)

    many = torch.randn(40, 4, generator=generator)
    batches += [(many, torch.randint(4, (40,), generator=generator)), (many, many.argmax(dim=1))]
    for logits, labels in batches:
        got, want = accuracy(logits, labels), share_of_right(logits.argmax(dim=1), labels)
        expect(got, want, "accuracy(logits, labels)", scalar=True, rtol=1e-3)


def number_in(got):
    """The number that a tensor of one element holds; anything else as it is."""
    return got.item() if isinstance(got, torch.Tensor) and got.numel() == 1 else got


def share_of_right(predicted, labels):
    return (predicted == labels).double().mean().item()


def explain_accuracy(numbers, batches):
    """Fail with the reason for numbers that people give."""
    mistakes = {
        "That is how many are right; which share is that of all of them?": lambda x, y: (
            share_of_right(x.argmax(dim=1), y) * len(y)
        ),
        "That is how many are right over the number of all scores; divide by the number of pictures.": lambda x, y: (
            share_of_right(x.argmax(dim=1), y) / x.shape[1]
        ),
        "`//` cuts off what comes after the point; `/` keeps it.": lambda x, y: 0.0,
        "softmax along dim=0 compares the pictures with each other; the classes lie along dim=1.": lambda x, y: (
            share_of_right(x.softmax(dim=0).argmax(dim=1), y)
        ),
        "That is a percentage; the share goes from 0 to 1.": lambda x, y: 100 * share_of_right(x.argmax(dim=1), y),
        "That is the share of wrong predictions; `==` finds the right ones.": lambda x, y: (
            1 - share_of_right(x.argmax(dim=1), y)
        ),
        "argmax took the best picture for each class; it should use up the classes, dim=1.": lambda x, y: (
            share_of_right(x.argmax(dim=0), y)
        ),
        "Without dim, argmax gives one place for the whole batch; it should use up the classes, dim=1.": lambda x, y: (
            share_of_right(x.argmax(), y)
        ),
        "That compares the scores with the labels: not how large, but where the largest score is.": lambda x, y: (
            share_of_right(x.amax(dim=1), y)
        ),
        "That picks the lowest score of each row; the answer is where the highest one is.": lambda x, y: share_of_right(
            x.argmin(dim=1), y
        ),
    }
    for sentence, mistake in mistakes.items():
        made = [mistake(logits, labels) for logits, labels in batches]
        if all(abs(number - one) < 1e-3 * max(1, one) for number, one in zip(numbers, made, strict=True)):
            logits, labels = batches[0]
            fail(sentence, expected=share_of_right(logits.argmax(dim=1), labels), got=numbers[0])

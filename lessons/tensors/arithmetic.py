"""Demos and checks of "Element-wise arithmetic and in-place operations"."""

import time
from typing import Annotated, Literal

import torch
from data import digits
from judging import call_in_order

from tutor.lesson import Range, expect, fail


def calculator(
    run,
    operation: Literal["add", "sub", "mul", "div"] = "add",
    form: Literal["operator", "function", "in place", "augmented"] = "operator",
    whole_numbers: bool = False,
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """Each element meets the one at its place. But where does the result go?

    Forms for add: `x + y`, `torch.add(x, y)`, `x.add_(y)` and `x += y`. `slow_motion` is in seconds.
    """
    run.data("two small tensors, made here")
    dtype = torch.int64 if whole_numbers else torch.float32
    x = torch.tensor([[1, 2, 3], [4, 5, 6]], dtype=dtype, device=run.device)  # (2, 3)
    y = torch.tensor([[10, 20, 30], [40, 50, 60]], dtype=dtype, device=run.device)  # (2, 3)
    before, x_at_the_start = x.clone(), x
    sign = {"add": "+", "sub": "-", "mul": "*", "div": "/"}[operation]
    code = {
        "operator": f"z = x {sign} y",
        "function": f"z = torch.{operation}(x, y)",
        "in place": f"z = x.{operation}_(y)",
        "augmented": f"x {sign}= y; z = x",
    }[form]
    run.tensor("x", x)
    run.tensor("y", y)
    run.note(code)

    names = {"x": x, "y": y, "torch": torch}
    try:
        exec(code, names)  # so that the demo runs the very line that it shows
    except RuntimeError as error:
        run.note(
            f"RuntimeError: {error}. Halves do not fit in whole numbers; x / y would make a new tensor, of floats."
        )
        return
    z = names["z"]

    shown = torch.zeros_like(z)
    for i in run.steps(z.numel(), "element"):  # z is there already; it is shown one element at a time
        shown.view(-1)[i] = z.view(-1)[i]
        run.tensor("z", shown, note=code)
        time.sleep(slow_motion / z.numel())

    run.tensor("x", x_at_the_start)
    same_memory = z.data_ptr() == x_at_the_start.data_ptr()
    changed = int((x_at_the_start != before).sum())
    run.result(cells_of_x_changed=changed, z_is_in_the_memory_of_x=same_memory)
    run.note("The result was written into x." if same_memory else "The result is a new tensor: x is as it was.")


def rescue_photo(
    run,
    factor: Annotated[float, Range(0.1, 20)] = 1.0,
    shift: Annotated[float, Range(-1, 1)] = 0.0,
):
    """photo * factor + shift: what does each of them do to the mean, and what to the spread?"""
    split = digits()
    run.data("one of scikit-learn's handwritten digits, enlarged to 32x32 and darkened here")
    picture = split.X_train[run.seed % len(split.X_train), 0].to(run.device)  # (8, 8)
    picture = picture.repeat_interleave(4, dim=0).repeat_interleave(4, dim=1)  # (32, 32): each pixel 4 by 4 times
    photo = (picture - picture.mean()) / picture.std() * 0.04 + 0.14  # dark and flat
    torch.manual_seed(run.seed)
    photo = photo + 0.005 * torch.randn(32, 32).to(run.device)  # a little grain

    result = photo * factor + shift  # every pixel, at once
    screen = (result.clamp(0, 1) * 255).to(torch.uint8)  # below 0 is black, above 1 is white
    run.images("before", (photo.clamp(0, 1) * 255).to(torch.uint8))
    run.images("photo * factor + shift", screen)
    rows = [
        ["mean", f"{photo.mean():.3f}", f"{result.mean():.3f}"],
        ["std", f"{photo.std():.3f}", f"{result.std():.3f}"],
    ]
    run.table("all pixels", ["", "before", "after"], rows)
    run.result(mean=result.mean(), std=result.std())


def check_rescue(results):
    for result in results:
        mean, std = result["mean"], result["std"]
        if abs(std - 0.04) < 0.002:
            fail(f"The std did not move: it is {std:.2f}. Adding moves all values alike; which control spreads them?")
        if not 0.18 <= std <= 0.22:
            high = "high" if std > 0.22 else "low"
            fail(f"The std is too {high}: {std:.3f}, and should be between 0.18 and 0.22. It was 0.04 before.")
        if not 0.45 <= mean <= 0.55:
            high = "high" if mean > 0.55 else "low"
            fail(
                f"The mean is too {high}: {mean:.3f}, and should be between 0.45 and 0.55. The std is right; mend the mean "
                "with `shift`."
            )


def check_brighten(brighten):
    for photo, amount in ((torch.tensor([[0.1, 0.5], [0.8, 0.95]]), 0.2), (torch.tensor([0.2, 0.4]), 0.1)):
        before = photo.clone()
        want = (before + amount).clamp(max=1)
        got = brighten(photo, amount)
        if not torch.equal(photo, before):
            fail(
                "Your function changes the photo of whoever called it: += and clamp_ write in place. Make a new tensor."
            )
        if isinstance(got, torch.Tensor) and got.shape == want.shape:
            if torch.equal(got, before):
                fail("The photo comes back as it was: the brighter one was computed, but nobody kept it.")
            explain_brighter(got, before, amount, want)
        expect(got, want, f"brighten(photo, {amount})", dtype=False)


def explain_brighter(got, photo, amount, want):
    """Fail with the reason where values are not as they should be, where it is a known one."""
    got = got.to(photo.dtype)
    if (got > 1).any() and torch.allclose(got, photo + amount):
        fail("Some values are above 1: clamp gives a new tensor, so keep what it gives.", expected=want, got=got)
    multiplied = photo * (1 + amount)
    if torch.allclose(got, multiplied) or torch.allclose(got, multiplied.clamp(max=1)):
        fail("You multiplied by 1 + amount: add the amount to each value.", expected=want, got=got)
    if (got > 1).any():
        fail("Some values are above 1: cut them off last, with max=1.", expected=want, got=got)


def check_to_fahrenheit(to_fahrenheit):
    celsius = torch.tensor([-40.0, 0.0, 37.0, 100.0])
    before = celsius.clone()
    got = call_in_order(to_fahrenheit, "to_fahrenheit", celsius)
    expect(celsius, before, "the tensor that your function was given")
    if isinstance(got, torch.Tensor) and got.shape == celsius.shape:
        at_zero = round(got[1].item(), 2)  # what 0 degrees became shows what was done to the 32
        if at_zero == 0:
            fail("0 degrees stay 0: the 32 is never added. What stands after `return` never runs.", expected=32, got=0)
        if at_zero == 57.6:
            fail("0 degrees became 57.6 instead of 32: the 32 was multiplied too.", expected=32, got=57.6)
        if at_zero == 6.4:
            fail("0 degrees became 6.4 instead of 32: the 32 was divided by 5.", expected=32, got=6.4)
        if at_zero == 288:
            fail("0 degrees became 288 instead of 32: the 32 was multiplied by 9.", expected=32, got=288)
    expect(got, before * 9 / 5 + 32, "to_fahrenheit(celsius)")


def check_standardize(standardize):
    generator = torch.Generator().manual_seed(0)
    for shape, scale, offset in (((50,), 3.0, 20.0), ((4, 6), 0.5, -2.0), ((2, 3, 5), 8.0, 0.0)):
        x = torch.randn(shape, generator=generator) * scale + offset
        before = x.clone()
        want = (x - x.mean()) / x.std()
        got = standardize(x)
        if not torch.equal(x, before):
            fail("Your function changed the tensor it was given: -= and /= write in place. Make a new one instead.")
        if not isinstance(got, torch.Tensor) or got.shape != want.shape:
            expect(got, want, f"standardize of a tensor of shape {shape}")
        got = got.to(want.dtype)  # in float64 it is as right
        explain_standardized(got, before)
        biased = (before - before.mean()) / before.std(correction=0)  # dividing by n instead of n - 1 is as good
        if not torch.allclose(got, biased, rtol=1e-3, atol=1e-4):
            expect(got, want, f"standardize of a tensor of shape {shape}", rtol=1e-3, atol=1e-4)


def explain_standardized(got, x):
    """Fail with the reason for results that people give."""
    if torch.allclose(got, x - x.mean() / x.std(), atol=1e-4):
        fail("Division binds tighter than subtraction, so only the mean was divided: put x - mean in parentheses.")
    if torch.allclose(got, (x - x.min()) / (x.max() - x.min()), atol=1e-4):
        fail(f"Your values go from 0 to 1, with a mean of {got.mean():.2f}: subtract the mean, divide by the std.")
    if torch.allclose(got, x):
        fail("`x` comes back as it was: sub and div give new tensors, so keep what they give.")
    if torch.allclose(got, x - x.mean(), atol=1e-4):
        fail(
            f"The mean is 0, but the std is still {got.std():.2f}: divide by it.",
            expected="std 1",
            got=f"std {got.std():.2f}",
        )
    for correction in (0, 1):
        if torch.allclose(got, (x - x.mean()) / x.var(correction=correction), atol=1e-4):
            fail(
                "You divided by the variance; the std is its square root.", expected="std 1", got=f"std {got.std():.2f}"
            )
        if x.ndim > 1 and torch.allclose(got, (x - x.mean(0)) / x.std(0, correction=correction), atol=1e-4):
            fail("You took a mean and a std of each column; one of each is asked for, of all numbers in `x`.")
    if abs(got.mean()) > 0.01 or abs(got.std() - 1) > 0.1:
        found = f"mean {got.mean():.2f} and std {got.std():.2f}"
        fail(
            f"Your result has {found}: subtract the mean first, then divide by the std.", expected="0 and 1", got=found
        )

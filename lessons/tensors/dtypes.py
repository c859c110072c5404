"""Demos and checks of "Creating tensors and choosing a dtype"."""

import time
from typing import Annotated, Literal

import torch
from data import digits

from tutor.lesson import Range, expect, fail


def adjust_random_numbers(
    run,
    digit: Annotated[int, Range(0, 9)] = 3,
    rate: Annotated[float, Range(0.005, 1, log=True)] = 0.05,
    looks: Annotated[int, Range(5, 300)] = 80,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """64 random numbers look at pictures and move a little towards each. What do they become?

    `rate` is how far they move: 0.05 is a twentieth of the way. `slow_motion` is in seconds.
    """
    split = digits()
    run.data(split.about)
    pictures = split.X_train[split.y_train == digit, 0].to(run.device)  # (n, 8, 8), about 140 of them
    average = pictures.mean(dim=0)  # (8, 8)

    torch.manual_seed(run.seed)
    guess = torch.rand(8, 8).to(run.device)  # start with random numbers
    run.images("the start", guess)
    for look in run.steps(looks, "look"):
        picture = pictures[look % len(pictures)]  # look at data
        guess += rate * (picture - guess)  # adjust: a little of the way there
        run.images("after all looks so far", guess)
        run.log("distance", average=(guess - average).abs().mean())
        time.sleep(slow_motion / looks)

    run.result(distance_from_the_average=(guess - average).abs().mean())
    run.note(f"distance is the mean distance from the average of all {len(pictures)} pictures of a {digit}.")


def draw_numbers(
    run,
    kind: Literal["rand", "randn"] = "rand",
    count: Annotated[int, Range(10, 100_000, log=True)] = 20_000,
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """Where do the numbers of torch.rand fall, and where those of torch.randn?"""
    run.data("random numbers, drawn here")
    torch.manual_seed(run.seed)
    edges = torch.arange(0, 1.01, 0.1) if kind == "rand" else torch.arange(-3, 3.01, 0.5)
    smallest, largest = float("inf"), float("-inf")
    counts = torch.zeros(len(edges) - 1)
    outside = below_zero = 0

    draws = 30  # in thirty portions, so that you can watch the bars grow
    portions = [count // draws + (i < count % draws) for i in range(draws)]
    for portion in run.steps(portions, "portion"):
        numbers = torch.rand(portion) if kind == "rand" else torch.randn(portion)
        inside = torch.histogram(numbers, bins=edges).hist
        counts += inside
        outside += portion - int(inside.sum())
        below_zero += int((numbers < 0).sum())
        if portion:
            smallest, largest = min(smallest, numbers.min().item()), max(largest, numbers.max().item())
        bars = {f"{low:.1f} to {high:.1f}": int(n) for low, high, n in zip(edges, edges[1:], counts, strict=False)}
        run.bars(f"how many of torch.{kind} fall where", bars)
        time.sleep(slow_motion / draws)

    largest = f"{largest:.7f}"  # with all its digits: rounded, the largest of torch.rand would look like 1
    run.result(numbers=count, smallest=smallest, largest=largest, below_zero=below_zero)
    if outside:
        run.note(f"{outside} numbers are further out than the bars.")


def count_up(
    run,
    dtype: Literal["uint8", "int8", "float16", "bfloat16", "float32"] = "uint8",
    start: Annotated[int, Range(0, 20_000_000)] = 250,
    add: Annotated[int, Range(1, 100)] = 1,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """What happens when you keep adding to a number that has to fit into few bits?"""
    kind = getattr(torch, dtype)
    run.data(f"counting from {start}, here")
    try:
        number = torch.tensor(start, dtype=kind)
    except RuntimeError as error:
        run.note(f"RuntimeError: {error}. {dtype} ends at {torch.iinfo(kind).max}: start lower.")
        return

    rows = []
    for step in run.steps(12, "addition"):
        if step:
            number = number + add
        stored, true = number.item(), start + step * add
        run.log("counted so far", stored=stored - start, true=true - start)
        rows.append([true, f"{stored:g}" if abs(stored) < 1e5 else stored, bits(number), "" if stored == true else "!"])
        run.table(f"counting in {dtype}", ["true", "stored", bit_names(kind), "wrong"], rows)
        time.sleep(slow_motion / 12)

    run.result(stored_at_the_end=number.item(), true_at_the_end=start + 11 * add)
    limits = torch.finfo(kind) if kind.is_floating_point else torch.iinfo(kind)
    run.note(f"The largest number in {dtype} is {limits.max:g}.")


EXPONENT_BITS = {torch.float16: 5, torch.bfloat16: 8, torch.float32: 8}


def bit_names(kind):
    """What the groups of bits are."""
    return "sign exponent fraction" if kind.is_floating_point else "bits"


def bits(number):
    """The bits of a 0-d tensor as they lie in memory; a float's in three groups."""
    size = number.element_size() * 8
    same_size = {8: torch.int8, 16: torch.int16, 32: torch.int32}[size]
    text = format(number.view(same_size).item() % 2**size, f"0{size}b")  # the same bits, read as a whole number
    split = 1 + EXPONENT_BITS.get(number.dtype, size)
    return f"{text[0]} {text[1:split]} {text[split:]}" if number.dtype in EXPONENT_BITS else text


def check_by_shape(square, photo, X):
    for name, tensor, shape in (("square", square, (7, 7)), ("photo", photo, (224, 224, 3))):
        if not isinstance(tensor, torch.Tensor) or tensor.shape != shape or not tensor.is_floating_point():
            expect(tensor, torch.rand(shape), f"`{name}`")
        if (tensor < 0).any():
            fail(f"`{name}` has negative numbers: uniform ones, from 0 up to 1, come from torch.rand.")
        if (tensor >= 1).any() or tensor.std() < 0.1 or abs(tensor.mean() - 0.5) > 0.25:
            fail(f"`{name}` has the right shape, but its numbers do not look uniform on [0, 1): torch.rand gives such.")
    want = torch.arange(0, 1, 0.02)
    if isinstance(X, torch.Tensor) and X.shape == (50,) and abs(X[-1].item() - 1) < 1e-6:
        fail(
            "`X` ends at 1.0: linspace includes its end; with 50 numbers a step is then not 0.02.",
            expected=0.98,
            got=1.0,
        )
    if isinstance(X, torch.Tensor) and X.shape == (49,):
        fail(
            "`X` has 49 numbers and lacks 0.98: arange leaves its end out, so choose a later one.", expected=50, got=49
        )
    if isinstance(X, torch.Tensor) and X.shape == (51,):
        fail("`X` has 51 numbers: its last one should be 0.98, and 1.0 left out.", expected=50, got=51)
    if isinstance(X, torch.Tensor) and not X.is_floating_point():
        fail("`X` holds whole numbers; it needs steps of 0.02.", expected=want, got=X)
    expect(X, want, "`X`", dtype=False)


def check_blend(blend):
    a = torch.tensor([[200, 250, 0, 255, 201], [10, 1, 90, 255, 128]], dtype=torch.uint8)
    b = torch.tensor([[100, 250, 0, 255, 99], [20, 1, 201, 0, 127]], dtype=torch.uint8)
    before = a.clone(), b.clone()
    want = (a.float() + b.float()) / 2
    got = blend(a, b)
    if not isinstance(got, torch.Tensor) or got.shape != want.shape:
        expect(got, want.to(torch.uint8), "blend(a, b)")
    explain_blend(a, b, got.double(), want)
    if got.dtype != torch.uint8:
        fail(
            "The means are right, but a photo's pixels are whole numbers: go back to uint8 at the end.",
            expected="uint8",
            got=str(got.dtype),
        )
    expect((a, b), before, "the photos after your function ran")


def explain_blend(a, b, got, want):
    """Fail where a mean is wrong by 0.5 or more, with the reason where it is a known one."""
    wrong = ((got - want).abs() > 0.51).nonzero()
    if not len(wrong):
        return
    row, column = wrong[0].tolist()
    pair, mean = f"{a[row, column]} and {b[row, column]}", want[row, column].item()
    round_trip = torch.equal(got, (a + b).double() / 2) or torch.equal(got, ((a + b) // 2).double())
    if round_trip:
        sentence = (
            f"{pair} give {got[row, column]:g}: their sum went round at 256. Make room before you add, not after."
        )
    elif torch.equal(got, (a // 2 + b // 2).double()):
        sentence = f"{pair} give {got[row, column]:g}: halving each before adding drops a half twice."
    else:
        sentence = f"For {pair} your blend is {got[row, column]:g}; their mean is {mean:g}."
    fail(sentence, expected=f"{mean:g}", got=f"{got[row, column]:g}")

"""Demos and checks of "The workflow: data, split, baseline"."""

import time
from typing import Annotated, Literal

import torch
from judging import call, call_in_order

from tutor.lesson import Range, expect, fail

WAYS = ("mean", "line", "curve", "memory")


def memorise(
    run,
    noise: Annotated[float, Range(0, 0.5)] = 0.2,
    points: Annotated[int, Range(20, 200)] = 30,
    draws: Annotated[int, Range(1, 50)] = 20,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Is the smallest error on the training points also the smallest on unseen ones?

    `points` are to train on; `draws` is how often new points are made, for a fair mean. `slow_motion` is in seconds.
    """
    run.data(f"y = 0.7x + 0.3, noise {noise:g}, made here: {points} points to train on, 100 unseen")
    generator = torch.Generator().manual_seed(run.seed)
    across = torch.linspace(0, 1, 101).unsqueeze(1)  # (101, 1): to draw the curves
    errors = {way: {"train": [], "test": []} for way in WAYS}

    for _ in run.steps(draws, "draw"):
        X, X_test = (torch.rand(n, 1, generator=generator) for n in (points, 100))
        y, y_test = (0.7 * x + 0.3 + noise * torch.randn(x.shape, generator=generator) for x in (X, X_test))
        curves = {}
        for way in WAYS:
            predict = learned(way, X, y)
            errors[way]["train"].append((predict(X) - y).abs().mean().item())
            errors[way]["test"].append((predict(X_test) - y_test).abs().mean().item())
            curves[way] = (across, predict(across).clamp(-0.5, 2))  # the curve leaves the picture at the ends
        run.scatter("one draw", points={"train": (X, y)}, lines=curves)
        means = {way: {part: sum(v) / len(v) for part, v in errors[way].items()} for way in WAYS}
        rows = [[way, f"{means[way]['train']:.3f}", f"{means[way]['test']:.3f}"] for way in WAYS]
        run.table("average error", ["", "train", "unseen"], rows)
        time.sleep(slow_motion / draws)

    best = {part: min(WAYS, key=lambda way: means[way][part]) for part in ("train", "test")}
    run.result(best_on_train=best["train"], best_on_test=best["test"])
    run.note(
        f"Best on the training points is the {best['train']}. On points it has never seen it is the {best['test']}: "
        f"there the memory misses by {means['memory']['test']:.2f}, and the mean by {means['mean']['test']:.2f}."
    )


def learned(way, X, y):
    """A function from x (n, 1) to predictions (n, 1), learned from the training points."""
    if way == "mean":
        return lambda x: y.mean().expand(len(x), 1)
    if way == "memory":
        return lambda x: y[(x - X.T).abs().argmin(dim=1)]  # (n, points): the nearest training point of each
    degree = 1 if way == "line" else 7

    def powers(x):  # (n, 1) -> (n, degree + 1): 1, z, z ** 2, ... with z from -1 to 1
        return (2 * x.double() - 1) ** torch.arange(degree + 1)

    coefficients = torch.linalg.lstsq(powers(X), y.double()).solution  # the smallest squared error, directly
    return lambda x: (powers(x) @ coefficients).float()


def make_line(
    run,
    weight: Annotated[float, Range(-2, 2)] = 0.7,
    bias: Annotated[float, Range(-1, 1)] = 0.3,
    noise: Annotated[float, Range(0, 0.5)] = 0.0,
    test_share: Annotated[float, Range(0.1, 0.5)] = 0.2,
    split: Literal["last", "random"] = "last",
):
    """Which points does the model get to see, and which are kept back?"""
    torch.manual_seed(run.seed)
    X = torch.arange(0, 1, 0.02, device=run.device).unsqueeze(1)  # (50, 1)
    y = weight * X + bias + noise * torch.randn_like(X)
    run.data(f"50 points of y = {weight:g}x + {bias:g}, made here, with noise {noise:g}")
    cut = int((1 - test_share) * len(X))
    order = torch.arange(len(X)) if split == "last" else torch.randperm(len(X))
    train, test = order[:cut], order[cut:]

    for i in run.steps(len(X), "point"):  # one point after the other, each to its side
        seen, hidden = train[: i + 1], test[: max(0, i + 1 - cut)]
        run.scatter("the points", points={"train": (X[seen], y[seen]), "test": (X[hidden], y[hidden])})
        time.sleep(0.03)

    nearest = (X[test] - X[train].T).abs().min(dim=1).values.max()  # from a test point to the nearest training point
    run.result(train=len(train), test=len(test), farthest_test_point=nearest)
    if split == "last":
        run.note(f"Harder: the test points lie up to {nearest:.2f} beyond all that the model gets to see.")
    else:
        run.note(f"From a test point to the nearest training point it is {nearest:.2f} at most.")


class Told:
    """A model that remembers what was done to it, and in which order."""

    def __init__(self):
        self.done = []


def check_workflow(workflow):
    told = Told()
    data = [f"{which}_{part}" for part in ("train", "test") for which in "Xy"]

    def fit(model, X, y):
        told.done.append(("fit", X, y))

    def evaluate(model, X, y):
        told.done.append(("evaluate", X, y))
        return 0.25

    def save(model):
        told.done.append(("save",))

    got = call_in_order(workflow, "workflow", lambda: ("X", "y"), lambda X, y: data, lambda: told, fit, evaluate, save)
    names = [step[0] for step in told.done]
    for step, sentence in (
        ("fit", "The model was never fitted: the line with fit comes after the return."),
        ("evaluate", "The model was never evaluated."),
        ("save", "The model was never saved: what comes after the return is not run."),
    ):
        if step not in names:
            fail(sentence)
    if names.index("evaluate") < names.index("fit"):
        fail("The model was evaluated before it has learned: that error says nothing about the trained model.")
    if names.index("save") < names.index("fit"):
        fail("The model was saved before it has learned: the file holds random numbers.")
    expect(got, 0.25, "what workflow returns")


def check_standardise(standardise):
    generator = torch.Generator().manual_seed(0)
    for rows, columns in ((40, 3), (12, 1)):
        scale = torch.tensor([10.0, 0.5, 100.0])[:columns]
        X_train = scale * torch.randn(rows, columns, generator=generator) + 5 * scale
        X_test = 2 * scale * torch.randn(8, columns, generator=generator) + 9 * scale  # not like the training rows
        mean, std = X_train.mean(dim=0), X_train.std(dim=0)
        got = call(standardise, "standardise", X_train.clone(), X_test.clone())
        if isinstance(got, (tuple, list)) and len(got) == 2:
            _explain_scaling(got, X_train, X_test)
        # with n in place of n - 1 the standard deviation is a little smaller, and as good
        want = ((X_train - mean) / std, (X_test - mean) / std)
        expect(got, want, "standardise(X_train, X_test)", rtol=0.06, atol=1e-3)


def _explain_scaling(got, X_train, X_test):
    """Fail with a sentence for the ways in which people scale."""
    train, test = got
    both = torch.cat([X_train, X_test])

    def near(tensor, x, of, dim=0):
        wanted = (x - of.mean(dim=dim)) / of.std(dim=dim)
        return (
            isinstance(tensor, torch.Tensor) and tensor.shape == x.shape and torch.allclose(tensor, wanted, atol=0.02)
        )

    if isinstance(train, torch.Tensor) and train.shape == X_test.shape != X_train.shape:
        fail("The two have changed places: the training set comes first.")
    if near(train, X_train, X_train) and isinstance(test, torch.Tensor) and torch.equal(test, X_test):
        fail("The test set is not scaled yet: it needs the same mean and std as the training set.")
    if isinstance(train, torch.Tensor) and train.shape == X_train.shape:
        mean, std = X_train.mean(dim=0), X_train.std(dim=0)
        if torch.allclose(train, X_train - mean / std, atol=0.02):
            fail("X - mean belongs in parentheses: / comes before -, so only the mean was divided by std.")
        if torch.allclose(train, (X_train - mean) / both.std(dim=0), atol=0.02):
            fail("The mean is the training set's, but the test rows still take part in the standard deviation.")
        if torch.allclose(train, (X_train - mean) / std**2, atol=0.02):
            fail("You divide by the variance; its square root is the standard deviation.")
    if near(train, X_train, both):
        fail("The training set does not have mean 0: the test rows still take part in the mean.")
    if near(test, X_test, X_test):
        fail(
            "You scaled the test set by its own mean: use the one of the training set, all that you know when new data comes."
        )
    if X_train.shape[1] > 1 and near(train, X_train, X_train, dim=None):
        fail("You took one mean for all columns: scale column by column, each has its own unit (dim=0).")


def check_make_split(make_split):
    for weight, bias, n in ((0.3, 0.9, 100), (-2.0, 0.5, 33)):
        cut = int(0.8 * n)
        got = call(make_split, "make_split", weight, bias, n)
        if not isinstance(got, (tuple, list)) or len(got) != 4:
            count = f"{len(got)} things" if isinstance(got, (tuple, list)) else f"a {type(got).__name__}"
            fail(f"make_split returns {count}; four were asked for: X_train, y_train, X_test, y_test.")
        _judge_shapes(got, cut, n)
        X_train, y_train, X_test, y_test = got
        for part, X, y in (("train", X_train, y_train), ("test", X_test, y_test)):
            expect(y, weight * X + bias, f"y_{part}")
        X = torch.cat([X_train, X_test]).flatten().sort().values
        gaps = X.diff()
        if gaps.min() < 1e-6:
            fail("Some points are in both sets: each point goes to one side only.")
        if X[0].abs() > 1e-6 or not 1 - 1.5 / n < X[-1].item() < 1 + 1e-5:
            fail(f"x should go from 0 to 1; yours goes from {X[0].item():.3g} to {X[-1].item():.3g}.")
        if gaps.max() > 1.05 * gaps.min():
            fail("The x values are not evenly spread from 0 to 1.")


def _judge_shapes(got, cut, n):
    shapes = [tuple(part.shape) if isinstance(part, torch.Tensor) else None for part in got]
    wanted = [(cut, 1), (cut, 1), (n - cut, 1), (n - cut, 1)]
    said = {"expected": ", ".join(map(str, wanted)), "got": ", ".join(map(str, shapes))}
    if shapes == [(cut,), (cut,), (n - cut,), (n - cut,)]:
        fail("Each of the four should be a column, of shape (rows, 1): a row for each point.", **said)
    if shapes == [(cut, 1), (n - cut, 1), (cut, 1), (n - cut, 1)]:
        fail("You return them in another order: X_train, y_train, X_test, y_test was asked for.", **said)
    if shapes == [wanted[2], wanted[2], wanted[0], wanted[0]]:
        fail("Train and test have changed places: the first int(0.8 * n) rows are to train on.", **said)
    if all(shapes) and {len(shape) for shape in shapes} == {2} and {shape[-1] for shape in shapes} == {n}:
        fail("Your points lie in one row, of shape (1, n): unsqueeze(1) makes a column of them.", **said)
    if shapes != wanted and all(shapes) and sorted(set(shapes)) != sorted(set(wanted)):
        fail(f"Of {n} points, {cut} are to train on and {n - cut} to test; your shapes say something else.", **said)
    for name, part, shape in zip(("X_train", "y_train", "X_test", "y_test"), got, wanted, strict=True):
        expect(part, torch.zeros(shape), name, atol=float("inf"))  # type, shape and dtype; the values come later

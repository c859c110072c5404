"""Demos and checks of "Gradient descent four ways"."""

import math
import time
from typing import Annotated, Literal

import numpy as np
import torch
from judging import call
from torch import nn

from tutor.lesson import Range, budget, expect, fail


def roll(
    run,
    lr: Annotated[float, Range(1e-3, 0.2, log=True, live=True)] = 0.01,
    steps: Annotated[int, Range(1, 100)] = 20,
    start: Annotated[float, Range(-2, 6)] = 0.0,
    slow_motion: Annotated[float, Range(0, 10)] = 2.5,
):
    """Does the ball reach the lowest point, or does it climb out of the valley?

    `slow_motion` is how many seconds the steps are spread over.
    """
    X = torch.tensor([1.0, 2.0, 3.0, 4.0], device=run.device)
    y = 2 * X
    run.data("four points of y = 2x, made here")
    w = torch.tensor(start, device=run.device)
    valley = torch.linspace(-2, 6, 81, device=run.device)
    losses = ((valley[:, None] * X - y) ** 2).mean(dim=1)  # (81,): the loss at each w
    path_w, path_loss = [w.item()], [((w * X - y) ** 2).mean().item()]

    for _ in run.steps(steps, "step"):
        gradient = (2 * X * (w * X - y)).mean()
        w = w - run.now("lr", lr) * gradient
        path_w.append(w.item())
        path_loss.append(((w * X - y) ** 2).mean().item())
        run.scatter(
            "the valley: loss for each w",
            points={"ball": (path_w[-1:], path_loss[-1:])},
            lines={"loss": (valley, losses), "path": (path_w, path_loss)},
        )
        run.log("w", w=w, lowest=2.0)
        if abs(w.item()) > 1e3:
            run.note(f"After {len(path_w) - 1} steps w is {w.item():.4g}: each step overshot further than the last.")
            break
        time.sleep(slow_motion / steps)

    run.result(w=path_w[-1], loss=path_loss[-1], steps=len(path_w) - 1, start=start)


# What two public notebooks print (sohamthirty/PyTorch-fundamentals, Gradients_NumPy and Gradients_Torch), lr 0.01:
# the way, what is compared, and the printed value. Their gradient by hand is the sum over the points.
NOTEBOOK = [("NumPy", "w at 1", "1.200"), ("NumPy", "w at 6", "1.992"), ("NumPy", "w at 11", "2.000")]
NOTEBOOK += [
    ("autograd", "w at 1", "0.300"),
    ("autograd", "w at 21", "1.934"),
    ("autograd", "w at 41", "1.997"),
]
NOTEBOOK += [("autograd", "f(5) at 50", "9.997")]


def four_ways(
    run,
    by_hand: Literal["sum", "mean"] = "sum",
    lr: Annotated[float, Range(1e-3, 0.2, log=True)] = 0.01,
    steps: Annotated[int, Range(1, 100)] = 50,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Do NumPy, autograd, an optimizer and nn.Linear take the same steps?

    `by_hand` is the gradient of the first way: the notebook's sum over the points, or the mean.
    """
    X = torch.tensor([1.0, 2.0, 3.0, 4.0], device=run.device)
    Y = 2 * X
    run.data("four points of y = 2x, made here")
    X1, Y1 = X.cpu().numpy(), Y.cpu().numpy()  # way one: NumPy, the gradient by a formula
    w1 = 0.0
    w2 = torch.tensor(0.0, device=run.device, requires_grad=True)  # way two: autograd
    w3 = torch.tensor(0.0, device=run.device, requires_grad=True)  # way three: loss and optimizer
    loss_fn = nn.MSELoss()
    optimizer3 = torch.optim.SGD([w3], lr=lr)
    model = nn.Linear(1, 1, bias=False).to(run.device)  # way four: a module; without a bias, to be the same model
    nn.init.zeros_(model.weight)
    optimizer4 = torch.optim.SGD(model.parameters(), lr=lr)
    history = {"NumPy": [], "autograd": [], "optimizer": [], "nn.Linear": []}

    for _ in run.steps(steps, "step"):
        products = 2 * X1 * (w1 * X1 - Y1)  # (4,)
        w1 -= lr * float(products.sum() if by_hand == "sum" else products.mean())

        ((w2 * X - Y) ** 2).mean().backward()
        with torch.no_grad():
            w2 -= lr * w2.grad
        w2.grad = None

        loss = loss_fn(w3 * X, Y)
        optimizer3.zero_grad()
        loss.backward()
        optimizer3.step()

        loss = loss_fn(model(X[:, None]), Y[:, None])  # (4, 1)
        optimizer4.zero_grad()
        loss.backward()
        optimizer4.step()

        for way, w in zip(history, (w1, w2.item(), w3.item(), model.weight.item()), strict=True):
            history[way].append(w)
        run.log("w", **{way: values[-1] for way, values in history.items()})
        time.sleep(slow_motion / steps)

    _compare(run, history, lr, by_hand)


def _compare(run, history, lr, by_hand):
    """Where the four ways ended; beside what the notebooks print, where the settings are theirs."""
    rows = []
    for way, what, printed in NOTEBOOK:
        step = int(what.split()[-1])
        if lr == 0.01 and step <= len(history[way]) and (way != "NumPy" or by_hand == "sum"):
            w = history[way][step - 1]
            rows.append([f"{way}, {what}", f"{5 * w if what.startswith('f') else w:.3f}", printed])
    if rows:
        run.table("beside the notebooks", ["value at step", "here", "notebook"], rows)
    ends = [values[-1] for values in history.values()]
    apart = max(ends) - min(ends)
    rest = max(ends[1:]) - min(ends[1:])
    run.result(numpy_w=ends[0], autograd_w=ends[1], largest_difference=apart, difference_without_numpy=rest)
    if not math.isfinite(apart) or max(map(abs, ends)) > 100:
        run.note("At least one way climbed out of the valley: lr is too large for its gradient.")
    elif by_hand == "sum":
        run.note("The first way uses the sum over 4 points: 4 times the gradient, steps 4 times as large.")
    else:
        run.note(f"All four took the same steps: they end within {apart:.1g} of each other.")


@budget(seconds=60)
def check_twenty_steps(results):
    for result in results:
        if result["start"] != 0:
            fail("Leave start at 0: the ball should come all the way.")
        if result["steps"] > 20 and result["loss"] < 1e6:
            fail(
                f"That took {result['steps']} steps; only 20 are allowed.",
                expected="20 steps",
                got=f"{result['steps']}",
            )
        if result["loss"] > 30:
            fail(
                "The ball climbs out of the valley: each step lands higher than the one before, so take smaller steps."
            )
        if not result["loss"] < 1e-6:
            thought = "larger steps" if 0 < result["w"] < 2 else "smaller steps"
            said = f"After {result['steps']} steps the loss is {result['loss']:.2g}, not yet below 0.000001: try {thought}."
            fail(said, expected="a loss below 1e-06", got=f"{result['loss']:.3g}")


def check_gradient(gradient):
    for points, w in ((4, 0.5), (4, 0.0), (7, 1.5)):
        X = np.arange(1, points + 1, dtype=np.float32)
        Y = 2 * X
        pred = w * X
        want = float((2 * X * (pred - Y)).mean())
        got = call(gradient, "gradient", X.copy(), Y.copy(), pred.copy())
        if isinstance(got, (torch.Tensor, np.ndarray)) and got.ndim == 0:
            got = got.item()
        if isinstance(got, (float, np.floating)):
            got = float(got)
            what = {"expected": f"{want:g}", "got": f"{got:g}"}
            if math.isclose(got, want * points, rel_tol=1e-4):
                fail(f"For {points} points your gradient is {points} times too large: it is a sum, not a mean.", **what)
            if math.isclose(got, want / 2, rel_tol=1e-4):
                fail("Your gradient is half of what it should be: the square brings the factor 2.", **what)
            if math.isclose(got, want * points / 4, rel_tol=1e-4) and points != 4:
                fail(f"Right for four points, but there are not always four points: here there are {points}.", **what)
            if math.isclose(got, float((2 * X * pred - Y).mean()), rel_tol=1e-4):
                fail("pred - Y belongs in parentheses: 2 * X multiplies the whole difference.", **what)
            if math.isclose(got, float((2 * (pred - Y)).mean()), rel_tol=1e-4):
                fail("Your gradient does not go through w * X: its local gradient with respect to w is X.", **what)
            if math.isclose(got, -want, rel_tol=1e-4):
                fail("The sign is wrong: the gradient points uphill; it is the update that goes the other way.", **what)
        expect(got, want, f"gradient(X, Y, pred) for {points} points and w = {w:g}", rtol=1e-4, atol=1e-5)


def check_fit_line(fit_line):
    generator = torch.Generator().manual_seed(0)
    X = torch.rand(12, generator=generator) * 2
    y = 3 * X - 1
    for lr, steps in ((0.1, 1), (0.1, 5), (0.05, 60)):
        want = _descended(X, y, lr, steps)
        got = call(fit_line, "fit_line", X.clone(), y.clone(), lr, steps)
        if isinstance(got, (tuple, list)) and len(got) == 2 and all(isinstance(each, float) for each in got):
            if got[1] == 0 != got[0]:
                fail(
                    "b stayed at 0: is it in the model, and is it updated beside w?",
                    expected=_short(want),
                    got=_short(got),
                )
            again = fit_line(X.clone(), y.clone(), lr, steps)
            if not _near(got, again):
                fail("Two calls end at different places: both w and b should start at 0.", got=_short(got))
            for other, sentence in (
                (_descended(X, y, lr, 1), "only one was taken; does `return` stand inside the loop?"),
                (_descended(X, y, 0.01, steps), "0.01 stands in your update; the rate is lr."),
                (want[::-1], "w and b have changed places: w comes first."),
                (_descended(X, y, -lr, steps), "you went uphill: take lr times the gradient away."),
                (
                    _descended(X, y, lr, steps, total="sum"),
                    "too large: the loss is the mean over the points, not their sum.",
                ),
                (_descended(X, y, lr, steps, keep="b"), "b's gradients pile up: clear b.grad in every step."),
                (_descended(X, y, lr, steps, keep="w"), "w's gradients pile up: clear w.grad in every step."),
                (_descended(X, y, lr, steps, keep="wb"), "the gradients pile up: clear both in every step."),
            ):
                if _near(got, other) and not _near(other, want):
                    fail(f"After {steps} steps: {sentence}", expected=_short(want), got=_short(got))
        expect(got, want, f"fit_line(X, y, lr={lr:g}, steps={steps})", rtol=1e-3, atol=1e-4)


def _descended(X, y, lr, steps, total="mean", keep=""):
    """Where gradient descent from (0, 0) leads, the gradients written out; `keep` names those that are never cleared."""
    w = b = 0.0
    before = {"w": 0.0, "b": 0.0}
    for _ in range(steps):
        error = w * X + b - y
        gradients = {"w": 2 * X * error, "b": 2 * error}
        for name, values in gradients.items():
            now = (values.mean() if total == "mean" else values.sum()).item()
            before[name] = now + (before[name] if name in keep else 0.0)
        w, b = w - lr * before["w"], b - lr * before["b"]
    return w, b


def _near(one, other):
    return all(math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-4) for a, b in zip(one, other, strict=True))


def _short(pair):
    return f"w {pair[0]:.4g}, b {pair[1]:.4g}"

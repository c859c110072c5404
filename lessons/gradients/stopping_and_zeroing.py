"""Demos and checks of "Stopping the tape and zeroing gradients"."""

import itertools
import time
import warnings
from typing import Annotated, Literal

import torch
from judging import call
from torch import nn

from tutor.lesson import Range, fail


def two_loops(
    run,
    problem: Literal["3 * w", "fit y = 2x"] = "3 * w",
    steps: Annotated[int, Range(3, 60)] = 5,
    lr: Annotated[float, Range(1e-3, 0.1, log=True)] = 0.01,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """The same loop with and without clearing the gradient: what does each step use?

    `slow_motion` is how many seconds the steps are spread over.
    """
    X = torch.tensor([1.0, 2.0, 3.0, 4.0], device=run.device)
    y = 2 * X
    run.data("one weight that starts at 0, and no points" if problem == "3 * w" else "four points of y = 2x, made here")
    zeroed = torch.tensor(0.0, device=run.device, requires_grad=True)
    kept = torch.tensor(0.0, device=run.device, requires_grad=True)
    used = {"zeroed": [], "not zeroed": []}
    losses = {"zeroed": [], "not zeroed": []}

    for _ in run.steps(steps, "step"):
        for name, w in (("zeroed", zeroed), ("not zeroed", kept)):
            if name == "zeroed":
                w.grad = None  # the only difference
            loss = 3 * w if problem == "3 * w" else ((w * X - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w -= lr * w.grad
            used[name].append(w.grad.item())
            losses[name].append(loss.item())
        if problem == "3 * w":
            named = {f"{name}, step {i + 1}": value for name, values in used.items() for i, value in enumerate(values)}
            run.bars("gradient that each step used", named)
        else:
            run.log("loss", **{name: values[-1] for name, values in losses.items()})
            run.log("gradient that the step used", **{name: values[-1] for name, values in used.items()})
        time.sleep(slow_motion / steps)

    rises = {name: sum(b > a for a, b in itertools.pairwise(v)) for name, v in losses.items()}
    run.result(last_gradient_zeroed=used["zeroed"][-1], last_gradient_not_zeroed=used["not zeroed"][-1])
    if problem == "3 * w":
        run.note("The gradient of 3 * w is 3 at every step. Not zeroed, step n uses n times 3.")
    else:
        run.result(last_loss_zeroed=losses["zeroed"][-1], highest_loss_not_zeroed=max(losses["not zeroed"]))
        run.note(f"Steps in which the loss went up: {rises['zeroed']} zeroed, {rises['not zeroed']} not zeroed.")


def update(
    run,
    how: Literal["w -= ...", "no_grad: w -= ...", "w = w - ...", "optimizer.step()"] = "w -= ...",
    lr: Annotated[float, Range(1e-3, 0.1, log=True)] = 0.01,
):
    """Three updates by lr * w.grad, written in four ways: which work, and what becomes of w?"""
    X = torch.tensor([1.0, 2.0, 3.0, 4.0], device=run.device)
    y = 2 * X
    run.data("four points of y = 2x, made here")
    w = torch.tensor(0.0, device=run.device, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr)
    rows = [["(start)", f"{w.item():.4f}", w.is_leaf, ""]]
    problem = None

    for number in run.steps(3, "update"):
        w.grad = None
        loss = ((w * X - y) ** 2).mean()
        loss.backward()
        with warnings.catch_warnings(record=True) as warned:  # to be shown below, not on stderr
            warnings.simplefilter("always")
            try:
                if how == "w -= ...":
                    w -= lr * w.grad
                elif how == "no_grad: w -= ...":
                    with torch.no_grad():
                        w -= lr * w.grad
                elif how == "w = w - ...":
                    w = w - lr * w.grad
                else:
                    optimizer.step()
            except (RuntimeError, TypeError) as error:
                problem = error
        ended = type(problem).__name__ if problem else "done"
        rows.append([f"update {number + 1}", f"{w.item():.4f}", w.is_leaf, ended])
        run.table("w after each update", ["", "w", "is a leaf", ""], rows)
        if problem:
            said = [f"{ended}: {problem}."]
            if not w.is_leaf:
                said.append("w is a result now, no leaf: backward() left its .grad at None.")
            said += [f"{each.category.__name__}: {str(each.message).split('. ')[0]}." for each in warned]
            run.note(" ".join(said))
            break
        time.sleep(0.3)

    run.result(updates_done=len(rows) - 1 - bool(problem), w=w.item(), w_is_a_leaf=w.is_leaf)


def check_descend(descend):
    X = torch.tensor([1.0, 2.0, 3.0, 4.0])
    for slope, start, lr, steps in ((2.0, 0.0, 0.01, 1), (2.0, 0.0, 0.01, 2), (-1.0, 0.5, 0.02, 10)):
        y = slope * X
        w = torch.tensor(start, requires_grad=True)
        call(descend, "descend", w, X, y, lr, steps)
        want, remembered = _walked(start, X, y, lr, steps), _walked(start, X, y, lr, steps, keep=True)
        got = w.item()
        said = {"expected": f"{want:.4f}", "got": f"{got:.4f}"}
        if got == start:
            fail(
                "w never moved: were the gradients cleared before they were used? Or did `w = ...` make a new tensor, "
                "where `w -= ...` moves the one that you were given?",
                **said,
            )
        if steps > 1 and abs(got - remembered) < 1e-4:
            fail("From the second step on, w moves too far: each gradient is still added to the ones before.", **said)
        if steps == 1 and abs(got - (2 * start - want)) < 1e-4:
            fail("w went up the slope: a step against the gradient subtracts it.", **said)
        if steps > 1 and abs(got - _walked(start, X, y, lr, 1)) < 1e-4:
            fail(f"w took one step of {steps}: does something end the loop in its first round?", **said)
        if abs(got - want) > 1e-4:
            where = f"After {steps} step{'s' * (steps > 1)} from {start:g} with lr {lr:g}, w should be {want:.4f}"
            fail(f"{where}; it is {got:.4f}.", **said)
        if not (w.requires_grad and w.is_leaf):
            fail("w has the right value but no longer requires gradients: move it within torch.no_grad() instead.")


def _walked(w, X, y, lr, steps, keep=False):
    """Where gradient descent leads; with `keep`, where it leads when gradients pile up."""
    total = 0.0
    for _ in range(steps):
        gradient = (2 * X * (w * X - y)).mean().item()
        total = total + gradient if keep else gradient
        w -= lr * total
    return w


def check_step_in_parts(step_in_parts):
    generator = torch.Generator().manual_seed(0)
    X, y = torch.randn(24, 3, generator=generator), torch.randn(24, 1, generator=generator)
    for parts in (4, 3):
        torch.manual_seed(0)
        model = nn.Linear(3, 1)
        for parameter in model.parameters():
            parameter.grad = torch.full_like(parameter, 0.5)  # left by somebody else
        seen, steps = [], []
        model.register_forward_pre_hook(lambda _, given, seen=seen: seen.append(given[0].detach()))
        start = model.weight.detach().clone()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        optimizer.register_step_post_hook(lambda *_, steps=steps: steps.append(1))
        whole = _moves(model, X, y)
        per_part = [_moves(model, *pair) for pair in zip(X.chunk(parts), y.chunk(parts), strict=True)]
        seen.clear()
        call(step_in_parts, "step_in_parts", model, X.clone(), y.clone(), nn.MSELoss(), optimizer, parts)
        _judge_parts(model.weight.detach() - start, whole, per_part, seen, len(steps))


def _moves(model, X, y):
    """How far one step of SGD at lr 0.1 moves the weight."""
    (gradient,) = torch.autograd.grad(nn.functional.mse_loss(model(X), y), model.weight)
    return -0.1 * gradient


def _judge_parts(moved, whole, per_part, seen, steps):
    parts, size = len(per_part), 24 // len(per_part)
    if not seen:
        fail("The model was never called: each part needs a forward pass.")
    sizes = [len(rows) for rows in seen]
    if max(sizes) > size:
        fail(f"You gave the model {max(sizes)} rows at once; each part of 24 rows in {parts} parts has {size}.")
    if sum(sizes) < 24:
        fail(f"The model saw {sum(sizes)} of the 24 rows: in {parts} parts of {size} rows it sees all.")
    if steps > 1:
        fail(f"You called step() {steps} times: each one moves the weight. Add up first, and step once at the end.")

    def near(other):
        return torch.allclose(moved, other, rtol=1e-3, atol=1e-5)

    old = torch.full_like(whole, -0.1 * 0.5)  # what the gradients that were there would add
    if near(whole):
        return
    if near(torch.zeros_like(moved)):
        fail("The weight did not move: one optimizer.step() at the end uses what was added up.")
    if near(whole * parts):
        fail(f"The step is {parts} times too large: each part's loss is a mean, so divide it by the number of parts.")
    if near(per_part[-1] / parts) or near(per_part[-1]):
        fail("Only the last part counts: clear the gradients once, before the first part.")
    if near(whole + old) or near(whole * parts + old):
        fail("The old gradients, which were there before your function ran, were used as well: clear them first.")
    if near(whole * parts / size) or near(whole * parts / 24):
        fail("The step is too small: a loss is a mean over its rows already, so divide it by how many parts there are.")
    if len(torch.cat(seen).unique(dim=0)) < 24:
        fail("The model saw some rows twice and others never: part i begins at row i * size.")
    if sizes != [size] * parts:
        fail(f"Your parts have {sizes[0]} rows; {parts} parts of 24 have {size} each: split takes the size of a part.")
    fail(f"The weight did not move as one step on the whole batch of 24 would move it, with {parts} parts.")

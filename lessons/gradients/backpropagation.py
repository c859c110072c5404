"""Demos and checks of "Backpropagation by hand"."""

import math
import time
from typing import Annotated

import numpy as np
import torch
from judging import call, call_in_order

from tutor.lesson import Range, expect, fail


def one_weight(
    run,
    x: Annotated[float, Range(-3, 3)] = 1.0,
    y: Annotated[float, Range(-3, 3)] = 2.0,
    w: Annotated[float, Range(-3, 3)] = 1.0,
    slow_motion: Annotated[float, Range(0, 10)] = 6.0,
):
    """How does the loss find its way back to the weight?

    `slow_motion` is how many seconds the eight moments are spread over.
    """
    run.data("one point, chosen with the controls")
    p = w * x
    e = p - y
    loss = e**2
    forward = [w, p, e, loss]
    local = [x, 1.0, 2 * e]  # of w * x, of p - y, of e ** 2
    backward = [1.0]  # of the loss with respect to itself
    for gradient in reversed(local):
        backward.insert(0, gradient * backward[0])  # the chain rule

    columns = ["", "w", "p = w * x", "e = p - y", "L = e ** 2"]
    rows = [["forward"] + [""] * 4, ["local gradient"] + [""] * 4, ["gradient of L"] + [""] * 4]
    for moment in run.steps(8, "moment"):
        if moment < 4:  # left to right
            rows[0][1 + moment] = f"{forward[moment]:g}"
        else:  # right to left
            place = 7 - moment
            rows[2][1 + place] = f"{backward[place]:g}"
            if place < 3:
                rows[1][1 + place] = f"{local[place]:g}"
        run.table("one weight, there and back", columns, rows)
        time.sleep(slow_motion / 8)

    weight = torch.tensor(w, device=run.device, requires_grad=True)
    ((weight * x - y) ** 2).backward()
    run.note("Each gradient is the one on its right, times the local gradient above it.")
    run.result(loss=loss, gradient_by_hand=backward[0], gradient_by_autograd=weight.grad.item())


def two_layers(
    run,
    w1: Annotated[float, Range(-2, 2)] = 0.5,
    w2: Annotated[float, Range(-2, 2)] = 1.0,
    lr: Annotated[float, Range(0.001, 0.5, log=True)] = 0.05,
    passes: Annotated[int, Range(1, 100)] = 30,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Does a gradient that was worked out by hand train two layers?

    `slow_motion` is how many seconds all passes take together.
    """
    x, y = 1.0, 2.0
    run.data("one point: x = 1, y = 2")

    for _ in run.steps(passes, "pass"):
        z = w1 * x  # forward pass
        h = max(z, 0.0)  # relu
        p = w2 * h
        loss = (p - y) ** 2

        dp = 2 * (p - y)  # backward pass: from the loss...
        dw2 = dp * h
        dh = dp * w2
        dz = dh * (1.0 if z > 0 else 0.0)  # a closed relu passes nothing back
        dw1 = dz * x  # ...to the first weight

        weights = torch.tensor([w1, w2], device=run.device, requires_grad=True)
        ((weights[1] * torch.relu(weights[0] * x) - y) ** 2).backward()  # autograd, to compare
        rows = [  # + 0 makes -0.0 a 0.0
            ["w1", f"{w1:.4f}", f"{dw1 + 0:+.4f}", f"{weights.grad[0].item():+.4f}"],
            ["w2", f"{w2:.4f}", f"{dw2 + 0:+.4f}", f"{weights.grad[1].item():+.4f}"],
        ]
        run.table("two weights and their gradients", ["", "value", "by hand", "autograd"], rows)
        run.log(loss=loss)

        w1, w2 = w1 - lr * dw1, w2 - lr * dw2  # update
        if not math.isfinite(w1 * w2) or abs(w1 * w2) > 1e6:
            run.note("The weights grew without end: the learning rate is too large here.")
            break
        time.sleep(slow_motion / passes)

    apart = max(abs(dw1 - weights.grad[0].item()), abs(dw2 - weights.grad[1].item()))
    run.result(last_loss=loss, w1=w1, w2=w2, by_hand_and_autograd_differ_by=apart)
    if dw1 == 0 and dw2 == 0 and loss > 0:
        run.note("The relu is closed: h = 0, so both gradients are 0 and nothing moves.")


def check_forward_and_back(forward_and_back):
    for w, x, y in POINTS:
        got = call_in_order(forward_and_back, "forward_and_back", w, x, y)
        want = ((w * x - y) ** 2, 2 * (w * x - y) * x)
        expect(got, want, f"forward_and_back(w={w:g}, x={x:g}, y={y:g})", rtol=1e-5, atol=1e-6)


POINTS = ((1.0, 1.0, 2.0), (1.0, 2.0, 0.5), (-0.5, 3.0, 0.25))


def check_grad_w(grad_w):
    got = [_plain(call(grad_w, "grad_w", w, x, y)) for w, x, y in POINTS]
    sentences = {
        "You put in e ** 2, the loss itself; what belongs there is how fast it grows with e.": lambda w, x, e: e**2 * x,
        "You stopped at p: your gradient did not go through w * x on its way back to w.": lambda w, x, e: 2 * e,
        "Still half of what autograd gives: one of the local gradients lacks a factor.": lambda w, x, e: e * x,
        "For p = w * x, the local gradient with respect to w is x, not w.": lambda w, x, e: 2 * e * w,
        "The sign is wrong: with e = p - y, its local gradient with respect to p is +1.": lambda w, x, e: -2 * e * x,
    }
    for sentence, other in sentences.items():
        if all(_same(one, other(w, x, w * x - y)) for one, (w, x, y) in zip(got, POINTS, strict=True)):
            w, x, y = POINTS[0]
            fail(sentence, expected=f"{2 * (w * x - y) * x:g}", got=f"{got[0]:g}")
    for one, (w, x, y) in zip(got, POINTS, strict=True):
        expect(one, 2 * (w * x - y) * x, f"grad_w(w={w:g}, x={x:g}, y={y:g})", rtol=1e-5, atol=1e-6)


LINES = ((1.0, 0.0, 2.0, 1.0), (1.5, 0.75, 1.0, 2.0), (-0.5, 0.75, 3.0, 0.25))  # w, b, x, y

PAIRS = {  # what to say, and the pair that people get, from w, b, x, y and the error e
    "b is not multiplied by x on the way forward, so its gradient is not either.": lambda w, b, x, y, e: (
        2 * e * x,
        2 * e * x,
    ),
    "The sign is wrong: with e = p - y, its local gradient with respect to p is +1.": lambda w, b, x, y, e: (
        -2 * e * x,
        -2 * e,
    ),
    "The two have changed places: the gradient of w comes first.": lambda w, b, x, y, e: (2 * e, 2 * e * x),
    "Half of what it should be: e ** 2 has the local gradient 2e.": lambda w, b, x, y, e: (e * x, e),
    "You put in e ** 2, the loss itself; what belongs there is how fast it grows with e.": lambda w, b, x, y, e: (
        e**2 * x,
        e**2,
    ),
    "Your forward pass leaves out b.": lambda w, b, x, y, e: (2 * (e - b) * x, 2 * (e - b)),
    "The local gradient of z + b with respect to b is 1, not b.": lambda w, b, x, y, e: (2 * e * x, 2 * e * b),
    "For b you gave the local gradient alone, 1: multiply it by the gradient that arrives at p.": (
        lambda w, b, x, y, e: (2 * e * x, 1)
    ),
    "For z = w * x, the local gradient with respect to w is x, not w.": lambda w, b, x, y, e: (2 * e * w, 2 * e),
    "Those are new weights, after a step; asked are the two gradients themselves.": lambda w, b, x, y, e: (
        w - 2 * e * x,
        b - 2 * e,
    ),
}


def check_backward(backward):
    wanted = [(2 * (w * x + b - y) * x, 2 * (w * x + b - y)) for w, b, x, y in LINES]
    given = [_pair(call(backward, "backward", *line), want, line) for line, want in zip(LINES, wanted, strict=True)]
    for sentence, other in PAIRS.items():
        others = [other(w, b, x, y, w * x + b - y) for w, b, x, y in LINES]
        if all(map(_same_pair, given, others)):
            fail(sentence, expected="{:g}, {:g}".format(*wanted[0]), got="{:g}, {:g}".format(*given[0]))
    for got, want, (w, b, x, y) in zip(given, wanted, LINES, strict=True):
        expect(got, want, f"backward(w={w:g}, b={b:g}, x={x:g}, y={y:g})", rtol=1e-5, atol=1e-6)


def _pair(got, want, line):
    """Two plain numbers, of whatever they come as; fails with a sentence for anything else."""
    if isinstance(got, (torch.Tensor, np.ndarray)) and got.shape == (2,):
        got = tuple(got.tolist())
    if isinstance(got, (tuple, list)) and len(got) == 2:
        return tuple(_plain(each) for each in got)
    if isinstance(_plain(got), (int, float)):
        fail("One number came back, and two are asked: the gradient of w, then that of b.", got=got)
    expect(got, want, "backward(w={:g}, b={:g}, x={:g}, y={:g})".format(*line))
    return got


def _plain(value):
    """A 0-d tensor, or a number of NumPy's, as a number; anything else as it is."""
    return value.item() if isinstance(value, (torch.Tensor, np.generic)) and value.ndim == 0 else value


def _same(one, other):
    return isinstance(one, (int, float)) and math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-6)


def _same_pair(one, other):
    return all(_same(a, b) for a, b in zip(one, other, strict=True))

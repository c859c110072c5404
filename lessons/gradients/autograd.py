"""Demos and checks of "Autograd and the computational graph"."""

import time
from typing import Annotated, Literal

import torch
from judging import call

from tutor.lesson import Range, expect, fail


def grow_graph(
    run,
    x0: Annotated[float, Range(-5, 5)] = 1.0,
    x1: Annotated[float, Range(-5, 5)] = 2.0,
    last: Literal["mean", "sum"] = "mean",
    requires_grad: bool = True,
    slow_motion: Annotated[float, Range(0, 10)] = 5.0,
):
    """What is recorded on the way to m, and what does m.backward() fill in?

    `slow_motion` is how many seconds the seven moments are spread over.
    """
    run.data("two numbers, chosen with the controls")
    x = torch.tensor([x0, x1], device=run.device, requires_grad=requires_grad)  # (2,), a leaf
    y = x + 2  # (2,)
    z = 3 * y**2  # (2,)
    m = z.mean() if last == "mean" else z.sum()  # one number
    formulas = {"x": "given", "y": "x + 2", "z": "3 * y ** 2", "m": f"z.{last}()"}
    tensors = {"x": x, "y": y, "z": z, "m": m}

    problem = ""
    if requires_grad:
        for tensor in (y, z, m):
            tensor.retain_grad()  # to be looked at here: by default only leaves keep their gradient
    try:
        m.backward()
    except RuntimeError as error:
        problem = f"RuntimeError: {error}"

    rows = []
    for moment in run.steps(len(tensors), "operation"):
        name = list(tensors)[moment]
        made_by = tensors[name].grad_fn
        rows.append([name, formulas[name], _numbers(tensors[name]), made_by.name() if made_by else "None", ""])
        run.table("forward, then back", ["", "is", "value", "grad_fn", "gradient of m"], rows)
        time.sleep(slow_motion / 7)
    if problem:
        run.note(f"{problem}. Nothing was recorded: every grad_fn is None, so there is no way back.")
        run.result(recorded_operations=0)
        return

    for row in reversed(rows):  # backward() does this in one go; it is shown one tensor at a time
        row[4] = _numbers(tensors[row[0]].grad)
        run.table("forward, then back", ["", "is", "value", "grad_fn", "gradient of m"], rows)
        time.sleep(slow_motion / 7)
    functions = list(_walk(m.grad_fn))
    run.result(recorded_operations=len(functions) - 1, x0_gradient=x.grad[0].item(), x1_gradient=x.grad[1].item())
    run.note(f"From m back to the leaf: {', '.join(functions)}, which adds to x.grad.")


def _walk(function):
    """The names of the recorded operations, from this one back to the leaves."""
    yield function.name().rpartition("::")[2]
    for following, _ in function.next_functions:
        if following is not None:  # None: a constant, such as the 3
            yield from _walk(following)


def _numbers(tensor):
    """Values as a short text."""
    return ", ".join(f"{value:g}" for value in tensor.detach().flatten().tolist())


def weigh_outputs(
    run,
    function: Literal["x ** 2", "cumsum(x)", "x * x.sum()"] = "cumsum(x)",
    weight0: Annotated[float, Range(-10, 10)] = 1.0,
    weight1: Annotated[float, Range(-10, 10)] = 0.0,
    weight2: Annotated[float, Range(-10, 10)] = 0.0,
):
    """Three outputs: what does y.backward(weights) leave in x.grad?"""
    run.data("x = 1, 2, 3, made here")
    functions = {"x ** 2": lambda x: x**2, "cumsum(x)": lambda x: x.cumsum(0), "x * x.sum()": lambda x: x * x.sum()}
    f = functions[function]
    x = torch.tensor([1.0, 2.0, 3.0], device=run.device, requires_grad=True)
    weights = torch.tensor([weight0, weight1, weight2], device=run.device)
    y = f(x)  # (3,)
    y.backward(weights)

    jacobian = torch.autograd.functional.jacobian(f, x.detach())  # (3 outputs, 3 inputs); only to show it
    rows = [
        [f"y{i} = {y[i].item():g}", f"{weights[i].item():g}", *(f"{value:g}" for value in jacobian[i].tolist())]
        for i in range(3)
    ]
    rows.append(["x.grad", "", *(f"{value:g}" for value in x.grad.tolist())])
    run.table(f"y = {function}: a row for each output", ["output", "weight", "by x0", "by x1", "by x2"], rows)
    run.result(same_as_weights_times_jacobian=torch.allclose(x.grad, weights @ jacobian))
    run.note("The last row is the rows above it, each times its weight, added up.")


def check_slopes(slopes):
    for x in (torch.tensor([0.0, 1.0, 2.0]), torch.tensor([[0.5, -1.0], [3.0, 0.25]]), torch.tensor(2.0)):
        given = x.clone()
        want = 3 * x**2 - 2
        got = call(slopes, "slopes", given)
        if got is None:
            fail(
                "slopes(x) gives None. Is there a `return`? Is it the grad of the leaf? "
                "backward() itself returns nothing, and results keep no grad."
            )
        if isinstance(got, torch.Tensor) and got.shape == x.shape and torch.equal(got.detach(), x):
            fail("You return x itself: backward() puts the slopes beside it, in x.grad.")
        if isinstance(got, torch.Tensor) and got.shape == want.shape and x.numel() > 1:
            if torch.allclose(got.float() * x.numel(), want):
                fail("Your slopes were divided by the number of elements: a mean does that, a sum does not.")
            if torch.count_nonzero(got) <= 1 and torch.allclose(got.flatten()[0].float(), want.flatten()[0]):
                fail("Only the first element has a slope: backward() must start from something all of them are in.")
        expect(got, want, f"slopes(x) for x of shape {tuple(x.shape)}")
        expect(given, x, "x after your function ran")


def check_numeric_gradient(numeric_gradient):
    def bowl(x):
        return (x**2).sum()

    def mixed(x):
        return x.prod() + torch.sin(x[0]) + 2 * x[-1]

    for f in (bowl, mixed):
        for values in ([1.0, 2.0, 3.0], [-0.5, 0.25]):
            x = torch.tensor(values, dtype=torch.float64)
            given = x.clone()
            exact = torch.autograd.functional.jacobian(f, x)
            got = call(numeric_gradient, "numeric_gradient", lambda x, f=f: f(x.detach()), given)  # no way for autograd
            _explain__numbers(got, exact)
            expect(got, exact, "numeric_gradient(f, x)", rtol=1e-3, atol=1e-3)
            expect(given, x, "x after your function ran: take each nudge back, or nudge a copy")


def _explain__numbers(got, exact):
    """Fail with a sentence for the numbers that people get."""
    if not isinstance(got, torch.Tensor) or got.shape != exact.shape or not got.is_floating_point():
        return
    got = got.detach().double()
    if torch.allclose(got, exact.sum().expand_as(exact), rtol=1e-3, atol=1e-3):
        fail("You nudge all elements at once, so every place gets the sum of all gradients: nudge one at a time.")
    if torch.allclose(got, 2 * exact, rtol=1e-3, atol=1e-3):
        fail("Your gradients are twice too large: from x - h to x + h, x moves by 2h.", expected=exact, got=got)
    if torch.allclose(got, exact / 2, rtol=1e-3, atol=1e-3):
        fail("Your gradients are half of what they should be: how far is x moved between the two values of f?")
    if torch.allclose(got, exact.cumsum(0), rtol=1e-3, atol=1e-3):
        fail(
            "Each nudge stays for the elements after it: start anew with zeros in each round.", expected=exact, got=got
        )
    if bool(got[0]) and not bool(got[1:].any()):
        fail("Only the first element has a gradient: does `return` stand inside the loop?", expected=exact, got=got)
    if not bool(got.any()):
        fail(
            "Your gradients are all 0: is gradient[i] set in a loop, from f at two different places? (`up = x` makes no copy.)",
            expected=exact,
            got=got,
        )
    if bool((got.abs() < 1e-3).all()):
        fail(
            "Your gradients are all about 0: is the difference divided by all of 2h, in parentheses, and is h about 1e-5?",
            expected=exact,
            got=got,
        )

"""Demos and checks of "Losses and optimizers for regression"."""

import time
from typing import Annotated, Literal

import torch
from data import line, noisy_regression
from judging import call, near
from torch import nn
from torch.overrides import TorchFunctionMode

from tutor.lesson import Range, budget, expect, fail


def outliers(
    run,
    height: Annotated[float, Range(-10, 10, live=True)] = 5.0,
    count: Annotated[int, Range(0, 10)] = 3,
    steps: Annotated[int, Range(50, 1000)] = 300,
    slow_motion: Annotated[float, Range(0, 20)] = 6.0,
):
    """Which loss runs after points that are wrong?

    `height` is how far above the line the last points lie. `slow_motion` is how many seconds the steps are spread over.
    """
    split = line()
    X = torch.cat([split.X_train, split.X_test]).to(run.device)  # (50, 1)
    on_line = torch.cat([split.y_train, split.y_test]).to(run.device)
    run.data(f"50 points of y = 0.7x + 0.3, made here; the last {count} moved off the line")
    losses = {"MSE": nn.MSELoss(), "MAE": nn.L1Loss(), "Huber": nn.HuberLoss(delta=0.1)}
    models, optimizers = {}, {}
    for name in losses:
        torch.manual_seed(run.seed)  # the same start for all three
        models[name] = nn.Linear(1, 1).to(run.device)
        optimizers[name] = torch.optim.Adam(models[name].parameters(), lr=0.1)

    for _ in run.steps(steps, "step"):
        y = on_line.clone()
        if count:
            y[-count:] += run.now("height", height)
        for name, loss_fn in losses.items():
            loss = loss_fn(models[name](X), y)
            optimizers[name].zero_grad()
            loss.backward()
            optimizers[name].step()
        run.log("weight (the line's is 0.7)", **{name: model.weight for name, model in models.items()})
        run.scatter(
            "the points", points={"points": (X, y)}, lines={name: (X, model(X)) for name, model in models.items()}
        )
        time.sleep(slow_motion / steps)

    weights = {name: model.weight.item() for name, model in models.items()}
    run.result(mse_weight=weights["MSE"], mae_weight=weights["MAE"], huber_weight=weights["Huber"])


# What a public notebook prints for the last of 300 epochs, SGD at lr 0.01 on all points: make_regression(n_samples=100,
# noise=20, random_state=1) (sohamthirty/PyTorch-fundamentals, Linear_Regression). It does not seed the model's start.
NOTEBOOK = {"weight": 81.761, "loss": 332.9993}


def descend(
    run,
    optimizer: Literal["SGD", "Adam"] = "SGD",
    batch_size: Literal["all 100", "20", "5"] = "all 100",
    lr: Annotated[float, Range(1e-3, 10, log=True)] = 0.01,
    epochs: Annotated[int, Range(1, 500)] = 300,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """How do weight and bias get to the lowest point of the loss?

    `slow_motion` is how many seconds the epochs are spread over, on top of what they take.
    """
    split = noisy_regression(20.0, seed=1)
    X = torch.cat([split.X_train, split.X_test]).to(run.device)  # (100, 1): all of them
    y = torch.cat([split.y_train, split.y_test]).to(run.device)
    run.data("100 points by scikit-learn's make_regression: noise 20, seed 1")
    torch.manual_seed(run.seed)
    model = nn.Linear(1, 1).to(run.device)
    loss_fn = nn.MSELoss()
    steps = (torch.optim.SGD if optimizer == "SGD" else torch.optim.Adam)(model.parameters(), lr=lr)
    size = 100 if batch_size == "all 100" else int(batch_size)
    ones = torch.ones(100, 1)
    lowest = torch.linalg.lstsq(torch.cat([X.cpu(), ones], dim=1), y.cpu()).solution.flatten()  # weight, bias
    weights, biases = [model.weight.item()], [model.bias.item()]

    for _ in run.steps(epochs, "epoch"):
        order = torch.randperm(100, device=run.device)
        for batch in order.split(size):  # the whole set at once, or a random part at a time
            loss = loss_fn(model(X[batch]), y[batch])
            steps.zero_grad()
            loss.backward()
            steps.step()
        weights.append(model.weight.item())
        biases.append(model.bias.item())
        with torch.inference_mode():
            whole = loss_fn(model(X), y).item()
        run.log(all_points=whole)
        run.scatter(
            "weight (across) and bias (up)",
            points={
                "start": (weights[:1], biases[:1]),
                "now": (weights[-1:], biases[-1:]),
                "lowest": (lowest[:1], lowest[1:]),
            },
            lines={"path": (weights, biases)},
        )
        if not abs(weights[-1]) < 1e4:
            run.note("Each step overshot further than the last: the learning rate is too high.")
            break
        time.sleep(slow_motion / epochs)

    floor = loss_fn(X * lowest[0] + lowest[1], y).item()
    run.result(weight=weights[-1], bias=biases[-1], loss=whole, lowest_loss=floor, lowest_weight=lowest[0])
    if (optimizer, size, lr, epochs) == ("SGD", 100, 0.01, 300):
        run.note(
            f"Epoch 300 here: weight {weights[-1]:.3f}, loss {loss.item():.4f}. The notebook prints "
            f"{NOTEBOOK['weight']:.3f} and {NOTEBOOK['loss']:.4f}, from another random start."
        )


def learn(
    run,
    loss: Literal["L1", "MSE"] = "L1",
    optimizer: Literal["SGD", "Adam"] = "SGD",
    lr: Annotated[float, Range(1e-4, 10, log=True)] = 0.01,
    slow_motion: Annotated[float, Range(0, 10)] = 1.5,
):
    """Does the curve creep, jump, or arrive within 200 epochs?

    `slow_motion` is how many seconds the epochs are spread over.
    """
    X, y, _, _, about = line().to(run.device)
    run.data(about)
    torch.manual_seed(run.seed)
    model = nn.Linear(1, 1).to(run.device)
    loss_fn = nn.L1Loss() if loss == "L1" else nn.MSELoss()
    steps = (torch.optim.SGD if optimizer == "SGD" else torch.optim.Adam)(model.parameters(), lr=lr)
    errors = []

    for _ in run.steps(200, "epoch"):
        model.train()
        value = loss_fn(model(X), y)
        steps.zero_grad()
        value.backward()
        steps.step()
        with torch.inference_mode():
            pred = model(X)
            errors.append((pred - y).abs().mean().item())
        run.log("training MAE", model=errors[-1])
        run.scatter("the line", points={"train": (X, y)}, lines={"model": (X, pred)})
        if not errors[-1] < 1e4:
            break
        time.sleep(slow_motion / 200)

    rises = sum(after > before for before, after in zip(errors[-50:], errors[-49:], strict=False))
    run.result(mae=errors[-1], first_mae=errors[0], rises_in_the_last_50_epochs=rises)


@budget(seconds=60)
def check_close_enough(results):
    worst = max(results, key=lambda result: result["mae"] if result["mae"] < float("inf") else 1e30)
    error, first, rises = worst["mae"], worst["first_mae"], worst["rises_in_the_last_50_epochs"]
    said = {
        "expected": "a training MAE below 0.01 from every start",
        "got": f"{error:.3g} from the worst of {len(results)}",
    }
    if not error < 10 * first:
        fail("It overshoots further with every step: the learning rate is far too high for this loss.", **said)
    if error >= 0.01 and rises > 10:
        fail(
            "It jumps about the line instead of settling: smaller steps, or a loss whose gradient shrinks there.",
            **said,
        )
    if error >= 0.01:
        fail("From the worst start the error is still falling after 200 epochs: it needs larger steps.", **said)


def check_loss_of(loss_of):
    torch.manual_seed(0)
    for columns in (1, 3):
        model = nn.Linear(columns, 1)
        X, y = torch.rand(10, columns), torch.rand(10, 1) + 1
        pred = model(X)
        want = ((pred - y) ** 2).mean()
        got = call(loss_of, "loss_of", model, X, y)
        if isinstance(got, float):
            fail(
                "That is a plain number: backward() cannot start from it. Return the tensor.",
                expected="a tensor",
                got=got,
            )
        if isinstance(got, nn.Module):
            fail(
                "You return the loss function itself: call it with the predictions and the targets.",
                got=type(got).__name__,
            )
        if isinstance(got, torch.Tensor) and got.shape == ():
            if near(got, (pred - y).abs().mean()):
                fail("That is the mean absolute error; the mean squared error was asked for.", expected=want, got=got)
            if near(got, ((pred - y) ** 2).sum()):
                fail("That is the sum of the squared errors; the mean was asked for.", expected=want, got=got)
        expect(got, want, "loss_of(model, X, y)")
        if not got.requires_grad:
            fail("The loss has the right value, but backward() cannot start from it: it was cut off from the graph.")
        model.zero_grad()
        try:
            got.backward()
        except RuntimeError:
            fail(
                "backward() has been called on this loss already, and cannot start from it again: leave it to the caller."
            )
        if model.weight.grad is None:
            fail(
                "backward() starts from this loss, but does not get to the model: it is a new tensor, cut off from it."
            )


class Listener(TorchFunctionMode):
    """Hears which of torch's functions are called."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.names.add(getattr(function, "__name__", ""))
        return function(*args, **(kwargs or {}))


def check_mae(mae):
    pred = torch.tensor([[2.5, 0.0], [1.0, -3.0], [4.0, 1.0]], requires_grad=True)
    target = torch.tensor([[3.0, -1.0], [1.0, 2.0], [0.5, 1.5]])
    for some_pred, some_target in ((pred[:, 0], target[:, 0]), (pred, target), (pred[0, :1], target[0, :1])):
        errors = some_pred - some_target
        want = errors.abs().mean()
        with Listener() as heard:
            got = call(mae, "mae", some_pred, some_target)
        if heard.names & {"l1_loss", "smooth_l1_loss", "huber_loss"}:
            fail("That is PyTorch's own loss function. Write it yourself: difference, absolute value, mean.")
        if isinstance(got, torch.Tensor) and got.shape == () and errors.numel() > 1:
            if near(got, errors.mean()) or near(got, errors.mean().abs()):
                fail("Errors above and below cancel: take the absolute value before the mean.", expected=want, got=got)
            if near(got, errors.abs().sum()):
                fail("MAE is a mean, not a sum: it must not grow with the number of points.", expected=want, got=got)
            if near(got, (errors**2).mean()):
                fail("That is the mean of the squares: MAE takes the absolute value.", expected=want, got=got)
        expect(got, want, f"mae of two tensors of shape {tuple(some_pred.shape)}")
        flows = got.requires_grad and torch.autograd.grad(got, pred, allow_unused=True)[0] is not None
        if not flows:
            fail("The value is right, but no gradient can flow back to pred: was it detached, or turned into a number?")

"""Demos and checks of "Linear regression, end to end"."""

import time
from typing import Annotated, Literal

import torch
from data import line, noisy_regression
from torch import nn

from tutor.lesson import Range, expect, fail


class Line(nn.Module):
    """y = weight * x + bias, from two bare parameters."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):  # (n, 1) -> (n, 1)
        return self.weight * x + self.bias


# What notebook 01 of "Learn PyTorch for Deep Learning" (learnpytorch.io) prints, all with SGD at lr 0.01 and seed 42:
# weight, bias, and the test loss at the last epoch it prints.
NOTEBOOK = {("nn.Parameter", 100): (0.5784, 0.3513, 90, 0.0647), ("nn.Linear", 1000): (0.6968, 0.3025, 900, 0.0138)}


def fit_line(
    run,
    lr: Annotated[float, Range(1e-4, 1, log=True)] = 0.01,
    epochs: Annotated[int, Range(1, 2000)] = 100,
    optimizer: Literal["SGD", "Adam"] = "SGD",
    model: Literal["nn.Parameter", "nn.Linear"] = "nn.Parameter",
    slow_motion: Annotated[float, Range(0, 10)] = 5.0,
):
    """The points lie on y = 0.7x + 0.3. Does the model find that line?

    `slow_motion` is how many seconds the epochs are spread over; 0 is full speed.
    """
    X_train, y_train, X_test, y_test, about = line().to(run.device)
    run.data(about)
    run.note(f"Slowed down by {slow_motion:g} s, to be watched." if slow_motion else "At full speed.")

    torch.manual_seed(42)  # the same random start on every run
    net = (Line() if model == "nn.Parameter" else nn.Linear(1, 1)).to(run.device)
    loss_fn = nn.L1Loss()  # mean absolute error (MAE)
    make_optimizer = torch.optim.SGD if optimizer == "SGD" else torch.optim.Adam
    steps = make_optimizer(net.parameters(), lr=lr)
    points = {"train": (X_train, y_train), "test": (X_test, y_test)}
    ends = torch.stack([X_train.min(), X_test.max()]).unsqueeze(1)  # (2, 1): enough to draw a line
    test_losses = []

    for _ in run.steps(epochs, "epoch"):
        net.train()
        train_loss = loss_fn(net(X_train), y_train)  # forward pass, then the loss
        steps.zero_grad()  # forget the last epoch's gradients
        train_loss.backward()  # gradients of the loss
        steps.step()  # move weight and bias against them

        net.eval()
        with torch.inference_mode():
            test_losses.append(loss_fn(net(X_test), y_test).item())
            run.scatter("the line", points=points, lines={"model": (ends, net(ends))})
        run.log(train=train_loss, test=test_losses[-1])
        time.sleep(slow_motion / epochs)

    weight, bias = (parameter.item() for parameter in net.parameters())
    run.result(weight=weight, bias=bias, train_mae=train_loss.item(), test_mae=test_losses[-1])
    usual = optimizer == "SGD" and lr == 0.01
    _compare(run, weight, bias, test_losses, NOTEBOOK.get((model, epochs)) if usual else None)


def _compare(run, weight, bias, test_losses, notebook):
    """What was learned beside the truth, and beside what the course's notebook prints for the same settings."""
    columns = ["", "true", "measured here"]
    rows = [["weight", "0.7", f"{weight:.4f}"], ["bias", "0.3", f"{bias:.4f}"]]
    if notebook is None:
        rows.append(["test MAE, last epoch", "0", f"{test_losses[-1]:.4f}"])
    else:
        their_weight, their_bias, epoch, their_test = notebook
        columns.append("learnpytorch.io prints")
        rows[0].append(f"{their_weight:.4f}")
        rows[1].append(f"{their_bias:.4f}")
        rows.append([f"test MAE, epoch {epoch}", "0", f"{test_losses[epoch]:.4f}", f"{their_test:.4f}"])
    run.table("figures", columns, rows)


def fit_noisy(
    run,
    noise: Annotated[float, Range(0, 60)] = 20.0,
    lr: Annotated[float, Range(1e-4, 10, log=True)] = 0.01,
    epochs: Annotated[int, Range(1, 1000)] = 300,
    loss: Literal["MSE", "L1"] = "MSE",
    slow_motion: Annotated[float, Range(0, 10)] = 5.0,
):
    """These points lie around a line, not on it. How low can the loss go?

    `noise` is the standard deviation of the distance from the true line.
    """
    X_train, y_train, X_test, y_test, about = noisy_regression(noise).to(run.device)
    run.data(about)

    torch.manual_seed(42)
    model = nn.Linear(1, 1).to(run.device)
    loss_fn = nn.MSELoss() if loss == "MSE" else nn.L1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    points = {"train": (X_train, y_train), "test": (X_test, y_test)}
    ends = torch.stack([X_train.min(), X_train.max()]).unsqueeze(1)  # (2, 1)

    # Least squares: the line with the smallest squared error on the training points, without any training.
    ones = torch.ones_like(X_train)
    best = torch.linalg.lstsq(torch.cat([X_train, ones], dim=1), y_train).solution  # (2, 1): weight and bias
    best_loss = loss_fn(X_train * best[0] + best[1], y_train).item()

    for _ in run.steps(epochs, "epoch"):
        model.train()
        train_loss = loss_fn(model(X_train), y_train)
        optimizer.zero_grad()
        train_loss.backward()
        optimizer.step()

        model.eval()
        with torch.inference_mode():
            test_loss = loss_fn(model(X_test), y_test)
            lines = {"model": (ends, model(ends)), "least squares": (ends, ends * best[0] + best[1])}
        run.log(train=train_loss, test=test_loss)
        run.scatter("the line", points=points, lines=lines)
        time.sleep(slow_motion / epochs)

    run.result(
        weight=model.weight.item(),
        bias=model.bias.item(),
        train_loss=train_loss.item(),
        test_loss=test_loss.item(),
        least_squares_train_loss=best_loss,
    )
    run.note(f"{loss} on the training points: {train_loss.item():.4g} by training, {best_loss:.4g} by least squares.")


def check_predict(predict):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 1))
    X = torch.rand(8, 1)
    model.eval()
    with torch.inference_mode():
        want = model(X)
    model.train()  # as a training loop leaves it
    got, again = predict(model, X), predict(model, X)
    if isinstance(got, torch.Tensor) and isinstance(again, torch.Tensor) and not torch.equal(got, again):
        fail(
            "Two calls with the same model and the same inputs gave different predictions: dropout is still on, so the "
            "model is still in training mode."
        )
    expect(got, want, "predict(model, X)")
    if got.requires_grad:
        fail("The predictions are right, but still recorded for gradients: eval() does not stop that.")


class Probe(nn.Module):
    """A model with dropout that remembers how it was called."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 32), nn.Dropout(0.5), nn.Linear(32, 1))
        self.called_in_training_mode = False
        self.called_with_gradients = False
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        self.called_in_training_mode |= self.training
        self.called_with_gradients |= torch.is_grad_enabled()
        return self.layers(x)


def too_low(predictions, targets):
    """A loss that counts only predictions below their target, so that the order of its arguments matters."""
    return (targets - predictions).clamp(min=0).mean()


def check_evaluate(evaluate):
    torch.manual_seed(0)
    X, y = torch.rand(20, 1), torch.rand(20, 1) + 1
    for loss_fn in (nn.L1Loss(), nn.MSELoss(), too_low):
        model = Probe()
        before = [parameter.detach().clone() for parameter in model.parameters()]
        got = evaluate(model, loss_fn, X, y)
        judge_how(model, before)
        if isinstance(got, torch.Tensor):
            fail("You return a tensor: turn the loss into a Python number with .item().", expected="a float", got=got)
        model.eval()
        with torch.inference_mode():
            want, swapped = loss_fn(model(X), y).item(), loss_fn(y, model(X)).item()
        if loss_fn is too_low and isinstance(got, float) and abs(got - swapped) < 1e-6:
            fail("Your loss function gets the targets first: loss functions take predictions first, then targets.")
        expect(got, want, "evaluate(model, loss_fn, X, y)", rtol=1e-4, atol=1e-6)


def judge_how(model, before):
    """Fail where the model was called in the wrong mode, or changed."""
    if model.calls == 0:
        fail("The model was never called: start with predictions = model(X).")
    if model.called_in_training_mode:
        fail("The model was still in training mode when you called it: switch with model.eval() first.")
    if model.called_with_gradients:
        fail("PyTorch recorded your forward pass for gradients: inference_mode() stops that, eval() does not.")
    if any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True)):
        fail("The model's parameters changed: evaluating must not train.")


def check_fit(fit):
    X = torch.linspace(0, 1, 100).unsqueeze(1)
    y = 0.3 * X + 0.9
    order = torch.randperm(100, generator=torch.Generator().manual_seed(0))
    train, test = order[:80], order[80:]
    for seed in (2, 3):  # starts from which 300 epochs of SGD at lr 0.01 arrive, and 100 do not
        torch.manual_seed(seed)
        model = nn.Linear(1, 1)
        before = [parameter.detach().clone() for parameter in model.parameters()]
        seen = Watch(model)
        fit(model, X[train].clone(), y[train].clone())
        with torch.no_grad():
            error = (model(X[test]) - y[test]).abs().mean().item()
        if not error < 0.05:
            moved = any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
            fail(seen.explain(moved, error), expected="a test MAE below 0.05", got=f"{error:.4g}")


class Watch:
    """Counts what a training loop does to a model with one weight."""

    def __init__(self, model):
        self.backwards = self.accumulated = 0
        self.values = set()
        self.weight = model.weight
        model.weight.register_hook(self.note_fresh)
        model.weight.register_post_accumulate_grad_hook(self.note_total)

    def note_fresh(self, gradient):
        self.backwards += 1
        self.fresh = gradient.detach().clone()

    def note_total(self, weight):
        self.values.add(weight.item())
        self.accumulated += not torch.allclose(weight.grad, self.fresh, equal_nan=True)

    def explain(self, moved, error):
        """One sentence for why the line was not found."""
        if self.backwards == 0:
            return "No gradient was ever computed: does your loop call loss.backward()?"
        if not moved:
            return "Gradients were computed, but weight and bias never moved: which line of the loop uses them?"
        if self.accumulated > self.backwards / 2:
            return "Every backward() added to the gradients of the epochs before: which line of the loop clears them?"
        if error != error or error > 10:
            return "The loss grew instead of shrinking: try a smaller learning rate."
        if len(self.values) < 10:
            return f"The model moved only {len(self.values)} time(s): it takes a few hundred small steps to get there."
        return "The model learned, but did not get there: give it more epochs, or another learning rate."

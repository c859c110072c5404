"""Demos and checks of "The training loop, line by line"."""

import copy
import itertools
import math
import time
from typing import Annotated, Literal

import torch
from data import line
from judging import call, call_in_order
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from tutor.lesson import Range, budget, expect, fail


def one_pass(
    run,
    passes: Annotated[int, Range(1, 3)] = 2,
    lr: Annotated[float, Range(0.01, 1, log=True)] = 0.1,
    slow_motion: Annotated[float, Range(0, 10)] = 5.0,
):
    """Which of the six lines changes what?

    `slow_motion` is how many seconds all passes take together.
    """
    X, y, _, _, about = line().to(run.device)
    run.data(about)
    torch.manual_seed(run.seed)
    model = nn.Linear(1, 1).to(run.device)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    model.eval()  # as a test would leave it
    pred = loss = None  # nothing computed yet
    start = model.weight.item()

    for number in run.steps(6 * passes, "line"):
        at = number % 6
        if at == 0:
            rows = [_state(f"(before pass {number // 6 + 1})", model, pred, loss)]
            model.train()
        elif at == 1:
            pred = model(X)  # (40, 1)
        elif at == 2:
            loss = loss_fn(pred, y)  # one number
        elif at == 3:
            optimizer.zero_grad()
        elif at == 4:
            loss.backward()
        else:
            before = model.weight.item()
            optimizer.step()
        rows.append(_state(LINES[at], model, pred, loss))
        columns = ["after this line", "training", "pred[0]", "loss", "weight.grad", "weight"]
        run.table("what each line changes", columns, rows)
        time.sleep(slow_motion / (6 * passes))

    after, gradient = model.weight.item(), model.weight.grad.item()
    run.result(weight_before=start, weight_after=after, last_gradient=gradient)
    run.note(
        f"step() moved the weight against its gradient, times lr: {before:.4f} - {lr:g} * ({gradient:+.4f}) = {after:.4f}."
    )


LINES = (
    "model.train()",
    "pred = model(X)",
    "loss = loss_fn(pred, y)",
    "optimizer.zero_grad()",
    "loss.backward()",
    "optimizer.step()",
)


def _state(name, model, pred, loss):
    """A row: what there is after this line."""
    gradient = model.weight.grad
    return [
        name,
        "yes" if model.training else "no",
        "" if pred is None else f"{pred[0].item():.4f}",
        "" if loss is None else f"{loss.item():.4f}",
        "None" if gradient is None else f"{gradient.item():+.4f}",
        f"{model.weight.item():.4f}",
    ]


def six_lines(
    run,
    call_train: bool = True,
    make_pred: bool = True,
    compute_loss: bool = True,
    call_zero_grad: bool = True,
    call_backward: bool = True,
    call_step: bool = True,
    model: Literal["line", "batch norm"] = "line",
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Leave a line out: does the loss stay flat, swing, or is there an error?

    `slow_motion` is how many seconds the 100 epochs are spread over.
    """
    X, y, _, _, about = line().to(run.device)
    run.data(about)
    torch.manual_seed(run.seed)
    net = nn.Linear(1, 1).to(run.device)
    if model == "batch norm":
        X = X * 10  # on another scale, which batch norm evens out: in training mode, from the batch itself
        net = nn.Sequential(nn.BatchNorm1d(1), net).to(run.device)
        run.note("x is ten times larger here, and a batch norm layer brings it back to scale.")
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net.eval()  # as a test leaves it
    pred = net(X)  # (40, 1); these two as a notebook would still have them
    loss = loss_fn(pred, y)
    first = loss.item()
    measured = []

    for epoch in run.steps(100, "epoch"):
        try:
            if call_train:
                net.train()
            if make_pred:
                pred = net(X)
            if compute_loss:
                loss = loss_fn(pred, y)
            if call_zero_grad:
                optimizer.zero_grad()
            if call_backward:
                loss.backward()
            if call_step:
                optimizer.step()
        except RuntimeError as error:
            run.note(f"Epoch {epoch}: RuntimeError: {str(error).split('. ')[0]}.")
            break

        net.eval()
        with torch.inference_mode():
            fitted = net(X)
            measured.append(loss_fn(fitted, y).item())
        run.log(loss=measured[-1])
        run.scatter("the line", points={"train": (X, y)}, lines={"model": (X, fitted)})
        if not math.isfinite(measured[-1]):
            break
        time.sleep(slow_motion / 100)

    _explain(run, net, first, measured)


def _explain(run, net, first, measured):
    """Say what the curve did, from what was measured."""
    losses = [first, *measured]
    rises = sum(after > before for before, after in itertools.pairwise(losses))
    run.result(first_loss=first, last_loss=losses[-1], epochs_that_made_it_worse=rises)
    gradient = next(net.parameters()).grad
    if not math.isfinite(losses[-1]):
        run.note(f"After {len(measured)} epochs the loss is {losses[-1]}: the steps overshot further each time.")
    elif all(loss == first for loss in losses):
        why = "no gradient was ever computed" if gradient is None else "gradients are there, but nothing used them"
        run.note(f"The loss never moved: {why}.")
    elif rises > 10:
        run.note(f"In {rises} of {len(measured)} epochs the loss went up: the line swings past the points and back.")
    elif len(measured) == 100:
        run.note("The loop found the line.")


class Spy:
    """Listens to a model while an answer trains it: `events` holds "forward", "backward", "step" and their unlucky kin."""

    def __init__(self, model):
        self.events = []
        self.accumulated = False
        """Whether a step used more than the gradient of the newest backward pass."""
        self.fresh = None
        self.model, self.weight = model, next(model.parameters())
        self.before = [parameter.detach().clone() for parameter in model.parameters()]
        first = next(part for part in model.modules() if not list(part.children()))
        first.register_forward_pre_hook(self.on_forward)  # a layer: model.forward(X) gets there as well as model(X)
        self.weight.register_hook(self.on_backward)
        self.handle = register_optimizer_step_pre_hook(self.on_step)

    def on_forward(self, *_):
        self.events.append("forward" if self.model.training else "forward in evaluation mode")

    def on_backward(self, gradient):
        self.events.append("backward")
        self.fresh = gradient.detach().clone()

    def on_step(self, *_):
        gradient = self.weight.grad
        self.events.append("empty step" if gradient is None or not gradient.any() else "step")
        if self.events[-1] == "step" and "backward" in self.events:
            self.accumulated |= not torch.allclose(gradient, self.fresh, equal_nan=True)

    @property
    def moved(self):
        return any(not torch.equal(old, new) for old, new in zip(self.before, self.model.parameters(), strict=True))

    def judge(self, times):
        """Fail with a sentence where the parts of a loop are missing or stand in an order that cannot train."""
        events = self.events
        if "forward" not in events and "forward in evaluation mode" not in events:
            fail("The model that you were given was never called: predictions come from model(X).")
        if "forward in evaluation mode" in events:
            fail("The model was still in evaluation mode when it predicted: call model.train() before model(X).")
        if "backward" not in events:
            fail("No gradient was computed: loss.backward() does that, before step().")
        if not self.moved and "empty step" in events:
            if events.index("empty step") < events.index("backward"):
                fail("step() comes before backward(), so it finds no gradients and moves nothing: put it after.")
            fail("zero_grad() throws the new gradients away: when step() runs, they are gone and nothing moved.")
        if not self.moved:
            fail("Gradients were computed, but optimizer.step() was never called, so nothing moved.")
        if self.accumulated:
            fail(
                f"Each backward() added to the gradients of the {times} before: clear them every time, with zero_grad()."
            )


class Lopsided(nn.Module):
    """A loss for which the order of its arguments matters."""

    def forward(self, input, target):
        return ((input - target) ** 2 * target).mean()


def judge_steps(train_step, loss_fn):
    """Three calls must do what the six lines do. Returns the last loss it gave, and the one it should have given."""
    generator = torch.Generator().manual_seed(0)
    X = torch.rand(16, 1, generator=generator)
    y = 2 * X + 1
    firsts = []  # what the loss function was given first: predictions know how they were made
    loss_fn.register_forward_pre_hook(
        lambda _, args, named: firsts.append([*args, *named.values()][0]), with_kwargs=True
    )
    for make_optimizer in (torch.optim.SGD, torch.optim.Adam):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
        twin = copy.deepcopy(model)
        optimizer, twins = make_optimizer(model.parameters(), lr=0.1), make_optimizer(twin.parameters(), lr=0.1)
        spy = Spy(model)
        for _ in range(3):
            model.eval()  # as a test leaves it
            got = call_in_order(train_step, "train_step", model, X, y, loss_fn, optimizer)
            spy.judge("calls")
            want = loss_fn.forward(twin(X), y)
            twins.zero_grad()
            want.backward()
            twins.step()
        spy.handle.remove()
        if all(torch.allclose(a, b, atol=1e-5) for a, b in zip(model.parameters(), twin.parameters(), strict=True)):
            continue
        if not firsts:
            fail("Your step never calls the loss_fn that it was given: the caller chooses the loss.")
        if isinstance(loss_fn, Lopsided) and any(first is y for first in firsts):
            fail("Your loss function gets the targets first: loss functions take predictions first, then targets.")
        fail("After three calls the parameters are not where three steps lead: is each line there once, and no other?")
    return got, want.item()


def check_loop_order(train_step):
    judge_steps(train_step, nn.MSELoss())


def check_from_memory(train_step):
    for loss_fn in (nn.MSELoss(), Lopsided()):
        got, want = judge_steps(train_step, loss_fn)
        if isinstance(got, torch.Tensor):
            fail("You return a tensor: turn the loss into a Python number with .item().", expected="a float", got=got)
        expect(got, want, "the loss that train_step returns", rtol=1e-3, atol=1e-5)


@budget(seconds=60)
def check_train(train):
    judge_training(train, "train", lambda: nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1)))


@budget(seconds=60)
def check_train_steadily(train_steadily):
    judge_training(train_steadily, "train_steadily", lambda: nn.Sequential(nn.Linear(1, 1)))


def judge_training(train, name, make_model, epochs=200):
    """Train a model with the answer, from two starts; it must learn, and use each gradient once."""
    X, y, _, _, _ = line()
    for seed in (0, 1):
        torch.manual_seed(seed)
        model = make_model()
        before = nn.functional.mse_loss(model(X), y).item()
        spy = Spy(model)
        call(train, name, model, X, y, epochs)
        spy.handle.remove()
        spy.judge("epochs")
        for line_of_it, event in (("model(X)", "forward"), ("backward()", "backward"), ("step()", "step")):
            calls = spy.events.count(event)
            if calls and calls < epochs:  # an update by hand calls no step()
                fail(f"For {epochs} epochs {line_of_it} should run {epochs} times and ran {calls}: is it in the loop?")
        after = nn.functional.mse_loss(model(X), y).item()
        if not after < before / 4:
            sentence = "The loop runs as it should, but the loss hardly fell: look at the learning rate."
            fail(sentence, expected=f"a loss well below {before:.3g}", got=f"{after:.3g}")

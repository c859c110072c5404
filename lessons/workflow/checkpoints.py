"""Demos and checks of "Checkpoints and the best model"."""

import contextlib
import copy
import functools
import os
import time
from typing import Annotated, Literal

import torch
from judging import call, near
from torch import nn

from tutor.lesson import Range, expect, fail


def noisy_moons(device):
    """60 noisy points to learn from, 240 to test: X (n, 2), y (n, 1)."""
    from sklearn.datasets import make_moons

    features, labels = make_moons(300, noise=0.35, random_state=0)
    X = torch.tensor(features, dtype=torch.float32, device=device)
    y = torch.tensor(labels, dtype=torch.float32, device=device).unsqueeze(1)
    return X[:60], y[:60], X[60:], y[60:]


def keep_the_best(
    run,
    kept_by: Literal[
        "state_dict()",
        "state_dict().copy()",
        "deepcopy(state_dict())",
        "a file",
    ] = "state_dict()",
    epochs: Annotated[int, Range(20, 400)] = 200,
    lr: Annotated[float, Range(1e-3, 0.1, log=True)] = 0.01,
    slow_motion: Annotated[float, Range(0, 10)] = 5.0,
):
    """We train past the best epoch, and keep what was best. What has been kept in the end?

    The curve "kept" is the test loss of the weights that lie in `best` at that moment.
    """
    X_train, y_train, X_test, y_test = noisy_moons(run.device)
    run.data("noisy moons by scikit-learn: 60 points to learn from, 240 to test")
    torch.manual_seed(run.seed)
    model = network(64).to(run.device)
    other = network(64).to(run.device)  # to look at what is in best
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loss_fn = nn.BCEWithLogitsLoss()
    best_loss, best_epoch = float("inf"), 0

    for epoch in run.steps(epochs, "epoch"):
        loss = loss_fn(model(X_train), y_train)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.inference_mode():
            test_loss = loss_fn(model(X_test), y_test).item()

        if test_loss < best_loss:
            best_loss, best_epoch = test_loss, epoch
            if kept_by == "state_dict()":
                best = model.state_dict()
            elif kept_by == "state_dict().copy()":
                best = model.state_dict().copy()
            elif kept_by == "deepcopy(state_dict())":
                best = copy.deepcopy(model.state_dict())
            else:
                torch.save(model.state_dict(), "best.pt")

        in_best = torch.load("best.pt") if kept_by == "a file" else best
        other.load_state_dict(in_best)
        with torch.inference_mode():
            kept_loss = loss_fn(other(X_test), y_test).item()
        run.log(train=loss, test=test_loss, kept=kept_loss)
        time.sleep(slow_motion / epochs)

    run.result(best_epoch=best_epoch, best=best_loss, last=test_loss, kept=kept_loss)
    if abs(kept_loss - best_loss) < 1e-6:
        run.note(f"best holds the weights of epoch {best_epoch}, as it should.")
    else:
        run.note(
            f"best was taken at epoch {best_epoch}, and holds the weights of the last epoch: it followed the model."
        )


def network(hidden_units):
    return nn.Sequential(
        nn.Linear(2, hidden_units),
        nn.ReLU(),
        nn.Linear(hidden_units, hidden_units),
        nn.ReLU(),
        nn.Linear(hidden_units, 1),
    )


def interrupt(
    run,
    restored: Literal["model and optimizer", "model only", "nothing"] = "model only",
    optimizer: Literal["Adam", "SGD", "SGD with momentum"] = "Adam",
    lr: Annotated[float, Range(0.001, 1, log=True)] = 0.1,
    interrupted_at: Annotated[int, Range(5, 75)] = 40,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Training is interrupted and resumed from a file. Does it go on as if nothing had happened?

    The same training without a break is drawn beside it.
    """
    X_train, y_train, X_test, y_test = noisy_moons(run.device)
    X, y = torch.cat([X_train, X_test]), torch.cat([y_train, y_test])  # here we only look at training
    run.data("noisy moons by scikit-learn: 300 points, all of them to train on")
    loss_fn = nn.BCEWithLogitsLoss()
    epochs = 80

    torch.manual_seed(run.seed)
    straight, straight_steps = make(optimizer, lr, run.device)
    model = copy.deepcopy(straight)  # the same start
    _, steps = make(optimizer, lr, run.device, model)
    gap = 0.0

    for epoch in run.steps(epochs, "epoch"):
        if epoch == interrupted_at:
            torch.save(
                {"epoch": epoch - 1, "model": model.state_dict(), "optimizer": steps.state_dict()}, "checkpoint.pt"
            )
            model, steps = make(optimizer, lr, run.device)  # the program starts anew: all is new
            checkpoint = torch.load("checkpoint.pt", map_location=run.device)
            if restored != "nothing":
                model.load_state_dict(checkpoint["model"])
            if restored == "model and optimizer":
                steps.load_state_dict(checkpoint["optimizer"])
        losses = []
        for net, its_steps in ((straight, straight_steps), (model, steps)):
            loss = loss_fn(net(X), y)
            its_steps.zero_grad()
            loss.backward()
            its_steps.step()
            losses.append(loss.item())
        gap = max(gap, abs(losses[0] - losses[1]))
        run.log(**{"without a break": losses[0], "interrupted": losses[1]})
        time.sleep(slow_motion / epochs)

    rows = [["model", "its weights and biases", len(checkpoint["model"])]]
    kept = checkpoint["optimizer"]["state"]
    rows.append(["optimizer", ", ".join(kept[0]) if kept and kept[0] else "no state", sum(map(len, kept.values()))])
    rows.append(["epoch", str(checkpoint["epoch"]), ""])
    run.table("in the checkpoint", ["key", "holds", "entries"], rows)
    run.result(largest_gap=gap, last_without=losses[0], last_interrupted=losses[1])
    run.note(
        "No gap: it went on exactly as if nothing had happened."
        if gap < 1e-6
        else f"The two curves are up to {gap:.3f} apart after epoch {interrupted_at}."
    )


def make(optimizer, lr, device, model=None):
    """A small network, or the one given, with a new optimizer."""
    if model is None:
        model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1)).to(device)
    if optimizer == "Adam":
        return model, torch.optim.Adam(model.parameters(), lr=lr)
    return model, torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9 if "momentum" in optimizer else 0.0)


class Rehearsal:
    """A training run whose test losses are written down beforehand. After epoch 0 all weights are 1, after epoch 1 all are 2..."""

    def __init__(self, losses):
        self.losses = losses
        self.epochs = 0
        self.loads = []
        """For each load_state_dict: after how many epochs, and whether it got the model's own memory."""

    def train_epoch(self, model):
        if self.epochs == len(self.losses):
            fail(f"train_epoch was called more than {self.epochs} times: once for each epoch, please.")
        self.epochs += 1
        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.fill_(self.epochs)

    def note_load(self, model, state, *_):
        kept = state.get("0.weight")
        own = isinstance(kept, torch.Tensor) and kept.data_ptr() == model[0].weight.data_ptr()
        self.loads.append((self.epochs, own))

    def evaluate(self, model):
        return self.losses[int(model[0].weight[0, 0].item()) - 1]


def check_train_keeping_best(train_keeping_best):
    for losses in ([0.9, 0.4, 0.2, 0.3, 0.7], [0.5, 0.6, 0.8], [0.9, 0.5, 0.1]):
        model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
        run = Rehearsal(losses)
        model.register_load_state_dict_pre_hook(run.note_load)
        got = call(train_keeping_best, "train_keeping_best", model, run.train_epoch, run.evaluate, len(losses))
        if run.epochs != len(losses):
            fail(f"train_epoch was called {run.epochs} times; expected {len(losses)}.")
        kept = got if isinstance(got, nn.Module) else model
        best, last = losses.index(min(losses)), len(losses) - 1
        holds = sorted({int(value) - 1 for tensor in kept.state_dict().values() for value in tensor.flatten()})
        if holds == [last] and best != last:
            if not run.loads:
                why = "nothing of what you kept was loaded into it."
            elif run.loads[-1][0] < len(losses):
                why = "what you kept was loaded before the last epoch, which then changed it: load it after the loop."
            elif any(own for _, own in run.loads):
                why = (
                    "what you kept went on changing with the model. A dict's copy has the same tensors in it; only a deep "
                    "copy has its own."
                )
            else:
                why = (
                    "what you loaded was copied there. Remember the lowest test loss, and copy at once, only where the "
                    "test loss is the lowest so far."
                )
            fail(
                f"Epoch {best} was the best, but the model has the weights of the last one, {last}: {why}",
                expected=f"the weights of epoch {best}",
                got=f"the weights of epoch {last}",
            )
        if holds != [best]:
            fail(
                f"For the test losses {losses} the model should end with all the weights and averages of epoch {best}.",
                expected=f"the weights of epoch {best}",
                got="the weights of epoch " + ", ".join(map(str, holds)),
            )


def check_checkpoint(save_checkpoint, load_checkpoint):
    torch.manual_seed(0)
    path = "checked_checkpoint.pt"
    X, y = torch.rand(16, 2), torch.rand(16, 1)
    with_momentum = functools.partial(torch.optim.SGD, momentum=0.9)
    for make_optimizer, epoch in ((torch.optim.Adam, 2), (with_momentum, 8)):
        if os.path.exists(path):
            os.remove(path)
        model = nn.Linear(2, 1)
        optimizer = make_optimizer(model.parameters(), lr=0.01)
        for _ in range(3):
            one_step(model, optimizer, X, y)
        there = set(os.listdir())
        call(save_checkpoint, "save_checkpoint", path, model, optimizer, epoch)
        written = set(os.listdir()) - there
        if path not in written:
            fail("There is no file at path after save_checkpoint.", expected="a file", got="none")
        if len(written) > 1:
            fail("All of it belongs into one file: a dict holds several things.", got=", ".join(sorted(written)))
        saved = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        one_step(model, optimizer, X, y)  # the old program goes on a little: where does the loaded one arrive?
        want = [model.weight.detach().clone(), model.bias.detach().clone()]

        new = nn.Linear(2, 1)
        new_optimizer = make_optimizer(new.parameters(), lr=0.5)
        start = call(load_checkpoint, "load_checkpoint", path, new, new_optimizer)
        for name, tensor in saved.items():
            if not near(new.state_dict()[name], tensor):
                fail(
                    f"After load_checkpoint the model's {name} is not what was saved: model.load_state_dict(...) fills "
                    "the model that came in, and `model = ...` only names another one.",
                    expected=tensor,
                    got=new.state_dict()[name],
                )
        if new_optimizer.param_groups[0]["lr"] != 0.01:
            fail(
                "The optimizer was not restored: it still has its own learning rate, and none of its averages. "
                "It has a state_dict as well.",
                expected="lr 0.01",
                got=f"lr {new_optimizer.param_groups[0]['lr']}",
            )
        one_step(new, new_optimizer, X, y)
        if not all(near(a, b) for a, b in zip((new.weight, new.bias), want, strict=True)):
            fail(
                "The next step leads somewhere else than without a break: is the optimizer's state_dict saved and loaded?"
            )
        if start == epoch:
            said = f"Epoch {epoch} was done already; training goes on with the one after it."
            fail(said, expected=epoch + 1, got=start)
        expect(start, epoch + 1, "what load_checkpoint returns", scalar=True)

        with as_if_on_a_gpu():
            call(save_checkpoint, "save_checkpoint", path, model, optimizer, epoch)
        # where there is no GPU, this needs a map_location
        call(load_checkpoint, "load_checkpoint", path, new, new_optimizer)


PRETENDING = []
"""Not empty while tensors are to be saved as if they were on a GPU."""
torch.serialization.register_package(
    5,  # asked before the CPU's own
    lambda storage: "cuda:0" if PRETENDING else None,
    lambda storage, location: None,
)


@contextlib.contextmanager
def as_if_on_a_gpu():
    """What is saved in here says that it was on a GPU."""
    PRETENDING.append(True)
    try:
        yield
    finally:
        PRETENDING.clear()


def one_step(model, optimizer, X, y):
    loss = nn.functional.mse_loss(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

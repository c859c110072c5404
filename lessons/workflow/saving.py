"""Demos and checks of "Saving and loading a model"."""

import os
import re
import sys
import time
from typing import Annotated, Literal

import torch
from judging import call, call_in_order, near
from torch import nn

from tutor.lesson import Range, expect, fail


class Curve(nn.Module):
    """A network that can follow a curve, with dropout, so that its mode matters."""

    def __init__(self, hidden_units):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, hidden_units), nn.Tanh(), nn.Dropout(0.05), nn.Linear(hidden_units, 1))

    def forward(self, x):  # (n, 1) -> (n, 1)
        return self.layers(x)


def keep_it(
    run,
    save: Literal["state_dict", "whole model"] = "state_dict",
    weights_only: bool = True,
    class_renamed: bool = False,
    hidden_units: Annotated[int, Range(4, 512, log=True)] = 32,
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """A model is trained, saved and loaded into a new one. Does the new one know what the old one learned?

    `class_renamed`: the model's class has another name in the program that loads the file.
    """
    torch.manual_seed(run.seed)
    X = torch.linspace(-2, 2, 80, device=run.device).unsqueeze(1)  # (80, 1)
    y = torch.sin(2 * X)
    run.data("80 points of y = sin(2x), made here")
    model = Curve(hidden_units).to(run.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    epochs = 300
    for epoch in run.steps(epochs, "epoch"):
        model.train()
        loss = nn.functional.mse_loss(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.log(train=loss)
        if epoch % 5 == 0:
            time.sleep(5 * slow_motion / epochs)

    model.eval()
    path = "curve.pt"
    torch.save(model.state_dict() if save == "state_dict" else model, path)
    size = os.path.getsize(path)

    if class_renamed:  # what happens to a program that grows: the class is called something else now
        globals()["BetterCurve"] = globals().pop("Curve")
    new = globals()["BetterCurve" if class_renamed else "Curve"](hidden_units).to(run.device)  # random weights
    before, loaded, message = predictions(new, X), None, ""
    try:
        if save == "state_dict":
            new.load_state_dict(torch.load(path, weights_only=weights_only))
            loaded = new
        else:
            loaded = torch.load(path, weights_only=weights_only)
    except Exception as error:
        said = re.sub(r"\x1b\[\d*m", "", str(error).splitlines()[0])  # without the codes for bold type
        said = re.split(" This file can| on <module", said)[0]
        message = f"{type(error).__name__}: {said.rstrip('.')}. "
    old = predictions(model, X)
    lines = {"old model": (X, old), "new, before loading": (X, before)}
    if loaded is not None:
        lines["loaded"] = (X, predictions(loaded, X))
    run.scatter("what they predict", points={"data": (X, y)}, lines=lines)
    rows = [[name, tuple(tensor.shape), tensor.numel()] for name, tensor in model.state_dict().items()]
    run.table("the state_dict", ["name", "shape", "numbers"], rows)
    same = loaded is not None and torch.equal(lines["loaded"][1], old)
    run.result(
        file_kb=size / 1024, numbers=sum(row[2] for row in rows), loaded=loaded is not None, same_predictions=same
    )
    run.note(message + _why(save, weights_only, class_renamed, same))


def _why(save, weights_only, class_renamed, same):
    """One sentence on what became of the file."""
    if same and save == "whole model":
        return "It worked: you trusted the file, and its class is still where it was."
    if same and class_renamed:
        return "Another class name, and it works: a state_dict has names of weights in it, and no name of a class."
    if same:
        return "The new model predicts exactly what the old one did: all it learned was in the file."
    if weights_only:
        return "A whole model is more than tensors, and torch.load refuses it unless weights_only=False."
    return "The file says which class it needs, by name. There is no such class any more." if class_renamed else ""


def predictions(model, X):
    model.eval()
    with torch.inference_mode():
        return model(X)


class Noisy(nn.Module):
    """A layer with dropout, so that a model in training mode gives itself away."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 8)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        return self.head(self.dropout(self.layer(x)))


def check_load_line(load_line):
    torch.manual_seed(0)
    trained = nn.Linear(1, 1)
    torch.save(trained.state_dict(), "checked_line.pt")
    torch.manual_seed(1)
    got = call(load_line, "load_line", "checked_line.pt")
    judge_loaded(got, trained, 'load_line("checked_line.pt")', torch.rand(5, 1))


def check_use_again(use_again):
    torch.manual_seed(0)
    trained = Noisy().eval()
    torch.save(trained.state_dict(), "checked_model.pt")
    X = torch.rand(6, 3)
    with torch.no_grad():
        want = trained(X)
    states = []  # of each model that predicts: has it the weights, and is it in training mode?

    def look(model, _):
        states.append((torch.equal(model.head.weight, trained.head.weight), model.training))

    def make_model():
        model = Noisy()
        model.register_forward_pre_hook(look)
        return model

    got = call_in_order(use_again, "use_again", make_model, "checked_model.pt", X)
    if any(not loaded for loaded, _ in states):
        fail("The model predicts with its random weights: the file has to be loaded into it before it predicts.")
    if any(training for _, training in states):
        fail("The weights are loaded, but dropout is on: evaluation mode has to come before the predictions.")
    expect(got, want, "use_again(make_model, path, X)")


def check_copy_by_file(copy_by_file):
    torch.manual_seed(0)
    path, opened = "checked_copy.pt", []
    sys.addaudithook(lambda event, args: opened.append((str(args[0]), args[1])) if event == "open" else None)
    for make_model in (Noisy, lambda: nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))):
        if os.path.exists(path):
            os.remove(path)
        old = make_model()
        old(torch.rand(8, 3))  # batch norm has seen something
        opened.clear()
        got = call(copy_by_file, "copy_by_file", old, make_model, path)
        was_read = any(os.path.basename(name) == path and "r" in (mode or "r") for name, mode in opened)
        if not os.path.exists(path):
            fail("There is no file at path after your call: torch.save(what, path).", expected="a file", got="none")
        try:
            saved = torch.load(path)
        except Exception:
            fail(
                "torch.load refuses your file: it holds more than tensors. Save the state_dict, not the whole model.",
                expected="a state_dict",
                got="a whole model",
            )
        if not isinstance(saved, dict) or set(saved) != set(old.state_dict()):
            held = ", ".join(map(str, saved)) if isinstance(saved, dict) else saved
            fail("The file should hold the model's state_dict.", expected=", ".join(old.state_dict()), got=held)
        if got is old:
            fail("You return the old model: make a new one with make_model(), and load the file into it.")
        judge_loaded(got, old, "the result of copy_by_file", torch.rand(5, 3))
        if not was_read:
            fail("The weights are right, but they did not come from the file: torch.load(path) reads it.")


def judge_loaded(got, trained, what, X):
    """Fail unless `got` is another model with the weights of `trained`, in evaluation mode."""
    if isinstance(got, dict):
        fail(f"{what} is a dict of tensors: a state_dict has to go into a model before it can predict.", got="a dict")
    if type(got).__name__ == "_IncompatibleKeys":
        fail(
            "You return what load_state_dict gives, which is a report on the keys. It loads into the model; return that.",
            expected="the model",
            got=got,
        )
    if not isinstance(got, nn.Module):
        hint = " Is there a `return`?" if got is None else " Is a call without its ()?" if callable(got) else ""
        fail(f"{what} should be a model.{hint}", got=got)
    if set(got.state_dict()) != set(trained.state_dict()):
        sentence = "The names in your model's state_dict are not those that were saved: is it built in the same way?"
        fail(sentence, expected=", ".join(trained.state_dict()), got=", ".join(got.state_dict()))
    for name, tensor in trained.state_dict().items():
        mine = got.state_dict()[name]
        if not near(mine, tensor):
            fail(
                f"{name} of your model is not what was saved: did it get the file's state_dict?",
                expected=tensor,
                got=mine,
            )
    if got.training:
        fail("The weights are right, but the model is in training mode: call eval() before it is used to predict.")
    trained.eval()
    with torch.no_grad():
        expect(got(X), trained(X), f"what {what} predicts")

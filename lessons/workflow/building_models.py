"""Demos and checks of "Building models: Module, Parameter, Linear, Sequential"."""

import time
from typing import Annotated, Literal

import torch
from data import line
from judging import call, is_set_up, near, output_of
from torch import nn

from tutor.lesson import Range, expect, fail


class TwoParameters(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):  # (n, 1) -> (n, 1)
        return self.weight * x + self.bias


class LayerInside(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1)

    def forward(self, x):
        return self.layer(x)


class SequentialInside(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 1))

    def forward(self, x):
        return self.layers(x)


class PlainTensors(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.randn(1, requires_grad=True)  # not registered
        self.bias = torch.randn(1, requires_grad=True)

    def forward(self, x):
        return self.weight * x + self.bias


class NoSuper(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(1, 1)

    def forward(self, x):
        return self.layer(x)


SPELLINGS = {
    "two Parameters": TwoParameters,
    "nn.Linear inside": LayerInside,
    "Sequential alone": lambda: nn.Sequential(nn.Linear(1, 1)),
    "Sequential inside": SequentialInside,
    "broken: plain tensors": PlainTensors,
    "broken: no super()": NoSuper,
}


def spell(
    run,
    way: Literal[
        "two Parameters",
        "nn.Linear inside",
        "Sequential alone",
        "Sequential inside",
        "broken: plain tensors",
        "broken: no super()",
    ] = "two Parameters",
    epochs: Annotated[int, Range(1, 300)] = 100,
    slow_motion: Annotated[float, Range(0, 10)] = 3.0,
):
    """Does it matter how a model is written?

    `slow_motion` is how many seconds the epochs are spread over.
    """
    X, y, _, _, about = line().to(run.device)
    run.data(about)
    try:
        model = SPELLINGS[way]().to(run.device)
        rows = [[name, tuple(tensor.shape)] for name, tensor in model.state_dict().items()]
        run.table("state_dict", ["name", "shape"], rows or [["(empty)", ""]])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    except (AttributeError, ValueError) as error:
        run.note(f"{type(error).__name__}: {error}. There is no model to train.")
        return

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(0.1)  # the same start for every spelling
    loss_fn = nn.MSELoss()
    for _ in run.steps(epochs, "epoch"):
        model.train()
        pred = model(X)
        loss = loss_fn(pred, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.log(loss=loss)
        run.scatter("the line", points={"train": (X, y)}, lines={"model": (X, pred)})
        time.sleep(slow_motion / epochs)

    weight, bias = (parameter.item() for parameter in model.parameters())
    count = sum(parameter.numel() for parameter in model.parameters())
    run.result(parameters=count, weight=weight, bias=bias, last_loss=loss.item())


def pass_through(
    run,
    columns: Annotated[int, Range(1, 10)] = 4,
    hidden: Annotated[int, Range(1, 64)] = 16,
    second_takes: Annotated[int, Range(1, 64)] = 16,
    answer: Literal["yes or no", "one of 3 classes", "a position (x, y)"] = "yes or no",
):
    """Which shape does a batch of 32 rows have after each layer?"""
    outputs = {"yes or no": 1, "one of 3 classes": 3, "a position (x, y)": 2}[answer]
    run.data("32 rows of random numbers")
    torch.manual_seed(run.seed)
    model = nn.Sequential(nn.Linear(columns, hidden), nn.ReLU(), nn.Linear(second_takes, outputs)).to(run.device)
    x = torch.rand(32, columns, device=run.device)
    rows = [["(the batch)", "", str(tuple(x.shape))]]
    total = sum(parameter.numel() for parameter in model.parameters())

    for layer in run.steps(model, "layer"):
        name = str(layer).replace("in_features=", "").replace("out_features=", "").replace(", bias=True", "")
        count = sum(parameter.numel() for parameter in layer.parameters())
        try:
            x = layer(x)
        except RuntimeError as error:
            rows.append([name, count, "RuntimeError"])
            run.table("on the way", ["layer", "parameters", "shape after it"], rows)
            run.note(
                f"RuntimeError: {error}. The rows arrive with {hidden} numbers each; "
                f"this layer was built for {second_takes}."
            )
            return
        rows.append([name, count, str(tuple(x.shape))])
        run.table("on the way", ["layer", "parameters", "shape after it"], rows)
        time.sleep(0.5)

    run.result(parameters=total, numbers_for_each_row=x.shape[1])
    if answer == "one of 3 classes":
        run.note("With more than two classes, each class gets a number of its own: the largest wins.")


def check_Line(Line):  # noqa: N802 - named after the exercise
    _judge_line(Line, "Line")


def check_LinearRegression(LinearRegression):  # noqa: N802
    _judge_line(LinearRegression, "LinearRegression")


def _judge_line(kind, name):
    """A class whose instances compute weight * x + bias, with both registered."""
    model = call(kind, name)
    if not isinstance(model, nn.Module):
        fail(f"{name}() should make an nn.Module: write class {name}(nn.Module).", got=model)
    is_set_up(model, name)
    known = dict(model.named_parameters())
    if not known and isinstance(kind, type) and "__init__" not in vars(kind):
        fail(f"{name} has no __init__ of its own: two underscores stand on each side of the name.")
    if not known:
        fail(f"{name} still knows no parameters: assign each nn.Parameter to an attribute, self.weight = ...")
    if len(known) != 2:
        number = "one parameter" if len(known) == 1 else f"{len(known)} parameters"
        fail(f"{name} knows {number}, not two: an optimizer would move only {', '.join(known)}.", got=", ".join(known))
    if set(known) != {"weight", "bias"}:
        fail(f"Name the two attributes weight and bias; yours are {', '.join(known)}.", expected="weight, bias")
    for each, parameter in known.items():
        if tuple(parameter.shape) != (1,):
            fail(f"{each} has shape {tuple(parameter.shape)}; expected (1,).")
        if not parameter.requires_grad:
            fail(f"{each} does not require gradients, so it cannot learn.")
    for value, bias in ((2.0, 1.0), (-0.5, 3.0)):
        with torch.no_grad():
            known["weight"].fill_(value)
            known["bias"].fill_(bias)
        for x in (torch.tensor([[0.0], [1.0], [4.0]]), torch.tensor([1.0, 2.0])):
            expect(output_of(model, x, name), value * x + bias, f"the model with weight {value:g} and bias {bias:g}")
    out = model(torch.ones(3, 1))
    if out.requires_grad:
        out.sum().backward()
    if any(parameter.grad is None for parameter in known.values()):
        fail("backward() does not reach both parameters: forward must compute with the parameters themselves.")


def check_Classifier(Classifier):  # noqa: N802
    for features, hidden in ((2, 5), (4, 16), (7, 3)):
        torch.manual_seed(0)
        model = call(Classifier, "Classifier", features, hidden)
        x = torch.randn(6, features)
        out = output_of(model, x, f"Classifier({features}, {hidden})")
        shape = tuple(out.shape)
        if len(shape) == 2 and shape[0] == 6 and shape[1] != 1:
            said = f"Your model gives {shape[1]} numbers for each row; a yes-or-no label is one number for each row."
            fail(said, expected=(6, 1), got=shape)
        if shape != (6, 1):
            fail(f"A batch of shape (6, {features}) gives shape {shape}; expected (6, 1).", expected=(6, 1), got=shape)
        _judge_layers(model, features, hidden)


def _judge_layers(model, features, hidden):
    """Two linear layers of the right size, with something between them that bends the line."""
    if not any(isinstance(part, nn.Sequential) for part in model.modules()):
        fail("The layers should be in an nn.Sequential.")
    want = features * hidden + hidden + hidden + 1
    got = sum(parameter.numel() for parameter in model.parameters())
    if got != want:
        said = f"Classifier({features}, {hidden}) has {got} parameters; two linear layers of that size have {want}."
        fail(said, expected=want, got=got)
    x = 3 * torch.randn(200, features)
    first, second = _the_two(model, features, hidden)
    with torch.no_grad():
        got, inner = model(x), first(x)
        want = second(inner.relu())
    if near(got, second(inner)):
        fail("Without a ReLU between them, two linear layers can only draw a straight line.")
    if near(got, second(inner.sigmoid())) or near(got, second(inner.tanh())):
        fail("Between your two layers stands another function than ReLU.")
    if near(got, want.relu()) or near(got, want.sigmoid()):
        fail("Something follows your last linear layer and changes its numbers: let the model end with that layer.")
    expect(got, want, "linear layer, ReLU, linear layer: what the model gives for a batch")


def _the_two(model, features, hidden):
    """The model's two linear layers, in the order in which they are used."""
    linears = [part for part in model.modules() if isinstance(part, nn.Linear)]
    sizes = [(part.in_features, part.out_features) for part in linears]
    wanted = [(features, hidden), (hidden, 1)]
    if sorted(sizes) != sorted(wanted):
        fail("The model should have two layers of the kind nn.Linear.", expected=wanted, got=sizes)
    return sorted(linears, key=lambda part: wanted.index((part.in_features, part.out_features)))

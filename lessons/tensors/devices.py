"""Demos and checks of "Devices and device-agnostic code"."""

import time
import types
from typing import Annotated, Literal

import torch
from judging import call
from torch import nn

from tutor.lesson import Range, expect, fail


def after_lunch(
    run,
    run_again: Literal["nothing", "1", "1, 2", "1, 3", "1, 2, 3"] = "1, 2",
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """It worked this morning. Which cells must you run again for it to work this afternoon?

    `slow_motion` is how many seconds the cells are spread over.
    """
    afternoon = run.device if run.device.type != "cpu" else torch.device("meta")
    run.data(f"8 random rows, made here; in the morning device is cpu, in the afternoon {afternoon}")
    again = [] if run_again == "nothing" else [int(cell) for cell in run_again.split(", ")]
    cells = ["1", "2", "3", "4", *(f"{cell} again" for cell in again), "4 again"]
    device = X = model = None
    rows = []

    for cell in run.steps(cells, "cell"):
        outcome = ""
        if cell.startswith("1"):
            code = f'device = "{afternoon}"' if "again" in cell else 'device = "cpu"'
            device = afternoon if "again" in cell else torch.device("cpu")
        elif cell.startswith("2"):
            code = "X = torch.rand(8, 3).to(device)"
            X = torch.rand(8, 3).to(device)
        elif cell.startswith("3"):
            code = "model = nn.Linear(3, 1).to(device)"
            model = nn.Linear(3, 1).to(device)
        else:
            code = "model(X)"
            try:
                outcome = f"works, on {model(X).device}"
            except RuntimeError as error:
                outcome, said = "RuntimeError", str(error)
        x_on = "" if X is None else X.device
        model_on = "" if model is None else model.weight.device
        rows.append([cell, code, x_on, model_on, outcome])
        run.table("the notebook", ["cell", "code", "X on", "model on", ""], rows)
        time.sleep(slow_motion / len(cells))

    run.result(
        device=str(device), x_on=str(X.device), model_on=str(model.weight.device), works=outcome != "RuntimeError"
    )
    if outcome == "RuntimeError":
        run.note(
            f"RuntimeError: {said} One of the two is where device was this morning: run the cell that makes it again."
        )
    elif X.device == device:
        run.note("Both are where device says.")
    else:
        run.note("It works, on the CPU: a new value for the name device moves nothing that was already made.")


def race(
    run,
    largest: Annotated[int, Range(64, 4096, log=True)] = 1024,
    repeats: Annotated[int, Range(1, 50)] = 10,
    with_copies: bool = False,
):
    """How long does a matrix product take on each device here, small and large?

    `with_copies` also counts the way to the device and back.
    """
    devices = list(dict.fromkeys([torch.device("cpu"), run.device]))
    run.data(f"random square matrices, made here; devices: {', '.join(map(str, devices))}")
    if len(devices) == 1:
        run.note("There is no GPU here, so this is the CPU's curve alone.")
    sizes = [16]
    while sizes[-1] * 1.5 <= largest:
        sizes.append(int(sizes[-1] * 1.5))

    fastest = {}
    for size in run.steps(sizes, "size"):
        for device in devices:
            home = torch.rand(size, size)
            x = home.to(device)
            (x @ x).sum().item()  # the first time is slower: libraries load, memory is set aside
            seconds = []
            for _ in range(repeats):
                wait_for(device)
                began = time.perf_counter()
                if with_copies:
                    (home.to(device) @ x).cpu()
                else:
                    x @ x
                wait_for(device)  # a GPU works on after the call returns: wait, or you time only the order
                seconds.append(time.perf_counter() - began)
            best = min(seconds)
            operations = 2 * size**3
            fastest[str(device)] = operations / best / 1e9
            run.log("milliseconds a product", x=size, **{str(device): best * 1000})
            run.log("billion operations a second", x=size, **{str(device): operations / best / 1e9})
    run.bars(f"billion operations a second at {sizes[-1]} x {sizes[-1]}", fastest)
    run.result(size=sizes[-1], **{f"gflops_{device.split(':')[0]}": speed for device, speed in fastest.items()})


def wait_for(device):
    """Until all that was ordered on the device is done. On the CPU it is done already."""
    if device.type != "cpu":
        torch.accelerator.synchronize()


def check_flags_for(flags_for):
    for x in (torch.rand(4, 3), torch.rand(1, 2), torch.rand(5, 2, device="meta")):
        got = call(flags_for, "flags_for", x)
        want = torch.ones(len(x), device=x.device)
        if isinstance(got, torch.Tensor) and x.device.type == "cpu" and got.device.type == "meta":
            fail(
                "x is on the CPU, and your ones are on meta: code that runs everywhere takes its device from `x`.",
                expected="on cpu",
                got="on meta",
            )
        if isinstance(got, torch.Tensor) and got.shape == want.shape and got.device.type == "cpu" != x.device.type:
            fail(
                "x is on meta, and your ones are on the CPU: which device does `x` name? (`.to` gives a new tensor.)",
                expected="on meta",
                got="on cpu",
            )
        expect(got, want, f"flags_for(x) for x on {x.device}", dtype=False)


class Seen(nn.Module):
    """A linear layer that remembers on which devices its inputs came."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)
        self.inputs = []

    def forward(self, x):  # (n, 3) -> (n, 2)
        self.inputs.append(x.device.type)
        return self.layer(x)


def check_predict_all(predict_all):
    torch.manual_seed(0)
    batches = [torch.rand(4, 3), torch.rand(4, 3), torch.rand(2, 3)]
    model = Seen()
    with torch.no_grad():
        want = torch.cat([model(x) for x in batches])
    expect(call(predict_all, "predict_all", model, batches, "cpu"), want, 'predict_all(model, batches, "cpu")')
    model.inputs.clear()
    got = call(predict_all, "predict_all", model, batches, "meta")
    if "cpu" in model.inputs:
        fail('A batch reached the model on the CPU, though device is "meta": is the moved tensor the one you pass on?')
    expect(got, want.to("meta"), 'predict_all(model, batches, "meta")')


def check_to_device(to_device):
    meta = torch.device("meta")
    image, label, extra = torch.rand(2, 3), torch.tensor([1, 0]), torch.rand(4)
    cases = {
        "a tensor": (image, image.to(meta)),
        "a tuple": ((image, label), (image.to(meta), label.to(meta))),
        "a list": ([image, label], [image.to(meta), label.to(meta)]),
        "a tuple within a tuple": (((image, extra), label), ((image.to(meta), extra.to(meta)), label.to(meta))),
        "a tuple in a list in a tuple": ((image, [(label,)]), (image.to(meta), [(label.to(meta),)])),
        "a dict": ({"x": image, "y": (label,)}, {"x": image.to(meta), "y": (label.to(meta),)}),
        "a batch with a text in it": ((image, "cat.png"), (image.to(meta), "cat.png")),
    }
    for name, (batch, want) in cases.items():
        got = call(to_device, "to_device", batch, meta)
        if "meta" in devices_in(batch):
            fail(f"For {name}, the batch that came in was changed: make a new {type(batch).__name__}.")
        if isinstance(got, types.GeneratorType):
            fail(
                f"For {name}, your result is a generator, which (... for ...) makes: tuple(... for ...) makes a tuple."
            )
        if type(got) is not type(want) and not isinstance(want, torch.Tensor):
            fail(
                f"For {name}, your result is a {type(got).__name__}; it should be a {type(want).__name__} again.",
                expected=type(want).__name__,
                got=type(got).__name__,
            )
        same_kinds(got, want, name)
        expect(got, want, f"to_device({name})")
    here = {"x": [image, (label, "cat.png")]}
    expect(call(to_device, "to_device", here, torch.device("cpu")), here, 'the result for device "cpu"')


def devices_in(batch):
    """The kinds of device that tensors in a batch are on."""
    if isinstance(batch, torch.Tensor):
        return {batch.device.type}
    parts = batch.values() if isinstance(batch, dict) else batch if isinstance(batch, (list, tuple)) else ()
    return set().union(*map(devices_in, parts))


def same_kinds(got, want, name):
    """Fail where a tuple inside has become a list, or the reverse."""
    if isinstance(want, dict) and isinstance(got, dict) and got.keys() == want.keys():
        for key in want:
            same_kinds(got[key], want[key], name)
    elif isinstance(want, (list, tuple)):
        if type(got) is not type(want):
            fail(
                f"For {name}, a {type(want).__name__} inside came back as a {type(got).__name__}: "
                "a function may call itself for what is nested."
            )
        if len(got) == len(want):
            for one, other in zip(got, want, strict=True):
                same_kinds(one, other, name)

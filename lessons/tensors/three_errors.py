"""Demos and checks of "The three big errors"."""

import time
from typing import Annotated, Literal

import torch
from judging import call, near
from torch import nn

from tutor.lesson import Range, expect, fail

PATIENTS = {  # the line that fails, what kind of error that is, and the word that gives it away
    "1 pixels": ("model(x)", "dtype", "Byte and Float: two dtypes"),
    "2 photo": ("model(x)", "dtype", "unsigned char and float: two dtypes, in C's words"),
    "3 labels": ("cross_entropy(x, target)", "dtype", "target dtype to be Long or Byte, but got Float"),
    "4 alone": ("model(x)", "shape", "4D and 3D: a dimension is missing"),
    "5 layout": ("model(x)", "shape", "expected 3 channels, but got 8: the sizes are in the wrong places"),
    "6 square": ("model(x)", "shape", "8x8 and 64x10: the inner sizes 8 and 64 differ"),
    "7 batch": ("model(x)", "device", "the names of two devices"),
    "8 model": ("model(x)", "device", "the names of two devices"),
    "9 target": ("mse_loss(model(x), target)", "device", "the names of two devices"),
}


def make(patient, far):
    """A model (or None), a batch x and a target (or None). `far` is where patients 7 to 9 want everything."""
    torch.manual_seed(42)
    if patient == "1 pixels":
        return nn.Linear(64, 10), torch.randint(0, 256, (1, 64), dtype=torch.uint8), None
    if patient == "2 photo":
        return nn.Conv2d(3, 8, 3), torch.randint(0, 256, (1, 3, 8, 8), dtype=torch.uint8), None
    if patient == "3 labels":
        return None, torch.randn(4, 10), torch.tensor([3.0, 1.0, 4.0, 1.0])
    if patient == "4 alone":
        return nn.BatchNorm2d(3), torch.rand(3, 8, 8), None
    if patient == "5 layout":
        return nn.Conv2d(3, 8, 3), torch.rand(1, 8, 8, 3), None
    if patient == "6 square":
        return nn.Linear(64, 10), torch.rand(1, 8, 8), None
    if patient == "7 batch":
        return nn.Linear(64, 10).to(far), torch.rand(1, 64), None
    if patient == "8 model":
        return nn.Linear(64, 10), torch.rand(1, 64, device=far), None
    return nn.Linear(64, 10).to(far), torch.rand(1, 64, device=far), torch.rand(1, 10)


def treat(model, x, target, remedy, device):
    """The same three after the remedy. A remedy for what is not there changes nothing."""
    if remedy == "x.float()":
        x = x.float()
    elif remedy == "target.long()" and target is not None:
        target = target.long()
    elif remedy == "x.unsqueeze(0)":
        x = x.unsqueeze(0)
    elif remedy == "x.permute(0, 3, 1, 2)":
        x = x.permute(0, 3, 1, 2)
    elif remedy == "x.flatten(1)":
        x = x.flatten(1)
    elif remedy == "x.to(device)":
        x = x.to(device)
    elif remedy == "model.to(device)" and model is not None:
        model = model.to(device)
    elif remedy == "target.to(device)" and target is not None:
        target = target.to(device)
    return model, x, target


def operate(model, x, target):
    """The line that fails."""
    if model is None:
        return nn.functional.cross_entropy(x, target)
    if target is not None:
        return nn.functional.mse_loss(model(x), target)
    return model(x)


def examine(
    run,
    patient: Literal[
        "1 pixels",
        "2 photo",
        "3 labels",
        "4 alone",
        "5 layout",
        "6 square",
        "7 batch",
        "8 model",
        "9 target",
        "all nine",
    ] = "1 pixels",
    remedy: Literal[
        "none",
        "x.float()",
        "target.long()",
        "x.unsqueeze(0)",
        "x.permute(0, 3, 1, 2)",
        "x.flatten(1)",
        "x.to(device)",
        "model.to(device)",
        "target.to(device)",
    ] = "none",
    slow_motion: Annotated[float, Range(0, 2)] = 0.6,
):
    """What is wrong with this line, and which remedy cures it?

    `slow_motion` is the time each patient gets, in seconds.
    """
    far = run.device if run.device.type != "cpu" else torch.device("meta")
    run.data(f"random pixels, made here; device in patients 7 to 9 is {far}")
    chosen = list(PATIENTS) if patient == "all nine" else [patient]
    cured, rows = 0, []

    for name in run.steps(chosen, "patient"):
        line, kind, clue = PATIENTS[name]
        device = far if kind == "device" else torch.device("cpu")
        model, x, target = make(name, far)
        if len(chosen) == 1:
            run.table(f"{line}, before the remedy", ["", "shape", "dtype", "device"], facts(model, x, target))
        try:
            model, x, target = treat(model, x, target, remedy, device)
            operate(model, x, target)
        except (RuntimeError, ValueError, IndexError) as error:
            message = f"{type(error).__name__}: {error}"
            run.note(f"{name}: {message}")
            rows.append([name, line, message])
        else:
            cured += 1
            rows.append([name, line, f"runs: it was a {kind} error"])
            run.note(f"{name}: runs with {remedy}. It was a {kind} error; the clue: {clue}.")
        if len(chosen) == 1 and remedy != "none":
            run.table(f"{line}, after the remedy", ["", "shape", "dtype", "device"], facts(model, x, target))
        if len(chosen) > 1:
            run.table(f"the ward, with remedy {remedy}", ["patient", "line", "now"], rows)
        time.sleep(slow_motion)
    run.result(remedy=remedy, cured=cured, ill=len(chosen) - cured)


def facts(model, x, target):
    """Name, shape, dtype and device of what takes part: the three things to look at."""
    named = {"weight": None if model is None else model.weight, "x": x, "target": target}
    return [
        [name, str(tuple(tensor.shape)), str(tensor.dtype).removeprefix("torch."), str(tensor.device)]
        for name, tensor in named.items()
        if tensor is not None
    ]


class Photos(nn.Module):
    """A small model for batches (N, 3, H, W) of floats, that remembers what it was given."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.head = nn.Linear(4, 10)
        self.seen = None

    def forward(self, x):  # (N, 3, H, W) -> (N, 10)
        self.seen = x
        features = self.conv(x).relu().mean(dim=(-2, -1))  # (N, 4)
        return self.head(features)


def check_classify_bytes(classify_bytes):
    torch.manual_seed(0)
    model = Photos()
    for n, h, w in ((2, 8, 9), (1, 5, 5)):
        photos = torch.randint(0, 256, (n, 3, h, w), dtype=torch.uint8)
        before = photos.clone()
        with torch.no_grad():
            want = model(photos / 255)
        model.seen = None
        got = call(classify_bytes, "classify_bytes", model, photos)
        seen = model.seen
        if near(seen, photos.float()):
            fail("It runs, but the model still gets pixels from 0 to 255; it learned from pixels between 0 and 1.")
        if isinstance(seen, torch.Tensor) and seen.shape == photos.shape and not near(seen, photos / 255):
            fail(
                f"The model gets pixels of other sizes than it learned from: a byte of {photos.max()} became "
                f"{seen.max().item():.4f}, and 255 should become 1, in every photo.",
                expected=f"{photos.max()} becomes {photos.max().item() / 255:.4f}",
                got=f"{seen.max().item():.4f}",
            )
        expect(got, want, "classify_bytes(model, photos)", rtol=1e-3, atol=1e-4)
        expect(photos, before, "photos, after your call,")
        expect(model.conv.weight.dtype, torch.float32, "the dtype of the model's weights, after your call,")


def check_classify_photo(classify_photo):
    torch.manual_seed(0)
    model = Photos()
    for h, w in ((8, 10), (6, 6)):
        photo = torch.rand(h, w, 3)
        with torch.no_grad():
            scrambled = model(photo.reshape(1, 3, h, w))
            turned = model(photo.permute(2, 1, 0).unsqueeze(0))
            want = model(photo.permute(2, 0, 1).unsqueeze(0))
        got = call(classify_photo, "classify_photo", model, photo)
        if isinstance(got, torch.Tensor):
            if got.shape == (10,):
                fail(
                    "The logits are right, but they are those of a single photo without a batch dimension: "
                    "shape (10,) where (1, 10) is asked.",
                    expected=(1, 10),
                    got=got,
                )
            if near(got, scrambled):
                fail(
                    "It runs, but on a scrambled photo: reshape keeps the numbers in their order, so colours became "
                    "pixels. Which operation reorders dimensions?"
                )
            if near(got, turned) and not near(got, want):
                fail("The photo lies on its side: your height and width have changed places.")
        expect(got, want, "classify_photo(model, photo)", rtol=1e-3, atol=1e-5)
        if model.seen.ndim != 4:
            fail(
                f"The result has a batch dimension, but the model itself was given {tuple(model.seen.shape)}. This one "
                "lets it pass, many do not: put the batch dimension in before you call the model.",
                expected=(1, 3, h, w),
                got=tuple(model.seen.shape),
            )


def check_add_noise(add_noise):
    torch.manual_seed(0)
    x = torch.rand(200, 100) + 3
    before = x.clone()
    got = call(add_noise, "add_noise", x)
    if not isinstance(got, torch.Tensor) or got.shape != x.shape or got.dtype != x.dtype or got.device != x.device:
        expect(got, x, "add_noise(x)")
    expect(x, before, "x, after your call,")
    noise = got.detach() - x
    if abs(noise.mean().item() + 3.5) < 0.1:
        fail("Your result is the noise alone: x is not in it any more.")
    mean, spread = noise.mean().item(), noise.std().item()
    if not 0.08 < spread < 0.12 or abs(mean) > 0.01:
        fail(
            f"On the CPU the noise is no longer what it was: mean 0 and standard deviation 0.1 were asked; "
            f"yours has {mean:.2f} and {spread:.2f}."
        )
    if noise.std(dim=0).max() < 0.05 or noise.std(dim=1).max() < 0.05:
        fail("Whole rows or columns of x got the same noise: draw as many numbers as x has.")
    if near(call(add_noise, "add_noise", x), got):
        fail("Two calls gave the same noise: it must be drawn anew each time.")
    far = add_noise(torch.zeros(4, 3, device="meta"))
    if isinstance(far, torch.Tensor) and far.device.type != "meta":
        fail(f"x is on meta, and your result came back on {far.device}: the noise must go to x, not x to the noise.")
    expect(far, torch.zeros(4, 3, device="meta"), "add_noise(x) for x on meta")


def check_file_to_logits(classify):
    torch.manual_seed(0)
    model = Photos()
    photo = torch.randint(0, 256, (6, 9, 3), dtype=torch.uint8)
    with torch.no_grad():
        want = model((photo / 255).permute(2, 0, 1).unsqueeze(0))
    got = call(classify, "classify", model, photo)
    expect(got, want, "classify(model, photo)", rtol=1e-3, atol=1e-5)
    far = Photos().to("meta")
    call(classify, "classify", far, photo)
    if far.seen.device.type != "meta":  # a convolution on meta does not complain
        fail(
            "A model on another device gets x from the CPU: x must be moved before the model is called.",
            expected="x on meta",
            got=f"x on {far.seen.device}",
        )


def check_check_batch(check_batch):
    weight = torch.rand(8, 3, 5, 5)
    meta = torch.device("meta")
    cases = [
        (weight, torch.rand(2, 3, 8, 9), "ok"),
        (weight, torch.rand(1, 3, 8, 8), "ok"),
        (torch.rand(4, 1, 3, 3), torch.rand(16, 1, 8, 8), "ok"),
        (weight.double(), torch.rand(2, 3, 8, 8).double(), "ok"),
        (weight.to(meta), torch.rand(2, 3, 8, 8, device=meta), "ok"),
        (weight, torch.rand(3, 8, 8), "shape"),
        (weight, torch.rand(2, 8, 8, 3), "shape"),
        (weight, torch.rand(2, 1, 8, 8), "shape"),
        (weight, torch.rand(8), "shape"),
        (weight, torch.zeros(2, 3, 8, 8, dtype=torch.uint8), "dtype"),
        (weight, torch.rand(2, 3, 8, 8).double(), "dtype"),
        (weight.to(meta), torch.rand(2, 3, 8, 8), "device"),
        (weight, torch.rand(2, 3, 8, 8, device=meta), "device"),
        (weight, torch.zeros(3, 8, 8, dtype=torch.uint8), "dtype"),
        (weight, torch.zeros(3, 8, 8, dtype=torch.uint8, device=meta), "device"),
    ]
    for w, x, want in cases:
        got = call(check_batch, "check_batch", w, x)
        if isinstance(got, str) and got == want:
            continue
        shown = f"x {tuple(x.shape)}, {str(x.dtype).removeprefix('torch.')}, {x.device}"
        wanted = f"weight {tuple(w.shape)}, {str(w.dtype).removeprefix('torch.')}, {w.device}"
        sentence = f"For {wanted} and {shown} the answer is {want!r}, and yours is {got!r}."
        if isinstance(got, str) and got.strip().lower() == want:
            sentence += " Write the word just as it stands in the task."
        elif want == "ok":
            sentence += " Nothing is wrong with that batch."
        elif isinstance(got, str) and got == "ok":
            sentence += f" Which sizes, dtypes or devices do you compare to notice the {want}?"
        fail(sentence, expected=repr(want), got=repr(got))

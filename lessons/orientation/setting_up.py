"""Demos and checks of "Setting up, and learning by running code"."""

import importlib.metadata
import os
import platform
import time
from typing import Annotated

import torch
from judging import call

from tutor.lesson import Range, expect, fail


def look_around(
    run,
    size: Annotated[int, Range(64, 2048, log=True)] = 512,
    threads: Annotated[int, Range(1, 64)] = 1,
    seconds: Annotated[float, Range(0.5, 10)] = 3.0,
):
    """What is installed here, and how fast does it calculate?

    It multiplies matrices of `size` x `size` for some `seconds` on each device, with that many CPU threads.
    """
    run.table("this machine", ["", "found", "what it means"], list(_findings()))
    torch.set_num_threads(threads)
    devices = list(dict.fromkeys([torch.device("cpu"), run.device]))
    run.data(f"random matrices of {size} x {size}, made here; devices: {', '.join(map(str, devices))}")

    speed = {}
    for device in devices:
        x = torch.rand(size, size, device=device)
        (x @ x).sum().item()  # the first product is slower: libraries load
        name = f"{device}, {threads} thread{'s' * (threads > 1)}" if device.type == "cpu" else str(device)
        for i in run.steps(30, "measurement"):
            began, products = time.perf_counter(), 0
            while time.perf_counter() - began < seconds / 30:
                for _ in range(4):
                    x @ x
                if device.type != "cpu":
                    torch.accelerator.synchronize()  # wait until the GPU is done
                products += 4
            operations = products * 2 * size**3  # a product of n x n takes n * n * n multiplications and additions
            measured = operations / (time.perf_counter() - began) / 1e9
            speed[name] = max(measured, speed.get(name, 0.0))
            run.log("billion operations a second", x=i, **{name: measured})
    run.bars("best, in billion operations a second", speed)
    run.result(torch=torch.__version__, devices=len(devices), threads=torch.get_num_threads(), best=max(speed.values()))


def _findings():
    """Rows of name, what was found, and what it means."""
    yield "Python", platform.python_version(), "3.11 or newer is fine"
    version = torch.__version__
    built = f"built for CUDA {torch.version.cuda}" if torch.version.cuda else "built without CUDA"
    yield "torch", version, built
    for package in ("torchvision", "numpy", "pandas", "matplotlib", "scikit-learn"):
        try:
            yield package, importlib.metadata.version(package), ""
        except importlib.metadata.PackageNotFoundError:
            yield package, "not installed", "not needed to read on"
    yield "NVIDIA GPU", "yes" if torch.cuda.is_available() else "no", "torch.cuda.is_available()"
    yield "Apple GPU", "yes" if torch.backends.mps.is_available() else "no", "torch.backends.mps.is_available()"
    yield "CPU threads", torch.get_num_threads(), f"of {os.cpu_count()} cores"
    folder = os.path.join(torch.hub.get_dir(), "checkpoints")
    files = os.listdir(folder) if os.path.isdir(folder) else []
    yield "pretrained weights", len(files), "files that were downloaded before"


def check_best_device(best_device):
    answers = {
        (True, False): "cuda",
        (False, True): "mps",
        (False, False): "cpu",
        (True, True): "cuda",
    }
    for (cuda, mps), want in answers.items():
        got = call(best_device, "best_device", cuda, mps)
        if isinstance(got, torch.device):
            got = got.type
        if got != want and (cuda, mps) == (True, True):
            fail("With both there, CUDA comes first.", expected=repr(want), got=repr(got))
        if got == "cpu" and cuda and not torch.cuda.is_available():
            fail("For `cuda` True it is 'cpu'. Go by `cuda` and `mps`: this machine is not the one asked about.")
        expect(got, want, f"best_device({cuda}, {mps})")


def check_at_least(at_least):
    cases = [
        ("2.15.0+cu132", 2, 6, True),
        ("2.15.0", 2, 9, True),
        ("2.6.0", 2, 6, True),
        ("2.5.1+cpu", 2, 6, False),
        ("1.13.1", 2, 0, False),
        ("10.0.0", 2, 6, True),
        ("3.0.1", 2, 6, True),
        ("2.0.1+cu117", 2, 15, False),
        ("2.10.0a0+git1234", 2, 9, True),
    ]
    for version, major, minor, want in cases:
        got = call(at_least, "at_least", version, major, minor)
        if got is not want and isinstance(got, bool):
            what = "is" if want else "is not"
            hint = ""
            if version.split(".")[0] != str(major) and want:
                hint = " A larger major version is enough, whatever the minor one."
            elif version.split(".")[0] != str(major):
                hint = " The major version decides first: the minor one counts only where the major ones are equal."
            elif want and version.startswith(f"{major}.{minor}."):
                hint = " The very same version is new enough."
            elif want:
                hint = " As a number 15 is more than 6; as text it comes before it."
            fail(f"Version {version} {what} at least {major}.{minor}.{hint}", expected=want, got=got)
        expect(got, want, f'at_least("{version}", {major}, {minor})')

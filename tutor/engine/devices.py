"""Which devices there are, which of them a job uses, and with how many threads."""

from __future__ import annotations

import os
import platform
import subprocess
from typing import Any

import torch

from tutor.engine import system

HIDDEN = {"CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": ""}
"""For a job on the CPU: code that asks whether there is a GPU then runs where it was told to."""


def probe() -> dict[str, Any]:
    """Devices (as fields of protocol.Device), the best one's name, notes. Initialises the accelerator: for a process of its own."""
    notes: list[str] = []
    found = []
    for device in _accelerators(notes):
        problem = _try(device)
        if problem:
            notes.append(f"{device} is there but does not work: {problem}. Lessons run without it.")
        else:
            found.append(_describe(device))
    devices = [*found, _cpu()]
    return {"devices": devices, "device": least_busy(devices), "notes": notes}


def take(device: str) -> str:
    """Make this process's code run there: "cuda" in it then means this GPU, and on the CPU it finds none. What goes wrong; empty: nothing.

    For a process that has asked torch for no device yet.
    """
    if device in ("", "cpu"):
        os.environ.update(HIDDEN)
        return ""
    wanted = torch.device(device)
    try:
        torch.zeros(1, device=wanted)
        if wanted.index:
            getattr(torch, wanted.type).set_device(wanted)
    except (
        Exception
    ) as error:  # a driver that broke meanwhile, a GPU without memory left, a name that torch does not know
        return _first_line(error)
    return ""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an accelerator's memory was full."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "out of memory" in str(error) and "CPU" not in str(error)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _accelerators(notes: list[str]) -> list[torch.device]:
    # covers CUDA and ROCm (both "cuda"), MPS, XPU and what comes after them
    if not torch.accelerator.is_available():
        if torch.version.cuda and os.path.exists("/proc/driver/nvidia/version"):
            notes.append(
                f"An NVIDIA driver is loaded, but this torch (for CUDA {torch.version.cuda}) finds no GPU; "
                "`nvidia-smi` shows the driver's version, and `tutor --python PATH` uses a torch that fits it."
            )
        return []
    kind = torch.accelerator.current_accelerator()
    assert kind is not None
    return [torch.device(kind.type, i) for i in range(torch.accelerator.device_count())]


def _try(device: torch.device) -> str:
    """What goes wrong in a small computation there; empty: nothing."""
    try:
        ones = torch.ones(8, 8, device=device)
        right = (ones @ ones).sum().item() == 512
    except Exception as error:  # a driver too old, a GPU in an exclusive mode, one without memory left
        return _first_line(error)
    return "" if right else "8x8 ones times 8x8 ones gave a wrong sum"


def _describe(device: torch.device) -> dict[str, Any]:
    name = "mps" if device.type == "mps" else str(device)
    title, total, free = "Apple GPU" if device.type == "mps" else device.type, 0, 0
    module: Any = getattr(torch, device.type, None)
    if hasattr(module, "get_device_properties"):
        properties = module.get_device_properties(device)
        title, total = properties.name, properties.total_memory
    if hasattr(module, "mem_get_info"):
        free, total = module.mem_get_info(device)
    return {"name": name, "title": title, "memory_mb": total // 2**20, "free_mb": free // 2**20}


def _cpu() -> dict[str, Any]:
    memory = 0
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * system.PAGE // 2**20
    count = cores()
    title = f"{platform.machine()}, {count} core{'s' * (count != 1)}"
    return {"name": "cpu", "title": title, "memory_mb": memory, "free_mb": system.available_memory() // 2**20}


def least_busy(devices: list[dict[str, Any]]) -> str:
    """The name of the device to use: of the accelerators the least used one, then the one with most free memory; else the CPU."""
    best = [device for device in devices if device["name"] != "cpu"]
    if not best:
        return "cpu"
    use = _gpu_use()
    chosen: str = min(best, key=lambda device: (use.get(device["name"], 0) // 20, -device["free_mb"]))["name"]
    return chosen


def _gpu_use() -> dict[str, int]:
    """Percent of the last second that each GPU was busy, where nvidia-smi tells."""
    if os.environ.get("CUDA_VISIBLE_DEVICES"):
        return {}  # torch numbers the GPUs otherwise than nvidia-smi does
    command = ["nvidia-smi", "--query-gpu=index,utilization.gpu", "--format=csv,noheader,nounits"]
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=5).stdout
        rows = [line.split(",") for line in text.splitlines()]
        return {f"cuda:{int(row[0])}": int(row[1]) for row in rows}
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return {}


def accelerator_memory(device: torch.device) -> int:
    """Bytes that this process's tensors hold on an accelerator; 0 on the CPU, and where it cannot be told."""
    if device.type == "cpu":
        return 0
    module: Any = getattr(torch, device.type, None)
    try:
        if device.type == "mps":
            return int(module.current_allocated_memory())
        if hasattr(module, "is_initialized") and not module.is_initialized():
            return 0  # asking must not make the context
        return int(module.memory_allocated(device))
    except (RuntimeError, AttributeError):
        return 0


def cores() -> int:
    """CPU cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""What a demo leaves for the scratchpad: the data, the model and the numbers it ended with."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import torch

from tutor.engine.namespace import load_lesson
from tutor.protocol import RunDemo

MOST_BYTES = 64 * 2**20
"""Of tensors; what is larger is not left."""


def leave(shelf: str, request: RunDemo, frame: types.FrameType | None) -> None:
    """Save the demo's names under its lesson. Nothing is left where it had no loop, or where something cannot be saved."""
    if frame is None:
        return
    names = {name: value for name, value in frame.f_locals.items() if not name.startswith("_") and _keeps(value)}
    size = sum(tensor.numel() * tensor.element_size() for value in names.values() for tensor in _tensors(value))
    if not names or size > MOST_BYTES:
        return
    path = _path(shelf, request.lesson)
    try:
        torch.save(names, path)
    except Exception:  # a model may hold what cannot be pickled, a lambda say
        path.unlink(missing_ok=True)


def fetch(shelf: str, course: str, lesson: str) -> dict[str, Any]:
    """The names that the lesson's last demo left, on the CPU; empty where there are none."""
    path = _path(shelf, lesson)
    if not path.exists():
        return {}
    load_lesson(course, lesson)  # pickled models find their class there
    names: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)
    return names


def _path(shelf: str, lesson: str) -> Path:
    return Path(shelf, lesson.replace("/", "-") + ".pt")


def _keeps(value: Any) -> bool:
    return isinstance(value, (torch.Tensor, torch.nn.Module, bool, int, float, str))


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.nn.Module):
        return list(value.state_dict().values())
    return [value] if isinstance(value, torch.Tensor) else []

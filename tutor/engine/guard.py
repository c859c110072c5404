"""Notices what a learner's code did to the things its check judges with."""

from __future__ import annotations

import builtins
import math
import types
from typing import Any

import torch

from tutor.engine import checking


class Guard:
    """Notices when the learner's code replaced what the check judges with, so that such an answer does not pass by it."""

    def __init__(self, lesson: types.ModuleType) -> None:
        places: list[Any] = [torch, torch.Tensor, torch.nn, torch.nn.functional, torch.nn.Module, torch.testing]
        places += [builtins, math, checking, lesson]
        self._before = [(place, dict(vars(place))) for place in places]

    def verify(self) -> None:
        """Mismatch where something that was there is another thing now."""
        for place, before in self._before:
            now = vars(place)
            for name, value in before.items():
                if now.get(name) is not value and callable(value):
                    raise checking.Mismatch(_replaces(place, name))
            if isinstance(place, type):
                for name in now.keys() - before.keys():
                    if any(name in vars(base) for base in place.__mro__[1:]):
                        raise checking.Mismatch(_replaces(place, name))


def _replaces(place: Any, name: str) -> str:
    owner = getattr(place, "__name__", str(place)).removeprefix("lesson:")
    return f"Your code replaces {owner}.{name}, which the check needs as it is; leave it alone."

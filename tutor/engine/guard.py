"""Notices what a learner's code did to the things its check judges with.

What is replaced in torch, in Python's builtins or in the lesson makes an answer fail, with a sentence that names it. Where a part of the
engine itself is replaced, nothing that this process says can be relied upon: it ends, and the engine tells the rest.
"""

from __future__ import annotations

import builtins
import functools
import math
import os
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import torch
from torch.overrides import _get_current_function_mode_stack as function_modes
from torch.utils._device import DeviceContext
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack as dispatch_modes

from tutor.engine.checking import Mismatch
from tutor.engine.orders import TAMPERED

COMPILER = os.path.join("torch", "_dynamo", "")
Class = tuple[str, Mapping[str, Any], frozenset[str], frozenset[str]]
"""Its name, its namespace, what was in that, and what it inherits."""
LEFT_BY_COPY = "__slotnames__"
"""What Python notes on a class when one of its objects is copied or pickled."""
LEFT_ON = "Your code leaves {} switched on, and all that the check does would go through it; switch it off where its use ends."


class Kept(NamedTuple):
    """A name as it was before the learner's code ran."""

    place: Mapping[str, Any]
    """The namespace it stands in, as it is at any time."""
    owner: str
    name: str
    value: Any
    code: types.CodeType | None
    """Of a function; it can be exchanged within it."""
    defaults: dict[str, Any]
    """Of a function's keywords."""


def watch(lesson: types.ModuleType) -> Callable[[], None]:
    """Remember how everything is; the function returned raises Mismatch where it is otherwise.

    A closure that looks nothing up by name but what it has just found unchanged.
    """
    own, others, own_classes, classes = remember()
    # since then this job was granted its budgets, and what listens for silent mistakes took the place of some functions
    own = tuple(map(_as_it_is_now, own))
    others = (*map(_as_it_is_now, others), *_names(lesson, all_of_them=False))
    leave, changed_in, replaces, left_on = os._exit, _changed, _replaces, _left_on

    def verify() -> None:
        for _, now, before, _ in own_classes:
            for name in now:
                if name not in before and name != LEFT_BY_COPY:
                    leave(TAMPERED)
        if changed_in(own) is not None:
            leave(TAMPERED)
        changed = changed_in(others)
        if changed is not None:
            raise replaces(changed.owner, changed.name)
        for owner, now, before, inherited in classes:
            for name in now:
                if name not in before and name in inherited and callable(now[name]):
                    raise replaces(owner, name)
        left_on()

    return verify


@functools.cache
def remember() -> tuple[tuple[Kept, ...], tuple[Kept, ...], list[Class], list[Class]]:
    """How the engine's own modules, and torch and the builtins, are: once, before any code of a learner's runs."""
    engine, torch_places = _engine_places(), _torch_places()
    own = tuple(kept for place in engine for kept in _names(place, all_of_them=True))
    others = tuple(kept for place in (builtins, math, *torch_places) for kept in _names(place, all_of_them=False))
    return own, others, _classes(engine), _classes(torch_places)


def stop_tracing() -> None:
    """No trace or profile function of the learner's looks into the check."""
    sys.settrace(None)
    sys.setprofile(None)


def _changed(all_kept: tuple[Kept, ...]) -> Kept | None:
    for kept in all_kept:
        value = kept.value
        if kept.name not in kept.place:
            return kept
        if kept.place[kept.name] is not value:
            if _is_of_the_compiler(kept.place[kept.name]):
                continue
            return kept
        if kept.code is not None:
            if value.__code__ is not kept.code:
                return kept
            for name in value.__kwdefaults__ or ():
                if name not in kept.defaults or kept.defaults[name] is not value.__kwdefaults__[name]:
                    return kept
    return None


def _is_of_the_compiler(value: Any) -> bool:
    """Whether it is what torch.compile puts in the place of a function."""
    return isinstance(value, types.FunctionType) and COMPILER in value.__code__.co_filename


def _as_it_is_now(kept: Kept) -> Kept:
    value = kept.place.get(kept.name)
    return kept if value is kept.value else _kept(kept.place, kept.owner, kept.name, value)


def _names(place: Any, all_of_them: bool) -> Iterable[Kept]:
    """Of a module or class; only what can be called, unless all of them are asked for."""
    owner = getattr(place, "__name__", str(place)).removeprefix("lesson:")
    for name, value in list(vars(place).items()):
        if not callable(value) and (not all_of_them or name.startswith("__")):
            continue
        yield _kept(vars(place), owner, name, value)


def _kept(place: Mapping[str, Any], owner: str, name: str, value: Any) -> Kept:
    function = value if isinstance(value, types.FunctionType) else None
    code = function.__code__ if function else None
    return Kept(place, owner, name, value, code, dict(function.__kwdefaults__ or {}) if function else {})


def _torch_places() -> list[Any]:
    modules = [torch, torch.nn, torch.nn.functional, torch.testing]
    layers = [value for value in vars(torch.nn).values() if isinstance(value, type)]
    return [*modules, torch.Tensor, DeviceContext, *layers]


def _engine_places() -> list[Any]:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("tutor.")]
    own = [
        value
        for module in modules
        for value in vars(module).values()
        if getattr(value, "__module__", "") == module.__name__
    ]
    return [*modules, *(value for value in own if isinstance(value, type))]


def _classes(places: Iterable[Any]) -> list[Class]:
    """The classes among them."""
    classes = [place for place in places if isinstance(place, type)]
    return [(each.__name__, vars(each), frozenset(vars(each)), _inherited(each)) for each in classes]


def _inherited(place: type) -> frozenset[str]:
    return frozenset(name for base in place.__mro__[1:] for name in vars(base))


def _left_on() -> None:
    """Mismatch where something is switched on that all calls of the check would go through."""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        raise Mismatch(LEFT_ON.format("a trace function"))
    for mode in (*function_modes(), *dispatch_modes()):
        if type(mode) is not DeviceContext:  # what torch.set_default_device leaves
            raise Mismatch(LEFT_ON.format(f"the mode {type(mode).__name__}"))


def _replaces(owner: str, name: str) -> Mismatch:
    return Mismatch(f"Your code replaces {owner}.{name}, which the check needs as it is; leave it alone.")

"""A message as a line of JSON, and back.

Decoding is strict: an unknown kind, or a field that is missing, surplus or of another type, raises ProtocolError with a
sentence that names it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
import typing
from typing import Any, Literal, Union

from tutor.protocol.kinds import KINDS, Message


class ProtocolError(ValueError):
    """A line that is not a message of this protocol."""


def encode(message: Message) -> bytes:
    """The message as one line of JSON, newline included."""
    fields = {"kind": type(message).__name__, **vars(message)}
    try:
        text = _dump(fields)
    except ValueError:  # nan and inf have no JSON: they travel as strings
        text = _dump(_spell_nonfinite({"kind": type(message).__name__, **dataclasses.asdict(message)}))
    return text.encode("utf-8", "replace") + b"\n"  # half a surrogate pair, which no terminal can show, becomes "?"


# vars() for what lies within a message; asdict() would copy every point of a curve one by one, at every flush
_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=vars).encode


def _spell_nonfinite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _spell_nonfinite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spell_nonfinite(item) for item in value]
    return value


def decode(line: bytes | str) -> Message:
    """The message on this line; ProtocolError where it is none."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
    if not isinstance(fields, dict) or not isinstance(fields.get("kind"), str):
        raise ProtocolError('a message is an object with a text under "kind"')
    kind = KINDS.get(fields.pop("kind"))
    if kind is None:
        raise ProtocolError("unknown kind of message")
    message: Message = _build(kind, fields, kind.__name__)
    return message


def _build(kind: type, fields: dict[str, Any], where: str) -> Any:
    known = _fields(kind)
    for name in fields:
        if name not in known:
            raise ProtocolError(f"{where} has no field {name!r}")
    values = {}
    for name, (wanted, required) in known.items():
        if name in fields:
            values[name] = _read(wanted, fields[name], f"{where}.{name}")
        elif required:
            raise ProtocolError(f"{where} lacks {name!r}")
    return kind(**values)


@functools.cache
def _fields(kind: type) -> dict[str, tuple[Any, bool]]:
    hints = typing.get_type_hints(kind)
    return {f.name: (hints[f.name], f.default is dataclasses.MISSING) for f in dataclasses.fields(kind)}


def _read(wanted: Any, value: Any, where: str) -> Any:
    """The value as the type `wanted`; ProtocolError names the place where it does not fit."""
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is float:
        if type(value) is float or (type(value) is int and abs(value) < 2**1000):
            return float(value)
        if value in ("nan", "inf", "-inf"):
            return float(value)
    elif wanted in (int, str, bool):
        if type(value) is wanted:
            return value
    elif origin is Literal:
        if value in args:
            return value
    elif origin is tuple and isinstance(value, list):
        if args[-1] is Ellipsis and args[0] is float and set(map(type, value)) == {float}:
            return tuple(value)  # a curve's points, which are many
        if args[-1] is Ellipsis:
            return tuple(_read(args[0], item, f"{where}[{i}]") for i, item in enumerate(value))
        if len(value) == len(args):
            return tuple(_read(arg, item, where) for arg, item in zip(args, value))
    elif origin is dict and isinstance(value, dict):
        return {name: _read(args[1], item, f"{where}[{name!r}]") for name, item in value.items()}
    elif origin in (Union, types.UnionType):
        if type(value) in args:
            return value
    elif dataclasses.is_dataclass(wanted) and isinstance(value, dict):
        return _build(typing.cast(type, wanted), value, where)
    raise ProtocolError(f"{where} cannot be {value!r:.80}")

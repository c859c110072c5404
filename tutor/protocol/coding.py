"""A message as a line of JSON, and back.

A long row of floats, such as the points of a curve, travels as {"doubles": the base64 of its 8-byte little-endian floats}: to spell
each out as decimal digits, and to read it back, costs a demo more than all that else is done for its curve.

Decoding is strict: an unknown kind, or a field that is missing, surplus or of another type, raises ProtocolError with a
sentence that names it.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
import math
import struct
import types
import typing
from typing import Any, Literal, Union

from tutor.protocol.kinds import KINDS, Message

FEW = 16
"""Floats in a row that are still spelt out."""


class ProtocolError(ValueError):
    """A line that is not a message of this protocol."""


def encode(message: Message) -> bytes:
    """The message as one line of JSON, newline included."""
    kind = type(message).__name__
    fields = {"kind": kind, **{name: _pack(value) for name, value in vars(message).items()}}
    try:
        text = _dump(fields)
    except ValueError:  # nan and inf have no JSON: they travel as strings
        text = _dump(_spell_nonfinite({"kind": kind, **dataclasses.asdict(message)}))
    return text.encode("utf-8", "replace") + b"\n"  # half a surrogate pair, which no terminal can show, becomes "?"


# vars() for what lies within a message; asdict() would copy it all, one by one
_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=vars).encode


def _pack(value: Any) -> Any:
    if type(value) is tuple and len(value) > FEW and set(map(type, value)) == {float}:
        return {"doubles": base64.b64encode(struct.pack(f"<{len(value)}d", *value)).decode("ascii")}
    return value


def _unpack(text: Any) -> tuple[float, ...] | None:
    """The floats; None where this is none of it."""
    try:
        data = base64.b64decode(text, validate=True)
        return struct.unpack(f"<{len(data) // 8}d", data)
    except (TypeError, ValueError, struct.error):
        return None


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
    elif wanted == tuple[float, ...] and isinstance(value, dict):
        if value.keys() == {"doubles"} and (floats := _unpack(value["doubles"])) is not None:
            return floats
    elif origin is tuple and isinstance(value, list):
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

"""Every message survives the way through a line of JSON, and nothing else is taken for one."""

from __future__ import annotations

import dataclasses
import json
import math
import struct
import types
import typing
from typing import Any, Literal, Union

import pytest

from tutor import protocol
from tutor.protocol import (
    Control,
    Crashed,
    Extend,
    Group,
    Picture,
    Points,
    ProtocolError,
    Result,
    RunCode,
    RunDemo,
    Scatter,
    Table,
    TensorShown,
    Verdict,
    decode,
    encode,
)

KINDS = sorted(protocol.KINDS)


def example(wanted: Any) -> Any:
    """A value of a field's type, other than its default."""
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted in (int, float, str, bool):
        return {int: 7, float: 0.5, str: 'é "quoted"\n\\', bool: True}[wanted]
    if origin is Literal:
        return args[-1]
    if origin is tuple:
        return (example(args[0]),) * 2 if args[-1] is Ellipsis else tuple(example(arg) for arg in args)
    if origin is dict:
        return {"name": example(args[1])}
    if origin in (Union, types.UnionType):
        return example(args[-1])
    if dataclasses.is_dataclass(wanted):
        return fill(typing.cast(type, wanted))
    raise AssertionError(f"no example for {wanted}")


def fill(kind: type) -> Any:
    """A message with every field filled."""
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: example(hints[field.name]) for field in dataclasses.fields(kind)})


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_comes_back_as_it_was(kind: str) -> None:
    message = fill(protocol.KINDS[kind])
    line = encode(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == message


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_refuses_a_surplus_field(kind: str) -> None:
    fields = json.loads(encode(fill(protocol.KINDS[kind])))
    with pytest.raises(ProtocolError, match=f"{kind} has no field 'surplus'"):
        decode(json.dumps({**fields, "surplus": 1}))


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_names_a_field_that_is_missing(kind: str) -> None:
    required = [f.name for f in dataclasses.fields(protocol.KINDS[kind]) if f.default is dataclasses.MISSING]
    for name in required:
        fields = json.loads(encode(fill(protocol.KINDS[kind])))
        del fields[name]
        with pytest.raises(ProtocolError, match=f"{kind} lacks '{name}'"):
            decode(json.dumps(fields))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_refuses_another_type(kind: str) -> None:
    message = protocol.KINDS[kind]
    for field in dataclasses.fields(message):
        fields = json.loads(encode(fill(message)))
        fields[field.name] = None
        with pytest.raises(ProtocolError, match=rf"{kind}\.{field.name} cannot be None"):
            decode(json.dumps(fields))


def test_a_field_with_a_default_may_be_left_out() -> None:
    assert decode('{"kind":"Crashed","job":3,"message":"no"}') == Crashed(3, "no")


def test_the_kinds_are_requests_or_events_and_none_is_both() -> None:
    requests, events = set(protocol.REQUESTS), set(protocol.JOB_EVENTS) | set(typing.get_args(protocol.EngineEvent))
    assert not requests & events
    assert requests | events == set(protocol.KINDS.values())
    assert set(protocol.LAST) <= set(protocol.JOB_EVENTS)
    assert set(protocol.CHECKED) <= requests


def test_every_event_of_a_job_names_the_job_first() -> None:
    assert {dataclasses.fields(kind)[0].name for kind in protocol.JOB_EVENTS} == {"job"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"kind": "Stop", "job": 1', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", '"kind"'),
        (b"3", '"kind"'),
        (b"{}", '"kind"'),
        (b'{"kind": 3}', '"kind"'),
        (b'{"kind": "Explode"}', "unknown kind"),
        (b'{"kind": "Group", "name": "a", "style": "line", "x": [], "y": []}', "unknown kind"),
    ],
)
def test_what_is_no_message_is_refused_in_words(line: bytes, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        decode(line)


@pytest.mark.parametrize(
    "change",
    [
        {"job": "1"},
        {"job": 1.0},
        {"job": True},
        {"demo": 3},
        {"settings": []},
        {"settings": {"lr": None}},
        {"settings": {"lr": [0.1]}},
        {"seconds": "5"},
        {"seconds": True},
        {"seconds": 10**400},
    ],
)
def test_a_type_is_never_bent_into_another(change: dict[str, Any]) -> None:
    fields = {"kind": "RunDemo", "job": 1, "course": "/c", "lesson": "a/b", "demo": "d", "settings": {}, **change}
    with pytest.raises(ProtocolError, match=rf"RunDemo\.{next(iter(change))}"):
        decode(json.dumps(fields))


def test_a_whole_number_is_as_good_where_a_float_is_wanted() -> None:
    decoded = decode('{"kind":"Extend","job":1,"seconds":5}')
    assert decoded == Extend(1, 5.0)
    assert isinstance(decoded, Extend) and type(decoded.seconds) is float


def test_a_word_outside_a_literal_is_refused() -> None:
    with pytest.raises(ProtocolError, match=r"Control\.action cannot be 'explode'"):
        decode('{"kind":"Control","job":1,"action":"explode"}')


def test_settings_keep_the_type_of_each_value() -> None:
    settings = {"a": True, "b": 1, "c": 1.0, "d": "1"}
    decoded = decode(encode(RunDemo(1, "/c", "a/b", "d", settings)))
    assert isinstance(decoded, RunDemo)
    assert [type(value) for value in decoded.settings.values()] == [bool, int, float, str]


def test_nan_and_the_infinities_come_through_in_points() -> None:
    sent = Points(1, "loss", "train", (0.0, 1.0, 2.0), (math.nan, math.inf, -math.inf))
    line = encode(sent)
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    decoded = decode(line)
    assert isinstance(decoded, Points)
    assert math.isnan(decoded.y[0]) and decoded.y[1:] == (math.inf, -math.inf)
    assert decoded.x == sent.x


def test_nan_comes_through_within_a_group_and_a_dict() -> None:
    decoded = decode(encode(Scatter(1, "t", (Group("g", "line", (math.nan,), (1.0,)),))))
    assert isinstance(decoded, Scatter) and math.isnan(decoded.groups[0].x[0])
    result = decode(encode(Result(1, {"loss": math.nan, "steps": 3})))
    assert isinstance(result, Result) and str(result.figures["loss"]) == "nan" and result.figures["steps"] == 3


def test_tuples_within_tuples_come_back_as_tuples() -> None:
    for message in (
        Table(1, "t", ("a", "b"), (("1", "2"), (), ("3", "4"))),
        TensorShown(1, "x", (2, 1), "float32", "cpu", (("1",), ("2",)), ((0, 0), (1, 0))),
        TensorShown(1, "x", (), "float32", "cpu", (("1",),)),
        Picture(1, "p", ()),
    ):
        assert decode(encode(message)) == message


def test_a_pair_of_another_length_is_refused() -> None:
    fields = json.loads(encode(TensorShown(1, "x", (), "float32", "cpu", (("1",),), ((0, 0),))))
    with pytest.raises(ProtocolError, match="changed"):
        decode(json.dumps({**fields, "changed": [[0, 0, 0]]}))


def test_every_line_end_in_a_text_stays_within_the_line() -> None:
    code = "a\nb\r\nc\u2028d\x85e\x00"
    line = encode(RunCode(1, "/c", "a/b", code))
    assert line.count(b"\n") == 1
    decoded = decode(line)
    assert isinstance(decoded, RunCode) and decoded.code == code


def test_half_a_surrogate_pair_becomes_what_a_terminal_and_a_database_can_take() -> None:
    decoded = decode(encode(Verdict(1, "error", "bad: \ud800")))
    assert isinstance(decoded, Verdict)
    assert decoded.message == "bad: ?"


def test_requests_and_events_are_told_apart() -> None:
    assert protocol.is_request(Control(1, "pause")) and not protocol.is_request(Crashed(1, "no"))
    assert protocol.is_job_event(Crashed(1, "no")) and not protocol.is_job_event(Control(1, "pause"))


def test_a_long_row_of_floats_travels_packed_and_comes_back_as_it_was() -> None:
    x = tuple(float(i) for i in range(1000))
    y = (math.nan, math.inf, -math.inf, -0.0, 5e-324, *x[5:])
    line = encode(Points(1, "loss", "train", x, y))
    assert len(line) < 23_000  # 8 bytes a float, in base64
    decoded = decode(line)
    assert isinstance(decoded, Points) and decoded.x == x
    assert struct.pack("<1000d", *decoded.y) == struct.pack("<1000d", *y)
    whole = Points(1, "loss", "train", x, tuple(range(1000)))  # not floats: spelt out
    assert decode(encode(whole)) == whole


@pytest.mark.parametrize(
    "packed",
    [{"doubles": "AAAA"}, {"doubles": "no base64!"}, {"doubles": 3}, {"floats": ""}, {"doubles": "", "more": 1}],
)
def test_what_is_not_packed_floats_is_refused(packed: dict[str, Any]) -> None:
    fields = {**json.loads(encode(Points(1, "loss", "train", (), ()))), "x": packed}
    with pytest.raises(ProtocolError, match=r"Points\.x cannot be"):
        decode(json.dumps(fields))

"""What the terminal program and the engine say to each other.

Requests are verbs and go to the engine's stdin; events are facts and come from its stdout. One JSON object a line, with the
class's name under "kind". Decoding is strict: an unknown kind, or a field that is missing, surplus or of another type, raises
ProtocolError with a sentence that names it. Standard library only, because the engine may run under a Python of the learner's.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
import typing
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, Union

PROTOCOL = 1
"""Both sides must speak the same version; the client refuses another one in words."""

Value = Union[bool, int, float, str]
"""What a control can hold."""


class ProtocolError(ValueError):
    """A line that is not a message of this protocol."""


# Requests ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunDemo:
    """Run the function `demo` of a lesson's .py with these settings."""

    job: int
    course: str
    """Absolute path of the course's folder."""
    lesson: str
    """The lesson's id, "chapter/lesson": its .py lies at that path below the course's folder."""
    demo: str
    settings: dict[str, Value]
    device: str = ""
    """A torch device string; empty: the engine chooses."""
    seconds: float = 0
    """Wall-clock budget; 0: the engine's default."""


@dataclass(frozen=True)
class RunCode:
    """Run code of the learner's, or an example of a lesson, and show the value of a last expression as a prompt would."""

    job: int
    course: str
    lesson: str
    code: str
    before: tuple[str, ...] = ()
    """Code that runs first and silently, in the same namespace: the lesson's earlier examples."""
    device: str = ""
    seconds: float = 0


@dataclass(frozen=True)
class CheckAnswer:
    """Run the learner's answer, then the lesson's `check_<exercise>` on it."""

    job: int
    course: str
    lesson: str
    exercise: str
    answer: str
    device: str = ""
    seconds: float = 0


@dataclass(frozen=True)
class CheckPrediction:
    """Run `code` and compare what it gives with what the learner said it would."""

    job: int
    course: str
    lesson: str
    code: str
    answer: str
    before: tuple[str, ...] = ()
    device: str = ""
    seconds: float = 0
    reveal: bool = False
    """Whether the verdict on a wrong answer says what is right. Left to the learner to find out otherwise."""


@dataclass(frozen=True)
class CheckTuning:
    """Run a demo with the learner's settings, once for each seed, then the lesson's `check_<exercise>` on the results."""

    job: int
    course: str
    lesson: str
    exercise: str
    demo: str
    settings: dict[str, Value]
    seeds: tuple[int, ...]
    device: str = ""
    seconds: float = 0
    """For all seeds together."""


@dataclass(frozen=True)
class OpenScratchpad:
    """Begin a prompt that keeps its names from one piece of code to the next, until it is stopped."""

    job: int
    course: str
    lesson: str
    before: tuple[str, ...] = ()
    """Code that runs first and silently: the lesson's examples."""
    device: str = ""
    seconds: float = 0
    """Wall-clock budget of each piece of code."""


@dataclass(frozen=True)
class Feed:
    """Run a piece of code in a scratchpad. It answers with Fed."""

    job: int
    number: int
    code: str


@dataclass(frozen=True)
class Complete:
    """Ask a scratchpad how the name or attribute at the end of `text` may go on. It answers with Completions."""

    job: int
    number: int
    text: str


@dataclass(frozen=True)
class Control:
    """Steer a running demo, or interrupt what a scratchpad runs."""

    job: int
    action: Literal["pause", "resume", "step", "set", "interrupt"]
    """`step`: go on for one step, then pause again. `interrupt`: raise KeyboardInterrupt in a scratchpad's code."""
    name: str = ""
    """For `set`: the live control to change, to `value`."""
    value: Value = 0


@dataclass(frozen=True)
class Extend:
    """Give a running job this many more seconds of wall clock."""

    job: int
    seconds: float


@dataclass(frozen=True)
class Stop:
    """End a job now. It answers with Stopped."""

    job: int


# Events about the engine ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hello:
    """The engine is there. Sent first, at once, before torch is imported."""

    protocol: int
    tutor: str
    """The version of this package that the engine runs."""
    python: str
    executable: str


@dataclass(frozen=True)
class Device:
    """A place tensors can live."""

    name: str
    """As torch spells it: "cpu", "cuda:0", "mps"."""
    title: str
    """What it is: "NVIDIA H200", "x86_64, 2 cores"."""
    memory_mb: int
    """Total memory; 0 where unknown."""
    free_mb: int


@dataclass(frozen=True)
class Ready:
    """torch is imported and jobs start quickly from here on."""

    torch: str
    torchvision: str
    """Empty: not installed."""
    devices: tuple[Device, ...]
    device: str
    """The one that jobs run on unless told otherwise."""
    threads: int
    """CPU threads a job computes with."""
    seconds: float
    """How long warming up took."""
    notes: tuple[str, ...] = ()
    """What is wrong or worth knowing, one sentence each: a driver too old, a device that failed its test."""


@dataclass(frozen=True)
class Unavailable:
    """The engine cannot run jobs: no torch, say. It tries again when it is started again."""

    message: str
    advice: str


# Events about a job -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Started:
    """The job runs."""

    job: int
    device: str
    seconds: float
    """Its wall-clock budget."""


@dataclass(frozen=True)
class Printed:
    """Text the job wrote to stdout or stderr. Never markup."""

    job: int
    text: str
    stream: Literal["stdout", "stderr"] = "stdout"


@dataclass(frozen=True)
class Axes:
    """A chart of curves begins; its x axis holds still from here on."""

    job: int
    chart: str
    """What y is, and the chart's title: "loss"."""
    x_label: str
    x_low: float
    x_high: float
    """Where x is planned to end; equal to x_low where that is not known."""


@dataclass(frozen=True)
class Points:
    """More points of one curve. Batched: none is lost. nan and inf may occur."""

    job: int
    chart: str
    series: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Group:
    """One set of points in a Scatter."""

    name: str
    style: Literal["points", "line"]
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Scatter:
    """Points and lines in a plane; replaces the scatter of the same title."""

    job: int
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Bars:
    """Named bars; replaces the bars of the same title."""

    job: int
    title: str
    names: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Regions:
    """Points of several classes, over what a model says of every place in the plane; replaces the regions of the same title."""

    job: int
    title: str
    names: tuple[str, ...]
    """Of the classes, in the order of their numbers."""
    points: tuple[Group, ...]
    """One group for each class."""
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    """Of the plane, between the middles of the outermost places."""
    grid: tuple[tuple[int, ...], ...]
    """The class's number at each place: rows from below, each from the left."""


@dataclass(frozen=True)
class Histogram:
    """How often values occur; replaces the histogram of the same title."""

    job: int
    title: str
    low: float
    high: float
    """Where the first bin begins and the last one ends."""
    counts: tuple[int, ...]
    mean: float
    std: float
    """Of the finite values; nan where there is none."""
    left_out: int = 0
    """Values that are not finite."""


@dataclass(frozen=True)
class Heatmap:
    """A matrix as shades, with its numbers where there is room; replaces the heat map of the same title."""

    job: int
    title: str
    values: tuple[tuple[float, ...], ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Names; empty: none."""


@dataclass(frozen=True)
class Image:
    """One image: rows of pixels from the top, base64; one byte a pixel ("L") or three ("RGB")."""

    width: int
    height: int
    mode: Literal["L", "RGB"]
    data: str
    label: str = ""
    mark: Literal["", "right", "wrong"] = ""


@dataclass(frozen=True)
class Picture:
    """One or more images side by side; replaces the picture of the same title."""

    job: int
    title: str
    images: tuple[Image, ...]


@dataclass(frozen=True)
class Table:
    """Replaces the table of the same title."""

    job: int
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TensorShown:
    """A tensor's values; replaces the tensor of the same title."""

    job: int
    title: str
    shape: tuple[int, ...]
    dtype: str
    device: str
    cells: tuple[tuple[str, ...], ...]
    """Rows of formatted values; a tensor of more than two dimensions is shown as its matrices below each other, empty rows between."""
    changed: tuple[tuple[int, int], ...] = ()
    """(row, column) of the cells that differ from the last time this title was shown."""
    note: str = ""


@dataclass(frozen=True)
class Note:
    """One line in plain words: what to look at, which data ran."""

    job: int
    text: str
    topic: Literal["", "data", "device"] = ""


@dataclass(frozen=True)
class Progress:
    """How far a job is. Only the newest counts."""

    job: int
    done: int
    total: int
    """0: not known."""
    unit: str
    rate: float
    """Units a second, measured since the job began, pauses left out."""
    seconds_left: float
    """Estimated; negative: not known."""
    memory_mb: int
    samples: float = 0.0
    """Samples a second; 0: the job does not count them."""
    gpu_mb: int = 0
    """Memory that the job's tensors hold on an accelerator; 0: none, or not known."""


@dataclass(frozen=True)
class Paused:
    """The demo waits between two steps."""

    job: int


@dataclass(frozen=True)
class Resumed:
    """The demo goes on."""

    job: int


@dataclass(frozen=True)
class Adjusted:
    """A live control has another value from here on."""

    job: int
    name: str
    value: Value
    x: float
    """Where on the x axis."""


@dataclass(frozen=True)
class Fed:
    """A scratchpad has run a piece of code; its names are kept."""

    job: int
    number: int
    message: str
    """What went wrong; empty: nothing."""
    detail: str
    line: int
    seconds: float
    names: tuple[str, ...] = ()
    """Of number 0, sent when the scratchpad is open: the lesson's names that are there, with what they are: "X (40, 1)"."""


@dataclass(frozen=True)
class Completions:
    """How a name may go on, in a scratchpad."""

    job: int
    number: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """Figures measured in this run. A later one of the same name replaces an earlier one."""

    job: int
    figures: dict[str, Value]


@dataclass(frozen=True)
class Verdict:
    """What became of an answer. A job that checks sends exactly one, whatever happens to it."""

    job: int
    outcome: Literal["passed", "failed", "not_attempted", "error", "unjudged"]
    """failed: it ran and is wrong. error: it raised, or exceeded a budget. unjudged: the course's fault, or the machine's."""
    message: str
    """One sentence to the learner."""
    detail: str = ""
    """More, on a key: the error as PyTorch prints it, with the learner's lines."""
    expected: str = ""
    got: str = ""
    line: int = 0
    """The line of the learner's code it is about, from 1; 0: none in particular."""
    seconds: float = 0
    """What the answer and its check took."""
    lesson: str = ""
    """Id of the lesson that teaches what went wrong; empty: none."""


@dataclass(frozen=True)
class Finished:
    """The job came to its end."""

    job: int
    seconds: float


@dataclass(frozen=True)
class Crashed:
    """The job ended by an error or by exceeding a budget."""

    job: int
    message: str
    detail: str = ""
    line: int = 0
    lesson: str = ""


@dataclass(frozen=True)
class Stopped:
    """The job was ended on request."""

    job: int


Checked = Union[CheckAnswer, CheckPrediction, CheckTuning]
"""Requests that are answered with a verdict."""
Work = Union[RunDemo, RunCode, Checked, OpenScratchpad]
"""Requests that begin a job."""
Steer = Union[Control, Feed, Complete, Extend, Stop]
"""Requests to a job that runs."""
Request = Union[Work, Steer]
EngineEvent = Union[Hello, Ready, Unavailable]
Shown = Union[Axes, Points, Scatter, Bars, Regions, Histogram, Heatmap, Picture, Table, TensorShown]
"""Events that are drawn."""
JobEvent = Union[
    Started,
    Printed,
    Shown,
    Note,
    Progress,
    Paused,
    Resumed,
    Adjusted,
    Fed,
    Completions,
    Result,
    Verdict,
    Finished,
    Crashed,
    Stopped,
]
Event = Union[EngineEvent, JobEvent]
Message = Union[Request, Event]

REQUESTS: tuple[type, ...] = typing.get_args(Request)
WORK: tuple[type, ...] = typing.get_args(Work)
STEER: tuple[type, ...] = typing.get_args(Steer)
CHECKED: tuple[type, ...] = typing.get_args(Checked)
JOB_EVENTS: tuple[type, ...] = typing.get_args(JobEvent)
LAST = (Finished, Crashed, Stopped)
"""Exactly one of these ends every job, and nothing of that job follows it."""


def is_request(message: Message) -> TypeGuard[Request]:
    """Whether it is for the engine."""
    return isinstance(message, REQUESTS)


def is_work(message: Message) -> TypeGuard[Work]:
    """Whether it begins a job."""
    return isinstance(message, WORK)


def is_steer(message: Message) -> TypeGuard[Steer]:
    """Whether it is for a job that runs."""
    return isinstance(message, STEER)


def is_job_event(message: Message) -> TypeGuard[JobEvent]:
    """Whether it tells of a job."""
    return isinstance(message, JOB_EVENTS)


_KINDS: dict[str, type] = {kind.__name__: kind for kind in typing.get_args(Message)}


# Encoding ---------------------------------------------------------------------------------------------------------------


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
    kind = _KINDS.get(fields.pop("kind"))
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

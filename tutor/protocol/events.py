"""Events: facts, from the engine's stdout. First those about the engine, then those about a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor.protocol.requests import Value

# About the engine ------------------------------------------------------------------------------------------------------


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


# About a job -----------------------------------------------------------------------------------------------------------


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

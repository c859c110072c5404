"""Requests: verbs, to the engine's stdin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

Value = Union[bool, int, float, str]
"""What a control can hold."""


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

"""Which messages there are, and what sort each is of."""

from __future__ import annotations

import typing
from typing import TypeGuard, Union

from tutor.protocol.events import (
    Adjusted,
    Completions,
    Crashed,
    Fed,
    Finished,
    Hello,
    Note,
    Paused,
    Printed,
    Progress,
    Ready,
    Result,
    Resumed,
    Started,
    Stopped,
    Unavailable,
    Verdict,
)
from tutor.protocol.figures import Axes, Bars, Heatmap, Histogram, Picture, Points, Regions, Scatter, Table, TensorShown
from tutor.protocol.requests import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Complete,
    Control,
    Extend,
    Feed,
    OpenScratchpad,
    RunCode,
    RunDemo,
    Stop,
)

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


KINDS: dict[str, type] = {kind.__name__: kind for kind in typing.get_args(Message)}

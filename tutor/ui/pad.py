"""The scratchpad as the screens see it: a job that is fed, piece by piece, and may be lost and opened again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from textual.widget import Widget

from tutor.protocol import (
    LAST,
    Complete,
    Completions,
    Control,
    Extend,
    Fed,
    Feed,
    JobEvent,
    OpenScratchpad,
    Steer,
)
from tutor.ui.jobs import Jobs
from tutor.ui.working import begin

if TYPE_CHECKING:
    from tutor.client import Engine

SECONDS = 120.0
"""Wall-clock budget of a piece of code."""

State = Literal["closed", "opening", "ready", "running", "lost"]


class Pad:
    """One prompt on the device. What it has to tell goes to `tell`, after its own state has changed."""

    def __init__(self, owner: Widget, engine: Engine, course: str, tell: Callable[[JobEvent], None]) -> None:
        self.state: State = "closed"
        """closed: not there, and opening it failed or was not tried. lost: it ended by itself, and its names are gone."""
        self.lesson_id = ""
        """Whose names it was opened with."""
        self.used = False
        """Whether anything was fed since it was opened."""
        self.interrupted = False
        """Whether what runs was asked to end."""
        self.code = ""
        """What runs, or ran last."""
        self.engine = engine
        self._owner, self._course, self._tell = owner, course, tell
        self._jobs = Jobs(owner, engine, self._take)
        self._numbers = 0
        self._waiting = ""
        """Code to be fed once it is open."""
        self._asked = 0
        """Number of the completion that is waited for."""

    def open(self, lesson_id: str, examples: Sequence[str]) -> None:
        """Begin anew, with a lesson's names. What ran in it before is stopped, and its names are gone."""
        self.state, self.lesson_id, self.used, self.interrupted = "opening", lesson_id, False, False
        job = self._jobs.new()
        self._jobs.start(OpenScratchpad(job, self._course, lesson_id, tuple(examples), seconds=SECONDS))

    def feed(self, code: str) -> None:
        """Run a piece of code; while the scratchpad opens, as soon as that is done."""
        if self.state == "opening":
            self._waiting = code
            return
        self.state, self.used, self.interrupted, self.code = "running", True, False, code
        self._numbers += 1
        self._send(Feed(self._jobs.job, self._numbers, code))

    def complete(self, text: str) -> None:
        """Ask how the text may go on; `tell` gets Completions, or nothing where that cannot be said now."""
        if self.state == "ready":
            self._asked += 1
            self._send(Complete(self._jobs.job, self._asked, text))

    def interrupt(self) -> None:
        self.interrupted = True
        self._send(Control(self._jobs.job, "interrupt"))

    def extend(self, seconds: float) -> None:
        self._send(Extend(self._jobs.job, seconds))

    @property
    def busy(self) -> bool:
        """Whether code runs."""
        return self.state == "running"

    @property
    def waiting(self) -> str:
        """Code that runs once the scratchpad is open; empty: none."""
        return self._waiting

    def take_back(self) -> str:
        """The code that was to run once it is open, and now does not."""
        code, self._waiting = self._waiting, ""
        return code

    def _send(self, message: Steer) -> None:
        begin(self._owner, partial(self._jobs.send, message), "steer")

    def _take(self, event: JobEvent) -> None:
        if isinstance(event, Completions) and event.number != self._asked:
            return
        opened = isinstance(event, Fed) and event.number == 0
        if isinstance(event, Fed):
            self.state = "ready"
        elif isinstance(event, LAST):
            self.state = "closed" if self.state == "opening" else "lost"
        self._tell(event)
        if opened and self._waiting:
            self.feed(self.take_back())

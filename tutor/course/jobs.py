"""The jobs by which the gate tries a lesson, and what came of each."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from tutor import protocol
from tutor.course.model import SLOW_MOTION, Code, Demo, Example, Lesson, Order, Predict, Tune, Value
from tutor.course.room import Load, Room
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Crashed,
    JobEvent,
    Printed,
    RunCode,
    RunDemo,
    Started,
    Verdict,
)

if TYPE_CHECKING:
    from tutor.client import Engine

OFFLINE = "tutor.engine.offline"
"""For an engine to import ahead of all jobs: it refuses them the network, and says so."""
ASKED = re.compile(r"^tutor: no network here; asked for (.*)$", re.MULTILINE)
SHOWS = (*get_args(protocol.Shown), Printed, protocol.Result)
"""What counts as something to see of a demo."""
NONSENSE = "(no such answer)"


@dataclass
class Outcome:
    """What came of one job."""

    printed: str = ""
    """Its stdout."""
    errors: str = ""
    """Its stderr."""
    verdict: Verdict | None = None
    first: float = -1
    """Seconds from its start until there was something to see; negative: nothing was."""
    last: JobEvent | None = None

    @property
    def crash(self) -> Crashed | None:
        return self.last if isinstance(self.last, Crashed) else None


@dataclass
class Jobs:
    """Runs what one lesson asks for."""

    course: str
    """The course's folder."""
    lesson: Lesson
    engine: Engine
    room: Room
    asked: dict[int, str] = field(default_factory=dict)
    """What of the network was asked for, by the line of the lesson that was tried."""
    _tuned: dict[object, asyncio.Future[Verdict]] = field(default_factory=dict)
    """What came, or is to come, of settings."""

    async def run(
        self, line: int, make: Callable[[int], protocol.Work], load: Load = "short", *, until_shown: bool = False
    ) -> Outcome:
        """Run the request that `make` builds from a job number, for the sake of this line of the lesson."""
        outcome = Outcome()
        began = time.monotonic()
        request = make(self.engine.new_job())
        async with self.room.place(load), aclosing(self.engine.run(request)) as events:  # type: ignore[type-var]
            async for event in events:
                outcome.last = event
                if isinstance(event, Started):
                    began = time.monotonic()
                elif isinstance(event, Verdict):
                    outcome.verdict = event
                elif isinstance(event, Printed) and event.stream == "stderr":
                    outcome.errors += event.text
                elif isinstance(event, Printed):
                    outcome.printed += event.text
                if outcome.first < 0 and isinstance(event, SHOWS):
                    outcome.first = time.monotonic() - began
                    if until_shown:
                        break
        asked = ASKED.search(outcome.errors)
        if asked:
            self.asked.setdefault(line, asked[1])
        return outcome

    async def judge(self, line: int, make: Callable[[int], protocol.Checked], load: Load = "short") -> Verdict:
        """The verdict on a request that asks for one."""
        outcome = await self.run(line, make, load)
        assert outcome.verdict is not None  # the engine's promise
        return outcome.verdict

    async def example(self, example: Example, before: tuple[str, ...]) -> Outcome:
        return await self.run(example.line, lambda job: RunCode(job, self.course, self.lesson.id, example.code, before))

    async def demo(self, demo: Demo, *, until_shown: bool = False) -> Outcome:
        """The demo at its defaults."""
        settings = {control.name: control.default for control in demo.controls}
        return await self.run(
            demo.line,
            lambda job: RunDemo(job, self.course, self.lesson.id, demo.id, settings, seconds=demo.seconds),
            "idle" if settings.get(SLOW_MOTION) else "short",
            until_shown=until_shown,
        )

    async def ask(self, exercise: Predict, before: tuple[str, ...]) -> Verdict:
        """What becomes of an answer that nobody can mean."""
        code = exercise.code
        return await self.judge(
            exercise.line,
            lambda job: CheckPrediction(job, self.course, self.lesson.id, code, NONSENSE, before, reveal=True),
        )

    async def answer(self, line: int, exercise: Code | Order, text: str) -> Verdict:
        seconds = exercise.seconds
        return await self.judge(
            line, lambda job: CheckAnswer(job, self.course, self.lesson.id, exercise.id, text, seconds=seconds)
        )

    async def tune(self, line: int, exercise: Tune, values: dict[str, Value], *, again: bool = False) -> Verdict:
        """The verdict on settings; the same settings are tried once. `again`: another trial, to see whether the verdict is the same."""
        settings = exercise.settings(values)
        key = (exercise.id, again, tuple(settings.items()))
        if key not in self._tuned:
            make = self._tuning(exercise, settings)
            self._tuned[key] = asyncio.ensure_future(self.judge(line, make, "long"))
        return await self._tuned[key]

    def _tuning(self, exercise: Tune, settings: dict[str, Value]) -> Callable[[int], protocol.Checked]:
        place, demo, seconds = (self.course, self.lesson.id, exercise.id), exercise.demo.id, exercise.seconds
        return lambda job: CheckTuning(job, *place, demo, settings, exercise.seeds, seconds=seconds)

"""Runs a lesson's exercises and demos through the real engine, as the program does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

from tests.lessons.course import course, find, read
from tutor.client import Engine
from tutor.course.model import Choice, Exercise, Lesson, Predict, Tune
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    JobEvent,
    Request,
    RunCode,
    RunDemo,
    Value,
    Verdict,
)

AT_ONCE = 4
"""How many answers are judged at the same time."""


class Judge:
    """One engine and one event loop for all tests of a session; every call waits for its job to end."""

    def __init__(self) -> None:
        self.course = course()
        self._runner = asyncio.Runner()
        self._engine = Engine(preload=self.course.preload)

    def close(self) -> None:
        """End the engine and the loop."""
        self._runner.run(self._engine.close())
        self._runner.close()

    def lesson(self, lesson: str) -> Lesson:
        """The lesson, read from its .md and .py."""
        return read(lesson)

    def exercise(self, lesson: str, exercise: str) -> Exercise:
        """The exercise of that id; KeyError where there is none."""
        return find(lesson, exercise)

    def check(self, lesson: str, exercise: str, answer: str) -> Verdict:
        """What becomes of an answer to a code or fix exercise."""
        (verdict,) = self.check_all(lesson, exercise, [answer])
        return verdict

    def check_all(self, lesson: str, exercise: str, answers: Sequence[str]) -> list[Verdict]:
        """What becomes of each of several answers, AT_ONCE of them at a time: starting and ending a job is mostly waiting."""
        path = str(self.course.path)
        asked = [CheckAnswer(self._engine.new_job(), path, lesson, exercise, answer) for answer in answers]
        return self._runner.run(self._all_verdicts(asked))

    def predict(self, lesson: str, exercise: str, answer: str) -> Verdict:
        """What becomes of a prediction."""
        asked = self.exercise(lesson, exercise)
        assert isinstance(asked, Predict), f"{exercise} is a {asked.kind} exercise"
        job = self._engine.new_job()
        return self._verdict(
            CheckPrediction(job, str(self.course.path), lesson, asked.code, answer, before=asked.before)
        )

    def choice(self, lesson: str, exercise: str) -> Choice:
        """A choice exercise; it needs no engine."""
        return cast(Choice, self.exercise(lesson, exercise))

    def tune(self, lesson: str, exercise: str, **settings: Value) -> Verdict:
        """What becomes of a tuning: the demo's defaults except for `settings`, over the exercise's seeds."""
        asked = self.exercise(lesson, exercise)
        assert isinstance(asked, Tune), f"{exercise} is a {asked.kind} exercise"
        values = asked.settings(settings)
        assert settings.keys() <= values.keys(), f"{asked.demo.id} has the controls {', '.join(values)}"
        job = self._engine.new_job()
        course, demo = str(self.course.path), asked.demo.id
        return self._verdict(
            CheckTuning(job, course, lesson, exercise, demo, values, asked.seeds, seconds=asked.seconds)
        )

    def demo(self, lesson: str, demo: str, **settings: Value) -> list[JobEvent]:
        """All events of a demo, run with its defaults except for `settings`."""
        (found,) = (each for each in self.lesson(lesson).demos if each.id == demo)
        values = {control.name: control.default for control in found.controls}
        assert settings.keys() <= values.keys(), f"{demo} has the controls {', '.join(values)}"
        job = self._engine.new_job()
        return self.run(RunDemo(job, str(self.course.path), lesson, demo, {**values, **settings}))

    def example(self, lesson: str, code: str, before: tuple[str, ...] = ()) -> list[JobEvent]:
        """All events of an example, with the ones above it run before."""
        job = self._engine.new_job()
        return self.run(RunCode(job, str(self.course.path), lesson, code, before))

    def run(self, request: Request) -> list[JobEvent]:
        """All events of a job."""
        return self._runner.run(self._collect(request))

    async def _collect(self, request: Request) -> list[JobEvent]:
        return [event async for event in self._engine.run(request)]

    def _verdict(self, request: Request) -> Verdict:
        (verdict,) = self._runner.run(self._all_verdicts([request]))
        return verdict

    async def _all_verdicts(self, requests: Sequence[Request]) -> list[Verdict]:
        room = asyncio.Semaphore(AT_ONCE)

        async def verdict(request: Request) -> Verdict:
            async with room:
                (found,) = [event for event in await self._collect(request) if isinstance(event, Verdict)]
            return found

        return await asyncio.gather(*map(verdict, requests))

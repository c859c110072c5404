"""The real engine for tests that are not asynchronous themselves: one process and one event loop, shared by all who ask."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tutor.client import Engine
from tutor.protocol import CheckAnswer, JobEvent, RunCode, RunDemo, Value, Verdict, Work

Result = TypeVar("Result")


class EngineAtHand:
    """Runs a job to its end and returns its events."""

    def __init__(self, preload: Sequence[str] = (), extra: Sequence[str] = ()) -> None:
        self._runner = asyncio.Runner()
        self.engine = Engine(preload=preload)
        self.engine.command += extra
        self.ready = self._runner.run(self.engine.wait_ready())

    def close(self) -> None:
        """End the engine and the loop."""
        self._runner.run(self.engine.close())
        self._runner.close()

    def new_job(self) -> int:
        """A number for the next job."""
        return self.engine.new_job()

    def run(self, request: Work) -> list[JobEvent]:
        """All events of a job."""

        async def collect() -> list[JobEvent]:
            return [event async for event in self.engine.run(request)]

        return self._runner.run(collect())

    def wait(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the engine's loop."""
        return self._runner.run(coroutine)

    def run_all(self, requests: Sequence[Work]) -> list[list[JobEvent]]:
        """All events of each of several jobs that run at once."""

        async def collect(request: Work) -> list[JobEvent]:
            return [event async for event in self.engine.run(request)]

        async def collect_all() -> list[list[JobEvent]]:
            return await asyncio.gather(*map(collect, requests))

        return self._runner.run(collect_all())

    def verdict(self, request: Work) -> Verdict:
        """The one verdict of a job that checks."""
        (verdict,) = [event for event in self.run(request) if isinstance(event, Verdict)]
        return verdict


class Lab(EngineAtHand):
    """The engine, and a course of one lesson whose .py a test writes."""

    lesson = "chapter/lesson"

    def __init__(self, folder: Path, extra: Sequence[str] = ()) -> None:
        super().__init__(extra=extra)
        self.course = folder
        (folder / "chapter").mkdir(parents=True, exist_ok=True)

    def write(self, source: str) -> None:
        """The lesson's .py."""
        (self.course / "chapter" / "lesson.py").write_text(source, encoding="utf-8")

    def has(self, lesson: str) -> None:
        """Let the course have a lesson of this id, for links that lead to it."""
        place = self.course / f"{lesson}.py"
        place.parent.mkdir(exist_ok=True)
        place.touch()

    def demo(self, name: str, seconds: float = 30, **settings: Value) -> list[JobEvent]:
        """All events of a demo."""
        return self.run(RunDemo(self.new_job(), str(self.course), self.lesson, name, settings, seconds=seconds))

    def check(self, exercise: str, answer: str, seconds: float = 10) -> Verdict:
        """What becomes of an answer."""
        return self.verdict(
            CheckAnswer(self.new_job(), str(self.course), self.lesson, exercise, answer, seconds=seconds)
        )

    def code(self, code: str, before: tuple[str, ...] = (), seconds: float = 10) -> list[JobEvent]:
        """All events of a piece of code."""
        return self.run(RunCode(self.new_job(), str(self.course), self.lesson, code, before, seconds=seconds))

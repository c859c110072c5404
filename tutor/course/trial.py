"""What running a course shows: its examples, starters, solutions, mistakes, predictions and demos, tried on the real engine."""

from __future__ import annotations

import ast
import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from tutor import protocol
from tutor.course.model import Code, Demo, Example, Lesson, Mistake, Order, Predict, Setting, Step, Tune, Value
from tutor.course.outline import Course, Finding
from tutor.course.texts import endings, first_difference, holds, plain, short
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Crashed,
    Finished,
    JobEvent,
    Printed,
    RunCode,
    RunDemo,
    Verdict,
)

if TYPE_CHECKING:
    from tutor.client import Engine

SHOWS = (*get_args(protocol.Shown), Printed, protocol.Result)
"""What counts as something to see of a demo."""
OTHER_SEED = '__import__("torch").manual_seed(12345); __import__("random").seed(12345)'
"""Put ahead of a prediction's code: one whose truth then changes depends on a seed that the learner never saw."""
NONSENSE = "(no such answer)"

Trying = Coroutine[Any, Any, list[Finding]]


@dataclass
class Outcome:
    """What came of one job."""

    printed: str = ""
    """Its stdout."""
    verdict: Verdict | None = None
    shown: bool = False
    last: JobEvent | None = None

    @property
    def crash(self) -> Crashed | None:
        return self.last if isinstance(self.last, Crashed) else None


async def try_lessons(course: Course, lessons: Sequence[Lesson], engine: Engine) -> AsyncIterator[Finding]:
    """What running the lessons shows to be wrong, in the order of the course; several jobs at a time."""
    if await engine.wait_ready() is None:
        yield Finding(
            course.path / "course.toml", 0, f"nothing was run, so nothing of it is known to work: {engine.problem}"
        )
        return
    room = asyncio.Semaphore(os.cpu_count() or 1)
    tasks = [
        asyncio.ensure_future(trying)
        for lesson in lessons
        for trying in _Trial(course, lesson, engine, room).everything()
    ]
    try:
        for task in tasks:
            for finding in await task:
                yield finding
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class _Trial:
    """Tries one lesson."""

    course: Course
    lesson: Lesson
    engine: Engine
    room: asyncio.Semaphore

    @property
    def folder(self) -> str:
        return str(self.course.path)

    def everything(self) -> list[Trying]:
        tries: list[Trying] = []
        for step in self.lesson.steps:
            for index, block in enumerate(step.blocks):
                if isinstance(block, Example):
                    tries.append(self.example(step, index, block))
            if step.demo:
                tries.append(self.demo(step.demo))
            if isinstance(step.exercise, Predict):
                tries.append(self.prediction(step.exercise))
            elif isinstance(step.exercise, Tune):
                tries += [self.tuned(step.exercise), *(self.mistuned(step.exercise, m) for m in step.exercise.mistakes)]
            elif isinstance(step.exercise, (Code, Order)):
                tries += [self.starter(step.exercise), self.solution(step.exercise)]
                tries += [self.mistake(step.exercise, mistake) for mistake in step.exercise.mistakes]
        return tries

    def finding(self, line: int, message: str) -> list[Finding]:
        return [Finding(self.lesson.path, line, message)]

    # Jobs -----------------------------------------------------------------------------------------------------------

    async def run(self, make: Callable[[int], protocol.Work]) -> Outcome:
        """Run the request that `make` builds from a job number."""
        outcome = Outcome()
        async with self.room:
            request = make(self.engine.new_job())
            async for event in self.engine.run(request):
                if isinstance(event, Printed) and event.stream == "stdout":
                    outcome.printed += event.text
                outcome.shown = outcome.shown or isinstance(event, SHOWS)
                outcome.verdict = event if isinstance(event, Verdict) else outcome.verdict
                outcome.last = event
        return outcome

    async def judge(self, make: Callable[[int], protocol.Checked]) -> Verdict:
        """The verdict on a request that asks for one."""
        outcome = await self.run(make)
        assert outcome.verdict is not None  # the engine's promise
        return outcome.verdict

    async def answer(self, exercise: Code | Order, text: str) -> Verdict:
        seconds = exercise.seconds
        return await self.judge(
            lambda job: CheckAnswer(job, self.folder, self.lesson.id, exercise.id, text, seconds=seconds)
        )

    # Examples -------------------------------------------------------------------------------------------------------

    async def example(self, step: Step, index: int, example: Example) -> list[Finding]:
        before = self.lesson.examples_before(step, index)
        outcome = await self.run(lambda job: RunCode(job, self.folder, self.lesson.id, example.code, before))
        crash = outcome.crash
        if example.output is None:
            if crash:
                problem = f"this example fails: {crash.message} Mend it, or state the error in an output fence below it"
                return self.finding(example.line, problem)
            return []
        if crash:
            if any(holds(example.output, outcome.printed + error) for error in endings(crash.detail)):
                return []
            return self.finding(example.line, f"this example fails, and not as its output fence says: {crash.message}")
        if holds(example.output, outcome.printed):
            return []
        differing = first_difference(example.output, outcome.printed)
        return self.finding(example.line, f"this example does not print what its output fence says: {differing}")

    # Demos ----------------------------------------------------------------------------------------------------------

    async def demo(self, demo: Demo) -> list[Finding]:
        settings = {control.name: control.default for control in demo.controls}
        outcome = await self.run(
            lambda job: RunDemo(job, self.folder, self.lesson.id, demo.id, settings, seconds=demo.seconds)
        )
        if outcome.crash:
            where = f" (line {outcome.crash.line} of the .py)" if outcome.crash.line else ""
            return self.finding(demo.line, f"the demo {demo.id} fails at its defaults{where}: {outcome.crash.message}")
        if not isinstance(outcome.last, Finished):
            return self.finding(demo.line, f"the demo {demo.id} was stopped before its end: run the check again")
        if not outcome.shown:
            problem = f"the demo {demo.id} shows nothing: log points, show a picture or table, or give a result"
            return self.finding(demo.line, problem)
        return []

    # Exercises ------------------------------------------------------------------------------------------------------

    async def ask(self, exercise: Predict, before: tuple[str, ...]) -> Verdict:
        """What becomes of an answer that nobody can mean."""
        return await self.judge(
            lambda job: CheckPrediction(job, self.folder, self.lesson.id, exercise.code, NONSENSE, before, reveal=True)
        )

    async def prediction(self, exercise: Predict) -> list[Finding]:
        ahead = (OTHER_SEED, *exercise.before)
        verdicts = await asyncio.gather(self.ask(exercise, exercise.before), self.ask(exercise, ahead))
        for verdict in verdicts:
            if verdict.outcome == "unjudged":
                return self.finding(exercise.line, f"{exercise.id} cannot be judged: {verdict.message}")
            if verdict.outcome == "passed":
                return self.finding(exercise.line, f"{exercise.id} takes any answer as right: ask for something else")
        truth, other = (verdict.expected for verdict in verdicts)
        if not truth or (truth == "None" and not _ends_in_expression(exercise.code)):
            problem = f"{exercise.id} gives nothing to predict: end it with an expression, or print something"
            return self.finding(exercise.line, problem)
        if truth != other:
            problem = (
                f"what {exercise.id} gives depends on chance ({short(truth)} or {short(other)}): seed it in the lesson"
            )
            return self.finding(exercise.line, problem)
        return []

    async def starter(self, exercise: Code | Order) -> list[Finding]:
        what = {"fix": "broken code", "order": "shuffled order"}.get(exercise.kind, "starter")
        start = exercise.assemble(exercise.shuffled()) if isinstance(exercise, Order) else exercise.starter
        verdict = await self.answer(exercise, start)
        problem = ""
        if verdict.outcome == "passed":
            problem = f"the {what} of {exercise.id} passes as it is: make its check ask for more"
        elif verdict.outcome == "unjudged":
            problem = f"the {what} of {exercise.id} cannot be judged: {verdict.message}"
        elif verdict.outcome == "not_attempted" and exercise.kind == "fix":
            problem = f"the broken code of {exercise.id} counts as not attempted, so there is nothing to mend: {verdict.message}"
        return self.finding(exercise.line, problem) if problem else []

    async def solution(self, exercise: Code | Order) -> list[Finding]:
        verdicts = await asyncio.gather(*(self.answer(exercise, exercise.solution) for _ in range(2)))
        failed = [verdict for verdict in verdicts if verdict.outcome != "passed"]
        if failed and len(failed) < len(verdicts):
            problem = f"the solution of {exercise.id} passes only sometimes; make its check sure: {_said(failed[0])}"
            return self.finding(exercise.line, problem)
        return self.unsolved(exercise, verdicts[0])

    def unsolved(self, exercise: Code | Order | Tune, verdict: Verdict) -> list[Finding]:
        """What is wrong where a solution does not pass."""
        if verdict.outcome == "passed":
            return []
        if verdict.outcome == "unjudged":
            return self.finding(exercise.line, f"the solution of {exercise.id} cannot be judged: {verdict.message}")
        return self.finding(exercise.line, f"the solution of {exercise.id} does not pass: {_said(verdict)}")

    async def mistake(self, exercise: Code | Order, mistake: Mistake) -> list[Finding]:
        return self.missed(exercise.id, mistake, await self.answer(exercise, mistake.code))

    def missed(self, exercise: str, mistake: Mistake | Setting, verdict: Verdict) -> list[Finding]:
        """What is wrong where a mistake passes, or does not earn its sentence."""
        if verdict.outcome == "passed":
            problem = f"this mistake of {exercise} passes: make its check notice it"
        elif verdict.outcome == "unjudged":
            problem = f"this mistake of {exercise} cannot be judged: {verdict.message}"
        elif plain(mistake.sentence) not in plain(f"{verdict.message}\n{verdict.detail}"):
            problem = f'this mistake of {exercise} does not earn "{mistake.sentence}", but: {_said(verdict)}'
        else:
            return []
        return self.finding(mistake.line, problem)

    async def tune(self, exercise: Tune, values: dict[str, Value]) -> Verdict:
        settings = exercise.settings(values)
        return await self.judge(
            lambda job: CheckTuning(
                job,
                self.folder,
                self.lesson.id,
                exercise.id,
                exercise.demo.id,
                settings,
                exercise.seeds,
                seconds=exercise.seconds,
            )
        )

    async def tuned(self, exercise: Tune) -> list[Finding]:
        by_default, verdict = await asyncio.gather(self.tune(exercise, {}), self.tune(exercise, exercise.solution))
        if by_default.outcome == "passed":
            problem = f"the defaults of {exercise.demo.id} reach the target of {exercise.id}: ask for more"
            return self.finding(exercise.line, problem)
        return self.unsolved(exercise, verdict)

    async def mistuned(self, exercise: Tune, mistake: Setting) -> list[Finding]:
        return self.missed(exercise.id, mistake, await self.tune(exercise, mistake.values))


def _ends_in_expression(code: str) -> bool:
    body = ast.parse(code).body
    return bool(body) and isinstance(body[-1], ast.Expr)


def _said(verdict: Verdict) -> str:
    return f"{verdict.outcome.replace('_', ' ')}: {verdict.message}"

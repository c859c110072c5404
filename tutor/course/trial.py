"""What running a course shows: its examples, starters, solutions, mistakes, predictions and demos, tried on the real engine."""

from __future__ import annotations

import ast
import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from tutor.course.jobs import Jobs
from tutor.course.model import Code, Demo, Example, Lesson, Mistake, Order, Predict, Setting, Step, Tune
from tutor.course.outline import Course, Finding
from tutor.course.room import Room
from tutor.course.texts import endings, first_difference, holds, plain, short
from tutor.protocol import Finished, Verdict

if TYPE_CHECKING:
    from tutor.client import Engine

OTHER_SEED = '__import__("torch").manual_seed(12345); __import__("random").seed(12345)'
"""Put ahead of code: what it gives then depends on a seed that the learner never saw, if it is another than before."""
SOON = 1.0
"""Seconds within which a demo should show something."""

Trying = Coroutine[Any, Any, list[Finding]]


async def try_lessons(
    course: Course,
    lessons: Sequence[Lesson],
    engine: Engine,
    done: Callable[[Lesson, list[Finding]], None],
    ticked: Callable[[int, int], None],
) -> AsyncIterator[Finding]:
    """What running the lessons shows to be wrong, in the order of the course; several jobs at a time.

    `done` is told of each lesson that was tried to its end, and what was found; `ticked`, after each trial, how many have ended
    and how many there are. A demo that is slow to show something is
    measured again at the end, when no other job runs.
    """
    if await engine.wait_ready() is None:
        yield Finding(
            course.path / "course.toml", 0, f"nothing was run, so nothing of it is known to work: {engine.problem}"
        )
        return
    room = Room()
    trials = [_Trial(Jobs(str(course.path), lesson, engine, room)) for lesson in lessons]
    tasks = [[asyncio.ensure_future(trying) for trying in trial.everything()] for trial in trials]
    _count(tasks, ticked)
    late: list[tuple[_Trial, list[Finding]]] = []
    try:
        for trial, own in zip(trials, tasks, strict=True):
            findings = trial.settle([finding for task in own for finding in await task])
            for finding in findings:
                yield finding
            if trial.late:
                late.append((trial, findings))
            else:
                done(trial.lesson, findings)
        for trial, findings in late:
            warnings = await trial.measure_late()
            for warning in warnings:
                yield warning
            done(trial.lesson, findings + warnings)
    finally:
        for task in (task for own in tasks for task in own):
            task.cancel()
        await asyncio.gather(*(task for own in tasks for task in own), return_exceptions=True)


def _count(tasks: list[list[asyncio.Task[list[Finding]]]], ticked: Callable[[int, int], None]) -> None:
    """Tell `ticked` of each task that ends."""
    every = [task for own in tasks for task in own]
    ended = itertools.count(1)
    for task in every:
        task.add_done_callback(lambda _task: ticked(next(ended), len(every)))


class _Trial:
    """Tries one lesson."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.lesson = jobs, jobs.lesson
        self.late: list[Demo] = []
        """Demos that took longer than they should to show something, while other jobs ran."""
        self.failed: set[str] = set()
        """Ids of demos that fail at their defaults."""

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

    def settle(self, findings: list[Finding]) -> list[Finding]:
        """The findings, without those that only follow from another one."""
        asked = dict(sorted(self.jobs.asked.items(), reverse=True))
        first = {address: line for line, address in asked.items()}  # the line above all others that ask for it
        kept = [
            finding for finding in findings if finding.line not in asked and finding.line not in self._tuned_in_vain
        ]
        for address, line in sorted(first.items(), key=lambda item: item[1]):
            kept += self.finding(line, f"this asks for the network ({address}): by default a lesson needs none")
        return kept

    @property
    def _tuned_in_vain(self) -> set[int]:
        """The lines of targets, and of their mistakes, that are to be reached with a demo which fails in any case."""
        vain = [e for e in self.lesson.exercises if isinstance(e, Tune) and e.demo.id in self.failed]
        return {line for e in vain for line in (e.line, *(mistake.line for mistake in e.mistakes))}

    # Examples -------------------------------------------------------------------------------------------------------

    async def example(self, step: Step, index: int, example: Example) -> list[Finding]:
        before = self.lesson.examples_before(step, index)
        outcome = await self.jobs.example(example, before)
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
        if not holds(example.output, outcome.printed):
            differing = first_difference(example.output, outcome.printed)
            return self.finding(example.line, f"this example does not print what its output fence says: {differing}")
        again = await self.jobs.example(example, (OTHER_SEED, *before))
        if again.crash or holds(example.output, again.printed):
            return []
        differing = first_difference(example.output, again.printed)
        return self.finding(example.line, f"what this example prints depends on chance ({differing}): seed it")

    # Demos ----------------------------------------------------------------------------------------------------------

    async def demo(self, demo: Demo) -> list[Finding]:
        outcome = await self.jobs.demo(demo)
        if outcome.crash:
            if outcome.crash.line:  # else it may be the engine that failed
                self.failed.add(demo.id)
            where = f" (line {outcome.crash.line} of the .py)" if outcome.crash.line else ""
            return self.finding(demo.line, f"the demo {demo.id} fails at its defaults{where}: {outcome.crash.message}")
        if not isinstance(outcome.last, Finished):
            return self.finding(demo.line, f"the demo {demo.id} was stopped before its end: run the check again")
        if outcome.first < 0:
            problem = f"the demo {demo.id} shows nothing: log points, show a picture or table, or give a result"
            return self.finding(demo.line, problem)
        if outcome.first > SOON:
            self.late.append(demo)
        return []

    async def measure_late(self) -> list[Finding]:
        """Warnings: a slow machine is no fault of the demo."""
        warnings = []
        for demo in self.late:
            first = min([(await self.jobs.demo(demo, until_shown=True)).first for _ in range(2)])
            if first > SOON * _crowding():
                problem = f"the demo {demo.id} shows nothing for {first:.1f} s here: show something within {SOON:g} s"
                warnings.append(Finding(self.lesson.path, demo.line, problem, warning=True))
        return warnings

    # Exercises ------------------------------------------------------------------------------------------------------

    async def prediction(self, exercise: Predict) -> list[Finding]:
        ahead = (OTHER_SEED, *exercise.before)
        verdicts = await asyncio.gather(self.jobs.ask(exercise, exercise.before), self.jobs.ask(exercise, ahead))
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

    async def twice(self, line: int, exercise: Code | Order, text: str) -> tuple[Verdict, Verdict]:
        """The verdicts of two runs: a check that is sure gives the same."""
        return await asyncio.gather(*(self.jobs.answer(line, exercise, text) for _ in range(2)))  # type: ignore[return-value]

    async def starter(self, exercise: Code | Order) -> list[Finding]:
        what = {"fix": "broken code", "order": "shuffled order"}.get(exercise.kind, "starter")
        start = exercise.assemble(exercise.shuffled()) if isinstance(exercise, Order) else exercise.starter
        verdict, again = await self.twice(exercise.line, exercise, start)
        problem = ""
        if verdict.outcome != again.outcome:
            problem = f"the {what} of {exercise.id} is judged in two ways; make its check sure: {_both(verdict, again)}"
        elif verdict.outcome == "passed":
            problem = f"the {what} of {exercise.id} passes as it is: make its check ask for more"
        elif verdict.outcome == "unjudged":
            problem = f"the {what} of {exercise.id} cannot be judged: {verdict.message}"
        elif verdict.outcome == "not_attempted" and exercise.kind == "fix":
            problem = f"the broken code of {exercise.id} counts as not attempted, so there is nothing to mend: {verdict.message}"
        return self.finding(exercise.line, problem) if problem else []

    async def solution(self, exercise: Code | Order) -> list[Finding]:
        return self.unsolved(exercise, await self.twice(exercise.line, exercise, exercise.solution))

    def unsolved(self, exercise: Code | Order | Tune, verdicts: Sequence[Verdict]) -> list[Finding]:
        """What is wrong where a solution does not pass each time."""
        failed = [verdict for verdict in verdicts if verdict.outcome != "passed"]
        if not failed:
            return []
        problem = f"the solution of {exercise.id} does not pass: {_said(failed[0])}"
        if len(failed) < len(verdicts):
            problem = f"the solution of {exercise.id} passes only sometimes; make its check sure: {_said(failed[0])}"
        elif failed[0].outcome == "unjudged":
            problem = f"the solution of {exercise.id} cannot be judged: {failed[0].message}"
        return self.finding(exercise.line, problem)

    async def mistake(self, exercise: Code | Order, mistake: Mistake) -> list[Finding]:
        return self.missed(exercise.id, mistake, await self.twice(mistake.line, exercise, mistake.code))

    def missed(self, exercise: str, mistake: Mistake | Setting, verdicts: Sequence[Verdict]) -> list[Finding]:
        """What is wrong where a mistake passes, or does not earn its sentence, each time."""
        problems = [self.problem(exercise, mistake, verdict) for verdict in verdicts]
        found = next((problem for problem in problems if problem), "")
        if found and not all(problems):
            said = _both(*verdicts)
            found = f"this mistake of {exercise} is judged in two ways; make its check sure: {said}"
        return self.finding(mistake.line, found) if found else []

    def problem(self, exercise: str, mistake: Mistake | Setting, verdict: Verdict) -> str:
        if verdict.outcome == "passed":
            return f"this mistake of {exercise} passes: make its check notice it"
        if verdict.outcome == "unjudged":
            return f"this mistake of {exercise} cannot be judged: {verdict.message}"
        if plain(mistake.sentence) not in plain(f"{verdict.message}\n{verdict.detail}"):
            return f'this mistake of {exercise} does not earn "{mistake.sentence}", but: {_said(verdict)}'
        return ""

    async def tuned(self, exercise: Tune) -> list[Finding]:
        by_default, *solved = await asyncio.gather(
            self.jobs.tune(exercise.line, exercise, {}),
            self.jobs.tune(exercise.line, exercise, exercise.solution),
            self.jobs.tune(exercise.line, exercise, exercise.solution, again=True),
        )
        if by_default.outcome == "passed":
            problem = f"the defaults of {exercise.demo.id} reach the target of {exercise.id}: ask for more"
            return self.finding(exercise.line, problem)
        return self.unsolved(exercise, solved)

    async def mistuned(self, exercise: Tune, mistake: Setting) -> list[Finding]:
        return self.missed(exercise.id, mistake, [await self.jobs.tune(mistake.line, exercise, mistake.values)])


def _crowding() -> float:
    """How many programs want each core of this machine, at least 1: what shows soon on a free one may be that much later."""
    try:
        return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    except OSError:
        return 1.0


def _ends_in_expression(code: str) -> bool:
    body = ast.parse(code).body
    return bool(body) and isinstance(body[-1], ast.Expr)


def _said(verdict: Verdict) -> str:
    return f"{verdict.outcome.replace('_', ' ')}: {verdict.message}"


def _both(verdict: Verdict, again: Verdict) -> str:
    return f"{_said(verdict)} / {_said(again)}"

"""`tutor check`: an answer is judged, and the attempt remembered."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.answers import judge_choice, request_for
from tutor.commands.running import print_event
from tutor.commands.setup import Problem, Setup, find_lesson, find_name
from tutor.protocol import Verdict

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.course.model import Lesson
    from tutor.course.outline import Course
    from tutor.progress import Store
    from tutor.protocol import Checked

STATUS = {"passed": 0, "unjudged": 2}
"""Exit status of an outcome; of all others 1."""


def check_answer(setup: Setup, lesson_name: str, exercise_name: str, file: str | None, as_json: bool) -> int:
    """Judge an answer, remember the attempt, and return the exit status."""
    from tutor.course.reader import read_lesson
    from tutor.progress import Store

    course = setup.open_course()
    lesson = read_lesson(course, find_lesson(course, lesson_name).id)
    steps = {step.exercise.id: step for step in lesson.steps if step.exercise}
    step = steps[find_name(exercise_name, steps, "exercise")]
    exercise = step.exercise
    assert exercise
    with closing(Store.open(course=course)) as store:
        answer = _read(file, store, course, lesson, exercise.id)
        if exercise.kind == "choice":
            verdict = judge_choice(exercise, answer)
            if as_json:
                print_event(verdict)
        else:
            engine = setup.engine(course)
            request = request_for(engine.new_job(), course, lesson, exercise, answer, setup.device)
            verdict = asyncio.run(_ask(engine, request, as_json))
        kept = (verdict.outcome, verdict.message, answer, verdict.seconds, verdict.lesson)
        store.record(course.id, lesson.id, exercise.id, *kept)
        store.see(course.id, lesson.id, step.id)
        store.update_state(course.id, lesson)
        problem = store.problem
    if not as_json:
        show_verdict(verdict)
    if problem:
        click.echo(f"tutor: {problem}", err=True)
    return STATUS.get(verdict.outcome, 1)


def _read(file: str | None, store: Store, course: Course, lesson: Lesson, exercise_id: str) -> str:
    """The answer, from standard input, the named file, or the learner's own."""
    if file == "-":
        return sys.stdin.read()
    if file is None:
        text = store.load_answer(course.id, lesson.id, exercise_id)
        if text is None:
            path = store.answer_path(course.id, lesson.id, exercise_id)
            problem = store.problem or f"There is no answer to {exercise_id} yet: write it to {path}, or name a file."
            raise Problem(problem)
        return text
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(f"{file} is not UTF-8 text; save it as that.") from None
    except OSError as error:
        raise Problem(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from None


async def _ask(engine: Engine, request: Checked, as_json: bool) -> Verdict:
    """The engine's verdict; on the way, the events or what the answer printed."""
    verdict = Verdict(request.job, "unjudged", "The engine gave no verdict; that is a fault of the engine.")
    if as_json:
        async with engine, aclosing(engine.run(request)) as events:  # type: ignore[type-var]
            async for event in events:
                print_event(event)
                verdict = event if isinstance(event, Verdict) else verdict
        return verdict
    from tutor.commands.following import Follower

    follower = Follower("checking")
    with follower:
        async with engine, aclosing(engine.run(request)) as events:  # type: ignore[type-var]
            async for event in events:
                follower.feed(event)
    return follower.verdict or verdict


def show_verdict(verdict: Verdict) -> None:
    """The verdict in words."""
    passed = verdict.outcome == "passed"
    click.secho(f"{'✓' if passed else '✗'} {verdict.message or 'Passed.'}", fg="green" if passed else "red")
    for name, text in (("expected", verdict.expected), ("got", verdict.got)):
        if text and not passed:
            click.echo(f"  {name:<9} " + text.replace("\n", "\n" + " " * 12))
    if verdict.detail and not passed:
        click.echo("\n" + verdict.detail.rstrip("\n"))
    if verdict.lesson and not passed:
        click.echo(f"\nMore about this: tutor {verdict.lesson}")

"""`tutor demo`: a demo without the screen."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from tutor.commands.answers import read_settings
from tutor.commands.setup import Problem, Setup, find_lesson, find_name
from tutor.protocol import Finished, JobEvent, RunDemo, encode

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.commands.following import Follower
    from tutor.course.model import Demo, Lesson
    from tutor.protocol import Work


def run_demo(setup: Setup, lesson_name: str, name: str | None, chosen: tuple[str, ...], as_json: bool) -> int:
    """Run a demo to its end, and return the exit status."""
    from tutor.course.reader import read_lesson

    course = setup.open_course()
    lesson = read_lesson(course, find_lesson(course, lesson_name).id)
    demo = _find_demo(lesson, name)
    settings = read_settings(demo, chosen)
    engine = setup.engine(course)
    request = RunDemo(engine.new_job(), str(course.path), lesson.id, demo.id, settings, setup.device, demo.seconds)
    if as_json:
        return asyncio.run(print_events(engine, request))
    from tutor.commands.following import Follower

    return asyncio.run(_follow(engine, request, Follower(demo.label)))


def print_script(setup: Setup, lesson_name: str, name: str | None, chosen: tuple[str, ...]) -> None:
    """A demo, as a script that runs by itself."""
    from tutor.course.reader import read_lesson
    from tutor.course.script import make_script

    course = setup.open_course()
    lesson = read_lesson(course, find_lesson(course, lesson_name).id)
    demo = _find_demo(lesson, name)
    click.echo(make_script(course, lesson, demo, read_settings(demo, chosen)), nl=False)


async def print_events(engine: Engine, request: Work) -> int:
    """Every event of a job as a line of JSON; 0 when it finished, else 1."""
    last: JobEvent | None = None
    async with engine, aclosing(engine.run(request)) as events:  # type: ignore[type-var]
        async for event in events:
            print_event(event)
            last = event
    return 0 if isinstance(last, Finished) else 1


def print_event(event: JobEvent) -> None:
    """One event as the protocol writes it, at once."""
    click.echo(encode(event).decode().rstrip("\n"))


async def _follow(engine: Engine, request: Work, follower: Follower) -> int:
    with follower:
        async with engine, aclosing(engine.run(request)) as events:  # type: ignore[type-var]
            async for event in events:
                follower.feed(event)
    follower.show()
    return 0 if isinstance(follower.last, Finished) else 1


def _find_demo(lesson: Lesson, name: str | None) -> Demo:
    demos = {demo.id: demo for demo in lesson.demos}
    if name is None and len(demos) == 1:
        return lesson.demos[0]
    if name is None and demos:
        raise Problem(f"{lesson.id} has {len(demos)} demos: {', '.join(demos)}; say which.")
    if name is None:
        raise Problem(f"{lesson.id} has no demo.")
    return demos[find_name(name, demos, "demo")]

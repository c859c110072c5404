"""`tutor demo`: a demo without the screen."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from tutor.commands.setup import Problem, Setup, find_lesson, find_name
from tutor.protocol import Finished, JobEvent, RunDemo, encode

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.commands.following import Follower
    from tutor.course.model import Demo, Lesson, Value
    from tutor.protocol import Work


def run_demo(setup: Setup, lesson_name: str, name: str | None, chosen: tuple[str, ...], as_json: bool) -> int:
    """Run a demo to its end, and return the exit status."""
    from tutor.course.reader import read_lesson

    course = setup.open_course()
    lesson = read_lesson(course, find_lesson(course, lesson_name).id)
    demo = _find_demo(lesson, name)
    settings = _read_settings(demo, chosen)
    engine = setup.engine()
    request = RunDemo(engine.new_job(), str(course.path), lesson.id, demo.id, settings, setup.device, demo.seconds)
    if as_json:
        return asyncio.run(print_events(engine, request))
    from tutor.commands.following import Follower

    return asyncio.run(_follow(engine, request, Follower(demo.label)))


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


def _read_settings(demo: Demo, chosen: tuple[str, ...]) -> dict[str, Value]:
    """The demo's controls at their defaults, but for those that were set."""
    controls = {control.name: control for control in demo.controls}
    settings = {control.name: control.default for control in demo.controls}
    for setting in chosen:
        name, equals, text = setting.partition("=")
        if not equals:
            raise Problem(f"--set wants CONTROL=VALUE, such as --set lr=0.1; not {setting!r}.")
        control = controls[find_name(name.strip(), controls, "control")]
        try:
            settings[control.name] = control.read(text)
        except ValueError as error:
            raise Problem(str(error)) from None
    return settings


def write_error(text: str) -> None:
    """A line about what went wrong, on stderr."""
    click.secho(text, err=True, fg="red")
    sys.stderr.flush()

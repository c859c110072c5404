"""`tutor course check`: what is wrong with a course."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.setup import Setup, emit, find_lesson
from tutor.course.outline import CourseError, Finding

if TYPE_CHECKING:
    from tutor.client import Engine


def check_course(setup: Setup, lessons: tuple[str, ...], as_json: bool) -> int:
    """Print each finding as it is found, and return the exit status."""
    from tutor.course.catalog import built_in

    folder = (setup.course or built_in()).absolute()
    ids: list[str] = []
    preload: tuple[str, ...] = ()
    try:
        course = setup.open_course()
    except CourseError as error:
        _print(Finding(error.path, error.line, error.problem), as_json)
        return 2
    ids = [find_lesson(course, lesson).id for lesson in lessons]
    preload = course.preload
    found = asyncio.run(_check(setup.engine(preload), folder, ids, as_json))
    if not as_json:
        checked = f"{len(ids or course.lessons)} lesson{'' if len(ids or course.lessons) == 1 else 's'} checked"
        click.echo(f"{checked}: {f'{found} found' if found else 'nothing found'}.", err=bool(found))
    return 1 if found else 0


async def _check(engine: Engine, folder: Path, lessons: list[str], as_json: bool) -> int:
    from tutor.course import author

    found = 0
    async with engine:
        async for finding in author.check_course(folder, engine, lessons):
            _print(finding, as_json)
            found += 1
    return found


def _print(finding: Finding, as_json: bool) -> None:
    if as_json:
        emit({"path": str(finding.path), "line": finding.line, "message": finding.message})
        return
    path = os.path.relpath(finding.path)
    place = f"{path if not path.startswith('..') else finding.path}{f':{finding.line}' if finding.line else ''}"
    click.echo(f"{click.style(place, bold=True)}: {finding.message}")

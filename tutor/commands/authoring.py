"""`tutor course check`: what is wrong with a course."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.setup import Setup, emit, find_lesson
from tutor.course.outline import Course, CourseError, Finding

if TYPE_CHECKING:
    from tutor.course.author import Report
    from tutor.course.syllabus import Coverage


def check_course(setup: Setup, lessons: tuple[str, ...], as_json: bool, everything: bool) -> int:
    """Print each finding as it is found, and return the exit status. `everything`: also what passed before and has not changed."""
    try:
        course = setup.open_course()
    except CourseError as error:
        _print(Finding(error.path, error.line, error.problem), as_json)
        return 2
    from tutor.course.author import Report

    ids = [find_lesson(course, lesson).id for lesson in lessons]
    line = _Line()
    report = Report(ticked=line.show)
    faults, warnings = asyncio.run(
        _check(setup, course, ids, everything, report, lambda finding: line.above(finding, as_json))
    )
    if not as_json:
        _print_end(len(ids or course.lessons), faults, warnings, report)
    if not lessons:
        from tutor.course.syllabus import coverage

        covered = coverage(course)
        if covered:
            _print_coverage(covered, as_json)
    return 1 if faults else 0


async def _check(
    setup: Setup,
    course: Course,
    lessons: list[str],
    everything: bool,
    report: Report,
    tell: Callable[[Finding], None],
) -> tuple[int, int]:
    """The numbers of faults and of warnings."""
    from tutor.course import author
    from tutor.course.jobs import OFFLINE
    from tutor.course.passed import Passed, cache_folder

    passed = Passed(course, cache_folder(), python=setup.python, device=setup.device)
    if everything:
        for entry in course.lessons:
            if not lessons or entry.id in lessons:
                passed.drop(entry.id)
    found = [0, 0]
    async with setup.engine(course, (*course.preload, OFFLINE)) as engine:
        checking = author.check_course(course.path, engine, lessons, passed=passed, report=report)
        async for finding in checking:
            tell(finding)
            found[finding.warning] += 1
    return found[0], found[1]


class _Line:
    """How far the check is, on a line that is written over; only where somebody watches."""

    def __init__(self) -> None:
        self.watched = sys.stderr.isatty()

    def show(self, ended: int, of: int) -> None:
        """So many trials have ended; after the last one the line goes."""
        if self.watched:
            words = f"{ended} of {of} examples, demos and answers tried" if ended < of else ""
            click.echo(f"\r\x1b[K{words}", nl=False, err=True)

    def above(self, finding: Finding, as_json: bool) -> None:
        """Print a finding in the line's place."""
        if self.watched:
            click.echo("\r\x1b[K", nl=False, err=True)
        _print(finding, as_json)


def _print(finding: Finding, as_json: bool) -> None:
    if as_json:
        severity = "warning" if finding.warning else "error"
        fields = {"path": str(finding.path), "line": finding.line, "message": finding.message}
        emit({"kind": "Finding", **fields, "severity": severity})
        return
    place = f"{relative(finding.path)}{f':{finding.line}' if finding.line else ''}"
    click.echo(f"{click.style(place, bold=True)}: {'warning: ' if finding.warning else ''}{finding.message}")


def _print_end(lessons: int, faults: int, warnings: int, report: Report) -> None:
    for note in report.notes:
        click.echo(note, err=True)
    same = len(report.unchanged)
    unchanged = f" ({same} as {'it' if same == 1 else 'they'} passed before; --all tries all)" if same else ""
    found = f"{faults} finding{'' if faults == 1 else 's'}" if faults else "nothing found"
    more = f", {warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""
    click.echo(
        f"{lessons} lesson{'' if lessons == 1 else 's'} checked{unchanged}: {found}{more}.",
        err=bool(faults or warnings),
    )


def _print_coverage(covered: Coverage, as_json: bool) -> None:
    """How much of the syllabus is taught. What is not covered yet is said, and is no fault."""
    if as_json:
        missing = {topic.id: [item.number for item in topic.items] for topic in covered.missing}
        emit({"kind": "Coverage", "items": covered.items, "taught": covered.taught, "missing": missing})
        return
    click.echo(f"{covered.taught} of {covered.items} items of the syllabus are taught.")
    for topic in covered.missing:
        numbers = _ranges([item.number for item in topic.items])
        click.echo(f"  not covered yet in {topic.title}: {len(topic.items)} ({numbers})")


def _ranges(numbers: list[int]) -> str:
    """1, 2, 3, 7 as "1-3, 7"."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def relative(path: Path) -> str:
    """The path as it is shorter to read from here."""
    there = os.path.relpath(path)
    return there if not there.startswith("..") else str(path)

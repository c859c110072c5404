"""The gate behind `tutor course check`: whether all of a course holds together, each finding with the place and how to mend it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.catalog import open_course
from tutor.course.files import check_files, check_pair, heading_line
from tutor.course.fitting import check_fit
from tutor.course.formatting import check_format, find_ruff
from tutor.course.hints import check_hints
from tutor.course.lasting import check_ids
from tutor.course.model import Lesson
from tutor.course.outline import Course, CourseError, Entry, Finding, close_names
from tutor.course.reader import read_lesson
from tutor.course.syllabus import check_syllabus
from tutor.course.terms import check_terms
from tutor.course.wording import check_wording

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.course.passed import Passed

__all__ = ["Finding", "Report", "check_course"]


@dataclass
class Report:
    """What a check has to say beside its findings."""

    tried: list[str] = field(default_factory=list)
    """Ids of the lessons that were tried, in the order in which they ended."""
    unchanged: list[str] = field(default_factory=list)
    """Ids of those that passed before and are as they were."""
    notes: list[str] = field(default_factory=list)
    """What was not looked at, and why: one sentence each."""
    ticked: Callable[[int, int], None] = lambda ended, of: None
    """Told after each trial how many have ended, and how many there are."""


async def check_course(
    course_path: Path,
    engine: Engine,
    lessons: Collection[str] = (),
    *,
    passed: Passed | None = None,
    report: Report | None = None,
) -> AsyncIterator[Finding]:
    """All that is wrong with a course, or with these lessons of it; nothing where all is well.

    First what can be seen in the files, then what running shows. Lessons that have `passed` are left out, and those that
    pass now are added. The engine is started when it is needed, and left to the caller to close; where it cannot run, that
    is a finding, and nothing counts as tried. Give it tutor.course.jobs.OFFLINE to preload, or nobody sees who asks for the
    network.
    """
    report = report if report is not None else Report()
    try:
        course = open_course(course_path)
    except CourseError as error:
        yield Finding(error.path, error.line, error.problem)
        return
    unknown = [lesson_id for lesson_id in lessons if lesson_id not in course.by_id]
    for lesson_id in unknown:
        problem = f"there is no lesson {lesson_id}{close_names(lesson_id, course.by_id)}"
        yield Finding(course.path / "course.toml", 0, problem)
    if not lessons:
        for finding in (*check_files(course), *check_syllabus(course)):
            yield finding
    entries = [entry for entry in course.lessons if not lessons or entry.id in lessons]
    report.unchanged += [entry.id for entry in entries if passed is not None and entry in passed]
    checking = _Checking(course, passed, report)
    for finding in checking.files([entry for entry in entries if entry.id not in report.unchanged]):
        yield finding
    if not lessons:
        for finding in check_ids(course, [*checking.read, *_readable(course, report.unchanged)]):
            yield finding
    if checking.read:
        from tutor.course.trial import try_lessons  # with the protocol behind it

        async for finding in try_lessons(course, checking.read, engine, checking.done, report.ticked):
            yield finding


def _readable(course: Course, ids: Collection[str]) -> Iterator[Lesson]:
    """The lessons of these ids that can be read."""
    for lesson_id in ids:
        with contextlib.suppress(CourseError):
            yield read_lesson(course, lesson_id)


class _Checking:
    """Checks the files of some lessons, and remembers which of them turn out well."""

    def __init__(self, course: Course, passed: Passed | None, report: Report) -> None:
        self.course, self.passed, self.report = course, passed, report
        self.read: list[Lesson] = []
        """The lessons that can be read, and so tried."""
        self._found: set[Path] = set()
        """Files in which something was found."""

    def files(self, entries: Collection[Entry]) -> Iterator[Finding]:
        """What the files of the lessons show to be wrong."""
        for entry in entries:
            for finding in self._lesson(entry):
                if not finding.warning:
                    self._found.add(finding.path.with_suffix(""))
                yield finding
        ruff = find_ruff()
        if ruff is None and self.read:
            self.report.notes.append("How code is formatted was not checked: that needs ruff, `pip install ruff`.")
        elif ruff:
            for finding in check_format(self.course.path, self.read, ruff):
                self._found.add(finding.path.with_suffix(""))
                yield finding

    def done(self, lesson: Lesson, findings: Collection[Finding]) -> None:
        """A lesson was tried, with these findings."""
        self.report.tried.append(lesson.id)
        if self.passed is None:
            return
        if findings or lesson.path.with_suffix("") in self._found:
            self.passed.drop(lesson.id)
        elif self.report.notes:  # something was not looked at: next time it may be
            return
        else:
            self.passed.add(lesson.id)

    def _lesson(self, entry: Entry) -> Iterator[Finding]:
        try:
            lesson = read_lesson(self.course, entry.id)
        except CourseError as error:
            yield Finding(error.path, error.line, error.problem)
            return
        if lesson.title != entry.title:
            problem = f"the title is {lesson.title!r} here and {entry.title!r} in course.toml: make them the same"
            yield Finding(lesson.path, heading_line(lesson.path), problem)
        yield from check_pair(lesson)
        yield from check_hints(lesson)
        yield from check_fit(lesson)
        yield from check_wording(lesson.path)
        yield from check_terms(lesson)
        self.read.append(lesson)

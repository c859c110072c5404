"""The gate behind `tutor course check`: whether all of a course holds together, each finding with the place and how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.catalog import open_course
from tutor.course.files import check_files, check_pair, heading_line
from tutor.course.model import Lesson
from tutor.course.outline import Course, CourseError, Finding, close_names
from tutor.course.reader import read_lesson

if TYPE_CHECKING:
    from tutor.client import Engine

__all__ = ["Finding", "check_course"]


async def check_course(course_path: Path, engine: Engine, lessons: Collection[str] = ()) -> AsyncIterator[Finding]:
    """All that is wrong with a course, or with these lessons of it; nothing where all is well.

    First what can be seen in the files, then what running shows. The engine is started when it is needed, and left to the
    caller to close; where it cannot run, that is a finding, and nothing counts as tried.
    """
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
        for finding in check_files(course):
            yield finding
    read, findings = _read(course, lessons)
    for finding in findings:
        yield finding
    if read:
        from tutor.course.trial import try_lessons  # with the protocol behind it

        async for finding in try_lessons(course, read, engine):
            yield finding


def _read(course: Course, lessons: Collection[str]) -> tuple[list[Lesson], list[Finding]]:
    """The lessons that can be read, and what their files show to be wrong."""
    read: list[Lesson] = []
    findings: list[Finding] = []
    for entry in course.lessons:
        if lessons and entry.id not in lessons:
            continue
        try:
            lesson = read_lesson(course, entry.id)
        except CourseError as error:
            findings.append(Finding(error.path, error.line, error.problem))
            continue
        if lesson.title != entry.title:
            problem = f"the title is {lesson.title!r} here and {entry.title!r} in course.toml: make them the same"
            findings.append(Finding(lesson.path, heading_line(lesson.path), problem))
        findings += check_pair(lesson)
        read.append(lesson)
    return read, findings

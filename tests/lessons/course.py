"""The built-in course, each lesson of it read once."""

from __future__ import annotations

from functools import cache

from tutor.course.catalog import built_in, open_course
from tutor.course.model import Code, Exercise, Lesson
from tutor.course.outline import Course
from tutor.course.reader import read_lesson


@cache
def course() -> Course:
    """What its course.toml says."""
    return open_course(built_in())


@cache
def read(lesson: str) -> Lesson:
    """The lesson, read from its .md and .py."""
    return read_lesson(course(), lesson)


def find(lesson: str, exercise: str) -> Exercise:
    """The exercise of that id; KeyError where there is none."""
    return {each.id: each for each in read(lesson).exercises}[exercise]


def find_code(lesson: str, exercise: str) -> Code:
    """The code or fix exercise of that id."""
    found = find(lesson, exercise)
    assert isinstance(found, Code), f"{lesson}: {exercise} is a {found.kind} exercise"
    return found

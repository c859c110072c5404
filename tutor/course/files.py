"""What the files of a course show without running anything: pairs, strays, order, and what a lesson's two files say of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tutor.course.catalog import FILE
from tutor.course.model import Choice, Lesson, Predict, Tune
from tutor.course.outline import Course, CourseError, Finding, close_names
from tutor.course.signatures import CHECK, read_signatures

SHARED = ("__init__.py",)
"""What may lie in a chapter's folder beside its lessons."""


def check_files(course: Course) -> Iterator[Finding]:
    """What is wrong with the list of lessons, and with the files it stands for."""
    yield from _duplicates(course)
    yield from _order(course)
    yield from _pairs(course)
    yield from _strays(course)


def _duplicates(course: Course) -> Iterator[Finding]:
    for what, ids in (
        ("chapter", Counter(chapter.id for chapter in course.chapters)),
        ("lesson", Counter(entry.id for entry in course.lessons)),
    ):
        for name, times in ids.items():
            if times > 1:
                problem = f"the {what} {name} is listed {times} times: each needs an id of its own"
                yield Finding(course.path / FILE, line_of(course, name.rpartition("/")[2], last=True), problem)


def _order(course: Course) -> Iterator[Finding]:
    """builds_on must name lessons that come earlier; so there is no circle either."""
    seen: set[str] = set()
    for entry in course.lessons:
        for other in entry.builds_on:
            if other in seen:
                continue
            if other not in course.by_id:
                problem = f"{entry.id} builds on {other}, which is no lesson{close_names(other, course.by_id)}"
            elif other == entry.id:
                problem = f"{entry.id} builds on itself: take it out of builds_on"
            else:
                circle = entry.id in course.by_id[other].builds_on
                why = "which builds on it in turn" if circle else "which comes later"
                problem = f"{entry.id} builds on {other}, {why}: move one of them, or take it out of builds_on"
            yield Finding(course.path / FILE, line_of_lesson(course, entry.id), problem)
        seen.add(entry.id)


def _pairs(course: Course) -> Iterator[Finding]:
    """A missing .md is the reader's to report."""
    for entry in course.lessons:
        markdown, code = course.path / f"{entry.id}.md", course.path / f"{entry.id}.py"
        if markdown.is_file() and not code.is_file():
            problem = (
                f"{code.name} is missing beside {markdown.name}: write it; a docstring is enough where nothing runs"
            )
            yield Finding(code, 0, problem)


def _strays(course: Course) -> Iterator[Finding]:
    chapters = {chapter.id for chapter in course.chapters}
    own = {f"{entry.id}{suffix}" for entry in course.lessons for suffix in (".md", ".py")}
    for path in sorted(course.path.rglob("*")):
        inside = path.relative_to(course.path)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
        if hidden or not path.is_file() or inside.as_posix() in own:
            continue
        if len(inside.parts) == 1:
            stray = path.suffix == ".md" and path.stem.upper() != "README"
        elif inside.parts[0] in chapters:
            stray = path.name not in SHARED
        else:  # data or helpers in a folder of their own, but lessons only where a chapter is
            stray = path.suffix == ".md" and path.stem.upper() != "README"
        if stray:
            yield Finding(
                path, 0, f"no lesson in {FILE} has this file: list it there, move it to another folder, or delete it"
            )


def check_pair(lesson: Lesson) -> Iterator[Finding]:
    """What a lesson's .md and .py say of each other, beyond what reading it demands."""
    for step in lesson.steps:
        exercise = step.exercise
        if exercise is None or isinstance(exercise, (Choice, Predict)):
            continue
        if not step.blocks:
            problem = f"{exercise.id} has no task: say above it what to do, from what, and what should come out"
            yield Finding(lesson.path, exercise.line, problem)
        if not exercise.mistakes:
            fence = f"```{'toml' if isinstance(exercise, Tune) else 'python'} mistake {exercise.id}"
            problem = f"{exercise.id} has no mistake: add {fence} and, quoted below it, the words that it should earn"
            yield Finding(lesson.path, exercise.line, problem)
    code = lesson.path.with_suffix(".py")
    try:
        signatures = read_signatures(code)
    except FileNotFoundError:
        return
    except CourseError as error:
        yield Finding(error.path, error.line, error.problem)
        return
    linked = {demo.id for demo in lesson.demos}
    for name in signatures.demos:
        if name not in linked:
            problem = f"the demo {name} is never shown: link to {code.name}#{name}, or begin its name with _"
            yield Finding(code, signatures.line_of(name), problem)
    checked = {exercise.id for exercise in lesson.exercises if not isinstance(exercise, (Choice, Predict))}
    for name in signatures.checks:
        if name not in checked:
            problem = (
                f"{CHECK}{name} has no exercise{close_names(name, checked)}: add ```python starter {name}, or delete it"
            )
            yield Finding(code, signatures.line_of(CHECK + name), problem)


def line_of_lesson(course: Course, lesson_id: str) -> int:
    """Where course.toml lists it; 0 where that cannot be told."""
    chapter, _, name = lesson_id.partition("/")
    return line_of(course, name, after=line_of(course, chapter))


def line_of_key(course: Course, lesson_id: str, key: str) -> int:
    """Where course.toml gives this key of a lesson; the lesson's own line where it does not."""
    begin = line_of_lesson(course, lesson_id)
    lines = (course.path / FILE).read_text(encoding="utf-8-sig").split("\n")
    for number, line in enumerate(lines[begin:], begin + 1):
        if line.lstrip().startswith("[["):
            break
        if line.split("=")[0].strip() == key:
            return number
    return begin


def line_of(course: Course, name: str, *, after: int = 0, last: bool = False) -> int:
    """The line of course.toml that gives this id; 0 where it is written in another way."""
    lines = (course.path / FILE).read_text(encoding="utf-8-sig").split("\n")
    found = [
        number
        for number, line in enumerate(lines, 1)
        if number > after and line.replace(" ", "").split("#")[0] in (f'id="{name}"', f"id='{name}'")
    ]
    return (found[-1] if last else found[0]) if found else 0


def heading_line(path: Path) -> int:
    """Where a lesson's title stands."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith("# ")), 1)

"""Whether learners' work finds its place in every later edition of a course.

ids.txt beside course.toml lists all that learners' work is kept by, as it was handed on; `tutor course ids` writes it. What is
listed there and has gone must stand under [moved] in course.toml.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from tutor.course import catalog
from tutor.course.ids import REMOVED, Id, follow, ids_of, read_id
from tutor.course.model import Lesson
from tutor.course.outline import Course, CourseError, Finding, close_names
from tutor.course.reader import read_lesson

FILE = "ids.txt"
HEAD = """\
# What learners' work on this course is kept by. `tutor course ids` adds what is new: run it before you hand the course on.
# Once something here is renamed or taken out, `tutor course check` asks where it is now. Nobody has it yet? Delete its line.
"""
FORMER = "# Of earlier editions"


@dataclass(frozen=True)
class _Listed:
    """The lines of ids.txt."""

    path: Path
    lines: tuple[str, ...]

    @property
    def ids(self) -> Iterator[tuple[int, Id | None]]:
        """Line number and what stands there; comments and empty lines left out."""
        for number, line in enumerate(self.lines, 1):
            words = line.partition(" #")[0].strip()
            if words and not words.startswith("#"):
                yield number, read_id(words)


def _listed(course: Course) -> _Listed | None:
    """None: the course was never handed on."""
    path = course.path / FILE
    try:
        return _Listed(path, tuple(path.read_text(encoding="utf-8-sig").split("\n")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CourseError(path, 0, f"it cannot be read: {error}") from None


def check_ids(course: Course, lessons: Collection[Lesson]) -> Iterator[Finding]:
    """What has gone and is not declared, what is declared and is not so; a warning for what is not listed yet.

    `lessons`: those of the course that can be read; of the others it is not known what they hold.
    """
    present = {each for lesson in lessons for each in ids_of(lesson)}
    present |= {Id("lesson", entry.id) for entry in course.lessons}
    unread = {entry.id for entry in course.lessons} - {lesson.id for lesson in lessons}
    yield from _moves(course, present, unread)
    try:
        listed = _listed(course)
    except CourseError as error:
        yield Finding(error.path, error.line, error.problem)
        return
    if listed is None:
        return
    known: set[Id] = set()
    for number, each in listed.ids:
        if each is None:
            yield Finding(listed.path, number, 'this is no id: write it like "exercise tensors/shapes#add_batch"')
        else:
            known.add(each)
            yield from _gone(course, listed.path, number, each, present, unread)
    new = [each for lesson in lessons for each in ids_of(lesson) if each not in known]
    if new:
        some = f"{new[0]}{f' and {len(new) - 1} more' if len(new) > 1 else ''}"
        problem = f"not listed yet: {some}; run `tutor course ids` before learners get the course"
        yield Finding(listed.path, 0, problem, warning=True)


def _gone(
    course: Course, path: Path, line: int, each: Id, present: set[Id], unread: Collection[str]
) -> Iterator[Finding]:
    now = follow(each, course.moved)
    if now is None or now in present or (now.lesson in unread and now.kind != "lesson") or str(each) in course.moved:
        return
    if now.kind != "lesson" and Id("lesson", now.lesson) not in present:
        return  # the lesson's own line says so
    close = _close(now, present)
    where = f' = "{close or "chapter/lesson" if now.kind == "lesson" else close or f"{now.lesson}#name"}"'
    problem = f'{each} has gone, and learners\' work with it: write "{now}"{where}, or = "{REMOVED}", under [moved] in course.toml'
    yield Finding(path, line, problem)


def _close(gone: Id, present: set[Id]) -> str:
    """The place that an id most likely has now."""
    from difflib import get_close_matches

    places = [each.place for each in present if each.kind == gone.kind and each.lesson == gone.lesson]
    if gone.kind == "lesson":
        places = [each.place for each in present if each.kind == "lesson"]
    return next(iter(get_close_matches(gone.place, sorted(places), n=1, cutoff=0.6)), "")


def _moves(course: Course, present: set[Id], unread: Collection[str]) -> Iterator[Finding]:
    """What is wrong with [moved]."""
    file = course.path / catalog.FILE
    text = file.read_text(encoding="utf-8-sig") if course.moved else ""
    for old, new in course.moved.items():
        problem = _wrong_move(course, old, new, present, unread)
        if problem:
            yield Finding(file, catalog.line_of_pair(text, old), problem)


def _wrong_move(course: Course, old: str, new: str, present: set[Id], unread: Collection[str]) -> str:
    before = read_id(old)
    if before is None:
        return f'{old!r} is no id: write it like "exercise tensors/shapes#add_batch"'
    if before in present:
        return f"{old} is still there, so it has not moved: take this line out"
    target = read_id(f"{before.kind} {new}")
    if new != REMOVED and target is None:
        example = "chapter/lesson" if before.kind == "lesson" else "chapter/lesson#name"
        return f'{old} cannot move to {new!r}: write = "{example}", or = "{REMOVED}"'
    now = follow(before, course.moved)
    if now == before:
        return f"{old} moves in a circle: let one of these lines lead to what is there"
    if now is None or now in present or now.lesson in unread or target is None or str(target) in course.moved:
        return ""
    places = [each.place for each in present if each.kind == before.kind]
    return f"{old} moved to {new}, which is no {before.kind}{close_names(new, places)}"


def list_ids(course: Course) -> tuple[Path, int]:
    """Add to ids.txt what is not listed there yet; the file, and how many were added. CourseError where a lesson cannot be read.

    What is listed stays, also what has gone: learners may have it.
    """
    listed = _listed(course)
    before = [each for _, each in listed.ids if each] if listed else []
    blocks, present = [], set[Id]()
    for entry in course.lessons:
        own = ids_of(read_lesson(course, entry.id))
        present.update(own)
        blocks.append("\n".join(map(str, own)))
    former = [str(each) for each in dict.fromkeys(before) if each not in present]
    if former:
        blocks.append("\n".join([FORMER, *former]))
    path = course.path / FILE
    try:
        path.write_text(HEAD + "\n" + "\n\n".join(blocks) + "\n", encoding="utf-8")
    except OSError as error:
        raise CourseError(path, 0, f"it cannot be written: {error.strerror or error}") from None
    return path, len(present - set(before))

"""Takes along what was learned in lessons, steps, exercises and demos that a course has since moved.

Nothing is deleted: rows get their new ids, answers their new file's name. What was removed from a course stays where it is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tutor.course.ids import Id, Kind, follow, read_id
from tutor.course.outline import Course
from tutor.progress.answers import decode
from tutor.progress.database import Cell, Database, Statement
from tutor.progress.places import answer_file
from tutor.progress.schema import COLUMNS, HOLD
from tutor.progress.transfer import MERGE, lay_beside

PARTS: dict[str, tuple[str, Kind]] = {
    "attempts": ("exercise", "exercise"),
    "seen": ("step", "step"),
    "positions": ("step", "step"),
    "settings": ("demo", "demo"),
    "help": ("exercise", "exercise"),
    "runs": ("demo", "demo"),
}
"""Table -> its column that names a part of a lesson, and the kind of that part."""
OTHER = ".other-"
"""Stands in the name of a file that holds a second answer to the same exercise."""


def take_along(database: Database, answers: Path, course: Course) -> str:
    """Bring all work on a course to where its [moved] says that it belongs; twice does nothing the second time.

    One sentence where an answer's file could not be moved; it is tried again the next time.
    """
    trouble = _move_answers(answers, course)
    statements = [*_rows(database, course), *_states(database, course)]
    if statements:
        database.write(*statements)
    return trouble


def _rows(database: Database, course: Course) -> Iterator[Statement]:
    for table, (column, kind) in PARTS.items():
        found = database.read(f"SELECT DISTINCT lesson, {column} FROM {table} WHERE course = ?", course.id)
        changed = [
            ((lesson, part), now)
            for lesson, part in found
            if (now := _now(course, kind, lesson, part)) != (lesson, part)
        ]
        if table == "attempts":
            yield from _attempts(course.id, changed)
            continue
        for old, new in changed:
            was = {"course": course.id, "lesson": old[0], column: old[1]}
            if table == "positions" and new[0] == old[0]:  # a lesson has one, which must not meet itself
                yield f"UPDATE positions SET step = ? WHERE {_where(was)}", (new[1], *was.values())
            else:
                yield from _merge(table, {"lesson": new[0], column: new[1]}, was)


def _now(course: Course, kind: Kind, lesson: str, part: str) -> tuple[str, str]:
    """Where a part of a lesson is now; of one that was removed, where its lesson is."""
    now = follow(Id(kind, lesson, part), course.moved)
    if now is None:
        whole = follow(Id("lesson", lesson), course.moved)
        return (whole.lesson if whole else lesson), part
    return now.lesson, now.name


def _attempts(course_id: str, changed: list[tuple[tuple[str, str], tuple[str, str]]]) -> Iterator[Statement]:
    """An attempt is never changed, but for the name of what it was made at."""
    if not changed:
        return
    yield "DROP TRIGGER attempts_hold", ()
    for old, new in changed:
        yield (
            "UPDATE attempts SET lesson = ?, exercise = ? WHERE course = ? AND lesson = ? AND exercise = ?",
            (*new, course_id, *old),
        )
    yield HOLD, ()


def _states(database: Database, course: Course) -> Iterator[Statement]:
    for (lesson,) in database.read("SELECT lesson FROM states WHERE course = ?", course.id):
        now = follow(Id("lesson", lesson), course.moved)
        if now is not None and now.lesson != lesson:
            yield from _merge("states", {"lesson": now.lesson}, {"course": course.id, "lesson": lesson})


def _merge(table: str, new: dict[str, str], old: dict[str, str]) -> Iterator[Statement]:
    """Put the rows of `old` under new names; where such are there, what both say is merged as two exports are."""
    columns = COLUMNS[table].split(", ")
    values: list[Cell] = [new[name] for name in columns if name in new]
    taken = ", ".join("?" if name in new else name for name in columns)
    where, cells = _where(old), tuple(old.values())
    into = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} WHERE {where}"
    yield f"{into} {MERGE[table]}", (*values, *cells)
    yield f"DELETE FROM {table} WHERE {where}", cells


def _where(cells: dict[str, str]) -> str:
    return " AND ".join(f"{name} = ?" for name in cells)


# Answers ------------------------------------------------------------------------------------------------------------------


def _move_answers(answers: Path, course: Course) -> str:
    trouble = ""
    for path, target in _answers(answers, course):
        try:
            _move(path, target)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            trouble = f"Your answer in {path} belongs to {target} now, and cannot be moved there ({reason})."
    return trouble


def _answers(answers: Path, course: Course) -> Iterator[tuple[Path, Path]]:
    """The files of answers that have another place now, and that place."""
    lessons = {old.lesson for text in course.moved if (old := read_id(text)) and old.kind in ("lesson", "exercise")}
    for lesson in sorted(lessons):
        folder = answer_file(answers, course.id, lesson, "any").parent
        with contextlib.suppress(OSError):
            for path in sorted(folder.glob("*.py")):
                name, mark, other = path.stem.partition(OTHER)
                now = _now(course, "exercise", lesson, unquote(name))
                if now != (lesson, unquote(name)):
                    target = answer_file(answers, course.id, *now)
                    yield path, target.with_name(f"{target.stem}{mark}{other}.py")


def _move(path: Path, target: Path) -> None:
    """Give a file another name; where one lies there with another text, it is kept beside that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        os.replace(path, target)
    else:
        text = decode(path.read_bytes())
        if text != decode(target.read_bytes()):
            lay_beside(target, text)
        path.unlink()
    with contextlib.suppress(OSError):
        path.parent.rmdir()  # where nothing else lies in it

"""All of a learner's work as one JSON object: written out, merged in again, and kept as a copy when something is to be forgotten."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.progress import rescue
from tutor.progress.answers import decode, write_atomically
from tutor.progress.database import Cell, Database, Statement, StoreError
from tutor.progress.places import answer_file, safe_name
from tutor.progress.schema import COLUMNS, STAY

KIND, FORMAT = "tutor progress", 1
"""What an export says of itself. A later format gets a higher number, and this tutor refuses it."""

NUMBERS: dict[str, type] = {"at": float, "seconds": float, "visit": int, "number": int}
"""Columns that are no text."""
WORDS = {"state": ("new", "started", "done"), "kind": ("hint", "solution")}
"""Columns that hold one of these."""

LATER = {"runs"}
"""Tables that exports of an earlier tutor do not have."""

MERGE = {
    "seen": "ON CONFLICT (course, lesson, step) DO UPDATE SET at = min(at, excluded.at)",
    "help": "ON CONFLICT (course, lesson, exercise, kind, number) DO UPDATE SET at = min(at, excluded.at)",
    "positions": "ON CONFLICT (course, lesson) DO UPDATE SET step = excluded.step, visit = excluded.visit, at = excluded.at"
    " WHERE excluded.at > at",
    "settings": "ON CONFLICT (course, lesson, demo) DO UPDATE SET chosen = excluded.chosen, at = excluded.at"
    " WHERE excluded.at > at",
    "states": "ON CONFLICT (course, lesson) DO UPDATE SET state = excluded.state WHERE excluded.state = 'done'",
    "runs": "ON CONFLICT (course, lesson, demo, at) DO NOTHING",
}
"""What becomes of a row that is there already: the earliest sight, the latest choice and the furthest state stay."""


@dataclass(frozen=True)
class Merged:
    """What an import added."""

    attempts: int
    answers: int
    """Files written where none was."""
    beside: tuple[Path, ...]
    """Files that now hold one of two different answers to the same exercise."""


def export(database: Database, answers: Path) -> dict[str, object]:
    """All rows, and every answer file by its path below `answers`. StoreError where a file cannot be read."""
    from tutor import __version__

    tables = {table: _all_rows(database, table) for table in COLUMNS}
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    about = {"kind": KIND, "format": FORMAT, "tutor": __version__, "exported": moment}
    return {**about, **tables, "answers": _all_answers(answers)}


def _all_rows(database: Database, table: str) -> list[dict[str, Any]]:
    columns = _columns(table)
    order = "at, id" if table == "attempts" else "rowid"
    rows = database.read(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}")
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    for row in found:
        if "chosen" in row:
            row["chosen"] = json.loads(row["chosen"])
    return found


def _all_answers(folder: Path) -> dict[str, str]:
    texts = {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not path.is_file():
            continue
        try:
            texts[name.as_posix()] = decode(path.read_bytes())
        except OSError as error:
            raise StoreError(f"{path} cannot be read ({_reason(error)}); mend that, then try again.") from None
    return texts


def merge(database: Database, answers: Path, exported: object) -> Merged:
    """Add what is not here yet. Twice the same adds nothing the second time. StoreError: why not, or not all of it."""
    data = _understood(exported)
    statements = [_adding(table, row) for table in COLUMNS for row in _rows(data, table)]
    texts = _texts(data)
    _need_file(database)
    added, beside = _merge_answers(database, answers, texts, _rows(data, "attempts"))
    before = _count(database)
    database.write(*statements)
    _need_file(database)
    return Merged(_count(database) - before, added, tuple(beside))


def _merge_answers(
    database: Database, folder: Path, texts: dict[str, str], attempts: list[tuple[Cell, ...]]
) -> tuple[int, list[Path]]:
    """Of two different answers, the one here keeps its place, unless it was never checked and the other was; the other one is
    written beside it."""
    checked_here = _files(folder, database.read("SELECT DISTINCT course, lesson, exercise FROM attempts"))
    columns = _columns("attempts")
    at = [columns.index(name) for name in ("course", "lesson", "exercise")]
    checked_there = _files(folder, {tuple(row[i] for i in at) for row in attempts})
    added, beside = 0, []
    for name, text in texts.items():
        path = folder / name
        try:
            here = decode(path.read_bytes()) if path.exists() else None
            if here is None:
                write_atomically(path, text)
                added += 1
            elif here != text:
                yields = path not in checked_here and path in checked_there
                other = lay_beside(path, here if yields else text)
                if yields:
                    write_atomically(path, text)
                beside += [other] if other else []
        except OSError as error:
            raise StoreError(f"{path} cannot be written ({_reason(error)}); mend that, then import again.") from None
    return added, beside


def lay_beside(path: Path, text: str) -> Path | None:
    """Keep a text under a name of its own; None: it is there already."""
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    other = path.with_name(f"{path.stem}.other-{mark}.py")
    if other.exists():
        return None
    write_atomically(other, text)
    return other


def _files(folder: Path, exercises: Iterable[tuple[Any, ...]]) -> set[Path]:
    return {answer_file(folder, *map(str, exercise)) for exercise in exercises}


def reset(database: Database, answers: Path, course: str, lesson: str) -> Path:
    """Write an export of everything beside the file, then forget the lesson, or the course where `lesson` is empty."""
    _need_file(database)
    newest = database.read("SELECT coalesce(max(id), 0) FROM attempts")[0][0]
    data = export(database, answers)
    copy = rescue.dated(database.path.with_suffix(".json"), "before-reset")
    try:
        write_atomically(copy, dump(data))
    except OSError as error:
        raise StoreError(f"Nothing was forgotten: {copy} cannot be written ({_reason(error)}).") from None
    scope = "course = ? AND lesson = ?" if lesson else "course = ?"
    cells: tuple[Cell, ...] = (course, lesson) if lesson else (course,)
    forget: list[Statement] = [
        (f"DELETE FROM {table} WHERE {scope}", cells) for table in COLUMNS if table != "attempts"
    ]
    # an attempt that another tutor makes right now is not in the copy, and stays
    attempts = (f"DELETE FROM attempts WHERE {scope} AND id <= ?", (*cells, newest))
    database.write(*forget, ("DROP TRIGGER attempts_stay", ()), attempts, (STAY, ()))
    _need_file(database)
    _remove_answers(answers, _texts(data), course, lesson)
    return copy


def _remove_answers(folder: Path, kept: dict[str, str], course: str, lesson: str) -> None:
    """Remove the answer files whose very text is in the copy."""
    below = answer_file(folder, course, lesson, "any").parent if lesson else folder / safe_name(course)
    for name, text in kept.items():
        path = folder / name
        inside = path.parent == below if lesson else below in path.parents
        try:
            if inside and decode(path.read_bytes()) == text:
                path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(f"{path} cannot be removed ({_reason(error)}); all else was forgotten.") from None


def dump(exported: dict[str, object]) -> str:
    """An export as the text of a file."""
    return json.dumps(exported, indent=1) + "\n"


# Reading what may be anything ---------------------------------------------------------------------------------------------


def _understood(exported: object) -> dict[str, Any]:
    if not isinstance(exported, dict) or exported.get("kind") != KIND:
        raise StoreError("This is no export of tutor's: `tutor progress export` writes one.")
    number = exported.get("format")
    if number != FORMAT:
        raise StoreError(
            f"This export has format {number}, and this tutor knows {FORMAT}; upgrade tutor, then import it."
        )
    return exported


def _rows(data: dict[str, Any], table: str) -> list[tuple[Cell, ...]]:
    """The rows of one table, each cell of the right type. StoreError names the first that is not."""
    rows = data.get(table, [] if table in LATER else None)
    if not isinstance(rows, list):
        raise StoreError(f"This export is damaged: it has no {table}. Nothing was imported.")
    columns = _columns(table)
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or set(row) != set(columns):
            raise StoreError(f"This export is damaged: entry {number} of {table} is not whole. Nothing was imported.")
        try:
            found.append(tuple(_cell(name, row[name]) for name in columns))
        except ValueError as error:
            raise StoreError(
                f"This export is damaged: in entry {number} of {table}, {error}. Nothing was imported."
            ) from None
    return found


def _cell(name: str, value: object) -> Cell:
    if name == "chosen" and isinstance(value, dict):
        return json.dumps(value)
    wanted = NUMBERS.get(name, str)
    if name != "chosen" and (type(value) is wanted or (wanted is float and type(value) is int)):
        if isinstance(value, str) and value in WORDS.get(name, (value,)):
            return value.encode("utf-8", "replace").decode("utf-8")
        if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < 2**62:
            return float(value) if wanted is float else value
    raise ValueError(f"{name} cannot be {str(value)[:40]!r}")


def _texts(data: dict[str, Any]) -> dict[str, str]:
    """Path below the answers' folder -> text. None leaves that folder."""
    texts = data.get("answers")
    if not isinstance(texts, dict):
        raise StoreError("This export is damaged: it has no answers. Nothing was imported.")
    for name, text in texts.items():
        parts = name.split("/")
        inside = all(part and not part.startswith(".") and "\\" not in part and "\0" not in part for part in parts)
        if not inside or not name.endswith(".py") or not isinstance(text, str):
            raise StoreError(f"This export is damaged: {name[:80]!r} is no answer. Nothing was imported.")
    return texts


def _adding(table: str, row: tuple[Cell, ...]) -> Statement:
    columns = _columns(table)
    marks = [f"?{number}" for number in range(1, len(columns) + 1)]
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    if table != "attempts":
        return f"{into} VALUES ({', '.join(marks)}) {MERGE[table]}", row
    same = [f"{name} = {mark}" for name, mark in zip(columns, marks, strict=True) if name not in ("message", "mends")]
    return f"{into} SELECT {', '.join(marks)} WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE {' AND '.join(same)})", row


def _columns(table: str) -> list[str]:
    """An attempt's id is only a number of this one file."""
    return [name for name in COLUMNS[table].split(", ") if name != "id"]


def _count(database: Database) -> int:
    return int(database.read("SELECT count(*) FROM attempts")[0][0])


def _need_file(database: Database) -> None:
    if database.trouble:
        raise StoreError(database.trouble)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

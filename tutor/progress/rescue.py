"""Reading what can be read from a file that is damaged, read-only or of another version."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.progress.schema import COLUMNS

if TYPE_CHECKING:
    import sqlite3


def copy_rows(path: Path, target: sqlite3.Connection) -> int:
    """Copy the rows that can be read from a file of any version, and return their number. Never raises for the file."""
    import sqlite3

    if not path.exists():
        return 0
    rows = 0
    with contextlib.suppress(sqlite3.Error):
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=0.2)
        with contextlib.closing(source):
            for table, columns in COLUMNS.items():
                rows += _copy_table(source, target, table, columns)
    return rows


def _copy_table(source: sqlite3.Connection, target: sqlite3.Connection, table: str, columns: str) -> int:
    import sqlite3

    rows: list[tuple[object, ...]] = []
    with contextlib.suppress(sqlite3.Error):  # where the damage begins, or a table that a newer version has changed
        there = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
        columns = ", ".join(name for name in columns.split(", ") if name in there)  # an older file has fewer
        rows.extend(source.execute(f"SELECT {columns} FROM {table}"))
    if not rows:
        return 0
    marks = ", ".join("?" for _ in columns.split(","))
    target.execute("BEGIN IMMEDIATE")
    try:
        target.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)
        target.execute("COMMIT")
    except sqlite3.Error:
        target.rollback()
        raise
    return len(rows)


def check_is_damaged(path: Path) -> bool:
    import sqlite3

    if not path.exists():
        return False
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone()[0] != "ok")
    except sqlite3.DatabaseError as error:
        return is_damaged(error)
    finally:
        connection.close()


def dated(path: Path, why: str = "damaged") -> Path:
    """A free name beside the file that says why and when it was set aside."""
    stem = f"{path.stem}-{why}-{time.strftime('%Y-%m-%d-%H%M%S')}"
    kept, number = path.with_name(stem + path.suffix), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{stem}-{number}{path.suffix}")
    return kept


def is_damaged(error: sqlite3.Error) -> bool:
    import sqlite3

    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

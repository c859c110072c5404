"""The SQLite file, and what happens when it cannot be read or written.

Rollback journal and full synchronisation: what was committed survives a kill or a power cut, also in a home on NFS, where
SQLite's other journal (WAL) does not work. When the file cannot be written, a copy in memory takes its place, so that
the learner can go on; each later write tries the file again, with all that waits.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.progress import rescue
from tutor.progress.schema import UPGRADES, VERSION

if TYPE_CHECKING:
    import sqlite3

Cell = str | int | float | None
Statement = tuple[str, tuple[Cell, ...]]

WAIT_SECONDS = 5.0
"""How long a write waits for another tutor that writes at this moment."""


class StoreError(Exception):
    """The file of progress cannot be used. `str()` is one sentence that says why and what to do."""


class Database:
    """One SQLite file, or the copy in memory that stands in for it. May be used from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        """One sentence while what the learner does is not kept; empty again once it is."""
        self.notice = ""
        """One sentence about something that happened on opening and is over."""
        self._lock = threading.RLock()
        self._file: sqlite3.Connection | None = None
        self._memory: sqlite3.Connection | None = None
        self._waiting: list[Statement] = []
        """What was done in memory and is not in the file yet."""
        self._open()

    def read(self, sql: str, *cells: Cell) -> list[tuple[Any, ...]]:
        """The rows that a query gives."""
        import sqlite3

        with self._lock:
            for _ in range(2):  # twice: a damaged file is set aside at the first, and a new one begun
                if self._file is None and not self.trouble:
                    self._open()
                if self._memory is not None or self._file is None:
                    break
                try:
                    return self._file.execute(sql, cells).fetchall()
                except sqlite3.DatabaseError as error:
                    self._fail(error)
            return self._stand_in().execute(sql, cells).fetchall()

    def write(self, *statements: Statement) -> None:
        """Do all of this, or none of it. It is on the disk when this returns, unless `trouble` says otherwise."""
        import sqlite3

        with self._lock:
            for _ in range(2):  # twice: a damaged file is set aside at the first, and a new one begun
                if self._file is None:
                    self._open()
                if self._file is None:
                    break
                try:
                    _transact(self._file, [*self._waiting, *statements])
                except sqlite3.DatabaseError as error:
                    self._fail(error)
                    if self.trouble:
                        break
                    continue
                self._settle()
                return
            _transact(self._stand_in(), statements)
            self._waiting += statements

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            for connection in (self._file, self._memory):
                if connection is not None:
                    connection.close()
            self._file = self._memory = None

    def _settle(self) -> None:
        """All that waited is in the file: the copy in memory is done with."""
        self._waiting.clear()
        if self.trouble:
            self.trouble = ""
            _set_patience(self._file, WAIT_SECONDS)
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    def _fail(self, error: sqlite3.DatabaseError) -> None:
        """A damaged file is replaced by a new one; on any other error memory takes over from the file."""
        if rescue.is_damaged(error):
            self._set_aside()
            return
        self.trouble = str(_unwritable(self.path, _reason(error)))
        _set_patience(self._file, 0.2)
        self._stand_in()

    def _open(self) -> None:
        """Open the file, or leave `_file` empty and say why."""
        import sqlite3

        try:
            self._file = self._connect()
        except StoreError as error:
            self.trouble = str(error)
        except sqlite3.DatabaseError as error:
            if rescue.is_damaged(error):
                self._set_aside()
            else:
                self.trouble = str(_unwritable(self.path, _reason(error)))
        except OSError as error:
            self.trouble = str(_unwritable(self.path, (error.strerror or str(error)).lower()))

    def _connect(self) -> sqlite3.Connection:
        import sqlite3

        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(self.path.parent, os.W_OK) or (self.path.exists() and not os.access(self.path, os.W_OK)):
            raise _unwritable(self.path, "it is read-only")
        wait = 0.2 if self.trouble else WAIT_SECONDS
        connection = sqlite3.connect(self.path, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            self._upgrade(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        """Bring the file's tables to this version. StoreError for a file of a newer one."""
        version = _version(connection)
        if version < VERSION:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN IMMEDIATE")
            try:
                for upgrade in UPGRADES[_version(connection) :]:  # read again: another tutor may have been first
                    for statement in upgrade:
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {max(VERSION, _version(connection))}")
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            version = _version(connection)
        if version > VERSION:
            raise StoreError(
                f"Nothing you do now is kept: {self.path} was written by a newer tutor (format {version}, this one "
                f"knows {VERSION}); upgrade tutor, or set TUTOR_HOME to another folder."
            )

    def _stand_in(self) -> sqlite3.Connection:
        """The copy in memory, made now where there is none yet."""
        import sqlite3

        if self._memory is None:
            self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            for upgrade in UPGRADES:
                for statement in upgrade:
                    self._memory.execute(statement)
            rescue.copy_rows(self.path, self._memory)
        return self._memory

    def _set_aside(self) -> None:
        """Keep the damaged file under another name, begin a new one, and take over what can still be read."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if not rescue.check_is_damaged(self.path):  # another tutor has just replaced it
            self._open()
            return
        kept = rescue.dated(self.path)
        try:
            os.replace(self.path, kept)
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{self.path}-journal", f"{kept}-journal")
        except OSError as error:
            self.trouble = str(_unwritable(self.path, f"it is damaged, and moving it: {error.strerror}"))
            return
        self._open()
        rescued = rescue.copy_rows(kept, self._file) if self._file is not None else 0
        self.notice = f"{self.path.name} was damaged: it is kept as {kept}, and a new one begun" + (
            f" with the {rescued} entries that could be read." if rescued else "."
        )


def _transact(connection: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for sql, cells in statements:
            connection.execute(sql, cells)
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    """Undo an open transaction; after some errors SQLite has done so already."""
    import sqlite3

    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _set_patience(connection: sqlite3.Connection | None, seconds: float) -> None:
    if connection is not None:
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _reason(error: sqlite3.Error) -> str:
    import sqlite3

    reasons = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_READONLY: "it is read-only",
        sqlite3.SQLITE_PERM: "it is read-only",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
        sqlite3.SQLITE_BUSY: "another program holds it locked",
        sqlite3.SQLITE_IOERR: "the disk reports an error",
    }
    return reasons.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, str(error))


def _unwritable(path: Path, reason: str) -> StoreError:
    return StoreError(
        f"What you do now is not kept: {path} cannot be written ({reason}); "
        "mend that, or set TUTOR_HOME to a folder that can be written."
    )

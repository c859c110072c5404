"""The tables of the SQLite file, and how an older file becomes a newer one."""

from __future__ import annotations

STAY = "CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts BEGIN SELECT raise(ABORT, 'attempts are kept'); END"
"""Only a reset, which keeps a copy, lifts it for a moment."""
HOLD = "CREATE TRIGGER attempts_hold BEFORE UPDATE ON attempts BEGIN SELECT raise(ABORT, 'attempts are kept'); END"
"""Only where a course gives a lesson or an exercise another id is it lifted for a moment."""

UPGRADES: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE attempts (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, course TEXT NOT NULL, lesson TEXT NOT NULL, exercise TEXT NOT NULL,
            outcome TEXT NOT NULL, message TEXT NOT NULL, answer TEXT NOT NULL, seconds REAL NOT NULL)""",
        "CREATE INDEX attempts_of ON attempts (course, lesson, exercise)",
        STAY,
        HOLD,
        """CREATE TABLE seen (
            course TEXT NOT NULL, lesson TEXT NOT NULL, step TEXT NOT NULL, at REAL NOT NULL,
            PRIMARY KEY (course, lesson, step))""",
        """CREATE TABLE positions (
            course TEXT NOT NULL, lesson TEXT NOT NULL, step TEXT NOT NULL, visit INTEGER NOT NULL,
            PRIMARY KEY (course, lesson))""",
        """CREATE TABLE states (
            course TEXT NOT NULL, lesson TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (course, lesson))""",
        """CREATE TABLE settings (
            course TEXT NOT NULL, lesson TEXT NOT NULL, demo TEXT NOT NULL, chosen TEXT NOT NULL,
            PRIMARY KEY (course, lesson, demo))""",
    ),
    (
        "ALTER TABLE attempts ADD COLUMN mends TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE positions ADD COLUMN at REAL NOT NULL DEFAULT 0",
        "ALTER TABLE settings ADD COLUMN at REAL NOT NULL DEFAULT 0",
        """CREATE TABLE help (
            course TEXT NOT NULL, lesson TEXT NOT NULL, exercise TEXT NOT NULL, kind TEXT NOT NULL,
            number INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (course, lesson, exercise, kind, number))""",
    ),
    (
        """CREATE TABLE runs (
            course TEXT NOT NULL, lesson TEXT NOT NULL, demo TEXT NOT NULL, at REAL NOT NULL, run TEXT NOT NULL,
            PRIMARY KEY (course, lesson, demo, at))""",
    ),
)
"""What turns version n of the tables into n + 1. Only ever add to the end: learners have every earlier version."""

VERSION = len(UPGRADES)

COLUMNS = {
    "attempts": "id, at, course, lesson, exercise, outcome, message, answer, seconds, mends",
    "seen": "course, lesson, step, at",
    "positions": "course, lesson, step, visit, at",
    "states": "course, lesson, state",
    "settings": "course, lesson, demo, chosen, at",
    "help": "course, lesson, exercise, kind, number, at",
    "runs": "course, lesson, demo, at, run",
}

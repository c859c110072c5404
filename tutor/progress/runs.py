"""The last runs of each demo, as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.progress.database import Database

MOST = 10
"""Of each demo; the oldest gives way."""
OF = "course = ?1 AND lesson = ?2 AND demo = ?3"

Place = tuple[str, str, str]
"""Ids of course, lesson and demo."""


def save(database: Database, place: Place, at: float, run: Mapping[str, object]) -> None:
    """Keep a run under its moment."""
    database.write(
        (
            "INSERT OR REPLACE INTO runs (course, lesson, demo, at, run) VALUES (?, ?, ?, ?, ?)",
            (*place, at, json.dumps(run)),
        ),
        (
            f"DELETE FROM runs WHERE {OF} AND at NOT IN (SELECT at FROM runs WHERE {OF} ORDER BY at DESC LIMIT ?4)",
            (*place, MOST),
        ),
    )


def read(database: Database, place: Place) -> list[tuple[float, dict[str, Any]]]:
    """Moment and run, oldest first. What is no JSON is left out."""
    found = []
    for at, text in database.read(f"SELECT at, run FROM runs WHERE {OF} ORDER BY at", *place):
        try:
            run = json.loads(text)
        except ValueError:
            continue
        if isinstance(run, dict):
            found.append((float(at), run))
    return found


def remove(database: Database, place: Place, at: float) -> None:
    """Forget one run."""
    database.write((f"DELETE FROM runs WHERE {OF} AND at = ?4", (*place, at)))

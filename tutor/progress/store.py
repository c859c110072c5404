"""The store: all that is remembered of a learner, course by course."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.progress import places
from tutor.progress.answers import Answers
from tutor.progress.database import Database

if TYPE_CHECKING:
    from tutor.course.model import Lesson, Value


@dataclass(frozen=True)
class Attempt:
    """One answer that was checked. Never changed, never deleted."""

    at: float
    """When, in seconds since 1970 UTC."""
    outcome: str
    """The verdict's: "passed", "failed", "not_attempted", "error" or "unjudged"."""
    message: str
    answer: str
    seconds: float
    """What the answer and its check took."""


class Store:
    """The learner's work below one folder. No method raises because a disk is full or read-only: see `problem`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._database = Database(home / places.DATABASE)
        self._answers = Answers()

    @classmethod
    def open(cls, home: Path | None = None) -> Store:
        """The store in `home`, or in TUTOR_HOME, or where this system keeps user data. Never raises."""
        return cls(places.home() if home is None else home.absolute())

    def close(self) -> None:
        """Let go of the file; all that was confirmed is in it."""
        self._database.close()

    @property
    def problem(self) -> str:
        """One sentence for the learner when something is not kept, or a damaged file was set aside; else empty."""
        return self._database.trouble or self._answers.trouble or self._database.notice

    # Answers --------------------------------------------------------------------------------------------------------------

    def answer_path(self, course_id: str, lesson_id: str, exercise_id: str) -> Path:
        """The file of the learner's answer, whether it is there or not."""
        return places.answer_file(self.home / places.ANSWERS, course_id, lesson_id, exercise_id)

    def load_answer(self, course_id: str, lesson_id: str, exercise_id: str) -> str | None:
        """What the learner has written so far; None: nothing yet."""
        return self._answers.load(self.answer_path(course_id, lesson_id, exercise_id))

    def save_answer(self, course_id: str, lesson_id: str, exercise_id: str, text: str) -> None:
        """Keep the learner's answer; on the disk when this returns."""
        self._answers.save(self.answer_path(course_id, lesson_id, exercise_id), text)

    # Attempts -------------------------------------------------------------------------------------------------------------

    def record(
        self, course_id: str, lesson_id: str, exercise_id: str, outcome: str, message: str, answer: str, seconds: float
    ) -> None:
        """Keep one checked answer and its verdict; committed when this returns."""
        sql = (
            "INSERT INTO attempts (at, course, lesson, exercise, outcome, message, answer, seconds)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        place = (course_id, lesson_id, exercise_id)
        self._database.write((sql, (time.time(), *place, outcome, _plain(message), _plain(answer), float(seconds))))

    def attempts(self, course_id: str, lesson_id: str, exercise_id: str) -> list[Attempt]:
        """All attempts at one exercise, oldest first."""
        rows = self._database.read(
            "SELECT at, outcome, message, answer, seconds FROM attempts"
            " WHERE course = ? AND lesson = ? AND exercise = ? ORDER BY id",
            course_id,
            lesson_id,
            exercise_id,
        )
        return [Attempt(*row) for row in rows]

    def attempt_counts(self, course_id: str) -> dict[str, int]:
        """Lesson id -> number of attempts at its exercises, only those with any."""
        return dict(
            self._database.read("SELECT lesson, count(*) FROM attempts WHERE course = ? GROUP BY lesson", course_id)
        )

    def passed(self, course_id: str, lesson_id: str) -> set[str]:
        """Ids of the exercises that were passed at least once."""
        rows = self._database.read(
            "SELECT DISTINCT exercise FROM attempts WHERE course = ? AND lesson = ? AND outcome = 'passed'",
            course_id,
            lesson_id,
        )
        return {row[0] for row in rows}

    # Where the learner is -------------------------------------------------------------------------------------------------

    def see(self, course_id: str, lesson_id: str, step_id: str) -> None:
        """The learner is at this step now."""
        if self.position(course_id) == (lesson_id, step_id) and step_id in self.seen(course_id, lesson_id):
            return
        place = (course_id, lesson_id, step_id)
        remember = "INSERT OR IGNORE INTO seen (course, lesson, step, at) VALUES (?, ?, ?, ?)"
        move = (
            "INSERT OR REPLACE INTO positions (course, lesson, step, visit)"
            " VALUES (?, ?, ?, (SELECT coalesce(max(visit), 0) + 1 FROM positions))"
        )
        self._database.write((remember, (*place, time.time())), (move, place))

    def seen(self, course_id: str, lesson_id: str) -> set[str]:
        """Ids of the steps that were on the screen."""
        rows = self._database.read("SELECT step FROM seen WHERE course = ? AND lesson = ?", course_id, lesson_id)
        return {row[0] for row in rows}

    def position(self, course_id: str) -> tuple[str, str] | None:
        """(lesson id, step id) of the last place in the course; None: never begun."""
        rows = self._database.read(
            "SELECT lesson, step FROM positions WHERE course = ? ORDER BY visit DESC LIMIT 1", course_id
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def position_in(self, course_id: str, lesson_id: str) -> str | None:
        """Id of the last step in the lesson; None: never begun."""
        rows = self._database.read("SELECT step FROM positions WHERE course = ? AND lesson = ?", course_id, lesson_id)
        return str(rows[0][0]) if rows else None

    def update_state(self, course_id: str, lesson: Lesson) -> str:
        """Work out, keep and return "new", "started" or "done": every step seen and every exercise passed."""
        steps = {step.id for step in lesson.steps}
        exercises = {exercise.id for exercise in lesson.exercises}
        seen, passed = (self.seen(course_id, lesson.id), self.passed(course_id, lesson.id))
        if steps <= seen and exercises <= passed:
            state = "done"
        else:
            state = "started" if seen or lesson.id in self.attempt_counts(course_id) else "new"
        if self.states(course_id).get(lesson.id, "new") != state:
            self._database.write(
                (
                    "INSERT OR REPLACE INTO states (course, lesson, state) VALUES (?, ?, ?)",
                    (course_id, lesson.id, state),
                )
            )
        return state

    def states(self, course_id: str) -> dict[str, str]:
        """Lesson id -> "started" or "done", only those begun."""
        rows = self._database.read("SELECT lesson, state FROM states WHERE course = ? AND state != 'new'", course_id)
        return dict(rows)

    # Demos ----------------------------------------------------------------------------------------------------------------

    def settings(self, course_id: str, lesson_id: str, demo_id: str) -> dict[str, Value]:
        """The controls as the learner left them; empty: never touched."""
        rows = self._database.read(
            "SELECT chosen FROM settings WHERE course = ? AND lesson = ? AND demo = ?", course_id, lesson_id, demo_id
        )
        chosen: dict[str, Value] = json.loads(rows[0][0]) if rows else {}
        return chosen

    def save_settings(self, course_id: str, lesson_id: str, demo_id: str, settings: Mapping[str, Value]) -> None:
        """Keep the controls of a demo as they are now."""
        self._database.write(
            (
                "INSERT OR REPLACE INTO settings (course, lesson, demo, chosen) VALUES (?, ?, ?, ?)",
                (course_id, lesson_id, demo_id, json.dumps(dict(settings))),
            )
        )


def _plain(text: str) -> str:
    """Text that SQLite can hold: a lone surrogate, as a job may print, has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")

"""The store: all that is remembered of a learner, course by course."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tutor.progress import places, runs
from tutor.progress.answers import Answers
from tutor.progress.database import Database

if TYPE_CHECKING:
    from tutor.course.model import Lesson, Value
    from tutor.course.outline import Course
    from tutor.progress.transfer import Merged


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
    mends: str = ""
    """Id of the lesson that teaches what went wrong; empty: none was named."""


@dataclass(frozen=True)
class Help:
    """A hint or solution that was looked at. Remembered, and held against nobody."""

    at: float
    """When for the first time, in seconds since 1970 UTC."""
    kind: Literal["hint", "solution"]
    number: int
    """Which hint, from 1."""


class Store:
    """The learner's work below one folder. No method raises because a disk is full or read-only: see `problem`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._database = Database(home / places.DATABASE)
        self._answers = Answers()
        self._moving = ""

    @classmethod
    def open(cls, home: Path | None = None, *, course: Course | None = None) -> Store:
        """The store in `home`, or in TUTOR_HOME, or where this system keeps user data. Never raises.

        With a course, what was learned in it stands where its present edition looks for it.
        """
        store = cls(places.home() if home is None else home.absolute())
        if course is not None:
            store.take_along(course)
        return store

    def take_along(self, course: Course) -> None:
        """Bring what was learned in an earlier edition of this course to where its [moved] says that it belongs now."""
        if course.moved:
            from tutor.progress.moves import take_along

            self._moving = take_along(self._database, self.home / places.ANSWERS, course)

    def close(self) -> None:
        """Let go of the file; all that was confirmed is in it."""
        self._database.close()

    @property
    def problem(self) -> str:
        """One sentence for the learner when something is not kept, or a damaged file was set aside; else empty."""
        return self._database.trouble or self._answers.trouble or self._moving or self._database.notice

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
        self,
        course_id: str,
        lesson_id: str,
        exercise_id: str,
        outcome: str,
        message: str,
        answer: str,
        seconds: float,
        mends: str = "",
    ) -> None:
        """Keep one checked answer and its verdict; committed when this returns. `mends`: the lesson that the verdict names."""
        sql = (
            "INSERT INTO attempts (at, course, lesson, exercise, outcome, message, answer, seconds, mends)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        said = (outcome, _plain(message), _plain(answer), float(seconds), mends)
        self._database.write((sql, (time.time(), course_id, lesson_id, exercise_id, *said)))

    def attempts(self, course_id: str, lesson_id: str, exercise_id: str) -> list[Attempt]:
        """All attempts at one exercise, oldest first."""
        rows = self._database.read(
            "SELECT at, outcome, message, answer, seconds, mends FROM attempts"
            " WHERE course = ? AND lesson = ? AND exercise = ? ORDER BY at, id",
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

    # Help -----------------------------------------------------------------------------------------------------------------

    def note_help(
        self, course_id: str, lesson_id: str, exercise_id: str, kind: Literal["hint", "solution"], number: int = 1
    ) -> None:
        """Remember that a hint, the `number`th from 1, or the solution was looked at. The first time counts."""
        sql = "INSERT OR IGNORE INTO help (course, lesson, exercise, kind, number, at) VALUES (?, ?, ?, ?, ?, ?)"
        self._database.write((sql, (course_id, lesson_id, exercise_id, kind, number, time.time())))

    def help_taken(self, course_id: str, lesson_id: str, exercise_id: str) -> list[Help]:
        """The hints and solutions of one exercise that were looked at, oldest first."""
        rows = self._database.read(
            "SELECT at, kind, number FROM help WHERE course = ? AND lesson = ? AND exercise = ? ORDER BY at, number",
            course_id,
            lesson_id,
            exercise_id,
        )
        return [Help(*row) for row in rows]

    def tried(self, course_id: str) -> dict[tuple[str, str], list[Attempt]]:
        """(lesson id, exercise id) -> its attempts, oldest first, without the answers' texts; only those with any."""
        sql = "SELECT lesson, exercise, at, outcome, message, '', seconds, mends FROM attempts WHERE course = ?"
        found: dict[tuple[str, str], list[Attempt]] = {}
        for lesson, exercise, *rest in self._database.read(f"{sql} ORDER BY at, id", course_id):
            found.setdefault((lesson, exercise), []).append(Attempt(*rest))
        return found

    def helped(self, course_id: str) -> dict[tuple[str, str], list[Help]]:
        """(lesson id, exercise id) -> what was looked at, oldest first; only those with any."""
        sql = "SELECT lesson, exercise, at, kind, number FROM help WHERE course = ? ORDER BY at, number"
        found: dict[tuple[str, str], list[Help]] = {}
        for lesson, exercise, *rest in self._database.read(sql, course_id):
            found.setdefault((lesson, exercise), []).append(Help(*rest))
        return found

    def moments(self, course_id: str) -> dict[str, list[float]]:
        """Lesson id -> when something was done in it, in seconds since 1970 UTC, in order of time."""
        tables = " UNION ALL ".join(
            f"SELECT lesson, at FROM {table} WHERE course = ?1" for table in ("attempts", "seen", "help")
        )
        found: dict[str, list[float]] = {}
        for lesson, at in self._database.read(f"{tables} ORDER BY at", course_id):
            found.setdefault(lesson, []).append(at)
        return found

    # Where the learner is -------------------------------------------------------------------------------------------------

    def see(self, course_id: str, lesson_id: str, step_id: str) -> None:
        """The learner is at this step now."""
        if self.position(course_id) == (lesson_id, step_id) and step_id in self.seen(course_id, lesson_id):
            return
        place = (course_id, lesson_id, step_id)
        remember = "INSERT OR IGNORE INTO seen (course, lesson, step, at) VALUES (?, ?, ?, ?)"
        move = (
            "INSERT OR REPLACE INTO positions (course, lesson, step, visit, at) SELECT ?1, ?2, ?3,"
            " coalesce(max(visit), 0) + 1, max(?4, coalesce(max(at), 0)) FROM positions"  # a clock may go back
        )
        now = time.time()
        self._database.write((remember, (*place, now)), (move, (*place, now)))

    def seen(self, course_id: str, lesson_id: str) -> set[str]:
        """Ids of the steps that were on the screen."""
        rows = self._database.read("SELECT step FROM seen WHERE course = ? AND lesson = ?", course_id, lesson_id)
        return {row[0] for row in rows}

    def position(self, course_id: str) -> tuple[str, str] | None:
        """(lesson id, step id) of the last place in the course; None: never begun."""
        rows = self._database.read(
            "SELECT lesson, step FROM positions WHERE course = ? ORDER BY at DESC, visit DESC LIMIT 1", course_id
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
                "INSERT OR REPLACE INTO settings (course, lesson, demo, chosen, at) VALUES (?, ?, ?, ?, ?)",
                (course_id, lesson_id, demo_id, json.dumps(dict(settings)), time.time()),
            )
        )

    def save_run(self, course_id: str, lesson_id: str, demo_id: str, at: float, run: Mapping[str, object]) -> None:
        """Keep a run of a demo, as plain values for JSON, under the moment at which it ended. The newest ten stay."""
        runs.save(self._database, (course_id, lesson_id, demo_id), at, run)

    def runs(self, course_id: str, lesson_id: str, demo_id: str) -> list[tuple[float, dict[str, Any]]]:
        """The runs of a demo that are kept, oldest first, each with its moment."""
        return runs.read(self._database, (course_id, lesson_id, demo_id))

    def remove_run(self, course_id: str, lesson_id: str, demo_id: str, at: float) -> None:
        """Forget one run of a demo."""
        runs.remove(self._database, (course_id, lesson_id, demo_id), at)

    # All of it ------------------------------------------------------------------------------------------------------------

    def export(self) -> dict[str, object]:
        """All that is kept, of every course, as one object for JSON. StoreError where an answer cannot be read."""
        from tutor.progress import transfer

        return transfer.export(self._database, self.home / places.ANSWERS)

    def merge(self, exported: object) -> Merged:
        """Add what an export holds and is not here yet. StoreError where it is none, or nothing can be written."""
        from tutor.progress import transfer

        return transfer.merge(self._database, self.home / places.ANSWERS, exported)

    def reset(self, course_id: str, lesson_id: str = "") -> Path:
        """Forget a lesson, or the whole course; returns the export of all, dated, that is written first. StoreError: nothing was
        forgotten."""
        from tutor.progress import transfer

        return transfer.reset(self._database, self.home / places.ANSWERS, course_id, lesson_id)


def _plain(text: str) -> str:
    """Text that SQLite can hold: a lone surrogate, as a job may print, has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")

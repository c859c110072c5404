"""One exercise in the store: its answer, its attempts, the help that was taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutor.protocol import Verdict

if TYPE_CHECKING:
    from tutor.progress import Attempt, Store

SET_ASIDE = "kept"
"""Outcome of a text that was put among the attempts without being judged."""


class ChangedElsewhere(Exception):
    """The answer file holds a text that this window has never seen. Nothing was written."""

    def __init__(self, theirs: str) -> None:
        super().__init__("the answer was changed by another program")
        self.theirs = theirs


class Desk:
    """What the learner did on one exercise. Every method that changes something has saved it when it returns."""

    def __init__(self, store: Store, course_id: str, lesson_id: str, exercise_id: str) -> None:
        self.store = store
        self.place = (course_id, lesson_id, exercise_id)
        self.known: str | None = None
        """What the answer file held when it was last read or written here."""

    @property
    def path(self) -> Path:
        """The file of the learner's that holds the answer."""
        return self.store.answer_path(*self.place)

    def load(self) -> str | None:
        self.known = self.store.load_answer(*self.place)
        return self.known

    def peek(self) -> str | None:
        """What the answer file holds, where that is news; else None."""
        there = self.store.load_answer(*self.place)
        return there if there is not None and there != self.known else None

    def save(self, text: str, *, over: bool = False) -> None:
        """Raises ChangedElsewhere where another program has written the file meanwhile; not with `over`."""
        news = None if over else self.peek()
        if news is not None and news != text:
            raise ChangedElsewhere(news)
        self.store.save_answer(*self.place, text)
        self.known = text

    # Attempts -----------------------------------------------------------------------------------------------------------

    def record(self, verdict: Verdict, answer: str) -> None:
        self.store.record(*self.place, verdict.outcome, verdict.message, answer, verdict.seconds, verdict.lesson)

    def set_aside(self, text: str, why: str) -> None:
        """Keeps a text among the attempts, unless the newest of them has it or there is nothing in it."""
        attempts = self.attempts
        if text.strip() and not (attempts and attempts[-1].answer == text):
            self.store.record(*self.place, SET_ASIDE, why, text, 0.0)

    @property
    def attempts(self) -> list[Attempt]:
        """Oldest first, with the texts that were set aside."""
        return self.store.attempts(*self.place)

    @property
    def tries(self) -> int:
        """How often an answer was judged."""
        return sum(attempt.outcome != SET_ASIDE for attempt in self.attempts)

    @property
    def passed(self) -> bool:
        return self.place[2] in self.store.passed(*self.place[:2])

    @property
    def passing(self) -> Attempt | None:
        """The newest attempt that passed."""
        return next((attempt for attempt in reversed(self.attempts) if attempt.outcome == "passed"), None)

    # Help ---------------------------------------------------------------------------------------------------------------

    @property
    def hints(self) -> int:
        """How many hints were taken."""
        return max((help.number for help in self.store.help_taken(*self.place) if help.kind == "hint"), default=0)

    @hints.setter
    def hints(self, taken: int) -> None:
        self.store.note_help(*self.place, "hint", taken)

    def note_solution(self) -> None:
        """Puts on record that the solution was looked at. It counts for nothing; the progress page shows it."""
        self.store.note_help(*self.place, "solution")

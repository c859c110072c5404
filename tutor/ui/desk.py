"""One exercise's place in the store: its answer, its attempts, its hints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutor.protocol import Verdict

if TYPE_CHECKING:
    from tutor.progress import Store


class Desk:
    """What the learner did on one exercise. Every method that changes something has saved it when it returns."""

    def __init__(self, store: Store, course_id: str, lesson_id: str, exercise_id: str) -> None:
        self.store = store
        self.place = (course_id, lesson_id, exercise_id)

    @property
    def path(self) -> Path:
        """The file of the learner's that holds the answer."""
        return self.store.answer_path(*self.place)

    def load(self) -> str | None:
        return self.store.load_answer(*self.place)

    def save(self, text: str) -> None:
        self.store.save_answer(*self.place, text)

    def record(self, verdict: Verdict, answer: str) -> None:
        self.store.record(*self.place, verdict.outcome, verdict.message, answer, verdict.seconds)

    @property
    def tries(self) -> int:
        """How often an answer was judged."""
        return len(self.store.attempts(*self.place))

    @property
    def passed(self) -> bool:
        return self.place[2] in self.store.passed(*self.place[:2])

    @property
    def hints(self) -> int:
        """How many hints were taken."""
        taken = self.store.settings(*self.place).get("hints", 0)
        return taken if isinstance(taken, int) else 0

    @hints.setter
    def hints(self, taken: int) -> None:
        self.store.save_settings(*self.place, {"hints": taken})

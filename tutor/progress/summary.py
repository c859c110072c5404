"""What a learner's attempts say: what went well, what is weak, how long it took, where to go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.course.outline import Course, Entry
    from tutor.progress.store import Attempt, Help, Store

JUDGED = ("passed", "failed", "error")
"""Outcomes that count as a try; "not_attempted" and "unjudged" do not."""
VERDICTS = (*JUDGED, "not_attempted", "unjudged")
"""Outcomes of a check. A text may also be kept among the attempts without one."""
IDLE_SECONDS = 15 * 60
"""Two things done further apart than this were no single sitting: the time between them does not count."""
MANY = 3
"""Wrong answers from which on an exercise counts as weak, though it was passed in the end."""


@dataclass
class Figures:
    """A lesson, or a whole course, in numbers."""

    attempts: int = 0
    passed: int = 0
    """Exercises."""
    first_try: int = 0
    """Exercises passed at the first try."""
    seconds: float = 0.0
    """Time spent, estimated: see IDLE_SECONDS."""
    hints: int = 0
    solutions: int = 0
    """Looked at before the exercise was passed."""


@dataclass(frozen=True)
class Weak:
    """An exercise that gave trouble."""

    lesson: str
    exercise: str
    wrong: int
    """Wrong answers before the first right one."""
    passed: bool
    mends: str
    """Id of the lesson that its verdicts named most; empty: none."""


@dataclass(frozen=True)
class Summary:
    """A course as one learner went through it."""

    lessons: dict[str, Figures] = field(default_factory=dict)
    """Lesson id -> its figures; only lessons begun."""
    weak: tuple[Weak, ...] = ()
    """Not passed yet first, then by the number of wrong answers."""

    @property
    def whole(self) -> Figures:
        """All lessons together."""
        total = Figures()
        for figures in self.lessons.values():
            for name, value in vars(figures).items():
                setattr(total, name, getattr(total, name) + value)
        return total


def summarize(store: Store, course_id: str) -> Summary:
    """The figures of every lesson begun, and the exercises that gave trouble."""
    summary = Summary(_time_spent(store.moments(course_id)))
    helped = store.helped(course_id)
    weak = []
    tried = store.tried(course_id)
    for place, attempts in tried.items():
        figures = summary.lessons.setdefault(place[0], Figures())
        figures.attempts += sum(attempt.outcome in VERDICTS for attempt in attempts)
        tries = [attempt.outcome for attempt in attempts if attempt.outcome in JUDGED]
        passed = "passed" in tries
        wrong = tries.index("passed") if passed else len(tries)
        figures.passed += passed
        figures.first_try += passed and wrong == 0
        if wrong >= (MANY if passed else 1):
            weak.append(Weak(*place, wrong, passed, _mends(attempts)))
    for place, taken in helped.items():
        _count_help(summary.lessons.setdefault(place[0], Figures()), taken, tried.get(place, []))
    weak.sort(key=lambda found: (found.passed, -found.wrong))
    return Summary(summary.lessons, tuple(weak))


def _mends(attempts: Sequence[Attempt]) -> str:
    """The lesson named most often; of several, the one named last."""
    named = [attempt.mends for attempt in reversed(attempts) if attempt.mends and attempt.outcome != "passed"]
    return Counter(named).most_common(1)[0][0] if named else ""


def _count_help(figures: Figures, taken: Sequence[Help], attempts: Sequence[Attempt]) -> None:
    passed_at = min((attempt.at for attempt in attempts if attempt.outcome == "passed"), default=float("inf"))
    for help_ in taken:
        if help_.kind == "hint":
            figures.hints += 1
        elif help_.at < passed_at:
            figures.solutions += 1


def _time_spent(moments: dict[str, list[float]]) -> dict[str, Figures]:
    """The time between two things done counts for the lesson of the second."""
    lessons = {lesson: Figures() for lesson in moments}
    before = float("-inf")
    for at, lesson in sorted((at, lesson) for lesson, times in moments.items() for at in times):
        if at - before <= IDLE_SECONDS:
            lessons[lesson].seconds += at - before
        before = at
    return lessons


def where_next(store: Store, course: Course) -> Entry | None:
    """The lesson to go on with: the last one, or where that is done the next one in the course that is not. None: all are done."""
    states, position = store.states(course.id), store.position(course.id)
    lessons = list(course.lessons)
    here = course.by_id.get(position[0]) if position else None
    first = lessons.index(here) if here else 0
    for entry in lessons[first:] + lessons[:first]:
        if states.get(entry.id) != "done":
            return entry
    return None

"""The exercises that are gone through one after the other, in a lesson or from somewhere in the course to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.commands.setup import Problem

if TYPE_CHECKING:
    from tutor.course.model import Exercise, Lesson, Step
    from tutor.course.outline import Course
    from tutor.progress import Store


@dataclass(frozen=True)
class Place:
    """An exercise in its lesson."""

    lesson: Lesson
    step: Step

    @property
    def exercise(self) -> Exercise:
        assert self.step.exercise
        return self.step.exercise

    @property
    def number(self) -> int:
        """Which of the lesson's exercises it is, from 1."""
        return self.lesson.exercises.index(self.exercise) + 1

    @property
    def text_before(self) -> tuple[Step, ...]:
        """The steps since the exercise before this one."""
        steps = self.lesson.steps[: self.lesson.steps.index(self.step)]
        after = max((i + 1 for i, step in enumerate(steps) if step.exercise), default=0)
        return steps[after:]


class Route:
    """Where to begin and what comes next. Lessons are read when they are reached."""

    def __init__(self, course: Course, store: Store, lesson_id: str | None, complain: Callable[[str], None]) -> None:
        self._course, self._store, self._only = course, store, lesson_id
        self._complain = complain
        self._again = False
        """Whether exercises that were passed are gone through as well."""

    def start(self) -> Place | None:
        """The first exercise to do; None: all are passed from here on. Problem where the lesson has none."""
        if self._only:
            places = list(self._in(self._only))
            if not places:
                raise Problem(f"{self._only} has no exercises; `tutor show {self._only}` prints it.")
            self._again = all(map(self.passed, places))
            return next(iter(places if self._again else self._open(places)))
        position = self._store.position(self._course.id)
        lesson_id, step_id = position if position and position[0] in self._course.by_id else ("", "")
        here = list(self._in(lesson_id)) if lesson_id else []
        steps = [step.id for step in here[0].lesson.steps] if here else []
        reached = steps.index(step_id) if step_id in steps else 0
        ahead = [place for place in here if steps.index(place.step.id) >= reached]
        return next(self._open([*ahead, *here]), None) or next(self._open(self._later(lesson_id)), None)

    def after(self, place: Place) -> Place | None:
        """The next exercise in order that is not passed; None: this was the last."""
        rest = [other for other in places_of(place.lesson) if other.number > place.number]
        later = () if self._only else self._later(place.lesson.id)
        return next(self._open(rest), None) or next(self._open(later), None)

    def passed(self, place: Place) -> bool:
        """Whether it was passed at least once."""
        return place.exercise.id in self._store.passed(self._course.id, place.lesson.id)

    def _open(self, places: Iterator[Place] | list[Place] | tuple[Place, ...]) -> Iterator[Place]:
        return (place for place in places if self._again or not self.passed(place))

    def _later(self, lesson_id: str) -> Iterator[Place]:
        """All exercises of the lessons after this one; of all lessons where it is empty."""
        ids = [entry.id for entry in self._course.lessons]
        for later in ids[ids.index(lesson_id) + 1 if lesson_id else 0 :]:
            yield from self._in(later)

    def _in(self, lesson_id: str) -> Iterator[Place]:
        """A lesson's exercises. One that cannot be read is said and passed over, unless it is the only one."""
        from tutor.course.outline import CourseError
        from tutor.course.reader import read_lesson

        try:
            yield from places_of(read_lesson(self._course, lesson_id))
        except CourseError as error:
            if self._only:
                raise
            self._complain(str(error))


def places_of(lesson: Lesson) -> list[Place]:
    """A lesson's exercises in order."""
    return [Place(lesson, step) for step in lesson.steps if step.exercise]

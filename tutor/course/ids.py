"""The ids by which a learner's work is kept, and where those of an earlier edition of the course are now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from tutor.course.model import Lesson

Kind = Literal["lesson", "step", "exercise", "demo"]
REMOVED = "removed"
"""Where something is that is nowhere any more."""
WRITTEN = re.compile(r"(?:(lesson) ([^\s#]+)|(step|exercise|demo) ([^\s#]+)#([^\s#]+))")


@dataclass(frozen=True)
class Id:
    """Something that a learner's work is kept by. `str()` is how it is written: "exercise tensors/shapes#add_batch"."""

    kind: Kind
    lesson: str
    name: str = ""
    """Of the step, exercise or demo; empty for a lesson."""

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"

    @property
    def place(self) -> str:
        """The id without its kind."""
        return f"{self.lesson}#{self.name}" if self.name else self.lesson


def read_id(text: str) -> Id | None:
    """The id that is written there; None where it is none."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    if found[1]:
        return Id("lesson", found[2])
    return Id(cast(Kind, found[3]), found[4], found[5])


def follow(old: Id, moved: Mapping[str, str]) -> Id | None:
    """Where it is now; None: it was removed. `moved`: a course's, whose keys are ids and whose values places or "removed".

    What a lesson holds goes with the lesson, unless it is named itself. Of a circle, which the gate reports, the first id.
    """
    now, met = old, {old}
    while True:
        target = moved.get(str(now))
        if target is None and now.kind != "lesson":
            lesson = moved.get(f"lesson {now.lesson}")
            target = lesson if lesson in (None, REMOVED) else f"{lesson}#{now.name}"
        if target is None:
            return now
        following = None if target == REMOVED else read_id(f"{now.kind} {target}")
        if following is None:
            return None
        if following in met:
            return old
        met.add(following)
        now = following


def ids_of(lesson: Lesson) -> list[Id]:
    """All ids of a lesson, in its order."""
    found = [Id("lesson", lesson.id)]
    for step in lesson.steps:
        found.append(Id("step", lesson.id, step.id))
        if step.exercise:
            found.append(Id("exercise", lesson.id, step.exercise.id))
    demos = [step.demo or getattr(step.exercise, "demo", None) for step in lesson.steps]
    names = dict.fromkeys(demo.id for demo in demos if demo)
    return found + [Id("demo", lesson.id, name) for name in names]

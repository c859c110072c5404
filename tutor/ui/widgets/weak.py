"""The exercises that gave trouble, each with the lesson that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.binding import Binding
from textual.message import Message

from tutor.ui.widgets.listing import Listing

if TYPE_CHECKING:
    from tutor.course.outline import Course
    from tutor.progress.summary import Weak
    from tutor.ui.app import TutorApp

MOST = 12
"""Rows that are shown; the hardest come first."""


class WeakList(Listing["Weak"]):
    """Rows to choose from."""

    DEFAULT_CSS = """
    WeakList { height: auto; }
    """
    BINDINGS = [
        Binding("enter", "choose", "open what helps", id="weak.choose", tooltip="Open the lesson that mends this"),
        Binding("e", "exercise", "the exercise", id="weak.exercise", tooltip="Open the exercise itself"),
    ]

    @dataclass
    class Chosen(Message):
        """A lesson is to be opened, at a step or where the learner left it."""

        lesson: str
        step: str | None

    def __init__(self, course: Course) -> None:
        super().__init__(self._row, id="weak")
        self.course = course

    def show(self, items: Sequence[Weak], here: int | None = None) -> None:
        super().show(items[:MOST], here)

    def _mends(self, weak: Weak) -> str:
        return weak.mends if weak.mends in self.course.by_id else weak.lesson

    def _row(self, weak: Weak, here: bool) -> Text:
        variables, room = cast("TutorApp", self.app).theme_variables, max(self.size.width - 18, 20)
        mark, style = ("✓ ", "success") if weak.passed else ("◐ ", "warning")
        helps = f"→ {self.course.by_id[self._mends(weak)].title}"
        return Text.assemble(
            (mark, variables[style]),
            _cell(f"{weak.exercise} · {self.course.by_id[weak.lesson].title}", room // 2, here),
            (f"  {weak.wrong:>2} wrong  ", variables["muted"]),
            _cell(helps, room - room // 2, False, variables["secondary"]),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action not in ("choose", "exercise") or bool(self.items)

    def on_listing_again(self) -> None:
        self.action_choose()

    def action_choose(self) -> None:
        weak = self.items[self.here]
        if self._mends(weak) == weak.lesson:
            self.action_exercise()
        else:
            self.post_message(self.Chosen(self._mends(weak), None))

    def action_exercise(self) -> None:
        from tutor.course.outline import CourseError

        weak, library = self.items[self.here], cast("TutorApp", self.app).library
        try:
            steps = library.lesson(weak.lesson).steps
        except CourseError:  # the lesson's own screen says what is wrong with it
            steps = ()
        step = next((step.id for step in steps if step.exercise and step.exercise.id == weak.exercise), None)
        self.post_message(self.Chosen(weak.lesson, step))


def _cell(words: str, width: int, bold: bool, style: str = "") -> Text:
    text = Text(words, f"bold {style}" if bold else style)
    text.truncate(width, overflow="ellipsis", pad=True)
    return text

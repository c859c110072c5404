"""The exercises that gave trouble, each with the lesson that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from tutor.course.outline import Course
    from tutor.progress.summary import Weak
    from tutor.ui.app import TutorApp

MOST = 12
"""Rows that are shown; the hardest come first."""


class WeakList(Static, can_focus=True):
    """Rows to choose from."""

    BINDING_GROUP_TITLE = "The list"
    DEFAULT_CSS = """
    WeakList { height: auto; }
    """
    BINDINGS = [
        Binding("up,k", "move(-1)", "up", show=False, id="weak.up", tooltip="To the row above"),
        Binding("down,j", "move(1)", "down", show=False, id="weak.down", tooltip="To the row below"),
        Binding("home,g", "move(-1000)", "first", show=False, id="weak.first", tooltip="To the first row"),
        Binding("end,G", "move(1000)", "last", show=False, id="weak.last", tooltip="To the last row"),
        Binding("enter", "choose", "open what helps", id="weak.choose", tooltip="Open the lesson that mends this"),
        Binding("e", "exercise", "the exercise", id="weak.exercise", tooltip="Open the exercise itself"),
    ]

    @dataclass
    class Chosen(Message):
        """A lesson is to be opened, at a step or where the learner left it."""

        lesson: str
        step: str | None

    def __init__(self, course: Course) -> None:
        super().__init__(markup=False, id="weak")
        self.course = course
        self.weak: list[Weak] = []
        self.here = 0

    def show(self, weak: Sequence[Weak]) -> None:
        self.weak = list(weak[:MOST])
        self.here = min(self.here, max(len(self.weak) - 1, 0))
        self._draw()

    def _mends(self, weak: Weak) -> str:
        return weak.mends if weak.mends in self.course.by_id else weak.lesson

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        variables, text = cast("TutorApp", self.app).theme_variables, Text(no_wrap=True)
        room = max(self.size.width - 18, 20)
        for index, weak in enumerate(self.weak):
            here = index == self.here
            text.append("▸ " if here else "  ", f"bold {variables['primary']}")
            mark, style = ("✓ ", "success") if weak.passed else ("◐ ", "warning")
            text.append(mark, variables[style])
            text.append_text(_cell(f"{weak.exercise} · {self.course.by_id[weak.lesson].title}", room // 2, here))
            text.append(f"  {weak.wrong:>2} wrong  ", variables["muted"])
            helps = f"→ {self.course.by_id[self._mends(weak)].title}"
            text.append_text(_cell(helps, room - room // 2, False, variables["secondary"]))
            text.append("\n")
        text.rstrip()
        self.update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self.weak)

    def action_move(self, rows: int) -> None:
        self.here = max(0, min(self.here + rows, len(self.weak) - 1))
        self._draw()

    def action_choose(self) -> None:
        weak = self.weak[self.here]
        if self._mends(weak) == weak.lesson:
            self.action_exercise()
        else:
            self.post_message(self.Chosen(self._mends(weak), None))

    def action_exercise(self) -> None:
        from tutor.course.outline import CourseError

        weak, library = self.weak[self.here], cast("TutorApp", self.app).library
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

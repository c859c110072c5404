"""The two lines above a step: where it stands in the lesson, and how the answer and the engine are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from tutor.ui.widgets.topline import TopLine

DOTS = {"new": "○", "started": "◐", "done": "●"}
"""A step's state in the row of dots."""


class LessonTop(TopLine):
    """Chapter and lesson at the left, a dot for each step at the right."""

    def show(self, chapter: str, lesson: str, states: Sequence[str], here: int) -> None:
        """`here` is the step shown, from 0; the number of steps stands for the page after the last."""
        variables = self.app.theme_variables
        left = Text(f"{chapter} › " if chapter else "", variables["muted"])
        self.left = left.append(lesson, variables["foreground"])
        dots = Text()
        for index, state in enumerate(states):
            done = variables["foreground" if state == "done" else "muted"]
            dots.append(f" {DOTS[state]}", f"bold {variables['primary']}" if index == here else done)
        self.right = dots.append(f"  {min(here + 1, len(states))}/{len(states)}", variables["muted"])


class LessonTitle(TopLine):
    """The step's title at the left; at the right whether what is typed is kept, and what the engine does."""

    saving = ""
    """In a word; empty where nothing is typed."""
    engine = ""

    def on_mount(self) -> None:
        self.watch(self.app, "engine_state", self._show_engine)

    def _show_engine(self, state: str) -> None:
        self.engine = state
        self._show()

    def show_saving(self, words: str) -> None:
        if words != self.saving:
            self.saving = words
            self._show()

    def _show(self) -> None:
        words = " · ".join(filter(None, [self.saving, self.engine]))
        self.right = Text(words, self.app.theme_variables["muted"])

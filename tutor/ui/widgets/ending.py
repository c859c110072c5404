"""After the last step of a lesson."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tutor.course.model import Lesson, Step
from tutor.course.outline import Entry
from tutor.ui.keymap import key
from tutor.ui.widgets.scroll import Pages
from tutor.ui.words import plural


class Ending(Pages):
    """Says what is done and what is still open; a cursor on the next lesson, or on a step that is open."""

    DEFAULT_CSS = """
    Ending { height: 1fr; padding: 1 1; }
    """
    BINDINGS = [
        Binding(
            "enter", "go_on", "open", id="ending.next", tooltip="Open the next lesson, or the step under the cursor"
        ),
        Binding("up,k", "move(-1)", "up", show=False, id="ending.up", tooltip="To a step that is open"),
        Binding("down,j", "move(1)", "down", show=False, id="ending.down", tooltip="Down, to the next lesson at last"),
    ]

    cursor: reactive[int] = reactive(0)
    """Which of the open steps; their number stands for the next lesson."""

    @dataclass
    class GoOn(Message):
        """A step of this lesson is to be opened, or, with None, the next lesson."""

        step: Step | None

    def __init__(self, lesson: Lesson, open_steps: Sequence[Step], following: Entry | None) -> None:
        super().__init__(id="ending")
        self.lesson, self.open_steps, self.following = lesson, open_steps, following
        self.set_reactive(Ending.cursor, self._last)

    @property
    def _last(self) -> int:
        return len(self.open_steps) if self.following is not None else len(self.open_steps) - 1

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        self._draw()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self._last))

    def watch_cursor(self) -> None:
        self._draw()

    def _draw(self) -> None:
        variables = self.app.theme_variables
        text = Text(no_wrap=True, overflow="ellipsis")
        if self.open_steps:
            left = plural(len(self.open_steps), "step")
            text.append("   ◐ ", variables["primary"]).append(f"{self.lesson.title}: {left} open\n\n", "bold")
        else:
            text.append("   ✓ ", f"bold {variables['success']}").append(f"{self.lesson.title}: done\n\n", "bold")
        numbers = {step.id: number for number, step in enumerate(self.lesson.steps, 1)}
        for row, step in enumerate(self.open_steps):
            self._mark(text, row)
            text.append(f"{numbers[step.id]:>2}  ", variables["muted"])
            text.append(f"{step.title}\n", "bold" if row == self.cursor else "")
        text.append("\n" if self.open_steps else "")
        if self.following is None:
            away = f"{key(self, 'lesson.map')} goes to the map."
            text.append(f"   This was the last lesson of the course. {away}", variables["muted"])
        else:
            self._mark(text, len(self.open_steps))
            text.append("Next  ").append(self.following.title, f"bold {variables['primary']}")
            text.append(f"  {self.following.minutes} min", variables["muted"])
        self.query_one(Static).update(text)

    def _mark(self, text: Text, row: int) -> None:
        text.append(" ▸ " if row == self.cursor else "   ", f"bold {self.app.theme_variables['primary']}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._last >= 0 if action == "go_on" else True

    def action_move(self, rows: int) -> None:
        self.cursor += rows

    def action_go_on(self) -> None:
        self.post_message(self.GoOn(self.open_steps[self.cursor] if self.cursor < len(self.open_steps) else None))

    def on_click(self, event: events.Click) -> None:
        row = event.screen_y - self.query_one(Static).region.y - 2  # the title and an empty line stand above
        if 0 <= row < len(self.open_steps) or (self.following and row == len(self.open_steps) + bool(self.open_steps)):
            self.cursor = min(row, len(self.open_steps))
            self.action_go_on()

"""After the last step of a lesson."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Static

from tutor.course.model import Lesson, Step
from tutor.course.outline import Entry
from tutor.ui.keymap import key
from tutor.ui.widgets.scroll import Scroll


class Ending(Scroll):
    """Says what is done and what is still open, and offers the next lesson."""

    DEFAULT_CSS = """
    Ending { height: 1fr; padding: 1 2; }
    """
    BINDINGS = [
        Binding("enter", "go_on", "next lesson", id="ending.next", tooltip="Open the next lesson"),
    ]

    class GoOn(Message):
        """The next lesson is to be opened."""

    def __init__(self, lesson: Lesson, open_steps: Sequence[Step], following: Entry | None) -> None:
        super().__init__(id="ending")
        self.lesson, self.open_steps, self.following = lesson, open_steps, following

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        variables = self.app.theme_variables
        text = Text()
        if self.open_steps:
            text.append("◐ ", variables["primary"]).append(f"{self.lesson.title}: almost done\n\n", "bold")
            text.append("Still open:\n")
            numbers = {step.id: number for number, step in enumerate(self.lesson.steps, 1)}
            for step in self.open_steps:
                text.append(f"  {numbers[step.id]:>2}  {step.title}\n")
        else:
            text.append("✓ ", f"bold {variables['success']}").append(f"{self.lesson.title}: done\n", "bold")
        away = f"{key(self, 'lesson.map')} goes to the map."
        if self.following is not None:
            text.append("\nNext: ").append(self.following.title, f"bold {variables['primary']}")
            text.append(
                f"  {self.following.minutes} min\n{key(self, 'ending.next')} opens it; {away}", variables["muted"]
            )
        else:
            text.append(f"\nThis was the last lesson of the course. {away}", variables["muted"])
        self.query_one(Static).update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.following is not None if action == "go_on" else True

    def action_go_on(self) -> None:
        self.post_message(self.GoOn())

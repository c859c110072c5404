"""A line under the editor to search its text with."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


class FindLine(Horizontal):
    """What is typed is looked for at once; Enter goes to the next place, Esc closes."""

    BINDING_GROUP_TITLE = "The search line"
    DEFAULT_CSS = """
    FindLine {
        display: none; height: 1; padding: 0 1; background: $surface;
        &.-open { display: block; layout: horizontal; }
        Static { width: auto; color: $primary; text-style: bold; }
        #places { color: $muted; text-style: none; }
        Input, Input:focus { border: none; height: 1; width: 1fr; padding: 0; background: $panel; }
    }
    """
    BINDINGS = [
        Binding(
            "enter,down,ctrl+f", "next(1)", "next place", key_display="⏎", id="find.next", tooltip="The next place"
        ),
        Binding(
            "shift+enter,up", "next(-1)", "place before", key_display="↑", id="find.back", tooltip="The place before"
        ),
        Binding("escape", "close", "close", priority=True, id="find.close", tooltip="Back to the text"),
    ]

    @dataclass
    class Sought(Message):
        """Go to the next place with this text; `step` 0: stay where it is found already."""

        words: str
        step: int

    class Closed(Message):
        """The line was closed."""

    def compose(self) -> ComposeResult:
        yield Static("find  ")
        sought = Input(compact=True, id="sought")
        sought.cursor_blink = False
        yield sought
        yield Static("", id="places", markup=False)

    def open(self) -> None:
        self.add_class("-open")
        line = self.query_one(Input)
        line.focus()
        line.action_select_all()

    def found(self, number: int, of: int) -> None:
        """Which place of how many the cursor is at."""
        sought = self.query_one(Input).value
        self.query_one("#places", Static).update(f"  {number}/{of}" if of else "  nowhere" if sought else "")

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Sought(message.value, 0))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_next(1)

    def action_next(self, step: int) -> None:
        self.post_message(self.Sought(self.query_one(Input).value, step))

    def action_close(self) -> None:
        self.remove_class("-open")
        self.query_one("#places", Static).update("")
        self.post_message(self.Closed())

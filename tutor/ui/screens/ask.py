"""A question that is answered by yes or no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.ui.keymap import Keyed, key


class Ask(Keyed[bool], ModalScreen[bool]):
    """Asks before something is done that one may not want."""

    CSS_PATH = "ask.tcss"
    ID: ClassVar[str] = "ask"
    """What the ids of its keys begin with."""
    BINDINGS = [
        Binding("y,enter", "answer(True)", "yes", id="ask.yes", tooltip="Do it"),
        Binding("n,escape,ctrl+c", "answer(False)", "no", id="ask.no", tooltip="Leave it as it is"),
    ]

    def __init__(self, question: str, yes: str, no: str = "leave it as it is") -> None:
        super().__init__()
        self.question, self.yes, self.no = question, yes, no

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(self.question, markup=False)
            yes, no = key(self, f"{self.ID}.yes"), key(self, f"{self.ID}.no")
            yield Static(f"{yes}  {self.yes}     {no}  {self.no}", id="keys", markup=False)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class AskFirst(Ask, inherit_bindings=False):
    """The same before something that cannot be taken back: Enter, which may come from a slip, does not do it."""

    ID = "ask_first"
    BINDINGS = [
        Binding("y", "answer(True)", "yes", id="ask_first.yes", tooltip="Do it"),
        Binding("n,escape,ctrl+c", "answer(False)", "no", id="ask_first.no", tooltip="Leave it as it is"),
    ]

"""The keys of the screen one is on."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from tutor.ui.screens.page import Page
from tutor.ui.widgets.prose import Prose
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import key_name


def keys_of(screen: Screen[Any]) -> list[tuple[str, str, bool]]:
    """What can be pressed on a screen now: keys, what they do, and whether they do it now."""
    found: dict[str, tuple[list[str], str, bool]] = {}
    for key, (_, binding, enabled, tooltip) in screen.active_bindings.items():
        if binding.system or not binding.id:
            continue  # a text field's own keys are those of any editor
        names, _, _ = found.setdefault(binding.id, ([], tooltip or binding.description, enabled))
        names.append(key_name(key))
    return [(" ".join(names), words, enabled) for names, words, enabled in found.values()]


class HelpScreen(Page):
    """What the screen below is for, and its keys."""

    CSS_PATH = "help.tcss"
    HELP = "Esc goes back."
    BINDINGS = [
        Binding("escape,question_mark,f1,q", "close", "back", id="help.close", tooltip="Back to where you were"),
    ]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.about = getattr(screen, "HELP", "") or ""
        self.keys = keys_of(screen)

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        with VerticalScroll(id="long"):
            yield Prose(self.about)
            yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text("Help", "bold")
        accent, muted = self.app.theme_variables["primary"], self.app.theme_variables["muted"]
        text = Text()
        width = max((len(names) for names, _, _ in self.keys), default=0) + 2
        for names, words, enabled in self.keys:
            text.append(names.ljust(width), f"bold {accent}" if enabled else muted)
            text.append(words, "" if enabled else muted)
            text.append("\n" if enabled else "  (not now)\n", muted)
        self.query_one("#keys", Static).update(text)
        self.query_one("#long").focus()

    def action_close(self) -> None:
        self.dismiss()

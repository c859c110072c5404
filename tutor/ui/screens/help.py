"""What the screen one is on is for, and its keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from tutor.ui.keymap import filled, held
from tutor.ui.screens.page import Page
from tutor.ui.widgets.prose import Prose
from tutor.ui.widgets.scroll import Scroll
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import key_name

KEYS_WIDTH = 15
"""Cells for the keys of a line; more of them push its words to the right."""


@dataclass
class Line:
    """One thing that can be done."""

    keys: list[str]
    words: str
    enabled: bool


@dataclass
class Section:
    """What can be done with one part of the screen."""

    title: str
    lines: dict[str, Line] = field(default_factory=dict)
    """By binding id."""

    def add(self, key: str, binding: Binding, enabled: bool) -> None:
        line = self.lines.setdefault(binding.id or "", Line([], binding.tooltip or binding.description, enabled))
        line.keys.append(key_name(key))
        line.enabled = line.enabled or enabled


def sections(screen: Screen[Any]) -> list[Section]:
    """What can be pressed now, then what the other parts of the screen take, then what is the same everywhere."""
    here, everywhere, found = Section("Here"), Section("Everywhere"), []
    for key, (node, binding, enabled, _) in screen.active_bindings.items():
        if binding.id and not binding.system:  # a text field's own keys are those of any editor
            common = node is screen.app or binding.id.startswith("page.")
            (everywhere if common else here).add(key, binding, enabled)
    told = {*here.lines, *everywhere.lines}
    for title, node in _other_parts(screen).items():
        section = Section(f"{title}, where it has the focus")
        for key, binding in held(node):
            if (
                binding.id
                and binding.id not in told
                and screen.app._check_action_state(binding.action, node) is not False
            ):
                section.add(key, binding, True)
        told |= set(section.lines)
        found.append(section)
    return [section for section in (here, *found, everywhere) if section.lines]


def _other_parts(screen: Screen[Any]) -> dict[str, DOMNode]:
    """One of each kind of part that could have the focus and has not."""
    chain = list(screen.focused.ancestors_with_self) if screen.focused else []
    parts = [part for part in screen.focus_chain if part.BINDING_GROUP_TITLE and part not in chain]
    return {str(part.BINDING_GROUP_TITLE): part for part in reversed(parts)}


class HelpScreen(Page[None]):
    """What the screen below is for, and its keys."""

    CSS_PATH = "help.tcss"
    BINDINGS = [
        Binding("escape,question_mark,f1,q", "close", "back", id="help.close", tooltip="Back to where you were"),
    ]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.about = filled(getattr(screen, "HELP", "") or "", screen)
        self.sections = sections(screen)

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        with Scroll(id="long"):
            yield Prose(self.about)
            yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text("Help", "bold")
        self.query_one("#keys", Static).update(self._keys())
        self.query_one("#long").focus()

    def _keys(self) -> Text:
        accent, muted = self.app.theme_variables["primary"], self.app.theme_variables["muted"]
        text = Text()
        for section in self.sections:
            text.append(f"{section.title}\n", "bold")
            for line in section.lines.values():
                text.append(f"{'  '.join(line.keys):<{KEYS_WIDTH}} ", f"bold {accent}" if line.enabled else muted)
                text.append(line.words, "" if line.enabled else muted)
                text.append("\n" if line.enabled else "  (not now)\n", muted)
            text.append("\n")
        text.rstrip()
        return text

    def action_close(self) -> None:
        self.dismiss()

"""The bottom line: what can be pressed now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from tutor.ui.words import key_name, suited


@dataclass(frozen=True)
class Shown:
    """One key on the line."""

    binding: Binding
    enabled: bool
    tooltip: str

    @property
    def name(self) -> str:
        return suited(self.binding.key_display or key_name(self.binding.key))

    @property
    def width(self) -> int:
        return Text(f"{self.name} {self.binding.description}").cell_len


FIRST = (
    "scratchpad.interrupt", "scratchpad.more_time", "prompt.run", "scratchpad.detail", "prompt.complete", "prompt.earlier", "prompt.leave",
    "finder.choose", "finder.down", "finder.up", "find.next", "find.close", "exercise.stop", "exercise.more_time",
    "code.check", "answer.check", "choice.check", "order.check", "order.take", "tune.check", "exercise.hint", "exercise.lesson",
    "demo.run", "demo.pause", "demo.step", "demo.stop", "example.run", "example.stop", "lesson.run", "ending.next",
    "control.less", "control.more", "control.type", "control.next", "demo.defaults", "lesson.next", "lesson.next_typing",
    "lesson.read_down_typing", "lesson.read_up_typing",
)  # fmt: skip
"""Ids of the keys that come first on the line where they can be pressed."""
LAST = ("map.courses",)
"""Ids of those that give way first where there is no room: the help names them too."""


def _rank(key: Shown) -> int:
    if key.binding.id in LAST:
        return len(FIRST) + 1
    return FIRST.index(key.binding.id) if key.binding.id in FIRST else len(FIRST)


class KeyLine(Widget):
    """Keys with their meaning, drawn as one line of text; those that cannot be pressed now are dim. Also takes clicks.

    Textual's Footer is a widget for each key and is rebuilt at every change of focus; this is one line of text.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"keys--key", "keys--text", "keys--off"}
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom; height: 1; padding: 0 1; background: $surface;
        .keys--key { color: $primary; text-style: bold; }
        .keys--text { color: $foreground; }
        .keys--off { color: $muted; text-style: dim; }
    }
    """
    GAP = 2

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[Any]) -> None:
        self.refresh()

    def shown(self) -> list[Shown]:
        """The keys that fit, in order; the last two (help, quit) are never crowded out."""
        found: dict[str, Shown] = {}
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            if binding.show and binding.action not in found:
                found[binding.action] = Shown(binding, enabled, tooltip)
        ends = [key for key in found.values() if key.binding.action in ("app.help", "app.leave")]
        keys = [key for key in sorted(found.values(), key=_rank) if key not in ends]
        room = self.content_size.width - sum(key.width + self.GAP for key in ends)
        while keys and sum(key.width + self.GAP for key in keys) - self.GAP > room:
            dead = [key for key in keys if not key.enabled]
            keys.remove(dead[-1] if dead else keys[-1])
        return keys + ends

    def render(self) -> Text:
        line = Text(no_wrap=True)
        for key in self.shown():
            if line:
                line.append(" " * self.GAP)
            off = None if key.enabled else self.get_component_rich_style("keys--off", partial=True)
            line.append(key.name, off or self.get_component_rich_style("keys--key", partial=True))
            line.append(" " + key.binding.description, off or self.get_component_rich_style("keys--text", partial=True))
        return line

    def key_at(self, x: int) -> Shown | None:
        start = 0
        for key in self.shown():
            if start <= x < start + key.width:
                return key
            start += key.width + self.GAP
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        key = self.key_at(event.x - self.styles.padding.left)
        self.tooltip = key.tooltip or None if key else None

    def on_click(self, event: events.Click) -> None:
        key = self.key_at(event.x - self.styles.padding.left)
        if key and key.enabled:
            self.app.simulate_key(key.binding.key)

"""A demo's controls: values that keys nudge, flip, cycle, or that are typed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Grid
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.model import Control, Value
from tutor.ui.nudging import nudge, spell


class ControlField(Widget, can_focus=True):
    """One control. A number is typed over its value: Enter takes it, Esc leaves it as it was."""

    BINDING_GROUP_TITLE = "A control"
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"control--name", "control--value", "control--arrows"}
    DEFAULT_CSS = """
    ControlField {
        height: 1; width: 1fr; padding: 0 1;
        .control--name { color: $muted; }
        .control--value { color: $foreground; text-style: bold; }
        .control--arrows { color: $muted; }
        &:focus { background: $panel; }
        &:focus .control--arrows { color: $primary; text-style: bold; }
        &:focus .control--name { color: $foreground; }
    }
    """
    BINDINGS = [
        Binding("left,minus", "nudge(-1)", "less", key_display="←", id="control.less", tooltip="One notch down"),
        Binding(
            "right,plus,equals_sign", "nudge(1)", "more", key_display="→", id="control.more", tooltip="One notch up"
        ),
        Binding("enter", "type", "type a value", id="control.type", tooltip="Type the value, or take what is typed"),
        Binding(
            "enter",
            "next_choice",
            "change",
            id="control.next",
            tooltip="The next choice, or the other side of a switch",
        ),
    ]

    value: reactive[Value] = reactive(0, init=False)
    typed: reactive[str | None] = reactive(None)
    """What has been typed so far; None: nothing is being typed."""

    @dataclass
    class Set(Message):
        """A control has another value."""

        name: str
        value: Value

    @dataclass
    class Refused(Message):
        """What was typed is no value of the control; says why."""

        reason: str

    def __init__(self, spec: Control, value: Value) -> None:
        super().__init__(id=f"control-{spec.name}")
        self.spec = spec
        self.set_reactive(ControlField.value, value)

    @property
    def natural_width(self) -> int:
        """Cells for the name and the longest value it usually holds."""
        usual = [len(spell(self.spec.default)), 3 if self.spec.kind == "bool" else 5]
        longest = max([len(choice) for choice in self.spec.choices] + usual)
        return len(self.spec.name) + longest + 7

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return self.natural_width - 2

    def render(self) -> Text:
        arrows = self.get_component_rich_style("control--arrows", partial=True)
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{self.spec.name} ", self.get_component_rich_style("control--name", partial=True))
        line.append("‹ ", arrows)
        style = self.get_component_rich_style("control--value", partial=True)
        if self.typed is None:
            line.append(spell(self.value), style)
        else:
            line.append(self.typed, style)
            line.append(" ", "reverse")
        return line.append(" ›", arrows)

    def _take(self, value: Value) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Set(self.spec.name, value))

    def put(self, value: Value) -> None:
        """Sets the value, as typing it would."""
        self.typed = None
        self._take(value)

    def action_nudge(self, direction: int) -> None:
        self.typed = None
        self._take(nudge(self.spec, self.value, direction))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        chosen = self.spec.kind in ("bool", "choice")
        return {"type": not chosen, "next_choice": chosen}.get(action, True)

    def action_next_choice(self) -> None:
        self.action_nudge(1)

    def action_type(self) -> None:
        if self.typed is None:
            self.typed = ""
        else:
            self._commit()

    def _commit(self) -> None:
        typed, self.typed = self.typed, None
        if not typed:
            return
        try:
            value = self.spec.read(typed)
        except ValueError as error:
            self.post_message(self.Refused(str(error)))
            return
        self.post_message(self.Refused(""))
        self._take(value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """While a number is typed, its characters are no keys."""
        return self.typed is not None and character is not None and character in "0123456789.eE+-_"

    def on_key(self, event: events.Key) -> None:
        if self.spec.kind in ("bool", "choice"):
            return
        typing = self.typed is not None
        character = event.character or ""
        if character.isdigit() or (typing and character and character in ".eE+-_"):
            self.typed = (self.typed or "") + character
        elif typing and event.key == "backspace":
            self.typed = (self.typed or "")[:-1]
        elif typing and event.key == "escape":
            self.typed = None
        else:
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        if self.typed is not None:
            self._commit()

    def on_click(self, event: events.Click) -> None:
        opening = len(self.spec.name) + 1 + self.styles.padding.left
        self.action_nudge(-1 if event.x <= opening + 1 and self.spec.kind not in ("bool", "choice") else 1)


class Controls(Grid):
    """A demo's controls in as many columns as fit."""

    DEFAULT_CSS = """
    Controls { height: auto; grid-gutter: 0 1; grid-rows: 1; }
    Controls.-one-line { layout: horizontal; height: 1; }
    Controls.-one-line ControlField { width: auto; }
    """

    def __init__(self, controls: tuple[Control, ...], settings: dict[str, Value]) -> None:
        super().__init__(id="controls")
        self.fields = [ControlField(spec, settings.get(spec.name, spec.default)) for spec in controls]

    def compose(self) -> ComposeResult:
        yield from self.fields

    def on_resize(self) -> None:
        if self.fields:
            widths = [field.natural_width for field in self.fields]
            self.set_class(sum(widths) <= self.size.width, "-one-line")
            self.styles.grid_size_columns = max(1, self.size.width // (max(widths) + 1))

    def put(self, settings: Mapping[str, Value]) -> None:
        """Sets the controls that are named, as typing would; a value that one does not take leaves it as it is."""
        for field in self.fields:
            if field.spec.name in settings:
                with contextlib.suppress(ValueError):
                    field.put(field.spec.read(str(settings[field.spec.name])))

    @property
    def settings(self) -> dict[str, Value]:
        return {field.spec.name: field.value for field in self.fields}

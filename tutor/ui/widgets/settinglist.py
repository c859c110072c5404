"""The settings with their values, to choose from and to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from tutor.settings import SETTINGS, Setting
from tutor.ui.widgets.listing import Listing
from tutor.ui.words import plural

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

NAME_WIDTH, VALUE_WIDTH = 10, 40
KEYS = "keys"
"""The row that leads to the list of keys."""


class SettingsList(Listing["Setting | None"]):
    """A row for each setting, and one for the keys."""

    BINDINGS = [
        Binding("left,h,minus", "change(-1)", "less", show=False, id="settings.less", tooltip="The value before"),
        Binding("right,l,plus", "change(1)", "next value", key_display="→", id="settings.more", tooltip="The next value"),
        Binding("enter,space", "choose", "change", key_display="⏎", id="settings.change", tooltip="Change it, or type its value"),
        Binding("z,backspace,delete", "forget", "default", id="settings.default", tooltip="Back to the default, and out of the file"),
    ]  # fmt: skip

    @dataclass
    class Chosen(Message):
        """The row under the cursor is to be opened: its value is typed, or there is a page of its own."""

    @dataclass
    class Changed(Message):
        """A setting is to have this value; None: its default."""

        name: str
        value: str | int | bool | None

    def __init__(self) -> None:
        super().__init__(self._row)
        self.items = (*SETTINGS, None)

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    @property
    def setting(self) -> Setting | None:
        """The one under the cursor; None: the row of the keys."""
        return self.item

    def draw(self) -> None:
        """Shows the values as they are now."""
        self.show(self.items)

    def _row(self, setting: Setting | None, here: bool) -> Text:
        settings, muted = self.tutor.settings, self.tutor.theme_variables["muted"]
        if setting is None:
            changed = len(settings.keys)
            name, value = KEYS, f"{plural(changed, 'key')} changed" if changed else "as the program has them"
            origin = ""
        else:
            name, value, origin = setting.name, settings.spelled(setting.name), settings.origin(setting.name)
        shown = Text(value, "bold" if here else "")
        shown.truncate(VALUE_WIDTH, overflow="ellipsis", pad=True)
        return Text.assemble(
            (f"{name:<{NAME_WIDTH}}", "bold" if here else muted),
            shown,
            (f" {'' if origin == 'default' else origin}", muted),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        setting = self.setting
        if action == "change":
            return bool(setting and (setting.choices or isinstance(setting.default, int)))
        if action == "forget":
            return True if setting and self.tutor.settings.origin(setting.name) != "default" else None
        return True

    def on_listing_again(self) -> None:
        self.action_choose()

    def action_change(self, step: int) -> None:
        setting = self.setting
        assert setting is not None
        value = self.tutor.settings[setting.name]
        if setting.choices:
            following = setting.choices[(setting.choices.index(value) + step) % len(setting.choices)]
        else:
            following = int(value) + step
            try:
                setting.read(following)
            except ValueError:
                return  # at the end of what it may be
        self.post_message(self.Changed(setting.name, following))

    def action_choose(self) -> None:
        if self.setting is not None and self.setting.choices:
            self.action_change(1)
        else:
            self.post_message(self.Chosen())

    def action_forget(self) -> None:
        if self.setting is not None:
            self.post_message(self.Changed(self.setting.name, None))


class ValueLine(Horizontal):
    """Where a value is typed. Enter takes it, Esc leaves it as it was."""

    BINDINGS = [
        Binding("enter", "take", "take it", priority=True, id="value.take", tooltip="Set it to what is typed"),
        Binding("escape", "close", "leave it", priority=True, id="value.close", tooltip="Leave it as it was"),
    ]

    @dataclass
    class Taken(Message):
        """This was typed."""

        value: str

    class Closed(Message):
        """Nothing is typed any more."""

    def __init__(self) -> None:
        super().__init__(id="value")

    def compose(self) -> ComposeResult:
        yield Static("", id="name", markup=False)
        yield Input(compact=True, id="typed")

    def open(self, name: str, value: str) -> None:
        self.add_class("-open")
        self.query_one("#name", Static).update(f"{name} ")
        line = self.query_one(Input)
        line.cursor_blink = False
        line.value = value
        line.focus()
        line.action_select_all()

    def close(self) -> None:
        self.remove_class("-open")
        self.post_message(self.Closed())

    def action_take(self) -> None:
        self.post_message(self.Taken(self.query_one(Input).value))

    def action_close(self) -> None:
        self.close()

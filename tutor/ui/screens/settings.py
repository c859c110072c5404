"""The settings on a page: what each does, its value, where that comes from, what it may be."""

from __future__ import annotations

from rich.text import Text
from textual import work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.settings import Value
from tutor.settings.model import NEW_ENGINE
from tutor.ui.keymap import filled, key
from tutor.ui.screens.page import Page
from tutor.ui.widgets.settinglist import SettingsList, ValueLine
from tutor.ui.widgets.topline import TopLine

KEYS_ABOUT = "What each key does, and other keys in their place. {settings.change} lists all of them."


class SettingsScreen(Page[None]):
    """A change counts at once where that can be; else the page says when. Each is written to the file as it is made."""

    CSS_PATH = "settings.tcss"
    HELP = (
        "What can be set. A change is written to the settings file at once, and nothing else in that file is touched; at the "
        "right stands where a value comes from: the command line comes before the environment (`TUTOR_THEME` and the like), "
        "that before the file, and that before the default. docs/settings.md describes the file."
    )
    BINDINGS = [
        Binding("e", "edit", "edit the file", id="settings.edit", tooltip="Open the settings file in your own editor"),
        Binding("r", "restart", "restart engine", id="settings.restart", tooltip="Start the engine anew, as it is set now"),
        Binding("escape,comma,q", "close", "back", key_display="Esc", id="settings.close", tooltip="Back to where you were"),
    ]  # fmt: skip

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        with VerticalScroll(id="long", can_focus=False):
            yield SettingsList()
            yield ValueLine()
            yield Static(id="said", markup=False)
            yield Static(id="about", markup=False)
            yield Static(id="problems", markup=False)

    def on_mount(self) -> None:
        self.watch(self.app, "engine_state", lambda _state: self._show(), init=False)
        self.query_one(SettingsList).focus()
        self._show()

    def on_screen_resume(self) -> None:
        self._show()

    def _show(self) -> None:
        settings, muted = self.tutor.settings, self.tutor.theme_variables["muted"]
        heading = self.query_one("#heading", TopLine)
        heading.left, heading.right = Text("Settings", "bold"), Text(settings.place, muted)
        self.query_one(SettingsList).draw()
        self._show_about()
        problems = [*settings.problems, *self.tutor.own_keys.sentences]
        shown = self.query_one("#problems", Static)
        shown.set_class(bool(problems), "-shown")
        shown.update(Text("\n".join(f"! {problem}" for problem in problems)))
        self.refresh_bindings()

    def _show_about(self) -> None:
        setting, muted = self.query_one(SettingsList).setting, self.tutor.theme_variables["muted"]
        text = Text()
        if setting is None:
            text.append(filled(KEYS_ABOUT, self))
        else:
            text.append(f"{setting.about}\n")
            text.append("may be   ", muted).append(f"{setting.allowed}\n")
            text.append("default  ", muted).append(f"{setting.spell(setting.default)}\n")
            text.append("counts   ", muted).append(setting.counts)
            if setting.counts == NEW_ENGINE:
                text.append(f": {key(self, 'settings.restart')}, or when the program is next opened")
                text.append("\nnow      ", muted).append(self.tutor.engine_state)
        self.query_one("#about", Static).update(text)

    def say(self, words: str) -> None:
        """A sentence on what has just been done; empty: nothing."""
        said = self.query_one("#said", Static)
        said.set_class(bool(words), "-shown")
        said.update(words)

    # What the list and the line ask for -----------------------------------------------------------------------------------

    def on_listing_moved(self) -> None:
        self.say("")
        self._show_about()

    def on_settings_list_changed(self, message: SettingsList.Changed) -> None:
        self._set(message.name, message.value)

    def on_settings_list_chosen(self) -> None:
        setting = self.query_one(SettingsList).setting
        if setting is None:
            from tutor.ui.screens.keys import KeysScreen

            self.app.push_screen(KeysScreen())
            return
        value = self.tutor.settings[setting.name]
        self.query_one(ValueLine).open(setting.name, str(value))

    def on_value_line_taken(self, message: ValueLine.Taken) -> None:
        setting = self.query_one(SettingsList).setting
        assert setting is not None
        if self._set(setting.name, message.value.strip() or None):
            self.query_one(ValueLine).close()

    def on_value_line_closed(self) -> None:
        self.query_one(SettingsList).focus()

    def _set(self, name: str, value: Value | None) -> bool:
        """Whether it may be that."""
        try:
            words = self.tutor.change_setting(name, value)
        except ValueError as error:
            self.say(f"It may be {error}.")
            return False
        self.say(words)
        self._show()
        return True

    # Keys -----------------------------------------------------------------------------------------------------------------

    @work
    async def action_restart(self) -> None:
        self.say("")
        await self.tutor.restart_engine()

    def action_edit(self) -> None:
        """Hands the file to the learner's own editor, and takes over what that has saved."""
        from tutor.ui.ownedit import OwnEditorError, edit_file

        try:
            path = self.tutor.settings.write_head()
            with self.app.suspend():
                edit_file(path, str(self.tutor.settings["editor"]))
        except OwnEditorError as error:
            self.say(str(error))
        except OSError as error:
            self.say(f"The file cannot be written ({(error.strerror or str(error)).lower()}).")
        except SuspendNotSupported:
            self.say(f"This terminal cannot be handed to another program; the file is {self.tutor.settings.place}.")
        self.app.refresh(layout=True)
        self.tutor.reload_settings()
        self._show()

    def action_close(self) -> None:
        self.dismiss()

"""Every key of the program with what it does, and other keys in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.ui import scenes
from tutor.ui.keymap import Keyed
from tutor.ui.ranking import fuzzy
from tutor.ui.screens.finder import Finder
from tutor.ui.widgets.found import Item
from tutor.ui.words import key_words, plural

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

ID_WIDTH = 26


class KeysScreen(Finder):
    """Enter asks for the new key of the one under the cursor; what it may not be is said at once."""

    HELP = (
        "Every key, by the name it has in the settings file. Type part of a name, or of what it does. {finder.choose} asks for "
        "the new key, {keys.reset} gives back the one the program has. Several keys for one thing are written in the file."
    )
    NAME = "Keys"
    SIGN = "▸"
    PLACEHOLDER = "part of a name, or of what a key does"
    BINDINGS = [
        Binding("f6", "reset", "its own key", priority=True, id="keys.reset", tooltip="Give it back the key the program has"),
    ]  # fmt: skip

    def items(self, words: str) -> list[Item]:
        fitting = [
            (fuzzy(words, f"{binding_id} {binding.tooltip} {binding.description}"), binding_id)
            for binding_id, binding in scenes.all_bindings().items()
        ]
        return [self._item(binding_id) for score, binding_id in fitting if score]

    def _item(self, binding_id: str) -> Item:
        colours, binding = self.tutor.theme_variables, scenes.all_bindings()[binding_id]
        changed = binding_id in self.tutor.settings.keys
        label = Text(f"{binding_id:<{ID_WIDTH}}", colours["primary"] if changed else colours["muted"])
        label.append(binding.tooltip or binding.description)
        keys = "  ".join(map(key_words, self._keys(binding_id)))
        return Item(label, Text(keys, "bold"), None, binding_id, lambda: None)

    def _keys(self, binding_id: str) -> list[str]:
        return scenes.keys_with(self.tutor.own_keys.held, binding_id)

    def detail(self, item: Item) -> Text:
        binding_id, muted = str(item.key), self.tutor.theme_variables["muted"]
        text = Text(f'{binding_id} = "{",".join(self._keys(binding_id))}"\n')
        text.append(f"the program's own: {','.join(scenes.default_keys(binding_id))}\n", muted)
        problem = self.tutor.own_keys.problems.get(binding_id, "")
        wanted = self.tutor.settings.keys.get(binding_id, "")
        return text.append(
            f"! {wanted} does not hold: {problem}" if problem else "", self.tutor.theme_variables["warning"]
        )

    def state(self, items: list[Item]) -> str:
        changed = len(self.tutor.settings.keys)
        return f"{plural(len(items), 'key')}, {changed} changed" if changed else plural(len(items), "key")

    def action_choose(self) -> None:
        if self.found.item is not None:
            self.app.push_screen(TakeKey(str(self.found.item.key)), self._taken)

    def on_found_chosen(self, message: object) -> None:
        self.action_choose()

    def _taken(self, key: str | None) -> None:
        if key is not None and self.found.item is not None:
            self._put(str(self.found.item.key), key)

    def action_reset(self) -> None:
        if self.found.item is not None:
            self._put(str(self.found.item.key), None)

    def _put(self, binding_id: str, key: str | None) -> None:
        words = self.tutor.settings.put_key(binding_id, key)
        self.tutor.own_keys.take()
        self.look(from_top=False)
        if words:
            self.notify(words, markup=False)


class TakeKey(Keyed["str | None"], ModalScreen["str | None"]):
    """Takes the next key that is pressed, whatever it does elsewhere."""

    CSS_PATH = "ask.tcss"

    def __init__(self, binding_id: str) -> None:
        super().__init__()
        self.binding_id = binding_id

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        return []  # no key does anything else here

    def compose(self) -> ComposeResult:
        binding = scenes.all_bindings()[self.binding_id]
        with Vertical(id="box"):
            yield Static(f"{binding.tooltip or binding.description}: press its new key.", markup=False)
            yield Static("Esc leaves it as it is.", id="keys", markup=False)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
            return
        key = event.key
        _, problems = scenes.checked({**self.tutor.settings.keys, self.binding_id: key})
        if self.binding_id in problems:
            self.query_one("#keys", Static).update(f"{problems[self.binding_id]}\nPress another, or Esc.")
            return
        self.dismiss(key)

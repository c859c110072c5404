"""Words are typed, what fits is listed, Enter takes one: what search and the list of everything share."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Input, Static

from tutor.ui.screens.page import Page
from tutor.ui.widgets.found import Found, Item
from tutor.ui.widgets.topline import TopLine


class Finder(Page[None]):
    """Lists what fits the words, at every letter."""

    CSS_PATH = "finder.tcss"
    BINDINGS = [
        Binding("enter", "choose", "open", priority=True, id="finder.choose", tooltip="Take the one under the cursor"),
        Binding("down,ctrl+n", "move(1)", "down", key_display="↓", priority=True, id="finder.down", tooltip="One down"),
        Binding("up,ctrl+p", "move(-1)", "up", key_display="↑", priority=True, id="finder.up", tooltip="One up"),
        Binding("pagedown", "move(8)", "page down", show=False, priority=True, id="finder.page_down", tooltip="Eight down"),
        Binding("pageup", "move(-8)", "page up", show=False, priority=True, id="finder.page_up", tooltip="Eight up"),
        Binding("escape,ctrl+c", "close", "back", key_display="Esc", priority=True, id="finder.close", tooltip="Back"),
    ]  # fmt: skip
    NAME: ClassVar[str] = ""
    SIGN: ClassVar[str] = "/"
    PLACEHOLDER: ClassVar[str] = ""
    top = query_one("#top", TopLine)
    words = query_one("#words", Input)
    found = query_one("#found", Found)

    def __init__(self) -> None:
        super().__init__()
        self.picked: Item | None = None
        """What was taken; None: nothing yet."""
        self.moved = False
        """Whether the cursor was moved since something was last typed."""

    def parts(self) -> ComposeResult:
        yield TopLine(id="top")
        with Horizontal(id="ask"):
            yield Static(self.SIGN, id="sign", markup=False)
            words = Input(placeholder=self.PLACEHOLDER, compact=True, id="words")
            words.cursor_blink = False  # blinking costs bytes, also while nobody is there
            yield words
        yield Found()
        yield Static("", id="nothing", markup=False)
        yield Static("", id="detail", markup=False)

    def on_mount(self) -> None:
        self.words.cursor_blink = False
        self.words.focus()
        self.top.left = Text(self.NAME, "bold")
        self.look(from_top=True)

    # What each kind of list says --------------------------------------------------------------------------------------------

    def items(self, words: str) -> list[Item]:
        """What fits these words, the best first."""
        raise NotImplementedError

    def state(self, items: list[Item]) -> str:
        """What the top says at the right."""
        return ""

    def nothing(self, words: str) -> str:
        """What is said where nothing fits."""
        return "Nothing fits."

    def detail(self, item: Item) -> Text | None:
        """What is said of the one under the cursor, beneath the list; None: nothing."""
        return None

    # Looking ----------------------------------------------------------------------------------------------------------------

    def look(self, *, from_top: bool) -> None:
        """Shows what fits the words as they are now."""
        words = self.words.value
        items = self.items(words)
        self.found.show(items, from_top=from_top)
        self.set_class(not items, "-empty")
        if not items:
            self.query_one("#nothing", Static).update(self.nothing(words))
        self.top.right = Text(self.state(items), self.tutor.theme_variables["muted"])
        self._show_detail()

    def _show_detail(self) -> None:
        words = self.detail(self.found.item) if self.found.item is not None else None
        detail = self.query_one("#detail", Static)
        detail.set_class(words is not None, "-shown")
        detail.update(words or "")

    def on_input_changed(self) -> None:
        self.moved = False
        self.look(from_top=True)

    def on_found_chosen(self, message: Found.Chosen) -> None:
        self.picked = message.item
        self.dismiss()

    def action_choose(self) -> None:
        if self.found.item is not None:
            self.picked = self.found.item
            self.dismiss()

    def action_move(self, steps: int) -> None:
        self.moved = True
        self.found.move(steps)
        self._show_detail()

    def action_close(self) -> None:
        self.dismiss()

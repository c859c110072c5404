"""Texts and lists that are scrolled by keys: arrows as everywhere, and the letters of vi and less beside them."""

from __future__ import annotations

from textual.binding import Binding
from textual.containers import VerticalScroll


class Pages(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Scrolls by pages; the arrows are left to a cursor that something outside moves."""

    BINDINGS = [
        Binding("pageup,ctrl+u", "page_up", "page up", show=False, id="scroll.page_up", tooltip="One page up"),
        Binding("pagedown,ctrl+d", "page_down", "page down", show=False, id="scroll.page_down", tooltip="One page down"),
    ]  # fmt: skip


class Scroll(Pages):
    """A text. A key that has nothing to scroll goes on outwards."""

    BINDINGS = [
        Binding("up,k", "scroll_up", "up", show=False, id="scroll.up", tooltip="One line up"),
        Binding("down,j", "scroll_down", "down", show=False, id="scroll.down", tooltip="One line down"),
        Binding("left,h", "scroll_left", "left", show=False, id="scroll.left", tooltip="To the left, where a line is long"),
        Binding("right,l", "scroll_right", "right", show=False, id="scroll.right", tooltip="To the right, where a line is long"),
        Binding("home,g", "scroll_home", "top", show=False, id="scroll.top", tooltip="To the top of the text"),
        Binding("end,G", "scroll_end", "end", show=False, id="scroll.end", tooltip="To the end of the text"),
    ]  # fmt: skip

"""A list of what was found, with a cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

LEAST_NOTE = 18
"""Cells of what stands at the right that are always shown."""


@dataclass(frozen=True)
class Item:
    """One thing that can be chosen."""

    label: Text
    note: Text
    """At the right."""
    below: Text | None
    """A second line; None: there is none."""
    key: object
    """Says which one it is, from one search to the next."""
    act: Callable[[], None]
    """Does it, once the list is closed."""
    words: str = ""
    """By which it is found too."""


class Found(ScrollView, can_focus=False):
    """Items of one line or two; keys come from the screen, since a text field has the focus."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"found--here", "found--mark"}
    DEFAULT_CSS = """
    Found {
        height: 1fr; overflow-x: hidden; scrollbar-gutter: stable;
        .found--here { background: $panel; }
        .found--mark { color: $primary; text-style: bold; }
    }
    """

    @dataclass
    class Chosen(Message):
        """An item was clicked."""

        item: Item

    def __init__(self) -> None:
        super().__init__(id="found")
        self.items: list[Item] = []
        self.cursor = 0
        self._lines: list[tuple[int, int]] = []
        """For each line: its item, and which of the item's lines it is."""

    @property
    def item(self) -> Item | None:
        return self.items[self.cursor] if self.cursor < len(self.items) else None

    def show(self, items: list[Item], *, from_top: bool) -> None:
        """Other items. The cursor stays on the one it was on, where that is still there, or goes to the first."""
        here = self.item
        keys = [item.key for item in items]
        self.cursor = keys.index(here.key) if here and not from_top and here.key in keys else 0
        self.items = items
        self._lines = [(i, line) for i, item in enumerate(items) for line in range(2 if item.below is not None else 1)]
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._follow_cursor()
        self.refresh()

    def move(self, steps: int) -> None:
        self.cursor = max(0, min(self.cursor + steps, len(self.items) - 1))
        self._follow_cursor()
        self.refresh()

    def _follow_cursor(self) -> None:
        lines = [number for number, (item, _) in enumerate(self._lines) if item == self.cursor]
        if lines:
            self.scroll_to_region(Region(0, lines[0], 1, len(lines)), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        width, line = self.scrollable_content_region.width, y + self.scroll_offset.y
        if not 0 <= line < len(self._lines):
            return Strip.blank(width, self.rich_style)
        index, part = self._lines[line]
        here = index == self.cursor
        text = self._draw(self.items[index], part, here, width)
        base = self.rich_style + (self._style("here") if here else Style())
        text.stylize_before(base)
        return Strip(text.render(self.app.console)).adjust_cell_length(width, base)

    def _draw(self, item: Item, part: int, here: bool, width: int) -> Text:
        line = Text(no_wrap=True, end="")
        line.append(" ▸ " if here and part == 0 else "   ", self._style("mark"))
        if part:
            line.append_text(item.below or Text())
            line.truncate(width - 1, overflow="ellipsis")
            return line
        line.append_text(item.label)
        note = item.note.copy()  # what stands at the right gives way first
        note.truncate(max(width - line.cell_len - 2, LEAST_NOTE), overflow="ellipsis")
        line.truncate(max(width - note.cell_len - 2, 0), overflow="ellipsis", pad=True)
        return line.append("  ").append_text(note)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"found--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        line = event.y + self.scroll_offset.y
        if 0 <= line < len(self._lines):
            self.post_message(self.Chosen(self.items[self._lines[line][0]]))

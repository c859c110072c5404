"""A list with a cursor, a row for each thing: what every screen that lists things is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

Item = TypeVar("Item")


class Listing(ScrollView, Generic[Item], can_focus=True, inherit_bindings=False):
    """Rows that are drawn when they are seen. Keys and clicks move the cursor; what is chosen with it is up to the screen.

    As high as its place, or as its rows where its height is `auto`; what it stands in then scrolls with the cursor.
    """

    BINDING_GROUP_TITLE = "The list"
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Listing { width: 1fr; height: 1fr; overflow-x: hidden; }
    """
    BINDINGS = [
        Binding("up,k", "move(-1)", "up", show=False, id="list.up", tooltip="To the row above"),
        Binding("down,j", "move(1)", "down", show=False, id="list.down", tooltip="To the row below"),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False, id="list.page_up", tooltip="One page up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down", show=False, id="list.page_down", tooltip="One page down"),
        Binding("home,g", "first", "first", show=False, id="list.first", tooltip="To the first row"),
        Binding("end,G", "last", "last", show=False, id="list.last", tooltip="To the last row"),
    ]

    class Moved(Message):
        """The cursor stands on another row."""

    class Again(Message):
        """The row under the cursor was clicked: do what its first key does."""

    def __init__(self, draw: Callable[[Item, bool], Text], *, id: str = "list") -> None:
        """`draw` makes the row of one thing; the second says whether the cursor stands on it."""
        super().__init__(id=id)
        self._draw = draw
        self.items: Sequence[Item] = ()
        self.here = 0

    @property
    def item(self) -> Item | None:
        """What the cursor stands on; None: there is nothing."""
        return self.items[self.here] if self.items else None

    def show(self, items: Sequence[Item], here: int | None = None) -> None:
        """Lists these, with the cursor on row `here`, or on the one where it is."""
        self.items = items
        self.here = self._within(self.here if here is None else here)
        self.virtual_size = Size(0, len(items))
        self.refresh(layout=True)
        self._follow()
        self.refresh_bindings()

    def move_to(self, row: int) -> None:
        """The nearest there is."""
        row = self._within(row)
        if row == self.here:
            return
        self.here = row
        self.refresh()
        self._follow()
        if isinstance(self.parent, VerticalScroll):
            self._follow_outside(self.parent)
        self.refresh_bindings()
        self.post_message(self.Moved())

    def _within(self, row: int) -> int:
        return max(0, min(row, len(self.items) - 1))

    def _follow(self) -> None:
        self.scroll_to_region(Region(0, self.here, 1, 1), animate=False, force=True)

    def _follow_outside(self, outside: VerticalScroll) -> None:
        """The first row comes with as much of what stands above it as there is room for."""
        line = self.virtual_region.y + self.here
        top = max(line + 1 - outside.size.height, 0) if self.here == 0 else line
        outside.scroll_to_region(Region(0, top, 1, line + 1 - top), animate=False, force=True)

    def on_resize(self) -> None:
        self._follow()

    def render_line(self, y: int) -> Strip:
        width, row = self.scrollable_content_region.width, y + self.scroll_offset.y
        if not 0 <= row < len(self.items):
            return Strip.blank(width, self.rich_style)
        here = row == self.here
        line = Text("▸ " if here else "  ", f"bold {self.app.theme_variables['primary']}", no_wrap=True, end="")
        line = Text.assemble(line, self._draw(self.items[row], here), no_wrap=True, end="")
        line.truncate(width, overflow="ellipsis")
        line.stylize_before(self.rich_style)
        return Strip(line.render(self.app.console)).adjust_cell_length(width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        row = event.y + self.scroll_offset.y
        if not 0 <= row < len(self.items):
            return
        if row == self.here:
            self.post_message(self.Again())
        self.move_to(row)

    def action_move(self, rows: int) -> None:
        self.move_to(self.here + rows)

    def action_page(self, pages: int) -> None:
        self.move_to(self.here + pages * max(self.size.height - 1, 1))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self.items) - 1)

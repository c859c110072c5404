"""One line with something on the left and something on the right."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget


class TopLine(Widget):
    """Left and right text on one line; where room is short the left gives way."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TopLine { height: 1; padding: 0 1; }
    """

    left: reactive[Text] = reactive(Text, layout=False)
    right: reactive[Text] = reactive(Text, layout=False)

    def render(self) -> Text:
        width = self.content_size.width
        right = self.right.copy()
        right.truncate(max(width * 2 // 3, 1), overflow="ellipsis")
        left = self.left.copy()
        left.truncate(max(width - right.cell_len - 2, 0), overflow="ellipsis")
        left.no_wrap = True
        return left + Text(" " * max(width - left.cell_len - right.cell_len, 0)) + right

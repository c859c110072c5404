"""Something long to read over the present screen: code, a log, an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tutor.ui.screens.page import Page
from tutor.ui.theme import code_styles
from tutor.ui.widgets.scroll import Scroll
from tutor.ui.widgets.topline import TopLine

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp


class Viewer(Page[None]):
    """Scrolls one text; Esc goes back."""

    CSS_PATH = "viewer.tcss"
    HELP = "Something to read. {viewer.close} leads back."
    BINDINGS = [
        Binding("escape,q,c,d,f4", "close", "back", id="viewer.close", tooltip="Back to where you were"),
    ]

    def __init__(self, title: str, text: Text, *, at_end: bool = False) -> None:
        super().__init__()
        self.heading, self.text, self.at_end = title, text, at_end

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        with Scroll(id="long"):
            yield Static(self.text, markup=False)

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text(self.heading, "bold")
        scroll = self.query_one("#long", Scroll)
        scroll.focus()
        if self.at_end:
            self.call_after_refresh(scroll.scroll_end, animate=False)

    def action_close(self) -> None:
        self.dismiss()


def code_viewer(title: str, code: str, app: TutorApp) -> Viewer:
    """A viewer of Python code with line numbers."""
    from tutor.ui.widgets.highlighting import highlight

    lines = highlight(code.rstrip(), code_styles(app.theme_variables)).split("\n", allow_blank=True)
    numbered = Text(no_wrap=True)
    for number, line in enumerate(lines, 1):
        numbered.append(f"{number:>3}  ", app.theme_variables["muted"])
        numbered.append_text(line)
        numbered.append("\n")
    return Viewer(title, numbered)

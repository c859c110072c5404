"""The two lines over a scratchpad: whose names are in it, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one

from tutor.ui.widgets.topline import TopLine

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

GIVEN = "torch nn F device run"
"""Names that are always there."""


class PadHead(Vertical):
    """Title, state of the engine, names of the lesson's, names that are always there."""

    DEFAULT_CSS = """
    PadHead {
        height: auto; margin-bottom: 1;
        #top { height: 1; background: $surface; }
        #names { height: 1; }
    }
    """
    top = query_one("#top", TopLine)
    below = query_one("#names", TopLine)

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        """Of the lesson whose names are there."""
        self.names: tuple[str, ...] | None = None
        """The lesson's names that it was opened with; None: not known yet."""

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield TopLine(id="names")

    def on_mount(self) -> None:
        self.watch(self.app, "engine_state", self._draw)
        self.app.theme_changed_signal.subscribe(self, self._draw)

    def show(self, title: str, names: tuple[str, ...] | None) -> None:
        """Say whose names are there, and which."""
        self.title, self.names = title, names
        self._draw()

    def _draw(self, _changed: object = None) -> None:
        tutor = cast("TutorApp", self.app)
        muted = tutor.theme_variables["muted"]
        self.top.left = Text.assemble(("Scratchpad", "bold"), (f"  {self.title}", muted))
        self.top.right = Text(tutor.engine_state, muted)
        known = self.names is not None
        self.below.left = Text(
            (" · ".join(self.names or ()) or "no names of this lesson's yet") if known else "", muted
        )
        self.below.right = Text(GIVEN if known else "", muted)

"""What every screen has: its keys at the bottom, and one sentence where the terminal is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tutor.ui.keymap import Keyed, Result, key
from tutor.ui.widgets.keys import KeyLine

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

LEAST = (60, 20)
"""Columns and rows without which nothing is shown but that there is no room."""


class Page(Keyed[Result]):
    """A full screen of the program."""

    AUTO_FOCUS = ""  # each screen gives the focus once it is filled: no key is lost to a screen that is still empty
    HORIZONTAL_BREAKPOINTS = [(0, "-thin"), (LEAST[0], "-normal"), (120, "-wide"), (160, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST[1], "-short"), (34, "-tall")]
    HELP: ClassVar[str | None] = None
    """What this screen is for, as Markdown, shown above its keys on the help screen. {id} stands for the key of that binding."""
    BINDINGS = [
        Binding("tab", "app.focus_next", "next part", show=False, id="page.next_part", tooltip="To the next part of the screen"),
        Binding("shift+tab", "app.focus_previous", "part before", show=False, id="page.part_before", tooltip="To the part before"),
    ]  # fmt: skip

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    def compose(self) -> ComposeResult:
        yield from self.parts()
        yield KeyLine()
        yield Static(
            f"This window is too small: the program needs {LEAST[0]} columns and {LEAST[1]} lines. "
            f"Make it larger, and you are back where you were. {key(self, 'app.quit_now')} leaves.",
            id="too-small",
        )

    def parts(self) -> ComposeResult:
        """What the screen is made of, from the top."""
        yield from ()

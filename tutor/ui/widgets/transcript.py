"""What was typed at a prompt and what came of it, from the top."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from tutor.protocol import JobEvent, Note, Picture, Result, TensorShown
from tutor.protocol import Printed as PrintedText
from tutor.ui.look import Inks, inks
from tutor.ui.pieces import Drawn, Piece, Printed, Said, Shown, Typed
from tutor.ui.widgets.figures import figure

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

MOST_PIECES = 400
"""Pieces that are kept; the history holds all code."""
FRAME = 0.1
"""Seconds between two looks at what is being drawn."""


class Transcript(ScrollView, can_focus=False):
    """Scrolls; follows what is added, unless the learner looks further up."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Transcript { height: 1fr; padding: 0 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """

    def __init__(self) -> None:
        super().__init__(id="transcript")
        self.pieces: list[Piece] = []
        self._ends: list[int] = []
        """For each piece, the number of rows up to its end."""
        self._laid = 0
        """The width at which those were counted."""
        self._inks: Inks | None = None
        self._follow = True
        """Whether the last rows are on the screen, and stay there."""
        self._shown: Shown | None = None
        """What the code that runs draws."""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._colour)

    def _colour(self, _theme: object) -> None:
        self._inks = None
        self._lay()

    def on_resize(self) -> None:
        self._lay()

    def watch_scroll_y(self, before: float, now: float) -> None:
        super().watch_scroll_y(before, now)
        self._follow = now >= self.max_scroll_y - 1

    # Adding ---------------------------------------------------------------------------------------------------------------

    def add(self, piece: Piece) -> None:
        if isinstance(piece, Typed):
            self._shown = None
        self.pieces = [*self.pieces[-MOST_PIECES + 1 :], piece]
        self._lay()

    def take(self, event: JobEvent) -> None:
        """Shows what code printed or drew; any other event is none of its business."""
        last = self.pieces[-1] if self.pieces else None
        match event:
            case PrintedText(text=text, stream=stream):
                if not isinstance(last, Printed) or last.stream != stream:
                    last = Printed(stream)
                    self.add(last)
                last.feed(text)
                self._lay()
            case TensorShown():
                self.add(Drawn(event))
            case Picture() if isinstance(last, Drawn) and last.picture is None and last.tensor.title == event.title:
                last.add(event)
                self._lay()
            case Note(text=text):
                self.add(Said(text))
            case Result(figures=figures):
                self.add(Said("   ".join(f"{name} {figure(value)}" for name, value in figures.items())))
            case _:
                self._show(event)

    def _show(self, event: JobEvent) -> None:
        shown = self._shown or Shown()
        if not shown.feed(event):
            return
        if self._shown is None:
            self._shown = shown
            self.add(shown)
        elif self._timer is None:
            self._timer = self.set_timer(FRAME, self._show_more)

    def _show_more(self) -> None:
        self._timer = None
        if self._shown is not None:
            self._shown.changed()
        self._lay()

    def settle(self) -> None:
        """The code has ended, and draws nothing more."""
        if self._shown is not None:
            self._shown.settle()
            self._lay()

    def clear(self) -> None:
        self.pieces = []
        self._shown = None
        self._follow = True
        self._lay()

    # Drawing --------------------------------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return max(self.size.width, 1)

    def _lay(self) -> None:
        """Finds out how many rows there are, and shows the last of them where those were on the screen."""
        if not self.is_mounted or self.size.width == 0:
            self._laid = 0
            return
        self._inks = self._inks or inks(cast("TutorApp", self.app))
        self._laid = self._width
        self._ends = list(accumulate(self._height(piece) for piece in self.pieces))
        self.virtual_size = Size(self._width, self._ends[-1] if self._ends else 0)
        if self._follow:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True, force=True)
        self.refresh()

    def _height(self, piece: Piece) -> int:
        assert self._inks is not None
        return len(piece.rows(self._width, self._inks))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = y + self.scroll_offset.y
        if self._inks is None or not self._ends or line >= self._ends[-1] or self._laid != self._width:
            # at another width they are counted anew, as soon as the event says so: what is drawn until then nobody sees
            return Strip.blank(width, self.rich_style)
        index = bisect_right(self._ends, line)
        start = self._ends[index - 1] if index else 0
        rows = self.pieces[index].rows(self._width, self._inks)
        return Strip(rows[line - start]).adjust_cell_length(width).apply_style(self.rich_style)

"""Takes Textual's updates of the screen, and has the terminal show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.control import Control
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.screen import Screen
from textual.timer import Timer

from tutor.ui.terminal.driver import PacedDriver
from tutor.ui.terminal.frames import Frames, Piece

if TYPE_CHECKING:
    from textual.app import App

LOOK_AGAIN = 0.02
"""Seconds until a frame that was held back is tried again, where no answer has called for it before."""

WIPE = "\x1b[0m\x1b[2J"
"""The terminal's own colours, and nothing on it."""


class Painter:
    """A frame that the terminal has no room for is left out; what it would have shown comes with the next that goes."""

    def __init__(self, app: App[None]) -> None:
        self.frames = Frames(app.console._color_system)
        driver = app._driver
        assert isinstance(driver, PacedDriver)
        self._app, self._driver = app, driver
        self._held = False
        self._timer: Timer | None = None
        driver.on_start = self.frames.forget
        driver.on_room = self._room

    def show(self, screen: Screen[Any], update: LayoutUpdate | ChopsUpdate) -> None:
        """Sends what an update changes, or holds it back."""
        if self._held or not self._driver.open:
            self._hold()
            return
        width, height = self._app.size
        drawn = self.frames.draw(_pieces(update), width, height)
        if not drawn:
            return
        cursor = screen.outer_size.clamp_offset(self._app.cursor_position)
        drawn += Control.move_to(*cursor).segment.text
        self._driver.send(f"{SYNC_START}{drawn}{SYNC_END}" if self._app._sync_available else drawn)

    def redraw(self) -> None:
        """Writes the whole screen, whatever the terminal is believed to show."""
        self.frames.forget()
        self._driver.write(WIPE)
        self._held = True
        self._catch_up()

    def _room(self) -> None:
        """There may be room for a frame; a thread of the driver says so."""
        if self._held:
            self._app.call_later(self._catch_up)

    def _hold(self) -> None:
        self._held = True
        if self._timer is None:
            self._timer = self._app.set_timer(LOOK_AGAIN, self._time_up)

    def _time_up(self) -> None:
        self._timer = None
        self._catch_up()

    def _catch_up(self) -> None:
        """Shows the screen as it is by now, where something was held back and may go."""
        if not self._held or not self._app.is_running:
            return
        if not self._driver.open or self._app._batch_count:
            self._hold()
            return
        self._held = False
        screen = self._app.screen
        update = screen._compositor.render_update(full=True, screen_stack=self._app._background_screens)
        if isinstance(update, LayoutUpdate):
            self.show(screen, update)


def _pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    """What an update shows, from left to right and from the top."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for piece in line:
                yield y, x, piece
                x += piece.cell_length
        return
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first:
                start = max(x, first)
                yield y, start, strip.crop(start - x, min(end, last) - x)

"""The part of the program that has to do with the terminal: what is written to it, and what comes from it."""

from __future__ import annotations

import traceback
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.events import Event, Key, MouseEvent, Paste
from textual.screen import Screen
from textual.widget import MountError, Widget
from textual.worker import WorkerFailed

from tutor.ui.keymap import keys_of
from tutor.ui.leaving import Interrupts
from tutor.ui.screens.page import LEAST, Page

if TYPE_CHECKING:
    from tutor.ui.terminal.painter import Painter

INPUT = (Key, MouseEvent, Paste)
ALWAYS = ("app.quit_now", "app.suspend", "app.redraw")
"""Ids of the keys that do what they do however small the terminal is; Ctrl-C does too."""


class TerminalApp(App[None]):
    """Writes what changed and no more than is taken in; heeds Ctrl-C; does nothing unseen."""

    paced = False
    """Whether the driver is ours, which says how much the terminal takes in."""

    def get_driver_class(self) -> type[Driver]:
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from tutor.ui.terminal.driver import PacedDriver

        self.paced = True
        return PacedDriver

    @cached_property
    def painter(self) -> Painter | None:
        """Writes to the terminal; None where Textual does that itself: in tests, on Windows."""
        if not self.paced or self.is_headless:
            return None
        try:
            from tutor.ui.terminal.painter import Painter
        except ImportError:  # a Textual that calls its inner parts otherwise draws by itself, only with more bytes
            return None
        return Painter(self)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if self._batch_count or not self._running or self._closed or self.painter is None:
            super()._display(screen, renderable)
        elif renderable is not None:
            self.painter.show(screen, renderable)

    def action_redraw(self) -> None:
        """Something else wrote to the terminal: all of the screen is written again."""
        if self.painter is None:
            self.refresh(layout=True)
        else:
            self.painter.redraw()

    @cached_property
    def interrupts(self) -> Interrupts:
        return Interrupts(self)

    async def action_help_quit(self) -> None:  # type: ignore[override]  # what Textual has Ctrl-C do
        await self.interrupts.interrupt()

    @property
    def is_too_small(self) -> bool:
        """Whether the screen shows nothing but that it has no room."""
        return isinstance(self.screen, Page) and (self.size.width < LEAST[0] or self.size.height < LEAST[1])

    def _always(self, event: Event) -> bool:
        kept = ["ctrl+c", *(key for binding_id in ALWAYS for key in keys_of(self, binding_id))]
        return isinstance(event, Key) and event.key in kept

    async def on_event(self, event: Event) -> None:
        """Behind the notice that there is no room, keys and clicks do nothing; one can only leave. Nor do they once one leaves."""
        if isinstance(event, INPUT) and (not self.screen_stack or (self.is_too_small and not self._always(event))):
            return
        await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        """Who leaves while a screen is being filled takes its parts away before they are looked for or put in: that is no fault."""
        fault = error.error if isinstance(error, WorkerFailed) else error
        if not (isinstance(fault, (NoMatches, MountError)) and (self._exit or _is_leaving(fault))):
            super()._handle_exception(error)


def _is_leaving(error: NoMatches | MountError) -> bool:
    """Whether who looked in vain for a part is being taken off the screen itself."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        node = frame.f_locals.get("self")
        if isinstance(node, Widget) and (
            not node.is_attached or any(getattr(each, "_pruning", False) for each in node.ancestors_with_self)
        ):
            return True
    return False

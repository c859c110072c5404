"""Ways out of the program: signals, and Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

SIGNALS = ("SIGHUP", "SIGTERM", "SIGINT")
STOPS = ("demo.stop", "exercise.stop", "example.stop")
"""Ids of what ends something that runs: Ctrl-C does that first."""
AGAIN = 3.0
"""Seconds within which a second Ctrl-C leaves."""


def heed_signals(app: App[None]) -> None:
    """Leave in order on each: without this, neither unmount nor finally runs."""
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        if hasattr(signal, name):
            loop.add_signal_handler(getattr(signal, name), app.exit)


class Interrupts:
    """What Ctrl-C does where it copies nothing: it stops what runs here; else the second one leaves."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._last = -AGAIN

    async def interrupt(self) -> None:
        """Ctrl-C was pressed."""
        for node, binding, enabled, _ in self._app.screen.active_bindings.values():
            if enabled and binding.id in STOPS:
                await self._app.run_action(binding.action, node)
                return
        now = time.monotonic()
        if now - self._last < AGAIN:
            self._app.exit()
            return
        self._last = now
        self._app.notify("Ctrl-C once more leaves; everything is saved.", timeout=AGAIN)

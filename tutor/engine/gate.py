"""Where a run waits, and what lets it go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal


class Gate:
    """Where a demo waits between two steps. Opened and closed from the thread that reads the controls."""

    def __init__(self) -> None:
        self.closed = False
        """Read without the lock at every step, so that an open gate costs nothing."""
        self._passes = 0
        self._changed = threading.Condition()

    def control(self, action: Literal["pause", "resume", "step"]) -> None:
        """Pause, go on, or let one step through and pause again."""
        with self._changed:
            self.closed = action != "resume"
            self._passes = self._passes + 1 if action == "step" else 0
            self._changed.notify_all()

    def wait(self, waiting: Callable[[], None], going_on: Callable[[], None]) -> float:
        """Block while closed; seconds waited. The two calls say so to whoever watches."""
        began = time.perf_counter()
        with self._changed:
            if self.closed and not self._passes:
                waiting()
                self._changed.wait_for(lambda: not self.closed or self._passes)
                if not self.closed:
                    going_on()
            if self._passes:
                self._passes -= 1
        return time.perf_counter() - began

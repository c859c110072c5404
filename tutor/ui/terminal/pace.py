"""How many frames a terminal is given. No clock and no terminal in here: times in seconds are passed in."""

from __future__ import annotations

import math
from collections import deque

PATIENCE = 0.1
"""Seconds by which what is on its way may be late before no more is sent."""
LOST = 4.0
"""Seconds after which an answer is not waited for any more."""
ALWAYS = 1_500
"""Characters that may be on their way whatever the rate."""


class Pace:
    """Says whether a frame may be sent now. With each one the terminal is asked to answer, so that what lies in the buffers of
    an SSH connection counts too. One that never answers is sent the next frame as soon as the one before is written.
    """

    def __init__(self) -> None:
        self._flying: deque[tuple[float, int]] = deque()
        """When each frame without an answer was sent, and its size; the oldest first."""
        self._answers: bool | None = None
        """Whether the terminal answers; None: it was not asked, or has not had the time to."""
        self._asked = False
        self._last = 0.0
        """When the last answer came."""
        self.quickest = math.inf
        """Seconds from a frame to its answer, at the least."""
        self.rate = 0.0
        """Characters a second that arrive; 0: not known."""

    @property
    def asks(self) -> bool:
        """Whether the next frame is to ask for an answer."""
        return self._answers or not self._asked

    @property
    def flying(self) -> int:
        """Characters sent, and not answered for."""
        return sum(size for _, size in self._flying)

    def sent(self, now: float, size: int) -> None:
        """A frame of so many characters was sent, and asked for an answer."""
        self._asked = True
        self._flying.append((now, size))

    def answered(self, now: float) -> None:
        """The terminal has taken in the oldest frame."""
        if not self._flying:
            return
        began, size = self._flying.popleft()
        trip = now - began
        self.quickest = min(self.quickest, trip)
        if began < self._last:  # it was sent while another was on its way: both kept the link busy
            self.rate = 0.5 * self.rate + 0.5 * size / max(now - self._last, 1e-4)
        else:
            self.rate = max(self.rate, size / max(trip, 1e-4))
        self._answers, self._last = True, now

    def open(self, now: float, backlog: int) -> bool:
        """Whether a frame may be sent; `backlog`: characters that wait to be written."""
        if self._flying and now - self._flying[0][0] > LOST:
            self._flying.clear()
            self._answers = False
        if not self._answers or not self._flying:
            return backlog == 0
        late = now - self._flying[0][0] > self.quickest + PATIENCE
        return not late and self.flying <= max(ALWAYS, self.rate * (self.quickest + PATIENCE))

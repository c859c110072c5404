"""Textual's driver for Linux and macOS, which also knows how much of what it was given has gone out."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import IO, Any, cast

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tutor.ui.terminal.pace import Pace

ASK = "\x1b[6n"
"""Asks where the cursor is: of all questions the one that every terminal answers."""
FAREWELL = 1.0
"""Seconds that last answers are waited for at the most: what comes later would be typed into the shell."""


class Counted:
    """A file that counts the characters that were written to it, and tells after each time."""

    def __init__(self, file: IO[str], tell: Callable[[], None]) -> None:
        self._file, self._tell = file, tell
        self.done = 0

    def write(self, text: str) -> int:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError:
            pass  # the terminal is gone, and a signal says so; were this thread to end, whoever writes would wait for ever
        self.done += len(text)
        self._tell()
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class PacedDriver(LinuxDriver):
    """Tells when a frame may be sent, and calls `on_room` (in another thread) when something was written or taken in."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.counted = Counted(cast("IO[str]", self._file), lambda: self.on_room())
        self._file = cast("IO[str]", self.counted)  # type: ignore[assignment]
        self.pace = Pace()
        self.on_room: Callable[[], None] = lambda: None
        self.on_start: Callable[[], None] = lambda: None
        """Called when the terminal is ours, at the start and again later: nobody knows what it shows."""
        self._given = 0
        self._quiet = threading.Event()
        """Set while no answer is awaited."""
        self._quiet.set()

    def write(self, data: str) -> None:
        self._given += len(data)
        super().write(data)

    @property
    def open(self) -> bool:
        """Whether a frame may be sent now."""
        return self.pace.open(time.monotonic(), self._given - self.counted.done)

    def send(self, frame: str) -> None:
        """Writes a frame."""
        if self.pace.asks:
            frame += ASK
            self._quiet.clear()
            self.pace.sent(time.monotonic(), len(frame))
        self.write(frame)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self.pace.answered(time.monotonic())
            if not self.pace.flying:
                self._quiet.set()
            self.on_room()
            return
        super().process_message(message)

    def start_application_mode(self) -> None:
        self.pace = Pace()
        self._quiet.set()
        self._given = self.counted.done
        self.on_start()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Like the original, but a terminal that takes in nothing any more is not waited for."""
        if self._writer_thread is not None:
            with contextlib.suppress(queue.Full):
                self._writer_thread._queue.put(None, timeout=FAREWELL)
            self._writer_thread.join(FAREWELL)

    def stop_application_mode(self) -> None:
        if self.pace.flying:
            self._quiet.wait(min(FAREWELL, 0.1 + 3 * self.pace.quickest))
        super().stop_application_mode()

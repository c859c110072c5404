"""Single keys from the terminal, without Enter; the terminal is given back as it was, whatever happens."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import re
import signal
import sys
import termios
from collections.abc import Callable
from types import TracebackType

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)")
"""Arrows, function keys and answers of the terminal: none of them is a key here."""


class Keyboard:
    """A context, inside a running event loop. Signals that end the program end the task that entered it first."""

    def __init__(self, on_return: Callable[[], None]) -> None:
        self.ended_by = 0
        """The signal that ended it; 0: none."""
        self._on_return = on_return
        """Called when the program is in the foreground again after Ctrl-Z."""
        self._input = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._input)
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._taken = False

    def __enter__(self) -> Keyboard:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        for number in ENDS:
            self._loop.add_signal_handler(number, self._end, number)
        self._loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.give_back()
        self._loop.remove_signal_handler(signal.SIGTSTP)

    async def key(self) -> str:
        """The next key; empty: the terminal is gone."""
        return await self._keys.get()

    def take(self) -> None:
        """Keys come one by one from here on, and are not shown."""
        mode = termios.tcgetattr(self._input)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._input, termios.TCSANOW, mode)
        self._taken = True
        self._loop.add_reader(self._input, self._read)

    def give_back(self) -> None:
        """The terminal as it was before, for another program."""
        if self._taken:
            self._taken = False
            self._loop.remove_reader(self._input)
            with contextlib.suppress(termios.error):  # it is gone
                termios.tcsetattr(self._input, termios.TCSANOW, self._before)

    def _read(self) -> None:
        try:
            read = os.read(self._input, 4096)
        except OSError:
            read = b""
        if not read:
            self._loop.remove_reader(self._input)
            self._keys.put_nowait("")
            return
        for key in SEQUENCE.sub("", self._decoder.decode(read)):
            self._keys.put_nowait(key)

    def _end(self, number: int) -> None:
        self.ended_by = number
        if self._task is not None:
            self._task.cancel()

    def _suspend(self) -> None:
        taken = self._taken
        self.give_back()
        os.kill(os.getpid(), signal.SIGSTOP)
        if taken:  # in the foreground again
            self.take()
            self._on_return()

"""A program in a pseudo-terminal: keys go in, and what it writes is waited for."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping

LONGEST = 40.0
"""Seconds until something that should appear counts as missing; torch may have to be imported first."""
CONTROLLED = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
"""Makes the terminal the program's own, so that Ctrl-C and hang-ups reach it."""
SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


class Terminal:
    """A context: the program has ended after it."""

    def __init__(self, *arguments: str, env: Mapping[str, str], size: tuple[int, int] = (24, 80)) -> None:
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(self.theirs)
        command = [sys.executable, "-c", CONTROLLED, sys.executable, *arguments]
        env = {**os.environ, "TERM": "xterm-256color", **env}
        self.process = subprocess.Popen(
            command, stdin=self.theirs, stdout=self.theirs, stderr=self.theirs, env=env, start_new_session=True
        )
        self._raw = b""
        self._at = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(LONGEST)
        for handle in (self.ours, self.theirs):
            if handle >= 0:
                os.close(handle)

    @property
    def text(self) -> str:
        """All that was written, without what places and colours it."""
        return SEQUENCE.sub("", self._raw.decode("utf-8", "ignore")).replace("\r\n", "\n")

    def until(self, wanted: str, seconds: float = LONGEST) -> str:
        """Wait until this was written, after what was waited for last; returns what came before it."""
        deadline = time.monotonic() + seconds
        while (found := self.text.find(wanted, self._at)) < 0:
            left = max(deadline - time.monotonic(), 0)
            ready, _, _ = select.select([self.ours], [], [], left)
            assert ready, f"{wanted!r} was not written within {seconds:g} s, but:\n{self.text[self._at :]}"
            self._raw += os.read(self.ours, 65536)
        came, self._at = self.text[self._at : found], found + len(wanted)
        return came

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.ours, keys.encode())

    def hang_up(self) -> None:
        """The terminal goes away."""
        for handle in (self.theirs, self.ours):
            os.close(handle)
        self.ours = self.theirs = -1

    def wait(self) -> int:
        """The exit status. What is still written is read, so that nobody waits for room."""
        deadline = time.monotonic() + LONGEST
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it has not ended:\n{self.text[self._at :]}"
            if self.ours >= 0 and select.select([self.ours], [], [], 0.05)[0]:
                self._raw += os.read(self.ours, 65536)
            elif self.ours < 0:
                self.process.wait(LONGEST)
        return self.process.returncode

    @property
    def mode(self) -> list[object]:
        """How the terminal is set."""
        return termios.tcgetattr(self.theirs)

    @property
    def by_line(self) -> bool:
        """Whether it waits for Enter and shows what is typed, as a shell wants it."""
        flags = termios.tcgetattr(self.theirs)[3]
        return bool(flags & termios.ICANON and flags & termios.ECHO)

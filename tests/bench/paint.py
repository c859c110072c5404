"""Time from exec to the first paint in a pseudo-terminal: the map's shell and the whole map, against a bare Textual app with one label."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

from tests.bench.bench import Bench
from tests.bench.figure import Figure, ms

ROUNDS = 11
SIZE = (40, 120)
BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Label

class Bare(App):
    def compose(self) -> ComposeResult:
        yield Label("PAINTED")

Bare().run()
"""
TUTOR = "from tutor.cli import main; main()"
SHELL_MARK, FULL_MARK = b"tutor", b"Orientation"
"""The program's name stands in the frame, a chapter's title in the outline."""
MOST_SHELL, MOST_FULL = 1.25, 2.0
LONGEST = 20.0


async def measure(_: Bench) -> list[Figure]:
    """Bare and ours in turn, so that a machine that slows down slows both."""
    bare, shell, full = [], [], []
    with tempfile.TemporaryDirectory() as home:
        for each in range(ROUNDS + 1):
            (painted,) = paint(BARE, [b"PAINTED"], home)
            first, whole = paint(TUTOR, [SHELL_MARK, FULL_MARK], home)
            if each:  # the first round warms the page cache
                bare.append(painted)
                shell.append(first)
                full.append(whole)
    base = statistics.median(bare)
    return [
        Figure("a bare Textual app with one label, from exec to its first paint", "", ms(base), None),
        _figure("the map's frame, times the bare app", statistics.median(shell), base, MOST_SHELL),
        _figure("the whole map, times the bare app", statistics.median(full), base, MOST_FULL),
    ]


def _figure(what: str, seconds: float, base: float, most: float) -> Figure:
    ratio = seconds / base
    return Figure(what, f"at most {most:.2f}", f"{ratio:.2f}  ({ms(seconds)})", ratio <= most)


def paint(program: str, marks: list[bytes], home: str) -> list[float]:
    """Seconds until each text first appears on the terminal of a Python that runs `program`."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TUTOR_HOME=home)
        os.execv(sys.executable, [sys.executable, "-c", program])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    seen, times = b"", [0.0] * len(marks)
    try:
        while not all(times):
            ready, _, _ = select.select([terminal], [], [], LONGEST)
            if not ready:
                raise TimeoutError(f"nothing was painted within {LONGEST:g} s: {seen[-500:]!r}")
            seen += os.read(terminal, 65536)
            for i, mark in enumerate(marks):
                if not times[i] and mark in seen:
                    times[i] = time.perf_counter() - began
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    return times

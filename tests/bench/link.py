"""A newcomer's path over a slow link: a pseudo-terminal that delays and throttles. What it adds to the same path on the spot, and bytes."""

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
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figure import Figure, ms
from tests.bench.screen import LOW, STEP, write_course
from tests.course.small_course import write_small_course
from tests.ui.emulator import ASKS_FRAMES, FRAMES, Emulator

SIZE = (24, 80)
DELAY = 0.1
"""Seconds there and back."""
LOCAL, SLOW, SLOWER = 50_000_000, 30_000, 9_600
"""Bytes a second."""
CHUNK = 256
ANSWER = "# a newcomer's"
"""Typed before the `def` of the exercise."""
LONGEST = 60.0
QUIET = 0.2
"""Seconds without a byte after which a screen counts as settled; a text field gets the focus later than that."""
ASKS_PLACE, PLACE = b"\x1b[6n", b"\x1b[1;1R"
MOST_STEP, MOST_LETTER, MOST_STEERED = 0.4, 0.2, 0.3
STEPS = (
    ("n", "Watch it learn"), ("n", "Which shape?"), ("n", "How many rows?"), ("\x0e", "Add a batch"), ("\x10", "How many rows?"),
    ("\x0e", "Add a batch"),
)  # fmt: skip
"""Keys, and the title they lead to; where something can be typed, Ctrl-N takes the place of the letter."""


@dataclass
class Link:
    """One end of a link, with the program at the other. Answers what a terminal is asked, once the question has arrived."""

    pid: int
    terminal: int
    rate: float
    delay: float
    """Seconds there and back."""
    screen: Emulator = field(default_factory=lambda: Emulator(*SIZE))
    bytes: int = 0
    """That have arrived."""
    last: float = 0.0
    """When the last one did."""
    _coming: deque[tuple[float, bytes]] = field(default_factory=deque)
    _going: deque[tuple[float, bytes]] = field(default_factory=deque)
    _free: float = 0.0
    """When the line has carried all that it took in."""

    def press(self, keys: str) -> float:
        """Type; returns when that was."""
        now = time.monotonic()
        self._going.append((now + self.delay / 2, keys.encode()))
        return now

    def work(self, seconds: float) -> None:
        """Carries what is to be carried for a moment."""
        now = time.monotonic()
        while self._going and self._going[0][0] <= now:
            os.write(self.terminal, self._going.popleft()[1])
        while self._coming and self._coming[0][0] <= now:
            self._arrive(self._coming.popleft()[1])
        if self._free > now:  # nothing is taken in while the line is busy: the program's own buffers fill up
            time.sleep(min(seconds, self._free - now))
        elif select.select([self.terminal], [], [], seconds)[0]:
            data = os.read(self.terminal, CHUNK)
            self._free = max(self._free, time.monotonic()) + len(data) / self.rate
            self._coming.append((self._free + self.delay / 2, data))

    def _arrive(self, data: bytes) -> None:
        self.bytes += len(data)
        self.last = time.monotonic()
        self.screen.feed(data)
        answers = PLACE * data.count(ASKS_PLACE) + FRAMES * data.count(ASKS_FRAMES)
        if answers:
            self._going.append((self.last + self.delay / 2, answers))

    def until(self, words: str) -> float:
        """Until this stands on the screen; returns when that was."""
        end = time.monotonic() + LONGEST
        while words not in self.screen.text:
            if time.monotonic() > end:
                raise TimeoutError(f"{words!r} did not appear within {LONGEST:g} s:\n{self.screen.text}")
            self.work(0.005)
        return self.last

    def rest(self, seconds: float) -> None:
        """For so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.work(min(left, 0.01))

    def settled(self) -> float:
        """Until nothing has come for a while; returns when the last byte came."""
        began = time.monotonic()
        while time.monotonic() - max(self.last, began) < QUIET:
            self.work(0.005)
        return self.last


@contextmanager
def linked(rate: float, delay: float, home: str, *arguments: str) -> Iterator[Link]:
    """The program at the end of a link; it has ended afterwards."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TUTOR_HOME=home)
        os.execv(sys.executable, [sys.executable, "-m", "tutor.cli", "--device", "cpu", "--trust", *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    try:
        yield Link(pid, terminal, rate, delay)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


@dataclass
class Walk:
    """What was seen on the way: seconds, and bytes."""

    first: int
    steps: list[float]
    step_bytes: float
    letters: list[float]
    letter_bytes: float
    verdict: float
    steered: list[float]
    demo_bytes: float
    """A second."""


async def measure(_: Bench) -> list[Figure]:
    """The path on the spot and over two links; what counts is what a link adds."""
    with tempfile.TemporaryDirectory() as folder:
        write_course(Path(folder, "slow"), 0.005)
        course = str(write_small_course(Path(folder, "course")))
        near = walk(folder, course, LOCAL, 0.0)
        return [
            figure
            for rate, strict in ((SLOW, True), (SLOWER, False))
            for figure in _compare(
                f"{rate / 1000:g} KB/s, {ms(DELAY)}", near, walk(folder, course, rate, DELAY), strict
            )
        ]


def _compare(where: str, near: Walk, far: Walk, strict: bool) -> list[Figure]:
    def added(what: str, before: float, now: float, most: float, more: str) -> Figure:
        met = now - before <= most if strict else None
        return Figure(
            f"{where}: {what}, added", f"at most {ms(most)}" if strict else "", f"{ms(now - before)} {more}", met
        )

    middle = statistics.median
    return [
        added("to the next step", middle(near.steps), middle(far.steps), MOST_STEP, f"({far.step_bytes:,.0f} bytes)"),
        added("to a typed letter", middle(near.letters), middle(far.letters), MOST_LETTER, f"({far.letter_bytes:,.0f} bytes)"),
        added("to a verdict", near.verdict, far.verdict, MOST_STEP, ""),
        added(
            "to a control's value, a demo running", middle(near.steered), middle(far.steered), MOST_STEERED,
            f"({far.demo_bytes:,.0f} bytes/s)",
        ),
        Figure(f"{where}: the whole map", "", f"{far.first:,} bytes", None),
    ]  # fmt: skip


def walk(folder: str, course: str, rate: float, delay: float) -> Walk:
    """Read, run a demo, answer; as somebody does who has just arrived."""
    with tempfile.TemporaryDirectory() as home:
        with linked(rate, delay, home, "--course", course) as link:
            link.until("press c")
            link.until("ready")
            link.settled()
            first = link.bytes
            link.press("c")
            link.until("Six numbers")
            link.settled()
            before, steps = link.bytes, []
            for key, title in STEPS:
                began = link.press(key)
                link.until(title)
                steps.append(link.settled() - began)
            step_bytes = (link.bytes - before) / len(STEPS)
            before, letters = link.bytes, []
            for length in range(1, len(ANSWER) + 1):
                began = link.press(ANSWER[length - 1])
                letters.append(link.until(f"{ANSWER[:length]}def") - began)
            letter_bytes = (link.bytes - before) / len(letters)
            link.settled()
            began = link.press("\x12")
            verdict = link.until("attempt 1") - began
        with linked(rate, delay, home, "--course", f"{folder}/slow", "demo/train") as link:
            steered, demo_bytes = _steer(link)
    return Walk(first, steps, step_bytes, letters, letter_bytes, verdict, steered, demo_bytes)


def _steer(link: Link) -> tuple[list[float], float]:
    """Run a demo of ten seconds, and change a control meanwhile."""
    link.until("ready")
    link.press("r")
    link.until("── train")
    link.press("\t")
    began, before, delays = time.monotonic(), link.bytes, []
    for value in range(LOW + STEP, LOW + 9 * STEP, STEP):
        pressed = link.press("\x1b[C")
        delays.append(link.until(str(value)) - pressed)
        link.rest(0.3)
    return delays, (link.bytes - before) / (time.monotonic() - began)

"""The program in a pseudo-terminal while a demo trains at full speed: how soon keys are answered, what a frame costs in bytes, memory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figure import Figure, ms, p95
from tests.ui.emulator import Emulator

SIZE = (24, 80)
PRESSES = 120
WATCH = 6.0
"""Seconds over which bytes are counted."""
LONGEST = 60.0
MOST_DELAY, MOST_BYTES, MOST_MEMORY = 0.05, 1500, 90
LOW, STEP, HIGH = 71_000, 500, 81_000
"""A control whose values stand nowhere else on the screen, and how far a key nudges it."""
COURSE = """
id = "full_speed"
title = "Full speed"

[[chapter]]
id = "demo"
title = "Demo"

[[chapter.lesson]]
id = "train"
title = "Training"
minutes = 1
"""
WORDS = "# Training\n\nTrains without end.\n\n## Full speed\n\nWatch.\n\n[Run: train](train.py#train)\n"
TRAIN = f"""
import time
from typing import Annotated
import torch
from tutor.lesson import Range, budget

@budget(seconds=600)
def train(run, marker: Annotated[int, Range({LOW}, {HIGH})] = {LOW}, pause: Annotated[float, Range(0, 1)] = PAUSE):
    \"\"\"How fast does it go?\"\"\"
    torch.manual_seed(0)
    X = torch.linspace(0, 1, 40).unsqueeze(1)
    y = 0.7 * X + 0.3
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.002)
    for step in run.steps(2_000 if pause else 10_000_000):
        loss = ((model(X) - y + 0.1 * torch.randn_like(y)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.log(train=loss.item(), test=1.1 * loss.item())
        if pause:
            time.sleep(pause)
"""
ASKED, ANSWERED = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether the terminal draws a frame at once; a terminal that says so is told where each begins."""
FRAME = b"\x1b[?2026h"


async def measure(_: Bench) -> list[Figure]:
    """Keys and memory at full speed, then bytes of a curve that grows over many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        write_course(Path(folder, "fast"), 0.0)
        write_course(Path(folder, "slow"), 0.005)
        with program(f"{folder}/fast") as fast:
            fast.begin()
            delays = fast.delays()
            memory = fast.memory()
            fast.press(b"x")
        with program(f"{folder}/slow") as slow:
            slow.begin()
            frames = slow.frames()
    return [
        Figure(
            "from a key to its repaint, a demo at full speed, p95",
            f"at most {ms(MOST_DELAY)}",
            _delay(delays),
            p95(delays) <= MOST_DELAY,
        ),
        Figure(
            f"bytes of a frame of a live curve, of {len(frames)} frames",
            f"at most {MOST_BYTES:,}",
            f"{statistics.mean(frames):,.0f} (p95 {p95(frames):,.0f})",
            statistics.mean(frames) <= MOST_BYTES,
        ),
        Figure(
            "memory of the terminal program after it",
            f"at most {MOST_MEMORY} MB",
            f"{memory:.0f} MB",
            memory <= MOST_MEMORY,
        ),
    ]


def _delay(delays: list[float]) -> str:
    return f"{ms(p95(delays))} (median {ms(statistics.median(delays))})"


def write_course(folder: Path, pause: float) -> None:
    """A course of one lesson with one demo, which rests after each step."""
    folder.mkdir()
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")
    (folder / "demo").mkdir()
    (folder / "demo/train.md").write_text(WORDS, encoding="utf-8")
    (folder / "demo/train.py").write_text(TRAIN.replace("PAUSE", repr(pause)), encoding="utf-8")


class Program:
    """The real program at one end, this at the other."""

    def __init__(self, pid: int, terminal: int) -> None:
        self.pid, self._terminal = pid, terminal
        self._screen = Emulator(*SIZE)

    def begin(self) -> None:
        """Wait for torch, run the demo and wait for its curve."""
        self.until("· ready")
        self.press(b"r")
        self.until("── train")
        self._read_for(2.0)

    def press(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def _read(self, seconds: float) -> bytes:
        """What is written within this time, as soon as there is some; b"": nothing."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return b""
        try:
            received = os.read(self._terminal, 65536)
        except OSError:
            raise RuntimeError("the program has ended") from None
        if ASKED in received:
            self.press(ANSWERED)
        self._screen.feed(received)
        return received

    def _read_for(self, seconds: float) -> bytes:
        end, received = time.perf_counter() + seconds, b""
        while (left := end - time.perf_counter()) > 0:
            received += self._read(left)
        return received

    def until(self, text: str) -> None:
        """Read until this stands on the screen."""
        end = time.perf_counter() + LONGEST
        while text not in self._screen.text:
            if time.perf_counter() > end:
                raise TimeoutError(f"{text!r} did not appear within {LONGEST:g} s:\n{self._screen.text}")
            self._read(1.0)

    def delays(self) -> list[float]:
        """Seconds from each key that nudges a control to the new value on the screen."""
        self.press(b"\t")
        found, value, direction, chance = [], LOW, 1, random.Random(0)
        for _ in range(PRESSES):
            self._read_for(chance.uniform(0.02, 0.12))
            direction = -direction if not LOW <= value + direction * STEP <= HIGH else direction
            value += direction * STEP
            began = time.perf_counter()
            self.press(b"\x1b[C" if direction > 0 else b"\x1b[D")
            self.until(f"‹ {value} ›")
            found.append(time.perf_counter() - began)
        return found

    def frames(self) -> list[int]:
        """Bytes of each frame in which a curve was drawn."""
        pieces = self._read_for(WATCH).split(FRAME)[1:-1]
        found = [
            len(FRAME) + len(piece)
            for piece in pieces
            if any(0x2800 < ord(c) <= 0x28FF for c in piece.decode("utf-8", "replace"))
        ]
        if len(found) < 2 * WATCH:
            raise RuntimeError(f"only {len(found)} frames were drawn in {WATCH:g} s")
        return found

    def memory(self) -> float:
        """Resident megabytes of the program itself, without the engine's processes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextlib.contextmanager
def program(course: str) -> Iterator[Program]:
    """The program at the lesson, in a home of its own; it has ended afterwards."""
    with tempfile.TemporaryDirectory() as home:
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TUTOR_HOME=home, TUTOR_TRUST="1")
            os.execv(
                sys.executable,
                [sys.executable, "-m", "tutor.cli", "--course", course, "--trust", "--device", "cpu", "demo/train"],
            )
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        try:
            yield Program(pid, terminal)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)

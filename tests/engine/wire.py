"""The engine over raw pipes, as any program could speak to it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tutor import protocol
from tutor.engine import system
from tutor.protocol import JobEvent, Message, Ready, Request

DEADLINE = 60.0
"""Seconds that nothing here takes unless it hangs."""
Kind = TypeVar("Kind", bound=Message)
Found = TypeVar("Found")


class Wire:
    """One engine process; every message it sends is kept in `heard`."""

    def __init__(self, *arguments: str, command: Sequence[str] | None = None) -> None:
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "tutor.engine", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.heard: list[Message] = []
        self.times: list[float] = []
        """When each of them was heard, in seconds since the start."""
        self._began = time.monotonic()
        self._raw = b""
        self._given = 0
        """How many messages have been looked at."""

    def say(self, *requests: Request | bytes) -> None:
        """Send requests, or raw lines, in one write."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(r if isinstance(r, bytes) else protocol.encode(r) for r in requests))
        self.process.stdin.flush()

    def until(self, wanted: Callable[[Message], bool], seconds: float = DEADLINE) -> Message:
        """The next message that is wanted, after those that were given; fails after the deadline or when the engine is gone."""
        until = time.monotonic() + seconds
        while True:
            for message in self.heard[self._given :]:
                self._given += 1
                if wanted(message):
                    return message
            assert self._listen(until - time.monotonic()), f"the engine is gone, having said {self.heard[-5:]}"

    def _listen(self, seconds: float) -> bool:
        """Take in what there is; False at the end of the stream."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], max(0.0, seconds))[0], f"nothing more: {self.heard[-5:]}"
        received = self.process.stdout.read()
        *lines, self._raw = (self._raw + (received or b"")).split(b"\n")
        self.heard += [
            protocol.decode(line) for line in lines
        ]  # what is no message fails here: stdout holds nothing else
        self.times += [time.monotonic() - self._began] * len(lines)
        return received != b""

    def next(self, kind: type[Kind], job: int | None = None) -> Kind:
        """The next message of this kind, of this job where one is named."""
        message = self.until(lambda m: isinstance(m, kind) and (job is None or getattr(m, "job", None) == job))
        assert isinstance(message, kind)
        return message

    def ready(self) -> Wire:
        """Wait until it is warm."""
        self.next(Ready)
        return self

    def run(self, request: protocol.Work) -> list[JobEvent]:
        """All events of a job."""
        self.say(request)
        self.until(lambda m: isinstance(m, protocol.LAST) and m.job == request.job)
        return self.of(request.job)

    def of(self, job: int) -> list[JobEvent]:
        """What was heard of a job."""
        return [m for m in self.heard if protocol.is_job_event(m) and m.job == job]

    def pids(self) -> list[int]:
        """The engine and all below it."""
        return [self.process.pid, *system.descendants(self.process.pid)]

    def close(self) -> bytes:
        """End it in order; what it wrote on stderr."""
        stdout, stderr = self.process.stdout, self.process.stderr
        assert stdout is not None and stderr is not None and self.process.stdin is not None
        if stdout.closed:
            return b""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            errors = stderr.read()
            stdout.close()
            stderr.close()
        return errors


def alive(pids: Sequence[int]) -> list[int]:
    """Those that run; one that has ended and waits to be collected does not."""
    running = []
    for pid in pids:
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            if state not in "ZX":
                running.append(pid)
    return running


def eventually(look: Callable[[], Found], seconds: float = 10.0) -> Found:
    """What `look` finds, as soon as it finds something; what it found last, after the deadline."""
    until = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


def gone(pids: Sequence[int], seconds: float = 10.0) -> bool:
    """Whether all of them end within the deadline."""
    return eventually(lambda: not alive(pids), seconds)

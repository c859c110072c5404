"""The keeper of one job: a small process between the engine and the job, which holds the job to its budgets and ends it for sure.

    engine ── lifeline (a socket) ── warden ── job ── whatever the job starts

Every descendant of the job is adopted by the warden when its own parent dies, so that none escapes. The warden ends them all when the
job ends, exceeds a budget, is stopped, or when the lifeline closes because the engine is gone. If the warden itself is killed, the
kernel kills the job with it, and the nursery, which adopts in its turn, ends what is left.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from tutor.engine import system
from tutor.engine.budgets import MOST_PROCESSES, MOST_THREADS

LOOK_EVERY = 0.03
"""Seconds between two looks at memory and processes."""


@dataclass
class Report:
    """How a job ended."""

    exit: int = 0
    """Exit code; negative: the signal it died of."""
    reason: str = ""
    """"time", "memory", "processes", "threads" or "stopped" where the warden ended it; "killed": the warden itself was; else empty."""
    limit: float = 0
    """The budget that was exceeded: seconds, MiB, processes or threads."""
    trace: str = ""
    """Where the job's main thread was when its time was up, as faulthandler writes it."""
    begun: bool = True
    """Whether it had begun the request."""


@dataclass
class Budget:
    """Begins to count when the engine sends it."""

    seconds: float = float("inf")
    memory_mb: float = float("inf")


class Warden:
    """Watches the job `pid`, which leads its own process group."""

    def __init__(self, pid: int, lifeline: socket.socket, child_ended: socket.socket, trace: int) -> None:
        self.pid = pid
        self.lifeline = lifeline
        self.child_ended = child_ended
        """Readable when a child may have ended."""
        self.trace = trace
        self.report = Report()
        self.budget = Budget()
        self.began = 0.0
        """0: the budget does not run."""
        self._spent = 0.0
        """Seconds of the budget that were used before it was put to rest."""
        self._own_memory = 0
        """What each process of the job weighs before it does anything: pages that were copied with the fork."""
        self._buffer = b""

    def watch(self) -> None:
        """Until the job has ended, by itself or not, and nothing of it is left."""
        status: int | None = None
        while status is None and not self.report.reason:
            readable, _, _ = select.select([self.lifeline, self.child_ended], [], [], self._patience())
            if self.child_ended in readable:
                self.child_ended.recv(4096)
            if self.lifeline in readable and not self._listen():
                break
            status = system.reap().get(self.pid)
            if status is None:
                self._look()
        if self.report.reason in ("time", "memory"):
            self._ask_where()
        # only a job that is told to go is given a moment for it; a fork bomb would use it
        polite = status is None and self.report.reason in ("time", "stopped")
        system.end_all(os.getpid(), self.pid, grace=0.2 if polite else 0.0)
        if status is not None:
            self.report.exit = os.waitstatus_to_exitcode(status)

    def _patience(self) -> float | None:
        """Seconds to wait for news; None (no budget runs yet): until there is some."""
        if not self.began:
            return None
        return max(0.0, min(LOOK_EVERY, self.began + self.budget.seconds - time.monotonic()))

    def _listen(self) -> bool:
        """Obey what the engine says; False: it is gone."""
        try:
            received = self.lifeline.recv(4096)
        except InterruptedError:
            return True
        except OSError:
            received = b""
        if not received:
            self.report.reason = "stopped"
            return False
        *lines, self._buffer = (self._buffer + received).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return True

    def _obey(self, order: dict[str, float]) -> None:
        if "start" in order:
            self.began = time.monotonic()
            self.budget = Budget(order["start"])
        elif "begin" in order:
            self.began = time.monotonic()
            self.budget = Budget(order["begin"], order["memory_mb"])
            self._own_memory = self._own_memory or system.memory([self.pid])
        elif "rest" in order:
            self._spent = time.monotonic() - self.began
            self.began = 0.0  # a demo is paused, or a scratchpad waits for its next line: no budget runs
        elif "resume" in order:
            self.began = self.began or time.monotonic() - self._spent
        elif "extend" in order:
            self.budget.seconds += order["extend"]
        elif "stop" in order:
            self.report.reason = "stopped"

    def _look(self) -> None:
        if not self.began:
            return
        if time.monotonic() - self.began >= self.budget.seconds:
            self.report.reason, self.report.limit = "time", self.budget.seconds
            return
        below = system.descendants(os.getpid())
        if len(below) > MOST_PROCESSES:
            self.report.reason, self.report.limit = "processes", MOST_PROCESSES
        elif system.threads(below) > MOST_THREADS:
            self.report.reason, self.report.limit = "threads", MOST_THREADS
        elif self._memory(below) > self.budget.memory_mb * 2**20:
            self.report.reason, self.report.limit = "memory", self.budget.memory_mb

    def _memory(self, pids: list[int]) -> int:
        """Bytes that the job has taken: what each process holds by itself, and the most that one of them shares with others."""
        own = sum(max(0, system.memory([pid]) - self._own_memory) for pid in pids)
        return own + max(map(system.shared_memory, pids), default=0)

    def _ask_where(self) -> None:
        """Have the job write down where it is: faulthandler answers this signal even in the middle of a C call."""
        system.send([self.pid], signal.SIGUSR1)
        until = time.monotonic() + 0.2
        while time.monotonic() < until and os.fstat(self.trace).st_size == 0:
            time.sleep(0.005)
        time.sleep(0.01)
        self.report.trace = os.pread(self.trace, 8000, 0).decode("utf-8", "replace")


def main(lifeline: socket.socket, trace: int, start_job: Callable[[], int]) -> None:
    """Start the job, watch it, report. `trace` is a file that both processes have open; `start_job` returns the job's pid."""
    system.adopt_orphans()
    # a signal's arrival writes to `wake`, which ends the select(); the handler itself has nothing to do
    child_ended, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    warden = Warden(start_job(), lifeline, child_ended, trace)
    warden.watch()
    try:
        lifeline.sendall(json.dumps(asdict(warden.report)).encode() + b"\n")
    except OSError:
        pass  # the engine is gone; nobody is left to tell

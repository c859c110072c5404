"""The end of a job in words: exactly one last message, and for a check exactly one verdict, whatever happened to the process."""

from __future__ import annotations

import os
import re
import signal
from typing import Literal

from tutor import protocol
from tutor.engine.orders import CHANNEL_LOST, ENGINE_FAULT, TAMPERED
from tutor.engine.warden import Report
from tutor.engine.whereabouts import likely_reason
from tutor.protocol import Crashed, Finished, Stopped, Verdict

ENGINE = os.path.dirname(os.path.abspath(__file__))
"""The folder of the engine's own code."""


class End:
    """Holds back the messages that end a job until it is certain that it has ended."""

    def __init__(self, request: protocol.Work) -> None:
        self._request = request
        self._verdict: Verdict | None = None
        self._last: Finished | Crashed | None = None

    def keep(self, message: protocol.Message) -> bool:
        """Whether the message is one that ends the job, and is therefore kept back."""
        if getattr(message, "job", None) != self._request.job:
            return True  # of no job of ours: dropped
        if isinstance(message, Verdict):
            self._verdict = message
        elif isinstance(message, (Finished, Crashed)):
            self._last = message
        else:  # Stopped is not for a job to say, nor Started a second time
            return isinstance(message, (Stopped, protocol.Started)) or not protocol.is_job_event(message)
        return True

    def messages(self, report: Report) -> list[protocol.Message]:
        """What to say at the end."""
        job = self._request.job
        checks = isinstance(self._request, protocol.CHECKED)
        if report.reason == "stopped" and self._last is None:
            return stopped(self._request)
        if self._last is not None and (self._verdict is not None or not checks):
            return [self._verdict, self._last] if self._verdict is not None else [self._last]
        message, line = explain(report, source_of(self._request))
        detail = own_part(report.trace)
        if checks:
            # no verdict means not passed
            blameless = report.reason == "killed" or not report.begun
            outcome: Literal["unjudged", "error"] = "unjudged" if blameless else "error"
            verdict = Verdict(job, outcome, message, detail=detail, line=line)
            return [verdict, Finished(job, 0.0)]
        return [Crashed(job, message, detail, line)]


def stopped(request: protocol.Work) -> list[protocol.Message]:
    """What to say of a job that was ended on request."""
    if isinstance(request, protocol.CHECKED):
        verdict = Verdict(request.job, "unjudged", "Stopped before there was a verdict.")
        return [verdict, Stopped(request.job)]
    return [Stopped(request.job)]


def source_of(request: protocol.Work) -> str:
    """The learner's code; empty where it is the course's that runs."""
    if isinstance(request, protocol.CheckAnswer):
        return request.answer
    return request.code if isinstance(request, protocol.RunCode) else ""


def explain(report: Report, source: str = "") -> tuple[str, int]:
    """What happened to a job that ended without a word of its own, and the line of `source` it was at (0: unknown)."""
    line = line_of(report.trace)
    if report.reason:
        return _explain_reason(report, line, source), line
    if report.exit < 0:
        return _explain_signal(-report.exit, line), line
    if report.exit == CHANNEL_LOST:
        return "Your code closed a file descriptor that it did not open, and with it the way back to the program.", 0
    if report.exit == TAMPERED:
        return "Your code changes a part of this program that judges it, so it was not judged; leave `tutor` alone.", 0
    if report.exit == ENGINE_FAULT:
        return "The engine failed while it ran this; what it printed says why. Your work is saved.", 0
    return (
        f"The process ended itself (exit code {report.exit}) before the end: is there an os._exit() or the like?",
        line,
    )


def _explain_reason(report: Report, line: int, source: str) -> str:
    """Why its keeper ended it: the budget, and what most likely used it up."""
    at = f" Line {line} is where it was." if line else ""
    if not report.begun:
        return (
            f"It could not begin within {report.limit:g} s: does the device answer? `tutor --device cpu` does without."
        )
    if report.reason == "time":
        if not source:  # the course's code, at the learner's settings
            return f"Stopped after {report.limit:g} s: it had not come to an end. Fewer steps or less data end sooner."
        reason = likely_reason(source, line) if line else "Is there a loop that never ends?"
        return f"Stopped after {report.limit:g} s: it had not come to an end.{at} {reason}"
    if report.reason == "memory":
        return f"Stopped at {report.limit / 1024:.1f} GiB of memory.{at} Is a tensor far larger than you meant, or does a list grow?"
    if report.reason in ("processes", "threads"):
        what = report.reason
        return f"Stopped when it had more than {report.limit:.0f} {what}: does something start {what} in a loop?{at}"
    return "The process that ran this was killed from outside; nothing was judged. Run it again."


def _explain_signal(number: int, line: int) -> str:
    at = f" Line {line} is where it was." if line else ""
    if number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT):
        return f"The process crashed ({signal.Signals(number).name}) inside compiled code.{at}"
    if number == signal.SIGKILL:
        return f"The process was killed (SIGKILL): by your code, or by the system because memory ran out.{at}"
    return f"The process was ended by signal {number}.{at}"


def own_part(trace: str) -> str:
    """Of what faulthandler wrote, the calls down to the learner's code; what called that is ours."""
    lines = trace.strip().splitlines()
    ours = next((i for i, line in enumerate(lines) if ENGINE in line), len(lines))
    return "\n".join(lines[:ours])


def line_of(trace: str) -> int:
    """The innermost line of the learner's code in what faulthandler wrote; 0: none."""
    found = re.search(r'File "<(?:your answer|the code)>", line (\d+)', trace)
    return int(found.group(1)) if found else 0

"""From the request to the verdict of a code exercise, against a job that does nothing and against a cold Python."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from tests.bench.bench import ANSWER, CHECK, Bench, passed
from tests.bench.figure import Figure, ms, p95, times

ROUNDS = 100
COLD_ROUNDS = 5
MOST_OVER_EMPTY = 0.080
LEAST_TIMES_COLD = 15


async def measure(bench: Bench) -> list[Figure]:
    """Warm verdicts and empty jobs in turn, then cold processes that do the same check."""
    checks, empties = [], []
    for _ in range(ROUNDS):
        took, events = await bench.timed(bench.check())
        passed(events)
        checks.append(took)
        empties.append((await bench.timed(bench.empty()))[0])
    forked = await bench.forked()
    cold = statistics.median([await _cold() for _ in range(COLD_ROUNDS)])
    check, empty = statistics.median(checks), statistics.median(empties)
    more, quicker = check - empty, cold / check
    return [
        Figure("a bare forked child with torch imported (median)", "-", ms(forked), None),
        Figure("a verdict, in bare forked children (median, p95)", "-", times(forked, check, p95(checks)), None),
        Figure("an empty job, start to end (median, p95)", "-", f"{ms(empty)}, {ms(p95(empties))}", None),
        Figure("a verdict, start to end (median, p95)", "-", f"{ms(check)}, {ms(p95(checks))}", None),
        Figure(
            "a verdict takes longer than an empty job by",
            f"at most {ms(MOST_OVER_EMPTY)}",
            f"{ms(more)} ({times(forked, more)})",
            more <= MOST_OVER_EMPTY,
        ),
        Figure(
            "the same check in a cold Python, in warm verdicts",
            f"at least {LEAST_TIMES_COLD} x",
            f"{quicker:.0f} x ({ms(cold)})",
            quicker >= LEAST_TIMES_COLD,
        ),
    ]


async def _cold() -> float:
    """Seconds of a new Python that imports torch and runs the same check on the same answer."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"{CHECK}\n{ANSWER}\ncheck_double(double)")
    if await process.wait():
        raise RuntimeError("the cold check failed")
    return time.perf_counter() - began

"""How long it takes to end a job that spins, and to make a new nursery when the old one was killed."""

from __future__ import annotations

import os
import signal
import statistics
import time

from tests.bench.bench import Bench
from tests.bench.figure import Figure, ms, p95, times
from tutor.engine import system
from tutor.protocol import Printed, Stop, Stopped

ROUNDS = 20
REPAIRS = 3
MOST_TO_STOP = 0.150
MOST_TIMES_WARM_UP = 2.0
"""The first warm-up finds torch's files in the page cache or not; a repair always does."""


async def measure(bench: Bench) -> list[Figure]:
    """Stops, then repairs."""
    stops = [await _stop(bench) for _ in range(ROUNDS)]
    stop = statistics.median(stops)
    figures = [
        Figure(
            "from Stop to Stopped, of a job that spins (median, p95)",
            f"at most {ms(MOST_TO_STOP)}",
            f"{ms(stop)}, {ms(p95(stops))}",
            stop <= MOST_TO_STOP,
        ),
        Figure("    in bare forked children", "-", times(await bench.forked(), stop, p95(stops)), None),
    ]
    ready = bench.engine.ready
    if ready is None or not system.LINUX:
        return figures
    repair = statistics.median([await _repair(bench) for _ in range(REPAIRS)])
    most = MOST_TIMES_WARM_UP * ready.seconds
    what, goal = "a new nursery after a kill, in warm-ups", f"at most {MOST_TIMES_WARM_UP:g} x"
    return [
        *figures,
        Figure(what, goal, f"{repair / ready.seconds:.2f} x ({repair:.1f} s)", repair <= most),
        Figure("    in bare forked children", "-", times(await bench.forked(), repair), None),
    ]


async def _stop(bench: Bench) -> float:
    request = bench.code("print('on', flush=True)\nwhile True: pass")
    began = 0.0
    async for event in bench.engine.run(request):
        if isinstance(event, Printed) and not began:
            began = time.perf_counter()
            await bench.engine.send(Stop(request.job))
        elif isinstance(event, Stopped):
            return time.perf_counter() - began
    raise RuntimeError("the job was not stopped")


async def _repair(bench: Bench) -> float:
    """Seconds from the kill until a job forked by the new nursery has ended."""
    process = bench.engine._process
    assert process is not None
    (nursery,) = system.children(process.pid)
    os.kill(nursery, signal.SIGKILL)
    began = time.perf_counter()
    await bench.timed(bench.empty())  # by the spare job that was there
    await bench.timed(bench.empty())
    return time.perf_counter() - began

"""Steps a second of a demo whose curve is followed, against the same loop in a plain Python."""

from __future__ import annotations

import asyncio
import statistics
import sys

from tests.bench.bench import TRAIN, Bench
from tests.bench.figure import Figure
from tutor.protocol import Points, Result

STEPS = 2000
PAIRS = 15
GOAL = 0.97
PLAIN = f"""
import sys
torch.set_num_threads(int(sys.argv[1]))
train(range(200), float)
for _ in sys.stdin:
    losses = []
    print(*seconds_of(range({STEPS}), losses.append), flush=True)
"""


async def measure(bench: Bench) -> list[Figure]:
    """One after the other, several times, so that what else the machine does meets both."""
    ready = bench.engine.ready
    assert ready is not None
    plain = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        TRAIN + PLAIN,
        str(ready.threads),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert plain.stdin is not None and plain.stdout is not None
    ratios, used_ratios, rates = [], [], []
    for _ in range(PAIRS):
        plain.stdin.write(b"\n")
        alone, alone_used = map(float, (await plain.stdout.readline()).split())
        followed, followed_used = await _followed(bench)
        ratios.append(alone / followed)
        used_ratios.append(followed_used / alone_used)
        rates.append(STEPS / followed)
    plain.stdin.close()
    await plain.wait()
    ratio = statistics.median(ratios)
    measured = f"{ratio:.3f} ({statistics.median(rates):.0f} a second)"
    return [
        Figure("steps a second of a demo, in those of a plain loop", f"at least {GOAL}", measured, ratio >= GOAL),
        # other programs on the machine slow the first figure and leave this one alone
        Figure("its processor time, in that of a plain loop", "-", f"{statistics.median(used_ratios):.3f}", None),
    ]


async def _followed(bench: Bench) -> tuple[float, float]:
    """Seconds of the demo's loop, and of the processor in it, while every event is read."""
    _, events = await bench.timed(bench.demo(STEPS))
    points = sum(len(event.x) for event in events if isinstance(event, Points))
    if points != STEPS:
        raise RuntimeError(f"{points} of {STEPS} points arrived")
    (figures,) = [event.figures for event in events if isinstance(event, Result)]
    return float(figures["seconds"]), float(figures["used"])

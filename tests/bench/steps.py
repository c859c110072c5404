"""Steps a second of a demo whose curve is followed, against the same loop with nothing around it.

Both run in turn in one job, so that what a process is given by chance meets both alike, and so often that what the machine does
beside them decides no pair in the middle. Each live one lasts for several of the job's flushes, and for one more at its end.
"""

from __future__ import annotations

from tests.bench.bench import Bench
from tests.bench.figure import Figure
from tutor.protocol import Points, Result, Value

GOAL = 0.97
LINEAR: dict[str, Value] = {"model": "linear", "steps": 1500, "pairs": 60}
CNN: dict[str, Value] = {"model": "cnn", "steps": 40, "pairs": 60}


async def measure(bench: Bench) -> list[Figure]:
    """The smallest loop worth showing, and the convolutional network of lessons/vision."""
    return [
        *await _figures(bench, "a linear model on 40 points", LINEAR),
        *await _figures(bench, "the CNN of lessons/vision", CNN),
    ]


async def _figures(bench: Bench, what: str, settings: dict[str, Value]) -> list[Figure]:
    _, events = await bench.timed(bench.demo(settings))
    points = sum(len(event.x) for event in events if isinstance(event, Points))
    expected = int(settings["steps"]) * int(settings["pairs"])
    if points != expected:
        raise RuntimeError(f"{points} of {expected} points arrived")
    (figures,) = [event.figures for event in events if isinstance(event, Result)]
    ratio, used, rate = (float(figures[name]) for name in ("ratio", "used", "rate"))
    return [
        Figure(
            f"steps a second, {what}: live, in those of bare",
            f"at least {GOAL}",
            f"{ratio:.3f} ({rate:.0f} a second)",
            ratio >= GOAL,
        ),
        # other programs on the machine slow the first figure and leave this one alone
        Figure("    its processor time, in that of bare", "", f"{used:.3f}", None),
    ]

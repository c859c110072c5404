"""`python -m tests.bench [NAME...]`: how quick it is, as ratios within one run, each beside its goal. Ends with 1 where one is missed."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import courses, curves, ending, idle, keys, link, paint, screen, steps, verdict
from tests.bench.bench import LESSON, LESSON_ID, Bench, Measurement
from tests.bench.figure import Figure
from tutor.client import Engine

MEASUREMENTS: dict[str, Measurement] = {
    "paint": paint.measure,
    "courses": courses.measure,
    "verdict": verdict.measure,
    "ending": ending.measure,
    "steps": steps.measure,
    "curves": curves.measure,
    "screen": screen.measure,
    "keys": keys.measure,
    "idle": idle.measure,
    "link": link.measure,
}


async def run(names: list[str]) -> list[Figure]:
    """Measure, and print each figure as soon as it is there."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        write_lesson(Path(folder, f"{LESSON_ID}.py"))
        # on the CPU, whatever there is: the figures are about the engine, not about a device
        async with Engine(device="cpu") as engine:
            if await engine.wait_ready() is None:
                sys.exit(engine.problem)
            bench = Bench(engine, folder)
            await bench.timed(bench.check())
            for name in names:
                for figure in await MEASUREMENTS[name](bench):
                    print(figure, flush=True)
                    figures.append(figure)
    return figures


def write_lesson(place: Path) -> None:
    """The one lesson of the course."""
    place.parent.mkdir()
    place.write_text(LESSON, encoding="utf-8")


def main() -> None:
    """All measurements, or those named."""
    names = sys.argv[1:] or list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"There is no measurement {unknown[0]}; there are {', '.join(MEASUREMENTS)}.")
    began = time.perf_counter()
    figures = asyncio.run(run(names))
    print(f"{time.perf_counter() - began:.0f} s in all")
    sys.exit(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    main()

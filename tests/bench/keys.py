"""How soon a key is answered while nothing runs: the cursor on the map, a letter in an exercise's editor."""

from __future__ import annotations

import random
import statistics
import tempfile
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figure import Figure, ms, p95
from tests.bench.link import LOCAL, Link, linked
from tests.course.small_course import write_small_course

PRESSES = 100
MOST = 0.03


async def measure(_: Bench) -> list[Figure]:
    """The map, then the lesson."""
    with tempfile.TemporaryDirectory() as folder:
        course = str(write_small_course(Path(folder, "course")))
        with linked(LOCAL, 0.0, f"{folder}/map", "--course", course) as link:
            link.until("press c")
            link.until("ready")
            link.settled()
            on_map = [_answered(link, key) for key in ("j", "k") * (PRESSES // 2)]
        with linked(LOCAL, 0.0, f"{folder}/lesson", "--course", course) as link:
            link.until("press c")
            link.until("ready")
            for key, words in (("c", "Six numbers"), ("nnn", "How many rows?"), ("\x0e", "^r check")):
                link.press(key)
                link.until(words)
                link.settled()
            in_lesson = [_answered(link, "x" if press % 20 else "\r") for press in range(PRESSES)]
    return [_figure("on the map", on_map), _figure("to a letter in the editor", in_lesson)]


def _figure(where: str, delays: list[float]) -> Figure:
    measured = f"{ms(p95(delays))} (median {ms(statistics.median(delays))})"
    return Figure(f"from a key to its repaint {where}, p95", f"at most {ms(MOST)}", measured, p95(delays) <= MOST)


def _answered(link: Link, key: str) -> float:
    """Seconds until the screen differs, for a key that follows some time after the one before."""
    link.rest(random.Random(link.bytes).uniform(0.35, 0.5))  # until it says that it has saved
    before = link.screen.text
    began = link.press(key)
    while link.screen.text == before:
        link.work(0.001)
    return link.last - began

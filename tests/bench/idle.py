"""What the program costs while nothing happens: bytes written and time of the processor, on each screen that one rests on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figure import Figure
from tests.bench.link import LOCAL, linked
from tests.course.small_course import write_small_course

WATCH = 10.0
"""Seconds."""
MOST_SHARE = 0.01
SCREENS = {
    "the map": ("press c", ""),
    "a step to read": ("Six numbers", "c"),
    "a demo that has not run": ("Watch it learn", "n"),
    "an answer line": ("How many rows?", "nn"),
    "the editor": ("Add a batch", "\x0e"),
    "the scratchpad": ("Scratchpad", "\x07"),
}
"""What stands there, and the keys that lead there from the one before."""


async def measure(_: Bench) -> list[Figure]:
    """One screen after the other, in one run."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        course = str(write_small_course(Path(folder, "course")))
        with linked(LOCAL, 0.0, f"{folder}/home", "--course", course) as link:
            link.until("press c")
            link.until("ready")
            for name, (words, keys) in SCREENS.items():
                for key in keys:
                    link.press(key)
                    link.settled()
                link.until(words)
                link.rest(2.0)
                before, used = link.bytes, _processor(link.pid)
                link.rest(WATCH)
                share = (_processor(link.pid) - used) / WATCH
                sent = link.bytes - before
                met = sent == 0 and share < MOST_SHARE
                figures.append(
                    Figure(f"idle on {name}", "no bytes, under 1 % of a core", f"{sent} bytes, {share:.2%}", met)
                )
    return figures


def _processor(pid: int) -> float:
    """Seconds of the processor that the program itself has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

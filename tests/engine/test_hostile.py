"""Submissions that do harm, by accident or on purpose: each gets a verdict in time, and the next right answer passes.

What is and is not defended is said in docs/engine.md: this keeps accidents and pranks from doing harm, on the learner's own machine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import tutor
from tests.at_hand import Lab
from tests.engine.hostile import CHEATS, HOSTILE, RIGHT
from tests.engine.wire import DEADLINE, alive, eventually
from tutor.engine import system
from tutor.protocol import Verdict

LESSON = """
import torch
from tutor.lesson import expect

def check_double(double):
    expect(double(torch.tensor([1.0, 2.0], device=DEVICE)), torch.tensor([2.0, 4.0], device=DEVICE), "double(x)")
"""
BUDGET = 1.5
OVER = 1.0
"""Seconds over its budget within which a verdict is there, where a harmless answer has one within QUIET."""
QUIET = 0.1
DEVICES = [
    "cpu",
    pytest.param(
        "accelerator",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.accelerator.is_available(), reason="there is no accelerator on this machine"),
        ],
    ),
]
pytestmark = [
    pytest.mark.skipif(not system.LINUX, reason="finds processes through /proc, which only Linux has"),
    pytest.mark.xdist_group("hostile"),  # one after the other: together they would use up the machine
]


class Arena:
    """An engine whose folders are all its own, in a process that adopts whatever escapes from it."""

    def __init__(self, folder: Path, device: str) -> None:
        self.others = set(system.descendants(os.getpid()))
        name = "cpu" if device == "cpu" else str(torch.accelerator.current_accelerator())
        self.lab = Lab(folder / "course", ("--device", name))
        assert self.lab.ready is not None
        self.lab.write(LESSON.replace("DEVICE", repr(self.lab.ready.device)))
        self.watched = [folder, Path(tutor.__file__).parent]
        assert self.timed(RIGHT)[0].outcome == "passed"

    def timed(self, answer: str) -> tuple[Verdict, float]:
        """The verdict, and the seconds until it was there."""
        began = time.monotonic()
        verdict = self.lab.check("double", answer, seconds=BUDGET)
        return verdict, time.monotonic() - began

    def files(self) -> dict[str, tuple[int, int]]:
        """Every file that must stay as it is: its size, and when it was written."""
        found = {}
        for root in self.watched:
            for path in root.rglob("*"):
                if "__pycache__" not in path.parts and not path.name.startswith(("tutor-job-", "tutor-engine-")):
                    facts = path.stat()
                    found[str(path)] = (0 if path.is_dir() else facts.st_size, facts.st_mtime_ns * path.is_file())
        return found

    def is_as_it_was(self) -> bool:
        """Whether the engine, its nursery, and a spare job below its warden are all the processes there are."""
        process = self.lab.engine._process
        chain = [process.pid] if process is not None else []
        for _ in range(3):
            below = alive(system.children(chain[-1]))
            if len(below) != 1:
                return False
            chain += below
        return self.strays() == set(chain)

    def strays(self) -> set[int]:
        """Processes below this one that came since the arena was built, those of the engine included."""
        return set(alive(system.descendants(os.getpid()))) - self.others


@pytest.fixture(scope="module", params=DEVICES)
def arena(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    folder = tmp_path_factory.mktemp("arena")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TMPDIR", "HOME", "XDG_DATA_HOME", "TUTOR_HOME"):
            (folder / name).mkdir()
            patch.setenv(name, str(folder / name))
        system.adopt_orphans()
        arena = Arena(folder, request.param)
        yield arena
        arena.lab.close()
        system.adopt_orphans(False)


@pytest.mark.parametrize("name", [*HOSTILE, *CHEATS])
def test_it_gets_a_verdict_in_time_and_does_no_harm(arena: Arena, name: str) -> None:
    files = arena.files()
    code = {**HOSTILE, **CHEATS}[name]
    right, before = arena.timed(RIGHT)
    assert right.outcome == "passed"
    verdict, took = arena.timed(code)
    assert verdict.outcome != "passed"
    assert verdict.message and len(verdict.message) < 1000
    right, after = arena.timed(RIGHT)
    if name != "kills the engine":  # it starts anew, which takes as long as importing torch
        # where other programs use the machine, a harmless answer takes longer, and all else as many times
        over = OVER * max(1.0, before / QUIET, after / QUIET)
        assert took < BUDGET + over, f"{took:.1f} s, where a harmless answer takes {before:.2f} and {after:.2f} s"
    assert right.outcome == "passed", f"the next right answer: {right.message}"
    assert eventually(arena.is_as_it_was, DEADLINE), [cmdline(pid) for pid in arena.strays()]
    assert arena.files() == files


def test_each_is_of_its_own_kind() -> None:
    assert len(HOSTILE) >= 60 and len(CHEATS) >= 30
    assert len({*HOSTILE.values(), *CHEATS.values()}) == len(HOSTILE) + len(CHEATS)


@pytest.mark.parametrize(
    ("name", "seconds", "says", "line"),
    [
        (
            "spins in Python",
            0.5,
            "Stopped after 0.5 s: it had not come to an end. Line 1 is where it was. Nothing ended the `while True`",
            1,
        ),
        ("sleeps", 0.5, "It sleeps: is the time in seconds what you meant?", 1),
        ("waits for a lock", 0.5, "acquire() waits there for something that did not come.", 1),
        ("spins in C", 0.5, "Is there more to compute than you meant?", 1),
        ("fork bomb", 30, "Stopped when it had more than 32 processes: does something start processes in a loop?", 0),
        ("memory in a tensor", 30, "Line 1: this needs 3,725.3 GiB, and your code may use ", 1),
        ("memory on the heap", 30, " GiB of memory that your code may use are full", 2),
        ("opens files without end", 30, "more than 4,096 files are open at once", 2),
        ("thread storm", 30, "no more threads can be started", 2),
        ("writes far into a file", 30, "a file may hold 4 GiB here", 3),
    ],
)
def test_the_verdict_names_the_budget_and_the_likely_reason(
    arena: Arena, name: str, seconds: float, says: str, line: int
) -> None:
    if arena.lab.ready is not None and arena.lab.ready.device != "cpu":
        says, line = WATCHED.get(name, (says, line))
    verdict = arena.lab.check("double", HOSTILE[name], seconds=seconds)
    assert verdict.outcome == "error"
    assert says in verdict.message
    assert verdict.line == line


WATCHED = {
    "memory in a tensor": ("Stopped at 4.0 GiB of memory. Line 1 is where it was.", 1),
    "memory on the heap": ("Stopped at 4.0 GiB of memory. Line 2 is where it was.", 2),
    "thread storm": ("Stopped when it had more than 4096 threads: does something start threads in a loop?", 0),
}
"""What is said where a driver's own reservations leave no place for the system's limit on memory, and a watch is kept instead."""


def test_a_job_works_in_a_folder_of_its_own_which_goes_with_it(lab: Lab) -> None:
    lab.write("from tutor.lesson import fail\n\ndef check_where(where):\n    fail(where)\n")
    verdict = lab.check("where", "import os\nopen('note.txt', 'w').write('x')\nwhere = os.getcwd()")
    folder = Path(verdict.message)
    assert folder.name.startswith("tutor-job-")
    assert not folder.exists()


def cmdline(pid: int) -> str:
    """A process's command line; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""

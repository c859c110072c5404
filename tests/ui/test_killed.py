"""The program is killed at a random moment while an answer is typed and checked; what it had confirmed is there afterwards.

TUTOR_KILLS sets how often; TUTOR_KILLS_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import re
import select
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.course.small_course import write_small_course
from tests.ui.emulator import ASKS_FRAMES, FRAMES, Emulator

pytest.importorskip("termios")

from tests.terminal import Terminal
from tutor.progress import Store

KILLS = int(os.environ.get("TUTOR_KILLS", "4"))
SEED = int(os.environ.get("TUTOR_KILLS_SEED", "20261"))
PLACE = ("small", "basics/shapes", "add_batch")
LONGEST = 40.0
"""Seconds for the program to show the exercise."""

ENGINE = '''\
#!{python}
"""Stands in for the engine: says at once that every answer is wrong. Starts in no time, which torch does not."""
import sys
sys.path.insert(0, {repository!r})
from tutor.protocol import *

def say(*events):
    for event in events:
        sys.stdout.buffer.write(encode(event))
    sys.stdout.buffer.flush()

say(Hello(PROTOCOL, "0", "3", "stand-in"), Ready("2", "", (), "cpu", 1, 0.1))
for line in sys.stdin.buffer:
    request = decode(line)
    if isinstance(request, CheckAnswer):
        verdict = Verdict(request.job, "failed", "Not yet.", seconds=0.001)
        say(Started(request.job, "cpu", 20), verdict, Finished(request.job, 0.001))
'''


class Session:
    """One run of the program: what it has confirmed on its screen so far."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.screen = Emulator()
        self.saved: set[str] = set()
        """Words that stood in the editor when the screen came to say that it was saved."""
        self.attempts = 0
        """The highest number of an attempt that was shown."""
        self._unsaved = False

    def read(self, seconds: float) -> None:
        """Follows the screen for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.terminal.ours], [], [], left)[0]:
            data = os.read(self.terminal.ours, 65536)
            if ASKS_FRAMES in data:
                os.write(self.terminal.ours, FRAMES)
            for frame in self.screen.feed(data):
                self._look(frame)

    def _look(self, frame: str) -> None:
        unsaved = "not saved yet ·" in frame
        if self._unsaved and not unsaved and " saved ·" in frame:
            self.saved |= set(re.findall(r"\bk\d+t\d+\b(?= #)", frame))
        self._unsaved = unsaved
        self.attempts = max([self.attempts, *map(int, re.findall(r"attempt (\d+)", frame))])

    def until(self, words: str) -> None:
        end = time.monotonic() + LONGEST
        while words not in self.screen.text:
            assert time.monotonic() < end, f"{words!r} never came:\n{self.screen.text}"
            self.read(0.05)


def test_nothing_that_was_confirmed_is_lost(tmp_path: Path) -> None:
    course = write_small_course(tmp_path / "course")
    engine = tmp_path / "engine"
    engine.write_text(ENGINE.format(python=sys.executable, repository=str(Path(__file__).parents[2])))
    engine.chmod(0o755)
    home = tmp_path / "home"
    with closing(Store.open(home)) as store:
        store.see(*PLACE[:2], "add-a-batch")
    chance = random.Random(SEED)
    confirmed = [0, 0]
    for kill in range(KILLS):
        session = killed_while_answering(course, engine, home, kill, chance)
        check(home, session, f"TUTOR_KILLS_SEED={SEED}, kill {kill}")
        confirmed[0] += len(session.saved)
        confirmed[1] = max(confirmed[1], session.attempts)
    print(f"{KILLS} kills, {confirmed[0]} words confirmed as saved, {confirmed[1]} attempts; seed {SEED}")
    assert KILLS < 3 or all(confirmed), "nothing was ever confirmed: this test proves nothing"


def killed_while_answering(course: Path, engine: Path, home: Path, kill: int, chance: random.Random) -> Session:
    answer = home / "answers" / "small" / "basics" / "shapes" / "add_batch.py"
    answer.unlink(missing_ok=True)
    arguments = ("-m", "tutor.cli", "--course", str(course), "--python", str(engine), "basics/shapes")
    with Terminal(*arguments, env={"TUTOR_HOME": str(home), "NO_COLOR": ""}) as terminal:
        session = Session(terminal)
        session.until("def add_batch")
        session.until("^r check")
        end = time.monotonic() + chance.uniform(0.05, 2.0)
        word = 0
        while time.monotonic() < end:
            for _ in range(chance.randint(1, 3)):
                word += 1
                terminal.press(f"k{kill}t{word} #\r")
            if chance.random() < 0.4:
                terminal.press("\x12")  # check
            session.read(min(chance.choice([0.01, 0.05, 0.3]), max(end - time.monotonic(), 0.001)))
        terminal.process.kill()
        terminal.process.wait(LONGEST)
    return session


def check(home: Path, session: Session, which: str) -> None:
    with closing(Store.open(home)) as store:
        text = store.load_answer(*PLACE) or ""
        attempts = store.attempts(*PLACE)
        assert store.problem == "", which
    lost = {word for word in session.saved if f"{word} #" not in text}
    assert not lost, f"{which}: {sorted(lost)} stood on the screen as saved, and the file holds:\n{text}"
    assert len(attempts) >= session.attempts, f"{which}: attempt {session.attempts} was shown, {len(attempts)} are kept"
    assert all(attempt.answer.rstrip().endswith("...") for attempt in attempts), f"{which}: half an answer is kept"
    assert not text or text.rstrip().endswith("..."), f"{which}: half a file:\n{text}"
    with closing(sqlite3.connect(home / "progress.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",), which

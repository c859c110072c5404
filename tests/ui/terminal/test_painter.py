"""What is written to a real terminal, where another program writes there too."""

from __future__ import annotations

import os
import select
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.course.small_course import write_small_course
from tests.ui.emulator import Emulator
from tests.ui.test_killed import ENGINE
from tutor.progress import Store

pytest.importorskip("termios")

from tests.terminal import LONGEST, Terminal

BROADCAST = "\x1b[3;9H\r\nBroadcast message from root: power off\r\n\x1b[31;44m and so on"


class Watched(Terminal):
    """A terminal of which is known what it shows."""

    def look(self, screen: Emulator, shown: str) -> None:
        """Reads on until the screen shows these words."""
        end = time.monotonic() + LONGEST
        while shown not in screen.text:
            assert time.monotonic() < end, f"{shown!r} is not on the screen:\n{screen.text}"
            if select.select([self.ours], [], [], 0.1)[0]:
                screen.feed(os.read(self.ours, 65536))


@pytest.mark.parametrize(
    ("lesson", "words"),
    [((), "q quit"), (("basics/shapes",), "^r check")],
    ids=["the map", "the editor"],
)
def test_a_key_draws_anew_what_another_program_wrote_over(tmp_path: Path, lesson: tuple[str, ...], words: str) -> None:
    course, home, engine = write_small_course(tmp_path / "course"), tmp_path / "home", tmp_path / "engine"
    engine.write_text(ENGINE.format(python=sys.executable, repository=str(Path(__file__).parents[3])))
    engine.chmod(0o755)
    with closing(Store.open(home)) as store:
        store.see("small", "basics/shapes", "add-a-batch")
    arguments = ("-m", "tutor.cli", "--course", str(course), "--python", str(engine), *lesson)
    with Watched(*arguments, env={"TUTOR_HOME": str(home)}) as there:
        screen = Emulator()
        there.look(screen, words)
        there.look(screen, "ready")
        before = screen.text
        os.write(there.theirs, BROADCAST.encode())
        there.look(screen, "Broadcast")
        assert screen.text != before
        there.press("\x0c")
        there.look(screen, before)

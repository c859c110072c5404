"""The real program where UTF-8 is missing: every byte that it writes is ASCII, on every kind of step."""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path

import pytest

from tests.course.small_course import write_small_course
from tests.ui.emulator import Emulator
from tests.ui.test_killed import ENGINE

pytest.importorskip("termios")

from tests.terminal import LONGEST, Terminal


@pytest.mark.parametrize("stated", [{"LC_ALL": "C"}, {"TERM": "linux"}], ids=["C", "console"])
def test_every_byte_is_ascii(tmp_path: Path, stated: dict[str, str]) -> None:
    course = write_small_course(tmp_path / "course")
    engine = tmp_path / "engine"
    engine.write_text(ENGINE.format(python=sys.executable, repository=str(Path(__file__).parents[2])))
    engine.chmod(0o755)
    arguments = ("-m", "tutor.cli", "--trust", "--course", str(course), "--python", str(engine))
    env = {"TUTOR_HOME": str(tmp_path / "home"), "TUTOR_ASCII": "", "PYTHONIOENCODING": "", **stated}
    with Terminal(*arguments, env=env) as terminal:
        written = b""
        screen = Emulator()

        def until(words: str) -> None:
            nonlocal written
            end = time.monotonic() + LONGEST
            while words not in screen.text:
                ready = select.select([terminal.ours], [], [], max(end - time.monotonic(), 0))[0]
                assert ready, f"{words!r} never came:\n{screen.text}"
                data = os.read(terminal.ours, 65536)
                written += data
                screen.feed(data)

        until("Enter open")
        until("| ready")
        for keys, words in (
            ("c", "Six numbers"),
            ("n", "Watch it learn"),
            ("n", "Which shape?"),
            ("1\r", "attempt 1"),
            ("n", "How many rows?"),
            ("\x0e", "^r check"),
            ("\x12", "Not yet."),
            ("\x0e", "Mend the sum"),
            ("\x07", "Scratchpad"),
            ("\x1b", "Mend the sum"),
            ("\x0f", "Actions and lessons"),
        ):
            terminal.press(keys)
            until(words)
        terminal.press("\x11")
        assert terminal.wait() == 0
        assert (written + terminal._raw).isascii()

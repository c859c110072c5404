"""However it is left: the terminal is as it was, what was typed is kept, and no process stays behind."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.course.small_course import write_small_course
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, until
from tests.ui.test_demo import TITLE, half_way
from tests.ui.test_killed import ENGINE

pytest.importorskip("termios")

from tests.terminal import LONGEST, Terminal
from tests.ui import lessons
from tutor.progress import Store
from tutor.protocol import Stop

PLACE = ("small", "basics/shapes", "add_batch")
RESTORED = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?2004l", "\x1b[?1003l", "\x1b[<u")
"""The shell's screen, the cursor, no pastes in brackets, no mouse, keys as ever."""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The program at an exercise, where `#` was typed, with an engine that starts in no time."""
    course = write_small_course(tmp_path / "course")
    engine = tmp_path / "engine"
    engine.write_text(ENGINE.format(python=sys.executable, repository=str(Path(__file__).parents[2])))
    engine.chmod(0o755)
    with closing(Store.open(tmp_path / "home")) as store:
        store.see(*PLACE[:2], "add-a-batch")
    arguments = ("-m", "tutor.cli", "--course", str(course), "--python", str(engine), "basics/shapes")
    with Terminal(*arguments, env={"TUTOR_HOME": str(tmp_path / "home")}) as there:
        there.until("^r check")
        there.until("ready")
        there.press("#")
        there.until("#")
        yield there


def left_in_order(terminal: Terminal, home: Path, engines: list[int]) -> None:
    assert terminal.wait() == 0
    if terminal.ours >= 0:
        written = terminal._raw.decode("utf-8", "ignore")
        assert terminal.mode == terminal.before
        assert all(code in written for code in RESTORED)
        assert "Traceback" not in written
    with closing(Store.open(home)) as store:
        assert (store.load_answer(*PLACE) or "").startswith("#")
    end = time.monotonic() + LONGEST
    while any(map(_lives, engines)):
        assert time.monotonic() < end, "an engine stayed behind"
        time.sleep(0.01)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def children(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    assert found, "there was no engine"
    return found


@pytest.mark.parametrize("after", ["", "tutor", "Begin", "Welcome"])
def test_who_changes_their_mind_at_once_leaves_in_order(tmp_path: Path, after: str) -> None:
    """At the first moment the map is still being put together."""
    course = write_small_course(tmp_path / "course")
    arguments = ("-m", "tutor.cli", "--course", str(course))
    with Terminal(*arguments, env={"TUTOR_HOME": str(tmp_path / "home")}) as there:
        if after:
            there.until(after)
        there.press("q")
        assert there.wait() == 0
        assert "Traceback" not in there.text


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGINT", "ctrl+q", "gone"])
def test_it_ends_in_order(terminal: Terminal, tmp_path: Path, how: str) -> None:
    engines = children(terminal.process.pid)
    if how == "ctrl+q":
        terminal.press("\x11")
    elif how == "gone":
        terminal.hang_up()
    else:
        terminal.process.send_signal(getattr(signal, how))
    left_in_order(terminal, tmp_path / "home", engines)


def test_ctrl_c_twice_leaves(terminal: Terminal, tmp_path: Path) -> None:
    engines = children(terminal.process.pid)
    terminal.press("\x1b")  # in the editor it copies
    terminal.until("n next")
    terminal.press("\x03")
    terminal.until("Ctrl-C once more leaves")
    terminal.press("\x03")
    left_in_order(terminal, tmp_path / "home", engines)


def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(terminal: Terminal, tmp_path: Path) -> None:
    engines = children(terminal.process.pid)
    terminal.press("\x1b")
    terminal.until("n next")
    terminal.press("\x1a")
    pid, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert pid and os.WIFSTOPPED(status)
    assert terminal.mode == terminal.before
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("def add_batch")
    assert not terminal.by_line
    terminal.press("\x11")
    left_in_order(terminal, tmp_path / "home", engines)


async def test_ctrl_c_stops_a_demo_first(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: re.search(r"epoch 62/100", screen_text(app)))
        await pilot.press("ctrl+c")
        await until(pilot, lambda: any(isinstance(request, Stop) for request in engine.sent))
        assert app.is_running
        await until(pilot, lambda: "stopped at epoch 62" in screen_text(app))
        assert "once more leaves" not in screen_text(app)


@pytest.mark.parametrize(("lesson", "step", "keys", "words"), [
    (None, None, "o", "Courses"), (None, None, "p", "Your progress"),
    (lessons.LINE, "see", "o", "the last runs"), (lessons.TENSORS, "add-batch", "f8", "your attempts"),
])  # fmt: skip
async def test_every_list_says_so_where_there_is_too_little_room_and_comes_back(
    make_app: MakeApp, store: Store, lesson: str | None, step: str | None, keys: str, words: str
) -> None:
    store.record("small", lessons.TENSORS, "add_batch", "failed", "No.", "w = 1", 0.1)
    store.save_run("small", lessons.LINE, "fit_line", 1.0, {"settings": {"lr": 0.5}, "figures": {}, "ended": ""})
    app = make_app(lesson, step)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.focused is not None)
        await pilot.press(keys)
        await until(pilot, lambda: words in screen_text(app))
        await pilot.resize_terminal(50, 12)
        await until(pilot, lambda: "This window is too small" in screen_text(app) and words not in screen_text(app))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: words in screen_text(app))


async def test_behind_the_notice_of_too_little_room_keys_do_nothing(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, TITLE)
        for size in ((59, 24), (80, 19)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "This window is too small" in screen_text(app))
            await pilot.press("r", "n", "escape", "q")
            await pilot.click(offset=(5, 5))
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: TITLE in screen_text(app) and "too small" not in screen_text(app))
        assert engine.requests == [] and app.is_running
        await pilot.resize_terminal(10, 3)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit)

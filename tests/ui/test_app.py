"""The program as a whole: what it imports, themes, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.course.small_course import write_small_course
from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.helpers import opened, screen_text, until
from tutor.progress import Store
from tutor.ui.screens.ask import Ask
from tutor.ui.theme import DARK, LIGHT

LATE = ("torch", "numpy", "plotext", "tree_sitter", "markdown_it", "rich.markdown", "pygments", "sqlite3")
"""What the first paint must not wait for."""


def test_importing_the_program_brings_nothing_heavy() -> None:
    code = f"import json, sys, tutor.ui.app; print(json.dumps([m for m in {LATE!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_no_screen_imports_torch() -> None:
    code = (
        "import importlib, pkgutil, sys, tutor.ui\n"
        "for m in pkgutil.walk_packages(tutor.ui.__path__, 'tutor.ui.'): importlib.import_module(m.name)\n"
        "sys.exit(any(m in sys.modules for m in ('torch', 'numpy', 'tutor.engine')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_the_theme_is_changed_by_a_key_and_remembered(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Begin" in screen_text(app))
        assert app.theme == DARK.name
        await pilot.press("f2")
        assert app.theme == LIGHT.name
    again = make_app()
    async with again.run_test():
        assert again.theme == LIGHT.name  # from the first paint on


async def test_the_editor_follows_the_theme(make_app: MakeApp) -> None:
    from tutor.ui.widgets.editor import CodeEditor

    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "One image, as a batch")
        editor = screen.query_one(CodeEditor)

        def keyword() -> object:
            line = editor.render_line(0)
            (colour,) = {segment.style.color for segment in line if "import" in segment.text and segment.style} or {
                None
            }
            return colour

        await pilot.press("down")  # the cursor is drawn over what it stands on
        dark = keyword()
        assert dark is not None
        await pilot.press("f2")
        await until(pilot, lambda: keyword() != dark)


async def test_a_store_that_cannot_keep_says_so(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "problem", "The folder [x] is read-only; nothing is kept.")
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "The folder [x] is read-only" in screen_text(app))


PROGRAM = """
import sys
from pathlib import Path
from tutor.client import Engine
from tutor.course.catalog import open_course
from tutor.progress import Store
from tutor.ui.app import TutorApp
course, home = Path(sys.argv[1]), Path(sys.argv[2])
app = TutorApp(lambda: open_course(course), lambda: Store.open(home), Engine, "basics/shapes")
app.run()
print("ended in order", flush=True)
"""


class Terminal:
    """The real program in a pseudo-terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.screen, inside = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", PROGRAM, *arguments]
        self.process = subprocess.Popen(
            command, stdin=inside, stdout=inside, stderr=inside, env=environment, start_new_session=True, close_fds=True
        )
        os.close(inside)
        self.output = ""

    def wait_for(self, words: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while words not in self.output:
            assert time.monotonic() < end, f"{words!r} never came: {self.output[-2000:]!r}"
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    self.output += os.read(self.screen, 65536).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    assert words in self.output, f"the program ended: {self.output[-2000:]!r}"

    def press(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.screen)


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "quit"])
def test_it_ends_in_order_and_nothing_is_lost(tmp_path: Path, how: str) -> None:
    course = write_small_course(tmp_path / "course")
    home = tmp_path / "home"
    store = Store.open(home)
    store.see("small", "basics/shapes", "add-a-batch")
    store.close()
    terminal = Terminal(str(course), str(home))
    try:
        terminal.wait_for("· ready", 90)
        terminal.wait_for("own editor")  # the keys of the editor: it has the focus
        terminal.press("#")
        terminal.wait_for("#")
        if how == "quit":
            terminal.press("\x11")  # Ctrl+Q
        else:
            terminal.process.send_signal(getattr(signal, how))
        terminal.wait_for("ended in order", 10)
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()
    store = Store.open(home)
    answer = store.load_answer("small", "basics/shapes", "add_batch")
    store.close()
    assert answer is not None and answer.startswith("#")


async def test_a_screen_under_a_question_does_not_take_the_question_away(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Begin" in screen_text(app))
        await pilot.press("question_mark")
        below, question = app.screen, Ask("Really?", "yes")
        app.push_screen(question)
        await until(pilot, lambda: question.is_current)
        assert below.is_current  # it is seen beneath: Textual calls that current
        await below.dismiss()
        assert app.screen is question
        question.dismiss(True)
        question.dismiss(True)
        assert app.screen is below

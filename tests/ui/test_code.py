"""Code exercises: the editor, saving, checking, the verdict, the learner's own editor."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tutor.progress import Store
from tutor.protocol import CheckAnswer, Crashed, Finished, JobEvent, Printed, Started, Stop, Verdict, Work
from tutor.ui.ownedit import OwnEditorError, edit_file, editor_command
from tutor.ui.screens.ask import Ask
from tutor.ui.screens.viewer import Viewer
from tutor.ui.widgets.code import CodePane
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.widgets.verdict import Feedback

TITLE = "One image, as a batch"
STARTER = lessons.ADD_BATCH.starter
WRONG = Verdict(
    0,
    "failed",
    "Your batch dimension is the last one; PyTorch expects it first.",
    detail="RuntimeError [/x]",
    expected="(1, 3, 32, 32)  float32",
    got="(3, 32, 32, 1)  float32",
    line=5,
    seconds=0.031,
)


def judge(verdict: Verdict) -> Callable[[Work], list[JobEvent]]:
    return lambda request: [Started(0, "cpu", 20), verdict, Finished(0, 0.04)]


def kept(store: Store) -> str | None:
    return store.load_answer("small", lessons.TENSORS, "add_batch")


async def test_the_starter_is_there_in_colour(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        editor = screen.query_one(CodeEditor)
        assert editor.text == STARTER and editor.is_syntax_aware
        (line,) = [
            editor.render_line(y) for y in range(editor.size.height) if "def add_batch" in editor.render_line(y).text
        ]
        colours = {segment.text.strip(): segment.style.color for segment in line if segment.style}
        assert colours["def"] != colours["add_batch"]
        assert kept(store) is None, "looking is not answering"


async def test_what_is_typed_is_kept_without_being_asked(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        began = time.monotonic()
        await pilot.press(*"x = 1")
        await until(pilot, lambda: kept(store) == f"x = 1{STARTER}")
        assert time.monotonic() - began < 3


async def test_leaving_at_once_keeps_the_last_keystroke(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        await pilot.press("y", "ctrl+p")
        await opened(pilot, "What shape comes out?")
        assert kept(store) == f"y{STARTER}"
        await pilot.press("ctrl+n")
        screen = await opened(pilot, TITLE)
        assert screen.query_one(CodeEditor).text == f"y{STARTER}"
        await pilot.press("z", "ctrl+q")
    assert kept(store) == f"zy{STARTER}"


async def test_indentation_follows(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        editor = screen.query_one(CodeEditor)
        editor.take_text("")
        await pilot.press(*"if x:", "enter", *"return 1", "enter", *"y")
        assert editor.text == "if x:\n    return 1\ny"
        await pilot.press("enter", "tab", "z", "shift+tab")
        assert editor.text == "if x:\n    return 1\ny\nz"
        await pilot.press("home", "tab", "backspace")
        assert editor.text == "if x:\n    return 1\ny\nz"


async def test_a_wrong_answer(make_app: MakeApp, engine: FakeEngine, store: Store) -> None:
    engine.script = judge(WRONG)
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✗ Your batch dimension is the last one" in text_of(screen))
        (request,) = engine.requests
        assert isinstance(request, CheckAnswer) and request.answer == STARTER
        shown = text_of(screen)
        assert "expected  (1, 3, 32, 32)  float32  cpu" in shown and "got       (3, 32, 32, 1)  float32  cpu" in shown
        lines = shown.split("\n")
        row = next(i for i, line in enumerate(lines) if "got       (" in line)
        assert lines[row + 1].index("└ here") == lines[row].index("(3,") + 1, "the first number that differs"
        assert "line 5 · attempt 1 · 31 ms" in shown
        editor = screen.query_one(CodeEditor)
        await until(pilot, lambda: "5✗" in text_of(editor))
        assert [attempt.outcome for attempt in store.attempts("small", lessons.TENSORS, "add_batch")] == ["failed"]
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, Viewer) and "RuntimeError [/x]" in screen_text(app))
        await pilot.press("escape", "k")
        await until(pilot, lambda: app.screen is screen and "✗" not in text_of(editor), "an edit takes the mark away")


async def test_an_attempt_is_kept_before_it_is_shown(
    make_app: MakeApp, engine: FakeEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.script = judge(WRONG)
    kept_when_shown: list[int] = []
    show = Feedback.show_verdict

    def spy(self: Feedback, *arguments: object) -> None:
        kept_when_shown.append(len(store.attempts("small", lessons.TENSORS, "add_batch")))
        show(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Feedback, "show_verdict", spy)
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        await pilot.press("f5")
        await until(pilot, lambda: kept_when_shown)
    assert kept_when_shown == [1]


async def test_a_right_answer(make_app: MakeApp, engine: FakeEngine, store: Store) -> None:
    engine.script = judge(Verdict(0, "passed", "add_batch works.", seconds=0.03))
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✓ add_batch works." in text_of(screen))
        assert store.passed("small", lessons.TENSORS) == {"add_batch"}
        await until(pilot, lambda: "● 4/4" in " ".join(screen.top.right.plain.split()))


async def test_not_attempted_is_not_wrong(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = judge(Verdict(0, "not_attempted", "There is no add_batch in your code."))
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "○ Not attempted yet. There is no add_batch" in text_of(screen))
        assert not screen.query_one(Feedback).has_class("-failed")


async def test_what_the_answer_prints_is_shown_unparsed(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Printed(0, "shape [/b] (3,)\n"), WRONG, Finished(0, 0.04)]
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "shape [/b] (3,)" in text_of(screen))


@pytest.mark.parametrize("key", ["escape", "ctrl+x"])
async def test_a_check_shows_its_budget_and_can_be_stopped(make_app: MakeApp, engine: FakeEngine, key: str) -> None:
    engine.script = lambda request: [Started(0, "cpu", 20)]
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "of 20 s left" in text_of(screen))
        await pilot.press(key)
        await until(pilot, lambda: "of 20 s left" not in text_of(screen))
        assert engine.sent == [Stop(1)]
        assert screen.query_one(CodeEditor).has_focus


async def test_the_engine_gone_is_said_and_nothing_passes(make_app: MakeApp, engine: FakeEngine, store: Store) -> None:
    engine.script = lambda request: [Verdict(0, "unjudged", "The engine stopped unexpectedly."), Crashed(0, "gone")]
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "! The engine stopped unexpectedly." in text_of(screen))
        assert store.passed("small", lessons.TENSORS) == set()


async def test_reset_asks_first_and_can_be_undone(make_app: MakeApp, store: Store) -> None:
    store.save_answer("small", lessons.TENSORS, "add_batch", "mine = 1\n")
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        editor = screen.query_one(CodeEditor)
        assert editor.text == "mine = 1\n"
        for answer, text in (("n", "mine = 1\n"), ("y", STARTER)):
            await pilot.press("ctrl+l")
            await until(pilot, lambda: isinstance(app.screen, Ask))
            await pilot.press(answer)
            await until(pilot, lambda: app.screen is screen)
            assert editor.text == text
        await until(pilot, lambda: kept(store) == STARTER)
        await pilot.press("ctrl+z")
        assert editor.text == "mine = 1\n"


async def test_a_change_made_by_another_editor_is_taken_over(make_app: MakeApp, store: Store) -> None:
    store.save_answer("small", lessons.TENSORS, "add_batch", "mine = 1\n")
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        path = store.answer_path("small", lessons.TENSORS, "add_batch")
        new = path.with_suffix(".new")
        new.write_text("theirs = 2\n", encoding="utf-8")
        os.replace(new, path)
        await until(pilot, lambda: screen.query_one(CodeEditor).text == "theirs = 2\n")


async def test_the_own_editor_edits_the_answer_file_and_is_checked(
    make_app: MakeApp, engine: FakeEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(path: Path, named: str) -> None:
        assert named == "myedit"
        assert path.read_text(encoding="utf-8") == STARTER
        path.write_text("theirs = 2\n", encoding="utf-8")

    from contextlib import nullcontext

    monkeypatch.setattr("tutor.ui.widgets.code.edit_file", edit)
    engine.script = judge(WRONG)
    app = make_app(lessons.TENSORS, "add-batch", TUTOR_EDITOR="myedit")
    async with app.run_test() as pilot:
        monkeypatch.setattr(app, "suspend", nullcontext)
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+e")
        await until(pilot, lambda: engine.requests)
        request = engine.requests[0]
        assert isinstance(request, CheckAnswer) and request.answer == "theirs = 2\n"
        assert screen.query_one(CodeEditor).text == "theirs = 2\n"


async def test_a_terminal_that_cannot_be_handed_over_is_said(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:  # the pilot's driver cannot suspend, like a few terminals
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+e")
        await until(pilot, lambda: "cannot be handed to another program" in text_of(screen))
        assert screen.query_one(CodePane).is_mounted


def test_the_own_editor_is_the_one_the_learner_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "vim")
    monkeypatch.setenv("VISUAL", "code --wait")
    assert editor_command() == ["code", "--wait"]
    monkeypatch.setenv("VISUAL", " ")
    assert editor_command() == ["vim"]
    assert editor_command("emacs -nw") == ["emacs", "-nw"]


def test_an_editor_that_is_not_there_is_said_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor")
    with pytest.raises(OwnEditorError, match="no-such-editor could not be opened"):
        edit_file(tmp_path / "answer.py")
    monkeypatch.setenv("EDITOR", "false")
    with pytest.raises(OwnEditorError, match="false ended with status 1"):
        edit_file(tmp_path / "answer.py")


def test_no_editor_at_all_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OwnEditorError, match="set EDITOR"):
        editor_command()


async def test_undo_of_many_lines_with_the_cursor_in_them(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, TITLE)
        editor = screen.query_one(CodeEditor)
        editor.replace("\n".join(f"line_{number} = 0" for number in range(90)), (0, 0), editor.document.end)
        editor.move_cursor(editor.document.end)
        await until(pilot, lambda: editor.show_vertical_scrollbar)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == STARTER)
        assert app._exception is None

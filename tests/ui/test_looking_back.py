"""Nothing is lost: earlier attempts, the starter, other editors, other windows."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tests.ui.test_code import STARTER, TITLE, WRONG, judge, kept
from tutor.progress import Store
from tutor.progress.claims import Claim
from tutor.protocol import CheckAnswer
from tutor.ui.desk import SET_ASIDE, ChangedElsewhere, Desk
from tutor.ui.screens.ask import Ask
from tutor.ui.screens.attempts import AttemptsScreen, when
from tutor.ui.widgets.choice import ChoicePane
from tutor.ui.widgets.code import CodePane
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.widgets.order import OrderPane
from tutor.ui.widgets.tune import TunePane

PLACE = ("small", lessons.TENSORS, "add_batch")


def texts(store: Store) -> list[tuple[str, str]]:
    return [(attempt.outcome, attempt.answer) for attempt in store.attempts(*PLACE)]


def save_as_another_program(path: Path, text: str) -> None:
    """As most editors do: a new file in the place of the old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)


async def test_an_earlier_attempt_is_brought_back_and_the_present_text_stays(make_app: MakeApp, store: Store) -> None:
    store.record(*PLACE, "failed", "Wrong [/x] place.", "first = 1\n", 0.01)
    store.record(*PLACE, "error", "No such name.", "second = 2\n", 0.01)
    store.save_answer(*PLACE, "third = 3\n")
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AttemptsScreen) and "second = 2" in screen_text(app))
        assert "✗ No such name." in screen_text(app)
        await pilot.press("down")
        await until(pilot, lambda: "first = 1" in screen_text(app) and "✗ Wrong [/x] place." in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert screen.query_one(CodeEditor).text == "first = 1\n"
        await until(pilot, lambda: kept(store) == "first = 1\n")
        assert texts(store)[-1] == (SET_ASIDE, "third = 3\n")
        assert "is among the attempts" in text_of(screen)
        await pilot.press("ctrl+z")
        assert screen.query_one(CodeEditor).text == "third = 3\n"


async def test_looking_back_and_leaving_changes_nothing(make_app: MakeApp, store: Store) -> None:
    store.record(*PLACE, "failed", "No.", "first = 1\n", 0.01)
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AttemptsScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.query_one(CodeEditor).text == STARTER and len(texts(store)) == 1


async def test_short_answers_are_brought_back_too(make_app: MakeApp, store: Store) -> None:
    store.record("small", lessons.TENSORS, "which", "failed", "No.", "3", 0.0)
    store.record("small", lessons.LINE, "train_step", "failed", "No.", lessons.TRAIN_STEP.solution, 0.0)
    store.record("small", lessons.LINE, "low_error", "failed", "No.", "lr=2\nepochs=7\noptimizer=Adam\nnoise=on", 0.0)
    app = make_app(lessons.TENSORS, "which")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Which one removes it?")
        await pilot.press("1", "f8")
        await until(pilot, lambda: isinstance(app.screen, AttemptsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen and screen.query_one(ChoicePane).picked == {2})
    app = make_app(lessons.LINE, "order")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "The five steps")
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AttemptsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert tuple(screen.query_one(OrderPane).lines) == lessons.TRAIN_STEP.lines
    app = make_app(lessons.LINE, "tune")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Reach 0.01")
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AttemptsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        settings = screen.query_one(TunePane).trial.controls.settings
        assert settings == {"lr": 2.0, "epochs": 7, "optimizer": "Adam", "noise": True}


async def test_reset_keeps_the_old_text_among_the_attempts(make_app: MakeApp, store: Store) -> None:
    store.save_answer(*PLACE, "mine = 1\n")
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("y")
        await until(pilot, lambda: kept(store) == STARTER)
        assert texts(store) == [(SET_ASIDE, "mine = 1\n")]


async def test_what_another_editor_saves_is_taken_over_and_checked(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    engine.script = judge(WRONG)
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        save_as_another_program(store.answer_path(*PLACE), "theirs = 2\n")
        await until(pilot, lambda: "✗ Your batch" in text_of(screen))
        assert screen.query_one(CodeEditor).text == "theirs = 2\n"
        (request,) = engine.requests
        assert isinstance(request, CheckAnswer) and request.answer == "theirs = 2\n"
        assert "as another editor saved it" in text_of(screen)


@pytest.mark.parametrize(("key", "goes_on"), [("y", f"k{STARTER}"), ("n", "theirs = 2\n")])
async def test_two_who_write_at_once_lose_nothing(make_app: MakeApp, store: Store, key: str, goes_on: str) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        save_as_another_program(store.answer_path(*PLACE), "theirs = 2\n")
        await pilot.press("k")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "Both texts are among" in screen_text(app))
        assert store.answer_path(*PLACE).read_text() == "theirs = 2\n", "nothing is overwritten before the answer"
        assert sorted(texts(store)) == [(SET_ASIDE, f"k{STARTER}"), (SET_ASIDE, "theirs = 2\n")]
        await pilot.press(key)
        await until(pilot, lambda: app.screen is screen)
        assert screen.query_one(CodeEditor).text == goes_on
        await until(pilot, lambda: kept(store) == goes_on)


async def test_the_later_of_two_windows_is_told_and_does_not_check_what_the_other_types(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    other = Claim(store.answer_path(*PLACE))
    other.take()
    app = make_app(lessons.TENSORS, "add-batch")
    try:
        async with app.run_test() as pilot:
            screen = await opened(pilot, TITLE)
            await until(pilot, lambda: "open in another window too" in text_of(screen))
            save_as_another_program(store.answer_path(*PLACE), "theirs = 2\n")
            await until(pilot, lambda: "Taken over from the other window" in text_of(screen))
            assert screen.query_one(CodeEditor).text == "theirs = 2\n" and engine.requests == []
            assert other.others() == 1
        assert other.others() == 0, "the window that was closed is not seen any more"
    finally:
        other.release()


async def test_leaving_with_a_text_that_cannot_be_saved_keeps_it(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        screen.query_one(CodeEditor).insert("k")
        save_as_another_program(store.answer_path(*PLACE), "theirs = 2\n")
        screen.query_one(CodePane).leave()
    assert kept(store) == "theirs = 2\n" and (SET_ASIDE, f"k{STARTER}") in texts(store)


async def test_it_says_at_every_keystroke_whether_it_is_saved(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        words: list[str] = []
        show = screen.show_saving
        screen.show_saving = lambda word: (words.append(word), show(word))[1]  # type: ignore[method-assign]
        await pilot.press("k")
        await until(pilot, lambda: "saved ·" in screen.heading.right.plain)
        assert words[0] == "not saved yet" and words[-1] == "saved"


async def test_a_disk_that_takes_nothing_is_said(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        monkeypatch.setattr("tutor.progress.answers.write_atomically", full)
        await pilot.press("k")
        await until(
            pilot, lambda: "not kept" in screen.heading.right.plain and "! Your answer is not" in text_of(screen)
        )


async def test_comment_and_find_by_keys(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        editor = screen.query_one(CodeEditor)
        editor.take_text("loss = 1\nx = 2\nloss = 3\n")
        editor.move_cursor((0, 0))
        await pilot.press("shift+down", "shift+down", "ctrl+underscore")
        assert editor.text == "# loss = 1\n# x = 2\nloss = 3\n"
        await pilot.press("ctrl+z")
        assert editor.text == "loss = 1\nx = 2\nloss = 3\n"
        await pilot.press("tab")
        assert editor.text == "    loss = 1\n    x = 2\nloss = 3\n"
        await pilot.press("shift+tab")
        editor.move_cursor((0, 0))
        await pilot.press("ctrl+f", *"LOSS")
        await until(pilot, lambda: "1/2" in text_of(screen))
        await pilot.press("enter")
        await until(pilot, lambda: "2/2" in text_of(screen))
        await pilot.press("escape", "y")
        assert editor.text == "loss = 1\nx = 2\ny = 3\n", "what was found is selected"


def test_a_desk_refuses_to_overwrite_what_it_has_not_seen(store: Store) -> None:
    one, other = Desk(store, *PLACE), Desk(store, *PLACE)
    one.load()
    other.load()
    one.save("one")
    with pytest.raises(ChangedElsewhere) as refused:
        other.save("other")
    assert refused.value.theirs == "one" and store.load_answer(*PLACE) == "one"
    with suppress(ChangedElsewhere):
        other.save("one")  # the same text is no conflict
    other.save("other")
    assert store.load_answer(*PLACE) == "other"


def test_a_time_is_as_short_as_it_can_be_understood() -> None:
    now = 1_700_000_000.0
    assert ":" in when(now - 1, now) and len(when(now - 1, now)) == 8
    assert when(now - 40 * 86400, now)[:2].isdigit() and when(now - 700 * 86400, now)[-4:].isdigit()

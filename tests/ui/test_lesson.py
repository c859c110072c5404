"""A lesson step by step: moving, keeping the place, examples, help."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual import events
from textual.binding import Binding
from textual.dom import DOMNode

import tutor.ui
from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tutor.progress import Store
from tutor.protocol import Crashed, Finished, JobEvent, Printed, RunCode, Started, Stop, Work
from tutor.ui.screens.help import HelpScreen
from tutor.ui.screens.map import MapScreen
from tutor.ui.widgets.ending import Ending
from tutor.ui.widgets.example import ExampleBox
from tutor.ui.widgets.keys import KeyLine
from tutor.ui.widgets.predict import AnswerLine


async def test_the_place_is_kept_at_every_move(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        await opened(pilot, "Dimensions of size one")
        assert store.position("small") == (lessons.TENSORS, "ones")
        await pilot.press("n")
        await opened(pilot, "Which one removes it?")
        assert store.position("small") == (lessons.TENSORS, "which")
        await pilot.press("left")
        await opened(pilot, "Dimensions of size one")
        assert store.position("small") == (lessons.TENSORS, "ones")
        assert store.seen("small", lessons.TENSORS) == {"ones", "which"}
        assert store.states("small") == {lessons.TENSORS: "started"}


async def test_while_typing_moving_is_done_with_ctrl(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "What shape comes out?")
        await pilot.press("n", "p")
        assert screen.index == 2
        await pilot.press("ctrl+n")
        await opened(pilot, "One image, as a batch")
        await pilot.press("ctrl+p")
        await opened(pilot, "What shape comes out?")


async def test_walking_by_letters_types_nothing(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.ui.screens.lesson.REST", 60)  # the pilot is no quick typist
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        await opened(pilot, "Dimensions of size one")
        await pilot.press(*"nnnpp")
        await opened(pilot, "Which one removes it?")
        assert store.load_answer("small", lessons.TENSORS, "add_batch") is None
        assert store.load_answer("small", lessons.TENSORS, "shape_after") is None


async def test_who_types_at_once_loses_no_letter(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After walking there by a letter: what can begin an answer is typed into it, before the rest is over."""
    monkeypatch.setattr("tutor.ui.screens.lesson.REST", 60)
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        await opened(pilot, "Dimensions of size one")
        await pilot.press("n", "n")
        await until(pilot, lambda: bool(app.screen.query("AnswerLine")) and app.focused is not None)
        await pilot.press(*"torch.Size([3])")
        await until(pilot, lambda: app.screen.query_one(AnswerLine).value == "torch.Size([3])")


async def test_keys_that_came_together_are_all_typed(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a slow line several keys arrive at once: all are sent to what had the focus before the first was seen."""
    monkeypatch.setattr("tutor.ui.screens.lesson.REST", 60)
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        await opened(pilot, "Dimensions of size one")
        await pilot.press("n", "n")
        await until(pilot, lambda: bool(app.screen.query("AnswerLine")) and app.focused is not None)
        for character in "312":
            app.focused.post_message(events.Key(character, character))  # type: ignore[union-attr]
        await until(pilot, lambda: app.screen.query_one(AnswerLine).value == "312")


async def test_held_keys_end_on_one_step(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        await opened(pilot, "Dimensions of size one")
        await pilot.press("n", "p", "n", "p", "n")
        screen = await opened(pilot, "Which one removes it?")
        await until(pilot, lambda: len(screen.body.children) == 1)


async def test_after_the_last_step_what_is_open_and_the_next_lesson(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE, "tune")
    async with app.run_test() as pilot:
        await opened(pilot, "Reach 0.01")
        await pilot.press("n")
        await opened(pilot, "The end of this lesson")
        shown = screen_text(app)
        assert "4 steps open" in shown and "Watch the line" in shown and "Mend the loop" in shown
        assert "▸ Next  Testing and prediction" in shown
        await pilot.press("up")
        await until(pilot, lambda: "▸  4  Reach 0.01" in screen_text(app))
        await pilot.press("k", "k", "k", "j", "enter")
        await opened(pilot, "Mend the loop")


async def test_a_click_opens_what_is_still_open(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE, "tune")
    async with app.run_test() as pilot:
        await opened(pilot, "Reach 0.01")
        await pilot.press("n")
        await opened(pilot, "The end of this lesson")
        lines = text_of(app.screen.query_one(Ending)).split("\n")
        await pilot.click(Ending, offset=(8, next(i for i, line in enumerate(lines) if "Mend the loop" in line)))
        await opened(pilot, "Mend the loop")


async def test_a_finished_lesson_offers_the_next_one(make_app: MakeApp, store: Store) -> None:
    store.see("small", lessons.LINE, "see")
    for exercise in ("mend_loop", "train_step", "low_error"):
        store.record("small", lessons.LINE, exercise, "passed", "", "", 0.1)
    for step in ("loop", "order"):
        store.see("small", lessons.LINE, step)
    app = make_app(lessons.LINE, "tune")
    async with app.run_test() as pilot:
        await opened(pilot, "Reach 0.01")
        await pilot.press("n")
        await opened(pilot, "The end of this lesson")
        assert "✓ The training loop: done" in screen_text(app)
        assert store.states("small") == {lessons.LINE: "done"}
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "lesson_id", "") == "training/test")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))


def example_run(request: Work) -> Iterator[JobEvent]:
    yield Started(0, "cpu", 20)
    yield Printed(0, "x[/b] tensor([1])\n")
    yield Finished(0, 0.03)


async def test_an_example_runs_and_shows_its_output_unparsed(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = example_run
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Dimensions of size one")
        await pilot.press("r")
        await until(pilot, lambda: "x[/b] tensor([1])" in text_of(screen))
        (request,) = engine.requests
        assert isinstance(request, RunCode)
        assert request.code.startswith("import torch") and request.before == ()
        await until(pilot, lambda: "30 ms · ⏎ run again" in text_of(screen))


async def test_an_example_that_hangs_is_stopped(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Started(request.job, "cpu", 20)]
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Dimensions of size one")
        await pilot.press("r")
        await until(pilot, lambda: "running… x stops it" in text_of(screen))
        await pilot.press("x")
        await until(pilot, lambda: "stopped" in text_of(screen))
        assert engine.sent == [Stop(1)]


async def test_an_example_that_fails_says_why(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Crashed(request.job, "The shapes do not fit: [2] and [3].")]
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Dimensions of size one")
        await pilot.press("r")
        await until(pilot, lambda: "✗ The shapes do not fit: [2] and [3]." in text_of(screen))


async def test_leaving_a_step_stops_its_job_and_drops_what_it_still_says(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Started(request.job, "cpu", 20)]
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        await opened(pilot, "Dimensions of size one")
        await pilot.press("r")
        await until(pilot, lambda: "running…" in screen_text(app))
        await pilot.press("n")
        await opened(pilot, "Which one removes it?")
        assert engine.abandoned == [1]
        engine.say(Printed(1, "late"))
        await pilot.pause()
        assert "late" not in screen_text(app)


async def test_without_an_engine_reading_goes_on(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.problem = "There is no torch here: pip install torch."
    app = make_app(lessons.TENSORS)
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Dimensions of size one")
        await until(pilot, lambda: "There is no torch here" in screen_text(app))
        await pilot.press("r")
        await until(pilot, lambda: "as the lesson states it" in text_of(screen))
        assert screen.query_one(ExampleBox).has_class("-ran")


async def test_help_lists_the_keys_of_the_screen(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE)
    async with app.run_test(size=(80, 50)) as pilot:
        await opened(pilot, "Watch the line find the points")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await until(pilot, lambda: "Run the demo with these settings" in screen_text(app))
        assert "A lesson, one step at a time." in screen_text(app)
        await pilot.press("escape")
        await opened(pilot, "Watch the line find the points")


async def test_every_binding_has_an_id_a_description_and_a_tooltip() -> None:
    seen: dict[str, str] = {}
    for module in pkgutil.walk_packages(tutor.ui.__path__, "tutor.ui."):
        for owner in vars(importlib.import_module(module.name)).values():
            if isinstance(owner, type) and issubclass(owner, DOMNode) and owner.__module__.startswith("tutor.ui"):
                for binding in vars(owner).get("BINDINGS", []):
                    assert isinstance(binding, Binding)
                    assert binding.id and binding.description and binding.tooltip, (owner, binding)
                    assert seen.setdefault(binding.id, owner.__name__) == owner.__name__, f"{binding.id} twice"
                    assert not {"ctrl+b", "ctrl+s"} & set(binding.key.split(",")), "tmux and flow control own these"
    assert len(seen) > 40


async def test_text_that_does_not_fit_is_read_on_without_leaving_the_answer(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(60, 24)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        text = screen.query_one("#text")
        text.styles.height = 2
        await until(pilot, lambda: text.max_scroll_y > 0, "the text is longer than its room")
        answer = screen.focused
        await pilot.press("alt+down")
        await until(pilot, lambda: text.scroll_y > 0)
        await pilot.press("alt+up")
        await until(pilot, lambda: text.scroll_y == 0)
        assert screen.focused is answer


async def test_the_text_of_a_demo_turns_by_page_keys(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE, "see")
    async with app.run_test(size=(60, 24)) as pilot:
        screen = await opened(pilot, "Watch the line find the points")
        text = screen.query_one("#text")
        text.styles.height = 1
        await until(pilot, lambda: text.max_scroll_y > 0, "the text is longer than its room")
        await pilot.press("pagedown")
        await until(pilot, lambda: text.scroll_y > 0)


async def test_the_bottom_line_says_how_a_long_text_is_read_on_while_one_types(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        keys, text = screen.query_one(KeyLine), screen.query_one("#text")
        assert "Alt-" not in text_of(keys), "all of it is seen"
        text.styles.height = 1
        await until(pilot, lambda: "Alt-Down text" in text_of(keys))
        await pilot.press(*["alt+down"] * 9)
        await until(pilot, lambda: "Alt-Up text" in text_of(keys) and "Alt-Down" not in text_of(keys))
        await pilot.press(*["alt+up"] * 9)
        await until(pilot, lambda: "Alt-Down text" in text_of(keys) and "Alt-Up" not in text_of(keys))
        await pilot.press("f3")
        await until(pilot, lambda: not text.display and "Alt-Down text" in text_of(keys), "a hidden one comes back")
        await pilot.press("alt+down")
        await until(pilot, lambda: text.display)
        screen.set_focus(text)
        await until(pilot, lambda: "Alt-" not in text_of(keys), "where nothing is typed, the text's own keys do it")

"""The map, by keys and mouse."""

from __future__ import annotations

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tutor.progress import Store
from tutor.ui.screens.map import MapScreen
from tutor.ui.widgets.card import Card
from tutor.ui.widgets.outline import Outline


async def test_the_engine_is_started_only_after_the_map_is_filled(make_app: MakeApp, engine: FakeEngine) -> None:
    app = make_app()
    filled: list[int] = []
    begin = app.begin
    app.begin = lambda: (filled.append(engine.starts), begin())[1]  # type: ignore[method-assign]
    async with app.run_test() as pilot:
        await until(pilot, lambda: engine.starts == 1)
        assert filled == [0]
        await until(pilot, lambda: "cpu, 1 thread · ready" in screen_text(app))


async def test_states_are_told_by_shape(make_app: MakeApp, store: Store) -> None:
    squeeze = lessons.squeeze()
    store.see("small", squeeze.id, "ones")
    store.update_state("small", squeeze)
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "◐ Squeeze" in screen_text(app))
        assert "○ What is a tensor?" in screen_text(app)
        assert "Continue" in screen_text(app)


async def test_the_first_time_the_card_says_what_this_is(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Welcome" in screen_text(app))
        await pilot.press("down")
        await until(pilot, lambda: "Welcome" not in screen_text(app))
        await pilot.press("up")
        await until(pilot, lambda: "cannot be read" in screen_text(app))  # the lesson's own card from now on


async def test_who_was_here_before_is_not_welcomed_again(make_app: MakeApp, store: Store) -> None:
    store.see("small", lessons.TENSORS, "ones")
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Add and remove dimensions" in screen_text(app))
        assert "Welcome" not in screen_text(app)


async def test_minutes_stand_in_the_list_only_where_titles_have_room(make_app: MakeApp, store: Store) -> None:
    store.see("small", lessons.TENSORS, "ones")
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Squeeze" in screen_text(app))
        assert " min" not in text_of(app.screen.query_one(Outline))
        await pilot.resize_terminal(140, 40)
        await until(pilot, lambda: "12 min" in text_of(app.screen.query_one(Outline)))


async def test_cursor_keys_move_and_chapters_open(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: bool(app.screen.query(Outline)))
        outline = app.screen.query_one(Outline)
        await until(pilot, lambda: outline.has_focus)
        await pilot.press("end")
        assert outline.row is not None and outline.row.chapter.id == "training"
        assert outline.row.lesson is None
        await pilot.press("enter", "j")
        assert outline.row.lesson is not None and outline.row.lesson.id == "training/line"
        await pilot.press("h")
        assert outline.row.lesson is None and "The training loop" not in text_of(outline)


async def test_the_card_describes_the_lesson_under_the_cursor(make_app: MakeApp, store: Store) -> None:
    store.see("small", lessons.TENSORS, "ones")
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(Card)))
        card = app.screen.query_one(Card)
        await until(pilot, lambda: "Add and remove dimensions of size one." in text_of(card))
        shown = text_of(card)
        assert "4 steps · 12 min · builds on What is a tensor?" in shown
        assert "✓  1 Dimensions of size one" in shown
        assert "write code" in shown


async def test_a_lesson_that_cannot_be_read_is_said_in_words(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Welcome" in screen_text(app))
        card = app.screen.query_one(Card)
        await pilot.press("down", "up")
        await until(pilot, lambda: "This lesson cannot be read." in text_of(card))
        assert "there is" in text_of(card) and "heading." in text_of(card)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, MapScreen))
        await until(pilot, lambda: "there is no step" in screen_text(app))


async def test_c_continues_where_the_learner_was(make_app: MakeApp, store: Store) -> None:
    store.see("small", lessons.TENSORS, "predict")
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Continue" in screen_text(app))
        await pilot.press("c")
        screen = await opened(pilot, "What shape comes out?")
        assert screen.index == 2


async def test_a_second_click_opens_a_lesson(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: any(outline.has_focus for outline in app.screen.query(Outline)))
        await pilot.click(Outline, offset=(8, 2))
        await pilot.click(Outline, offset=(8, 2))
        await opened(pilot, "Dimensions of size one")


async def test_back_on_the_map_the_state_is_the_new_one(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: any(outline.has_focus for outline in app.screen.query(Outline)))
        app.open_lesson(lessons.TENSORS)
        await opened(pilot, "Dimensions of size one")
        await pilot.press("escape")
        await until(pilot, lambda: "◐ Squeeze" in screen_text(app))


async def test_too_small_a_window_says_so(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(58, 24)) as pilot:
        await until(pilot, lambda: "This window is too small" in screen_text(app))
        assert "Tensors" not in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Tensors" in screen_text(app) and "too small" not in screen_text(app))

"""The progress page."""

from __future__ import annotations

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.helpers import opened, screen_text, until
from tutor.progress import Store
from tutor.ui.screens.map import MapScreen
from tutor.ui.screens.progress import ProgressScreen


def some_work(store: Store) -> None:
    store.see("small", lessons.LINE, "loop")
    store.record("small", lessons.TENSORS, "which", "passed", "Right.", "2", 0.0)
    store.record("small", lessons.LINE, "mend_loop", "failed", "Up.", "w = 1", 0.1, lessons.TENSORS)
    store.record("small", lessons.LINE, "mend_loop", "kept", "Kept.", "w = 2", 0.0)
    store.record("small", lessons.TENSORS, "add_batch", "error", "No.", "w = 1", 0.1)
    store.note_help("small", lessons.LINE, "mend_loop", "hint", 1)
    store.note_help("small", lessons.LINE, "mend_loop", "solution")
    store.update_state("small", lessons.line())


async def test_it_says_what_went_well_and_what_is_weak(make_app: MakeApp, store: Store) -> None:
    some_work(store)
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Continue" in screen_text(app))
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, ProgressScreen) and "What was hard" in screen_text(app))
        shown = screen_text(app)
        assert "0 of 6" in shown and "1 in 3 attempts" in shown and "1 of 1, 100%" in shown
        assert "1 hint, 1 solution before passing" in shown
        assert "mend_loop · The training loop" in shown and "→ Squeeze" in shown
        assert "Continue  The training loop" in shown
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))


async def test_what_mends_it_and_where_to_go_on_are_one_key_away(make_app: MakeApp, store: Store) -> None:
    some_work(store)
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Continue" in screen_text(app))
        for keys, title in (
            (("c",), "Mend the loop"),
            (("down", "enter"), "One image, as a batch"),
            (("up", "enter"), "One image, as a batch"),  # the lesson that mends it, where the learner left it
            (("e",), "Mend the loop"),
        ):
            if not isinstance(app.screen, ProgressScreen):
                await pilot.press("p")
            await until(pilot, lambda: isinstance(app.screen, ProgressScreen) and "→" in screen_text(app))
            await pilot.press(*keys)
            screen = await opened(pilot, title)
            await pilot.press("escape", "escape")
            await until(pilot, lambda screen=screen: app.screen is not screen)


async def test_a_learner_who_has_not_begun_sees_no_nonsense(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Begin" in screen_text(app))
        await pilot.press("p")
        await until(pilot, lambda: "Nothing was hard so far." in screen_text(app))
        await pilot.press("enter", "e", "down")
        assert isinstance(app.screen, ProgressScreen)

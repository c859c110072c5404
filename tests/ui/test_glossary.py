"""The glossary: terms in order, a filter, the sentence, the way to the lesson and back."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.helpers import opened, screen_text, text_of, until
from tutor.ui.screens.glossary import GlossaryScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.map import MapScreen


async def glossary(pilot: Pilot[None], key: str = "i") -> GlossaryScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, GlossaryScreen) and pilot.app.focused is not None)
    screen = pilot.app.screen
    assert isinstance(screen, GlossaryScreen)
    await until(pilot, lambda: screen.tutor.index.whole and "reading" not in screen_text(pilot.app))
    return screen


async def test_a_term_is_shown_with_its_sentence_and_opens_its_step(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.focused is not None)
        screen = await glossary(pilot)
        names = [item.label.plain.split("  ")[0] for item in screen.found.items]
        assert "shape" in names and names == sorted(names, key=str.casefold)
        await pilot.press(*"shap")
        detail = " ".join(text_of(screen.query_one("#detail")).split())
        assert "Squeeze, unsqueeze, permute › Dimensions of size one" in detail
        assert "A tensor's shape says how many numbers lie along each dimension." in detail
        await pilot.press("enter")
        await opened(pilot, "Dimensions of size one")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))


async def test_from_a_lesson_one_comes_back_to_where_one_was(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE, "see")
    async with app.run_test(size=(80, 24)) as pilot:
        before = await opened(pilot, "Watch the line find the points")
        await glossary(pilot)
        await pilot.press(*"shape", "enter")
        there = await opened(pilot, "Dimensions of size one")
        assert there is not before
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is before)
        assert isinstance(before, LessonScreen) and before.heading.left.plain == "Watch the line find the points"
        assert app.store.position("small") == (lessons.LINE, "see")


async def test_what_is_no_term_is_said_in_words(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and app.focused is not None)
        screen = await glossary(pilot)
        await pilot.press(*"zzz")
        await until(pilot, lambda: "No term has “zzz” in it." in screen_text(app))
        await pilot.press("enter")
        assert app.screen is screen


async def test_the_list_of_actions_leads_there_from_an_editor(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "One image, as a batch")
        await pilot.press("escape")
        await glossary(pilot)
        await pilot.press("escape")
        await opened(pilot, "One image, as a batch")

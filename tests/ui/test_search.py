"""Search over the lessons, and the list of actions."""

from __future__ import annotations

import time
from dataclasses import replace

from textual.pilot import Pilot

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.helpers import opened, screen_text, until
from tutor.course.model import Step, Text
from tutor.course.outline import Chapter, Course, Entry
from tutor.ui.app import TutorApp
from tutor.ui.ranking import corrected, fuzzy, grade, sought, spots
from tutor.ui.screens.map import MapScreen
from tutor.ui.screens.search import PaletteScreen, SearchScreen
from tutor.ui.seeking import Index
from tutor.ui.theme import DARK, LIGHT
from tutor.ui.widgets.editor import CodeEditor


def index() -> Index:
    course = lessons.course()
    found = Index(course)
    for lesson_id, lesson in ((lessons.TENSORS, lessons.squeeze()), (lessons.LINE, lessons.line())):
        found.add(lesson, course.by_id[lesson_id])
    return found


def places(query: str) -> list[tuple[str, str]]:
    return [(hit.passage.lesson, hit.passage.step) for hit in index().find(query)]


class TestIndex:
    def test_a_title_comes_first(self) -> None:
        assert places("squeeze")[0] == (lessons.TENSORS, "")

    def test_every_word_must_be_there(self) -> None:
        assert places("test error") == [(lessons.LINE, "tune")]
        assert places("test nowhere") == []

    def test_text_code_terms_and_headings_are_found(self) -> None:
        assert (lessons.TENSORS, "ones") in places("torch.rand(1, 3)")
        assert places("shape")[0] == (lessons.TENSORS, "ones")  # a term: set in bold there
        assert places("mend") == [(lessons.LINE, "loop")]
        assert (lessons.LINE, "see") in places("which learning rate")

    def test_a_lesson_that_is_not_read_is_found_by_title_and_chapter(self) -> None:
        assert ("gradients/autograd", "") in places("autogr")
        assert ("gradients/autograd", "") in places("gradients")

    def test_only_the_title_of_the_lesson_does_not_list_its_steps(self) -> None:
        assert [step for lesson, step in places("permute") if lesson == lessons.TENSORS] == [""]

    def test_nothing_typed_is_nothing_found(self) -> None:
        assert index().find("  ") == []

    def test_sixty_lessons_answer_at_once(self) -> None:
        words = "a tensor and its shape in a batch of images " * 20
        steps = tuple(Step(f"s{i}", f"Step {i}", (Text(words, 1),), None, None, 1) for i in range(12))
        entries = tuple(Entry(f"c/l{i}", f"Lesson {i}", 10) for i in range(60))
        course = Course("big", "Big", lessons.ROOT, (Chapter("c", "C", entries),))
        found = Index(course)
        for entry in entries:
            found.add(replace(lessons.squeeze(), id=entry.id, steps=steps), entry)
        began = time.process_time()
        assert len(found.find("batch images")) == 60
        assert time.process_time() - began < 0.25  # of processor time, whatever else the machine does


def test_words_are_marked_where_they_stand() -> None:
    assert spots("Zero the grads", ["zero", "GRAD"]) == [(0, 4), (9, 13)]


def test_names_fit_by_parts_of_them() -> None:
    assert fuzzy("li da", "Change between light and dark") > 0
    assert fuzzy("xyz", "Change between light and dark") == 0
    assert fuzzy("sq", "squeeze") > fuzzy("sq", "unsqueeze")


def test_a_whole_word_counts_more_than_its_beginning_and_that_more_than_a_part() -> None:
    grades = [grade(text, "shape") for text in ("shape", "the shape of x", "shapes", "reshape", "none")]
    assert grades == sorted(grades, reverse=True) and len(set(grades)) == 5
    assert grade("x[0] = 1", "x[0]") > grade("ax[0]", "x[0]")


def test_words_that_say_nothing_are_left_out() -> None:
    assert sought("how to save a model") == ["save", "model"]
    assert sought("to") == ["to"]


def test_a_word_that_is_nowhere_is_taken_for_the_one_that_looks_alike() -> None:
    words = {"unsqueeze", "backward", "gradient"}
    assert corrected("unsqeeze", words) == "unsqueeze"
    assert corrected("the gradeint backw", words) == "gradient backw"
    assert corrected("quux", words) == ""


async def on_map(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, MapScreen) and pilot.app.focused is not None)


async def search(pilot: Pilot[None], words: str) -> SearchScreen:
    await pilot.press("slash")
    await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen) and pilot.app.focused is not None)
    screen = pilot.app.screen
    assert isinstance(screen, SearchScreen)
    await pilot.press(*[{" ": "space"}.get(letter, letter) for letter in words])
    await until(pilot, lambda: screen.tutor.index.whole and "reading" not in screen_text(pilot.app))
    return screen


async def test_a_step_is_found_by_its_text_and_opened(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await on_map(pilot)
        await search(pilot, "goes up")
        await until(pilot, lambda: "Mend the loop" in screen_text(app) and "1 place" in screen_text(app))
        await pilot.press("enter")
        await opened(pilot, "Mend the loop")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))


async def test_what_was_typed_in_the_answer_is_kept_when_search_leads_away(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        await pilot.press("x")
        screen.query_one("#text").focus()
        await pilot.pause()
        found = await search(pilot, "dimensions of size one")
        await until(pilot, lambda: bool(found.found.items))
        await pilot.press("enter")
        await opened(pilot, "Dimensions of size one")
        answer = app.store.load_answer("small", lessons.TENSORS, "add_batch")
        assert answer is not None and answer.startswith("x")


async def test_the_cursor_chooses_and_nothing_is_said_in_words(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await on_map(pilot)
        screen = await search(pilot, "")
        assert len(screen.found.items) == 6  # before anything is typed: every lesson
        await pilot.press("down", "down", "up")
        assert screen.found.cursor == 1
        await pilot.press(*"zzz")
        await until(pilot, lambda: "No lesson has “zzz”" in screen_text(app))
        await pilot.press("enter")  # there is nothing to take
        assert app.screen is screen
        await pilot.press("escape")
        await on_map(pilot)


async def test_a_word_mistyped_is_found_and_said(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await on_map(pilot)
        await search(pilot, "unsqeeze")
        await until(pilot, lambda: "nothing as typed; “unsqueeze”" in screen_text(app))
        assert "Squeeze, unsqueeze, permute" in screen_text(app)


async def palette(pilot: Pilot[None], key: str, words: str) -> PaletteScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, PaletteScreen) and pilot.app.focused is not None)
    screen = pilot.app.screen
    assert isinstance(screen, PaletteScreen)
    await pilot.press(*[{" ": "space"}.get(letter, letter) for letter in words])
    await pilot.pause()
    return screen


async def test_every_action_of_the_screen_and_every_lesson_is_listed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 40)) as pilot:
        await on_map(pilot)
        ids = {b.binding.action for b in app.screen.active_bindings.values() if b.binding.id and b.enabled}
        screen = await palette(pilot, "colon", "")
        listed = {item.key for item in screen.found.items}
        assert ids - listed == {"app.palette"}
        assert {(entry.id, "") for entry in app.course.lessons} <= listed


async def test_an_action_is_done_by_its_name(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await on_map(pilot)
        assert app.theme == DARK.name
        await palette(pilot, "colon", "theme")
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == LIGHT.name and isinstance(app.screen, MapScreen))


async def test_it_opens_from_an_editor_and_leads_to_a_lesson(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        assert isinstance(app.focused, CodeEditor)
        await palette(pilot, "ctrl+o", "training loop")
        await pilot.press("enter")
        await opened(pilot, "Watch the line find the points")
        assert screen not in app.screen_stack


async def test_no_list_over_a_question(make_app: MakeApp) -> None:
    from tutor.ui.screens.ask import Ask

    app: TutorApp = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await on_map(pilot)
        app.push_screen(Ask("Sure?", "yes"))
        await pilot.pause()
        app.action_search()
        app.action_palette()
        await pilot.pause()
        assert isinstance(app.screen, Ask)

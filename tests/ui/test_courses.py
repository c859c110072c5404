"""Other courses: chosen on the map, and never run before the learner has said yes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.course.small_course import replace_in, write_small_course
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, until
from tutor.course.catalog import built_in, open_course
from tutor.course.shelf import Shelf
from tutor.course.trust import Trust
from tutor.progress import Store
from tutor.settings import Settings
from tutor.ui.app import TutorApp
from tutor.ui.screens.ask import Ask
from tutor.ui.screens.courses import CoursesScreen
from tutor.ui.screens.map import MapScreen
from tutor.ui.widgets.outline import Outline

Open = Callable[..., TutorApp]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_small_course(tmp_path)
    replace_in(folder / "course.toml", "A small course", "A course of somebody")
    return folder


@pytest.fixture
def open_app(store: Store, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The program over the course in a folder, as the command line opens it."""
    monkeypatch.setenv("TUTOR_HOME", str(store.home))

    def make(path: Path, lesson: str | None = None) -> TutorApp:
        settings = Settings.load(os.environ)
        return TutorApp(
            lambda: open_course(path), lambda: store, lambda: engine, lesson, ask_first=True, settings=settings
        )  # type: ignore[arg-type]

    return make


def on_the_map(app: TutorApp) -> bool:
    return isinstance(app.screen, MapScreen) and any(outline.has_focus for outline in app.screen.query(Outline))


async def test_a_foreign_course_asks_before_its_engine_starts_and_once(
    open_app: Open, folder: Path, engine: FakeEngine
) -> None:
    app = open_app(folder, "basics/shapes")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Ask) and "is not part of tutor" in screen_text(app))
        assert "as you" in screen_text(app) and engine.starts == 0
        await pilot.press("enter")
        assert isinstance(app.screen, Ask) and engine.starts == 0
        await pilot.press("y")
        await opened(pilot, "Six numbers")
        await until(pilot, lambda: engine.starts == 1)
    app = open_app(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_the_map(app))
        await until(pilot, lambda: engine.starts >= 2)
        assert not isinstance(app.screen, Ask)


async def test_without_a_yes_the_built_in_course_takes_its_place(
    open_app: Open, folder: Path, engine: FakeEngine, store: Store
) -> None:
    app = open_app(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("n")
        await until(pilot, lambda: on_the_map(app) and app.course.path == built_in())
        await until(pilot, lambda: "Nothing of A course of somebody has run." in screen_text(app))
        assert "PyTorch for deep learning" in screen_text(app)
        assert not Trust(store.home).holds(open_course(folder))


async def test_the_built_in_course_never_asks(open_app: Open, engine: FakeEngine) -> None:
    app = open_app(built_in())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: engine.starts == 1)
        assert on_the_map(app)


async def test_a_course_is_chosen_on_the_map_and_opens_from_then_on(
    open_app: Open, folder: Path, engine: FakeEngine, store: Store
) -> None:
    shelf = Shelf(store.home)
    shelf.add(folder)
    app = open_app(built_in())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_the_map(app) and engine.starts == 1)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, CoursesScreen) and "of somebody" in screen_text(app))
        await pilot.press("j")
        await until(pilot, lambda: "you are asked before anything does" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert app.settings["course"] == "" and app.course.path == built_in()
        await pilot.press("y")
        await until(pilot, lambda: on_the_map(app) and "tutor · A course of somebody" in screen_text(app))
        await until(pilot, lambda: engine.closed and engine.starts == 2)
        assert app.settings["course"] == "small"
        await pilot.press("c")
        await opened(pilot, "Six numbers")
        assert app.store.position("small") == ("basics/shapes", "six-numbers")
        assert app.store.position("pytorch") is None
        await pilot.press("escape", "o")
        await until(pilot, lambda: isinstance(app.screen, CoursesScreen))
        await pilot.press("k", "enter")
        await until(pilot, lambda: on_the_map(app) and "tutor · PyTorch for deep learning" in screen_text(app))
        assert app.settings["course"] == "" and "course" not in app.settings.file.text()


async def test_a_no_leaves_the_present_course_open(open_app: Open, folder: Path, store: Store) -> None:
    Shelf(store.home).add(folder)
    app = open_app(built_in())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_the_map(app))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, CoursesScreen))
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("escape")
        await until(pilot, lambda: on_the_map(app))
        assert app.course.path == built_in() and app.settings["course"] == ""


async def test_a_course_that_cannot_be_opened_says_why(open_app: Open, folder: Path, store: Store) -> None:
    Shelf(store.home).add(folder)
    replace_in(folder / "course.toml", 'title = "A course of somebody"', "title = 3")
    app = open_app(built_in())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_the_map(app))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, CoursesScreen))
        await pilot.press("j")
        await until(pilot, lambda: "title of the course must be a text" in screen_text(app))
        await pilot.press("enter")
        assert isinstance(app.screen, CoursesScreen)
        await pilot.press("escape")
        await until(pilot, lambda: on_the_map(app))


async def test_a_damaged_list_of_courses_is_said(open_app: Open, store: Store) -> None:
    store.home.mkdir(parents=True, exist_ok=True)
    (store.home / "courses.json").write_text(json.dumps([3]))
    app = open_app(built_in())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: on_the_map(app))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, CoursesScreen))
        await pilot.press("j")
        await until(pilot, lambda: "must be a list of paths: mend or delete it" in screen_text(app))

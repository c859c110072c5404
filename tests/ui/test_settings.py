"""The page of settings: what is there, what a change does, and what is said where it cannot be."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, until
from tutor.progress import Store
from tutor.settings import SETTINGS
from tutor.settings.model import THEMES
from tutor.ui import theme
from tutor.ui.screens.keys import KeysScreen, TakeKey
from tutor.ui.screens.map import MapScreen
from tutor.ui.screens.settings import SettingsScreen
from tutor.ui.theme import DARK, LIGHT
from tutor.ui.widgets.stage import FRAME, Stage


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.toml"


async def page(pilot: Pilot[None]) -> SettingsScreen:
    """Opens it from the map."""
    await until(pilot, lambda: isinstance(pilot.app.screen, MapScreen) and pilot.app.focused is not None)
    await pilot.press("comma")
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen) and pilot.app.focused is not None)
    assert isinstance(pilot.app.screen, SettingsScreen)
    return pilot.app.screen


async def go_to(pilot: Pilot[None], name: str) -> None:
    """Puts the cursor on a setting."""
    await pilot.press("g", *["j"] * [each.name for each in SETTINGS].index(name))


def test_the_themes_of_the_settings_are_the_programs() -> None:
    assert tuple(theme.THEMES) == THEMES


async def test_each_setting_says_what_it_does_and_what_it_may_be(make_app: MakeApp, tmp_path: Path) -> None:
    file_of(tmp_path).write_text("fps = 12\n")
    app = make_app(TUTOR_DEVICE="cuda:1")
    async with app.run_test(size=(80, 24)) as pilot:
        await page(pilot)
        for setting in SETTINGS:
            said = " ".join(screen_text(app).split())
            assert setting.name in said and setting.about[:40] in said and setting.allowed[:40] in said
            await pilot.press("down")
        said = screen_text(app)
        assert "the file, line 1" in said and "TUTOR_DEVICE" in said and "cuda:1" in said
        assert "What each key does" in said


async def test_a_theme_counts_at_once_and_goes_to_the_file_alone(
    make_app: MakeApp, tmp_path: Path, store: Store
) -> None:
    file_of(tmp_path).write_text("# mine\nunknown = 1\n")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await page(pilot)
        await pilot.press("right")
        assert app.theme == LIGHT.name
        assert file_of(tmp_path).read_text() == '# mine\nunknown = 1\ntheme = "light"\n'
        await pilot.press("z")
        assert app.theme == DARK.name
        assert file_of(tmp_path).read_text() == "# mine\nunknown = 1\n"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen))
    assert store.settings("program", "", "") == {}


async def test_a_typed_value_is_taken_or_refused_in_words(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await page(pilot)
        await go_to(pilot, "fps")
        await pilot.press("enter")
        line = screen.query_one(Input)
        assert line.has_focus and line.value == "20"
        await pilot.press("9", "9", "enter")
        await until(pilot, lambda: "It may be a whole number from 1 to 60." in screen_text(app))
        assert app.settings["fps"] == 20 and line.has_focus
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: app.settings["fps"] == 9 and not line.has_focus)
        await pilot.press("right", "right", "left")
        assert app.settings["fps"] == 10 and file_of(tmp_path).read_text().endswith("fps = 10\n")
        await pilot.press("enter", "5", "escape")
        assert app.settings["fps"] == 10 and isinstance(app.screen, SettingsScreen)


async def test_fewer_frames_are_drawn_where_that_is_set(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE, "see", TUTOR_FPS="4")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "Watch the line find the points")
        stage = screen.query_one(Stage)
        assert stage._least == 0.25
        app.change_setting("fps", None)
        assert stage._least == FRAME


async def test_another_device_counts_when_the_engine_is_started_anew(
    make_app: MakeApp, engine: FakeEngine, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await page(pilot)
        await go_to(pilot, "device")
        await pilot.press("enter", *"cpu", "enter")
        await until(pilot, lambda: app.settings["device"] == "cpu" and "started anew: r" in screen_text(app))
        assert engine.restarted == []
        await pilot.press("r")
        await until(pilot, lambda: engine.restarted == [engine.command])


async def test_a_file_that_cannot_be_written_is_said_and_the_change_holds(make_app: MakeApp, tmp_path: Path) -> None:
    file_of(tmp_path).mkdir()
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await page(pilot)
        await pilot.press("right")
        await until(pilot, lambda: "this holds until you leave" in " ".join(screen_text(app).split()))
        assert app.theme == LIGHT.name and app.settings.origin("theme") == "this session"


async def test_what_is_wrong_with_the_file_is_on_the_map_and_on_the_page(make_app: MakeApp, tmp_path: Path) -> None:
    file_of(tmp_path).write_text('theme = "blue"\nfps = 0\n')
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "And 1 more: press ,." in " ".join(screen_text(app).split()))
        assert app.theme == DARK.name
        await page(pilot)
        assert "fps is 0" in screen_text(app) and 'theme is "blue"' in screen_text(app)


@pytest.mark.parametrize("key", ["escape", "q", "comma"])
async def test_it_leads_back(make_app: MakeApp, key: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await page(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, MapScreen))


async def test_the_own_editor_is_handed_the_file_and_what_it_saves_counts(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(path: Path, named: str) -> None:
        assert named == "myedit --wait" and "Settings of tutor" in path.read_text()
        path.write_text('theme = "light"\n[keys]\nmap.continue = "y"\n')

    monkeypatch.setattr("tutor.ui.ownedit.edit_file", edit)
    app = make_app(TUTOR_EDITOR="myedit --wait")
    async with app.run_test(size=(80, 24)) as pilot:
        await page(pilot)
        monkeypatch.setattr(type(app), "suspend", lambda self: contextlib.nullcontext())
        await pilot.press("e")
        await until(pilot, lambda: app.theme == LIGHT.name and app.own_keys.held == {"map.continue": "y"})


# The keys -----------------------------------------------------------------------------------------------------------------


async def keys(pilot: Pilot[None], words: str) -> KeysScreen:
    await page(pilot)
    await pilot.press("G", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, KeysScreen) and pilot.app.focused is not None)
    await pilot.press(*[{".": "full_stop"}.get(letter, letter) for letter in words])
    assert isinstance(pilot.app.screen, KeysScreen)
    return pilot.app.screen


async def test_a_key_is_given_by_pressing_it_and_given_back(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await keys(pilot, "map.continue")
        assert [item.key for item in screen.found.items] == ["map.continue"]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TakeKey))
        await pilot.press("p")
        await until(pilot, lambda: "p is taken by map.progress in the map." in screen_text(app))
        await pilot.press("ctrl+q")  # takes keys that do something anywhere else, and says so
        await until(pilot, lambda: "Ctrl-Q is taken by app.quit_now" in screen_text(app))
        await pilot.press("y")
        await until(pilot, lambda: app.screen is screen)
        assert file_of(tmp_path).read_text().endswith('\n[keys]\nmap.continue = "y"\n')
        assert app.own_keys.held == {"map.continue": "y"} and "1 changed" in screen_text(app)
        await pilot.press("f6")
        await until(pilot, lambda: app.own_keys.held == {} and "map.continue" not in file_of(tmp_path).read_text())
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, MapScreen) and "c continue" in screen_text(app))


async def test_a_key_that_is_not_wanted_after_all_changes_nothing(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await keys(pilot, "lesson.next")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TakeKey))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert not file_of(tmp_path).exists()

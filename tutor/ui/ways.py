"""Ways that are open from anywhere: to the scratchpad, to search, to a step of a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp
    from tutor.ui.screens.finder import Finder

SCRATCHPAD = "scratchpad"
"""Under which its screen is installed."""


def toggle_scratchpad(app: TutorApp) -> None:
    """Opens the scratchpad over the present screen, or leads back from it. It is made once, and keeps what it has."""
    from tutor.ui.screens.scratchpad import ScratchpadScreen

    if isinstance(app.screen, ScratchpadScreen):
        app.screen.action_leave()
        return
    beneath = next((screen for screen in app.screen_stack if isinstance(screen, ScratchpadScreen)), None)
    if beneath is not None:
        while app.screen is not beneath:
            app.pop_screen()
        return
    lesson_id = present_lesson(app)
    if not app.is_screen_installed(SCRATCHPAD):
        app.install_screen(ScratchpadScreen(lesson_id), SCRATCHPAD)
        app.push_screen(SCRATCHPAD)
        return
    there = app.get_screen(SCRATCHPAD, ScratchpadScreen)
    app.push_screen(there)
    there.turn_to(lesson_id)


def present_lesson(app: TutorApp) -> str:
    """The lesson that is open; on the map, the one under the cursor, else the one the learner was in last."""
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.ui.screens.map import MapScreen

    for screen in reversed(app.screen_stack):
        if isinstance(screen, LessonScreen):
            return screen.lesson_id
        if isinstance(screen, MapScreen) and screen.query("#outline"):
            row = screen.outline.row
            if row is not None and row.lesson is not None:
                return row.lesson.id
    place = app.store.position(app.course.id)
    return place[0] if place else app.course.lessons[0].id


def open_finder(app: TutorApp, finder: Finder) -> None:
    """Opens one over the present screen, and does what was taken once it is closed."""

    def closed(_: None) -> None:
        if finder.picked is not None:
            finder.picked.act()

    app.push_screen(finder, closed)


def may_open_finder(app: TutorApp) -> bool:
    """Never over a question, nor over another one."""
    from tutor.ui.screens.finder import Finder

    return not isinstance(app.screen, (ModalScreen, Finder))


def open_search(app: TutorApp) -> None:
    from tutor.ui.screens.search import SearchScreen

    if may_open_finder(app):
        open_finder(app, SearchScreen())


def open_palette(app: TutorApp) -> None:
    from tutor.ui.screens.search import PaletteScreen

    if may_open_finder(app):
        open_finder(app, PaletteScreen(app.screen))


def open_glossary(app: TutorApp) -> None:
    from tutor.ui.screens.glossary import GlossaryScreen

    if may_open_finder(app):
        open_finder(app, GlossaryScreen())


def open_settings(app: TutorApp) -> None:
    """Opens the settings over the present screen; never over a question, nor twice."""
    from tutor.ui.screens.settings import SettingsScreen

    if may_open_finder(app) and not any(isinstance(screen, SettingsScreen) for screen in app.screen_stack):
        app.push_screen(SettingsScreen())


def go_to(app: TutorApp, lesson_id: str, step_id: str | None) -> None:
    """Opens a lesson from wherever one is; leaving it leads to the map."""
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.ui.screens.map import MapScreen

    while not isinstance(app.screen, (LessonScreen, MapScreen)):
        app.pop_screen()
    app.open_lesson(lesson_id, step_id)

"""The program on the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen

from tutor.settings import Settings, Value
from tutor.ui.leaving import heed_signals
from tutor.ui.ownkeys import OwnKeys
from tutor.ui.screens.map import MapScreen
from tutor.ui.terminal.base import TerminalApp
from tutor.ui.theme import FALLBACKS, THEMES, in_16_colours, prose_styles
from tutor.ui.words import engine_words
from tutor.ui.working import begin

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.course.outline import Course
    from tutor.progress import Store
    from tutor.ui.library import Library
    from tutor.ui.seeking import Index


class TutorApp(TerminalApp):
    """Shows a course. The map comes up first; the engine is started once it has been drawn."""

    TITLE = "tutor"
    CSS_PATH = ["app.tcss", "screens/map.tcss"]  # Textual reads no CSS_PATH of a default screen
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        Binding("question_mark,f1", "app.help", "help", id="app.help", tooltip="Keys and what this screen is for"),
        Binding("s", "app.scratchpad", "scratchpad", id="app.scratchpad", tooltip="Try something out in Python"),
        Binding(
            "ctrl+g",
            "app.scratchpad",
            "scratchpad",
            id="app.scratchpad_typing",
            tooltip="Try something out in Python, or back from there",
        ),
        Binding("slash", "app.search", "search", id="app.search", tooltip="Search the lessons"),
        Binding("colon", "app.palette", "actions", show=False, id="app.palette", tooltip="Every action and lesson"),
        Binding(
            "ctrl+o", "app.palette", "actions", id="app.palette_typing", tooltip="Every action and lesson, by name"
        ),
        Binding(
            "i",
            "app.glossary",
            "glossary",
            show=False,
            id="app.glossary",
            tooltip="The terms of the course, and where they are taught",
        ),
        Binding(
            "comma",
            "app.settings",
            "settings",
            show=False,
            id="app.settings",
            tooltip="Settings: theme, device, editor, keys",
        ),
        Binding("q", "app.leave", "quit", id="app.quit", tooltip="Leave; everything is saved"),
        Binding(
            "ctrl+q", "app.leave", "quit", show=False, priority=True, id="app.quit_now", tooltip="Leave from anywhere"
        ),
        Binding(
            "ctrl+z",
            "app.suspend_process",
            "suspend",
            show=False,
            id="app.suspend",
            tooltip="Back to the shell; fg goes on",
        ),
        Binding(
            "ctrl+l",
            "app.redraw",
            "draw anew",
            show=False,
            id="app.redraw",
            tooltip="Draw it all anew, where something wrote over it",
        ),
        Binding("f2", "app.theme", "light or dark", show=False, id="app.theme", tooltip="Theme: light or dark"),
    ]

    engine_state: reactive[str] = reactive("")
    """The engine's state in words."""

    def __init__(
        self,
        open_course: Callable[[], Course],
        open_store: Callable[[], Store],
        make_engine: Callable[[], Engine],
        lesson: str | None = None,
        *,
        settings: Settings | None = None,
        ask_first: bool = False,
    ) -> None:
        """The three are called when they are first asked for, so that what they import does not hold up the first paint.

        `ask_first`: whether the learner is asked before anything runs of a course that is not built in.
        """
        super().__init__()
        self.settings = settings or Settings()
        self.ask_first = ask_first
        self.notice = ""
        """One sentence about which course this is; empty: it is the one that was to be."""
        self._open_course, self._open_store, self._make_engine = open_course, open_store, make_engine
        self.first_lesson = lesson
        self.own_keys = OwnKeys(self)
        self.animation_level = "none"
        for theme in THEMES.values():
            self.register_theme(in_16_colours(theme) if self.console.color_system == "standard" else theme)
        self.theme = THEMES[str(self.settings["theme"])].name

    async def run_async(self, *arguments: Any, **named: Any) -> Any:
        """Runs until the learner leaves. The engine ends with it, but only once the terminal is theirs again."""
        try:
            return await super().run_async(*arguments, **named)
        finally:
            if "engine" in vars(self):
                await self.engine.close()

    @cached_property
    def course(self) -> Course:
        return self._open_course()

    @cached_property
    def store(self) -> Store:
        store = self._open_store()
        store.take_along(self.course)
        return store

    @cached_property
    def library(self) -> Library:
        from tutor.ui.library import Library

        return Library(self.course)

    @cached_property
    def index(self) -> Index:
        """What search looks in; it is filled when that is first opened."""
        from tutor.ui.seeking import Index

        return Index(self.course)

    @cached_property
    def engine(self) -> Engine:
        engine = self._make_engine()
        engine.on_change = self.engine_changed
        return engine

    def get_default_screen(self) -> Screen[Any]:
        return MapScreen()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def on_mount(self) -> None:
        heed_signals(self)
        self.theme_changed_signal.subscribe(self, lambda _theme: self._style_prose())
        if self.first_lesson is not None and self.may_run():
            self._style_prose()
            self.open_lesson(self.first_lesson)

    def may_run(self, course: Course | None = None) -> bool:
        """Whether the Python of this course, or of the one that is open, may run here."""
        if not self.ask_first:
            return True
        from tutor.course.trust import Trust
        from tutor.progress.places import home

        return Trust(home()).holds(course or self.course)

    def begin(self) -> None:
        """What must not hold up the first paint; the first screen calls it once it is drawn."""
        self._style_prose()
        self.own_keys.check()
        if self.may_run():
            self.start_engine()
        else:
            from tutor.ui.choosing import ask_or_leave

            ask_or_leave(self)

    def start_engine(self) -> None:
        """Has torch imported in the background, so that what runs next runs at once."""
        self.engine_changed()
        begin(self, self.engine.start, "engine")

    # Settings -------------------------------------------------------------------------------------------------------------

    def change_setting(self, name: str, value: Value | None) -> str:
        """Sets it, here and in the file, None: back to the default; returns what is to be said of that. ValueError: it may not be."""
        words = self.settings.put(name, value)
        if name == "theme":
            self.theme = THEMES[str(self.settings["theme"])].name
        return words

    def show_problems(self) -> None:
        """The map says what is wrong with the settings, wherever it is."""
        for screen in self.screen_stack:
            if isinstance(screen, MapScreen):
                screen.fill()

    def reload_settings(self) -> None:
        """Takes over what the file says now."""
        self.settings.reload()
        self.theme = THEMES[str(self.settings["theme"])].name
        self.own_keys.take()

    async def restart_engine(self) -> None:
        """Starts the engine anew with what the settings say now; what runs is stopped."""
        await self.engine.restart(self._make_engine().command)

    # ----------------------------------------------------------------------------------------------------------------------

    def engine_changed(self) -> None:
        self.engine_state = engine_words(self.engine)

    def _style_prose(self) -> None:
        from rich.theme import Theme

        self.console.push_theme(Theme(prose_styles(self.theme_variables)))

    def open_lesson(self, lesson_id: str, step_id: str | None = None) -> None:
        """Shows a lesson at `step_id`, or where the learner left it."""
        from tutor.ui.screens.lesson import LessonScreen  # Markdown and the editor are not needed on the map

        screen = LessonScreen(lesson_id, step_id)
        if isinstance(self.screen, LessonScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def visit_lesson(self, lesson_id: str, step_id: str | None = None) -> None:
        """Shows a lesson over the present screen; leaving it leads back."""
        from tutor.ui.screens.lesson import LessonScreen

        self.push_screen(LessonScreen(lesson_id, step_id))

    def action_help(self) -> None:
        from tutor.ui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_scratchpad(self) -> None:
        from tutor.ui.ways import toggle_scratchpad

        toggle_scratchpad(self)

    def action_search(self) -> None:
        from tutor.ui.ways import open_search

        open_search(self)

    def action_palette(self) -> None:
        from tutor.ui.ways import open_palette

        open_palette(self)

    def action_glossary(self) -> None:
        from tutor.ui.ways import open_glossary

        open_glossary(self)

    def action_settings(self) -> None:
        from tutor.ui.ways import open_settings

        open_settings(self)

    def action_theme(self) -> None:
        names = list(THEMES)
        following = names[(names.index(str(self.settings["theme"])) + 1) % len(names)]
        words = self.change_setting("theme", following)
        if words:
            self.notify(words, markup=False)

    def action_leave(self) -> None:
        self.exit()

"""`tutor` itself: the program on the screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tutor.commands.setup import Problem, Setup, find_lesson

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.progress import Store


def open_program(setup: Setup, lesson: str | None, commands: tuple[str, ...]) -> None:
    """Open the program at a lesson, or where the learner left it."""
    known = setup.open_course() if lesson or setup.is_named else None
    lesson_id = find_lesson(known, lesson, commands).id if known and lesson else None
    why_not = unfit_terminal()
    if why_not:
        others = "tutor list, show, glossary, demo, check, progress and doctor"
        raise Problem(f"The program needs a terminal, and {why_not}; these need none: {others} (see `tutor --help`).")
    from tutor.ui.app import TutorApp

    def notify(words: str) -> None:
        app.notice = words

    def make_engine() -> Engine:
        return setup.engine(None, app.course.preload)  # the screen asks before it starts it

    setup.notify = notify
    settings = setup.settings
    app = TutorApp(
        lambda: known or setup.open_course(),
        _open_store,
        make_engine,
        lesson_id,
        ask_first=not setup.trust,
        settings=settings,
    )
    setup.told = True  # the map says it
    app.run(mouse=bool(settings["mouse"]))
    if "store" in vars(app):
        app.store.close()
    if app.return_code:
        raise SystemExit(app.return_code)


def _open_store() -> Store:
    from tutor.progress import Store

    return Store.open()


def unfit_terminal() -> str:
    """Why the screens cannot be drawn here; empty: they can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "this is none"
    if os.environ.get("TERM", "") in ("", "dumb"):
        return f"this one cannot place a cursor (TERM is {os.environ.get('TERM', '')!r})"
    return ""

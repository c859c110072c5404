"""`tutor` itself: the program on the screen."""

from __future__ import annotations

import os
import sys

from tutor.commands.setup import Problem, Setup, find_lesson


def open_program(setup: Setup, lesson: str | None, commands: tuple[str, ...]) -> None:
    """Open the program at a lesson, or where the learner left it."""
    course = setup.open_course()
    lesson_id = find_lesson(course, lesson, commands).id if lesson else None
    why_not = unfit_terminal()
    if why_not:
        others = "tutor list, show, demo, check, progress and doctor"
        raise Problem(f"The program needs a terminal, and {why_not}; these need none: {others} (see `tutor --help`).")
    from tutor.progress import Store
    from tutor.ui.app import TutorApp

    store = Store.open()
    app = TutorApp(course, store, lambda: setup.engine(course.preload), lesson_id)
    app.run()
    store.close()
    if app.return_code:
        raise SystemExit(app.return_code)


def unfit_terminal() -> str:
    """Why the screens cannot be drawn here; empty: they can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "this is none"
    if os.environ.get("TERM", "") in ("", "dumb"):
        return f"this one cannot place a cursor (TERM is {os.environ.get('TERM', '')!r})"
    return ""

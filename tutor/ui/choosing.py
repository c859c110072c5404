"""Going over to another course, and the question before anything of a foreign one runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.course.outline import CourseError
from tutor.ui.working import begin

if TYPE_CHECKING:
    from tutor.course.outline import Course
    from tutor.course.shelf import Shelf
    from tutor.ui.app import TutorApp


def ask_or_leave(app: TutorApp) -> None:
    """Ask about the course that was opened; without a yes the built-in one takes its place."""
    course = app.course

    def allowed() -> None:
        app.start_engine()
        if app.first_lesson is not None:
            app.open_lesson(app.first_lesson)

    def refused() -> None:
        from tutor.course.catalog import built_in, open_course

        app.first_lesson = None
        change_course(app, open_course(built_in()), f"Nothing of {course.title} has run. This is the built-in course.")

    _ask(app, course, allowed, refused)


def _ask(app: TutorApp, course: Course, allowed: Callable[[], None], refused: Callable[[], None]) -> None:
    from tutor.course.trust import Trust, question
    from tutor.progress.places import home
    from tutor.ui.screens.ask import AskFirst

    def answered(yes: bool | None) -> None:
        if yes:
            Trust(home()).give(course)
            allowed()
        else:
            refused()

    app.push_screen(AskFirst(question(course), "run its code", "leave it alone"), answered)


def choose_course(app: TutorApp) -> None:
    """Show the courses that are at hand, and go over to the one that is chosen; it opens from now on."""
    from tutor.course.shelf import Shelf
    from tutor.ui.screens.courses import CoursesScreen

    shelf = Shelf(app.store.home)

    def take(course: Course) -> None:
        notice = app.change_setting("course", _named(shelf, course))
        if course.path != app.course.path or notice:
            change_course(app, course, notice)

    def closed(course: Course | None) -> None:
        if course is None:
            return
        if app.may_run(course):
            take(course)
        else:
            _ask(app, course, lambda: take(course), lambda: None)

    app.push_screen(CoursesScreen(shelf), closed)


def _named(shelf: Shelf, course: Course) -> str | None:
    """What the settings call a course: its id, or its folder where no list has it; None: the built-in one."""
    from tutor.course.catalog import built_in

    if course.path == built_in():
        return None
    try:
        return course.id if shelf.find(course.id) == course.path else str(course.path)
    except CourseError:
        return str(course.path)


def change_course(app: TutorApp, course: Course, notice: str = "") -> None:
    """Show the map of another course; what runs from now on is of that one."""
    from tutor.ui.screens.map import MapScreen

    engine = vars(app).pop("engine", None)
    if engine is not None:
        engine.on_change = None
        begin(app, engine.close, "closing")
    for known in ("library", "index"):
        vars(app).pop(known, None)
    app.course, app.notice = course, notice
    app.store.take_along(course)
    app.engine_state = ""
    for screen in app.screen_stack:
        if isinstance(screen, MapScreen):
            screen.call_later(screen.begin)

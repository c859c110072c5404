"""The courses that are at hand, to choose one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.course.outline import CourseError
from tutor.course.shelf import Shelf, Shelved
from tutor.ui.keymap import Keyed
from tutor.ui.widgets.keys import KeyLine
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import plural

if TYPE_CHECKING:
    from tutor.course.outline import Course
    from tutor.ui.app import TutorApp

ORIGIN = {"built in": "comes with tutor", "package": "comes with {}", "folder": "a folder"}


class CoursesScreen(Keyed["Course | None"]):
    """Gives the course that is to be opened, or None."""

    CSS_PATH = "courses.tcss"
    AUTO_FOCUS = "#list"
    HELP = (
        "The courses at hand: the one that comes with tutor, those of installed packages, and folders that you added with "
        "`tutor course add FOLDER`. `▪` is the one that is open. The one you choose opens from now on; what you did in "
        "each is kept apart. Before anything runs of a course that is not part of tutor, you are asked."
    )
    BINDINGS = [
        Binding("enter", "choose", "open", id="courses.choose", tooltip="Go over to this course"),
        Binding("up,k", "move(-1)", "up", show=False, priority=True, id="courses.up", tooltip="To the row above"),
        Binding("down,j", "move(1)", "down", show=False, priority=True, id="courses.down", tooltip="To the row below"),
        Binding(
            "home,g", "move(-1000)", "first", show=False, priority=True, id="courses.first", tooltip="To the first"
        ),
        Binding("end,G", "move(1000)", "last", show=False, priority=True, id="courses.last", tooltip="To the last"),
        Binding("escape,q,o", "close", "back", key_display="Esc", id="courses.close", tooltip="Back to the map"),
    ]

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf = shelf
        self.courses: list[Shelved] = []
        self.here = 0

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    def compose(self) -> ComposeResult:
        yield TopLine(id="heading")
        with VerticalScroll(id="list"):
            yield Static(id="rows", markup=False)
        yield Static(id="one", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        open_now = self.tutor.course
        try:
            self.courses = self.shelf.all()
        except CourseError as error:
            self.courses = [Shelved(error.path, "folder", "", None, error.problem)]
        paths = [each.path for each in self.courses]
        if open_now.path not in paths:  # it was named by its folder
            self.courses.insert(0, Shelved(open_now.path, "folder", "", open_now))
            paths.insert(0, open_now.path)
        self.here = paths.index(open_now.path)
        heading = self.query_one("#heading", TopLine)
        heading.left = Text("Courses", "bold")
        heading.right = Text(plural(len(self.courses), "course"), self.app.theme_variables["muted"])
        self._draw()

    def _draw(self) -> None:
        variables, rows = self.app.theme_variables, Text(no_wrap=True, overflow="ellipsis")
        for index, each in enumerate(self.courses):
            here = index == self.here
            rows.append("▸ " if here else "  ", f"bold {variables['primary']}")
            mark = "▪ " if each.path == self.tutor.course.path else "! " if each.course is None else "  "
            rows.append(mark, variables["primary" if each.course else "warning"])
            title = Text(each.course.title if each.course else each.name, "bold" if here else "")
            title.truncate(40, overflow="ellipsis", pad=True)
            rows.append_text(title)
            rows.append(f"  {self._how_far(each)}\n", variables["muted"])
        rows.rstrip()
        self.query_one("#rows", Static).update(rows)
        self.query_one("#one", Static).update(self._whole(self.courses[self.here]))
        self.query_one("#list").scroll_to(y=max(self.here - 5, 0), animate=False)
        self.refresh_bindings()

    def _how_far(self, each: Shelved) -> str:
        if each.course is None:
            return "cannot be opened"
        states = self.tutor.store.states(each.course.id)
        done = sum(states.get(entry.id) == "done" for entry in each.course.lessons)
        return f"{done} of {plural(len(each.course.lessons), 'lesson')} done"

    def _whole(self, each: Shelved) -> Text:
        """Where a course comes from, or why it cannot be opened."""
        origin = ORIGIN[each.origin].format(each.source)
        text = Text(f"{each.name} · {origin}\n{each.path}", self.app.theme_variables["muted"])
        if each.problem:
            return text.append(f"\n{each.problem}", self.app.theme_variables["warning"])
        if each.course and not self.tutor.may_run(each.course):
            text.append("\nNothing of it has run here: you are asked before anything does.")
        return text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "choose" and self.courses:
            return True if self.courses[self.here].course else None
        return True

    def action_move(self, rows: int) -> None:
        self.here = max(0, min(self.here + rows, len(self.courses) - 1))
        self._draw()

    def action_choose(self) -> None:
        course: Course | None = self.courses[self.here].course
        self.dismiss(course)

    def action_close(self) -> None:
        self.dismiss(None)

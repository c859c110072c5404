"""The courses that are at hand, to choose one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tutor.course.outline import CourseError
from tutor.course.shelf import Shelf, Shelved
from tutor.ui.screens.page import Page
from tutor.ui.widgets.listing import Listing
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import plural

if TYPE_CHECKING:
    from tutor.course.outline import Course

ORIGIN = {"built in": "comes with tutor", "package": "comes with {}", "folder": "a folder"}


class CoursesScreen(Page["Course | None"]):
    """Gives the course that is to be opened, or None."""

    CSS_PATH = "courses.tcss"
    HELP = (
        "The courses at hand: the one that comes with tutor, those of installed packages, and folders that you added with "
        "`tutor course add FOLDER`. `▪` is the one that is open. The one you choose opens from now on; what you did in "
        "each is kept apart. Before anything runs of a course that is not part of tutor, you are asked."
    )
    BINDINGS = [
        Binding("enter", "choose", "open", id="courses.choose", tooltip="Go over to this course"),
        Binding("escape,q,o", "close", "back", key_display="Esc", id="courses.close", tooltip="Back to the map"),
    ]

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf = shelf
        self.listing = Listing(self._row)

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        yield self.listing
        yield Static(id="one", markup=False)

    def on_mount(self) -> None:
        open_now = self.tutor.course
        try:
            courses = self.shelf.all()
        except CourseError as error:
            courses = [Shelved(error.path, "folder", "", None, error.problem)]
        paths = [each.path for each in courses]
        if open_now.path not in paths:  # it was named by its folder
            courses.insert(0, Shelved(open_now.path, "folder", "", open_now))
            paths.insert(0, open_now.path)
        heading = self.query_one("#heading", TopLine)
        heading.left = Text("Courses", "bold")
        heading.right = Text(plural(len(courses), "course"), self.app.theme_variables["muted"])
        self.listing.show(courses, paths.index(open_now.path))
        self.listing.focus()
        self.on_listing_moved()

    def _row(self, each: Shelved, here: bool) -> Text:
        variables = self.app.theme_variables
        mark = "▪ " if each.path == self.tutor.course.path else "! " if each.course is None else "  "
        title = Text(each.course.title if each.course else each.name, "bold" if here else "")
        title.truncate(40, overflow="ellipsis", pad=True)
        marked = (mark, variables["primary" if each.course else "warning"])
        return Text.assemble(marked, title, (f"  {self._how_far(each)}", variables["muted"]))

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
        here = self.listing.item
        return None if action == "choose" and (here is None or here.course is None) else True

    def on_listing_moved(self) -> None:
        here = self.listing.item
        assert here is not None, "the course that is open is among them"
        self.query_one("#one", Static).update(self._whole(here))

    async def on_listing_again(self) -> None:
        await self.run_action("choose")

    def action_choose(self) -> None:
        here = self.listing.item
        course: Course | None = here.course if here else None
        self.dismiss(course)

    def action_close(self) -> None:
        self.dismiss(None)

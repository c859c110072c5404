"""The map: chapters and lessons, and where the learner was."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.getters import query_one
from textual.timer import Timer
from textual.widget import Widget

from tutor.ui.keymap import key
from tutor.ui.screens.page import Page
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import plural

if TYPE_CHECKING:
    from textual.widgets import Static

    from tutor.course.outline import Entry
    from tutor.ui.widgets.card import Card
    from tutor.ui.widgets.outline import Outline, Row

READ_AFTER = 0.08
"""Seconds the cursor rests before a lesson is read for the card: holding a key down reads nothing."""


class MapScreen(Page[None]):
    """All lessons with their state; the one under the cursor is described at the side."""

    HELP = (
        "The map of the course. `✓` is done, `◐` is begun, `○` is new. The side shows what the lesson under the cursor "
        "is about. Lessons build on each other, but nothing is locked: open what you like."
    )
    BINDINGS = [
        Binding("c", "continue", "continue", id="map.continue", tooltip="Go on where you were"),
        Binding("o", "courses", "courses", id="map.courses", tooltip="Other courses, and back to this one"),
        Binding("p", "progress", "progress", id="map.progress", tooltip="How far you are, and what was hard"),
    ]
    top = query_one("#top", TopLine)
    line = query_one("#continue", TopLine)
    body = query_one("#body", Widget)
    _rest: Timer | None = None
    _begun = False
    _place: tuple[str, str] | None = None
    """Where the learner was when the map was last filled."""
    _here: str | None = None
    """The lesson to go on with."""
    _greeted: Row | None = None
    """The row on which the welcome stands for the lesson's card, at the first run and until the cursor leaves it."""

    @property
    def outline(self) -> Outline:
        return cast("Outline", self.query_one("#outline"))

    @property
    def card(self) -> Card:
        return cast("Card", self.query_one("#card"))

    def parts(self) -> ComposeResult:
        yield TopLine(id="top")
        yield Widget(id="body")  # the frame is painted first; what stands in it comes right after

    def on_mount(self) -> None:
        self.top.left = Text("tutor", "bold")
        self.watch(self.app, "engine_state", self._show_engine)
        self.call_after_refresh(self.begin)

    async def begin(self) -> None:
        """After the first paint, and for another course again: the course, what the learner did in it, then the engine."""
        from textual.containers import Horizontal
        from textual.widgets import Static

        from tutor.course.outline import CourseError
        from tutor.ui.widgets.card import Card
        from tutor.ui.widgets.outline import Outline

        try:
            course = self.tutor.course
        except CourseError as error:
            self.app.exit(return_code=2, message=f"tutor: {error}")
            return
        middle = Horizontal(Outline(course, id="outline"), Card(id="card"), id="middle")
        self.top.left = Text.assemble(("tutor", "bold"), f" · {course.title}")
        self._begun = False
        with self.app.batch_update():
            await self.body.remove_children()
            await self.body.mount(TopLine(id="continue"), Static(id="warning", markup=False), middle)
            self.fill()
            self.outline.focus()
        self._begun = True
        self.call_after_refresh(self.tutor.begin)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        if self._begun:
            self.fill()

    def fill(self) -> None:
        """Shows the states as the store has them now."""
        store, course = self.tutor.store, self.tutor.course
        place = store.position(course.id)
        here = place[0] if place and place[0] in course.by_id else None
        states = store.states(course.id)
        if here is None or states.get(here) == "done":
            here = self._next_open(here, states)
        moved = place != self._place or not self._begun  # after help, say, the cursor stays where it was
        told = [store.problem, self.tutor.notice, *self.tutor.settings.problems, *self.tutor.own_keys.sentences]
        problems = [words for words in told if words]
        more = f" And {len(problems) - 1} more: press {key(self, 'app.settings')}." if len(problems) > 1 else ""
        cast("Static", self.query_one("#warning")).update(f"! {problems[0]}{more}" if problems else "")
        self.set_class(bool(problems), "-warned")
        self.outline.show(states, here if moved else None)
        self._greeted = self.outline.row if place is None and not self._begun else None
        self._place = place
        self._show_continue(here, begun=place is not None)

    def _next_open(self, after: str | None, states: dict[str, str]) -> str | None:
        """The first lesson from `after` on that is not done."""
        ids = [entry.id for entry in self.tutor.course.lessons]
        start = ids.index(after) if after in ids else 0
        unfinished = [lesson for lesson in ids[start:] + ids[:start] if states.get(lesson) != "done"]
        return unfinished[0] if unfinished else None

    def _show_continue(self, here: str | None, begun: bool) -> None:
        self._here = here
        entry = self.tutor.library.entry(here) if here else None
        if entry is None:
            self.line.left = Text("✓ Every lesson is done. Open any of them again.")
            self.line.right = Text("")
            return
        label = ("Continue  " if begun else "Begin  ", f"bold {self.tutor.theme_variables['primary']}")
        self.line.left = Text.assemble(label, entry.title)
        self.line.right = Text(
            f"{self._progress_in(entry)} · press {key(self, 'map.continue')}", self.tutor.theme_variables["muted"]
        )

    def _progress_in(self, entry: Entry) -> str:
        seen = self.tutor.store.seen(self.tutor.course.id, entry.id)
        return f"{plural(len(seen), 'step')} seen" if seen else f"{entry.minutes} min"

    def _show_engine(self, state: str) -> None:
        self.top.right = Text(state, self.tutor.theme_variables["muted"])

    def on_outline_moved(self, message: Outline.Moved) -> None:
        row = message.row
        if self._rest is not None:
            self._rest.stop()
        if (
            self._greeted and self.outline.row == self._greeted
        ):  # not `row`: news of earlier rows may still be under way
            self.card.show_welcome()
            return
        self._greeted = None
        if row.lesson is None:
            states = self.outline.states
            self.card.show_chapter(row.chapter, [states.get(entry.id, "new") for entry in row.chapter.lessons])
            return
        self.card.show_entry(row.lesson, self._titles(row.lesson))
        self._rest = self.set_timer(READ_AFTER, lambda: self._describe(row))

    def _describe(self, row: Row) -> None:
        entry = row.lesson
        if entry is None or self.outline.row != row:
            return
        from tutor.course.outline import CourseError

        store, course = self.tutor.store, self.tutor.course.id
        try:
            lesson = self.tutor.library.lesson(entry.id)
        except CourseError as error:
            self.card.show_problem(entry, str(error))
            return
        seen, passed = store.seen(course, entry.id), store.passed(course, entry.id)
        here = store.position_in(course, entry.id)
        self.card.show_lesson(entry, lesson, self._titles(entry), seen, passed, here)

    def _titles(self, entry: Entry) -> list[str]:
        found = (self.tutor.library.entry(lesson_id) for lesson_id in entry.builds_on)
        return [other.title for other in found if other is not None]

    def on_outline_chosen(self, message: Outline.Chosen) -> None:
        self.tutor.open_lesson(message.lesson.id)

    def action_continue(self) -> None:
        if self._here is not None:
            self.tutor.open_lesson(self._here)

    def action_courses(self) -> None:
        from tutor.ui.choosing import choose_course

        choose_course(self.tutor)

    def action_progress(self) -> None:
        from tutor.ui.screens.progress import ProgressScreen

        self.tutor.push_screen(ProgressScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "continue":
            return True if self._here else None
        return True

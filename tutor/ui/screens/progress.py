"""How far the learner is: what went well, how long it took, what is weak, where to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.ui.keymap import key
from tutor.ui.screens.page import Page
from tutor.ui.widgets.topline import TopLine
from tutor.ui.widgets.weak import WeakList
from tutor.ui.words import MARKS, bar, long_span, plural

if TYPE_CHECKING:
    from tutor.course.outline import Chapter, Entry
    from tutor.progress.summary import Summary

BAR = 14
"""Cells of a chapter's bar."""


class ProgressScreen(Page[None]):
    """Figures of the course, its chapters, and the exercises that gave trouble with the lesson that mends each."""

    CSS_PATH = "progress.tcss"
    HELP = (
        "How far you are. An exercise is listed as hard while wrong answers to it stand, or when it took three of them; "
        "the lesson beside it is the one its verdicts named most often. Time spent is an estimate: pauses of more than "
        "15 minutes are left out. Hints and solutions are noted and take nothing off."
    )
    BINDINGS = [
        Binding("c", "continue", "continue", id="progress.continue", tooltip="Go on where you were"),
        Binding("escape,p", "close", "map", key_display="Esc", id="progress.close", tooltip="Back to the map"),
    ]

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        yield TopLine(id="continue")
        with VerticalScroll(id="long", can_focus=False):
            yield Static(id="figures", markup=False)
            yield Static(id="chapters", markup=False)
            yield Static(id="hard", markup=False)
            yield WeakList(self.tutor.course)

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text("Your progress", "bold")
        self.query_one(WeakList).focus(scroll_visible=False)

    def on_screen_resume(self) -> None:
        from tutor.progress.summary import summarize, where_next

        store, course = self.tutor.store, self.tutor.course
        summary = summarize(store, course.id)
        self.here = where_next(store, course)
        self._show_continue(self.here)
        self.query_one("#figures", Static).update(self._figures(summary))
        self.query_one("#chapters", Static).update(self._chapters(summary))
        weak = [found for found in summary.weak if found.lesson in course.by_id]
        hard = Text("What was hard", "bold") if weak else Text("Nothing was hard so far.", self._muted)
        hard.append(f"    {key(self, 'weak.choose')} opens the lesson that helps" if weak else "", self._muted)
        self.query_one("#hard", Static).update(hard)
        self.query_one(WeakList).show(weak)
        self.refresh_bindings()

    @property
    def _muted(self) -> str:
        return self.tutor.theme_variables["muted"]

    def _show_continue(self, entry: Entry | None) -> None:
        line, variables = self.query_one("#continue", TopLine), self.tutor.theme_variables
        if entry is None:
            line.left = Text("✓ Every lesson is done.")
            return
        begun = self.tutor.store.position(self.tutor.course.id) is not None
        line.left = Text("Continue  " if begun else "Begin  ", f"bold {variables['primary']}").append(
            entry.title, variables["foreground"]
        )
        line.right = Text(f"press {key(self, 'progress.continue')}", self._muted)

    def _figures(self, summary: Summary) -> Table:
        whole, states = summary.whole, self.tutor.store.states(self.tutor.course.id)
        lessons = list(self.tutor.course.lessons)
        done = sum(states.get(entry.id) == "done" for entry in lessons)
        rate = f"{whole.first_try} of {whole.passed}, {whole.first_try / whole.passed:.0%}" if whole.passed else "–"
        helped = [plural(whole.hints, "hint")] if whole.hints else []
        helped += [f"{plural(whole.solutions, 'solution')} before passing"] if whole.solutions else []
        grid = Table.grid(padding=(0, 2))
        for words, value in (
            ("lessons done", f"{done} of {len(lessons)}"),
            ("exercises passed", f"{whole.passed} in {plural(whole.attempts, 'attempt')}"),
            ("at the first try", rate),
            ("looked at", ", ".join(helped) or "no hint, no solution"),
            ("time spent", f"about {long_span(whole.seconds)}"),
        ):
            grid.add_row(Text(words, self._muted), Text(value, "bold"))
        return grid

    def _chapters(self, summary: Summary) -> Table:
        grid = Table.grid(padding=(0, 2))
        for chapter in self.tutor.course.chapters:
            grid.add_row(*self._chapter(chapter, summary))
        return grid

    def _chapter(self, chapter: Chapter, summary: Summary) -> list[Text]:
        variables, states = self.tutor.theme_variables, self.tutor.store.states(self.tutor.course.id)
        done = sum(states.get(entry.id) == "done" for entry in chapter.lessons)
        state = "done" if done == len(chapter.lessons) else "new"
        if state == "new" and any(entry.id in states for entry in chapter.lessons):
            state = "started"
        found = [summary.lessons[entry.id] for entry in chapter.lessons if entry.id in summary.lessons]
        passed, first = (sum(figures.passed for figures in found), sum(figures.first_try for figures in found))
        facts = f"{first} of {passed} at the first try" if passed else ""
        style = {"done": variables["success"], "started": f"bold {variables['primary']}"}.get(state, self._muted)
        return [
            Text.assemble((MARKS[state], style), f" {chapter.title}"),
            Text(bar(done / len(chapter.lessons), BAR), variables["primary"] if done else variables["faint"]),
            Text(f"{done}/{len(chapter.lessons)}", self._muted),
            Text(facts, self._muted),
        ]

    # Keys ---------------------------------------------------------------------------------------------------------------

    def on_weak_list_chosen(self, message: WeakList.Chosen) -> None:
        self.tutor.visit_lesson(message.lesson, message.step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return (True if getattr(self, "here", None) else None) if action == "continue" else True

    def action_continue(self) -> None:
        if self.here is not None:
            self.tutor.visit_lesson(self.here.id)

    def action_close(self) -> None:
        self.dismiss()

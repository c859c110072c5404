"""What a lesson is about, before it is opened."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.course.model import Lesson
from tutor.course.outline import Chapter, Entry
from tutor.course.terms import plain_text
from tutor.ui.keymap import keys_of
from tutor.ui.words import MARKS, key_name, plural, step_kind, step_state

ROOM_FOR_KINDS = 44
"""Columns from which on each step also says what it asks for."""

WELCOME = (
    ("text", "to read, with code to run"),
    ("demo", "real training, you steer"),
    ("exercise", "you answer, it is checked"),
)
"""The kinds of step, each in a few words."""


class Card(VerticalScroll, can_focus=False):
    """Title, objective, length and steps of a lesson."""

    COMPONENT_CLASSES = {"card--title", "card--muted", "card--done", "card--started", "card--new"}
    DEFAULT_CSS = """
    Card {
        padding: 0 2; height: 1fr;
        .card--title { text-style: bold; color: $primary; }
        .card--muted { color: $muted; }
        .card--done { color: $success; }
        .card--started { color: $primary; text-style: bold; }
        .card--new { color: $muted; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def _style(self, name: str) -> str:
        return self.get_component_rich_style(f"card--{name}", partial=True)  # type: ignore[return-value]

    def _put(self, text: RenderableType) -> None:
        self.query_one(Static).update(text)
        self.scroll_home(animate=False)

    def show_welcome(self) -> None:
        """For who opens the program for the first time: what a lesson is made of, and that nothing can be lost."""
        text = Text().append("Welcome", self._style("title"))
        text.append("\n\nA lesson is a row of short steps:\n\n")
        for word, meaning in WELCOME:
            text.append(f"{word:<10}", "bold")
            text.append(f"{meaning}\n")
        text.append(
            "\nThe bottom line shows the keys. All you do is kept: leave when you like, and go on from there.\n"
        )
        text.append(f"\n{key_name(keys_of(self, 'map.open')[0])} ", self._style("started"))
        text.append("opens the first lesson.")
        self._put(text)

    def show_chapter(self, chapter: Chapter, states: Sequence[str]) -> None:
        text = Text().append(chapter.title, self._style("title"))
        minutes = sum(entry.minutes for entry in chapter.lessons)
        facts = f"{plural(len(chapter.lessons), 'lesson')} · {minutes} min\n"
        text.append(f"\n\n{facts}\n", self._style("muted"))
        for entry, state in zip(chapter.lessons, states, strict=True):
            text.append(f"{MARKS[state]} ", self._style(state))
            text.append(f"{entry.title}\n", "")
        self._put(text)

    def show_entry(self, entry: Entry, builds_on: Sequence[str]) -> None:
        """What is known without opening the lesson."""
        text = Text().append(entry.title, self._style("title"))
        text.append(f"\n\n{self._facts(entry, builds_on)}", self._style("muted"))
        self._put(text)

    def show_lesson(
        self, entry: Entry, lesson: Lesson, builds_on: Sequence[str], seen: set[str], passed: set[str], here: str | None
    ) -> None:
        """`here` is the id of the step where the learner left off."""
        text = Text().append(entry.title, self._style("title"))
        text.append(f"\n\n{plain_text(lesson.objective)}\n")
        text.append(f"\n{plural(len(lesson.steps), 'step')} · {self._facts(entry, builds_on)}\n", self._style("muted"))
        steps = Table.grid(padding=(0, 1))
        steps.add_column(width=1)
        steps.add_column(width=2)
        steps.add_column(no_wrap=True, overflow="ellipsis")
        roomy = self.content_size.width >= ROOM_FOR_KINDS
        for number, step in enumerate(lesson.steps, 1):
            state = step_state(step, seen, passed)
            mark = "▸" if step.id == here and state != "done" else MARKS[state]
            steps.add_row(
                Text(mark, self._style("started" if mark == "▸" else state)),
                Text(f"{number:>2}", self._style("muted")),
                Text(step.title, "bold" if step.id == here else ""),
                Text(step_kind(step) if roomy else "", self._style("muted")),
            )
        self._put(Group(text, steps))

    def show_problem(self, entry: Entry, problem: str) -> None:
        text = Text().append(entry.title, self._style("title"))
        text.append(f"\n\nThis lesson cannot be read.\n\n{problem}")
        self._put(text)

    @staticmethod
    def _facts(entry: Entry, builds_on: Sequence[str]) -> str:
        facts = f"{entry.minutes} min"
        return f"{facts} · builds on {', '.join(builds_on)}" if builds_on else facts

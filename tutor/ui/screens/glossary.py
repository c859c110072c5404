"""The course's terms in the order of the alphabet, each with the sentence that explains it."""

from __future__ import annotations

from functools import partial

from rich.style import Style
from rich.text import Text

from tutor.course.terms import Term, fitting
from tutor.ui.ranking import spots
from tutor.ui.screens.search import ReadingFinder
from tutor.ui.widgets.found import Item
from tutor.ui.words import plural

TERM_WIDTH = 24
"""Cells of the list's first column."""
SENTENCE_LINES = 3
"""Of the sentence beneath the list."""


class GlossaryScreen(ReadingFinder):
    """A term opens the step that teaches it; leaving that leads back to where one was."""

    HELP = (
        "The terms of the course, with the sentence that explains each. Type to see those that fit; {finder.choose} opens the "
        "step that teaches the one under the cursor, and leaving that step leads back to where you were. {finder.close} goes back."
    )
    NAME = "Glossary"
    SIGN = "▸"
    PLACEHOLDER = "part of a term"

    def items(self, words: str) -> list[Item]:
        return [self._item(term, words) for term in fitting(self.tutor.index.terms, words)]

    def _item(self, term: Term, words: str) -> Item:
        colours = self.tutor.theme_variables
        label = Text(term.term, "bold")
        for start, end in spots(term.term, [words.strip()] if words.strip() else []):
            label.stylize(colours["primary"], start, end)
        label.truncate(TERM_WIDTH, overflow="ellipsis", pad=True)
        label.append(f" {term.sentence}", Style.parse(f"not bold {colours['muted']}"))
        go = partial(self.tutor.visit_lesson, term.lesson, term.step or None)
        return Item(label, Text(""), None, term, go)

    def detail(self, item: Item) -> Text:
        assert isinstance(item.key, Term)
        term, colours = item.key, self.tutor.theme_variables
        room = max(self.size.width - 6, 20)
        place = Text(f"{term.title} › {term.heading}" if term.heading else term.title, colours["secondary"])
        place.truncate(room, overflow="ellipsis")
        sentence = Text(term.sentence)
        lines = list(sentence.wrap(self.app.console, room))
        if len(lines) > SENTENCE_LINES:
            lines = lines[:SENTENCE_LINES]
            lines[-1].truncate(room - 1, overflow="ellipsis", pad=False)
            lines[-1].append("…")
        return Text("\n").join([place, *lines])

    def state(self, items: list[Item]) -> str:
        return self.reading or plural(len(items), "term")

    def nothing(self, words: str) -> str:
        if self.reading:
            return "Nothing so far; the lessons are still being read."
        if not words.strip():
            return "No lesson of this course explains a term: they stand in bold where that is done."
        return f"No term has “{' '.join(words.split())[:40]}” in it. Search looks in the whole text of the lessons."

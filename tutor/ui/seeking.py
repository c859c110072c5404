"""Finding lessons and steps by words: over titles, objectives, terms and text. No widgets here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tutor.course.model import Choice, Example, Lesson, Predict
from tutor.course.outline import Course, Entry
from tutor.course.terms import Term, plain_text, sorted_terms, terms, terms_of_lesson
from tutor.ui.ranking import WHOLE, corrected, first_place, grade, sought, words_of

_SPACE = re.compile(r"\s+")
MOST_OF_A_LESSON = 4
"""Places of one lesson that are listed, the best of them."""


@dataclass(frozen=True)
class Passage:
    """A place that can be found: a lesson by itself (no step), or a step of it."""

    lesson: str
    step: str
    """Id of the step; empty: the lesson as a whole, opened where the learner left it."""
    title: str
    """Of the lesson."""
    heading: str
    """Of the step, or empty."""
    terms: tuple[str, ...]
    """What is set in bold there: what the step teaches the meaning of."""
    text: str
    """All there is to read and to run, on one line without markup."""
    recap: bool = False
    """Whether it only says again what the steps before have taught."""

    @property
    def folded(self) -> Folded:
        terms = tuple(term.casefold() for term in self.terms)
        return Folded(self.title.casefold(), self.heading.casefold(), terms, self.text.casefold())


class Folded(NamedTuple):
    """A passage's words, whatever their case."""

    title: str
    heading: str
    terms: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Hit:
    """A passage that fits, and the words of it to show."""

    passage: Passage
    snippet: str
    score: float


def passages_of_course(course: Course) -> list[Passage]:
    """What is known of the lessons without opening one."""
    return [_whole(entry, chapter.title) for chapter in course.chapters for entry in chapter.lessons]


def _whole(entry: Entry, chapter: str) -> Passage:
    return Passage(entry.id, "", entry.title, "", (), chapter)


def passages_of_lesson(lesson: Lesson, title: str) -> list[Passage]:
    """The lesson with its objective, and each of its steps."""
    found = [Passage(lesson.id, "", title, "", tuple(terms(lesson.objective)), plain_text(lesson.objective))]
    for step in lesson.steps:
        prose = [block.markdown for block in step.blocks if not isinstance(block, Example)]
        code = [block.code for block in step.blocks if isinstance(block, Example)]
        if isinstance(step.exercise, Choice):
            prose += [option.text for option in step.exercise.options]
        elif isinstance(step.exercise, Predict):
            code.append(step.exercise.code)
        if step.demo is not None:
            prose += [step.demo.label, step.demo.question]
        explained = tuple(term for markdown in prose for term in terms(markdown))
        text = plain_text("\n".join(prose)) + " " + _SPACE.sub(" ", " ".join(code))
        recap = step is lesson.steps[-1] and step.demo is None and step.exercise is None
        found.append(Passage(lesson.id, step.id, title, step.title, explained, text.strip(), recap))
    return found


class Index:
    """Passages that can be searched at once. Grows as lessons are read."""

    def __init__(self, course: Course) -> None:
        self._places = {entry.id: number for number, entry in enumerate(course.lessons)}
        self._passages = {passage.lesson: [(passage, passage.folded)] for passage in passages_of_course(course)}
        self.terms: list[Term] = []
        """The terms of the lessons that were read, in the order of the alphabet."""
        self.read = 0
        """Lessons whose text is in it."""

    @property
    def whole(self) -> bool:
        return self.read >= len(self._places)

    def add(self, lesson: Lesson | None, entry: Entry) -> None:
        """Takes a lesson's text in; None: it cannot be read, and is found by its title only."""
        if lesson is not None:
            self.terms = sorted_terms([*self.terms, *terms_of_lesson(lesson, entry.title)])
            self._passages[entry.id] = [
                (passage, passage.folded) for passage in passages_of_lesson(lesson, entry.title)
            ]
        self.read += 1

    def find(self, query: str, most: int = 60) -> list[Hit]:
        """The passages that hold every word of the query, the best first; of one lesson no more than a few."""
        words = sought(query)
        if not words:
            return []
        found: list[tuple[float, int, int, Passage]] = []
        for lesson, passages in self._passages.items():
            scored = [(_score(words, folded, passage), i, passage) for i, (passage, folded) in enumerate(passages)]
            best = sorted((item for item in scored if item[0] > 0), key=lambda item: (-item[0], item[1]))
            found += [(score, self._places[lesson], i, passage) for score, i, passage in best[:MOST_OF_A_LESSON]]
        found.sort(key=lambda item: (-item[0], item[1], item[2]))
        return [Hit(passage, snippet(passage, words), score) for score, _, _, passage in found[:most]]

    def meant(self, query: str) -> str:
        """What may have been meant by words that find nothing; empty: that cannot be said."""
        every = [folded for passages in self._passages.values() for _, folded in passages]
        return corrected(
            query, words_of(text for folded in every for text in (folded.title, folded.heading, folded.text))
        )


TITLE, HEADING, TERM, TEXT = 7.0, 7.0, 9.0, 1.0
"""What a word counts in a lesson's title, a step's heading, its terms, its text."""
LESSON = 2.0
"""What a lesson as a whole has before its steps."""
OFTEN = 5
"""Times that a word stands in a text beyond which more of it say nothing."""


def _score(words: Sequence[str], folded: Folded, passage: Passage) -> float:
    """How well the passage fits; 0: a word is nowhere in it, or only in the title of the lesson, which has a line of its own."""
    total, own = 0.0, not passage.step
    for word in words:
        here = HEADING * grade(folded.heading, word)
        here = max(here, TERM * max((grade(term, word) for term in folded.terms), default=0.0))
        if word in folded.text:
            often = 0.2 * min(folded.text.count(word), OFTEN)
            early = 0.6 * (1 - folded.text.find(word) / len(folded.text))
            here = max(here, TEXT * grade(folded.text, word)) + often + early
        own = own or here > 0
        total += max(here, (TITLE if not passage.step else 0.5) * grade(folded.title, word)) or -1000
    if total <= 0 or not own:
        return 0.0
    typed = " ".join(words)
    if len(words) > 1 and any(typed in text for text in (folded.title, folded.heading, *folded.terms, folded.text)):
        total += (TERM * WHOLE if typed in folded.terms else 3.0) * len(words)  # as it was typed
    return max(total / len(words) + (0.0 if passage.step else LESSON) - passage.recap, 0.1)


def snippet(passage: Passage, words: Sequence[str], room: int = 160) -> str:
    """A stretch of the text around the first of the words, cut between words."""
    text = passage.text
    start = max(first_place(text.casefold(), words) - 24, 0)
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + room]
    return ("… " if start else "") + piece + ("…" if start + room < len(text) else "")

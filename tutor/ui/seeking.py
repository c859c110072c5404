"""Finding lessons and steps by words: over titles, objectives, terms and text. No widgets here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.course.model import Example, Lesson
from tutor.course.outline import Course, Entry

_CODE = re.compile(r"`+([^`]*)`+")
_MARKUP = re.compile(r"(\*|\||^[-:| ]+$|^#{1,6} |^> |^\s*[-*] (?=\S)|\[(?=[^\]]*\]\()|\]\([^)]*\))", re.MULTILINE)
_TERM = re.compile(r"\*\*([^*\n]+)\*\*")
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

    @property
    def folded(self) -> tuple[str, str, str, str]:
        return (self.title.casefold(), self.heading.casefold(), " · ".join(self.terms).casefold(), self.text.casefold())


@dataclass(frozen=True)
class Hit:
    """A passage that fits, and the words of it to show."""

    passage: Passage
    snippet: str
    score: float


def plain_text(markdown: str) -> str:
    """Markdown on one line, without its marks."""
    parts = _CODE.split(markdown)  # every other one stood between backticks, where a star is a star
    parts[::2] = [_MARKUP.sub("", part) for part in parts[::2]]
    return _SPACE.sub(" ", "".join(parts)).strip()


def passages_of_course(course: Course) -> list[Passage]:
    """What is known of the lessons without opening one."""
    return [_whole(entry, chapter.title) for chapter in course.chapters for entry in chapter.lessons]


def _whole(entry: Entry, chapter: str) -> Passage:
    return Passage(entry.id, "", entry.title, "", (), chapter)


def passages_of_lesson(lesson: Lesson, title: str) -> list[Passage]:
    """The lesson with its objective, and each of its steps."""
    found = [Passage(lesson.id, "", title, "", _terms(lesson.objective), plain_text(lesson.objective))]
    for step in lesson.steps:
        prose = [block.markdown for block in step.blocks if not isinstance(block, Example)]
        code = [block.code for block in step.blocks if isinstance(block, Example)]
        if step.demo is not None:
            prose += [step.demo.label, step.demo.question]
        terms = tuple(term for markdown in prose for term in _terms(markdown))
        text = plain_text("\n".join(prose)) + " " + _SPACE.sub(" ", " ".join(code))
        found.append(Passage(lesson.id, step.id, title, step.title, terms, text.strip()))
    return found


def _terms(markdown: str) -> tuple[str, ...]:
    return tuple(plain_text(term) for term in _TERM.findall(markdown))


class Index:
    """Passages that can be searched at once. Grows as lessons are read."""

    def __init__(self, course: Course) -> None:
        self._places = {entry.id: number for number, entry in enumerate(course.lessons)}
        self._passages = {passage.lesson: [(passage, passage.folded)] for passage in passages_of_course(course)}
        self.read = 0
        """Lessons whose text is in it."""

    @property
    def whole(self) -> bool:
        return self.read >= len(self._places)

    def add(self, lesson: Lesson | None, entry: Entry) -> None:
        """Takes a lesson's text in; None: it cannot be read, and is found by its title only."""
        if lesson is not None:
            self._passages[entry.id] = [
                (passage, passage.folded) for passage in passages_of_lesson(lesson, entry.title)
            ]
        self.read += 1

    def find(self, query: str, most: int = 60) -> list[Hit]:
        """The passages that hold every word of the query, the best first; of one lesson no more than a few."""
        words = query.casefold().split()
        if not words:
            return []
        found: list[tuple[float, int, int, Passage]] = []
        for lesson, passages in self._passages.items():
            scored = [(_score(words, folded, passage), i, passage) for i, (passage, folded) in enumerate(passages)]
            best = sorted((item for item in scored if item[0] > 0), key=lambda item: (-item[0], item[1]))
            found += [(score, self._places[lesson], i, passage) for score, i, passage in best[:MOST_OF_A_LESSON]]
        found.sort(key=lambda item: (-item[0], item[1], item[2]))
        return [Hit(passage, snippet(passage, words), score) for score, _, _, passage in found[:most]]


WEIGHTS = (6.0, 8.0, 10.0, 1.0)
"""Of a word in a lesson's title, a step's heading, its terms, its text."""


def _score(words: Sequence[str], folded: tuple[str, str, str, str], passage: Passage) -> float:
    """How well the passage fits; 0: a word is nowhere in it, or only in the title of the lesson, which has a line of its own."""
    total = 0.0
    own = not passage.step
    for word in words:
        best = 0.0
        for text, weight, counts in zip(folded, WEIGHTS, (own, True, True, True), strict=True):
            at = text.find(word)
            if at < 0:
                continue
            begins = at == 0 or not text[at - 1].isalnum() or f" {word}" in text
            best = max(best, (weight if counts else 0.5) * (2.0 if begins else 1.0))
            own = own or (counts and weight >= 1.0)
        if not best:
            return 0.0
        total += best
    if any(" ".join(words) in text for text in folded[1:]):
        total += 3.0 * len(words)  # as it was typed
    return total / len(words) + (2.0 if not passage.step else 0.0) if own else 0.0


def snippet(passage: Passage, words: Sequence[str], room: int = 160) -> str:
    """A stretch of the text around the first of the words, cut between words."""
    text = passage.text
    folded = text.casefold()
    places = [place for place in (folded.find(word) for word in words) if place >= 0]
    start = max(min(places, default=0) - 24, 0)
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + room]
    return ("… " if start else "") + piece + ("…" if start + room < len(text) else "")


def spots(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in a text, as (start, end)."""
    folded = text.casefold()
    if len(folded) != len(text):
        return []  # a letter that becomes two: rather no marks than wrong ones
    return [(match.start(), match.end()) for word in words for match in re.finditer(re.escape(word.casefold()), folded)]


def fuzzy(query: str, text: str) -> float:
    """How well a name fits what is typed: every word somewhere, best where a word begins; 0: not at all."""
    folded = text.casefold()
    total = 0.0
    for word in query.casefold().split():
        at = folded.find(word)
        if at < 0:
            return 0.0
        total += 3.0 if at == 0 else 2.0 if not folded[at - 1].isalnum() else 1.0
    return total or 1.0

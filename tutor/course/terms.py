"""The course's terms: each stands in bold where it is explained. What counts as one, and the sentence that explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tutor.course.model import Example, Lesson
from tutor.course.outline import Finding

MOST_WORDS = 4
"""Of a term; what is longer is a sentence that someone wanted to stress."""
SHORT = 70
"""Characters up to which a sentence takes the one behind it along."""

_BOLD = re.compile(r"\*\*([^*\n]+(?:\n[^*\n]+)?)\*\*")
_CODE = re.compile(r"`+([^`]*)`+")
_MARKUP = re.compile(r"(\*|\||^[-:| ]+$|^#{1,6} |^> |^\s*[-*] (?=\S)|\[(?=[^\]]*\]\()|\]\([^)]*\))", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_PIECE = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=\|)")
"""Between paragraphs, list items and table rows."""
_SENTENCE = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)\s+(?=[`*(\"“]*[A-Z0-9`])")
_LEAD = re.compile(r"\s*(?:[-*]|\d+\.)\s+")


@dataclass(frozen=True)
class Term:
    """A term where it is explained."""

    term: str
    sentence: str
    """That explains it, without markup."""
    lesson: str
    step: str
    """Id of the step; empty: the lesson's objective."""
    title: str
    """Of the lesson."""
    heading: str
    """Of the step, or empty."""
    line: int
    """In the lesson's .md, where that block begins; 0: in the objective."""

    @property
    def folded(self) -> str:
        """By which terms are sorted and taken for the same."""
        return self.term.casefold()


def plain_text(markdown: str) -> str:
    """Markdown on one line, without its marks."""
    parts = _CODE.split(markdown)  # every other one stood between backticks, where a star is a star
    parts[::2] = [_MARKUP.sub("", part) for part in parts[::2]]
    return _SPACE.sub(" ", "".join(parts)).strip()


def bold(markdown: str) -> list[str]:
    """What is set in bold, without other marks. Code between backticks has no bold."""
    return [plain_text(found) for found in _BOLD.findall(_CODE.sub(_starless, markdown))]


def _starless(code: re.Match[str]) -> str:
    return code[0].replace("*", "·")


def why_no_term(words: str) -> str:
    """Why words in bold cannot be a term; empty: they can."""
    if words.endswith((".", ":", "!", "?", ",", ";")):
        return f"it ends in {words[-1]!r}"
    if len(words.split()) > MOST_WORDS:
        return "it is longer than a term"
    if not any(letter.isalpha() for letter in words):
        return "it has no letter"
    return ""


def terms(markdown: str) -> list[str]:
    """The terms that a piece of Markdown explains."""
    return [words for words in bold(markdown) if not why_no_term(words)]


def terms_of_lesson(lesson: Lesson, title: str) -> list[Term]:
    """All terms of a lesson, in the order in which they come."""
    found = list(_explained(lesson.objective, lesson.id, "", title, "", 0))
    for step in lesson.steps:
        for block in step.blocks:
            if not isinstance(block, Example):
                found += _explained(block.markdown, lesson.id, step.id, title, step.title, block.line)
    words = plain_text("\n\n".join(b.markdown for s in lesson.steps for b in s.blocks if not isinstance(b, Example)))
    return [replace(term, term=_in_mid_sentence(term, words)) for term in found]


def _in_mid_sentence(term: Term, words: str) -> str:
    """The term without the capital that only the beginning of its sentence gave it: elsewhere the lesson writes it small."""
    small = term.term[:1].lower() + term.term[1:]
    begins = term.sentence.startswith(term.term)
    return small if begins and re.search(rf"(?<![\w.]){re.escape(small)}(?!\w)", words) else term.term


def check_terms(lesson: Lesson) -> Iterator[Finding]:
    """Bold that is no term, and a term that is explained twice in one lesson."""
    first: dict[str, int] = {}
    for step in lesson.steps:
        for block in step.blocks:
            for words in [] if isinstance(block, Example) else bold(block.markdown):
                why = why_no_term(words)
                if why:
                    problem = f"bold marks a term where it is explained, and {words!r} is none: {why}; to stress it, write *{words}*"
                    yield Finding(lesson.path, block.line, problem)
                elif words.casefold() in first:
                    problem = (
                        f"{words!r} is bold in line {first[words.casefold()]} too: leave it so where it is explained"
                    )
                    yield Finding(lesson.path, block.line, problem)
                first.setdefault(words.casefold(), block.line)


def _explained(markdown: str, lesson: str, step: str, title: str, heading: str, line: int) -> Iterator[Term]:
    for piece in _PIECE.split(markdown):
        sentences = _SENTENCE.split(_LEAD.sub("", piece, count=1) if _LEAD.match(piece) else piece)
        for number, sentence in enumerate(sentences):
            for term in terms(sentence):
                told = " ".join(sentences[number : number + (2 if len(plain_text(sentence)) < SHORT else 1)])
                yield Term(term, _told(told), lesson, step, title, heading, line)


def _told(markdown: str) -> str:
    """A sentence as the glossary shows it; the cells of a table's row become phrases."""
    cells = [cell for cell in markdown.strip().strip("|").split("|") if cell.strip()] if "|" in markdown else [markdown]
    return plain_text(": ".join(cell.strip() for cell in cells)) if len(cells) == 2 else plain_text(" · ".join(cells))


def fitting(found: Iterable[Term], words: str) -> list[Term]:
    """The terms that hold what is typed: first those that begin so, then those with a word that does, then the rest."""
    typed = " ".join(words.casefold().split())
    ranked = [(_rank(term.folded, typed), term) for term in found]
    return [
        term for rank, term in sorted(((rank, term) for rank, term in ranked if rank < 9), key=lambda pair: pair[0])
    ]


def _rank(term: str, typed: str) -> int:
    if term == typed or not typed:
        return 0
    if term.startswith(typed):
        return 1
    if f" {typed}" in term or f"-{typed}" in term or f"({typed}" in term:
        return 2
    return 3 if typed in term else 9


def sorted_terms(found: Iterable[Term]) -> list[Term]:
    """In the order of the alphabet; a term that is explained twice stands twice, in the order of the course."""
    return sorted(found, key=lambda term: term.folded)

"""How a lesson's test module writes down answers: RIGHT and WRONG, by exercise; test_answers.py gives them to the judge.

    RIGHT = {"average": whole("def average(marks):\\n    return {}\\n", ["marks.double().mean()"])}
    WRONG = {"average": told("def average(marks):\\n    return {}\\n", {"marks.median()": "expected 6.25"})}

RIGHT holds whole answers by exercise and name, WRONG the same as `Wrong`; the functions here fill in what several answers share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.lessons.course import find_code

Outcome = Literal["failed", "error", "not_attempted"]
Texts = str | tuple[str, ...]


@dataclass(frozen=True)
class Wrong:
    """An answer that must not pass, and what its feedback must hold."""

    code: str
    words: str = ""
    """Part of the sentence to the learner."""
    outcome: Outcome = "failed"
    detail: str = ""
    """Part of the details: of the error as PyTorch prints it."""
    line: int = 0
    """The line of the answer that the sentence is about; 0: any."""
    where_no_gpu: bool = False
    """It is wrong, or wrong in this way, only on a machine without a GPU."""


def whole(template: str, answers: Mapping[str, Texts] | Iterable[str]) -> dict[str, str]:
    """Right answers: the template with each one's text, or texts, in its places. Where they have no names, the text is one."""
    named = answers if isinstance(answers, Mapping) else {text: text for text in answers}
    return {name: template.format(*([texts] if isinstance(texts, str) else texts)) for name, texts in named.items()}


def told(template: str, answers: Mapping[str, Texts], outcome: Outcome = "failed") -> dict[str, Wrong]:
    """Wrong answers and the words that each is told: text -> words, or name -> (text or texts, words)."""
    found = {}
    for name, entry in answers.items():
        *texts, words = (name, entry) if isinstance(entry, str) else entry
        found[name] = Wrong(template.format(*texts), words, outcome)
    return found


def edited(
    lesson: str, exercise: str, edits: Mapping[str, tuple[str, str, str]], outcome: Outcome = "failed"
) -> dict[str, Wrong]:
    """The lesson's own solution, made wrong: name -> (what stands there, what replaces it, the words)."""
    solution = find_code(lesson, exercise).solution
    for old, _, _ in edits.values():
        assert old in solution, f"{lesson}: the solution of {exercise} has no {old!r} to replace"
    return {name: Wrong(solution.replace(old, new), words, outcome) for name, (old, new, words) in edits.items()}


def starter(lesson: str, exercise: str) -> str:
    """What the learner finds in the editor: of a fix exercise, the broken code."""
    return find_code(lesson, exercise).starter

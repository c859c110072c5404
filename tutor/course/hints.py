"""Whether an exercise's hints help: there are some, each says something new, and none holds the solution."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tutor.course.model import Code, Exercise, Lesson, Order, Tune
from tutor.course.outline import Finding

SHORTEST = 8
"""Characters of code that count as a solution: shorter ones stand in any sentence."""


def check_hints(lesson: Lesson) -> Iterator[Finding]:
    """What is wrong with the hints of a lesson, each at its exercise."""
    for exercise in lesson.exercises:
        for problem in _problems(exercise):
            yield Finding(lesson.path, exercise.line, problem)


def _problems(exercise: Exercise) -> Iterator[str]:
    name = exercise.id
    if not exercise.hints:
        yield f"{name} has no hint: add <details><summary>Hint</summary>, first a nudge, last almost the answer"
    given = _given(exercise)
    for number, hint in enumerate(exercise.hints, 1):
        words = " ".join(hint.split())
        if words in (" ".join(other.split()) for other in exercise.hints[: number - 1]):
            yield f"hint {number} of {name} says the same as one before it: let each say more"
        elif given and all(piece in _squeezed(hint) for piece in given):
            yield f"hint {number} of {name} holds the solution: lead up to it, and leave the last thought to the learner"


def _given(exercise: Exercise) -> list[str]:
    """The pieces of code which, all together in a hint, are the solution; nothing where that cannot be told."""
    if isinstance(exercise, Tune):
        return [_squeezed(f"{name} = {value}") for name, value in exercise.solution.items()]
    if isinstance(exercise, Order):
        return [_squeezed("\n".join(exercise.lines))]
    if not isinstance(exercise, Code):
        return []
    there = _squeezed(exercise.starter)
    new = [line for line in exercise.solution.split("\n") if _squeezed(line) not in there]
    cores = [_squeezed(_core(line)) for line in new]
    # where the core stands in the starter, the solution is what is done with it
    pieces = [core if core not in there else _squeezed(line) for core, line in zip(cores, new, strict=True)]
    return pieces if sum(map(len, pieces)) >= SHORTEST else []


def _core(line: str) -> str:
    """A line without what says nothing of the idea: its comment, `return`, and the name that is assigned to."""
    line = line.split("  #")[0].strip()
    try:
        statement = ast.parse(line).body[0] if line else None
    except (SyntaxError, IndexError):
        try:
            statement = ast.parse(f"def _():\n    {line}").body[0].body[0]  # type: ignore[attr-defined]  # a return
        except (SyntaxError, IndexError):
            return line
    value = getattr(statement, "value", None) if isinstance(statement, (ast.Return, ast.Assign)) else None
    return ast.unparse(value) if isinstance(value, ast.AST) else line


def _squeezed(text: str) -> str:
    """Without blanks, quotation marks of one kind only: so that two ways to set it out count as the same."""
    return re.sub(r"\s+", "", text).replace("'", '"')

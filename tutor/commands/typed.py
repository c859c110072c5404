"""Answers that are typed at a prompt: numbers of options or lines, a prediction, settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tutor.commands.answers import read_settings
from tutor.commands.setup import Problem

if TYPE_CHECKING:
    from tutor.course.model import Exercise, Tune, Value

ASKS = {
    "choice": "numbers of the right options",
    "predict": "it gives",
    "order": "numbers of the lines in order",
    "tune": "settings, such as lr=0.1",
}
"""What is typed, for each kind that is answered so."""


def tidy(exercise: Exercise, typed: str, before: str | None) -> str:
    """What was typed as the answer that is kept. `before`: the answer kept until now, which settings go on from."""
    typed = typed.strip()
    match exercise.kind:
        case "choice" | "order":
            return " ".join(typed) if re.fullmatch(r"[1-9]+", typed) else " ".join(re.split(r"[\s,;]+", typed))
        case "tune":
            pairs = re.sub(r"\s*=\s*", "=", typed)
            changed = [pair for pair in re.split(r"[\s,;]+", pairs) if pair]
            return spell(read_settings(exercise.demo, [*spell(settings_of(exercise, before)).splitlines(), *changed]))
    return typed


def settings_of(tune: Tune, answer: str | None) -> dict[str, Value]:
    """The settings of an answer; the demo's defaults where there is none that can be read."""
    try:
        return read_settings(tune.demo, [line for line in (answer or "").splitlines() if line.strip()])
    except Problem:
        return read_settings(tune.demo, [])


def spell(settings: dict[str, Value]) -> str:
    """Settings as an answer, a line each."""
    return "\n".join(f"{name}={value}" for name, value in settings.items())


def solution_markdown(exercise: Exercise) -> str:
    """The solution that the lesson gives; empty for a prediction, where only running the code says it."""
    match exercise.kind:
        case "predict":
            return ""
        case "choice":
            right = [(number, option) for number, option in enumerate(exercise.options, 1) if option.right]
            return "\n\n".join(f"**{number}**: {option.text}\n\n{option.why}" for number, option in right)
        case "tune":
            return "```text\n" + spell(exercise.settings(exercise.solution)) + "\n```"
    return "```python\n" + exercise.solution.strip("\n") + "\n```"

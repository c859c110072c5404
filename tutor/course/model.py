"""A course as data. What a lesson's .md and the signatures in its .py say, and nothing of how it is run or drawn."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Value = bool | int | float | str
SLOW_MOTION = "slow_motion"
"""A control of this name spreads a demo over some seconds so that it can be watched; its lowest value is full speed."""


@dataclass(frozen=True)
class Text:
    """Prose, as Markdown."""

    markdown: str
    line: int


@dataclass(frozen=True)
class Example:
    """A ```python fence: code that the learner can run where it stands."""

    code: str
    output: str | None
    """What the ```output fence after it states; None where there is none."""
    line: int


Block = Text | Example


@dataclass(frozen=True)
class Control:
    """One keyword parameter of a demo, as a control on the screen."""

    name: str
    kind: Literal["float", "int", "bool", "choice"]
    default: Value
    low: float | None = None
    high: float | None = None
    """Bounds, included; None for bool and choice."""
    log: bool = False
    """Nudged by factors instead of steps."""
    live: bool = False
    """Can be changed while the demo runs."""
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Value:
        """The value that `text` spells. ValueError with a sentence where it is none or out of bounds."""
        text = text.strip()
        if self.kind == "bool":
            return self._read_bool(text)
        if self.kind == "choice":
            for choice in self.choices:
                if choice.lower() == text.lower():
                    return choice
            raise ValueError(f"{self.name} can be {', '.join(self.choices)}; not {text!r}.")
        try:
            number = int(text) if self.kind == "int" else float(text)
        except ValueError:
            wanted = "a whole number" if self.kind == "int" else "a number"
            raise ValueError(f"{self.name} takes {wanted}, not {text!r}.") from None
        if self.low is not None and self.high is not None and not self.low <= number <= self.high:
            raise ValueError(f"{self.name} goes from {self.low:g} to {self.high:g}; {text} is outside.")
        return number

    def _read_bool(self, text: str) -> bool:
        for value, words in ((True, ("true", "on", "yes", "1")), (False, ("false", "off", "no", "0"))):
            if text.lower() in words:
                return value
        raise ValueError(f"{self.name} is a switch: on or off, not {text!r}.")


@dataclass(frozen=True)
class Demo:
    """A function in the lesson's .py that runs live."""

    id: str
    """The function's name."""
    label: str
    """The link's text, without a leading "Run: "."""
    question: str
    """First line of the function's docstring: what this experiment asks."""
    controls: tuple[Control, ...]
    source: str
    """The function's own lines."""
    seconds: float
    """Wall-clock budget; 0: the engine's default."""
    line: int


@dataclass(frozen=True)
class Option:
    """One answer of a Choice."""

    text: str
    right: bool
    why: str
    """Why it is right or wrong."""


@dataclass(frozen=True)
class Choice:
    """Pick the right answer, or all right answers."""

    id: str
    options: tuple[Option, ...]
    hints: tuple[str, ...]
    line: int
    kind: Literal["choice"] = "choice"

    @property
    def several(self) -> bool:
        """Whether more than one option is right."""
        return sum(option.right for option in self.options) > 1


@dataclass(frozen=True)
class Predict:
    """Code to read and an answer to type; the truth is what running the code gives."""

    id: str
    code: str
    before: tuple[str, ...]
    """The lesson's examples above it, in whose namespace the code runs."""
    hints: tuple[str, ...]
    line: int
    kind: Literal["predict"] = "predict"


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, and words its feedback must contain."""

    code: str
    sentence: str
    line: int


@dataclass(frozen=True)
class Code:
    """Code to write (kind "code"), or a real bug to mend (kind "fix")."""

    id: str
    kind: Literal["code", "fix"]
    starter: str
    solution: str
    mistakes: tuple[Mistake, ...]
    takes: tuple[str, ...]
    """The names that the check takes from the learner's namespace."""
    hints: tuple[str, ...]
    seconds: float
    line: int


@dataclass(frozen=True)
class Order:
    """Lines to put in order. Every order that passes the check is right."""

    id: str
    before: str
    """Code above the lines that is fixed; empty: none. Where it ends in a colon, the lines stand below it, indented."""
    lines: tuple[str, ...]
    """In one right order."""
    mistakes: tuple[Mistake, ...]
    takes: tuple[str, ...]
    """The names that the check takes from the namespace."""
    hints: tuple[str, ...]
    seconds: float
    line: int
    kind: Literal["order"] = "order"

    @property
    def solution(self) -> str:
        """The answer in the right order that the lesson gives."""
        return self.assemble(self.lines)

    def shuffled(self) -> tuple[str, ...]:
        """The lines as the learner first sees them: always the same, never in the lesson's own order."""
        chance = random.Random(self.id)
        lines = list(self.lines)
        while tuple(lines) == self.lines:
            chance.shuffle(lines)
        return tuple(lines)

    def assemble(self, lines: Sequence[str]) -> str:
        """The code that these lines make, in this order."""
        if not self.before:
            return "\n".join(lines)
        last = self.before.splitlines()[-1]
        indent = last[: len(last) - len(last.lstrip())] + ("    " if last.rstrip().endswith(":") else "")
        return "\n".join([self.before, *(indent + line for line in lines)])


@dataclass(frozen=True)
class Setting:
    """Settings of a demo that do not reach the target, and words their feedback must contain."""

    values: dict[str, Value]
    sentence: str
    line: int


@dataclass(frozen=True)
class Tune:
    """A target to reach with a demo's controls, judged on what several runs measure."""

    id: str
    demo: Demo
    solution: dict[str, Value]
    """Settings that reach it; controls that are not named keep their defaults."""
    mistakes: tuple[Setting, ...]
    hints: tuple[str, ...]
    seconds: float
    """Wall-clock budget of all seeds together; 0: the engine's default."""
    line: int
    kind: Literal["tune"] = "tune"
    seeds: tuple[int, ...] = (42, 43, 44)

    def settings(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """All of the demo's controls: these values, and the defaults of the others; nothing is slowed down to be watched."""
        chosen = {control.name: values.get(control.name, control.default) for control in self.demo.controls}
        for control in self.demo.controls:
            if control.name == SLOW_MOTION and control.low is not None:
                chosen[control.name] = control.low
        return chosen


Exercise = Choice | Predict | Code | Order | Tune


@dataclass(frozen=True)
class Step:
    """One `##` section of a lesson: prose, and at most one demo or exercise."""

    id: str
    """Slug of its title; unique in the lesson."""
    title: str
    blocks: tuple[Block, ...]
    demo: Demo | None
    exercise: Exercise | None
    line: int


@dataclass(frozen=True)
class Lesson:
    """One lesson, read from its .md and .py."""

    id: str
    title: str
    objective: str
    steps: tuple[Step, ...]
    path: Path
    """The .md."""

    @property
    def demos(self) -> tuple[Demo, ...]:
        """Each once, those that are only linked to be tuned included."""
        found: dict[str, Demo] = {}
        for step in self.steps:
            demo = step.exercise.demo if isinstance(step.exercise, Tune) else step.demo
            if demo:
                found.setdefault(demo.id, demo)
        return tuple(found.values())

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return tuple(step.exercise for step in self.steps if step.exercise)

    def examples_before(self, step: Step, index: int = 0) -> tuple[str, ...]:
        """Code of the examples above the one at block `index` of `step`: the namespace it runs in."""
        above: list[str] = []
        for earlier in self.steps:
            blocks = earlier.blocks[:index] if earlier is step else earlier.blocks
            above += [block.code for block in blocks if isinstance(block, Example)]
            if earlier is step:
                break
        return tuple(above)


def slug(title: str) -> str:
    """A title as an id: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")

"""The drafts of a step -> its exercise, checked for all that an exercise needs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from tutor.course.model import Choice, Code, Demo, Exercise, Mistake, Option, Order, Predict, Setting, Tune, Value
from tutor.course.outline import close_names
from tutor.course.parts import Fault, Part
from tutor.course.signatures import CHECK, CheckSignature, Signatures
from tutor.course.step import Answer, Draft, StepParts

FEWEST_LINES = 3
"""Of an order exercise."""


@dataclass(frozen=True)
class Around:
    """What an exercise needs of the lesson around it."""

    step_id: str
    examples: tuple[str, ...]
    """Code of the examples of earlier steps."""
    signatures: Callable[[int], Signatures]
    """Reads the .py, for the sake of this line of the .md."""
    demo: Callable[[Part], Demo]
    """The demo that a link leads to."""
    fault: Fault


def build_exercise(found: StepParts, around: Around) -> Exercise | None:
    """The exercise of a step, None where it has none."""
    if len(found.drafts) > 1:
        line = found.drafts[1].part.line
        raise around.fault(line, "this is a second exercise in one step: begin another step with ## ...")
    if found.drafts:
        return _Builder(found, found.drafts[0], around).build()
    for what, answers in _answers(found):
        for answer in answers:
            problem = f"this {what} of {answer.name} belongs to no exercise: its step has none"
            raise around.fault(answer.part.line, problem)
    return None


def _answers(found: StepParts) -> tuple[tuple[str, list[Answer]], ...]:
    return ("solution", found.solutions), ("mistake", found.mistakes), ("before", found.befores)


class _Builder:
    """Builds the exercise of one step from its draft."""

    def __init__(self, found: StepParts, draft: Draft, around: Around) -> None:
        self.found, self.draft, self.around = found, draft, around
        self.fault, self.line = around.fault, draft.part.line
        self.hints = tuple(hint.markdown for hint in found.hints)
        self.text = draft.part.text.rstrip("\n")
        """The draft's code."""

    def build(self) -> Exercise:
        role = self.draft.role
        if role == "tune":
            return self._tune()
        self._claimed(self.draft.name, "python", role in ("starter", "broken"), role != "choice" and role != "predict")
        if role == "choice":
            return Choice(self.around.step_id, self._options(), self.hints, self.line)
        if role == "predict":
            return Predict(self.draft.name, self.text, self.around.examples + self.draft.above, self.hints, self.line)
        return self._order() if role == "order" else self._code()

    def _claimed(self, name: str, language: str, solution: bool, mistakes: bool) -> None:
        """Every fence beside the draft must be of a kind that its exercise has, and name it."""
        role = self.draft.role
        has = {"solution": solution, "mistake": mistakes, "before": role == "order"}
        for what, answers in _answers(self.found):
            for answer in answers:
                line = answer.part.line
                if not has[what]:
                    kind = {"starter": "code", "broken": "fix"}.get(role, role)
                    raise self.fault(
                        line, f"{kind} exercises have no {what}: drop it, or add the starter it belongs to"
                    )
                if answer.name != name:
                    problem = f"this {what} is named {answer.name}, but the exercise of this step is {name}"
                    raise self.fault(line, problem)
                if answer.language != language:
                    raise self.fault(line, f"write this {what} as ```{language} {what} {name}")
            if what != "mistake" and len(answers) > 1:
                raise self.fault(answers[1].part.line, f"this is a second {what} of {name}; keep one")

    def _check(self, name: str) -> CheckSignature:
        signatures = self.around.signatures(self.line)
        if name not in signatures.checks:
            problem = f"{name} has no check: write def {CHECK}{name}(...) in {signatures.path.name}"
            raise self.fault(self.line, problem)
        return signatures.check(name)

    # The kinds ------------------------------------------------------------------------------------------------------

    def _options(self) -> tuple[Option, ...]:
        tasks = self.draft.part.tasks
        if len(tasks) < 2:
            raise self.fault(self.line, "a choice needs two options or more")
        for task in tasks:
            if not task.rest:
                problem = f"the option {task.text!r} has no reason: say why it is {'right' if task.ticked else 'wrong'}"
                raise self.fault(task.line, f"{problem} in an indented paragraph below it")
        if not any(task.ticked for task in tasks):
            raise self.fault(self.line, "no option of this choice is right: mark one with [x]")
        return tuple(Option(task.text, task.ticked, task.rest) for task in tasks)

    def _code(self) -> Code:
        name, solutions = self.draft.name, self.found.solutions
        if not solutions:
            raise self.fault(self.line, f"{name} has no solution: add a fence ```python solution {name}")
        check = self._check(name)
        solution = solutions[0].part.text.rstrip("\n")
        mistakes = tuple(_mistake(answer) for answer in self.found.mistakes)
        kind: Literal["code", "fix"] = "fix" if self.draft.role == "broken" else "code"
        return Code(name, kind, self.text, solution, mistakes, check.takes, self.hints, check.seconds, self.line)

    def _order(self) -> Order:
        name = self.draft.name
        lines = _lines(self.text)
        if len(set(lines)) < FEWEST_LINES:
            raise self.fault(self.line, f"the order {name} needs {FEWEST_LINES} different lines or more")
        check = self._check(name)
        before = self.found.befores[0].part.text.rstrip() if self.found.befores else ""
        order = Order(name, before, lines, (), check.takes, self.hints, check.seconds, self.line)
        mistakes = []
        for answer in self.found.mistakes:
            other = _lines(answer.part.text)
            if sorted(other) != sorted(lines):
                problem = f"this mistake of {name} must have the same lines as its order, in another order"
                raise self.fault(answer.part.line, problem)
            mistakes.append(Mistake(order.assemble(other), answer.sentence, answer.part.line))
        return replace(order, mistakes=tuple(mistakes))

    def _tune(self) -> Tune:
        solutions = self.found.solutions
        if not solutions:
            example = "```toml solution NAME, with the settings that reach the target"
            raise self.fault(self.line, f"this tune has no solution, which also names it: add a fence {example}")
        name = solutions[0].name
        self._claimed(name, "toml", True, True)
        demo = self.around.demo(self.draft.part)
        check = self._check(name)
        if len(check.takes) != 1:
            problem = f"{CHECK}{name} must take one parameter: the list of what each run gave to run.result"
            raise self.fault(self.line, problem)
        mistakes = tuple(
            Setting(self._settings(answer, demo), answer.sentence, answer.part.line) for answer in self.found.mistakes
        )
        return Tune(name, demo, self._settings(solutions[0], demo), mistakes, self.hints, check.seconds, self.line)

    def _settings(self, answer: Answer, demo: Demo) -> dict[str, Value]:
        """What a toml fence says, each a control of the demo and within its bounds."""
        line = answer.part.line
        try:
            values = tomllib.loads(answer.part.text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"at line (\d+)", str(error))
            raise self.fault(line + int(place[1]) if place else line, f"these settings are not TOML: {error}") from None
        controls = {control.name: control for control in demo.controls}
        read: dict[str, Value] = {}
        for name, value in values.items():
            if name not in controls:
                raise self.fault(line, f"the demo {demo.id} has no control {name}{close_names(name, controls)}")
            control = controls[name]
            if isinstance(value, str) is not (control.kind == "choice"):
                raise self.fault(line, f"{name} cannot be {value!r}: it is a {control.kind}")
            try:
                read[name] = control.read(str(value))
            except ValueError as error:
                raise self.fault(line, str(error).rstrip(".")) from None
        return read


def _mistake(answer: Answer) -> Mistake:
    return Mistake(answer.part.text.rstrip("\n"), answer.sentence, answer.part.line)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.split("\n") if line.strip())

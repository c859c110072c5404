"""The drafts of order and tune exercises -> the exercises, checked for all that they need."""

from __future__ import annotations

import tomllib

from tutor.course.model import Demo, Mistake, Order, Setting, Tune, Value, close_names
from tutor.course.parts import Fault
from tutor.course.signatures import CHECK, CheckSignature, Signatures
from tutor.course.step import Answer, Draft, StepParts

FEWEST_LINES = 3


def find_check(name: str, line: int, signatures: Signatures, fault: Fault) -> CheckSignature:
    """The check of an exercise."""
    if name not in signatures.checks:
        raise fault(line, f"{name} has no check: write def {CHECK}{name}(...) in {signatures.path.name}")
    return signatures.check(name)


def read_mistake(answer: Answer) -> Mistake:
    """A wrong answer of a code, fix or order exercise."""
    return Mistake(answer.part.text.rstrip("\n"), answer.sentence, answer.part.line)


def build_order(draft: Draft, found: StepParts, hints: tuple[str, ...], signatures: Signatures, fault: Fault) -> Order:
    """Lines to put in order."""
    line = draft.part.line
    lines = tuple(text.rstrip() for text in draft.part.text.splitlines() if text.strip())
    if len(set(lines)) < FEWEST_LINES:
        raise fault(line, f"{draft.name} needs {FEWEST_LINES} different lines or more to put in order")
    if found.solutions:
        raise fault(found.solutions[0].part.line, "an order exercise needs no solution: its own lines are one")
    if len(found.before) > 1:
        raise fault(found.before[1].part.line, f"this is a second before of {draft.name}; keep one")
    before = found.before[0].part.text.rstrip() if found.before else ""
    check = find_check(draft.name, line, signatures, fault)
    order = Order(draft.name, before, lines, (), check.takes, hints, check.seconds, line)
    mistakes = tuple(_wrong_order(order, answer, fault) for answer in found.mistakes)
    return Order(draft.name, before, lines, mistakes, check.takes, hints, check.seconds, line)


def _wrong_order(order: Order, answer: Answer, fault: Fault) -> Mistake:
    mistake = read_mistake(answer)
    lines = [text.rstrip() for text in mistake.code.splitlines() if text.strip()]
    if sorted(lines) != sorted(order.lines):
        raise fault(mistake.line, f"this mistake must hold the lines of {order.id}, in another order")
    return Mistake(order.assemble(lines), mistake.sentence, mistake.line)


def build_tune(found: StepParts, demo: Demo, hints: tuple[str, ...], signatures: Signatures, fault: Fault) -> Tune:
    """A target to reach with the controls of `demo`."""
    if not found.solutions:
        problem = "this has no settings that reach the target: add a fence ```toml solution NAME"
        raise fault(demo.line, problem)
    if len(found.solutions) > 1:
        raise fault(found.solutions[1].part.line, f"this is a second solution of {found.solutions[0].name}; keep one")
    answer = found.solutions[0]
    check = find_check(answer.name, demo.line, signatures, fault)
    if len(check.takes) != 1:
        raise fault(demo.line, f"{CHECK}{answer.name} takes one thing: the list of results, one for each seed")
    mistakes = tuple(Setting(_settings(each, demo, fault), each.sentence, each.part.line) for each in found.mistakes)
    return Tune(answer.name, demo, _settings(answer, demo, fault), mistakes, hints, check.seconds, demo.line)


def _settings(answer: Answer, demo: Demo, fault: Fault) -> dict[str, Value]:
    """The controls' values that a toml fence states."""
    line = answer.part.line
    try:
        given = tomllib.loads(answer.part.text)
    except tomllib.TOMLDecodeError as error:
        raise fault(line, f"these settings are not TOML: {error}") from None
    controls = {control.name: control for control in demo.controls}
    values: dict[str, Value] = {}
    for name, value in given.items():
        if name not in controls:
            raise fault(line, f"{demo.id} has no control {name}{close_names(name, controls)}")
        try:
            values[name] = controls[name].read(str(value))
        except ValueError as error:
            raise fault(line, str(error)) from None
    return values

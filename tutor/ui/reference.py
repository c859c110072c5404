"""The lesson's own solution: what it looks like, how long it takes here, and what to notice beside the learner's."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from tutor.course.model import Choice, Code, Exercise, Lesson, Order, Tune
from tutor.protocol import CheckAnswer, CheckTuning, JobEvent, Verdict, Work
from tutor.ui.jobs import Jobs
from tutor.ui.nudging import spell
from tutor.ui.words import plural, span

if TYPE_CHECKING:
    from tutor.client import Engine

QUICK = 5.0
"""Seconds of an answer's check up to which the solution is run as well without being asked."""
MUCH = 3.0
"""Times longer or shorter that are worth a word."""


def solution_text(exercise: Exercise) -> str:
    """The solution as the answer's own text; empty where running the code is the only answer there is."""
    match exercise:
        case Code() | Order():
            return exercise.solution
        case Tune():
            return "\n".join(f"{name}={spell(value)}" for name, value in exercise.settings(exercise.solution).items())
        case Choice():
            marks = {True: "✓", False: "✗"}
            return "\n\n".join(
                f"{marks[option.right]} {number}  {option.text.strip()}\n     {option.why.strip()}"
                for number, option in enumerate(exercise.options, 1)
            )
    return ""


class Reference:
    """Runs the solution through the engine, as an answer is run, and keeps what that took."""

    def __init__(
        self, owner: Widget, engine: Engine, course: str, lesson: Lesson, exercise: Exercise, then: Callable[[], None]
    ) -> None:
        """`then` is called once the verdict is there."""
        self.verdict: Verdict | None = None
        self._place = (course, lesson.id, exercise.id)
        self._exercise = exercise
        self._then = then
        self._jobs = Jobs(owner, engine, self._take)

    @property
    def can_run(self) -> bool:
        return isinstance(self._exercise, (Code, Order, Tune))

    @property
    def running(self) -> bool:
        return self._jobs.running

    @property
    def seconds(self) -> float:
        """What the solution and its check took here; 0: not known."""
        return self.verdict.seconds if self.verdict is not None and self.verdict.outcome == "passed" else 0.0

    def start(self) -> None:
        """Runs the solution, unless it runs or has run."""
        if self.can_run and not self.running and not self.seconds:
            self._jobs.start(self._request(self._jobs.new()))

    def stop(self) -> None:
        self._jobs.drop()

    def _request(self, job: int) -> Work:
        if isinstance(self._exercise, Tune):
            tune = self._exercise
            settings = tune.settings(tune.solution)
            course, lesson, exercise = self._place
            return CheckTuning(job, course, lesson, exercise, tune.demo.id, settings, tune.seeds, "", tune.seconds)
        assert isinstance(self._exercise, (Code, Order))
        return CheckAnswer(job, *self._place, self._exercise.solution, "", self._exercise.seconds)

    def _take(self, event: JobEvent) -> None:
        if isinstance(event, Verdict):
            self.verdict = event
            self._then()


def both_took(own: float, reference: float) -> str:
    """How long both took, in one phrase."""
    return f"yours {span(own)}, the lesson's {span(reference)}"


def notice(own: str, solution: str, own_seconds: float = 0.0, seconds: float = 0.0) -> str:
    """One line on what differs between two right answers; 0 seconds: not measured."""
    if own_seconds and seconds and abs(own_seconds - seconds) > 0.1:
        ratio = own_seconds / seconds
        if ratio >= MUCH:
            return f"Yours takes {ratio:.0f} times as long; look at what the lesson's does in one call."
        if ratio <= 1 / MUCH:
            return f"Yours is {1 / ratio:.0f} times as fast as the lesson's."
    try:
        ours, theirs = ast.parse(own), ast.parse(solution)
    except SyntaxError:
        return ""
    if ast.dump(ours) == ast.dump(theirs):
        return "Yours is the same as the lesson's."
    surplus, missing = (sorted(a - b) for a, b in ((_calls(ours), _calls(theirs)), (_calls(theirs), _calls(ours))))
    if missing and surplus:
        return f"The lesson's calls {_listed(missing)} where yours calls {_listed(surplus)}."
    if missing:
        return f"The lesson's calls {_listed(missing)}; yours does without."
    if surplus:
        return f"Yours calls {_listed(surplus)}; the lesson's does without."
    lines, fewer = _lines(ours), _lines(theirs)
    if lines != fewer:
        return f"The same calls: {plural(lines, 'line')} in yours, {fewer} in the lesson's."
    return "The same calls in as many lines, written in another way."


def _calls(tree: ast.AST) -> set[str]:
    """Names of what is called, without what stands before the dot. `print` shows what is done and does nothing."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names.add(node.func.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names.add(node.func.id)
    return names - {"print"}


def _lines(tree: ast.AST) -> int:
    """Lines of code, without comments and empty ones."""
    return len(ast.unparse(tree).split("\n"))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")

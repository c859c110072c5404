"""The four things a job can be asked to do. Each returns the message that says what came of it."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import linecache
import math
import os
import random
import sys
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from tutor.engine import checking, diagnosis, prediction
from tutor.engine.run import Run
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Crashed,
    Message,
    Progress,
    RunCode,
    RunDemo,
    Verdict,
)

ANSWER = "<your answer>"
"""The file name that the learner's code is compiled under."""


class CourseFault(Exception):
    """The course's .py is at fault, not the learner. `str()` is a sentence."""


def run_demo(request: RunDemo, run: Run) -> Crashed | None:
    """Run a demo; None: it came to its end."""
    try:
        lesson = load_lesson(request.course, request.lesson)
        demo = getattr(lesson, request.demo, None)
        if not callable(demo):
            return Crashed(request.job, f"{request.lesson}.py has no demo named {request.demo}.")
        seed()
        demo(run, **request.settings)
    except CourseFault as fault:
        return Crashed(request.job, str(fault))
    except BaseException as error:
        found = diagnosis.diagnose(error, _lesson_file(request.course, request.lesson))
        return Crashed(request.job, found.message, found.detail, found.line, found.lesson)
    return None


def run_code(request: RunCode, device: str) -> Crashed | None:
    """Run code as a prompt would: the value of a last expression is shown."""
    namespace = fresh_main()
    seed()
    with course_at_hand(request.course):
        try:
            for code in request.before:
                with _silenced():
                    _execute(code, namespace, ANSWER)
            value = _execute(request.code, namespace, ANSWER)
            if value is not None:
                print(repr(value))
        except BaseException as error:
            found = diagnosis.diagnose(error, ANSWER)
            return Crashed(request.job, found.message, found.detail, found.line, found.lesson)
    return None


def check_answer(request: CheckAnswer, device: str) -> Verdict:
    """Run the learner's code, then the lesson's check on what it defines."""
    began = time.perf_counter()

    def verdict(outcome: Any, message: str, **more: Any) -> Verdict:
        return Verdict(request.job, outcome, message, seconds=time.perf_counter() - began, **more)

    try:
        lesson = load_lesson(request.course, request.lesson)
        check = getattr(lesson, f"check_{request.exercise}", None)
        if check is None:
            raise CourseFault(f"{request.lesson}.py has no check_{request.exercise}. Your answer is saved.")
    except CourseFault as fault:
        return verdict("unjudged", str(fault))
    names = list(inspect.signature(check).parameters)
    guard = Guard(lesson)
    namespace = fresh_main()
    seed()
    try:
        _execute(request.answer, namespace, ANSWER)
        absent = _not_attempted(request.answer, names, namespace)
        if absent:
            return verdict("not_attempted", absent)
        seed()
        check(*[namespace[name] for name in names])
        guard.verify()
    except checking.Mismatch as mismatch:
        return verdict("failed", str(mismatch), expected=mismatch.expected, got=mismatch.got)
    except BaseException as error:
        return _verdict_of(error, check, verdict)
    return verdict("passed", "Right.")


def _verdict_of(error: BaseException, check: Any, verdict: Any) -> Verdict:
    """What an exception says: the learner's own, an assert of the check, or a fault of the check."""
    found = diagnosis.diagnose(error, ANSWER)
    own = {"detail": found.detail, "line": found.line, "lesson": found.lesson}
    if found.line:
        return verdict("error", found.message, **own)  # type: ignore[no-any-return]
    if isinstance(error, AssertionError):
        return verdict("failed", str(error) or "The check says no, without saying why.")  # type: ignore[no-any-return]
    where = f"{check.__module__.removeprefix('lesson:')}.py, {check.__name__}"
    message = (
        f"The check itself failed ({where}): {type(error).__name__}. That is the course's fault; your answer is saved."
    )
    return verdict("unjudged", message, detail=found.detail)  # type: ignore[no-any-return]


def check_prediction(request: CheckPrediction, device: str) -> Verdict:
    """Run the code and compare what it gives with what the learner said."""
    began = time.perf_counter()
    namespace = fresh_main()
    seed()
    with course_at_hand(request.course):
        try:
            with _silenced():
                for code in request.before:
                    _execute(code, namespace, "<examples>")
        except BaseException as error:
            found = diagnosis.diagnose(error, "<examples>")
            message = f"An example above fails, so this cannot be judged: {found.message}"
            return Verdict(request.job, "unjudged", message, detail=found.detail)
        truth = prediction.truth_of(lambda: _execute(request.code, namespace, "<the code>"))
    right, message = prediction.judge(request.answer, truth)
    outcome: Any = "not_attempted" if right is None else "passed" if right else "failed"
    seconds = time.perf_counter() - began
    return Verdict(request.job, outcome, message, expected=truth.shown, got=request.answer.strip(), seconds=seconds)


def check_tuning(request: CheckTuning, device: str, send: Callable[[Message], None]) -> Verdict:
    """Run a demo once for each seed, showing only how far it is, then the check on the list of what each run measured."""
    began = time.perf_counter()

    def verdict(outcome: Any, message: str, **more: Any) -> Verdict:
        return Verdict(request.job, outcome, message, seconds=time.perf_counter() - began, **more)

    results = []
    check = None
    try:
        lesson = load_lesson(request.course, request.lesson)
        check = getattr(lesson, f"check_{request.exercise}")
        for i, number in enumerate(request.seeds):
            send(Progress(request.job, i, len(request.seeds), "seed", 0.0, -1.0, 0))
            run = Run(request.job, device, lambda message: None, number)
            seed(number)
            getattr(lesson, request.demo)(run, **request.settings)
            results.append(run.figures)
        check(results)
    except checking.Mismatch as mismatch:
        return verdict("failed", str(mismatch), expected=mismatch.expected, got=mismatch.got)
    except AssertionError as error:
        return verdict("failed", str(error) or "The target is not reached.")
    except CourseFault as fault:
        return verdict("unjudged", str(fault))
    except Exception as error:
        found = diagnosis.diagnose(error, _lesson_file(request.course, request.lesson))
        return verdict("unjudged", f"The demo failed with these settings: {found.message}", detail=found.detail)
    return verdict("passed", "Right.")


# The pieces -------------------------------------------------------------------------------------------------------------


def seed(number: int = 0) -> None:
    """The same chance for every run."""
    random.seed(number)
    torch.manual_seed(number)


def fresh_main() -> dict[str, Any]:
    """A namespace as a script's: its own __main__, so that pickling and DataLoader workers find what it defines."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    return vars(module)


def _execute(code: str, namespace: dict[str, Any], name: str) -> Any:
    """Run the code; the value of its last statement where that is an expression, else None."""
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    tree = ast.parse(code, name)
    last = tree.body[-1] if tree.body else None
    value = None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, name, "exec", dont_inherit=True), namespace)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), namespace)
    return value


def _not_attempted(answer: str, names: list[str], namespace: dict[str, Any]) -> str:
    """A sentence where something to be written is missing or still empty."""
    missing = [name for name in names if name not in namespace]
    if missing:
        return f"There is no `{missing[0]}` yet: the check looks for that name."
    empty = {node.name for node in ast.parse(answer).body if isinstance(node, ast.FunctionDef) and _is_empty(node)}
    for name in names:
        if name in empty or namespace[name] is Ellipsis:
            return f"`{name}` is still empty: write it where the `...` is."
    return ""


def _is_empty(function: ast.FunctionDef) -> bool:
    """Whether the body is nothing but a docstring, `pass` or `...`."""
    kinds = (ast.Pass, ast.Expr)
    constants = [node.value for node in function.body if isinstance(node, ast.Expr)]
    return all(isinstance(node, kinds) for node in function.body) and all(
        isinstance(c, ast.Constant) for c in constants
    )


@contextmanager
def _silenced() -> Iterator[None]:
    """Drop what is printed meanwhile."""
    stdout = sys.stdout
    with open(os.devnull, "w") as sys.stdout:
        try:
            yield
        finally:
            sys.stdout = stdout


def _lesson_file(course: str, lesson: str) -> str:
    return str(Path(course, f"{lesson}.py"))


@contextmanager
def course_at_hand(course: str) -> Iterator[None]:
    """The course's folder at hand for imports: an example may say `from data import digits`."""
    sys.path.insert(0, course)
    try:
        yield
    finally:
        sys.path.remove(course)


def load_lesson(course: str, lesson: str) -> types.ModuleType:
    """Import a lesson's .py, with the course's folder at hand for its imports. CourseFault says what is wrong with it."""
    path = _lesson_file(course, lesson)
    spec = importlib.util.spec_from_file_location(f"lesson:{lesson}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, course)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = diagnosis.last_line_in(error, path)
        where = f"{path}:{line}" if line else path
        raise CourseFault(f"{where} cannot be used: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(course)
    return module


class Guard:
    """Notices when the learner's code replaced what the check judges with, so that such an answer does not pass by it."""

    def __init__(self, lesson: types.ModuleType) -> None:
        places: list[Any] = [torch, torch.Tensor, torch.nn, torch.nn.functional, torch.nn.Module, torch.testing]
        places += [builtins, math, checking, lesson]
        self._before = [(place, dict(vars(place))) for place in places]

    def verify(self) -> None:
        """Mismatch where something that was there is another thing now."""
        for place, before in self._before:
            now = vars(place)
            for name, value in before.items():
                if now.get(name) is not value and callable(value):
                    raise checking.Mismatch(_replaces(place, name))
            if isinstance(place, type):
                for name in now.keys() - before.keys():
                    if any(name in vars(base) for base in place.__mro__[1:]):
                        raise checking.Mismatch(_replaces(place, name))


def _replaces(place: Any, name: str) -> str:
    owner = getattr(place, "__name__", str(place)).removeprefix("lesson:")
    return f"Your code replaces {owner}.{name}, which the check needs as it is; leave it alone."

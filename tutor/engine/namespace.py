"""Where code runs: a fresh __main__, the course's folder at hand, a lesson's .py imported, a learner's code executed."""

from __future__ import annotations

import ast
import importlib.util
import linecache
import os
import random
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch

from tutor.engine import diagnosis

ANSWER = "<your answer>"
"""The file name that the learner's code is compiled under."""


class CourseFault(Exception):
    """The course's .py is at fault, not the learner. `str()` is a sentence."""


def seed(number: int = 0) -> None:
    """The same chance for every run."""
    random.seed(number)
    torch.manual_seed(number)


def fresh_main() -> dict[str, Any]:
    """A namespace as a script's: its own __main__, so that pickling and DataLoader workers find what it defines."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    return vars(module)


def execute(code: str, namespace: dict[str, Any], name: str) -> Any:
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


def run_examples(examples: Sequence[str], namespace: dict[str, Any]) -> None:
    """Run a lesson's examples, silently. One that fails, as some are there to do, leaves the others their names."""
    for code in examples:
        with silenced(), suppress(Exception):
            execute(code, namespace, "<examples>")


def not_attempted(answer: str, names: list[str], namespace: dict[str, Any]) -> str:
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


def gap(answer: str) -> int:
    """The first line that is a bare `...`, as a starter leaves it where something is to be written; 0: none."""
    try:
        nodes = list(ast.walk(ast.parse(answer)))
    except (SyntaxError, ValueError):
        return 0
    lines = [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis
    ]
    return min(lines, default=0)


@contextmanager
def silenced() -> Iterator[None]:
    """Drop what is printed meanwhile."""
    stdout = sys.stdout
    with open(os.devnull, "w") as sys.stdout:
        try:
            yield
        finally:
            sys.stdout = stdout


def lesson_file(course: str, lesson: str) -> str:
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
    path = lesson_file(course, lesson)
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

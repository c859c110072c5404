"""Whose fault an exception is that came out of a check without passing a line of the learner's.

Where the check called something the learner made (`model(X)`, a model of nn.Sequential say), it is theirs. All else is the course's.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import traceback
import types
from typing import Any


def learners_call(error: BaseException, check: types.FunctionType) -> str:
    """The source of the check's call to what the learner made, out of which the error came; empty: there is none such."""
    file = check.__code__.co_filename
    frames = [frame for frame in _frames(error) if frame[0].f_code.co_filename == file]
    if not frames:
        return ""
    tree = ast.parse("".join(linecache.getlines(file)))
    first = frames[0][0]
    theirs = [
        first.f_locals[name]
        for name in check.__code__.co_varnames[: check.__code__.co_argcount]
        if name in first.f_locals
    ]
    names: set[str] = set()
    for frame, _, _ in frames:
        names = _made_by_them(_function_of(tree, frame.f_code), frame.f_locals, theirs)
        theirs += [frame.f_locals[name] for name in names if name in frame.f_locals]
    frame, line, last = frames[-1]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_at(node, frame.f_code, line, last)]
    return next((ast.unparse(call) for call in calls if _root(call.func) in names), "")


def _frames(error: BaseException) -> list[tuple[types.FrameType, int, int]]:
    """Frame, line and last instruction of each call that the error came through, outermost first."""
    lasts = []
    trace = error.__traceback__
    while trace is not None:
        lasts.append(trace.tb_lasti)
        trace = trace.tb_next
    return [(frame, line, last) for (frame, line), last in zip(traceback.walk_tb(error.__traceback__), lasts)]


def _function_of(tree: ast.Module, code: types.CodeType) -> ast.AST:
    named = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == code.co_name]
    # a code's first line is that of its first decorator
    inside = [n for n in named if min([n.lineno, *(d.lineno for d in n.decorator_list)]) == code.co_firstlineno]
    return inside[0] if inside else tree


def _made_by_them(function: ast.AST, values: dict[str, Any], theirs: list[Any]) -> set[str]:
    """Names of what the learner made, and of what came out of calling it."""
    names = {name for name, value in values.items() if any(value is each for each in theirs)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _root(node.value) in names:
            names |= {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names


def _root(node: ast.AST) -> str:
    """The name that `model.layers[0](x).shape` begins with; empty: it begins with none."""
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if not isinstance(inner, ast.AST):
            return ""
        node = inner
    return node.id


def _is_at(call: ast.Call, code: types.CodeType, line: int, last: int) -> bool:
    """Whether the call is what ran when the error came; on its line, where this Python cannot tell more."""
    if not hasattr(code, "co_positions"):  # Python 3.10
        return call.lineno <= line <= (call.end_lineno or line)
    place = next(itertools.islice(code.co_positions(), last // 2, None), None)
    return place == (call.lineno, call.end_lineno, call.col_offset, call.end_col_offset)

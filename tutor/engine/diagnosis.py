"""An exception as what went wrong, in the learner's words: which of their lines, what the tensors on it were, what to think of next."""

from __future__ import annotations

import ast
import linecache
import re
import traceback
import types
from dataclasses import dataclass
from typing import Any

import torch

from tutor.engine.known_errors import explain

MOST_TEXT = 4000
"""Characters of an error's own text that are kept: some print whole tensors."""
LONGEST_LINE = 300


@dataclass(frozen=True)
class Found:
    """What became of an exception."""

    message: str
    """One or two sentences to the learner."""
    detail: str
    """The error as Python prints it, from their code on, and the tensors that took part."""
    line: int
    """Their line, from 1; 0: none of their lines took part."""
    lesson: str = ""
    """Id of the lesson that teaches it; empty: none."""


def diagnose(error: BaseException, file: str, before: str = "") -> Found:
    """What to say of `error`, raised while code that was compiled under the name `file` ran. Never raises itself.

    `before` begins the message where no line of theirs does.
    """
    try:
        return _diagnose(error, file, before)
    except Exception:  # values and classes of the learner's may do anything when they are looked at
        kind, line = type(error).__name__, last_line_in(error, file)
        return Found(f"Line {line}: {kind}." if line else f"{kind}.", kind, line)


def _diagnose(error: BaseException, file: str, before: str) -> Found:
    if isinstance(error, SyntaxError) and error.filename == file:
        return _syntax(error)
    frame, line = _last_frame_in(error, file)
    text = text_of(error)
    tensors = tensors_on_line(frame, file, line) if frame is not None else {}
    explanation = explain(error, text, tensors, layer_of(error), linecache.getline(file, line))
    at = f"Line {line}: " if line else before
    kind = type(error).__name__
    message = f"{at}{explanation.message}" if explanation else f"{at}{kind}: {_first_line(text)}"
    detail = _detail(error, text, file, frame, line, tensors)
    return Found(message, detail, line, explanation.lesson if explanation else "")


def text_of(error: BaseException) -> str:
    """The error's own text; one whose __str__ raises has none."""
    try:
        return str(error)[:MOST_TEXT]
    except BaseException as second:
        return f"(its text cannot be had: __str__ raises {type(second).__name__})"


def last_line_in(error: BaseException, file: str) -> int:
    """The innermost line of `file` that the exception came through; 0: none."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno or 0
    return _last_frame_in(error, file)[1]


def line_of_call(error: BaseException, namespace: dict[str, Any], file: str) -> int:
    """Where a function of `file` is defined that was called with other arguments than it takes; 0: the error is another one."""
    named = re.match(r"([\w.]+)\(\) (?:missing|takes|got)", text_of(error)) if isinstance(error, TypeError) else None
    value: Any = namespace.get(named[1].split(".")[0]) if named else None
    for name in named[1].split(".")[1:] if named else []:
        value = vars(value).get(name) if isinstance(value, type) else None
    code = getattr(value, "__code__", None)
    if isinstance(code, types.CodeType) and code.co_filename == file:
        return code.co_firstlineno
    return 0


def _last_frame_in(error: BaseException, file: str) -> tuple[types.FrameType | None, int]:
    found: tuple[types.FrameType | None, int] = (None, 0)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == file:
            found = frame, line
    return found


def _syntax(error: SyntaxError) -> Found:
    line = error.lineno or 0
    kind = {"IndentationError": "the indentation is off", "TabError": "tabs and spaces are mixed"}
    problem = kind.get(type(error).__name__, "Python cannot read this")
    detail = "".join(traceback.format_exception_only(error)).rstrip()
    habit = next((says for pattern, says in HABITS if re.search(pattern, error.text or "")), "")
    return Found(f"Line {line}: {problem} ({error.msg}).{habit}", detail, line)


HABITS = (
    (r"&&|\|\|", " Python joins conditions with `and` and `or`, and masks with & and |."),
    (r"\belse\s+if\b", " Python writes elif."),
    (r"\+\+\s*;?\s*$|--\s*;?\s*$", " Python counts with += 1 or -= 1."),
    (r"!\s*[\w(](?!=)", " Python negates with `not`, and a mask with ~."),
)
"""What other languages write, and Python cannot read."""


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    first = lines[0] if lines else "(without a text)"
    return first if len(first) <= LONGEST_LINE else first[:LONGEST_LINE] + "…"


def _detail(
    error: BaseException, text: str, file: str, frame: types.FrameType | None, line: int, tensors: dict[str, Any]
) -> str:
    parts = []
    if frame is not None:
        source = linecache.getline(file, line).strip()
        parts.append(f"line {line}, in {frame.f_code.co_name}:\n    {source}" if source else f"line {line}")
    parts += [f"    {name}: {describe(value)}" for name, value in tensors.items()]
    parts.append(f"{type(error).__name__}: {text}".rstrip(": "))
    return "\n".join(parts)


def tensors_on_line(frame: types.FrameType, file: str, line: int) -> dict[str, Any]:
    """Tensors and modules that are named on the line: name -> value. Looks names up; never runs what the learner wrote."""
    source = "".join(linecache.getlines(file))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and node.lineno <= line <= (node.end_lineno or 0):
            value = _look_up(node, frame)
            if isinstance(value, (torch.Tensor, torch.nn.Module)):
                names[ast.unparse(node)] = value
    return names


def _look_up(node: ast.AST, frame: types.FrameType) -> Any:
    """The value of `x`, or of `self.weight` through plain instance attributes; None where there is none."""
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = _look_up(node.value, frame)
        if isinstance(owner, torch.nn.Module):
            own = vars(owner)
            for place in (own, own.get("_parameters", {}), own.get("_modules", {}), own.get("_buffers", {})):
                if node.attr in place:
                    return place[node.attr]
    return None


def layer_of(error: BaseException) -> tuple[str, torch.Tensor] | None:
    """The layer of torch.nn that the error came out of, and what it was given: deep in a model, that is what fits or does not."""
    found = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        layer, code = frame.f_locals.get("self"), frame.f_code
        if (
            not isinstance(layer, torch.nn.Module)
            or code.co_name != "forward"
            or next(layer.children(), None) is not None
        ):
            continue
        if type(layer).__module__.startswith("torch.nn.") and code.co_argcount > 1:
            given = frame.f_locals.get(code.co_varnames[1])
            found = (describe(layer), given) if isinstance(given, torch.Tensor) else None
    return found


def describe(value: Any) -> str:
    """A tensor's or module's facts in one line."""
    if isinstance(value, torch.Tensor):
        facts = f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')} on {value.device}"
        return facts + (" (requires grad)" if value.requires_grad else "")
    try:
        return repr(value).splitlines()[0][:100]
    except Exception:  # a module whose __init__ has not run has no repr
        return f"{type(value).__name__}, not set up"

"""Why code did not come to an end, as far as the line that it was at tells. Reads source text; nothing is judged by it."""

from __future__ import annotations

import ast

WAITS = ("acquire", "wait", "join", "get", "recv", "accept", "select", "communicate")
"""Calls that wait for something that another thread or process must do."""


def likely_reason(source: str, line: int) -> str:
    """A sentence or two about that line of the code; it asks where it cannot tell."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "Is there a loop that never ends?"
    calls = [_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and _holds(node, line)]
    if "sleep" in calls:
        return "It sleeps: is the time in seconds what you meant?"
    waits = [name for name in calls if name in WAITS]
    if waits:
        return f"{waits[0]}() waits there for something that did not come."
    loops = [n for n in ast.walk(tree) if isinstance(n, (ast.While, ast.For)) and _holds(n, line)]
    if not loops:
        return "Is there more to compute than you meant?"
    loop = max(loops, key=lambda each: each.lineno)
    head = ast.get_source_segment(source, loop.test if isinstance(loop, ast.While) else loop.iter) or "..."
    head = head if len(head) <= 40 and "\n" not in head else "..."
    if isinstance(loop, ast.For):
        return f"The `for` loop of line {loop.lineno} was still going: does `{head}` hold more than you meant?"
    if isinstance(loop.test, ast.Constant) and loop.test.value:
        return f"Nothing ended the `while {head}` of line {loop.lineno}: a `break` must be reached."
    return f"The `while` loop of line {loop.lineno} never ended: does anything in it make `{head}` false?"


def _holds(node: ast.expr | ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

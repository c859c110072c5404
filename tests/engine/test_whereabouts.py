"""What is said of the line that a job was at when its time was up."""

from __future__ import annotations

import pytest

from tutor.engine.whereabouts import likely_reason


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("while True: pass", 1, "Nothing ended the `while True` of line 1: a `break` must be reached."),
        ("x = 1\nwhile 1:\n    x += 1\n    y = x", 4, "Nothing ended the `while 1` of line 2"),
        (
            "x = 9\nwhile x > 0:\n    y = x",
            3,
            "The `while` loop of line 2 never ended: does anything in it make `x > 0` false?",
        ),
        (
            "for i in range(10**12):\n    x = i",
            2,
            "The `for` loop of line 1 was still going: does `range(10**12)` hold more",
        ),
        ("while True:\n    for i in range(9):\n        pass", 3, "The `for` loop of line 2"),
        ("while True:\n    for i in range(9):\n        pass\n    x = 1", 4, "Nothing ended the `while True` of line 1"),
        ("import time\ntime.sleep(1000)", 2, "It sleeps"),
        ("from time import sleep\nwhile True: sleep(1)", 2, "It sleeps"),
        ("lock.acquire()", 1, "acquire() waits there"),
        ("queue.get()", 1, "get() waits there"),
        ("def f(n):\n    return f(n - 1) + f(n - 2)\nf(90)", 2, "Is there more to compute than you meant?"),
        ("while (\n    True\n): pass", 3, "Nothing ended the `while True` of line 1"),
        ("while True", 1, "Is there a loop that never ends?"),
        ("", 1, "Is there more to compute than you meant?"),
    ],
)
def test_the_line_tells_the_likely_reason(source: str, line: int, says: str) -> None:
    assert says in likely_reason(source, line)

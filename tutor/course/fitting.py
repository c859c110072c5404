"""Whether what there is to read fits the smallest screen, drawn as the screens draw it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from tutor.course.model import Block, Example, Lesson, Step
from tutor.course.outline import Finding

ROWS = 19
"""Of a step's text at 80x24, between the title and the keys."""
COLUMNS = 77
"""Of its words beside the scroll bar; one more where there is none."""
CODE_COLUMNS = 73
"""Of an example, within its frame."""
SCREENS = 2
"""So a step scrolls once at most."""
INDENT = 2
"""Of code that is only shown; what does not fit beside it is cut."""


def check_fit(lesson: Lesson) -> Iterator[Finding]:
    """Steps that are too long to read at 80x24, and lines of theirs that would be cut."""
    for step in lesson.steps:
        rows = count_rows(step)
        if rows > SCREENS * ROWS:
            problem = (
                f"the step {step.title!r} takes {rows} rows at 80x24, and {SCREENS * ROWS} are two screens: "
                "shorten it, or begin another step with ## ..."
            )
            yield Finding(lesson.path, step.line, problem)
        for block in step.blocks:
            yield from _cut(lesson, block, COLUMNS - INDENT + (rows <= ROWS))


def count_rows(step: Step) -> int:
    """The rows of its words and examples at 80x24, one empty row between them; what examples print is not counted."""
    return sum(_rows(block) for block in step.blocks) + max(0, len(step.blocks) - 1)


def _rows(block: Block) -> int:
    from rich.console import Console

    if isinstance(block, Example):
        return sum(max(1, -(-len(line) // CODE_COLUMNS)) for line in block.code.split("\n"))
    from tutor.drawing.page import Page

    console = Console(file=io.StringIO(), width=COLUMNS, color_system=None)
    return len(console.render_lines(Page(block.markdown, hyperlinks=False), pad=False))


def _cut(lesson: Lesson, block: Block, room: int) -> Iterator[Finding]:
    if isinstance(block, Example):
        return
    within = ""
    for number, line in enumerate(block.markdown.split("\n"), block.line):
        mark = line.strip()[:3]
        if mark in ("```", "~~~") and within in ("", mark):
            within = "" if within else mark
        elif within and len(line) > room:
            problem = f"this line has {len(line)} characters, and at 80 columns {room} are shown: break it"
            yield Finding(lesson.path, number, problem)

"""The words and examples of a step."""

from __future__ import annotations

from textual.app import ComposeResult

from tutor.course.model import Example, Lesson, Step
from tutor.ui.widgets.example import ExampleBox
from tutor.ui.widgets.prose import Prose
from tutor.ui.widgets.scroll import Scroll


class StepText(Scroll):
    """What there is to read in a step; scrolls where it does not fit."""

    BINDING_GROUP_TITLE = "The text"
    DEFAULT_CSS = """
    StepText { height: auto; padding: 0 1; }
    StepText > Prose { margin-bottom: 1; }
    """

    def __init__(self, lesson: Lesson, step: Step) -> None:
        super().__init__(id="text")
        self.lesson, self.step = lesson, step

    def compose(self) -> ComposeResult:
        for index, block in enumerate(self.step.blocks):
            if isinstance(block, Example):
                yield ExampleBox(block, self.lesson.id, self.lesson.examples_before(self.step, index))
            else:
                yield Prose(block.markdown)

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
        self._told = (False, False)

    def more(self, direction: int) -> bool:
        """Whether there is more to read below (1) or above (-1) than is seen."""
        return self.scroll_offset.y < self.max_scroll_y if direction > 0 else self.scroll_offset.y > 0

    def on_mount(self) -> None:
        for what in ("scroll_y", "virtual_size"):
            self.watch(self, what, self._tell, init=False)

    def on_resize(self) -> None:
        self._tell()

    def _tell(self) -> None:
        """The bottom line names the keys that lead to more, where there is more."""
        found = (self.more(1), self.more(-1))
        if found != self._told and self.is_attached:
            self._told = found
            self.screen.refresh_bindings()

    def compose(self) -> ComposeResult:
        for index, block in enumerate(self.step.blocks):
            if isinstance(block, Example):
                yield ExampleBox(block, self.lesson.id, self.lesson.examples_before(self.step, index))
            else:
                yield Prose(block.markdown)

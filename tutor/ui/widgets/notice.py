"""One line that says what the learner should know about where the answer is kept."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Notice(Static):
    """Not there until there is something to say. What is not kept comes before anything else."""

    DEFAULT_CSS = """
    Notice { display: none; height: auto; max-height: 3; padding: 0 1; color: $warning; }
    Notice.-shown { display: block; }
    Notice.-warned { text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False, id="notice")
        self.words = ""
        self.warning = ""

    def say(self, words: str) -> None:
        """Something that was done; empty: nothing any more."""
        self.words = words
        self._show()

    def warn(self, words: str) -> None:
        """Something is not kept; empty: all is."""
        if words != self.warning:
            self.warning = words
            self._show()

    def _show(self) -> None:
        text = f"! {self.warning}" if self.warning else self.words
        self.update(Text(text))
        self.set_class(bool(text), "-shown")
        self.set_class(bool(self.warning), "-warned")

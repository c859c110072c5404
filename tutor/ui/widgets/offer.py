"""Completions to choose from, below where a name is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.widgets import Static

from tutor.ui.prompting import short

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp


class Offer(Static):
    """A few lines of words; there only while there are some."""

    DEFAULT_CSS = """
    Offer { display: none; height: auto; max-height: 4; padding: 0 1 0 3; color: $muted; }
    Offer.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(id="offer", markup=False)

    def show(self, words: Sequence[str], chosen: int) -> None:
        """`chosen`: which of them stands in the text now; negative: none."""
        primary = cast("TutorApp", self.app).theme_variables["primary"]
        text = Text(no_wrap=False)
        for index, word in enumerate(words):
            text.append(short(word), f"bold {primary}" if index == chosen else "")
            text.append("  ")
        self.update(text)
        self.set_class(bool(words), "-shown")

"""A step's words: Markdown drawn in one widget."""

from __future__ import annotations

from textual.widgets import Static

from tutor.drawing.page import Page

__all__ = ["Page", "Prose"]


class Prose(Static):
    """Markdown in one widget: Textual's own makes one for each paragraph and takes twice as long."""

    DEFAULT_CSS = """
    Prose { height: auto; max-width: 88; }
    """

    def __init__(self, markdown: str) -> None:
        super().__init__(Page(markdown, hyperlinks=False))

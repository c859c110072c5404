"""A step's words: Markdown drawn in one widget."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown
from rich.padding import Padding
from rich.text import Text
from textual.widgets import Static


class PlainHeading(Heading):
    """A heading at the left, without a frame."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class PlainCode(CodeBlock):
    """Text that is not to be run: indented, on the page's own background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        text = Text(str(self.text).rstrip(), style="markdown.code_block", no_wrap=True, overflow="ellipsis")
        yield Padding(text, (0, 0, 0, 2))


class Page(Markdown):
    """Markdown in the calm style of the program."""

    elements = {**Markdown.elements, "heading_open": PlainHeading, "fence": PlainCode, "code_block": PlainCode}


class Prose(Static):
    """Markdown in one widget: Textual's own makes one for each paragraph and takes twice as long."""

    DEFAULT_CSS = """
    Prose { height: auto; max-width: 88; }
    """

    def __init__(self, markdown: str) -> None:
        super().__init__(Page(markdown, hyperlinks=False))

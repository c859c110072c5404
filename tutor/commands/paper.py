"""What is printed in the terminal and stays, and below it one line that is rewritten."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from tutor.protocol import Verdict

SHAPES = {"passed": "✓", "failed": "✗", "error": "✗", "not_attempted": "○", "unjudged": "!"}
"""An outcome by its shape."""
COLOURS = {"passed": "bold green", "failed": "bold red", "error": "bold red"}
WIDEST = 100
MOST_PRINTED = 12
"""Lines an answer printed that are shown; the last ones."""

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Paper:
    """Prints above the bottom line, and keeps that where it is."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False)
        self._bottom, self._style = "", "dim"
        self._shown = False

    def say(self, *parts: RenderableType) -> None:
        """Print, a part below the other; a text is taken as it is, without markup."""
        self.clear()
        for part in parts:
            body = Text(part) if isinstance(part, str) else part
            self._console.print(body, width=min(self._console.width, WIDEST))
        self._draw()

    def markdown(self, text: str) -> None:
        """Print Markdown."""
        self.say(Markdown(text, code_theme="ansi_dark"), "")

    def rule(self, words: str) -> None:
        """A line across that begins something new."""
        width = min(self._console.width, WIDEST)
        self.say(Text(f"── {words} ".ljust(width, "─")[:width], style="dim"))

    def bottom(self, text: str, style: str = "dim") -> None:
        """Rewrite the bottom line; where it is too long, its end is shown."""
        if text != self._bottom or not self._shown:
            self.clear()
            self._bottom, self._style = text, style
            self._draw()

    def redraw(self) -> None:
        """The bottom line again, after another program wrote here."""
        self._draw()

    def clear(self) -> None:
        """Take the bottom line away, until the next is drawn."""
        if self._shown:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
            self._shown = False

    def _draw(self) -> None:
        room = self._console.width - 1
        text = self._bottom
        while cell_len(text) > room:
            text = "…" + text[2:]
        self._console.print(Text(text, self._style), end="", no_wrap=True, overflow="crop")
        sys.stdout.flush()
        self._shown = bool(text)

    def verdict(self, verdict: Verdict, tries: int, printed: str, is_markdown: bool = False) -> None:
        """The sentence first, then expected and got, what was printed, and the facts."""
        self.rule(time.strftime("%H:%M:%S"))
        shape, style = SHAPES[verdict.outcome], COLOURS.get(verdict.outcome, "bold yellow")
        message = verdict.message or "Right."
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text(shape, style), Markdown(message) if is_markdown else Text(plain(message), "bold"))
        self.say(grid)
        if verdict.outcome != "passed":
            self._compare(verdict)
        if printed.strip():
            lines = plain(printed).rstrip().splitlines()[-MOST_PRINTED:]
            self.say(Text("  it printed", "dim"), Padding(Text("\n".join(lines), "dim"), (0, 0, 0, 4)))
        self.say(Text(_facts(verdict, tries), "dim"), "")

    def _compare(self, verdict: Verdict) -> None:
        grid = Table.grid(padding=(0, 2))
        for name, value in (("expected", verdict.expected), ("got", verdict.got)):
            if value:
                grid.add_row(Text(f"  {name}", "dim"), Text(plain(value)))
        if grid.row_count:
            self.say(grid)


def _facts(verdict: Verdict, tries: int) -> str:
    facts = [f"line {verdict.line}"] if verdict.line else []
    facts.append(f"attempt {tries}")
    facts += [f"{verdict.seconds:.1f} s"] if verdict.seconds >= 0.05 else []
    if verdict.outcome != "passed":
        facts += ["d shows the details"] if verdict.detail else []
        facts += [f"more about this: tutor {verdict.lesson}"] if verdict.lesson else []
    return "  " + " · ".join(facts)


def plain(text: str) -> str:
    """Text of a job without what would steer the terminal."""
    return _CONTROL.sub("�", _SEQUENCE.sub("", text.replace("\r\n", "\n"))).expandtabs(4)

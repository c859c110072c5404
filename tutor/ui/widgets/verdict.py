"""What became of an answer: the sentence first, then expected and got; and the hints taken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from tutor.protocol import Verdict
from tutor.ui.keymap import key
from tutor.ui.theme import prose_styles
from tutor.ui.widgets.comparison import comparison
from tutor.ui.widgets.highlighting import with_code
from tutor.ui.widgets.scroll import Scroll
from tutor.ui.words import plural, span

SHAPES = {"passed": "✓", "failed": "✗", "error": "✗", "not_attempted": "○", "unjudged": "!"}
"""An outcome by its shape."""
MOST_PRINTED = 4
"""Lines the answer printed that are shown at once; the last ones."""


class Feedback(Scroll):
    """Verdict and hints, beneath an exercise. Not there until there is something to say."""

    BINDING_GROUP_TITLE = "The verdict"
    COMPONENT_CLASSES = {"feedback--good", "feedback--bad", "feedback--open", "feedback--muted"}
    DEFAULT_CSS = """
    Feedback {
        height: auto; max-height: 50%; display: none; padding: 0 1; background: $surface; border-left: outer $panel;
        .feedback--good { color: $success; text-style: bold; }
        .feedback--bad { color: $error; text-style: bold; }
        .feedback--open { color: $warning; text-style: bold; }
        .feedback--muted { color: $muted; }
        &.-shown { display: block; }
        &.-passed { border-left: outer $success; }
        &.-failed, &.-error { border-left: outer $error; }
        &.-not_attempted, &.-unjudged { border-left: outer $warning; }
        #verdict, #hints { height: auto; }
        #hints { display: none; }
        &.-hinted #hints { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="feedback")
        self.verdict: Verdict | None = None
        self.points = True
        """Whether expected and got are spelled alike, so that their first difference can be pointed at."""
        self._hints: list[str] = []
        self._hints_of = 0
        self._more: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static(id="verdict", markup=False)
        yield Static(id="hints", markup=False)

    def show_verdict(
        self, verdict: Verdict, tries: int, printed: str = "", next_key: str = "n", more: Sequence[str] = ()
    ) -> None:
        """`tries`: which attempt it was. `printed`: what the answer wrote while it was checked. `more`: which keys show more."""
        self.verdict = verdict
        self._shown = (tries, printed, next_key)
        self._more = list(more)
        self._mark(verdict.outcome)
        self._draw()
        self.scroll_home(animate=False)
        self.call_after_refresh(self.scroll_visible, animate=False)  # the options above it may fill the screen

    def add(self, words: Sequence[str]) -> None:
        """Something more to say beneath the verdict that is shown."""
        if self.verdict is not None:
            self._more = list(words)
            self._draw()

    def _draw(self) -> None:
        assert self.verdict is not None
        verdict, (tries, printed, next_key) = self.verdict, self._shown
        parts: list[RenderableType] = [self._sentence(verdict)]
        if verdict.expected.strip() != verdict.got.strip():
            width = self.app.size.width - 4
            parts.append(comparison(verdict.expected, verdict.got, width, self._style, point=self.points))
        parts.append(Text(self._facts(verdict, tries, next_key), self._style("muted")))
        if printed.strip():
            parts.append(Text(self._printed_lines(printed), self._style("muted")))
        self.query_one("#verdict", Static).update(Group(*parts))

    def _printed_lines(self, printed: str) -> str:
        lines = printed.rstrip().splitlines()
        hidden, details = len(lines) - MOST_PRINTED, key(self, "exercise.detail")
        head = "  it printed" + (
            f" {len(lines)} lines; {details} shows them all, these are the last" if hidden > 0 else ""
        )
        return "\n".join([head, *[f"    {line}" for line in lines[-MOST_PRINTED:]]])

    def clear_verdict(self) -> None:
        self.verdict = None
        self._mark("")
        self.query_one("#verdict", Static).update("")

    def say(self, words: str, outcome: str = "") -> None:
        """One sentence of the program's own."""
        self.verdict = None
        self._mark(outcome)
        shape = f"{SHAPES[outcome]} " if outcome else ""
        self.query_one("#verdict", Static).update(Text(shape + words))
        self.add_class("-shown")

    def show_hints(self, hints: list[str], of: int) -> None:
        """The hints taken so far, the newest last."""
        self._hints, self._hints_of = hints, of
        text = Text()
        for number, hint in enumerate(hints, 1):
            text.append(f"hint {number}/{of}  ", self._style("open"))
            text.append_text(with_code(f"{rejoined(hint)}\n", "", self._code))
        text.rstrip()
        self.query_one("#hints", Static).update(text)
        self.set_class(bool(hints), "-hinted")
        self.set_class(bool(hints) or self.verdict is not None, "-shown")
        self.call_after_refresh(self.scroll_end, animate=False)
        self.call_after_refresh(self.scroll_visible, animate=False)

    def _mark(self, outcome: str) -> None:
        for name in SHAPES:
            self.set_class(name == outcome, f"-{name}")
        self.set_class(bool(outcome) or bool(self._hints), "-shown")

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"feedback--{name}", partial=True)

    @property
    def _code(self) -> str:
        return prose_styles(self.app.theme_variables)["markdown.code"]

    def _sentence(self, verdict: Verdict) -> Table:
        style = {"passed": "good", "failed": "bad", "error": "bad"}.get(verdict.outcome, "open")
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column()
        message = verdict.message or "Right."
        if verdict.outcome == "not_attempted":
            message = f"Not attempted yet. {message}"
        grid.add_row(Text(SHAPES[verdict.outcome], self._style(style)), with_code(message, "bold", self._code))
        return grid

    def _facts(self, verdict: Verdict, tries: int, next_key: str) -> str:
        facts = [f"line {verdict.line}"] if verdict.line else []
        facts.append(f"attempt {tries}" if tries else "")
        facts.append(span(verdict.seconds) if verdict.seconds else "")
        facts.append(plural(len(self._hints), "hint") if self._hints else "")
        if verdict.detail:
            facts.append(f"{key(self, 'exercise.detail')} shows the details")
        if verdict.outcome == "passed":
            facts.append(f"{next_key} goes on")
        first = "  " + " · ".join(fact for fact in facts if fact)
        return "\n".join([first, *(f"  {words}" for words in self._more)])


def rejoined(markdown: str) -> str:
    """The text, where a line that was only wrapped in the file goes on in the one before it."""
    return re.sub(r"(?<!\n)\n(?!\n|```|[-*] |\d+\. )", " ", markdown.strip())

"""All attempts at one exercise: when, what became of them, and what was written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Static

from tutor.course.model import Code, Exercise, Order
from tutor.ui.desk import SET_ASIDE
from tutor.ui.screens.page import Page
from tutor.ui.theme import code_styles
from tutor.ui.widgets.listing import Listing
from tutor.ui.widgets.scroll import Scroll
from tutor.ui.widgets.topline import TopLine
from tutor.ui.widgets.verdict import SHAPES
from tutor.ui.words import plural, span

if TYPE_CHECKING:
    from tutor.progress import Attempt

MARKS = {**SHAPES, SET_ASIDE: "·"}


def when(at: float, now: float) -> str:
    """A time as short as it can be understood: the hour today, the day before that."""
    then, today = time.localtime(at), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M:%S", then)
    return time.strftime("%d %b %H:%M" if then[0] == today[0] else "%d %b %Y", then)


class AttemptsScreen(Page["Attempt | None"]):
    """The newest first; Enter brings the one under the cursor back into the exercise."""

    CSS_PATH = "attempts.tcss"
    HELP = (
        "Every attempt is kept, with its time, what became of it, and what you had written. {attempts.restore} brings the one under "
        "the cursor back; what stands in the exercise now is kept here first. `✓` passed, `✗` did not, `·` was set aside "
        "without being judged."
    )
    BINDINGS = [
        Binding("enter", "restore", "bring it back", id="attempts.restore", tooltip="Put this one into the exercise"),
        Binding(
            "pageup,ctrl+u", "page(-1)", "page up", show=False, priority=True, id="attempts.page_up",
            tooltip="One page up in what was written",
        ),
        Binding(
            "pagedown,ctrl+d", "page(1)", "page down", show=False, priority=True, id="attempts.page_down",
            tooltip="One page down in what was written",
        ),
        Binding("escape,q,f8", "close", "back", id="attempts.close", tooltip="Back to the exercise"),
    ]  # fmt: skip

    def __init__(self, title: str, exercise: Exercise, attempts: Sequence[Attempt]) -> None:
        """`attempts`, oldest first, are at least one."""
        super().__init__()
        self.heading, self.exercise = title, exercise
        self.attempts = list(reversed(attempts))
        self.listing = Listing(self._row)

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        with Horizontal(id="middle"):
            yield self.listing
            with Scroll(id="code"):
                yield Static(id="shown", markup=False)

    def on_mount(self) -> None:
        heading = self.query_one("#heading", TopLine)
        heading.left = Text(f"{self.heading}: your attempts", "bold")
        judged = sum(attempt.outcome != SET_ASIDE for attempt in self.attempts)
        heading.right = Text(plural(judged, "attempt"), self.tutor.theme_variables["muted"])
        self.listing.show(self.attempts)
        self.listing.focus()
        self.on_listing_moved()

    def _row(self, attempt: Attempt, here: bool) -> Text:
        variables = self.tutor.theme_variables
        colours = {"passed": variables["success"], "failed": variables["error"], "error": variables["error"]}
        mark = (MARKS[attempt.outcome], colours.get(attempt.outcome, variables["warning"]))
        return Text.assemble(mark, " ", (when(attempt.at, time.time()), "bold" if here else variables["muted"]))

    def _one(self, attempt: Attempt) -> Group:
        facts = time.strftime("%d %B %Y, %H:%M:%S", time.localtime(attempt.at))
        facts += f" · {span(attempt.seconds)}" if attempt.seconds else ""
        code = isinstance(self.exercise, (Code, Order))
        return Group(
            Text(f"{MARKS[attempt.outcome]} {attempt.message}", "bold"),
            Text(facts + "\n", self.tutor.theme_variables["muted"]),
            self._highlighted(attempt.answer) if code else Text(attempt.answer),
        )

    def _highlighted(self, code: str) -> Text:
        from tutor.ui.widgets.highlighting import highlight

        return highlight(code.rstrip(), code_styles(self.tutor.theme_variables))

    def on_listing_moved(self) -> None:
        self.query_one("#shown", Static).update(self._one(self.attempts[self.listing.here]))
        self.query_one("#code").scroll_home(animate=False)

    def on_listing_again(self) -> None:
        self.action_restore()

    def action_page(self, pages: int) -> None:
        code = self.query_one("#code")
        code.scroll_relative(y=pages * code.size.height, animate=False)

    def action_restore(self) -> None:
        self.dismiss(self.listing.item)

    def action_close(self) -> None:
        self.dismiss(None)

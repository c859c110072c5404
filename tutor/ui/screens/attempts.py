"""All attempts at one exercise: when, what became of them, and what was written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from tutor.course.model import Code, Exercise, Order
from tutor.ui.desk import SET_ASIDE
from tutor.ui.keymap import Keyed
from tutor.ui.theme import code_styles
from tutor.ui.widgets.keys import KeyLine
from tutor.ui.widgets.scroll import Scroll
from tutor.ui.widgets.topline import TopLine
from tutor.ui.widgets.verdict import SHAPES
from tutor.ui.words import plural, span

if TYPE_CHECKING:
    from tutor.progress import Attempt
    from tutor.ui.app import TutorApp

MARKS = {**SHAPES, SET_ASIDE: "·"}


def when(at: float, now: float) -> str:
    """A time as short as it can be understood: the hour today, the day before that."""
    then, today = time.localtime(at), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M:%S", then)
    return time.strftime("%d %b %H:%M" if then[0] == today[0] else "%d %b %Y", then)


class AttemptsScreen(Keyed["Attempt | None"]):
    """The newest first; Enter brings the one under the cursor back into the exercise."""

    CSS_PATH = "attempts.tcss"
    AUTO_FOCUS = "#code"
    HELP = (
        "Every attempt is kept, with its time, what became of it, and what you had written. {attempts.restore} brings the one under "
        "the cursor back; what stands in the exercise now is kept here first. `✓` passed, `✗` did not, `·` was set aside "
        "without being judged."
    )
    BINDINGS = [
        Binding("enter", "restore", "bring it back", id="attempts.restore", tooltip="Put this one into the exercise"),
        Binding("up,k", "move(-1)", "newer", show=False, priority=True, id="attempts.up", tooltip="To a newer one"),
        Binding("down,j", "move(1)", "older", show=False, priority=True, id="attempts.down", tooltip="To an older one"),
        Binding(
            "home,g", "move(-1000)", "newest", show=False, priority=True, id="attempts.first", tooltip="To the newest"
        ),
        Binding(
            "end,G", "move(1000)", "oldest", show=False, priority=True, id="attempts.last", tooltip="To the oldest"
        ),
        Binding("escape,q,f8", "close", "back", id="attempts.close", tooltip="Back to the exercise"),
    ]

    def __init__(self, title: str, exercise: Exercise, attempts: Sequence[Attempt]) -> None:
        """`attempts`, oldest first, are at least one."""
        super().__init__()
        self.heading, self.exercise = title, exercise
        self.attempts = list(reversed(attempts))
        self.here = 0

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    def compose(self) -> ComposeResult:
        yield TopLine(id="heading")
        with Horizontal(id="middle"):
            with VerticalScroll(id="list", can_focus=False):
                yield Static(id="rows", markup=False)
            with Scroll(id="code"):
                yield Static(id="shown", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        heading = self.query_one("#heading", TopLine)
        heading.left = Text(f"{self.heading}: your attempts", "bold")
        judged = sum(attempt.outcome != SET_ASIDE for attempt in self.attempts)
        heading.right = Text(plural(judged, "attempt"), self.tutor.theme_variables["muted"])
        self._draw()

    def _draw(self) -> None:
        variables = self.tutor.theme_variables
        colours = {"passed": variables["success"], "failed": variables["error"], "error": variables["error"]}
        rows, now = Text(no_wrap=True), time.time()
        for index, attempt in enumerate(self.attempts):
            here = index == self.here
            rows.append("▸ " if here else "  ", f"bold {variables['primary']}")
            rows.append(MARKS[attempt.outcome] + " ", colours.get(attempt.outcome, variables["warning"]))
            rows.append(f"{when(attempt.at, now)}\n", "bold" if here else variables["muted"])
        rows.rstrip()
        self.query_one("#rows", Static).update(rows)
        self.query_one("#shown", Static).update(self._one(self.attempts[self.here]))
        scroll = self.query_one("#list", VerticalScroll)
        scroll.scroll_to(y=max(self.here - scroll.size.height // 2, 0), animate=False)

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

    def action_move(self, rows: int) -> None:
        self.here = max(0, min(self.here + rows, len(self.attempts) - 1))
        self._draw()
        self.query_one("#code").scroll_home(animate=False)

    def action_restore(self) -> None:
        self.dismiss(self.attempts[self.here])

    def action_close(self) -> None:
        self.dismiss(None)

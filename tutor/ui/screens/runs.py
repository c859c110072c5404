"""The last runs of a demo: what was set, what came of it, and which of them lie behind the present curves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.ui.keymap import Keyed
from tutor.ui.pastruns import PastRun, PastRuns
from tutor.ui.screens.attempts import when
from tutor.ui.widgets.figures import figure
from tutor.ui.widgets.keys import KeyLine
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import plural

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp


class RunsScreen(Keyed["PastRun | None"]):
    """The newest first. Gives the run whose settings are to be taken over, or None."""

    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = "#list"
    HELP = (
        "The last runs of this demo, the newest first, with what was set otherwise and what came of it. `●` lies behind the "
        "present curves, `○` does not, `▪` is the run in front. They are kept when you leave."
    )
    BINDINGS = [
        Binding(
            "enter,space", "overlay", "overlay", id="runs.overlay", tooltip="Lay it behind the curves, or take it away"
        ),
        Binding("u", "use", "use its settings", id="runs.use", tooltip="Set the controls as they were in this run"),
        Binding("x,delete", "remove", "remove", id="runs.remove", tooltip="Forget this run"),
        Binding("up,k", "move(-1)", "newer", show=False, priority=True, id="runs.up", tooltip="To a newer one"),
        Binding("down,j", "move(1)", "older", show=False, priority=True, id="runs.down", tooltip="To an older one"),
        Binding("home,g", "move(-1000)", "newest", show=False, priority=True, id="runs.first", tooltip="To the newest"),
        Binding("end,G", "move(1000)", "oldest", show=False, priority=True, id="runs.last", tooltip="To the oldest"),
        Binding("escape,q,o", "close", "back", id="runs.close", tooltip="Back to the demo"),
    ]

    def __init__(self, demo: str, runs: PastRuns) -> None:
        super().__init__()
        self.demo, self.runs = demo, runs
        self.here = 0

    @property
    def listed(self) -> list[PastRun]:
        return list(reversed(self.runs.all))

    def compose(self) -> ComposeResult:
        yield TopLine(id="heading")
        with VerticalScroll(id="list"):
            yield Static(id="rows", markup=False)
        yield Static(id="one", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text(f"{self.demo}: the last runs", "bold")
        self._draw()

    def _draw(self) -> None:
        runs = self.listed
        self.here = max(0, min(self.here, len(runs) - 1))
        variables = cast("TutorApp", self.app).theme_variables
        self.query_one("#heading", TopLine).right = Text(plural(len(runs), "run"), variables["muted"])
        rows, now = Text(no_wrap=True, overflow="ellipsis"), time.time()
        differing = self.runs.differing()
        width = max((len(_settings(run, differing)) for run in runs), default=0)
        for index, run in enumerate(runs):
            here = index == self.here
            rows.append("▸ " if here else "  ", f"bold {variables['primary']}")
            rows.append(self._mark(run) + " ", variables["primary"])
            rows.append(f"{when(run.at, now):<9} ", variables["muted"])
            rows.append(f"{_settings(run, differing):<{width}}  ", "bold" if here else "")
            rows.append(f"{_results(run)}\n")
        rows.rstrip()
        self.query_one("#rows", Static).update(rows if runs else Text("No run is kept any more."))
        self.query_one("#one", Static).update(_whole(runs[self.here], variables["muted"]) if runs else "")
        self.query_one("#list").scroll_to(y=max(self.here - 5, 0), animate=False)
        self.refresh_bindings()

    def _mark(self, run: PastRun) -> str:
        return "▪" if run is self.runs.present else "●" if run in self.runs.shown else "○"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "overlay" and self.is_mounted and self.listed:
            run = self.listed[self.here]
            return True if run is not self.runs.present and run.charts else None
        return bool(self.listed) if action in ("use", "remove") else True

    def action_move(self, rows: int) -> None:
        self.here += rows
        self._draw()

    def action_overlay(self) -> None:
        self.runs.toggle(self.listed[self.here])
        self._draw()

    def action_remove(self) -> None:
        self.runs.remove(self.listed[self.here])
        self._draw()

    def action_use(self) -> None:
        self.dismiss(self.listed[self.here])

    def action_close(self) -> None:
        self.dismiss(None)


def _settings(run: PastRun, differing: list[str]) -> str:
    """What was set otherwise than in other runs."""
    names = [name for name in run.settings if name in differing or name in run.turned]
    return "  ".join(map(run.told, names)) or "as in the others"


def _results(run: PastRun) -> str:
    ended = f"✗ {run.ended}  " if run.ended else ""
    return ended + "  ".join(f"{name} {figure(value)}" for name, value in run.figures.items())


def _whole(run: PastRun, muted: str) -> Text:
    """All settings and results of one run."""
    text = Text(time.strftime("%d %B %Y, %H:%M:%S", time.localtime(run.at)) + "\n", muted)
    text.append("set       ", muted)
    text.append("   ".join(map(run.told, run.settings)) or "nothing to set")
    text.append("\nmeasured  ", muted)
    text.append("   ".join(f"{name} {figure(value)}" for name, value in run.figures.items()) or "no figures")
    return text.append(f"\n✗ {run.ended}" if run.ended else "")

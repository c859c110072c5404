"""The last runs of a demo: what was set, what came of it, and which of them lie behind the present curves."""

from __future__ import annotations

import time

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tutor.ui.pastruns import PastRun, PastRuns
from tutor.ui.screens.attempts import when
from tutor.ui.screens.page import Page
from tutor.ui.widgets.figures import figure
from tutor.ui.widgets.listing import Listing
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import plural


class RunsScreen(Page["PastRun | None"]):
    """The newest first. Gives the run whose settings are to be taken over, or None."""

    CSS_PATH = "runs.tcss"
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
        Binding("escape,q,o", "close", "back", id="runs.close", tooltip="Back to the demo"),
    ]

    def __init__(self, demo: str, runs: PastRuns) -> None:
        super().__init__()
        self.demo, self.runs = demo, runs
        self.listing = Listing(self._row)

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        yield self.listing
        yield Static(id="one", markup=False)

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text(f"{self.demo}: the last runs", "bold")
        self.listing.focus()
        self._list()

    def _list(self) -> None:
        """Shows the runs as they are now."""
        runs = list(reversed(self.runs.all))
        self.differing = self.runs.differing()
        self.width = max((len(_settings(run, self.differing)) for run in runs), default=0)
        self.query_one("#heading", TopLine).right = Text(plural(len(runs), "run"), self._muted)
        self.listing.show(runs)
        self.on_listing_moved()

    @property
    def _muted(self) -> str:
        return self.app.theme_variables["muted"]

    def _row(self, run: PastRun, here: bool) -> Text:
        return Text.assemble(
            (self._mark(run) + " ", self.app.theme_variables["primary"]),
            (f"{when(run.at, time.time()):<9} ", self._muted),
            (f"{_settings(run, self.differing):<{self.width}}  ", "bold" if here else ""),
            _results(run),
        )

    def _mark(self, run: PastRun) -> str:
        return "▪" if run is self.runs.present else "●" if run in self.runs.shown else "○"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        run = self.listing.item
        if action == "overlay" and run is not None:
            return True if run is not self.runs.present and run.charts else None
        return run is not None if action in ("overlay", "use", "remove") else True

    def on_listing_moved(self) -> None:
        run = self.listing.item
        self.query_one("#one", Static).update(_whole(run, self._muted) if run else "No run is kept any more.")

    async def on_listing_again(self) -> None:
        await self.run_action("overlay")

    def action_overlay(self) -> None:
        if self.listing.item is not None:
            self.runs.toggle(self.listing.item)
            self._list()

    def action_remove(self) -> None:
        if self.listing.item is not None:
            self.runs.remove(self.listing.item)
            self._list()

    def action_use(self) -> None:
        self.dismiss(self.listing.item)

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

"""What a person sees of a job without the screen: progress on stderr while it runs, and on stdout what it said and measured."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.text import Text

from tutor import protocol
from tutor.drawing import Look, Panel, Panels, printable
from tutor.protocol import Crashed, Note, Printed, Result, Started, Stopped, TensorShown, Verdict
from tutor.signs import only_ascii

TALL = 16
"""Rows of a chart, which could fill any height."""
TALLEST = 200
"""Rows of a table or picture, which has a height of its own."""


class Follower:
    """Takes in a job's events. A context: the bar on stderr is there inside it."""

    def __init__(self, what: str) -> None:
        self.last: protocol.JobEvent | None = None
        self.verdict: Verdict | None = None
        self._what = what
        self._out = Console(highlight=False, markup=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._panels = Panels()
        self._notes: dict[str, str] = {}
        self._figures: dict[str, protocol.Value] = {}
        self._printed_whole = True
        self._bar = self._make_bar()
        self._task = self._bar.add_task("starting torch", total=None, count="") if self._bar else None

    def _make_bar(self) -> Progress | None:
        if not self._err.is_terminal or self._err.is_dumb_terminal:
            return None
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(20),
            TextColumn("{task.fields[count]}", markup=False),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        # redirecting would send what belongs on stdout, perhaps a file, to stderr
        return Progress(*columns, console=self._err, transient=True, redirect_stdout=False, redirect_stderr=False)

    def __enter__(self) -> Follower:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def feed(self, event: protocol.JobEvent) -> None:
        """Take in the next event."""
        self.last = event
        match event:
            case Started():
                self._notes["device"] = f"device: {event.device}"
                self._move(self._what)
            case Printed():
                self._print(event)
            case Note():
                self._notes.setdefault(event.text, f"{event.topic}: {event.text}" if event.topic else event.text)
            case protocol.Progress():
                self._move(self._what, event)
            case Result():
                self._figures.update(event.figures)
            case Verdict():
                self.verdict = event
            case _:
                self._panels.feed(event)

    def _move(self, what: str, progress: protocol.Progress | None = None) -> None:
        if self._bar is None or self._task is None:
            return
        if progress is None:
            self._bar.update(self._task, description=what)
            return
        count = f"{progress.unit} {progress.done}" + (f"/{progress.total}" if progress.total else "")
        self._bar.update(
            self._task, description=what, completed=progress.done, total=progress.total or None, count=count
        )

    def _print(self, event: Printed) -> None:
        """Text of the job, as it is: to the stream that it wrote to, above the bar where there is one."""
        if self._bar and (sys.stderr if event.stream == "stderr" else sys.stdout).isatty():
            self._bar.print(Text(event.text.rstrip("\n")))
            return
        stream = sys.stderr if event.stream == "stderr" else sys.stdout
        stream.write(event.text)
        stream.flush()
        if event.stream == "stdout":
            self._printed_whole = event.text.endswith("\n")

    def show(self) -> None:
        """After the end: every chart and figure, which device and data ran, and what went wrong."""
        if not self._printed_whole:
            self._out.print()
        self._panels.settle()
        for panel in self._panels.all:
            self._draw(panel)
        for note in self._notes.values():
            self._out.print(Text(note, style="dim"))
        for name, value in self._figures.items():
            self._out.print(Text(f"{name} = {_figure(value)}"))
        if isinstance(self.last, Crashed) and self.verdict is None:
            self._err.print(Text(f"✗ {self.last.message}", style="red"))
            if self.last.detail:
                self._err.print(Text(self.last.detail.rstrip("\n"), style="dim"))
        elif isinstance(self.last, Stopped):
            self._err.print("Stopped.")

    def _draw(self, panel: Panel) -> None:
        room = panel.room()
        own_height = isinstance(
            panel.content, protocol.Bars | protocol.Heatmap | protocol.Picture | protocol.Table | TensorShown
        )
        height = min(room.max_height, TALLEST) if own_height else TALL
        colour = self._out.color_system is not None and not os.environ.get("NO_COLOR") and not only_ascii()
        rows = panel.draw(min(self._out.width, room.max_width), max(height, room.min_height), Look(color=colour))
        while rows and not "".join(segment.text for segment in rows[-1]).strip():
            rows.pop()
        if not self._out.is_terminal:
            rows = [_without_trailing_blanks(row) for row in rows]
        self._out.print(printable(rows), end="")
        self._out.print()


def _without_trailing_blanks(row: list[Segment]) -> list[Segment]:
    """The row as a file should have it."""
    while row and not row[-1].text.strip():
        row = row[:-1]
    return [*row[:-1], Segment(row[-1].text.rstrip(), row[-1].style)] if row else row


def _figure(value: protocol.Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)

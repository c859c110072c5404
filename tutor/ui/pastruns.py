"""The runs of a demo that are kept: their settings, their results, and which of them lie behind the present curves."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tutor.drawing.packing import pack, unpack
from tutor.drawing.rows import spell

if TYPE_CHECKING:
    from tutor.course.model import Value
    from tutor.drawing.curves import Curves
    from tutor.progress import Store

MOST_SHOWN = 3
"""Earlier runs behind the present one; the oldest gives way."""


@dataclass
class PastRun:
    """One run that is over."""

    settings: dict[str, Value]
    """As it began."""
    figures: dict[str, Value]
    """What it measured."""
    ended: str
    """In a word or a sentence; empty: it came to its end."""
    turned: dict[str, Value] = field(default_factory=dict)
    """Controls that were changed while it ran, and their last values."""
    charts: dict[str, Any] = field(default_factory=dict)
    """Its curves, packed."""
    at: float = 0.0
    """When it ended, in seconds since 1970 UTC."""

    def told(self, name: str) -> str:
        """A control with its value; of one that was changed while it ran, with both: "lr 0.001→0.1"."""
        values = [spell(values[name]) for values in (self.settings, self.turned) if name in values]
        return f"{name} {'→'.join(values)}"

    def label(self, now: dict[str, Value]) -> str:
        """Its name beside a run with the settings `now`: what differs."""
        names = [name for name in self.settings if name in self.turned or now.get(name) != self.settings[name]]
        return ", ".join(map(self.told, names)) or f"same, {time.strftime('%H:%M', time.localtime(self.at))}"


class PastRuns:
    """The runs of one demo, read when they are first asked for."""

    def __init__(self, store: Store, place: tuple[str, str, str]) -> None:
        self._store, self._place = store, place
        self._runs: list[PastRun] | None = None
        self.shown: list[PastRun] = []
        """Those that lie behind the present curves, in the order in which they were laid there."""
        self.present: PastRun | None = None
        """The one whose curves are in front; None: it still runs, or there is none."""

    @property
    def all(self) -> list[PastRun]:
        """Oldest first."""
        if self._runs is None:
            self._runs = []
            for at, kept in self._store.runs(*self._place):
                try:
                    self._runs.append(PastRun(**{**kept, "at": at}))
                except TypeError:
                    continue  # kept by another version
        return self._runs

    def add(self, run: PastRun, charts: dict[str, Curves]) -> None:
        """Keep a run that has just ended."""
        run.charts, run.at = pack(charts), time.time()
        if run.charts or run.figures:
            kept = asdict(run)
            self._store.save_run(*self._place, kept.pop("at"), kept)
            self._runs = None  # the store keeps the newest only
            found = [each for each in self.all if each.at == run.at]
            self.present = found[0] if found else None
            self.shown = [each for each in self.all if each.at in {old.at for old in self.shown}]

    def begin(self) -> None:
        """Another run begins: the one in front steps behind it."""
        if self.present is not None and self.present.charts:
            self._show(self.present)
        self.present = None

    def toggle(self, run: PastRun) -> None:
        """Lay a run behind the present curves, or take it away."""
        if run in self.shown:
            self.shown.remove(run)
        elif run is not self.present:
            self._show(run)

    def _show(self, run: PastRun) -> None:
        self.shown = [*(each for each in self.shown if each is not run), run][-MOST_SHOWN:]

    def remove(self, run: PastRun) -> None:
        """Forget a run."""
        self._store.remove_run(*self._place, run.at)
        self.all.remove(run)
        self.shown = [each for each in self.shown if each is not run]
        if run is self.present:
            self.present = None

    def overlays(self, now: dict[str, Value]) -> list[tuple[str, dict[str, Curves]]]:
        """What the stage is to lay behind a run with the settings `now`."""
        return [(run.label(now), unpack(run.charts)) for run in self.shown]

    def differing(self) -> list[str]:
        """The controls that were not set alike in all runs."""
        names = dict.fromkeys(name for run in self.all for name in run.settings)
        return [name for name in names if len({spell(run.settings.get(name, "")) for run in self.all}) > 1]

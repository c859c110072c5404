"""Everything a job shows, one panel for each chart or title, in the order of their first appearance.

The screens and the command line both feed events here and draw what comes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tutor.drawing import bars, captions, curves, heatmaps, histograms, pictures, regions, scatter, tables, tensors
from tutor.drawing.curves import Curves
from tutor.drawing.rows import Look, Room, Rows
from tutor.drawing.scatter import Plane
from tutor.protocol import (
    Adjusted,
    Axes,
    Bars,
    Heatmap,
    Histogram,
    JobEvent,
    Picture,
    Points,
    Regions,
    Scatter,
    Table,
    TensorShown,
)

Content = Curves | Scatter | Bars | Regions | Histogram | Heatmap | Picture | Table | TensorShown
Earlier = Mapping[str, Curves]
"""The charts of an earlier run, by title."""


@dataclass
class Panel:
    """One chart, picture, table or tensor: the newest of its title."""

    content: Content
    version: int = 0
    """Rises with every change."""
    plane: Plane = field(default_factory=Plane)
    """Of a scatter: its axes, held from one picture to the next."""

    @property
    def title(self) -> str:
        return self.content.title

    def room(self) -> Room:
        """The cells it needs and can use."""
        match self.content:
            case Curves():
                return curves.ROOM
            case Scatter():
                return scatter.ROOM
            case Bars():
                return bars.room(self.content)
            case Regions():
                return regions.ROOM
            case Histogram():
                return histograms.ROOM
            case Heatmap():
                return heatmaps.room(self.content)
            case Picture():
                return pictures.room(self.content)
            case Table():
                return tables.room(self.content)
            case TensorShown():
                return tensors.room(self.content)

    def draw(self, width: int, height: int, look: Look, log: bool = False, smooth: bool = False) -> Rows:
        """Exactly `height` rows of exactly `width` cells. `log`: curves on a logarithmic y axis; `smooth`: averaged."""
        match self.content:
            case Curves():
                return curves.draw_curves(self.content, width, height, look, log, smooth)
            case Scatter():
                return scatter.draw_scatter(self.content, width, height, look, self.plane)
            case Bars():
                return bars.draw_bars(self.content, width, height, look)
            case Regions():
                return regions.draw_regions(self.content, width, height, look)
            case Histogram():
                return histograms.draw_histogram(self.content, width, height, look)
            case Heatmap():
                return heatmaps.draw_heatmap(self.content, width, height, look)
            case Picture():
                return pictures.draw_picture(self.content, width, height, look)
            case Table():
                return tables.draw_table(self.content, width, height, look)
            case TensorShown():
                return tensors.draw_tensor(self.content, width, height, look)

    def describe(self) -> str:
        """What it shows, in words: for screen readers and logs."""
        match self.content:
            case Curves():
                return captions.describe_curves(self.content)
            case Scatter():
                return scatter.describe_scatter(self.content)
            case Bars():
                return bars.describe_bars(self.content)
            case Regions():
                return regions.describe_regions(self.content)
            case Histogram():
                return histograms.describe_histogram(self.content)
            case Heatmap():
                return heatmaps.describe_heatmap(self.content)
            case Picture():
                return pictures.describe_picture(self.content)
            case Table():
                return tables.describe_table(self.content)
            case TensorShown():
                return tensors.describe_tensor(self.content)


class Panels:
    """The panels of a job, and the curves of earlier runs behind them."""

    def __init__(self) -> None:
        self._panels: dict[tuple[type, str], Panel] = {}
        self._earlier: list[tuple[str, Earlier]] = []
        self._turns: list[Adjusted] = []
        """Controls that were changed while the run went on: marked on charts that come later, too."""

    @property
    def all(self) -> list[Panel]:
        return list(self._panels.values())

    def feed(self, event: JobEvent) -> bool:
        """Take in an event; whether it changed what is to be drawn. Events that draw nothing are ignored."""
        match event:
            case Axes() | Points():
                panel = self._panels.get((Curves, event.chart)) or self._new_chart(event.chart)
                assert isinstance(panel.content, Curves)
                panel.content.feed(event)
            case Adjusted():
                self._turns.append(event)
                return self._each_chart(lambda chart: chart.turn(event))
            case Scatter() | Bars() | Regions() | Histogram() | Heatmap() | Picture() | Table() | TensorShown():
                panel = self._panels.setdefault((type(event), event.title), Panel(event))
                panel.content = event
            case _:
                return False
        panel.version += 1
        return True

    def _new_chart(self, title: str) -> Panel:
        chart = Curves(title)
        for turn in self._turns:
            chart.turn(turn)
        for label, charts in self._earlier:
            if title in charts:
                chart.lay_under(label, charts[title])
        return self._panels.setdefault((Curves, title), Panel(chart))

    def _each_chart(self, change: Callable[[Curves], None]) -> bool:
        """Change every chart of curves; whether there is any."""
        found = [panel for panel in self.all if isinstance(panel.content, Curves)]
        for panel in found:
            assert isinstance(panel.content, Curves)
            change(panel.content)
            panel.version += 1
        return bool(found)

    @property
    def charts(self) -> dict[str, Curves]:
        """The charts of curves, by title."""
        return {panel.title: panel.content for panel in self.all if isinstance(panel.content, Curves)}

    def begin(self, earlier: Sequence[tuple[str, Earlier]]) -> None:
        """Forget everything; these runs, the newest last, will lie behind the curves of the next, each under its name."""
        self.clear()
        self._earlier = list(earlier)

    def overlay(self, earlier: Sequence[tuple[str, Earlier]]) -> None:
        """Lay these runs behind the present curves, or show them alone, in place of those that lay there before."""
        self._earlier = list(earlier)
        self._each_chart(lambda chart: chart.kept.clear())
        for label, charts in earlier:
            for title, chart in charts.items():
                panel = self._panels.get((Curves, title)) or self._panels.setdefault(
                    (Curves, title), Panel(Curves(title))
                )
                assert isinstance(panel.content, Curves)
                panel.content.lay_under(label, chart)
                panel.version += 1
        for key, panel in list(self._panels.items()):  # charts that only an earlier run had
            if isinstance(panel.content, Curves) and not panel.content.series and not panel.content.kept:
                del self._panels[key]

    def settle(self) -> None:
        """The run is over: axes may now fit what came."""
        self._each_chart(lambda chart: chart.settle())

    def clear(self) -> None:
        """Forget everything."""
        self._panels, self._earlier, self._turns = {}, [], []

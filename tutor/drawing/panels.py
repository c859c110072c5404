"""Everything a job shows, one panel for each chart or title, in the order of their first appearance.

The screens and the command line both feed events here and draw what comes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tutor.drawing import bars, curves, pictures, scatter, tables, tensors
from tutor.drawing.curves import Curves
from tutor.drawing.rows import Look, Room, Rows
from tutor.drawing.scatter import Plane
from tutor.protocol import Axes, Bars, JobEvent, Picture, Points, Scatter, Table, TensorShown

Content = Curves | Scatter | Bars | Picture | Table | TensorShown


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
            case Picture():
                return pictures.room(self.content)
            case Table():
                return tables.room(self.content)
            case TensorShown():
                return tensors.room(self.content)

    def draw(self, width: int, height: int, look: Look, log: bool = False) -> Rows:
        """Exactly `height` rows of exactly `width` cells. `log`: curves on a logarithmic y axis."""
        match self.content:
            case Curves():
                return curves.draw_curves(self.content, width, height, look, log)
            case Scatter():
                return scatter.draw_scatter(self.content, width, height, look, self.plane)
            case Bars():
                return bars.draw_bars(self.content, width, height, look)
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
                return curves.describe_curves(self.content)
            case Scatter():
                return scatter.describe_scatter(self.content)
            case Bars():
                return bars.describe_bars(self.content)
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

    @property
    def all(self) -> list[Panel]:
        return list(self._panels.values())

    def feed(self, event: JobEvent) -> bool:
        """Take in an event; whether it changed what is to be drawn. Events that draw nothing are ignored."""
        match event:
            case Axes() | Points():
                panel = self._panels.setdefault((Curves, event.chart), Panel(Curves(event.chart)))
                assert isinstance(panel.content, Curves)
                panel.content.feed(event)
            case Scatter() | Bars() | Picture() | Table() | TensorShown():
                panel = self._panels.setdefault((type(event), event.title), Panel(event))
                panel.content = event
            case _:
                return False
        panel.version += 1
        return True

    def keep(self, label: str) -> None:
        """The present curves stay behind those of the next run; all else is of the run that is over, and goes."""
        self._panels = {key: panel for key, panel in self._panels.items() if isinstance(panel.content, Curves)}
        for panel in self.all:
            if isinstance(panel.content, Curves):
                panel.content.keep(label)
                panel.version += 1

    def settle(self) -> None:
        """The run is over: axes may now fit what came."""
        for panel in self.all:
            if isinstance(panel.content, Curves):
                panel.content.settle()
                panel.version += 1

    def clear(self) -> None:
        """Forget everything."""
        self._panels = {}

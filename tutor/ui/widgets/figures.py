"""What a run measured, and what it says of itself."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from tutor.course.model import Value
from tutor.protocol import Adjusted, JobEvent, Note, Result
from tutor.ui.nudging import spell

TOPICS = ("", "device", "data")
"""Of notes, in the order they are shown."""
GAP = 3
"""Cells between two figures."""
LEAST = 20
"""Cells that are counted on before the size is known."""


def figure(value: Value) -> str:
    """A measured value in few digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


class Figures(Static):
    """Result figures, notes, and which data ran; a line each, only where there is something."""

    COMPONENT_CLASSES = {"figures--name", "figures--value", "figures--note"}
    DEFAULT_CSS = """
    Figures {
        height: auto; max-height: 5; padding: 0 1;
        .figures--name { color: $muted; }
        .figures--value { text-style: bold; }
        .figures--note { color: $muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._text = Text()
        self._remark = ""
        self.reset()

    def reset(self) -> None:
        self.figures: dict[str, Value] = {}
        self.notes: dict[str, str] = {}

    def take(self, event: JobEvent) -> None:
        """Takes a Result or a Note; any other event is none of its business."""
        if isinstance(event, Result):
            self.figures |= event.figures
        elif isinstance(event, Note):
            self.notes[event.topic] = event.text
        elif isinstance(event, Adjusted):
            self.notes[event.name] = f"{event.name} {spell(event.value)} from {event.x:g} on"
        else:
            return
        self.show()

    def show(self, remark: str = "") -> None:
        """Draws the lines; `remark` comes first, for what the program itself has to say."""
        self._remark = remark
        lines = [Text(remark, "bold")] if remark else []
        lines += self._in_lines()
        for topic in (*(topic for topic in self.notes if topic not in TOPICS), *TOPICS):
            if topic in self.notes:
                words = f"{topic}: {self.notes[topic]}" if topic in ("device", "data") else self.notes[topic]
                lines.append(Text(words, self.get_component_rich_style("figures--note", partial=True) if topic else ""))
        text = Text("\n").join(lines)
        if text != self._text:
            # a layout of the whole screen takes longer than a key may take to be seen
            alike = len(lines) == self._text.plain.count("\n") + 1 and self._fits(text) and self._fits(self._text)
            self._text = text
            self.update(text, layout=not alike)

    def _in_lines(self) -> list[Text]:
        """The figures, as many on a line as fit: a name is never parted from its value."""
        lines: list[Text] = []
        for name, value in self.figures.items():
            pair = Text().append(f"{name} ", self.get_component_rich_style("figures--name", partial=True))
            pair.append(figure(value), self.get_component_rich_style("figures--value", partial=True))
            if lines and lines[-1].cell_len + GAP + pair.cell_len <= max(self.content_size.width, LEAST):
                lines[-1] = lines[-1] + " " * GAP + pair
            else:
                lines.append(pair)
        return lines

    def on_resize(self) -> None:
        self.show(self._remark)

    def _fits(self, text: Text) -> bool:
        """Whether each of its lines is one line here."""
        return all(cell_len(line) <= self.content_size.width for line in text.plain.split("\n"))

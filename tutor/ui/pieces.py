"""What stands in a transcript: code, what it printed, what it showed, what went wrong. Each makes rows of segments; no widgets here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from tutor.drawing.panels import Panel, Panels
from tutor.drawing.rows import Look, Rows, clean, clip, row
from tutor.protocol import JobEvent, Picture, TensorShown
from tutor.ui.look import Inks

MARGIN = 2
"""Cells at the left that hold the mark of a line of code."""
MOST_LINES = 1000
"""Printed lines of one piece of code that can be looked at; of more, the last."""
LONGEST_LINE = 4000
TALLEST = 10
"""Rows of a tensor."""
TALLEST_PICTURE = 15
LEAST_PICTURE = 7
TALLEST_SHOWN = 12
"""Rows of what was drawn through `run`."""
GAP = 3
SIDE_BY_SIDE = 56
"""Cells from which on a tensor and its picture stand beside each other."""

_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)")


class Piece:
    """Something in a transcript."""

    def __init__(self) -> None:
        self._drawn: tuple[object, Rows] = (None, [])

    def rows(self, width: int, inks: Inks) -> Rows:
        """Lines of at most `width` cells; worked out anew only where something has changed."""
        key = (width, inks)
        if self._drawn[0] is None or self._drawn[0] != key:
            self._drawn = (key, self.draw(width, inks))
        return self._drawn[1]

    def changed(self) -> None:
        """It is drawn anew when it is next asked for."""
        self._drawn = (None, [])

    def draw(self, width: int, inks: Inks) -> Rows:
        raise NotImplementedError


class Typed(Piece):
    """Code that the learner ran."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def draw(self, width: int, inks: Inks) -> Rows:
        from tutor.ui.widgets.highlighting import highlight

        found: Rows = []
        for number, line in enumerate(highlight(_printable(self.code), inks.code).split("\n", allow_blank=True)):
            mark = Segment("› " if number == 0 else "  ", inks.mark)
            for part in _folded(line, width - MARGIN):
                found.append([mark, *part])
                mark = Segment("  ")
        return found


class Printed(Piece):
    """What the code wrote to stdout or stderr, in the order it came."""

    def __init__(self, stream: str = "stdout") -> None:
        super().__init__()
        self.stream = stream
        self.lines: list[str] = [""]
        """The last one is not at its end yet."""
        self.dropped = 0
        """Lines that came before them and are not kept."""
        self._whole: Rows = []
        """Rows of all lines but the last."""
        self._made: tuple[object, int] = (None, 0)
        """What those rows were made for, and of how many lines."""

    def feed(self, text: str) -> None:
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self.lines[-1] = (self.lines[-1] + first)[:LONGEST_LINE]
        self.lines += [line[:LONGEST_LINE] for line in rest]
        if len(self.lines) > 2 * MOST_LINES:
            gone = len(self.lines) - MOST_LINES
            self.dropped += gone
            self.lines = self.lines[gone:]
            self._made = (None, 0)
        self.changed()

    def draw(self, width: int, inks: Inks) -> Rows:
        style = inks.warning if self.stream == "stderr" else Style()
        for_what, made = self._made
        if for_what != (width, inks):
            note = f"… {self.dropped:,} lines before these are not kept"
            self._whole = [row([("  ", style), (note, inks.muted)], width)] if self.dropped else []
            made = 0
        for line in self.lines[made:-1]:
            self._whole += self._fold(line, width, style)
        self._made = ((width, inks), len(self.lines) - 1)
        last = self._fold(self.lines[-1], width, style) if self.lines[-1] else []
        return self._whole + last

    @staticmethod
    def _fold(line: str, width: int, style: Style) -> Rows:
        """A line as a terminal shows it: what was written over is gone, what is too long goes on below."""
        text = _printable(line.rstrip("\r").rpartition("\r")[2])
        parts = [text] if cell_len(text) <= width - MARGIN else chop_cells(text, max(width - MARGIN, 1))
        return [[Segment("  "), Segment(part, style)] for part in parts or [""]]


class Said(Piece):
    """A sentence of the program's: what went wrong, or what it has done."""

    def __init__(self, words: str, mark: str = "", *, bad: bool = False) -> None:
        super().__init__()
        self.words, self.mark, self.bad = words, mark, bad

    def draw(self, width: int, inks: Inks) -> Rows:
        text = Text(_printable(self.words))
        if not self.bad:
            text.stylize(inks.muted)
        lines = _folded(text, width - MARGIN)
        marks = [Segment(f"{self.mark:<2}", inks.bad if self.bad else inks.muted)]
        return [[*marks, *line] if number == 0 else [Segment("  "), *line] for number, line in enumerate(lines)]


class Quoted(Piece):
    """A line of the learner's code, and what is pointed at in it."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self.lines = lines

    def draw(self, width: int, inks: Inks) -> Rows:
        styles = (Style(), inks.bad)
        lines = [clip(_printable(line), width - 2 * MARGIN) for line in self.lines]
        return [[Segment(" " * 2 * MARGIN), Segment(line, style)] for line, style in zip(lines, styles, strict=False)]


class Shown(Piece):
    """What code drew through `run`, one panel below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.panels = Panels()

    def feed(self, event: JobEvent) -> bool:
        """Take in an event; whether it draws anything."""
        return self.panels.feed(event)

    def settle(self) -> None:
        """The code has ended: axes may fit what came."""
        self.panels.settle()
        self.changed()

    def draw(self, width: int, inks: Inks) -> Rows:
        rows: Rows = []
        for panel in self.panels.all:
            rows += [*([[]] if rows else []), *_panel(panel, width - MARGIN, inks.look, TALLEST_SHOWN)]
        return [[Segment("  "), *line] for line in rows]


class Drawn(Piece):
    """A tensor, and the picture it may be."""

    def __init__(self, tensor: TensorShown) -> None:
        super().__init__()
        self.tensor = tensor
        self.picture: Picture | None = None

    def add(self, picture: Picture) -> None:
        self.picture = replace(picture, title="as a picture")
        self.changed()

    def draw(self, width: int, inks: Inks) -> Rows:
        room = width - MARGIN
        if self.picture is None:
            rows = _panel(Panel(self.tensor), room, inks.look)
        elif room >= SIDE_BY_SIDE:
            rows = _beside(self.tensor, self.picture, room, inks.look)
        else:
            rows = _panel(Panel(self.tensor), room, inks.look) + _panel(
                Panel(self.picture), room, inks.look, TALLEST_PICTURE
            )
        return [[Segment("  "), *line] for line in rows]


def _panel(panel: Panel, width: int, look: Look, tallest: int = TALLEST) -> Rows:
    room = panel.room()
    wanted = min(room.max_height, tallest)
    return panel.draw(width, min(room.tallest(width, wanted), wanted), look)


def _beside(tensor: TensorShown, picture: Picture, width: int, look: Look) -> Rows:
    """The picture at the right, about as high as the values; these take the rest of the width."""
    values = Panel(tensor).room().max_height
    right = _panel(Panel(picture), width // 2 - 1, look, min(max(values, LEAST_PICTURE), TALLEST_PICTURE))
    used = max(cell_len("".join(segment.text for segment in line).rstrip()) for line in right)
    across = min(Panel(tensor).room().max_width, width - used - GAP)
    left = _panel(Panel(tensor), across, look)
    blank = [Segment(" " * across)]
    height = max(len(left), len(right))
    left = left + [blank] * (height - len(left))
    right = right + [[] for _ in range(height - len(right))]
    return [[*one, Segment(" " * GAP), *other] for one, other in zip(left, right, strict=True)]


def _printable(text: str) -> str:
    """The text without anything that would steer a terminal; line ends stay."""
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return "\n".join(clean(line.expandtabs(4)) for line in text.split("\n"))


def _folded(text: Text, width: int) -> Rows:
    """The text in lines of at most `width` cells, broken between words where that can be."""
    from rich.console import Console

    console = Console(width=max(width, 1), color_system=None)
    text.no_wrap = False
    lines = text.wrap(console, max(width, 1), overflow="fold")
    return [[segment for segment in line.render(console) if segment.text != "\n"] for line in lines] or [[]]

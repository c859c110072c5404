"""What the terminal shows, and the shortest way from there to the next frame."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

Ink = tuple[str, str, str]
"""Codes of attributes, foreground and background; empty where it is the terminal's own."""
Cell = tuple[str, Ink]
"""A character and how it looks. The second half of a wide character is empty."""
Piece = tuple[int, int, Iterable[Segment]]
"""Row and column where it begins, both from 0, and what stands there."""

PLAIN: Ink = ("", "", "")
BRIDGE = 6
"""Cells between two changes that are rather written again than skipped: to move the cursor takes about as many bytes."""


@functools.lru_cache(maxsize=4096)
def ink(style: Style | None, system: ColorSystem | None) -> Ink:
    """A style as the codes of a terminal with these colours."""
    if style is None:
        return PLAIN
    bare = style.without_color.render("\0", color_system=system or ColorSystem.STANDARD)
    attributes = bare.partition("m")[0].removeprefix("\x1b[") if bare.startswith("\x1b[") else ""
    if system is None:
        return attributes, "", ""
    codes = []
    for color, foreground in ((style.color, True), (style.bgcolor, False)):
        found = color.downgrade(system).get_ansi_codes(foreground) if color is not None else ()
        codes.append(";".join(found) if found not in (("39",), ("49",)) else "")
    return attributes, codes[0], codes[1]


class Frames:
    """Draws pieces of a frame; gives back what has to be written for it."""

    def __init__(self, system: ColorSystem | None) -> None:
        self.system = system
        self._size = (0, 0)
        self._grid: list[list[Cell | None]] = []
        """Rows of cells; None: not known."""

    def forget(self) -> None:
        """Something else was on the terminal: nothing is known of it."""
        self._size = (0, 0)

    def draw(self, pieces: Iterable[Piece], width: int, height: int) -> str:
        """What turns the terminal, of this size, into one that shows these pieces too."""
        if self._size != (width, height):
            self._size = (width, height)
            self._grid = [[None] * width for _ in range(height)]
        pen = _Pen()
        for y, x, segments in pieces:
            if 0 <= y < height:
                self._draw_piece(pen, y, x, self._cells(segments))
        return pen.finish()

    def _cells(self, segments: Iterable[Segment]) -> list[Cell]:
        cells: list[Cell] = []
        for text, style, control in segments:
            if control:
                continue
            look = ink(style, self.system)
            if text.isascii() or cell_len(text) == len(text):
                cells += [(character, look) for character in text]
                continue
            for character in text:
                width = cell_len(character)
                if width == 0 and cells:
                    before, its_look = cells[-1]
                    cells[-1] = (before + character, its_look)
                else:
                    cells.append((character, look))
                    cells += [("", look)] * (width - 1)
        return cells

    def _draw_piece(self, pen: _Pen, y: int, x: int, new: list[Cell]) -> None:
        line = self._grid[y]
        new = new[: len(line) - x]
        old = line[x : x + len(new)]
        if old == new:
            return
        line[x : x + len(new)] = new
        if any(len(cell[0]) != 1 for cell in new) or any(cell is not None and len(cell[0]) != 1 for cell in old):
            # terminals differ in how wide they draw some of these: such a piece is always drawn as a whole
            pen.write(y, x, new)
            return
        for start, end in _changes(old, new):
            pen.write(y, x + start, new[start:end])


def _changes(old: list[Cell | None], new: list[Cell]) -> Iterator[tuple[int, int]]:
    """Where cells differ: start and end of each stretch; such that lie near each other are one."""
    start = end = -1
    for index, cell in enumerate(new):
        if old[index] == cell:
            continue
        if start >= 0 and index - end > BRIDGE:
            yield start, end
            start = index
        elif start < 0:
            start = index
        end = index + 1
    if start >= 0:
        yield start, end


class _Pen:
    """Writes cells, and says of place and look only what is news."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._look = PLAIN
        self._place = (-1, -1)

    def write(self, y: int, x: int, cells: list[Cell]) -> None:
        if self._place != (y, x):
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        for character, look in cells:
            if look is not self._look and look != self._look:
                self._turn(look)
            self._out.append(character)
        self._place = (y, x + len(cells))

    def _turn(self, look: Ink) -> None:
        attributes, foreground, background = look
        if attributes != self._look[0]:
            codes = ["0" if self._look[0] else "", attributes]
            known = ("", "") if self._look[0] else self._look[1:]
        else:
            codes, known = [], self._look[1:]
        if foreground != known[0]:
            codes.append(foreground or "39")
        if background != known[1]:
            codes.append(background or "49")
        self._look = look
        self._out.append(f"\x1b[{';'.join(filter(None, codes))}m")

    def finish(self) -> str:
        """All of it; whoever writes next finds the terminal's own look."""
        if self._look != PLAIN:
            self._out.append("\x1b[0m")
            self._look = PLAIN
        return "".join(self._out)

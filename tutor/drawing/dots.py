"""Lines in braille: a cell holds 2 by 4 dots. Line styles tell series apart where there is no colour."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

SOLID = (1,)
DASHED = (1, 1, 1, 1, 1, 0, 0, 0)
DASH_DOT = (1, 1, 1, 1, 1, 0, 0, 1, 0, 0)
DOTTED = (1, 0, 0)
SPARSE = (1, 0, 0, 0, 0, 0)
"""A line style is which dots along the line are set, round and round."""

STYLES = ((SOLID, "──"), (DASHED, "╌╌"), (DASH_DOT, "─·"), (DOTTED, "··"))
"""Line styles in order of use, each with its sign in a legend."""

POINTS = ("•", "×", "+", "o", "▪")
"""Signs for sets of points, in order of use."""

_BITS = ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))
"""The bit of each dot, by height in the cell from below, then left and right."""

_ABOVE = [sum(left | right for left, right in _BITS[y:]) for y in range(4)]
_BELOW = [sum(left | right for left, right in _BITS[: y + 1]) for y in range(4)]
"""The dots of a cell at a height and above it, or below it."""


@functools.cache
def _stroke_masks(style: tuple[int, ...], side: int) -> list[int]:
    """For an upright line: the dots of each cell from below, round and round."""
    cells = math.lcm(len(style), 4) // 4
    return [sum(_BITS[y][side] for y in range(4) if style[(4 * cell + y) % len(style)]) for cell in range(cells)]


class Mark(NamedTuple):
    """One drawn cell. Row 0 is the lowest."""

    column: int
    row: int
    sign: str
    ink: int
    """Which of the styles given to the plot."""


class Dots:
    """A field of cells to draw lines on. x counts dots from the left, y from below."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.width, self.height = columns * 2, rows * 4
        self._bits = [0] * (columns * rows)
        self._ink = [0] * (columns * rows)
        self._signs: dict[int, tuple[str, int]] = {}

    def point(self, x: int, y: int, sign: str, ink: int) -> None:
        """A character in the cell of this dot, over any line."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._signs[(y >> 2) * self.columns + (x >> 1)] = sign, ink

    def line(self, x0: int, y0: int, x1: int, y1: int, style: tuple[int, ...], ink: int, phase: int = 0) -> int:
        """Dots from one to the other, the first left out where they differ. Returns the phase for the next piece."""
        dx, dy = x1 - x0, y1 - y0
        steps = max(abs(dx), abs(dy), 1)
        if steps > 4 * (self.width + self.height):
            return phase  # both ends lie far outside
        bits, inks, columns, period = self._bits, self._ink, self.columns, len(style)
        for i in range(1, steps + 1):
            if style[(phase + i) % period]:
                x, y = x0 + (2 * dx * i + steps) // (2 * steps), y0 + (2 * dy * i + steps) // (2 * steps)
                if 0 <= x < self.width and 0 <= y < self.height:
                    cell = (y >> 2) * columns + (x >> 1)
                    bits[cell] |= _BITS[y & 3][x & 1]
                    inks[cell] = ink
        return phase + steps

    def stroke(self, x: int, low: int, high: int, style: tuple[int, ...], ink: int) -> None:
        """An upright line from dot `low` to dot `high`, as far as they are inside; both ends are set."""
        low, high = max(low, 0), min(high, self.height - 1)
        if low > high:
            return
        bits, inks, columns = self._bits, self._ink, self.columns
        masks = _stroke_masks(style, x & 1)
        cell = (low >> 2) * columns + (x >> 1)
        for level in range(low >> 2, (high >> 2) + 1):
            mask = masks[level % len(masks)]
            if level == low >> 2:
                mask = mask & _ABOVE[low & 3] | _BITS[low & 3][x & 1]
            if level == high >> 2:
                mask = mask & _BELOW[high & 3] | _BITS[high & 3][x & 1]
            bits[cell] |= mask
            inks[cell] = ink
            cell += columns

    def marks(self) -> list[Mark]:
        """The cells that are not empty. A point hides a line, save every other one of points that stand side by side."""
        columns, bits = self.columns, self._bits
        signs = {cell: sign for cell, sign in self._signs.items() if not (bits[cell] and self._gives_way(cell))}
        marks = [
            Mark(cell % columns, cell // columns, chr(0x2800 + dots), self._ink[cell])
            for cell, dots in enumerate(bits)
            if dots and cell not in signs
        ]
        return marks + [Mark(cell % columns, cell // columns, sign, ink) for cell, (sign, ink) in signs.items()]

    def _gives_way(self, cell: int) -> bool:
        column = cell % self.columns
        beside = (column > 0 and cell - 1 in self._signs) or (column + 1 < self.columns and cell + 1 in self._signs)
        return column % 2 == 1 and beside

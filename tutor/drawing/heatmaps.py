"""A matrix as shades, with its numbers where there is room: attention, a confusion matrix, weights."""

from __future__ import annotations

import dataclasses
import functools
import math

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tutor.drawing.rows import Look, Part, Room, Rows, centred, clean, clip, listed, number, row, stretch
from tutor.protocol import Heatmap

RAMP = " ░▒▓█"
"""Shades of rising ink, where there is no colour and no room for numbers."""
_LONGEST_NAME = 12
_NARROWEST, _WIDEST = 2, 7
"""Cells that a value is drawn with."""
_DARK, _BRIGHT = (22, 28, 44), (94, 196, 255)
"""From the least to the most, on a dark background; the other way round on a light one."""
_PALE, _DEEP = (232, 240, 250), (16, 84, 160)


def room(event: Heatmap) -> Room:
    """The cells it can use."""
    columns = max(map(len, event.values), default=0)
    names = _name_width(event, _LONGEST_NAME)
    lines = len(event.values) + 1 + bool(event.columns)
    needed = names + columns * _NARROWEST
    natural = max(needed, names + columns * _WIDEST, cell_len(clean(event.title)))
    return Room(min(needed, 28), min(lines, 7), natural, max(3, lines))


def draw_heatmap(event: Heatmap, width: int, height: int, look: Look) -> Rows:
    """Title with the range, the names of the columns, then a line a row. Rows that do not fit are said to be left out."""
    low, high = _range(event)
    rows: Rows = [_head(event, width, look, low, high)]
    columns = max(map(len, event.values), default=0)
    if columns and not event.rows and not event.columns:
        event = _fitted(event, width, height - 1)
        columns = max(map(len, event.values))
    if not columns:
        return stretch(rows + centred("no values", width, max(0, height - 1), look.faint), width, height)
    names = _name_width(event, max(0, min(_LONGEST_NAME, width // 4)))
    cell = max(1, min(_WIDEST, (width - names) // columns))
    shown_columns = min(columns, max(1, (width - names) // cell))
    texts = [[_text(value) for value in line[:shown_columns]] for line in event.values]
    longest = max((len(text) for line in texts for text in line), default=0)
    spelled = cell > longest + (0 if look.color else 1)  # without colour there is a shade beside the number
    if event.columns:
        heads = [clip(clean(name), cell - 1).rjust(cell) if cell > 1 else " " for name in event.columns[:shown_columns]]
        rows.append(row([(" " * names + "".join(heads), look.faint)], width))
    fits = max(0, height - len(rows))
    shown = event.values if len(event.values) <= fits else event.values[: max(0, fits - 1)]
    for index, line in enumerate(shown):
        name = clip(clean(event.rows[index]), names - 1) if index < len(event.rows) and names else ""
        parts: list[Part] = [(" " * (names - 1 - cell_len(name)) + name + " " if names else "", look.text)]
        for value, text in zip(line[:shown_columns], texts[index], strict=True):
            parts.append(_cell(value, text if spelled else "", cell, low, high, look))
        rows.append(row(parts, width))
    left_out = len(event.values) - len(shown)
    if left_out:
        rows.append(row([(clip(f"… {left_out} more rows", width), look.faint)], width))
    return stretch(rows, width, height)


def _fitted(event: Heatmap, width: int, height: int) -> Heatmap:
    """A matrix without names, averaged over squares as small as will let all of it be seen."""
    size = max(-(-len(event.values) // max(1, height)), -(-max(map(len, event.values)) // max(1, width)), 1)
    if size == 1:
        return event
    lines = []
    for top in range(0, len(event.values), size):
        block = event.values[top : top + size]
        lefts = range(0, max(map(len, block)), size)
        squares = [[value for line in block for value in line[left : left + size]] for left in lefts]
        lines.append(tuple(sum(square) / len(square) if square else math.nan for square in squares))
    return dataclasses.replace(event, values=tuple(lines))


def _head(event: Heatmap, width: int, look: Look, low: float, high: float) -> list[Segment]:
    title = clip(clean(event.title), width)
    shape = f"  {len(event.values)}x{max(map(len, event.values), default=0)}"
    span = f"  {low:.3g} to {high:.3g}" if math.isfinite(low) else ""
    room_left = width - look.reserve - cell_len(title)
    rest = next((text for text in (shape + span, span, "") if len(text) <= room_left), "")
    return row([(title, look.title), (rest, look.faint)], width)


def _name_width(event: Heatmap, most: int) -> int:
    longest = max((cell_len(clean(name)) for name in event.rows), default=0)
    return min(longest, most) + 1 if longest and most else 0


def _range(event: Heatmap) -> tuple[float, float]:
    finite = [value for line in event.values for value in line if math.isfinite(value)]
    return (min(finite), max(finite)) if finite else (math.nan, math.nan)


def _text(value: float) -> str:
    """A value in at most five characters where that is possible."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 10_000:
        return str(int(value))
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}" if abs(value) < 10_000 else f"{value:.0e}"


def _cell(value: float, text: str, width: int, low: float, high: float, look: Look) -> Part:
    """One value: its colour, and its number where it fits; without colour a shade, or a shade beside the number."""
    if not math.isfinite(value):
        return (clip(_text(value), width).rjust(width), look.wrong)
    share = (value - low) / (high - low) if high > low else 0.0
    if look.color:
        return (
            f"{text} ".rjust(width) if width > len(text) else text.rjust(width),
            _shade(round(share * 20), look.dark),
        )
    sign = RAMP[min(len(RAMP) - 1, int(share * len(RAMP)))]
    if text:
        return ((sign * (width - len(text) - 1) + text + " "), look.text)
    return (sign * width, look.text)


@functools.cache
def _shade(step: int, dark: bool) -> Style:
    """The colour of a share in twentieths, with writing on it that can be read."""
    first, last = (_DARK, _BRIGHT) if dark else (_PALE, _DEEP)
    ground = tuple(round(a + (b - a) * step / 20) for a, b in zip(first, last, strict=True))
    bright = (ground[0] * 299 + ground[1] * 587 + ground[2] * 114) // 1000 > 120
    ink = Color.from_rgb(10, 14, 22) if bright else Color.from_rgb(235, 240, 248)
    return Style.from_color(ink, Color.from_rgb(*ground))


def describe_heatmap(event: Heatmap) -> str:
    """The matrix in a sentence; for one with the same names on both sides, what lies beside its diagonal."""
    low, high = _range(event)
    columns = max(map(len, event.values), default=0)
    told = f"{clean(event.title)}: {len(event.values)} rows and {columns} columns"
    if math.isfinite(low):
        told += f", lowest {number(low)}, highest {number(high)}"
    if event.rows and event.rows == event.columns:
        beside = [
            (value, f"{clean(event.rows[r])} as {clean(event.columns[c])} {_text(value)}")
            for r, line in enumerate(event.values)
            for c, value in enumerate(line)
            if r != c and value > 0
        ]
        beside.sort(key=lambda pair: -pair[0])
        told += f"; {listed([text for _, text in beside], 5)}" if beside else "; nothing beside the diagonal"
    return f"{told}."

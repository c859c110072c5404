"""Named bars, lying, each with its value."""

from __future__ import annotations

import math

from rich.cells import cell_len
from rich.style import Style

from tutor.drawing.rows import Look, Part, Room, Rows, clean, clip, listed, number, row, stretch
from tutor.protocol import Bars

_EIGHTHS = " ▏▎▍▌▋▊▉"


def room(event: Bars) -> Room:
    """The cells it can use."""
    lines = len(event.names) + 1
    return Room(24, min(lines, 5), 100, max(2, 2 * lines - 1))


def draw_bars(event: Bars, width: int, height: int, look: Look) -> Rows:
    """Title, then a line a bar, with blank ones between where there is room; of too many, how many are left out."""
    pairs = list(zip(event.names, event.values, strict=False))
    fits = max(0, height - 1)
    shown = pairs if len(pairs) <= fits else pairs[: max(0, fits - 1)]
    rows: Rows = [row([(clip(clean(event.title), width - look.reserve), look.title)], width)]
    names = [clip(clean(name), max(4, width // 3)) for name, _ in shown]
    texts = [number(value) for _, value in shown]
    name_width = max(map(cell_len, names), default=0)
    finite = [value for _, value in shown if math.isfinite(value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    length = width - name_width - max(map(len, texts), default=0) - 2
    airy = 2 * len(pairs) <= fits
    for (_, value), name, text in zip(shown, names, texts, strict=False):
        if airy:
            rows.append(row([], width))
        label: Part = (" " * (name_width - cell_len(name)) + name + " ", look.text)
        ink = look.ink(0) if math.isfinite(value) else look.wrong
        rows.append(row([label, *_bar(value, low, high, length, text, ink)], width))
    if len(shown) < len(pairs):
        rows.append(row([(clip(f"… {len(pairs) - len(shown)} more", width), look.faint)], width))
    return stretch(rows, width, height)


def _bar(value: float, low: float, high: float, length: int, text: str, ink: Style) -> list[Part]:
    """The bar from zero, and the value after it. With negative values zero lies inside, and bars go both ways."""
    if length < 1 or not math.isfinite(value) or high - low == 0 or not math.isfinite(high - low):
        return [(text, ink)]
    zero = round(-low / (high - low) * length)
    if value >= 0:
        eighths = round(value / (high - low) * length * 8)
        eighths = min(max(eighths, 1 if value else 0), (length - zero) * 8)
        bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        return [(" " * zero, ink), (bar, ink), (f" {text}", ink)]
    cells = min(max(1, round(-value / (high - low) * length)), zero)
    return [(" " * (zero - cells), ink), ("█" * cells, ink), (f" {text}", ink)]


def describe_bars(event: Bars) -> str:
    """The bars in a sentence."""
    pairs = [f"{clean(name)} {number(value)}" for name, value in zip(event.names, event.values, strict=False)]
    return f"{clean(event.title)}: {listed(pairs, 20) or 'no bars'}."

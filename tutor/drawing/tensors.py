"""A tensor's values in a grid, with what it is."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment

from tutor.drawing.rows import DEFAULT, Look, Part, Room, Rows, clean, clip, row, stretch
from tutor.protocol import TensorShown


def room(event: TensorShown) -> Room:
    """The cells it can use."""
    widths = _widths(event)
    natural = max(sum(widths) + len(widths) + 3, cell_len(caption(event)), cell_len(event.note))
    lines = len(event.cells) + 1 + bool(event.note)
    return Room(min(natural, 28), min(lines, 5), max(1, natural), max(2, lines))


def caption(event: TensorShown) -> str:
    """Name, shape, dtype and device: `x  (2, 3)  int64  cpu`."""
    shape = f"({', '.join(map(str, event.shape))}{',' if len(event.shape) == 1 else ''})"
    return "  ".join(clean(part) for part in (event.title, shape, event.dtype, event.device) if part)


def _widths(event: TensorShown) -> list[int]:
    widths: list[int] = []
    for line in event.cells:
        for index, cell in enumerate(line):
            if index == len(widths):
                widths.append(0)
            widths[index] = max(widths[index], cell_len(clean(cell)))
    return widths


def draw_tensor(event: TensorShown, width: int, height: int, look: Look) -> Rows:
    """Caption, values in brackets, note. What does not fit is left out, and an ellipsis says so."""
    head, room_left = clean(event.title), width - look.reserve
    rest = clip(caption(event)[len(head) :], max(0, room_left - cell_len(head)))
    rows: Rows = [row([(clip(head, room_left), look.title), (rest, look.faint)], width)]
    note = [row([(clip(clean(event.note), width), look.faint)], width)] if event.note else []
    fits = max(0, height - 1 - len(note))
    shown = len(event.cells) if len(event.cells) <= fits else max(0, fits - 1)
    widths, cut = _columns(_widths(event), width)
    changed = set(event.changed)
    for index in range(shown):
        rows.append(_line(event, index, widths, cut, changed, look, width))
    if shown < len(event.cells):
        rows.append(row([(clip(f"… {len(event.cells) - shown} more rows", width), look.faint)], width))
    return stretch(rows + note, width, height)


def _columns(widths: list[int], width: int) -> tuple[list[int], bool]:
    """The widths of the columns that fit, and whether some do not."""
    if sum(widths) + len(widths) + 3 <= width:
        return widths, False
    fitting: list[int] = []
    for column in widths:
        if sum(fitting) + len(fitting) + column + 1 + 5 > width:
            break
        fitting.append(column)
    return fitting, True


def _line(
    event: TensorShown, index: int, widths: list[int], cut: bool, changed: set[tuple[int, int]], look: Look, width: int
) -> list[Segment]:
    cells = event.cells[index]
    if not cells:
        return row([], width)
    opening, closing = _brackets(event, index)
    parts: list[Part] = [(opening, look.faint)]
    for column, (cell, cell_width) in enumerate(zip(cells, widths, strict=False)):
        text = clean(cell)
        parts.append((" " * (cell_width - cell_len(text) + 1), DEFAULT))
        parts.append((text, look.changed if (index, column) in changed else look.text))
    if cut:
        parts.append((" …", look.faint))
    parts.append((f" {closing}", look.faint))
    return row(parts, width)


def _brackets(event: TensorShown, index: int) -> tuple[str, str]:
    """What stands left and right of a row, by its place in its matrix. A single number has none."""
    if not event.shape:
        return " ", " "
    first = index == 0 or not event.cells[index - 1]
    last = index + 1 == len(event.cells) or not event.cells[index + 1]
    if first and last:
        return "[", "]"
    return ("┌", "┐") if first else ("└", "┘") if last else ("│", "│")


def describe_tensor(event: TensorShown) -> str:
    """The tensor in a sentence; changed cells in asterisks."""
    changed = set(event.changed)
    lines = [
        " ".join(f"*{clean(cell)}*" if (i, j) in changed else clean(cell) for j, cell in enumerate(line[:20]))
        for i, line in enumerate(event.cells[:20])
        if line
    ]
    note = f" {clean(event.note)}" if event.note else ""
    return f"{caption(event)}: {'; '.join(lines) or 'no values'}.{note}"

"""Which panels stand where: side by side, in rows, or on further pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.drawing.rows import Room

GAP = 3
"""Cells between two panels side by side."""
GAP_ROWS = 1
MOST = 12
"""Panels on a page."""
_WIDER = 1.2
"""Width is missed a little less than height."""


@dataclass(frozen=True)
class Place:
    """Where a panel stands, in cells from the upper left."""

    index: int
    x: int
    y: int
    width: int
    height: int


def pages(rooms: Sequence[Room], width: int, height: int) -> list[list[Place]]:
    """Places for all panels, in order, on as few pages as will hold them."""
    found: list[list[Place]] = []
    start = 0
    while start < len(rooms):
        count = min(MOST, len(rooms) - start)
        while count > 1 and not _arrangements(rooms[start : start + count], width, height):
            count -= 1
        shelves = _best(rooms[start : start + count], width, height)
        found.append(_places(rooms, start, shelves, width, height))
        start += count
    return found


def _split(count: int, parts: int) -> list[int]:
    """`count` in `parts` numbers as equal as can be."""
    return [count // parts + (1 if i < count % parts else 0) for i in range(parts)]


def _arrangements(rooms: Sequence[Room], width: int, height: int) -> list[list[int]]:
    """The ways to put the panels on shelves (how many on each) that leave none without the room it needs."""
    ways = []
    for shelves in range(1, len(rooms) + 1):
        counts = _split(len(rooms), shelves)
        start, needed, fits = 0, GAP_ROWS * (shelves - 1), True
        for count in counts:
            shelf = rooms[start : start + count]
            fits = fits and sum(room.min_width for room in shelf) + GAP * (count - 1) <= width
            needed += max(room.min_height for room in shelf)
            start += count
        if fits and needed <= height:
            ways.append(counts)
    return ways


def _best(rooms: Sequence[Room], width: int, height: int) -> list[int]:
    """Of the ways that fit, the one that serves the worst placed panel best."""
    ways = _arrangements(rooms, width, height)
    return max(ways, key=lambda counts: _worth(rooms, counts, width, height), default=[len(rooms)])


def _worth(rooms: Sequence[Room], counts: list[int], width: int, height: int) -> float:
    """Of the room that each panel could use, the part that the worst placed one gets."""
    parts = []
    for place in _places(rooms, 0, counts, width, height):
        room = rooms[place.index]
        parts.append(_WIDER * place.width / min(room.max_width, width))
        parts.append(place.height / max(1, min(height, room.tallest(place.width, place.height))))
    return min(parts)


def _places(rooms: Sequence[Room], start: int, counts: list[int], width: int, height: int) -> list[Place]:
    places: list[Place] = []
    shelves: list[Sequence[Room]] = []
    index = start
    for count in counts:
        shelves.append(rooms[index : index + count])
        index += count
    widths = [share([(r.min_width, r.max_width) for r in shelf], width - GAP * (len(shelf) - 1)) for shelf in shelves]
    heights = [height] * len(shelves)
    for _ in range(3):  # what a picture can use depends on what it is given
        wants = [
            (max(r.min_height for r in shelf), max(r.tallest(w, given) for r, w in zip(shelf, own, strict=False)))
            for shelf, own, given in zip(shelves, widths, heights, strict=False)
        ]
        heights = share(wants, height - GAP_ROWS * (len(shelves) - 1))
    y, index = 0, start
    for own, shelf_height in zip(widths, heights, strict=False):
        x = 0
        for room_width in own:
            places.append(Place(index, x, y, room_width, shelf_height))
            x += room_width + GAP
            index += 1
        y += shelf_height + GAP_ROWS
    return places


def share(wants: Sequence[tuple[int, int]], total: int) -> list[int]:
    """`total` in equal shares, where none gets more than it can use unless all have what they can use."""
    shares = [0] * len(wants)
    open_, left = sorted(range(len(wants)), key=lambda i: wants[i][1]), total
    while open_:
        index = open_.pop(0)
        equal = left // (len(open_) + 1)
        others = sum(wants[i][0] for i in open_)
        shares[index] = max(1, min(wants[index][1], max(equal, wants[index][0]), max(left - others, wants[index][0])))
        left -= shares[index]
    return shares

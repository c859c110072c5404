"""A curve smoothed: each point becomes the mean of those around it."""

from __future__ import annotations

from tutor.drawing.series import Bin

PART = 25
"""On each side, one in so many of a curve's pieces is taken into the mean."""
LEAST = 2
"""Pieces on each side at the least."""

Pieces = list[tuple[int, Bin | None]]


def smoothed(pieces: Pieces) -> Pieces:
    """The pieces of a curve (see Series.pieces), averaged. Gaps stay gaps, and no mean reaches across one."""
    reach = max(LEAST, len(pieces) // PART)
    found: Pieces = []
    run: list[tuple[int, Bin]] = []
    for index, piece in pieces:
        if piece is not None:
            run.append((index, piece))
            continue
        found += [*_averaged(run, reach), (index, None)]
        run = []
    return found + _averaged(run, reach)


def _averaged(run: list[tuple[int, Bin]], reach: int) -> Pieces:
    """Towards the ends the reach shrinks, alike on both sides: the first and the last value stay what they were."""
    totals = [piece.total for _, piece in run]
    counts = [piece.count for _, piece in run]
    found: Pieces = []
    for place, (index, piece) in enumerate(run):
        near = min(reach, place, len(run) - 1 - place)
        around = slice(place - near, place + near + 1)
        mean = sum(totals[around]) / sum(counts[around])  # running sums would lose small values after a large one
        found.append((index, Bin(piece.x, mean, mean, mean, mean, mean * piece.count, piece.count)))
    return found

"""Decision regions, histograms and heat maps: from tensors to messages of bounded size."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from tutor.engine.shown import numbers, plain, text
from tutor.protocol import Group, Heatmap, Histogram, Regions

ACROSS, UP = 48, 32
"""Places that a model is asked about: a terminal shows hardly more."""
MARGIN = 0.1
"""Of the points' extent, on each side."""
MOST_BINS = 200
MOST_CELLS = 64
"""Rows, and columns, of a heat map: longer sides are averaged down."""


def regions_message(
    job: int,
    title: str,
    points: Mapping[str, tuple[Any, Any]],
    predict: Callable[[torch.Tensor], Any],
    device: torch.device,
) -> Regions:
    """What `predict` says of a grid of places around the points. ValueError where it does not give one class a place."""
    groups = tuple(Group(name, "points", numbers(x), numbers(y)) for name, (x, y) in points.items())
    for group in groups:
        if len(group.x) != len(group.y):
            raise ValueError(
                f"regions({title!r}): {group.name} has {len(group.x)} x values and {len(group.y)} y values"
            )
    x_low, x_high = _extent([x for group in groups for x in group.x])
    y_low, y_high = _extent([y for group in groups for y in group.y])
    xs, ys = torch.linspace(x_low, x_high, ACROSS), torch.linspace(y_low, y_high, UP)
    places = torch.cartesian_prod(ys, xs).flip(1).to(device)  # (UP * ACROSS, 2), row by row from below
    with torch.no_grad():
        said = torch.as_tensor(predict(places))
    if said.numel() != len(places):
        raise ValueError(
            f"regions({title!r}): predict gave shape {tuple(said.shape)} for {len(places)} places; it gives one class for each"
        )
    classes = said.detach().cpu().reshape(UP, ACROSS).long().tolist()
    return Regions(
        job, title, tuple(points), groups, x_low, x_high, y_low, y_high, tuple(tuple(line) for line in classes)
    )


def _extent(values: Sequence[float]) -> tuple[float, float]:
    """From the lowest to the highest finite value, with a margin; never of no length."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def histogram_message(job: int, title: str, values: Any, bins: int) -> Histogram:
    """Counts in `bins` bins from the lowest to the highest value."""
    everything = plain(values).flatten().double()
    finite = everything[torch.isfinite(everything)]
    bins = min(max(1, int(bins)), MOST_BINS)
    left_out = everything.numel() - finite.numel()
    if not finite.numel():
        return Histogram(job, title, 0.0, 1.0, (0,) * bins, math.nan, math.nan, left_out)
    low, high = finite.min().item(), finite.max().item()
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts = torch.histc(finite, bins, low, high).long().tolist()
    mean, std = finite.mean().item(), finite.std(correction=0).item()
    return Histogram(job, title, low, high, tuple(counts), mean, std, left_out)


def heatmap_message(job: int, title: str, matrix: Any, rows: Sequence[Any], columns: Sequence[Any]) -> Heatmap:
    """The matrix, averaged down where it is large. ValueError where it is none, or its names are not as many."""
    values = plain(matrix)
    shape = tuple(values.shape)
    if values.ndim != 2 or not values.numel():
        raise ValueError(f"heatmap({title!r}): a heat map is of a matrix (rows, columns); this has shape {shape}")
    for what, names, count in (("rows", rows, shape[0]), ("columns", columns, shape[1])):
        if len(names) not in (0, count):
            raise ValueError(f"heatmap({title!r}): {len(names)} names for {count} {what}")
    if max(shape) > MOST_CELLS:
        size = (min(shape[0], MOST_CELLS), min(shape[1], MOST_CELLS))
        rows, columns = rows if size[0] == shape[0] else (), columns if size[1] == shape[1] else ()
        values = torch.nn.functional.adaptive_avg_pool2d(values[None].double(), size)[0]
    cells = tuple(tuple(line) for line in values.double().tolist())
    return Heatmap(job, title, cells, tuple(text(name) for name in rows), tuple(text(name) for name in columns))

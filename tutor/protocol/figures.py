"""Events of a job that are drawn. One of the same kind and title replaces the one before; curves alone grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Axes:
    """A chart of curves begins; its x axis holds still from here on."""

    job: int
    chart: str
    """What y is, and the chart's title: "loss"."""
    x_label: str
    x_low: float
    x_high: float
    """Where x is planned to end; equal to x_low where that is not known."""


@dataclass(frozen=True)
class Points:
    """More points of one curve. Batched: none is lost. nan and inf may occur."""

    job: int
    chart: str
    series: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Group:
    """One set of points in a Scatter."""

    name: str
    style: Literal["points", "line"]
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Scatter:
    """Points and lines in a plane; replaces the scatter of the same title."""

    job: int
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Bars:
    """Named bars; replaces the bars of the same title."""

    job: int
    title: str
    names: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Regions:
    """Points of several classes, over what a model says of every place in the plane; replaces the regions of the same title."""

    job: int
    title: str
    names: tuple[str, ...]
    """Of the classes, in the order of their numbers."""
    points: tuple[Group, ...]
    """One group for each class."""
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    """Of the plane, between the middles of the outermost places."""
    grid: tuple[tuple[int, ...], ...]
    """The class's number at each place: rows from below, each from the left."""


@dataclass(frozen=True)
class Histogram:
    """How often values occur; replaces the histogram of the same title."""

    job: int
    title: str
    low: float
    high: float
    """Where the first bin begins and the last one ends."""
    counts: tuple[int, ...]
    mean: float
    std: float
    """Of the finite values; nan where there is none."""
    left_out: int = 0
    """Values that are not finite."""


@dataclass(frozen=True)
class Heatmap:
    """A matrix as shades, with its numbers where there is room; replaces the heat map of the same title."""

    job: int
    title: str
    values: tuple[tuple[float, ...], ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Names; empty: none."""


@dataclass(frozen=True)
class Image:
    """One image: rows of pixels from the top, base64; one byte a pixel ("L") or three ("RGB")."""

    width: int
    height: int
    mode: Literal["L", "RGB"]
    data: str
    label: str = ""
    mark: Literal["", "right", "wrong"] = ""


@dataclass(frozen=True)
class Picture:
    """One or more images side by side; replaces the picture of the same title."""

    job: int
    title: str
    images: tuple[Image, ...]


@dataclass(frozen=True)
class Table:
    """Replaces the table of the same title."""

    job: int
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TensorShown:
    """A tensor's values; replaces the tensor of the same title."""

    job: int
    title: str
    shape: tuple[int, ...]
    dtype: str
    device: str
    cells: tuple[tuple[str, ...], ...]
    """Rows of formatted values; a tensor of more than two dimensions is shown as its matrices below each other, empty rows between."""
    changed: tuple[tuple[int, int], ...] = ()
    """(row, column) of the cells that differ from the last time this title was shown."""
    note: str = ""

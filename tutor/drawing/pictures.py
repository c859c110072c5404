"""Images: two pixels a cell, one above the other, or characters of rising ink where there is no colour."""

from __future__ import annotations

import binascii
import functools
from dataclasses import dataclass

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

from tutor.drawing.rows import DEFAULT, Look, Part, Room, Rows, centred, clean, clip, listed, row, stretch
from tutor.protocol import Image, Picture

RAMP = " .:-=+*#%@"
"""Characters of rising ink, for a dark background."""
_SIGNS = {"right": "✓", "wrong": "✗"}
_GAP = 2
_LARGEST = 8
"""Cells that a pixel of a small image is drawn with at most, across."""
_SMALLEST = 6
"""An image is not made narrower than this many cells while others are left out instead."""
_SAMPLES = 4
"""Pixels along each side of a box that its average is taken from; bounds the work for a huge image."""

Pixel = tuple[int, int, int]


@dataclass(frozen=True)
class _Tiling:
    """How the images of a picture are laid out."""

    grow: int
    """Dots an original pixel is drawn with, each way."""
    shrink: int
    """Original pixels that make a dot, each way. One of the two is 1."""
    width: int
    """Of a tile, in cells."""
    height: int
    """Of a tile, in cells, label included."""
    gap: int
    """Rows between tiles: none where labels keep them apart."""
    across: int
    down: int


def room(event: Picture) -> Room:
    """The cells it can use."""
    widths = [max(image.width, min(cell_len(_label(image)), 16)) for image in event.images] or [1]
    natural = max(sum(widths) * 3 + _GAP * (len(widths) - 1), cell_len(event.title), 1)

    def used(width: int, height: int) -> int:
        tiling = _tile(event.images, width, height - 1)
        rows = min(tiling.down, -(-len(event.images) // max(1, tiling.across)))
        return 1 + (tiling.height + tiling.gap) * max(1, rows) - tiling.gap

    return Room(min(28, natural), 7, natural, 60, used)


def draw_picture(event: Picture, width: int, height: int, look: Look) -> Rows:
    """Title, then the images in tiles as large as fit, each with its mark and label beneath."""
    head = clip(clean(event.title), width - look.reserve)
    images = event.images
    tiling = _tile(images, width, height - 1)
    fits = tiling.across * tiling.down
    shown = images[:fits]
    more = f"  {len(images) - len(shown)} more not shown" if len(shown) < len(images) else ""
    more = clip(more, width - look.reserve - cell_len(head))
    rows: Rows = [row([(head, look.title), (more, look.faint)], width)]
    if not images:
        rows += centred("no images", width, max(0, height - 1), look.faint)
    for start in range(0, len(shown), max(1, tiling.across)):
        tiles = [_draw(image, tiling, look) for image in shown[start : start + tiling.across]]
        for line in range(tiling.height):
            parts: list[Part] = []
            for tile in tiles:
                parts += [*tile[line], (" " * _GAP, DEFAULT)]
            rows.append(row(parts, width))
        rows += [row([], width)] * tiling.gap
    return stretch(rows, width, height)


def _tile(images: tuple[Image, ...], width: int, height: int) -> _Tiling:
    """The largest scale at which all images fit; else a small one, and as many as fit."""
    if not images or width < 1 or height < 1:
        return _Tiling(1, 1, 1, 1, 0, 0, 0)
    largest = max(max(image.width, image.height) for image in images)
    labelled = any(map(_label, images))
    label = min(max(cell_len(_label(image)) for image in images), 16)
    scales = [(grow, 1) for grow in range(_LARGEST, 1, -1)]
    scales += [(1, shrink) for shrink in range(1, max(2, largest // _SMALLEST + 1))]
    tiling = _Tiling(1, 1, 1, 1, 0, 0, 0)
    for grow, shrink in scales:
        tile_width = max(*(_dots(image.width, grow, shrink) for image in images), label if len(images) > 1 else 1, 1)
        tile_height = max((_dots(image.height, grow, shrink) + 1) // 2 for image in images) + labelled
        gap = 0 if labelled else 1
        across, down = (width + _GAP) // (tile_width + _GAP), (height + gap) // (max(1, tile_height) + gap)
        tiling = _Tiling(grow, shrink, tile_width, tile_height, gap, across, down)
        if across * down >= len(images):
            break
        if shrink > 1 and across * down and tile_width <= 2 * _SMALLEST:
            break
    return tiling


def _dots(pixels: int, grow: int, shrink: int) -> int:
    """How many dots so many pixels become."""
    return -(-pixels * grow // shrink)


def _label(image: Image) -> str:
    return f"{_SIGNS.get(image.mark, '')} {clean(image.label)}".strip()


def _draw(image: Image, tiling: _Tiling, look: Look) -> list[list[Part]]:
    """One tile: its lines, each of the tile's width."""
    lines: list[list[Part]]
    try:
        pixels = _scaled(image, tiling.grow, tiling.shrink)
    except ValueError as error:
        lines = [[(clip(str(error), tiling.width), look.wrong)]]
    else:
        halves = [(pixels[y], pixels[y + 1] if y + 1 < len(pixels) else None) for y in range(0, len(pixels), 2)]
        lines = [_blocks(*pair) if look.color else _inked(*pair, look) for pair in halves]
    label = _label(image)
    body = tiling.height - (1 if label else 0)
    lines = lines[: max(0, body)] + ([[(clip(label, tiling.width), _mark_style(image, look))]] if label else [])
    lines += [[] for _ in range(tiling.height - len(lines))]
    return [[*line, (" " * (tiling.width - sum(cell_len(text) for text, _ in line)), DEFAULT)] for line in lines]


def _mark_style(image: Image, look: Look) -> Style:
    return {"right": look.right, "wrong": look.wrong}.get(image.mark, look.text)


def _scaled(image: Image, grow: int, shrink: int) -> list[list[Pixel]]:
    """Rows of dots. ValueError where the data is not what the size says."""
    depth = 3 if image.mode == "RGB" else 1
    if len(image.data) != -(-image.width * image.height * depth // 3) * 4:
        raise ValueError("image data is cut short")
    lines = []
    for top in range(0, image.height, shrink):
        line = _average(image, depth, top, shrink) if shrink > 1 else _line(image, depth, top)
        if grow > 1:
            line = [pixel for pixel in line for _ in range(grow)]
        lines += [line] * grow
    return lines


def _bytes(image: Image, depth: int, y: int) -> bytes:
    """The bytes of one row of pixels. Only what is drawn is decoded: an image can be far larger than the screen."""
    start, end = y * image.width * depth, (y + 1) * image.width * depth
    first = start // 3
    try:
        data = binascii.a2b_base64(image.data[first * 4 : -(-end // 3) * 4], strict_mode=True)
    except ValueError:
        raise ValueError("image data is damaged") from None
    return data[start - first * 3 : end - first * 3]


def _line(image: Image, depth: int, y: int) -> list[Pixel]:
    line = _bytes(image, depth, y)
    return (
        list(zip(line[0::depth], line[1::depth], line[2::depth], strict=False))
        if depth == 3
        else [(v, v, v) for v in line]
    )


def _average(image: Image, depth: int, top: int, shrink: int) -> list[Pixel]:
    """A row of boxes, each the mean of at most _SAMPLES x _SAMPLES of its pixels."""
    step = -(-shrink // _SAMPLES)
    columns = -(-image.width // shrink)
    sums = [[0] * columns for _ in range(depth)]
    counts = [0] * columns
    for y in range(top, min(top + shrink, image.height), step):
        line = _bytes(image, depth, y)
        for offset in range(0, min(shrink, image.width), step):
            for channel, total in enumerate(sums):
                for index, value in enumerate(line[offset * depth + channel :: shrink * depth]):
                    total[index] += value
            for index in range(len(range(offset, image.width, shrink))):
                counts[index] += 1
    means = [[total // count for total, count in zip(channel, counts, strict=False)] for channel in sums]
    return list(zip(means[0], means[-1] if depth == 1 else means[1], means[-1], strict=False))


@functools.lru_cache(maxsize=8192)
def _style(top: Pixel, bottom: Pixel | None) -> Style:
    if bottom is None:
        return Style.from_color(Color.from_rgb(*top))
    return Style.from_color(Color.from_rgb(*top), Color.from_rgb(*bottom))


def _blocks(top: list[Pixel], bottom: list[Pixel] | None) -> list[Part]:
    """One line of cells: the upper half in the upper pixel's colour, the lower in the lower's."""
    parts: list[Part] = []
    start, length = 0, len(top)
    while start < length:
        pair = (top[start], bottom[start] if bottom else None)
        end = start + 1
        while end < length and (top[end], bottom[end] if bottom else None) == pair:
            end += 1
        parts.append(("▀" * (end - start), _style(*pair)))
        start = end
    return parts


def _inked(top: list[Pixel], bottom: list[Pixel] | None, look: Look) -> list[Part]:
    ramp = RAMP if look.dark else RAMP[::-1]
    both = bottom or top
    return [
        ("".join(ramp[(_light(a) + _light(b)) * len(ramp) // 512] for a, b in zip(top, both, strict=False)), look.text)
    ]


def _light(pixel: Pixel) -> int:
    """Brightness as the eye sees it, 0 to 255."""
    return (pixel[0] * 299 + pixel[1] * 587 + pixel[2] * 114) // 1000


def describe_picture(event: Picture) -> str:
    """The images in a sentence: how many, how large, how labelled."""
    sizes = sorted({f"{image.width}x{image.height}" for image in event.images})
    labels = [f"{image.mark} {clean(image.label)}".strip() for image in event.images if image.label or image.mark]
    count = len(event.images)
    told = f"{count} image{'' if count == 1 else 's'}{' of ' + ' and '.join(sizes[:3]) if sizes else ''}"
    return f"{clean(event.title)}: {told}{': ' + listed(labels, 20) if labels else ''}."

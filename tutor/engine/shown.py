"""Tensors, arrays, lists and numbers as what messages carry: floats, pixels, formatted cells."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Literal

import torch

from tutor.protocol import Image

MOST_IMAGES = 64
MOST_PIXELS = 256
"""Sides of an image longer than this are averaged down: no terminal shows more."""
MOST_CELLS = 32
"""Rows, and columns, of a tensor that are sent."""


def number(value: Any) -> float:
    """A float of a number, a one-element tensor or array."""
    return float(value.item() if hasattr(value, "item") else value)


def numbers(values: Any) -> tuple[float, ...]:
    """All values as floats, in row-major order."""
    return tuple(plain(values).flatten().double().tolist())


def plain(values: Any) -> torch.Tensor:
    """The values as a tensor on the CPU without a gradient."""
    tensor: torch.Tensor = values if isinstance(values, torch.Tensor) else torch.as_tensor(values)
    return tensor.detach().cpu()


def image_messages(
    images: Any, labels: Sequence[Any], marks: Sequence[Literal["", "right", "wrong"]]
) -> tuple[Image, ...]:
    """Images (H, W), (N, H, W), (N, 1, H, W) or (N, 3, H, W) as messages. ValueError for another shape."""
    batch = plain(images)
    shape = tuple(batch.shape)
    if batch.ndim == 2:
        batch = batch[None]
    if batch.ndim == 3:
        batch = batch[:, None]
    if batch.ndim != 4 or batch.shape[1] not in (1, 3):
        raise ValueError(f"images are (H, W), (N, H, W), (N, 1, H, W) or (N, 3, H, W); this is {shape}")
    messages = []
    for i, image in enumerate(batch[:MOST_IMAGES]):
        label = text(labels[i]) if i < len(labels) else ""
        mark = marks[i] if i < len(marks) else ""
        messages.append(_image(image, label, mark))
    return tuple(messages)


def text(label: Any) -> str:
    """A label as text; a class number may come as a 0-d tensor."""
    return str(label.item() if isinstance(label, torch.Tensor) else label)


def _image(image: torch.Tensor, label: str, mark: Literal["", "right", "wrong"]) -> Image:
    channels, height, width = image.shape
    if image.dtype != torch.uint8:
        image = torch.nan_to_num(image.float())
        low, high = image.min(), image.max()
        image = (image - low) / (high - low).clamp(min=1e-12) * 255
    if max(height, width) > MOST_PIXELS:
        scale = MOST_PIXELS / max(height, width)
        size = (max(1, round(height * scale)), max(1, round(width * scale)))
        image = torch.nn.functional.interpolate(image[None].float(), size=size, mode="area")[0]
        height, width = size
    pixels = image.round().to(torch.uint8).permute(1, 2, 0).flatten().tolist()
    data = base64.b64encode(bytes(pixels)).decode("ascii")
    return Image(int(width), int(height), "L" if channels == 1 else "RGB", data, label, mark)


def tensor_cells(tensor: torch.Tensor) -> tuple[tuple[str, ...], ...]:
    """Formatted values in rows; a tensor of more than two dimensions as its matrices below each other, empty rows between."""
    values = plain(tensor)
    if values.ndim <= 2:
        matrix = values.reshape(1, -1) if values.ndim < 2 else values
        return _rows(matrix)
    rows: list[tuple[str, ...]] = []
    for matrix in values.flatten(0, -3)[:MOST_CELLS]:
        rows += [(), *_rows(matrix)] if rows else _rows(matrix)
        if len(rows) >= MOST_CELLS:
            break
    return tuple(rows[:MOST_CELLS])


def _rows(matrix: torch.Tensor) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_cell(value) for value in row) for row in matrix[:MOST_CELLS, :MOST_CELLS].tolist())


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)

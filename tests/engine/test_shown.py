"""Tensors as what messages carry: floats, pixels, cells."""

from __future__ import annotations

import base64

import pytest
import torch

from tutor.engine.shown import (
    MOST_CELLS,
    MOST_IMAGES,
    MOST_PIXELS,
    image_messages,
    number,
    numbers,
    tensor_cells,
)
from tutor.protocol import Image


def pixels(image: Image) -> list[int]:
    return list(base64.b64decode(image.data))


def test_a_number_may_come_as_tensor_array_or_plain() -> None:
    assert [number(v) for v in (1, 1.5, torch.tensor([2.5]), torch.tensor(3).numpy(), True)] == [1, 1.5, 2.5, 3, 1]


def test_numbers_are_read_row_by_row() -> None:
    assert numbers(torch.tensor([[1, 2], [3, 4]])) == (1.0, 2.0, 3.0, 4.0)
    assert numbers([1, 2.5]) == (1.0, 2.5)
    assert numbers(torch.ones(2, requires_grad=True)) == (1.0, 1.0)
    assert numbers(torch.tensor([1.5], dtype=torch.bfloat16)) == (1.5,)


class TestImages:
    @pytest.mark.parametrize(
        ("shape", "count", "mode"),
        [
            ((4, 3), 1, "L"),
            ((2, 4, 3), 2, "L"),
            ((2, 1, 4, 3), 2, "L"),
            ((2, 3, 4, 3), 2, "RGB"),
        ],
    )
    def test_shapes_that_are_images(self, shape: tuple[int, ...], count: int, mode: str) -> None:
        images = image_messages(torch.rand(shape), (), ())
        assert [(i.width, i.height, i.mode) for i in images] == [(3, 4, mode)] * count
        assert all(len(pixels(i)) == 12 * (3 if mode == "RGB" else 1) for i in images)

    @pytest.mark.parametrize("shape", [(4,), (2, 2, 4, 3), (1, 1, 1, 4, 3), ()])
    def test_other_shapes_are_refused_by_name(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match=r"images are .* this is"):
            image_messages(torch.rand(shape), (), ())

    def test_bytes_are_shown_as_they_are(self) -> None:
        (image,) = image_messages(torch.tensor([[0, 100], [200, 255]], dtype=torch.uint8), (), ())
        assert pixels(image) == [0, 100, 200, 255]

    def test_floats_are_scaled_from_their_own_range(self) -> None:
        (image,) = image_messages(torch.tensor([[-1.0, 0.0], [1.0, 1.0]]), (), ())
        assert pixels(image) == [0, 128, 255, 255]

    def test_an_even_picture_and_one_with_nan_can_be_shown(self) -> None:
        even, broken = image_messages(
            torch.stack([torch.full((2, 2), 3.0), torch.tensor([[0.0, float("nan")], [1.0, 1.0]])]), (), ()
        )
        assert pixels(even) == [0, 0, 0, 0]
        assert pixels(broken) == [0, 0, 255, 255]

    def test_colours_lie_side_by_side_for_each_pixel(self) -> None:
        image = torch.zeros(1, 3, 1, 2, dtype=torch.uint8)
        image[0, :, 0, 0] = torch.tensor([1, 2, 3])
        image[0, :, 0, 1] = torch.tensor([4, 5, 6])
        assert pixels(image_messages(image, (), ())[0]) == [1, 2, 3, 4, 5, 6]

    def test_no_more_images_than_a_screen_can_hold(self) -> None:
        assert len(image_messages(torch.rand(MOST_IMAGES + 5, 2, 2), (), ())) == MOST_IMAGES

    def test_a_large_image_is_averaged_down_and_keeps_its_proportions(self) -> None:
        (image,) = image_messages(torch.rand(2 * MOST_PIXELS, 4 * MOST_PIXELS), (), ())
        assert (image.width, image.height) == (MOST_PIXELS, MOST_PIXELS // 2)
        assert len(pixels(image)) == image.width * image.height

    def test_a_very_thin_image_keeps_one_pixel(self) -> None:
        (image,) = image_messages(torch.rand(1, 10 * MOST_PIXELS), (), ())
        assert (image.width, image.height) == (MOST_PIXELS, 1)

    def test_labels_and_marks_may_be_fewer_than_images(self) -> None:
        images = image_messages(torch.rand(3, 2, 2), [torch.tensor(4)], ["wrong"])
        assert [(i.label, i.mark) for i in images] == [("4", "wrong"), ("", ""), ("", "")]


class TestCells:
    @pytest.mark.parametrize(
        ("tensor", "cells"),
        [
            (torch.tensor(3), (("3",),)),
            (torch.tensor([1, 2]), (("1", "2"),)),
            (torch.tensor([[1.0], [0.123456]]), (("1",), ("0.1235",))),
            (torch.tensor([True, False]), (("True", "False"),)),
            (torch.tensor([float("nan"), float("inf")]), (("nan", "inf"),)),
            (torch.tensor([1e-9]), (("1e-09",),)),
            (torch.arange(8).reshape(2, 2, 2), (("0", "1"), ("2", "3"), (), ("4", "5"), ("6", "7"))),
            (torch.tensor([]), ((),)),
            (torch.empty(0, 3), ()),
            (torch.empty(2, 0, 3), ()),
            (torch.tensor([1 + 2j]), (("(1+2j)",),)),
        ],
    )
    def test_values_are_formatted_in_rows(self, tensor: torch.Tensor, cells: tuple[tuple[str, ...], ...]) -> None:
        shown = tensor_cells(tensor)
        assert tuple(row for row in shown if row or tensor.numel() or tensor.ndim == 1) == cells

    def test_a_large_tensor_is_cut(self) -> None:
        assert [len(row) for row in tensor_cells(torch.zeros(100, 100))] == [MOST_CELLS] * MOST_CELLS
        assert len(tensor_cells(torch.zeros(50, 20, 3))) == MOST_CELLS

"""Images in half blocks, and in characters."""

from __future__ import annotations

import base64
import time

import pytest

from tutor.drawing import Look, plain
from tutor.drawing.pictures import RAMP, describe_picture, draw_picture
from tutor.protocol import Image, Picture


def image(width: int, height: int, data: bytes | None = None, mode: str = "L", **more: str) -> Image:
    depth = 3 if mode == "RGB" else 1
    data = bytes(range(256)) * (width * height * depth // 256 + 1) if data is None else data
    return Image(width, height, mode, base64.b64encode(data[: width * height * depth]).decode(), **more)


def colors(rows, line: int) -> list[tuple[str, str]]:
    """Foreground and background of each half block of a line."""
    return [
        (s.style.color.name, s.style.bgcolor.name if s.style.bgcolor else "")
        for s in rows[line]
        for c in s.text
        if c == "▀"
    ]


@pytest.mark.parametrize(("width", "height"), [(78, 12), (38, 8), (5, 3), (1, 1), (200, 60), (20, 0)])
@pytest.mark.parametrize("color", [True, False])
def test_every_size_is_exact(exact, width, height, color):
    images = (
        image(8, 8, label="seven", mark="right"),
        image(5, 3, mode="RGB", label="日本", mark="wrong"),
        image(40, 100),
    )
    for event in (Picture(1, "p", images), Picture(1, "p", images[:1]), Picture(1, "p", ())):
        exact(draw_picture(event, width, height, Look(color=color)), width, height)


def test_two_pixels_a_cell():
    rows = draw_picture(Picture(1, "p", (image(2, 2, bytes([0, 255, 100, 200])),)), 2, 2, Look())
    assert colors(rows, 1) == [("#000000", "#646464"), ("#ffffff", "#c8c8c8")]


def test_colours_are_kept():
    rows = draw_picture(Picture(1, "p", (image(1, 2, bytes([255, 0, 0, 0, 0, 255]), "RGB"),)), 1, 2, Look())
    assert colors(rows, 1) == [("#ff0000", "#0000ff")]


def test_an_odd_last_row_has_no_lower_half():
    rows = draw_picture(Picture(1, "p", (image(1, 1, b"\x80"),)), 1, 2, Look())
    assert colors(rows, 1) == [("#808080", "")]


def test_small_images_grow_by_whole_pixels():
    rows = draw_picture(Picture(1, "p", (image(2, 2, bytes([0, 255, 255, 0])),)), 8, 5, Look())
    assert colors(rows, 1) == [("#000000", "#000000")] * 4 + [("#ffffff", "#ffffff")] * 4


def test_large_images_shrink_to_the_mean_of_boxes():
    checks = bytes(255 * ((x + y) % 2) for y in range(40) for x in range(40))
    rows = draw_picture(Picture(1, "p", (image(40, 40, checks),)), 10, 6, Look())
    assert set(colors(rows, 1)) == {("#7f7f7f", "#7f7f7f")}
    assert len(colors(rows, 1)) == 10


def test_tiles_fill_the_width_and_carry_labels_and_marks():
    images = tuple(image(8, 8, label=str(i), mark="wrong" if i == 3 else "right") for i in range(6))
    rows = plain(draw_picture(Picture(1, "mistakes", images), 78, 6, Look()))
    assert rows[5].split() == ["✓", "0", "✓", "1", "✓", "2", "✗", "3", "✓", "4", "✓", "5"]


def test_images_without_room_are_counted():
    rows = plain(draw_picture(Picture(1, "p", tuple(image(28, 28) for _ in range(40))), 30, 8, Look()))
    assert "more not shown" in rows[0]
    shown = 40 - int(rows[0].split()[1])
    assert 0 < shown < 40


def test_without_colour_ink_stands_for_light():
    event = Picture(1, "p", (image(4, 2, bytes([0, 85, 170, 255] * 2)),))
    dark, light = (plain(draw_picture(event, 4, 2, Look(color=False, dark=dark)))[1] for dark in (True, False))
    assert [RAMP.index(c) for c in dark] == [0, 3, 6, 9]
    assert dark == light.ljust(4)[::-1]


@pytest.mark.parametrize(
    ("data", "said"), [("AAAA", "image data is cut short"), ("!!!!" * 22, "image data is damaged")]
)
def test_broken_data_is_said(data, said):
    rows = plain(draw_picture(Picture(1, "p", (Image(8, 8, "L", data, "an image with a label"),)), 60, 12, Look()))
    assert said.startswith(rows[1].rstrip("…")) and len(rows[1]) > 5


def test_a_huge_image_is_quick():
    event = Picture(1, "p", (Image(4000, 4000, "RGB", base64.b64encode(bytes(48_000_000)).decode()),))
    began = time.process_time()
    draw_picture(event, 78, 12, Look())
    assert time.process_time() - began < 0.25


def test_description():
    event = Picture(1, "mistakes", (image(8, 8, label="7", mark="wrong"), image(8, 8)))
    assert describe_picture(event) == "mistakes: 2 images of 8x8: wrong 7."

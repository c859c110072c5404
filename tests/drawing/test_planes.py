"""Decision regions, histograms and heat maps."""

from __future__ import annotations

import dataclasses
import math
import time

import pytest

from tutor.drawing import Look, Panels, plain
from tutor.drawing.heatmaps import describe_heatmap, draw_heatmap, room
from tutor.drawing.histograms import describe_histogram, draw_histogram
from tutor.drawing.regions import describe_regions, draw_regions
from tutor.protocol import Group, Heatmap, Histogram, Regions

NAN = math.nan
SIZES = [(38, 12), (78, 12), (100, 30), (9, 4), (3, 2), (1, 1), (5, 0)]
HALVES = Regions(
    1,
    "what it says",
    ("left", "right"),
    (Group("left", "points", (-0.5, 0.5), (0.0, 0.5)), Group("right", "points", (0.7, 9.0), (-0.5, 0.0))),
    -1.0,
    1.0,
    -1.0,
    1.0,
    ((0, 0, 1, 1),) * 3,
)
WEIGHTS = Histogram(1, "weights", -1.0, 1.0, (1, 4, 10, 4, 1), 0.0, 0.4, 3)
CONFUSION = Heatmap(1, "confusion", ((9.0, 1.0), (0.0, 10.0)), ("cat", "dog"), ("cat", "dog"))
GRADIENT = Heatmap(1, "gradient", tuple(tuple(float(c) for c in range(8)) for _ in range(4)))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("color", [True, False])
def test_every_size_is_exact(exact, width, height, color):
    look = Look(color=color)
    exact(draw_regions(HALVES, width, height, look), width, height)
    exact(draw_histogram(WEIGHTS, width, height, look), width, height)
    exact(draw_heatmap(CONFUSION, width, height, look), width, height)
    exact(draw_heatmap(GRADIENT, width, height, look), width, height)


def test_regions_differ_without_colour(look):
    text = plain(draw_regions(HALVES, 42, 12, look))
    assert text[0] == "what it says   • left   × right ░░"
    middle = text[5]
    assert "░" not in middle[:20] and middle.endswith("░" * 15)
    body = "\n".join(text[1:])
    assert body.count("•") == 2 and body.count("×") == 1, "a point outside the plane is not drawn"


def test_regions_are_coloured_by_class_and_points_by_their_own(look):
    rows = draw_regions(HALVES, 42, 12, look)[1:]
    styles = {sign: {s.style for line in rows for s in line if sign in s.text} for sign in "•×░"}
    assert styles["•"] == {look.ink(0)} and styles["×"] == {look.ink(1)}
    (ground,) = styles["░"]
    assert ground.color == look.ink(1).color and ground.dim


def test_regions_in_words():
    said = describe_regions(HALVES)
    assert "left 50% of the plane, 1 of its 2 points in its region" in said
    assert "right 50% of the plane, 1 of its 2 points in its region" in said


def test_a_class_that_has_no_name_and_an_empty_grid_are_drawn(look, exact):
    exact(draw_regions(dataclasses.replace(HALVES, grid=((7, -1),)), 40, 10, look), 40, 10)
    rows = exact(draw_regions(dataclasses.replace(HALVES, grid=()), 40, 10, look), 40, 10)
    assert "no regions" in "\n".join(plain(rows))
    describe_regions(dataclasses.replace(HALVES, grid=()))


def test_a_plane_that_fills_a_large_terminal_is_drawn_quickly(look):
    times = []
    for _ in range(5):
        began = time.process_time()
        draw_regions(HALVES, 200, 60, look)
        times.append(time.process_time() - began)
    assert min(times) < 0.25


def test_a_histogram_is_tallest_in_the_middle(look):
    text = plain(draw_histogram(WEIGHTS, 44, 12, look))
    assert text[0] == "weights  mean 0 · std 0.400  3 not finite"
    heights = [sum(column < len(line) and line[column] != " " for line in text[1:-2]) for column in range(3, 44)]
    assert heights[20] == max(heights) > 5 and heights[0] < 3 and all(heights), "the rarest value shows, too"
    assert describe_histogram(WEIGHTS).endswith("most of them, 10, from -0.200 to 0.200; 3 not finite.")


def test_a_histogram_of_nothing(look):
    empty = Histogram(1, "weights", 0.0, 1.0, (0, 0), NAN, NAN, 2)
    assert "no values" in "\n".join(plain(draw_histogram(empty, 40, 8, look)))
    assert describe_histogram(empty) == "weights: no values; 2 not finite."


def test_a_confusion_matrix_shows_its_numbers_and_names(look):
    text = plain(draw_heatmap(CONFUSION, 40, 8, look))
    assert [line.split() for line in text[:4]] == [
        ["confusion", "2x2", "0", "to", "10"],
        ["cat", "dog"],
        ["cat", "9", "1"],
        ["dog", "0", "10"],
    ]
    assert describe_heatmap(CONFUSION) == ("confusion: 2 rows and 2 columns, lowest 0, highest 10.0; cat as dog 1.")


def test_a_heat_map_is_read_without_colour(exact):
    text = plain(exact(draw_heatmap(GRADIENT, 16, 5, Look(color=False)), 16, 5))
    assert text[1] == "    ░░▒▒▒▒▓▓████"
    shades = [s.style.bgcolor for s in draw_heatmap(GRADIENT, 16, 5, Look())[1]]
    assert len(set(shades)) == 8, "with colour every value has its own"


def test_a_matrix_too_large_for_its_place_is_averaged_and_named_ones_say_what_is_left_out(look):
    large = Heatmap(1, "attention", tuple(tuple(float(r == c) for c in range(40)) for r in range(40)))
    text = plain(draw_heatmap(large, 60, 12, Look(color=False)))
    assert "more rows" not in "\n".join(text) and sum(bool(line.strip()) for line in text[1:]) == 10
    named = dataclasses.replace(large, rows=tuple(str(n) for n in range(40)))
    assert plain(draw_heatmap(named, 60, 12, look))[-1] == "… 30 more rows"


def test_values_that_are_not_finite_are_spelled(look, exact):
    strange = Heatmap(1, "s", ((NAN, 1.0), (math.inf, -math.inf)))
    text = "\n".join(plain(exact(draw_heatmap(strange, 30, 4, look), 30, 4)))
    assert "nan" in text and "-inf" in text
    nothing = Heatmap(1, "s", ())
    assert "no values" in "\n".join(plain(draw_heatmap(nothing, 30, 4, look)))
    assert room(nothing).min_height > 0


def test_all_are_panels_with_words():
    panels = Panels()
    for event in (HALVES, WEIGHTS, CONFUSION):
        assert panels.feed(event)
    assert [panel.describe().split(":")[0] for panel in panels.all] == ["what it says", "weights", "confusion"]
    for panel in panels.all:
        need = panel.room()
        assert len(panel.draw(need.min_width, need.min_height, Look())) == need.min_height

"""Scatters, bars, tables and tensors."""

from __future__ import annotations

import math

import pytest

from tutor.drawing import plain
from tutor.drawing.bars import describe_bars, draw_bars
from tutor.drawing.scatter import MOST, Plane, describe_scatter, draw_scatter
from tutor.drawing.tables import describe_table, draw_table
from tutor.drawing.tensors import describe_tensor, draw_tensor
from tutor.protocol import Bars, Group, Scatter, Table, TensorShown

SIZES = [(38, 12), (78, 12), (100, 30), (9, 4), (1, 1), (5, 0)]
LINE = Scatter(
    1,
    "the line",
    (
        Group("train", "points", (0.0, 0.5, 1.0), (0.3, 0.65, 1.0)),
        Group("test", "points", (0.2, math.nan), (0.9, 1.0)),
        Group("model", "line", (0.0, 1.0), (0.3, 1.0)),
    ),
)
ACCURACY = Bars(1, "accuracy", ("frozen", "[b]scratch", "broken"), (0.8, 0.4, math.nan))
SHAPES = Table(
    1, "shapes", ("layer", "output", "parameters"), (("Linear(10, 20)", "(32, 20)", "220"), ("ReLU", "(32, 20)", "0"))
)
X = TensorShown(
    1, "x", (2, 2, 2), "int64", "cpu", (("1", "2"), ("10", "-5"), (), ("1", "2"), ("3", "4")), ((1, 1),), "a view of y"
)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_size_is_exact(look, exact, width, height):
    exact(draw_scatter(LINE, width, height, look), width, height)
    exact(draw_bars(ACCURACY, width, height, look), width, height)
    exact(draw_table(SHAPES, width, height, look), width, height)
    exact(draw_tensor(X, width, height, look), width, height)


def test_groups_of_a_scatter_differ_without_colour(look):
    text = plain(draw_scatter(LINE, 60, 16, look))
    assert text[0] == "the line  • train  × test  ── model"
    assert text[1] == "test: 1 not finite"
    body = "\n".join(text[2:])
    assert body.count("•") == 3 and body.count("×") == 1
    assert sum("⠀" < c <= "⣿" for c in body) > 20


def test_points_keep_their_own_ink_where_a_line_crosses_them(look):
    rows = draw_scatter(LINE, 60, 16, look)[2:]
    inks = {segment.style for line in rows for segment in line if "•" in segment.text}
    assert inks == {look.ink(0)}


def test_a_line_shows_through_points_that_lie_on_it(look):
    xs = tuple(i / 100 for i in range(101))
    event = Scatter(1, "s", (Group("train", "points", xs, xs), Group("model", "line", (0.0, 1.0), (0.0, 1.0))))
    body = "".join(plain(draw_scatter(event, 60, 16, look))[1:])
    assert body.count("•") >= 20 and sum("⠀" < c <= "⣿" for c in body) >= 15


def test_the_axes_of_a_scatter_hold_still(look):
    plane = Plane()
    first = plain(draw_scatter(LINE, 60, 16, look, plane))[-2:]
    nearer = Scatter(1, "the line", (Group("train", "points", (0.4, 0.6), (0.5, 0.6)),))
    assert plain(draw_scatter(nearer, 60, 16, look, plane))[-2:] == first


def test_an_empty_scatter_says_so(look, exact):
    for event in (Scatter(1, "s", ()), Scatter(1, "s", (Group("a", "line", (math.nan,), (1.0,)),))):
        assert "no points" in "\n".join(plain(exact(draw_scatter(event, 40, 10, look), 40, 10)))


def test_a_huge_scatter_is_thinned_and_says_so(look):
    many = tuple(map(float, range(2 * MOST)))
    assert (
        "a: 1 in 2 of 40,000 drawn"
        in plain(draw_scatter(Scatter(1, "s", (Group("a", "points", many, many),)), 70, 12, look))[1]
    )


def test_bars_are_as_long_as_their_values(look):
    rows = plain(draw_bars(Bars(1, "accuracy", ("frozen", "b"), (0.8, 0.4)), 60, 3, look))
    assert rows[0] == "accuracy" and rows[1].startswith("frozen █") and rows[1].endswith(" 0.800")
    assert rows[1].count("█") // 2 == rows[2].count("█")


def test_bars_of_nan_and_names_with_brackets(look):
    rows = plain(draw_bars(ACCURACY, 60, 4, look))
    assert rows[2].startswith("[b]scratch █") and rows[3] == "    broken nan"


def test_negative_bars_go_the_other_way(look):
    rows = plain(draw_bars(Bars(1, "w", ("a", "b"), (-1.0, 1.0)), 40, 3, look))
    assert rows[1].rindex("█") < rows[2].index("█")


def test_bars_that_do_not_fit_are_counted(look):
    event = Bars(1, "w", tuple("abcdefgh"), (1.0,) * 8)
    assert plain(draw_bars(event, 40, 5, look))[-1] == "… 5 more"


@pytest.mark.parametrize("values", [(0.0, 0.0), (1e308, -1e308), (math.inf, 1.0), ()])
def test_strange_bars(look, exact, values):
    exact(draw_bars(Bars(1, "w", ("a", "b")[: len(values)], values), 40, 5, look), 40, 5)


def test_a_table_aligns_text_left_and_numbers_right(look):
    assert plain(draw_table(SHAPES, 60, 5, look)) == [
        "shapes",
        "layer           output    parameters",
        "────────────────────────────────────",
        "Linear(10, 20)  (32, 20)         220",
        "ReLU            (32, 20)           0",
    ]


def test_a_narrow_table_is_cut_with_an_ellipsis(look):
    rows = plain(draw_table(SHAPES, 28, 4, look))
    assert "…" in rows[1] and rows[3] == "… 2 more rows"


def test_a_ragged_table_with_wide_characters(look, exact):
    event = Table(1, "t", ("名前", "b"), (("日本語日本語",), ("x", "y", "surplus"), ("a\nb", "\x1b[0m")))
    text = "\n".join(plain(exact(draw_table(event, 12, 7, look), 12, 7)))
    assert "\x1b" not in text


def test_a_tensor_shows_what_it_is_and_what_changed(look):
    rows = draw_tensor(X, 40, 7, look)
    assert plain(rows) == [
        "x  (2, 2, 2)  int64  cpu",
        "┌  1  2 ┐",
        "└ 10 -5 ┘",
        "",
        "┌  1  2 ┐",
        "└  3  4 ┘",
        "a view of y",
    ]
    assert [s.text for line in rows for s in line if s.style == look.changed] == ["-5"]


@pytest.mark.parametrize(
    ("shape", "cells", "drawn"),
    [((), (("3.14",),), "  3.14"), ((3,), (("1", "2", "3"),), "[ 1 2 3 ]"), ((2, 1), (("1",), ("2",)), "┌ 1 ┐")],
)
def test_brackets_follow_the_shape(look, shape, cells, drawn):
    assert plain(draw_tensor(TensorShown(1, "x", shape, "float32", "cpu", cells), 40, 4, look))[1].rstrip() == drawn


def test_a_tensor_too_large_is_clipped(look):
    event = TensorShown(
        1, "x", (50, 50), "int64", "cpu", tuple(tuple(f"{i * j}" for j in range(50)) for i in range(50))
    )
    rows = plain(draw_tensor(event, 30, 8, look))
    assert rows[1].endswith("… ┐") and rows[-1] == "… 44 more rows"


def test_descriptions_say_what_is_shown():
    assert describe_scatter(LINE).startswith("the line: train, 3 points, x 0 to 1.00, y 0.300 to 1.00; test, 2 points")
    assert describe_bars(ACCURACY) == "accuracy: frozen 0.800, [b]scratch 0.400, broken nan."
    assert describe_table(SHAPES).startswith("shapes: 2 rows; layer Linear(10, 20), output (32, 20), parameters 220;")
    assert describe_tensor(X) == "x  (2, 2, 2)  int64  cpu: 1 2; 10 *-5*; 1 2; 3 4. a view of y"


def test_a_line_that_runs_away_does_not_flatten_the_points(look):
    points = Group("train", "points", tuple(range(10)), tuple(range(10)))
    lines = [Group("model", "line", tuple(range(10)), tuple(rate * x for x in range(10))) for rate in (0.5, 3.0, -1e9)]
    plane = Plane()
    for line, said in zip(lines, (False, False, True), strict=True):
        rows = plain(draw_scatter(Scatter(1, "the line", (points, line)), 60, 16, look, plane))
        assert ("model: goes far off the axis" in "\n".join(rows)) == said
    assert (plane.y.low, plane.y.high) == (-10, 20)

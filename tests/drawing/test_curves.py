"""Charts of curves."""

from __future__ import annotations

import json
import math
import random
import re
import statistics
import time

import pytest

from tutor.drawing import plain
from tutor.drawing.best import best_of
from tutor.drawing.captions import describe_curves
from tutor.drawing.curves import Curves, draw_curves
from tutor.drawing.packing import pack, unpack
from tutor.drawing.smooth import smoothed
from tutor.protocol import Adjusted, Axes, Points

NAN, INF = math.nan, math.inf


def chart(high: float = 100, **series: list[float]) -> Curves:
    curves = Curves("loss")
    curves.feed(Axes(1, "loss", "epoch", 0, high))
    for name, values in series.items():
        curves.feed(Points(1, "loss", name, tuple(map(float, range(len(values)))), tuple(values)))
    return curves


def falling(count: int = 60) -> list[float]:
    return [2 * math.exp(-i / 20) for i in range(count)]


@pytest.mark.parametrize(
    ("width", "height"), [(38, 12), (78, 12), (100, 30), (7, 4), (3, 2), (1, 1), (200, 60), (30, 0)]
)
@pytest.mark.parametrize("log", [False, True])
def test_every_size_is_exact(look, exact, width, height, log):
    exact(draw_curves(chart(train=falling(), test=falling(30)), width, height, look, log), width, height)


def test_an_empty_chart_waits(look, exact):
    rows = exact(draw_curves(chart(), 60, 12, look), 60, 12)
    assert "waiting for the first point" in "\n".join(plain(rows))
    assert "epoch 100" in plain(rows)[-1]
    assert describe_curves(chart()) == "loss: waiting for the first point."


def test_the_x_axis_ends_where_it_was_planned_from_the_first_point_on(look):
    curves = chart(train=[2.0])
    first = plain(draw_curves(curves, 70, 12, look))[-2:]
    curves.feed(Points(1, "loss", "train", tuple(map(float, range(1, 60))), tuple(falling(59))))
    assert plain(draw_curves(curves, 70, 12, look))[-2:] == first


def test_an_unknown_end_grows_in_steps(look):
    curves = Curves("loss")
    curves.feed(Axes(1, "loss", "step", 0, 0))
    ends = []
    for x in range(200):
        curves.feed(Points(1, "loss", "train", (float(x),), (1.0,)))
        ends.append(plain(draw_curves(curves, 60, 9, look))[-1].split()[-1])
    assert list(dict.fromkeys(ends)) == ["10", "20", "25", "50", "100", "200"]


def test_the_y_axis_holds_still_while_a_loss_falls(look):
    curves = chart(300)
    axes = []
    for x, y in enumerate(falling(300)):
        curves.feed(Points(1, "loss", "train", (float(x),), (y,)))
        axes.append(tuple(re.split("[┤│└]", line)[0] for line in plain(draw_curves(curves, 60, 12, look))[1:-2]))
    assert len(set(axes)) == 1


def test_points_beyond_the_plan_are_still_drawn(look):
    rows = plain(draw_curves(chart(10, train=[1.0] * 50), 60, 12, look))
    assert rows[-1].endswith("epoch 50")


def test_curves_differ_without_colour(look):
    rows = plain(draw_curves(chart(train=falling(), test=[1.5] * 60), 78, 14, look))
    assert "── train" in rows[0] and "╌╌ test" in rows[0]
    flat = {}
    for count in range(2):
        before = {f"other {i}": [] for i in range(count)}
        flat[count] = plain(draw_curves(chart(**before, train=[1.0] * 60), 78, 14, look))[1:]
    assert flat[0] != flat[1], "the first curve's line is not the second's"


def test_the_newest_value_stands_in_the_legend_where_there_is_room(look):
    curves = chart(train=[2.0, 0.0312])
    assert "train 0.0312" in plain(draw_curves(curves, 60, 12, look))[0]
    assert "0.0312" not in plain(draw_curves(curves, 15, 12, look))[0]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, 0.5, NAN, NAN], "train: nan from epoch 2"),
        ([1.0, INF, 0.5, 0.4], "train: 1 × inf, last at epoch 1"),
        ([NAN, 1.0, NAN, 0.5], "train: 2 × nan, last at epoch 2"),
        ([1.0, -INF], "train: -inf from epoch 1"),
        ([NAN, NAN], "train: nan from epoch 0"),
    ],
)
def test_what_cannot_be_drawn_is_said(look, exact, values, said):
    curves = chart(train=values)
    assert plain(exact(draw_curves(curves, 60, 12, look), 60, 12))[1] == said
    assert said in describe_curves(curves)


def test_nan_leaves_a_gap(look):
    def dots(values: list[float]) -> int:
        return sum(
            "⠀" < c <= "⣿" for line in plain(draw_curves(chart(40, train=values), 78, 12, look))[1:] for c in line
        )

    flat = [1.0] * 40
    assert dots([*flat[:10], *[NAN] * 20, *flat[30:]]) < 0.7 * dots(flat)


def test_a_single_point_can_be_seen(look):
    assert "•" in "".join(plain(draw_curves(chart(train=[1.0]), 60, 12, look)))


def test_log_axis(look):
    rows = plain(draw_curves(chart(train=[1.0, 0.1, 0.001, 0.0, -1.0]), 78, 16, look, log=True))
    assert rows[0].startswith("loss (log)")
    assert rows[1] == "train: 2 ≤ 0 left out of the log axis"
    assert [line.split("┤")[0].strip() for line in rows if "┤" in line] == ["1", "0.1", "0.01", "0.001"]


def test_a_log_axis_without_positive_values_falls_back(look, exact):
    rows = exact(draw_curves(chart(train=[-1.0, -2.0]), 60, 12, look, log=True), 60, 12)
    assert plain(rows)[0].startswith("loss  ")


def test_a_spike_among_a_million_points_is_seen(look):
    curves = chart(1_000_000)
    values = [0.5] * 1_000_000
    values[123_456] = 100.0
    curves.feed(Points(1, "loss", "train", tuple(map(float, range(1_000_000))), tuple(values)))
    rows = plain(draw_curves(curves, 78, 14, look))
    drawn = [line for line in rows[1:-2] if any("⠀" < c <= "⣿" for c in line)]
    assert len(drawn) == 11, "the spike reaches from the bottom to the top"
    assert "highest 100" in describe_curves(curves)


@pytest.mark.parametrize("order", ["forwards", "backwards", "shuffled"])
def test_the_order_of_points_does_not_matter_to_the_extremes(order):
    rng = random.Random(0)
    xs = [float(i) for i in range(5000)]
    xs = xs[::-1] if order == "backwards" else rng.sample(xs, len(xs)) if order == "shuffled" else xs
    curves = Curves("loss")
    curves.feed(Points(1, "loss", "a", tuple(xs), tuple(math.sin(x / 100) for x in xs)))
    series = curves.series["a"]
    assert series.count == 5000 and len(series.bins) <= 1025
    assert (series.x_low, series.x_high) == (0, 4999)
    highest, lowest = max(b.high for b in series.bins.values()), min(b.low for b in series.bins.values())
    assert (highest, lowest) == (series.y_high, series.y_low)
    for index, piece in series.bins.items():
        assert series.low + index * series.width <= piece.x + 1e-6


@pytest.mark.parametrize(
    "values",
    [
        [0.0] * 5,
        [1e308, -1e308],
        [1e-320] * 3,
        [1e299, -1e299],
        [5e-5, 6e-5],
        [-3.0] * 4,
        [1e12, 2e12],
        [1.0, 1.0 + 1e-15],
    ],
)
@pytest.mark.parametrize("log", [False, True])
def test_strange_values_are_drawn(look, exact, values, log):
    exact(draw_curves(chart(train=values), 60, 12, look, log), 60, 12)


@pytest.mark.parametrize("xs", [(NAN, 1.0), (INF, -INF), (1e308, 0.0), (0.0, 1e-300), (-5.0, 5.0), (1e15, 1e15 + 1)])
def test_strange_places_are_drawn(look, exact, xs):
    curves = Curves("loss")
    curves.feed(Axes(1, "loss", "x", NAN, INF))
    curves.feed(Points(1, "loss", "a", xs, (1.0, 2.0)))
    exact(draw_curves(curves, 60, 12, look), 60, 12)


def test_an_earlier_run_stays_behind_the_new_one(look):
    curves = chart()
    curves.lay_under("lr 0.1", chart(train=falling(100)))
    rows = draw_curves(curves, 78, 12, look)
    assert "·· lr 0.1" in plain(rows)[0]
    drawn = {segment.style for line in rows[1:-2] for segment in line if any("⠀" < c <= "⣿" for c in segment.text)}
    assert drawn == {look.faint}
    curves.feed(Points(1, "loss", "train", (0.0, 1.0), (1.0, 0.5)))
    assert "earlier: lr 0.1" in describe_curves(curves)


def test_at_most_three_earlier_runs_stay():
    curves = chart()
    for index in range(5):
        curves.lay_under(f"run {index}", chart(a=[1.0]))
    assert [run.label for run in curves.kept] == ["run 2", "run 3", "run 4"]


def test_names_are_text_and_cannot_steer_the_terminal(look, exact):
    curves = Curves("lo\x1b[31mss")
    curves.feed(Axes(1, "loss", "ep\noch", 0, 10))
    curves.feed(Points(1, "loss", "[bold]träin\t日本", (0.0, 1.0), (1.0, 2.0)))
    text = "\n".join(plain(exact(draw_curves(curves, 60, 12, look), 60, 12)))
    assert "\x1b" not in text and "[bold]träin 日本" in text and "ep och 10" in text


def test_a_frame_of_a_million_points_costs_no_more_than_twice_one_of_a_thousand(look):
    def cost(count: int) -> float:
        rng = random.Random(1)
        curves = chart(count)
        for name in ("train", "test"):
            curves.feed(
                Points(1, "loss", name, tuple(map(float, range(count))), tuple(rng.random() for _ in range(count)))
            )
        draw_curves(curves, 100, 30, look)
        times = []
        for _ in range(7):
            began = time.process_time()
            draw_curves(curves, 100, 30, look)
            times.append(time.process_time() - began)
        return min(times)

    assert cost(1_000_000) < 2 * cost(1000)


def noisy(count: int = 200) -> list[float]:
    rng = random.Random(3)
    return [1 + 0.5 * (rng.random() - 0.5) for _ in range(count)]


def test_smoothed_curves_stand_before_what_they_were(look):
    curves = chart(200, train=noisy())
    rows = draw_curves(curves, 78, 16, look, smooth=True)
    assert plain(rows)[0].startswith("loss (smooth) ")

    def spread(style) -> int:
        """How many rows of cells a curve of this style touches."""
        return sum(
            any(s.style == style and "⠀" < s.text.strip()[:1] <= "⣿" for s in line if s.text.strip())
            for line in rows[1:-2]
        )

    assert 0 < spread(look.ink(0)) < spread(look.faint), "the mean is calmer than the line itself, which is there too"


def test_smoothing_keeps_ends_gaps_and_the_mean():
    series = chart(200, train=[*noisy(100), NAN, *noisy(99)]).series["train"]
    before, after = series.pieces(), smoothed(series.pieces())
    assert [index for index, _ in before] == [index for index, _ in after]
    assert [piece is None for _, piece in before] == [piece is None for _, piece in after]
    assert after[0][1].last == before[0][1].last and after[-1][1].last == before[-1][1].last
    old, new = ([p.last for _, p in pieces if p] for pieces in (before, after))
    assert statistics.pstdev(new) < 0.5 * statistics.pstdev(old)
    assert statistics.mean(new) == pytest.approx(statistics.mean(old), rel=0.02)


def test_smoothing_after_a_huge_value_is_exact():
    series = chart(100, train=[1e20, *[1e-3] * 90]).series["train"]
    assert smoothed(series.pieces())[-5][1].last == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("title", "names", "expected"),
    [
        ("loss", {"train": [3.0, 2.0, 1.0], "test": [3.0, 1.0, 2.0]}, ("test", 1.0, 1.0)),
        ("accuracy", {"train": [0.5, 0.9, 1.0], "val": [0.5, 0.9, 0.9]}, ("val", 1.0, 0.9)),
        ("score", {"validation loss": [1.0, 2.0]}, ("validation loss", 1.0, 2.0)),
        ("loss", {"train": [3.0, 2.0]}, None),
        ("loss", {"latest": [3.0, 2.0], "value": [1.0, 2.0]}, None),
        ("loss", {"test": [3.0]}, None),
        ("loss", {"test": [NAN, NAN]}, None),
    ],
)
def test_the_best_point_is_of_what_was_held_out(title, names, expected):
    curves = chart(3, **names)
    curves.title = title
    found = best_of(curves)
    assert (found and (found.name, found.x, found.y)) == expected


def test_the_best_epoch_is_marked_and_named(look):
    curves = chart(50, train=falling(50), test=[2 - i / 20 if i < 30 else 0.5 + (i - 30) / 20 for i in range(50)])
    text = plain(draw_curves(curves, 78, 16, look))
    assert "◆ 0.500 at epoch 30" in text[0]
    assert sum(line.count("◆") for line in text[1:]) == 1
    assert "test at its best 0.500 at epoch 30" in describe_curves(curves)
    assert "◆" not in plain(draw_curves(curves, 30, 16, look))[0], "where there is no room the curves' names come first"


def test_where_a_control_was_changed_is_marked(look, exact):
    curves = chart(train=falling(80))
    for x, value in ((40.0, 0.5), (40.0, 0.7), (60.0, True)):
        curves.turn(Adjusted(1, "lr", value, x))
    rows = exact(draw_curves(curves, 78, 16, look), 78, 16)
    text = plain(rows)
    assert "lr 0.7" in text[1] and "lr on" in text[1] and "lr 0.5" not in text[1]
    column = text[1].index("lr 0.7") - 1
    marked = sum(len(line) > column and "⠀" < line[column] <= "⣿" for line in text[1:-2])
    assert marked == len(text) - 3, "an upright line from top to bottom"
    assert "lr 0.7 from 40 on; lr on from 60 on" in describe_curves(curves)
    for width in (8, 12, 20, 40):
        exact(draw_curves(curves, width, 9, look), width, 9)


def test_several_earlier_runs_are_told_apart_by_letters(look):
    curves = chart(train=falling(50))
    curves.lay_under("lr 0.1", chart(train=[1.5] * 90))
    assert "·· lr 0.1" in plain(draw_curves(curves, 78, 16, look))[0]
    curves.lay_under("lr 1", chart(train=[0.7] * 90))
    text = plain(draw_curves(curves, 78, 16, look))
    assert "·b lr 1  ·a lr 0.1" in text[0]
    places = {letter: [line.rindex(letter) for line in text[1:-2] if letter in line] for letter in "ab"}
    assert places["a"] == places["b"] and len(places["a"]) == 1, "each at the end of its own curve"


def test_packed_curves_are_small_and_come_back(look):
    curves = chart(100_000, train=[math.sin(i / 3000) for i in range(100_000)], test=[1.0])
    curves.feed(Points(1, "loss", "test", (50_000.0, 99_999.0), (NAN, 3.0)))
    curves.feed(Points(1, "loss", "train", (50_000.2,), (7.0,)))
    packed = json.dumps(pack({"loss": curves, "empty": chart()}))
    assert len(packed) < 30_000
    (back,) = unpack(json.loads(packed)).values()
    assert (back.title, back.x_label, back.x_high) == ("loss", "epoch", 100_000)
    train = back.series["train"]
    assert (train.y_high, train.start) == (7.0, 0.0), "a spike does not vanish"
    assert train.last == pytest.approx(math.sin(99_999 / 3000), abs=0.01)
    assert (back.series["test"].count, len(back.series["test"].gaps)) == (2, 1)
    draw_curves(back, 78, 16, look)


@pytest.mark.parametrize(
    "damaged",
    [None, [], {"loss": 3}, {"loss": {"x": ["epoch"]}}, {"loss": {"x": ["e", 0, 1], "series": {"a": [["x"]]}}}],
)
def test_damaged_curves_are_left_out(damaged):
    assert unpack(damaged) == {}

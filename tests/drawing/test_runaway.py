"""Curves that run away: what of them gets an axis, and what is said of them."""

from __future__ import annotations

import math
import re

import pytest

from tutor.drawing import Look, Rows, plain
from tutor.drawing.captions import describe_curves
from tutor.drawing.curves import Curves, draw_curves
from tutor.drawing.runaway import extent
from tutor.drawing.series import Series
from tutor.protocol import Axes, Points


def drawn(rows: Rows) -> str:
    return "\n".join(plain(rows))


def series(*values: float) -> Series:
    made = Series(0, len(values))
    made.add(list(range(len(values))), values)
    return made


def chart(**curves: list[float]) -> Curves:
    made = Curves("loss")
    made.feed(Axes(1, "loss", "epoch", 0, 40))
    for name, values in curves.items():
        made.feed(Points(1, "loss", name, tuple(map(float, range(len(values)))), tuple(values)))
    return made


CALM = [2.0 * 0.9**i for i in range(40)]
DIVERGING = [2.0 * 4.0**i for i in range(40)]
SPIKE = [1.0] * 20 + [1e6] + [1.0] * 19


def test_a_curve_that_diverges_alone_is_shown_as_far_as_its_beginning_can_be_seen() -> None:
    found = extent([series(*DIVERGING)])
    assert found.away
    assert (found.low, found.high) == (2.0, 10.0)


def test_beside_a_calm_curve_it_flattens_nothing() -> None:
    found = extent([series(*CALM), series(*DIVERGING)])
    assert [curve.y_high for curve in found.away] == [max(DIVERGING)]
    assert found.high == pytest.approx(3.0)


def test_a_slower_divergence_gives_way_to_an_earlier_run() -> None:
    mild = series(*(2.0 * 1.4**i for i in range(40)))  # to 1,000,000, but half of it lies above 1,000
    assert not extent([mild]).away
    assert extent([series(*CALM), mild]).high == pytest.approx(3.0)


@pytest.mark.parametrize(
    "values",
    [
        [0.001] * 30 + [0.9] * 10,  # an accuracy that rises late
        [0.0] * 30 + [1000.0] * 10,
        [1000.0 * i for i in range(40)],
        [5e6] + [1.0] * 39,  # a first loss that is huge is no runaway: the log scale shows the rest
        [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3],
        [1.0, 1e9],
    ],
)
def test_what_merely_rises_or_falls_keeps_its_axis(values: list[float]) -> None:
    found = extent([series(*values)])
    assert not found.away
    assert (found.low, found.high) == (min(values), max(values))


def test_downwards_too() -> None:
    assert extent([series(*(-value for value in DIVERGING))]).low == -10.0


def test_it_is_said_in_words_with_where_it_ends(look: Look) -> None:
    curves = chart(train=[*DIVERGING[:20], math.nan, math.nan])
    assert "diverges from epoch 2, up to 5.5e11, nan from epoch 20" in describe_curves(curves)
    picture = drawn(draw_curves(curves, 80, 16, look))
    assert "train: diverges from epoch 2, up to 5.5e11, nan from epoch 20" in picture
    assert "▲" in picture


def test_in_brief_of_all_curves_together_where_there_is_little_room(look: Look) -> None:
    curves = chart(train=[*DIVERGING[:20], math.nan], test=[*DIVERGING[1:20], math.nan])
    assert "diverges from epoch 2, nan from 19" in drawn(draw_curves(curves, 38, 16, look))


def test_a_spike_is_cut_and_said_to_be_one() -> None:
    curves = chart(train=SPIKE)
    assert "off the axis at epoch 20, up to 1e6" in describe_curves(curves)
    assert curves.limits.high <= 10


def test_the_axis_comes_back_when_divergence_is_recognised() -> None:
    curves = chart(test=CALM)
    for i, value in enumerate(DIVERGING):
        curves.feed(Points(1, "loss", "train", (float(i),), (value,)))
        curves.fit()
    assert curves.limits.high <= 5


def test_a_log_axis_shows_all_of_a_lone_curve_and_less_of_one_beside_others(look: Look) -> None:
    alone = drawn(draw_curves(chart(train=DIVERGING), 60, 16, look, log=True))
    assert "▲" not in alone
    assert re.search(r"1e(1|2)\d┤", alone)
    beside = drawn(draw_curves(chart(train=DIVERGING, test=CALM), 60, 16, look, log=True))
    assert "▲" in beside

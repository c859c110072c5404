"""Axes, numbers, and where panels stand."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import pytest

from tutor.drawing import Panels, Room
from tutor.drawing.axes import Limits, labels, log_limits, log_ticks, short, ticks
from tutor.drawing.layout import pages, share
from tutor.drawing.rows import clean, clip, number
from tutor.protocol import Axes, Bars, Finished, Points, Printed

CHART = Room(30, 7, 400, 60)


@pytest.mark.parametrize(
    ("count", "width", "height", "on_page"),
    [
        (1, 78, 12, [1]),
        (2, 78, 12, [2]),
        (3, 78, 12, [2, 1]),
        (2, 58, 12, [1, 1]),
        (4, 198, 56, [4]),
        (2, 40, 5, [1, 1]),
    ],
)
def test_as_many_panels_on_a_page_as_fit(count, width, height, on_page):
    assert [len(page) for page in pages([CHART] * count, width, height)] == on_page


def test_places_never_overlap_nor_leave_the_stage():
    rng = random.Random(0)
    for _ in range(200):
        rooms = []
        for _ in range(rng.randint(1, 9)):
            low, tall = rng.randint(5, 40), rng.randint(2, 10)
            rooms.append(Room(low, tall, low + rng.randint(0, 200), tall + rng.randint(0, 50)))
        width, height = rng.randint(40, 220), rng.randint(10, 70)
        found = pages(rooms, width, height)
        assert [place.index for page in found for place in page] == list(range(len(rooms)))
        for page in found:
            for place in page:
                assert place.x >= 0 and place.x + place.width <= width, (rooms, width)
                assert place.y >= 0 and place.y + place.height <= height
            for a, b in itertools.combinations(page, 2):
                apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
                assert apart


def test_a_small_panel_leaves_the_rest_to_its_neighbour():
    (page,) = pages([CHART, Room(12, 4, 12, 4)], 78, 12)
    assert [place.width for place in page] == [63, 12]


def test_shares_use_all_there_is_where_it_can_be_used():
    assert share([(5, 100), (5, 100)], 31) == [15, 16]
    assert share([(5, 8), (5, 100)], 30) == [8, 22]
    assert share([(20, 100), (5, 100)], 30) == [20, 10]


def test_limits_step_and_hold():
    limits = Limits()
    limits.fit(0.1, 2.2)
    assert (limits.low, limits.high) == (0, 2.5)
    limits.fit(0.05, 2.4)
    assert (limits.low, limits.high) == (0, 2.5)
    limits.fit(-0.2, 0)
    assert (limits.low, limits.high) == (-1, 3)
    limits.fit(0.9, 0.95, settle=True)
    assert (limits.low, limits.high) == pytest.approx((0.9, 0.95))


def test_ticks_are_round():
    assert labels(ticks(0, 100, 4)) == ["0", "25", "50", "75", "100"]
    assert labels(ticks(0, 1, 5)) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert labels(ticks(0, 60_000, 3)) == ["0", "20k", "40k", "60k"]
    assert labels(ticks(0, 5e-5, 5)) == ["0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5"]
    assert [round(10**tick, 3) for tick in log_ticks(*log_limits(0.03, 0.8), 6)] == [0.02, 0.05, 0.1, 0.2, 0.5, 1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.03125, "0.0312"),
        (1.0, "1.00"),
        (12.345, "12.3"),
        (4210.4, "4,210"),
        (1.5e-7, "1.50e-7"),
        (2e10, "2.00e10"),
        (-0.5, "-0.500"),
        (0, "0"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_short_and_clip_and_clean():
    assert [short(v) for v in (0, 100, 0.001, 1e-5, 3e12)] == ["0", "100", "0.001", "1e-5", "3e12"]
    assert clip("日本語", 4) == "日…" and clip("abc", 3) == "abc" and clip("abc", 0) == ""
    assert clean("a\x1b[2Jb\r\n\tc\u202e") == "a\N{REPLACEMENT CHARACTER}[2Jb   c\N{REPLACEMENT CHARACTER}"


def test_panels_are_in_order_of_appearance_and_newest_wins():
    panels = Panels()
    assert not panels.feed(Printed(1, "hello"))
    assert not panels.feed(Finished(1, 1.0))
    assert panels.feed(Axes(1, "loss", "epoch", 0, 10))
    assert panels.feed(Bars(1, "loss", ("a",), (1.0,)))
    assert panels.feed(Points(1, "accuracy", "test", (0.0,), (0.5,)))
    assert panels.feed(Bars(1, "loss", ("a",), (2.0,)))
    assert [(type(panel.content).__name__, panel.title) for panel in panels.all] == [
        ("Curves", "loss"),
        ("Bars", "loss"),
        ("Curves", "accuracy"),
    ]
    assert panels.all[1].describe() == "loss: a 2.00."
    charts = panels.charts
    assert list(charts) == ["loss", "accuracy"]
    panels.clear()
    panels.overlay([("run 1", charts)])
    assert [panel.title for panel in panels.all] == ["accuracy"], (
        "loss had no point, and bars are of the run that is over"
    )


def test_plotext_is_not_imported_before_the_first_plot():
    code = (
        "import sys, tutor.drawing; sys.exit(any(m in sys.modules for m in ('plotext', 'textual', 'torch', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

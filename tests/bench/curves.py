"""What a frame of a chart costs, whatever the run's length."""

from __future__ import annotations

import random
import time

from tests.bench.bench import Bench
from tests.bench.figure import Figure
from tutor.drawing import Look
from tutor.drawing.curves import Curves, draw_curves
from tutor.protocol import Axes, Points

SHORT, LONG = 1000, 1_000_000
ROUNDS = 15
MOST = 2.0


async def measure(_: Bench) -> list[Figure]:
    """A frame of a million points against one of a thousand: as it is, and smoothed."""
    charts = [_chart(SHORT), _chart(LONG)]
    return [_figure(charts, smooth) for smooth in (False, True)]


def _chart(count: int) -> Curves:
    chance, chart = random.Random(1), Curves("loss")
    chart.feed(Axes(1, "loss", "step", 0, count))
    for name in ("train", "test"):
        chart.feed(
            Points(1, "loss", name, tuple(map(float, range(count))), tuple(chance.random() for _ in range(count)))
        )
    return chart


def _figure(charts: list[Curves], smooth: bool) -> Figure:
    costs = []
    for chart in charts:
        draw_curves(chart, 100, 30, Look(), smooth=smooth)
        costs.append(min(_cost(chart, smooth) for _ in range(ROUNDS)))
    ratio = costs[1] / costs[0]
    what = "a smoothed frame" if smooth else "a frame"
    return Figure(
        f"{what} of a million points, times one of a thousand",
        f"at most {MOST:g}",
        f"{ratio:.2f} ({costs[1] * 1000:.1f} ms)",
        ratio <= MOST,
    )


def _cost(chart: Curves, smooth: bool) -> float:
    began = time.process_time()
    draw_curves(chart, 100, 30, Look(), smooth=smooth)
    return time.process_time() - began

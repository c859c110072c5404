"""Decision regions, histograms and heat maps, as a demo sends them."""

from __future__ import annotations

import math

import pytest
import torch

from tutor.engine.planes import ACROSS, MOST_CELLS, UP
from tutor.engine.run import Run
from tutor.protocol import Heatmap, Histogram, Message, Progress, Regions, decode, encode


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def run(sent: list[Message]) -> Run:
    return Run(1, "cpu", lambda *messages: sent.extend(messages))


def test_regions_ask_the_model_about_every_place(run: Run, sent: list[Message]) -> None:
    asked = []

    def right_half(places: torch.Tensor) -> torch.Tensor:
        asked.append((tuple(places.shape), torch.is_grad_enabled()))
        return (places[:, 0] > 0).long()

    x, y = torch.tensor([-1.0, -0.5], requires_grad=True), torch.zeros(2)
    run.regions("halves", {"left": (x, y), "right": ([0.5, 1.0], [0.0, 2.0])}, right_half)
    (message,) = sent
    assert isinstance(message, Regions) and decode(encode(message)) == message
    assert asked == [((ACROSS * UP, 2), False)]
    assert (message.names, message.points[1].x) == (("left", "right"), (0.5, 1.0))
    assert (message.x_low, message.x_high) == pytest.approx((-1.2, 1.2)) and message.y_high == pytest.approx(2.2)
    assert len(message.grid) == UP and set(message.grid) == {(0,) * (ACROSS // 2) + (1,) * (ACROSS // 2)}


def test_rows_of_regions_go_up(run: Run, sent: list[Message]) -> None:
    run.regions("above", {"a": ([0.0, 1.0], [0.0, 1.0])}, lambda places: places[:, 1] > 0.5)
    (message,) = sent
    assert isinstance(message, Regions)
    assert message.grid[0] == (0,) * ACROSS and message.grid[-1] == (1,) * ACROSS


def test_regions_say_what_is_wrong(run: Run) -> None:
    with pytest.raises(ValueError, match=r"predict gave shape \(1536, 2\) for 1536 places"):
        run.regions("r", {"a": ([0.0], [0.0])}, lambda places: places)
    with pytest.raises(ValueError, match="a has 1 x values and 2 y values"):
        run.regions("r", {"a": ([0.0], [0.0, 1.0])}, lambda places: places[:, 0])


def test_regions_of_points_that_are_not_finite(run: Run, sent: list[Message]) -> None:
    run.regions("r", {"a": ([math.nan], [math.inf])}, lambda places: torch.zeros(len(places), 1))
    (message,) = sent
    assert isinstance(message, Regions) and message.x_high > message.x_low


def test_a_histogram_counts_all_finite_values(run: Run, sent: list[Message]) -> None:
    run.histogram("w", torch.tensor([[0.0, 1.0, 1.0], [math.nan, math.inf, 4.0]]), bins=4)
    assert sent == [Histogram(1, "w", 0.0, 4.0, (1, 2, 0, 1), 1.5, pytest.approx(1.5), 2)]


def test_a_histogram_of_one_value_or_none(run: Run, sent: list[Message]) -> None:
    run.histogram("w", [2, 2], bins=3)
    run.histogram("v", [math.nan], bins=3)
    first, second = sent
    assert isinstance(first, Histogram) and isinstance(second, Histogram)
    assert (first.low, first.high, first.counts) == (1.5, 2.5, (0, 2, 0))
    assert (sum(second.counts), second.left_out) == (0, 1) and decode(encode(second)).counts == (0, 0, 0)  # type: ignore[union-attr]


def test_a_heat_map_with_names(run: Run, sent: list[Message]) -> None:
    run.heatmap("c", torch.tensor([[3, 1], [0, 2]]), rows=["cat", torch.tensor(7)], columns=["cat", 7])
    assert sent == [Heatmap(1, "c", ((3.0, 1.0), (0.0, 2.0)), ("cat", "7"), ("cat", "7"))]


def test_a_large_matrix_is_averaged_down_and_loses_its_names(run: Run, sent: list[Message]) -> None:
    run.heatmap("large", torch.ones(4000, 3), rows=range(4000), columns="abc")
    (message,) = sent
    assert isinstance(message, Heatmap)
    assert (len(message.values), len(message.values[0])) == (MOST_CELLS, 3)
    assert (message.rows, message.columns) == ((), ("a", "b", "c"))


def test_a_heat_map_says_what_is_wrong(run: Run) -> None:
    with pytest.raises(ValueError, match=r"this has shape \(3,\)"):
        run.heatmap("h", [1, 2, 3])
    with pytest.raises(ValueError, match="1 names for 2 rows"):
        run.heatmap("h", [[1], [2]], rows=["a"])


def test_of_one_title_only_the_newest_is_sent_after_the_first(run: Run, sent: list[Message]) -> None:
    for value in range(5):
        run.histogram("w", [value])
    run.flush()
    assert [message.mean for message in sent if isinstance(message, Histogram)] == [0.0, 4.0]


def test_samples_a_second_are_told(run: Run) -> None:
    for _ in run.steps(3, "epoch", samples=200):
        pass
    progress = run.progress()
    assert isinstance(progress, Progress)
    assert progress.samples == pytest.approx(200 * progress.rate) and progress.gpu_mb == 0

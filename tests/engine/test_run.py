"""What a demo says through Run: what is sent, where on the x axis, and how it waits."""

from __future__ import annotations

import queue
import threading
from typing import Any

import pytest
import torch

from tutor import protocol
from tutor.engine.run import Run
from tutor.protocol import (
    Adjusted,
    Axes,
    Bars,
    Message,
    Note,
    Paused,
    Picture,
    Points,
    Result,
    Resumed,
    Scatter,
    Table,
    TensorShown,
)

DEADLINE = 10.0


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def run(sent: list[Message]) -> Run:
    return Run(1, "cpu", lambda *messages: sent.extend(messages))


def curve(run: Run, sent: list[Message]) -> list[tuple[float, float]]:
    """The points of the only curve."""
    run.flush()
    points = [message for message in sent if isinstance(message, Points)]
    assert len({(p.chart, p.series) for p in points}) == 1
    return [pair for p in points for pair in zip(p.x, p.y, strict=True)]


class Aside:
    """A demo in a thread of its own, whose messages can be waited for."""

    def __init__(self, steps: int = 100) -> None:
        self.messages: queue.Queue[Message] = queue.Queue()
        self.run = Run(1, "cpu", self._take)
        self.taken = 0
        self._go = threading.Semaphore(0)
        self._stepped = threading.Semaphore(0)
        self._steps = steps
        self.thread = threading.Thread(target=self._demo)
        self.thread.start()

    def _take(self, *messages: Message) -> None:
        for message in messages:
            self.messages.put(message)

    def _demo(self) -> None:
        for _ in self.run.steps(self._steps):
            self.taken += 1
            self.run.log(n=float(self.taken))
            self._stepped.release()
            assert self._go.acquire(timeout=DEADLINE)

    def let(self, steps: int) -> None:
        """Let that many steps end."""
        for _ in range(steps):
            assert self._stepped.acquire(timeout=DEADLINE)
            self._go.release()

    def next(self, kind: type[Message]) -> Any:
        """The next message of this kind."""
        while not isinstance(message := self.messages.get(timeout=DEADLINE), kind):
            pass
        return message

    def finish(self) -> None:
        """Let the demo run out."""
        for _ in range(self._steps):
            self._go.release()
        self.run.gate.control("resume")
        self.thread.join(DEADLINE)
        assert not self.thread.is_alive()


class TestSteps:
    def test_a_number_counts_from_zero(self, run: Run) -> None:
        assert list(run.steps(3)) == [0, 1, 2]

    def test_an_iterable_gives_its_items(self, run: Run) -> None:
        assert list(run.steps("abc")) == ["a", "b", "c"]
        assert list(run.steps(x for x in "ab")) == ["a", "b"]

    def test_a_step_of_the_outer_loop_is_one_on_the_x_axis(self, run: Run, sent: list[Message]) -> None:
        for i in run.steps(3):
            run.log(loss=i * 10)
        assert curve(run, sent) == [(0, 0), (1, 10), (2, 20)]

    def test_an_inner_loop_shares_out_one_step_of_the_outer(self, run: Run, sent: list[Message]) -> None:
        for _ in run.steps(2, "epoch"):
            for i in run.steps(4, "batch"):
                run.log(loss=i)
        assert [x for x, _ in curve(run, sent)] == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]

    def test_three_loops_within_each_other_stay_in_their_steps(self, run: Run, sent: list[Message]) -> None:
        for _ in run.steps(2):
            for _ in run.steps(2):
                for i in run.steps(2):
                    run.log(loss=i)
        assert [x for x, _ in curve(run, sent)] == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]

    def test_after_an_inner_loop_the_step_has_ended_also_where_it_was_left_early(
        self, run: Run, sent: list[Message]
    ) -> None:
        for _ in run.steps(2):
            for i in run.steps(4):
                if i == 1:
                    break
            run.log(loss=0)
        assert [x for x, _ in curve(run, sent)] == [1, 2]

    def test_an_inner_loop_of_unknown_length_does_not_run_ahead(self, run: Run, sent: list[Message]) -> None:
        for _ in run.steps(2):
            for _ in run.steps(iter(range(3))):
                run.log(loss=0)
        assert [x for x, _ in curve(run, sent)] == [0, 0, 0, 1, 1, 1]

    def test_x_can_be_said(self, run: Run, sent: list[Message]) -> None:
        run.log(x=7, loss=1)
        assert curve(run, sent) == [(7, 1)]


class TestLog:
    def test_a_chart_opens_once_with_the_planned_end_and_the_unit(self, run: Run, sent: list[Message]) -> None:
        for _ in run.steps(5, "epoch"):
            run.log("accuracy", train=1.0)
            run.log("accuracy", test=0.5)
        assert [m for m in sent if isinstance(m, Axes)] == [Axes(1, "accuracy", "epoch", 0.0, 5.0)]

    def test_a_chart_without_a_loop_has_no_planned_end(self, run: Run, sent: list[Message]) -> None:
        run.log(loss=1)
        assert sent == [Axes(1, "loss", "step", 0.0, 0.0)]

    def test_the_axes_come_before_the_points(self, run: Run, sent: list[Message]) -> None:
        run.log(loss=1)
        run.flush()
        assert [type(m) for m in sent] == [Axes, Points]

    def test_points_are_batched_and_sent_once(self, run: Run, sent: list[Message]) -> None:
        for i in run.steps(3):
            run.log(a=i, b=-i)
        run.flush()
        run.flush()
        assert [m for m in sent if isinstance(m, Points)] == [
            Points(1, "loss", "a", (0, 1, 2), (0, 1, 2)),
            Points(1, "loss", "b", (0, 1, 2), (0, -1, -2)),
        ]

    @pytest.mark.parametrize(
        "value", [2, 2.0, torch.tensor(2), torch.tensor([2.0], requires_grad=True), torch.tensor(2).numpy()]
    )
    def test_any_number_is_a_float_at_the_other_side(self, run: Run, sent: list[Message], value: Any) -> None:
        run.log(loss=value)
        assert curve(run, sent) == [(0, 2.0)] and type(curve(run, sent)[0][1]) is float

    def test_all_that_waits_is_sent_at_once(self) -> None:
        calls: list[tuple[Message, ...]] = []
        run = Run(1, "cpu", lambda *messages: calls.append(messages))
        run.log(a=1.0, b=2.0)
        run.bars("first", {"x": 1})
        run.bars("first", {"x": 2})
        calls.clear()
        run.flush(Note(1, "with them"))
        ((a, b, bars, note),) = calls
        assert (a, b) == (Points(1, "loss", "a", (0.0,), (1.0,)), Points(1, "loss", "b", (0.0,), (2.0,)))
        assert bars == Bars(1, "first", ("x",), (2.0,)) and note == Note(1, "with them")

    def test_the_step_of_a_point_is_a_float_at_the_other_side(self, run: Run, sent: list[Message]) -> None:
        for i in run.steps(2):
            run.log(loss=float(i))
        assert [type(x) for x, _ in curve(run, sent)] == [float, float]

    def test_a_value_that_is_no_number_leaves_no_half_a_point(self, run: Run, sent: list[Message]) -> None:
        for i in run.steps(3):
            if i == 1:
                with pytest.raises(ValueError, match="high"):
                    run.log(loss="high")
            run.log(loss=float(i))
        assert curve(run, sent) == [(0, 0), (1, 1), (2, 2)]

    def test_no_point_is_lost_and_none_overtakes_when_two_threads_flush(self) -> None:
        sent: list[Message] = []
        run = Run(1, "cpu", lambda *messages: sent.extend(messages))
        ended = threading.Event()

        def flush() -> None:
            while not ended.is_set():
                run.flush()

        threads = [threading.Thread(target=flush) for _ in range(2)]
        for thread in threads:
            thread.start()
        for i in run.steps(3000):
            run.log(loss=float(i))
        ended.set()
        for thread in threads:
            thread.join(DEADLINE)
        assert [y for _, y in curve(run, sent)] == list(range(3000))


class TestGate:
    def test_a_pause_takes_hold_between_two_steps_and_flushes_first(self) -> None:
        demo = Aside()
        demo.run.gate.control("pause")
        demo.let(1)
        assert demo.next(Points).y == (1.0,)
        demo.next(Paused)
        assert demo.taken == 1
        demo.finish()

    def test_resume_goes_on(self) -> None:
        demo = Aside()
        demo.run.gate.control("pause")
        demo.let(1)
        demo.next(Paused)
        demo.run.gate.control("resume")
        demo.next(Resumed)
        demo.let(3)
        demo.finish()
        assert demo.taken == 100

    def test_a_step_goes_on_for_one_step_and_pauses_again(self) -> None:
        demo = Aside()
        demo.run.gate.control("pause")
        demo.let(1)
        demo.next(Paused)
        for n in (2, 3):
            demo.run.gate.control("step")
            demo.let(1)
            demo.next(Paused)
            assert demo.taken == n
        demo.finish()

    def test_a_step_that_was_not_used_does_not_let_a_later_pause_slip(self) -> None:
        demo = Aside()
        demo.run.gate.control("step")
        demo.run.gate.control("resume")
        demo.run.gate.control("pause")
        demo.let(1)
        demo.next(Paused)
        assert demo.taken == 1
        demo.finish()

    def test_a_pause_does_not_count_in_the_rate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run = Run(1, "cpu", lambda *messages: None)
        clock = [0.0]
        monkeypatch.setattr("tutor.engine.run.time.perf_counter", lambda: clock[0])
        monkeypatch.setattr(run.gate, "wait", lambda *_: 100.0)
        for i in run.steps(4):
            clock[0] += 1.0
            if i == 1:
                run.gate.closed = True
                clock[0] += 100.0
            if i == 2:
                run.gate.closed = False
                break
        progress = run.progress()
        assert progress is not None
        assert (progress.done, progress.total) == (2, 4)
        assert progress.rate == pytest.approx(2 / 3)


class TestProgress:
    def test_it_is_told_once_for_each_step(self, run: Run) -> None:
        steps = run.steps(4, "epoch")
        next(steps)
        first = run.progress()
        assert first is not None and (first.done, first.total, first.unit) == (0, 4, "epoch")
        assert run.progress() is None
        next(steps)
        second = run.progress()
        assert second is not None and second.done == 1 and second.seconds_left > 0

    def test_where_the_length_is_unknown_so_is_the_time_left(self, run: Run) -> None:
        steps = run.steps(iter("abc"))
        next(steps), next(steps)
        progress = run.progress()
        assert progress is not None and (progress.total, progress.seconds_left) == (0, -1.0)

    def test_a_demo_without_a_loop_has_none(self, run: Run) -> None:
        assert run.progress() is None

    def test_a_pause_after_an_inner_loop_counts_the_step_once(self, run: Run) -> None:
        outer = iter(run.steps(5))
        next(outer)
        list(run.steps(2))
        run.gate.control("step")
        next(outer)
        progress = run.progress()
        assert progress is not None and progress.done == 1

    def test_only_the_outermost_loop_counts(self, run: Run) -> None:
        for _ in run.steps(2):
            list(run.steps(10))
        progress = run.progress()
        assert progress is not None and (progress.done, progress.total) == (2, 2)


class TestPictures:
    def test_the_first_is_sent_at_once_and_then_only_the_newest(self, run: Run, sent: list[Message]) -> None:
        for i in range(4):
            run.bars("b", {"a": i})
        assert sent == [Bars(1, "b", ("a",), (0.0,))]
        run.flush()
        assert sent[1:] == [Bars(1, "b", ("a",), (3.0,))]

    def test_one_title_for_two_kinds_is_two_pictures(self, run: Run, sent: list[Message]) -> None:
        run.bars("t", {"a": 1})
        run.table("t", ["c"], [[1]])
        assert [type(m) for m in sent] == [Bars, Table]

    def test_a_scatter_takes_any_shape_and_keeps_its_groups_apart(self, run: Run, sent: list[Message]) -> None:
        X = torch.arange(4.0).reshape(4, 1)
        run.scatter("fit", points={"data": (X, X * 2)}, lines={"model": ([0, 1], (2, 3))})
        (scatter,) = sent
        assert isinstance(scatter, Scatter)
        assert [(g.name, g.style, g.x, g.y) for g in scatter.groups] == [
            ("data", "points", (0, 1, 2, 3), (0, 2, 4, 6)),
            ("model", "line", (0, 1), (2, 3)),
        ]

    def test_a_scatter_of_unequal_lengths_names_the_group(self, run: Run, sent: list[Message]) -> None:
        with pytest.raises(ValueError, match=r"scatter\('fit'\): data has 3 x values and 2 y values"):
            run.scatter("fit", points={"data": ([1, 2, 3], [1, 2])})
        assert sent == []

    def test_images_carry_labels_and_marks(self, run: Run, sent: list[Message]) -> None:
        run.images("digits", torch.zeros(2, 1, 4, 3), labels=[7, "nine"], marks=["right", "wrong"])
        (picture,) = sent
        assert isinstance(picture, Picture)
        assert [(i.width, i.height, i.label, i.mark) for i in picture.images] == [
            (3, 4, "7", "right"),
            (3, 4, "nine", "wrong"),
        ]

    def test_a_table_shows_its_cells_as_text(self, run: Run, sent: list[Message]) -> None:
        run.table("t", ["name", "n"], [["a", 1], ("b", 2.5)])
        assert sent == [Table(1, "t", ("name", "n"), (("a", "1"), ("b", "2.5")))]


class TestTensor:
    def test_cells_that_changed_since_the_last_time_are_named(self, run: Run, sent: list[Message]) -> None:
        x = torch.zeros(2, 2)
        run.tensor("x", x)
        x[1, 0] = 5
        run.tensor("x", x, note="after")
        first, second = sent
        assert isinstance(first, TensorShown) and isinstance(second, TensorShown)
        assert first.changed == () and second.changed == ((1, 0),)
        assert (second.cells, second.shape, second.dtype, second.device, second.note) == (
            (("0", "0"), ("5", "0")),
            (2, 2),
            "float32",
            "cpu",
            "after",
        )

    def test_a_tensor_of_another_shape_has_no_changed_cells(self, run: Run, sent: list[Message]) -> None:
        run.tensor("x", torch.zeros(2, 2))
        run.tensor("x", torch.ones(2, 3))
        assert isinstance(sent[1], TensorShown) and sent[1].changed == ()

    def test_titles_are_remembered_apart(self, run: Run, sent: list[Message]) -> None:
        run.tensor("x", torch.zeros(2))
        run.tensor("y", torch.ones(2))
        assert isinstance(sent[1], TensorShown) and sent[1].changed == ()

    def test_changes_are_found_below_the_first_matrix_too(self, run: Run, sent: list[Message]) -> None:
        x = torch.zeros(2, 2, 2)
        run.tensor("x", x)
        x[1, 1, 1] = 1
        run.tensor("x", x)
        assert isinstance(sent[1], TensorShown) and sent[1].changed == ((4, 1),)


class TestWords:
    def test_notes_and_data_differ_in_their_topic(self, run: Run, sent: list[Message]) -> None:
        run.note("look")
        run.data("digits, 1797 images")
        assert sent == [Note(1, "look"), Note(1, "digits, 1797 images", "data")]

    def test_a_result_keeps_bools_ints_and_text_and_makes_floats_of_the_rest(
        self, run: Run, sent: list[Message]
    ) -> None:
        run.result(ok=True, steps=3, name="SGD", loss=torch.tensor(0.5))
        assert sent == [Result(1, {"ok": True, "steps": 3, "name": "SGD", "loss": 0.5})]
        assert type(run.figures["ok"]) is bool and type(run.figures["loss"]) is float

    def test_figures_add_up(self, run: Run) -> None:
        run.result(a=1)
        run.result(a=2, b=3)
        assert run.figures == {"a": 2, "b": 3}

    def test_a_live_control_has_its_own_value_until_the_learner_sets_one(self, run: Run, sent: list[Message]) -> None:
        assert run.now("lr", 0.1) == 0.1
        for i in run.steps(3):
            if i == 2:
                run.adjust("lr", 0.5)
        assert run.now("lr", 0.1) == 0.5
        assert sent == [Adjusted(1, "lr", 0.5, 2.0)]


def test_every_message_of_a_demo_can_be_encoded(run: Run, sent: list[Message]) -> None:
    run.log(loss=float("nan"))
    run.scatter("s", points={"a": ([1], [float("inf")])})
    run.tensor("t", torch.tensor([float("nan")]))
    run.images("i", torch.rand(2, 3, 4, 4))
    run.result(loss=float("inf"))
    run.flush()
    assert {type(protocol.decode(protocol.encode(message))) for message in sent} == {type(m) for m in sent}


def test_a_tensor_without_values_is_shown_by_its_facts() -> None:
    sent: list[Message] = []
    Run(1, "cpu", lambda *messages: sent.extend(messages)).tensor("x", torch.ones(2, 3, device="meta"))
    (shown,) = [message for message in sent if isinstance(message, TensorShown)]
    assert (shown.shape, shown.device, shown.cells) == ((2, 3), "meta", ())

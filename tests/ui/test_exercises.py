"""Questions and predictions."""

from __future__ import annotations

from textual.widgets import Static

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, text_of, until
from tutor.progress import Store
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Finished,
    JobEvent,
    Progress,
    RunDemo,
    Started,
    Verdict,
    Work,
)
from tutor.ui.widgets.choice import ChoicePane
from tutor.ui.widgets.order import OrderPane
from tutor.ui.widgets.predict import AnswerLine
from tutor.ui.widgets.verdict import Feedback

QUESTION = "Which one removes it?"
PREDICTION = "What shape comes out?"


async def test_a_wrong_pick_says_why_and_is_kept(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "which")
    async with app.run_test() as pilot:
        screen = await opened(pilot, QUESTION)
        await pilot.press("1", "enter")
        await until(pilot, lambda: "It takes every dimension of size 1 away" in text_of(screen))
        assert screen.query_one(Feedback).has_class("-failed")
        (attempt,) = store.attempts("small", lessons.TENSORS, "which")
        assert (attempt.outcome, attempt.answer) == ("failed", "1")


async def test_the_right_pick_passes_and_is_remembered(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "which")
    async with app.run_test() as pilot:
        screen = await opened(pilot, QUESTION)
        await pilot.press("b", "enter")
        await until(pilot, lambda: "✓ Dimension 0 has size 1" in text_of(screen))
        assert store.passed("small", lessons.TENSORS) == {"which"}
        assert "n goes on" in text_of(screen)
        await pilot.press("n")
        await opened(pilot, PREDICTION)
        await pilot.press("ctrl+p")
        await opened(pilot, QUESTION)
        await until(pilot, lambda: screen.query(ChoicePane) and screen.query_one(ChoicePane).picked == {1})


async def test_arrows_and_space_pick(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "which")
    async with app.run_test() as pilot:
        screen = await opened(pilot, QUESTION)
        await pilot.press("down", "down", "space")
        assert screen.query_one(ChoicePane).picked == {2}
        await pilot.press("up", "space")
        assert screen.query_one(ChoicePane).picked == {1}
        await until(pilot, lambda: "▸ 2 (●)" in text_of(screen))


async def test_lines_are_carried_and_checked_in_their_order(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    engine.script = lambda request: [Verdict(0, "passed", "It learns."), Finished(0, 0.02)]
    app = make_app(lessons.LINE, "order")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "The five steps")
        pane = screen.query_one(OrderPane)
        first = list(pane.lines)
        assert first != list(lessons.TRAIN_STEP.lines) and sorted(first) == sorted(lessons.TRAIN_STEP.lines)
        await pilot.press("down", "space", "down", "space", "up")
        assert pane.lines == [first[0], first[2], first[1], first[3]] and pane.here == 1
        assert store.load_answer("small", lessons.LINE, "train_step") == "1 3 2 4"
        await pilot.press("enter")
        await until(pilot, lambda: "✓ It learns." in text_of(screen))
        request = engine.requests[0]
        assert isinstance(request, CheckAnswer)
        assert request.answer == "\n    ".join(["def train_step(model, X, y):", *pane.lines])
        await pilot.press("n")
        await opened(pilot, "Reach 0.01")
        await pilot.press("p")
        await opened(pilot, "The five steps")
        await until(pilot, lambda: screen.query_one(OrderPane).places == [0, 2, 1, 3])


async def test_a_verdict_is_seen_where_the_lines_fill_the_screen(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Verdict(0, "failed", "It uses a name too early."), Finished(0, 0.02)]
    app = make_app(lessons.LINE, "order")
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await opened(pilot, "The five steps")
        pane = screen.query_one(OrderPane)
        pane.query_one("#before", Static).update("\n".join(["import torch"] * 12))
        await pilot.press("enter")
        await until(pilot, lambda: "✗ It uses a name too early." in text_of(screen))
        await pilot.press(*["up"] * 9)
        await until(pilot, lambda: f"▸ 2     {pane.lines[0]}" in text_of(screen))


async def test_settings_are_tried_then_judged(make_app: MakeApp, engine: FakeEngine, store: Store) -> None:
    def script(request: Work) -> list[JobEvent]:
        if isinstance(request, RunDemo):
            return [Started(0, "cpu", 60), Finished(0, 1.0)]
        return [Started(0, "cpu", 60), Progress(0, 1, 3, "seed", 0.0, -1.0, 0)]

    engine.script = script
    app = make_app(lessons.LINE, "tune")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Reach 0.01")
        await pilot.press("r")
        await until(pilot, lambda: "done in 1.0 s" in text_of(screen))
        await pilot.press("tab", "right", "k")
        await until(pilot, lambda: "seed 1/3" in text_of(screen))
        request = engine.requests[-1]
        assert isinstance(request, CheckTuning)
        assert request.settings == {"lr": 0.1, "epochs": 100, "optimizer": "SGD", "noise": False}
        assert (request.exercise, request.demo, request.seeds) == ("low_error", "fit_line", (42, 43, 44))
        engine.say(Verdict(2, "failed", "The worst of 3 seeds ends at 0.02.", seconds=3), Finished(2, 3))
        await until(pilot, lambda: "✗ The worst of 3 seeds ends at 0.02." in text_of(screen))
        (attempt,) = store.attempts("small", lessons.LINE, "low_error")
        assert attempt.answer == "lr=0.1\nepochs=100\noptimizer=SGD\nnoise=off"


async def test_a_question_needs_no_engine(make_app: MakeApp, engine: FakeEngine, store: Store) -> None:
    engine.problem = "There is no torch here."
    app = make_app(lessons.TENSORS, "which")
    async with app.run_test() as pilot:
        await opened(pilot, QUESTION)
        await pilot.press("2", "enter")
        await until(pilot, lambda: store.passed("small", lessons.TENSORS) == {"which"})
        assert engine.requests == []


async def test_hints_come_one_at_a_time_and_are_counted(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 40)) as pilot:
        screen = await opened(pilot, "One image, as a batch")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "hint 1/3  Which dimension counts" in text_of(screen))
        assert "hint 2/3" not in text_of(screen)
        await pilot.press("ctrl+t", "ctrl+t", "ctrl+t")
        await until(pilot, lambda: "hint 3/3  It takes the place: 0." in text_of(screen))
        taken = store.help_taken("small", lessons.TENSORS, "add_batch")
        assert [(help.kind, help.number) for help in taken] == [("hint", 1), ("hint", 2), ("hint", 3)]


async def test_a_prediction_is_checked_with_the_examples_above_it(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [
        Started(0, "cpu", 20),
        Verdict(0, "failed", "Not this shape.", expected="torch.Size([1, 3, 1])", got="3x1", seconds=0.02),
        Finished(0, 0.02),
    ]
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test() as pilot:
        screen = await opened(pilot, PREDICTION)
        await pilot.press(*"3x1", "enter")
        await until(pilot, lambda: "✗ Not this shape." in text_of(screen))
        (request,) = engine.requests
        assert isinstance(request, CheckPrediction)
        assert (request.answer, request.before) == ("3x1", ("import torch\n\nx = torch.rand(1, 3)",))
        shown = text_of(screen)
        assert "expected  torch.Size([1, 3, 1])" in shown and "got       3x1" in shown
        assert "attempt 1 · 20 ms" in shown


async def test_the_end_of_a_long_hint_is_seen_beneath_a_prediction(make_app: MakeApp) -> None:
    """The code, the verdict and the hints are together longer than the screen."""
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, PREDICTION)
        code = screen.query_one("#code Static", Static)
        code.update("\n".join(["x = x + 1"] * 12))
        feedback = screen.query_one(Feedback)
        feedback.show_hints([f"Line {number}\n\nof it." for number in range(3)], 3)
        await until(pilot, lambda: "hint 3/3  Line 2\n▌\n▌ of it." in text_of(screen))


async def test_a_prediction_is_kept_while_it_is_typed(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test() as pilot:
        screen = await opened(pilot, PREDICTION)
        await pilot.press(*"(1,3)")
        await until(pilot, lambda: store.load_answer("small", lessons.TENSORS, "shape_after") == "(1,3)")
        await pilot.press("ctrl+p", "ctrl+n")
        await opened(pilot, PREDICTION)
        await until(pilot, lambda: screen.query_one(AnswerLine).value == "(1,3)")


async def test_an_empty_prediction_is_not_an_attempt(make_app: MakeApp, engine: FakeEngine, store: Store) -> None:
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test() as pilot:
        screen = await opened(pilot, PREDICTION)
        await pilot.press("enter")
        await until(pilot, lambda: "Type what you think it gives" in text_of(screen))
        assert engine.requests == [] and store.attempts("small", lessons.TENSORS, "shape_after") == []


async def test_escape_leaves_the_line_so_that_letters_are_keys(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test() as pilot:
        await opened(pilot, PREDICTION)
        await pilot.press("escape", "n")
        await opened(pilot, "One image, as a batch")

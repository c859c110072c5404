"""What a verdict leads to: details, the lesson that mends it, the solution, more time."""

from __future__ import annotations

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tests.ui.test_code import TITLE, WRONG, judge
from tutor.progress import Store
from tutor.protocol import (
    CheckAnswer,
    Crashed,
    Extend,
    Finished,
    JobEvent,
    Paused,
    Printed,
    Resumed,
    RunCode,
    Started,
    Verdict,
    Work,
)
from tutor.ui.screens.ask import Ask
from tutor.ui.screens.solution import SolutionScreen
from tutor.ui.screens.viewer import Viewer
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import rejoined

RIGHT = Verdict(0, "passed", "Right.", seconds=0.03)


async def test_all_that_was_printed_is_on_a_key(make_app: MakeApp, engine: FakeEngine) -> None:
    printed = "".join(f"line {i}\n" for i in range(30))
    engine.script = lambda request: [Printed(0, printed), WRONG, Finished(0, 0.04)]
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test(size=(80, 40)) as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "it printed 30 lines; F4 shows them all" in text_of(screen))
        assert "line 29" in text_of(screen) and "line 20" not in text_of(screen)
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, Viewer) and "line 12" in screen_text(app))


async def test_the_lesson_that_mends_a_mistake_is_one_key_away_and_leads_back(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    verdict = Verdict(0, "failed", "The loop never steps.", lesson=lessons.LINE)
    engine.script = judge(verdict)
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "F7 opens the lesson on this: The training loop" in text_of(screen))
        assert store.attempts("small", lessons.TENSORS, "add_batch")[0].mends == lessons.LINE
        await pilot.press("f7")
        await opened(pilot, "Watch the line find the points")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: store.position("small") == (lessons.TENSORS, "add-batch"))


async def test_a_lesson_that_the_course_lacks_is_not_offered(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = judge(Verdict(0, "failed", "No.", lesson="elsewhere/else"))
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✗ No." in text_of(screen))
        assert "F7" not in screen_text(app)
        await pilot.press("f7")
        assert app.screen is screen


async def test_after_passing_both_times_are_there_and_the_two_codes_on_a_key(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    def script(request: Work) -> list[JobEvent]:
        assert isinstance(request, CheckAnswer)
        own = request.answer != lessons.ADD_BATCH.solution
        return [Started(0, "cpu", 20), Verdict(0, "passed", "Right.", seconds=0.04 if own else 0.02), Finished(0, 0.1)]

    engine.script = script
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        screen.query_one(CodeEditor).load_text("def add_batch(image):\n    return image[None]\n")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "yours 40 ms, the lesson's 20 ms · F6 shows both" in text_of(screen))
        assert "The lesson's calls unsqueeze; yours does without." in text_of(screen)
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, SolutionScreen) and "unsqueeze(0)" in screen_text(app))
        assert "image[None]" in screen_text(app)
        assert len(store.attempts("small", lessons.TENSORS, "add_batch")) == 1, "the solution is nobody's attempt"
        assert store.help_taken("small", lessons.TENSORS, "add_batch") == [], "after passing it is no help"


async def test_the_solution_before_passing_takes_a_confirmation_and_is_noted(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    engine.script = judge(RIGHT)
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "You have not passed yet" in screen_text(app))
        await pilot.press("n")
        await until(pilot, lambda: app.screen is screen)
        assert store.help_taken("small", lessons.TENSORS, "add_batch") == []
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, SolutionScreen) and "unsqueeze(0)" in screen_text(app))
        assert [help.kind for help in store.help_taken("small", lessons.TENSORS, "add_batch")] == ["solution"]
        assert store.passed("small", lessons.TENSORS) == set(), "seeing is not passing"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_the_solution_of_a_question_is_why_each_option_is_right_or_wrong(make_app: MakeApp) -> None:
    app = make_app(lessons.TENSORS, "which")
    async with app.run_test() as pilot:
        await opened(pilot, "Which one removes it?")
        await pilot.press("2", "enter", "f6")
        await until(pilot, lambda: isinstance(app.screen, SolutionScreen) and "Dimension 0 has" in screen_text(app))
        assert "It takes every dimension of size 1 away" in screen_text(app)


async def test_the_solution_of_a_prediction_is_what_the_code_gives(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Printed(0, "torch.Size([1, 3, 1])\n"), Finished(0, 0.1)]
    app = make_app(lessons.TENSORS, "predict")
    async with app.run_test() as pilot:
        await opened(pilot, "What shape comes out?")
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("y")
        await until(pilot, lambda: "torch.Size([1, 3, 1])" in screen_text(app))
        (request,) = engine.requests
        assert isinstance(request, RunCode) and request.before == ("import torch\n\nx = torch.rand(1, 3)",)


async def test_a_check_is_given_more_time_by_a_key(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Started(0, "cpu", 20)]
    app = make_app(lessons.TENSORS, "add-batch")
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "of 20 s left" in text_of(screen) and "F9 +30 s" in screen_text(app))
        await pilot.press("f9")
        await until(pilot, lambda: "of 50 s left" in text_of(screen))
        assert engine.sent == [Extend(1, 30.0)]
        engine.say(Crashed(1, "It took longer than 50 s."))
        await until(pilot, lambda: "F9" not in screen_text(app))


async def test_a_demo_is_given_more_time_and_a_pause_costs_none(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [Started(0, "cpu", 60)]
    app = make_app(lessons.LINE, "see")
    async with app.run_test() as pilot:
        screen = await opened(pilot, "Watch the line find the points")
        await pilot.press("r")
        await until(pilot, lambda: "of 60 s left" in text_of(screen))
        await pilot.press("e")
        await until(pilot, lambda: "of 90 s left" in text_of(screen))
        assert engine.sent == [Extend(1, 30.0)]
        line = screen.query_one("#running", RunLine)
        engine.say(Paused(1))
        await until(pilot, lambda: line.paused)
        left = line.left
        await until(pilot, lambda: True)
        assert line.left == left
        engine.say(Resumed(1))
        await until(pilot, lambda: not line.paused and line.left < left)


def test_a_hint_that_is_wrapped_in_the_file_is_not_broken_there_on_the_screen() -> None:
    assert rejoined("One that jumps wants\nsmaller steps.") == "One that jumps wants smaller steps."
    assert rejoined("Two things:\n\n- one\n- two\n") == "Two things:\n\n- one\n- two"

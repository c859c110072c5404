"""Pictures of the screens in the dark theme, at 80x24 and 120x40. Words are asserted first; the picture guards the layout."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, until
from tests.ui.test_code import WRONG, judge
from tests.ui.test_demo import half_way, whole
from tests.ui.test_progress import some_work
from tests.ui.test_runs import learns, run_with
from tests.ui.test_scratchpad import PadEngine, begin, pad_of, ready, type_in
from tutor.progress import Store
from tutor.protocol import Crashed, Finished, JobEvent, Printed, Started, Verdict, Work
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.demo import DemoPane

Compare = Any
"""pytest-textual-snapshot's fixture: compares a picture of the program with the one that is kept."""
Take = Callable[..., None]
WRONG_SHORT = Verdict(
    0, "failed", "Not quite: look at the last dimension.", expected="(1, 3, 1)", got="(1, 3)", seconds=0.02
)
RIGHT = Verdict(0, "passed", "It works for everything that was tried.", seconds=0.03)
CODE, FIX = (lessons.TENSORS, "add-batch", "One image, as a batch"), (lessons.LINE, "loop", "Mend the loop")
CHOICE, PREDICT = (
    (lessons.TENSORS, "which", "Which one removes it?"),
    (lessons.TENSORS, "predict", "What shape comes out?"),
)
ORDER, TUNE = (lessons.LINE, "order", "The five steps"), (lessons.LINE, "tune", "Reach 0.01")
ANSWER = ("small", lessons.TENSORS, "add_batch")
DEMO = (lessons.LINE, "see", "Watch the line find the points")


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def take(request: pytest.FixtureRequest, make_app: MakeApp, snap_compare: Compare) -> Take:
    """Opens the program at a step, or on the map; presses keys; waits until words stand there; compares."""

    def taken(
        place: tuple[str, str, str] | None,
        keys: str,
        words: str,
        then: Callable[[Pilot[None]], Awaitable[None]] | None = None,
    ) -> None:
        async def before(pilot: Pilot[None]) -> None:
            if place is None:
                await until(pilot, lambda: "press c" in screen_text(pilot.app) and "ready" in screen_text(pilot.app))
            else:
                await opened(pilot, place[2])
            await pilot.press(*keys.split())
            if then is not None:
                await then(pilot)
            await until(pilot, lambda: words in screen_text(pilot.app), words)
            await pilot.pause()

        app = make_app(*place[:2]) if place else make_app()
        assert snap_compare(app, terminal_size=request.param, run_before=before)

    return taken


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done was done at one time of one day."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr("time.time", lambda: 1_767_323_045.0)


def crashes(request: Work) -> Iterator[JobEvent]:
    yield from half_way(request)
    yield Crashed(0, "The loss became nan at step 3.", "Traceback: [x]\nValueError: nan")


class TestMap:
    def test_new(self, take: Take) -> None:
        """Nobody has begun: what a lesson is made of, and the key that begins."""
        take(None, "", "Begin")

    def test_begun(self, take: Take, store: Store) -> None:
        """One lesson is begun, its card at the side."""
        store.see("small", lessons.TENSORS, "ones")
        store.update_state("small", lessons.squeeze())
        take(None, "", "Add and remove")


class TestReading:
    def test_prose(self, take: Take) -> None:
        """A prose step with an example that has not run."""
        take((lessons.TENSORS, "ones", "Dimensions of size one"), "", "x.squeeze().shape")

    def test_example(self, take: Take, engine: FakeEngine) -> None:
        """An example that ran shows what it printed, and how long that took."""
        printed = [Started(0, "cpu", 9), Printed(0, "(torch.Size([1, 3]), torch.Size([3]))\n"), Finished(0, 0.03)]
        engine.script = lambda request: printed
        take((lessons.TENSORS, "ones", "Dimensions of size one"), "r", "run again")

    def test_end(self, take: Take) -> None:
        """After the last step: what is open, and the next lesson."""
        take(TUNE, "n", "Testing and prediction")


class TestDemo:
    def test_idle(self, take: Take) -> None:
        """Before it has run: its question, its controls."""
        take(DEMO, "", "‹ 0.05 ›")

    def test_running(self, take: Take, engine: FakeEngine) -> None:
        """While it runs: how far, what it measured so far."""
        engine.script = half_way

        async def freeze(pilot: Pilot[None]) -> None:
            line = pilot.app.screen.query_one(DemoPane).line
            await until(pilot, lambda: "epoch 62/100" in screen_text(pilot.app))
            if line._timer is not None:
                line._timer.stop()

        take(DEMO, "r", "train 0.03119", freeze)

    def test_ended(self, take: Take, engine: FakeEngine) -> None:
        """A demo that has run: curves, figures, which data."""
        engine.script = whole
        take(DEMO, "r", "done in 3.2 s")

    def test_crashed(self, take: Take, engine: FakeEngine) -> None:
        """It failed: one sentence, and a key for the whole error."""
        engine.script = crashes
        take(DEMO, "r", "✗ The loss became nan")

    def test_runs(self, take: Take, engine: FakeEngine) -> None:
        """The last runs, with what differs."""
        engine.script = learns

        async def two(pilot: Pilot[None]) -> None:
            await run_with(pilot)
            await run_with(pilot, *"0.5", "enter")
            for run in pilot.app.screen.query_one(DemoPane).past.all:
                run.at = 1e9  # years ago: the day is shown, not the minute
            await pilot.press("o")

        take(DEMO, "", "the last runs", two)


@pytest.mark.parametrize(
    ("place", "keys", "script"),
    [
        pytest.param(CODE, "ctrl+r", judge(WRONG), id="code"),
        pytest.param(FIX, "ctrl+r", judge(WRONG_SHORT), id="fix"),
        pytest.param(CHOICE, "1 enter", None, id="choice"),
        pytest.param(PREDICT, "3 enter", judge(WRONG_SHORT), id="predict"),
        pytest.param(ORDER, "enter", judge(WRONG_SHORT), id="order"),
        pytest.param(TUNE, "k", judge(WRONG_SHORT), id="tune"),
    ],
)
def test_wrong(take: Take, engine: FakeEngine, place: tuple[str, str, str], keys: str, script: Any) -> None:
    """A wrong answer: the sentence, expected and got where there are any, the number of the attempt."""
    engine.script = script or engine.script
    take(place, keys, "attempt 1" if script else "✗")


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        pytest.param(CODE, "ctrl+r", id="code"),
        pytest.param(CHOICE, "2 enter", id="choice"),
        pytest.param(PREDICT, "3 enter", id="predict"),
        pytest.param(ORDER, "enter", id="order"),
        pytest.param(TUNE, "k", id="tune"),
    ],
)
def test_passed(take: Take, engine: FakeEngine, place: tuple[str, str, str], keys: str) -> None:
    """A right answer, and where it leads."""
    engine.script = judge(RIGHT)
    take(place, keys, "✓")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        pytest.param(CODE, "def add_batch", id="code"),
        pytest.param(CHOICE, "x.unsqueeze(0)", id="choice"),
        pytest.param(PREDICT, "it gives", id="predict"),
        pytest.param(ORDER, "optimizer.step()", id="order"),
        pytest.param(TUNE, "lr ‹", id="tune"),
    ],
)
def test_fresh(take: Take, place: tuple[str, str, str], words: str) -> None:
    """An exercise that nobody has tried."""
    take(place, "", words)


class TestBesides:
    def test_help(self, take: Take) -> None:
        """What the map is for, and its keys."""
        take(None, "question_mark", "The map of the course")

    def test_search(self, take: Take) -> None:
        """Steps that fit a word, and where it stands."""
        take(None, "slash s q u e e z e", "squeeze")

    def test_palette(self, take: Take) -> None:
        """Actions by name, each with its key."""
        take(None, "ctrl+o", "Leave")

    def test_progress(self, take: Take, store: Store) -> None:
        """What went well, what was hard."""
        some_work(store)
        take(None, "p", "What was hard")

    def test_attempts(self, take: Take, store: Store, one_moment: None) -> None:
        """Attempts, and the text of the one under the cursor."""
        for outcome, words, answer in (
            ("failed", "The batch is last.", "image[..., None]"),
            ("passed", "Right.", "image[None]"),
        ):
            store.record(*ANSWER, outcome, words, f"def add_batch(image):\n    return {answer}\n", 0.01)
        take(CODE, "f8", "image[None]")

    def test_solution(self, take: Take, store: Store) -> None:
        """The lesson's solution beside one's own."""
        store.record(*ANSWER, "passed", "Right.", "def add_batch(image):\n    return image[None]\n", 0.01)
        take(CODE, "f6", "image.unsqueeze(0)")

    def test_source(self, take: Take) -> None:
        """The code of a demo, in colours."""
        take(DEMO, "c", "for epoch in run.steps")

    def test_question(self, take: Take) -> None:
        """Before something is done that one may not want."""
        take(CODE, "# ctrl+l", "yes, start over")

    def test_settings(self, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every setting with its value, and where that comes from."""
        monkeypatch.setattr("tutor.settings.settings.shown", lambda _path: "~/settings.toml")
        take(None, "comma", "default")


class TestScratchpad:
    @pytest.fixture
    def engine(self) -> PadEngine:
        return PadEngine(begin)

    def test_used(self, take: Take) -> None:
        """A result, a tensor as numbers and as a picture, an error."""

        async def use(pilot: Pilot[None]) -> None:
            pad = await pad_of(pilot)
            for code in ("1 + 1", "digit", "y"):
                await ready(pilot, pad)
                await type_in(pilot, f"{code}\n")
            await until(pilot, lambda: "✗ There is no" in screen_text(pilot.app) and pad.pad.state == "ready")
            pad.line.settle("ready")  # not how long it took

        take((lessons.TENSORS, "ones", "Dimensions of size one"), "", "✗ There is no", use)


def test_too_small(make_app: MakeApp, snap_compare: Compare) -> None:
    """One sentence where there is no room."""

    async def before(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))
        await until(pilot, lambda: "too small" in screen_text(pilot.app))

    assert snap_compare(make_app(lessons.TENSORS), terminal_size=(50, 12), run_before=before)

"""A demo: controls, running, steering, what is drawn and said."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tutor.progress import Store
from tutor.protocol import (
    Adjusted,
    Axes,
    Control,
    Crashed,
    Finished,
    JobEvent,
    Note,
    Paused,
    Points,
    Printed,
    Progress,
    Result,
    Resumed,
    RunDemo,
    Started,
    Stop,
    Work,
)
from tutor.ui.screens.viewer import Viewer
from tutor.ui.widgets.control import ControlField
from tutor.ui.widgets.demo import DemoPane
from tutor.ui.widgets.figures import Figures
from tutor.ui.widgets.keys import KeyLine
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.stage import Stage

TITLE = "Watch the line find the points"


def half_way(request: Work) -> Iterator[JobEvent]:
    """A run that waits in the middle."""
    yield Started(0, "cpu", 60)
    yield Note(0, "40 points of y = 0.7x + 0.3", "data")
    yield Axes(0, "loss", "epoch", 0, 100)
    yield Points(0, "loss", "train", tuple(range(62)), tuple(1 / (1 + i) for i in range(62)))
    yield Progress(0, 62, 100, "epoch", 4210.0, 2.0, 312)
    yield Printed(0, "epoch 0 [/b] loss 1.0\n")
    yield Result(0, {"train": 0.03119, "right": True})


def whole(request: Work) -> Iterator[JobEvent]:
    yield from half_way(request)
    yield Finished(0, 3.21)


async def test_a_demo_runs_with_the_settings_on_the_screen(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "epoch 62/100" in text_of(screen.query_one(RunLine)))
        (request,) = engine.requests
        assert isinstance(request, RunDemo)
        assert request.settings == {"lr": 0.05, "epochs": 100, "optimizer": "SGD", "noise": False}
        assert "2.0 s left · 4,210 epochs/s · cpu · 312 MB" in text_of(screen.query_one(RunLine))
        await until(pilot, lambda: "train 0.03119" in text_of(screen.query_one(Figures)))
        assert "right yes" in text_of(screen.query_one(Figures))
        assert "data: 40 points of y = 0.7x + 0.3" in text_of(screen.query_one(Figures))
        await until(pilot, lambda: "loss" in text_of(screen.query_one(Stage)))


async def test_the_text_gives_way_to_the_stage_on_a_small_screen(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, TITLE)
        assert "the whole of training" in text_of(screen)
        await pilot.press("r")
        await until(pilot, lambda: "the whole of training" not in text_of(screen))
        await pilot.press("t")
        await until(pilot, lambda: "the whole of training" in text_of(screen))


async def test_controls_are_nudged_typed_flipped_and_cycled(make_app: MakeApp, store: Store) -> None:
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("tab", "right")
        lr, epochs, optimizer, noise = screen.query(ControlField)
        assert lr.value == 0.1
        await pilot.press("minus", "minus")
        assert lr.value == 0.02
        await pilot.press(*"3e-3", "enter")
        assert lr.value == 0.003
        await pilot.press("tab", "enter", *"250", "tab")
        assert epochs.value == 250
        await pilot.press("right", "tab", "enter")
        assert (optimizer.value, noise.value) == ("Adam", True)
        kept = store.settings("small", lessons.LINE, "fit_line")
        assert kept == {"lr": 0.003, "epochs": 250, "optimizer": "Adam", "noise": True}
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        assert screen.query_one(DemoPane).controls.settings == kept


async def test_a_bad_value_is_refused_in_words_and_changes_nothing(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("tab", *"99", "enter")
        await until(pilot, lambda: "✗ lr goes from 0.0001 to 10; 99 is outside." in text_of(screen))
        field = screen.query(ControlField).first()
        assert field.value == 0.05
        await pilot.press("4", "escape")
        assert (field.typed, field.value) == (None, 0.05)


async def test_typed_digits_reach_no_other_key(make_app: MakeApp, engine: FakeEngine) -> None:
    """While a number is typed, a dot is a decimal point and not "step"."""
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "epoch 62/100" in text_of(screen))
        await pilot.press("tab", *"0.25", "enter")
        assert screen.query(ControlField).first().value == 0.25
        assert engine.sent == []


async def test_pause_step_and_stop_are_sent(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        pane = screen.query_one(DemoPane)
        await pilot.press("space", "x")
        assert engine.sent == []
        await pilot.press("r")
        await until(pilot, lambda: "epoch 62/100" in text_of(screen))
        await pilot.press("space")
        engine.say(Paused(1))
        await until(pilot, lambda: "paused" in text_of(pane.line))
        await pilot.press("full_stop", "space")
        engine.say(Resumed(1))
        await until(pilot, lambda: "paused" not in text_of(pane.line))
        await pilot.press("x")
        await until(pilot, lambda: "■ stopped at epoch 62" in text_of(pane.line))
        assert engine.sent == [Control(1, "pause"), Control(1, "step"), Control(1, "resume"), Stop(1)]


async def test_a_live_control_steers_the_run_and_others_wait_for_the_next(
    make_app: MakeApp, engine: FakeEngine
) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "epoch 62/100" in text_of(screen))
        await pilot.press("tab", "right")
        await until(pilot, lambda: "lr counts from the next run on." in text_of(screen))
        assert engine.sent == []
        await pilot.press("tab", "right")
        await until(pilot, lambda: engine.sent == [Control(1, "set", "epochs", 150)])
        engine.say(Adjusted(1, "epochs", 150, 62.0))
        await until(pilot, lambda: "epochs 150 from 62 on" in text_of(screen))


async def test_a_second_run_keeps_the_first_as_overlay(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = whole
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        stage = screen.query_one(Stage)
        await pilot.press("r")
        await until(pilot, lambda: "✓ done in 3.2 s · cpu" in text_of(screen))
        await pilot.press("tab", "right", "r")
        await until(pilot, lambda: "lr 0.05" in text_of(stage))


async def test_a_new_run_silences_the_old_one(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "epoch 62/100" in text_of(screen))
        await pilot.press("r")
        await until(pilot, lambda: len(engine.requests) == 2 and engine.abandoned == [1])
        engine.say(Crashed(1, "late"))
        await pilot.pause()
        assert "late" not in text_of(screen)


async def test_log_source_and_details_open_and_close(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [*half_way(request), Crashed(0, "The loss is nan.", "Traceback [/x]")]
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "✗ The loss is nan." in text_of(screen))
        for key, words in (("g", "epoch 0 [/b] loss 1.0"), ("d", "Traceback [/x]"), ("c", "def fit_line(run")):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, Viewer))
            await until(pilot, lambda: words in screen_text(app), words)  # noqa: B023
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)


async def test_the_bottom_line_shows_what_can_be_pressed_now(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, TITLE)
        line = screen.query_one(KeyLine)

        def keys() -> dict[str, bool]:
            return {key.binding.description: key.enabled for key in line.shown()}

        assert keys()["run"] and "stop" not in keys() and not keys()["pause"]
        await pilot.press("r")
        await until(pilot, lambda: keys().get("stop") and keys()["pause"] and keys()["log scale"])


async def test_enter_says_that_it_types_a_number_and_changes_a_choice(make_app: MakeApp) -> None:
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        line = screen.query_one(KeyLine)
        said = []
        for _ in range(4):  # lr, epochs, optimizer, noise
            await pilot.press("tab")
            said.append([key.binding.description for key in line.shown() if key.binding.key == "enter"])
        assert said == [["type a value"], ["type a value"], ["change"], ["change"]]


async def test_a_key_on_the_bottom_line_can_be_clicked(make_app: MakeApp, engine: FakeEngine) -> None:
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        assert text_of(screen.query_one(KeyLine)).startswith(" r run")
        await pilot.click(KeyLine, offset=(2, 0))
        await until(pilot, lambda: len(engine.requests) == 1)


async def test_a_figure_is_never_parted_from_its_name(make_app: MakeApp, engine: FakeEngine) -> None:
    names = {f"a_long_name_of_a_figure_{i}": i / 7 for i in range(6)}
    engine.script = lambda request: [Started(0, "cpu", 60), Result(0, names), Finished(0, 1.0)]
    app = make_app(lessons.LINE)
    async with app.run_test(size=(80, 24)) as pilot:
        pane = (await opened(pilot, TITLE)).query_one(DemoPane)
        await pilot.press("r")
        await until(pilot, lambda: "figure_5" in text_of(pane.figures))
        shown = text_of(pane.figures).splitlines()
        assert all(f"{name} {value:.4g}" in "\n".join(shown) for name, value in names.items())

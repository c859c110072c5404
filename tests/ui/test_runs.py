"""Runs of a demo compared: listed with what differs, overlaid, taken over, removed; and what else makes a demo a laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, text_of, until
from tests.ui.test_demo import TITLE, half_way
from tutor.progress import Store
from tutor.protocol import Adjusted, Axes, Crashed, Finished, JobEvent, Points, Progress, Result, RunDemo, Started, Work
from tutor.ui.pastruns import PastRun
from tutor.ui.screens.runs import RunsScreen
from tutor.ui.widgets.demo import DemoPane
from tutor.ui.widgets.stage import Stage

PLACE = ("small", lessons.LINE, "fit_line")


def learns(request: Work) -> Iterator[JobEvent]:
    """A run whose curve depends on lr."""
    assert isinstance(request, RunDemo)
    lr = float(request.settings["lr"])
    yield Started(0, "cpu", 60)
    yield Axes(0, "loss", "epoch", 0, 100)
    yield Points(0, "loss", "test", tuple(map(float, range(100))), tuple(1 / (1 + lr * i) for i in range(100)))
    yield Result(0, {"test": 1 / (1 + lr * 99)})
    yield Finished(0, 1.0)


async def run_with(pilot: Pilot[None], *keys: str) -> None:
    """Presses keys in the first control, then runs to the end."""
    pane = pilot.app.screen.query_one(DemoPane)
    pane.controls.fields[0].focus()
    await pilot.press(*keys)
    before = len(pane.past.all)
    await pilot.press("r")
    await until(pilot, lambda: len(pane.past.all) > before and not pane.jobs.running)


async def listed(pilot: Pilot[None]) -> str:
    """Opens the list of runs."""
    await pilot.press("o")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunsScreen) and "the last runs" in screen_text(pilot.app))
    await pilot.pause()
    return screen_text(pilot.app)


async def test_runs_are_listed_with_what_differs_and_what_came_of_it(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = learns
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        await run_with(pilot)
        await run_with(pilot, *"0.5", "enter")
        lines = (await listed(pilot)).splitlines()
        assert "fit_line: the last runs" in lines[0] and "2 runs" in lines[0]
        newest, oldest = lines[2:4]
        assert "▸ ▪" in newest and "lr 0.5" in newest and "test 0.0198" in newest
        assert "  ●" in oldest and "lr 0.05" in oldest and "test 0.1681" in oldest
        assert "optimizer" not in newest, "what is the same in all is no difference"
        assert "set       lr 0.5   epochs 100   optimizer SGD   noise off" in screen_text(app)


async def test_a_run_is_taken_away_and_laid_there_again(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = learns
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        stage = screen.query_one(Stage)
        await run_with(pilot)
        await run_with(pilot, *"0.5", "enter")
        await until(pilot, lambda: "·· lr 0.05" in text_of(stage))
        for mark, there in (("○", False), ("●", True)):
            await listed(pilot)
            await pilot.press("down", "enter")
            await until(pilot, lambda: f"▸ {mark}" in screen_text(app))  # noqa: B023
            await pilot.press("escape")
            await until(pilot, lambda: ("·· lr 0.05" in text_of(stage)) is there)  # noqa: B023


async def test_runs_survive_a_restart_are_removed_and_their_settings_taken_over(
    make_app: MakeApp, engine: FakeEngine, store: Store
) -> None:
    engine.script = learns
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        await opened(pilot, TITLE)
        for value in ("0.5", "2", "0.01"):
            await run_with(pilot, *value, "enter")
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        pane = screen.query_one(DemoPane)
        assert pane.stage.panels == 0
        await listed(pilot)
        await pilot.press("down", "space", "down", "u")
        await until(pilot, lambda: app.screen is screen)
        assert pane.controls.settings["lr"] == 0.5 and store.settings(*PLACE)["lr"] == 0.5
        await until(
            pilot, lambda: "·· lr 2" in text_of(pane.stage), "a run of yesterday is drawn without a run of today"
        )
        await listed(pilot)
        await pilot.press("down", "x")
        await until(pilot, lambda: "2 runs" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: pane.stage.panels == 0)
    assert [run["settings"]["lr"] for _, run in store.runs(*PLACE)] == [0.5, 0.01]


async def test_a_run_that_was_steered_or_crashed_says_so(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = half_way
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "epoch 62/100" in text_of(screen))
        engine.say(Adjusted(1, "epochs", 150, 62.0), Crashed(1, "The loss is nan."))
        await until(pilot, lambda: "✗ The loss is nan." in text_of(screen))
        await until(pilot, lambda: "epochs 150" in text_of(screen.query_one(Stage)), "marked on the curve")
        shown = await listed(pilot)
        assert "epochs 100→150" in shown and "✗ The loss is nan." in shown


async def test_smoothing_and_defaults_have_keys(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = learns
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        pane = screen.query_one(DemoPane)
        assert pane.check_action("defaults", ()) is False
        await run_with(pilot, *"0.5", "enter")
        await pilot.press("m")
        await until(pilot, lambda: "loss (smooth)" in text_of(pane.stage))
        await pilot.press("m", "z")
        await until(pilot, lambda: "loss (smooth)" not in text_of(pane.stage))
        assert pane.controls.settings["lr"] == 0.05


async def test_the_progress_line_tells_samples_device_and_memory(make_app: MakeApp, engine: FakeEngine) -> None:
    engine.script = lambda request: [
        Started(0, "cuda:0", 60),
        Progress(0, 3, 10, "epoch", 2.0, 12.0, 812, 12_800.0, 1024),
    ]
    app = make_app(lessons.LINE)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("r")
        await until(pilot, lambda: "epoch 3/10" in text_of(screen))
        line = text_of(screen.query_one(DemoPane).line)
        assert "12 s left · 2.0 epochs/s · 12,800 samples/s · cuda:0" in line
        assert "812 MB · GPU 1,024 MB" in line


async def test_the_demo_is_written_as_a_script(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tutor.course.script.make_script", lambda *_: "print(1)\n")
    app = make_app(lessons.LINE)
    async with app.run_test() as pilot:
        screen = await opened(pilot, TITLE)
        await pilot.press("w")
        await until(pilot, lambda: "✓ Written to" in text_of(screen))
        await pilot.press("w")
        await until(pilot, lambda: (tmp_path / "fit_line_2.py").exists())
        assert (tmp_path / "fit_line.py").read_text() == "print(1)\n"


def test_a_run_is_named_by_what_was_set_otherwise_and_what_was_changed_on_the_way() -> None:
    run = PastRun({"lr": 0.1, "epochs": 100}, {}, "", {"epochs": 150})
    assert run.label({"lr": 0.1, "epochs": 100}) == "epochs 100→150"
    assert run.label({"lr": 1.0, "epochs": 100}) == "lr 0.1, epochs 100→150"
    assert PastRun({"lr": 0.1}, {}, "").label({"lr": 0.1}).startswith("same, ")

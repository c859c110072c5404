"""Every kind of exercise by keys alone at 80x24, wrong then right, judged by the real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest_asyncio
from textual.pilot import Pilot

from tests.course.small_course import write_small_course
from tests.ui import helpers
from tests.ui.helpers import opened, screen_text, text_of, until
from tutor.client import Engine
from tutor.course.catalog import open_course
from tutor.course.model import Order
from tutor.progress import Store
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.solution import SolutionScreen
from tutor.ui.widgets.order import OrderPane

LESSON = "basics/shapes"


@pytest_asyncio.fixture(loop_scope="function")
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with Engine() as running:
        yield running


class Exercise:
    """One exercise on the screen."""

    def __init__(self, pilot: Pilot[None], screen: LessonScreen, store: Store, name: str) -> None:
        self.pilot, self.screen, self.store, self.name = pilot, screen, store, name

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def says(self, words: str) -> None:
        await until(self.pilot, lambda: words in text_of(self.screen), words, seconds=helpers.WARM_UP)

    def outcomes(self) -> list[str]:
        return [attempt.outcome for attempt in self.store.attempts("small", LESSON, self.name)]


@asynccontextmanager
async def exercise(tmp_path: Path, engine: Engine, step: str, title: str, name: str) -> AsyncIterator[Exercise]:
    course = open_course(write_small_course(tmp_path / "course"))
    store = Store.open(tmp_path / "home")
    store.see("small", LESSON, step)
    app = TutorApp(lambda: course, lambda: store, lambda: engine, LESSON)
    async with app.run_test(size=(80, 24)) as pilot:
        yield Exercise(pilot, await opened(pilot, title), store, name)
        assert name in store.passed("small", LESSON)
    store.close()


async def test_choice(tmp_path: Path, engine: Engine) -> None:
    async with exercise(tmp_path, engine, "which-shape", "Which shape?", "which-shape") as it:
        await it.press("1", "enter")
        await it.says("✗")
        await it.press("1", "2", "3", "enter")
        await it.says("✓ ")
        assert it.outcomes() == ["failed", "passed"]


async def test_predict(tmp_path: Path, engine: Engine) -> None:
    async with exercise(tmp_path, engine, "how-many-rows", "How many rows?", "rows") as it:
        await it.press(*"(2, 3)", "enter")
        await it.says("✗ Not quite: look at the shape again.")
        assert "got       (2, 3)" in text_of(it.screen)
        await it.press(*["backspace"] * 6, *"3x2", "enter")
        await it.says("✓ Right.")
        assert it.outcomes() == ["failed", "passed"]


async def test_code(tmp_path: Path, engine: Engine) -> None:
    async with exercise(tmp_path, engine, "add-a-batch", "Add a batch", "add_batch") as it:
        await it.press("down", "end", *["backspace"] * 3, *"print(image.shape)", "enter", *"return image.unsqueeze(-1)")
        await it.press("ctrl+r")
        await it.says("✗ Your batch dimension is the last one")
        await it.says("(1, 2, 3, 1)")
        assert "└ here" in text_of(it.screen)
        await it.press("left", "backspace", "backspace", "0", "ctrl+r")
        await it.says("✓ Right.")
        await it.says("the lesson's")
        await it.press("f6")
        await until(it.pilot, lambda: isinstance(it.pilot.app.screen, SolutionScreen))
        await until(it.pilot, lambda: "print(image.shape)" in screen_text(it.pilot.app))
        assert it.outcomes() == ["failed", "passed"]


async def test_fix(tmp_path: Path, engine: Engine) -> None:
    async with exercise(tmp_path, engine, "mend-the-sum", "Mend the sum", "total") as it:
        await it.press("ctrl+r")
        await it.says("✗")
        await it.says("line 5")
        await it.press(*["down"] * 4, "end", *"[:, None]", "ctrl+r")
        await it.says("✓ Right.")
        assert it.outcomes() == ["error", "passed"]


async def test_order(tmp_path: Path, engine: Engine) -> None:
    async with exercise(tmp_path, engine, "one-step-of-training", "One step of training", "train_step") as it:
        pane = it.screen.query_one(OrderPane)
        assert isinstance(pane.exercise_, Order)
        right = pane.exercise_.lines
        await put_in_order(it, pane, [right[0], right[2], right[1], right[3]])
        await it.press("enter")
        await it.says("✗ The weight did not move")
        await put_in_order(it, pane, right)
        await it.press("enter")
        await it.says("✓ Right.")
        assert it.outcomes() == ["failed", "passed"]


async def put_in_order(it: Exercise, pane: OrderPane, wanted: Sequence[str]) -> None:
    for place, line in enumerate(wanted):
        at = pane.lines.index(line)
        await it.press(*["up"] * 9, *["down"] * at, "space", *["up"] * (at - place), "space")
    assert pane.lines == list(wanted)


async def test_tune(tmp_path: Path, engine: Engine) -> None:
    async with exercise(tmp_path, engine, "come-near", "Come near", "near") as it:
        await it.press("tab", "enter", *"0.0001", "enter", "k")
        await it.says("✗ The weight hardly moved")
        await it.press("enter", *"0.2", "enter", "tab", "enter", *"50", "enter", "k")
        await it.says("✓ Right.")
        assert it.outcomes() == ["failed", "passed"]

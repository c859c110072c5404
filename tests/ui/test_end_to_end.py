"""The program with the real engine: a lesson gone through by keys."""

from __future__ import annotations

from pathlib import Path

from tests.course.small_course import write_small_course
from tests.ui import helpers
from tests.ui.helpers import opened, text_of, until
from tutor.client import Engine
from tutor.course.catalog import open_course
from tutor.progress import Store
from tutor.ui.app import TutorApp
from tutor.ui.widgets.editor import CodeEditor

LESSON = "basics/shapes"


async def test_a_lesson_with_the_real_engine(tmp_path: Path) -> None:
    course = open_course(write_small_course(tmp_path / "course"))
    store = Store.open(tmp_path / "home")
    async with Engine(preload=course.preload) as engine:
        app = TutorApp(lambda: course, lambda: store, lambda: engine, LESSON)
        async with app.run_test(size=(100, 40)) as pilot:
            screen = await opened(pilot, "Six numbers")
            await until(pilot, lambda: engine.state == "ready", "the engine is ready", seconds=helpers.WARM_UP)
            await pilot.press("r")
            await until(pilot, lambda: "[3, 4, 5]])" in text_of(screen))

            await pilot.press("n")
            await opened(pilot, "Watch it learn")
            await pilot.press("r")
            await until(pilot, lambda: "✓ done in" in text_of(screen))

            await pilot.press("n")
            await opened(pilot, "Which shape?")
            await pilot.press("2", "3", "enter")
            await until(pilot, lambda: "✓" in text_of(screen))

            await pilot.press("n")
            await opened(pilot, "How many rows?")
            await pilot.press(*"3x2", "enter")
            await until(pilot, lambda: "attempt 1" in text_of(screen))

            await pilot.press("ctrl+n")
            await opened(pilot, "Add a batch")
            await pilot.press("ctrl+r")
            await until(pilot, lambda: "attempt 1" in text_of(screen))
            editor = screen.query_one(CodeEditor)
            editor.load_text("def add_batch(image):\n    return image.unsqueeze(-1)\n")
            await pilot.press("ctrl+r")
            await until(pilot, lambda: "Your batch dimension is the last one" in text_of(screen))
            editor.load_text("def add_batch(image):\n    return image.unsqueeze(0)\n")
            await pilot.press("ctrl+r")
            await until(pilot, lambda: "attempt 3" in text_of(screen))

            await pilot.press("ctrl+n")
            await opened(pilot, "Mend the sum")
            await pilot.press("ctrl+r")
            await until(pilot, lambda: "✗" in text_of(screen))
    assert store.passed("small", LESSON) == {"which-shape", "rows", "add_batch"}
    outcomes = [attempt.outcome for attempt in store.attempts("small", LESSON, "add_batch")]
    assert outcomes[1:] == ["failed", "passed"] and outcomes[0] != "passed"
    assert [attempt.outcome for attempt in store.attempts("small", LESSON, "total")] == ["error"]
    store.close()

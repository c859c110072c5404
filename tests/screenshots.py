"""The README's pictures, taken of the real program: `make screenshots` writes them to docs/. Keys drive it, the real engine runs."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tests.ui.helpers import WARM_UP, opened, screen_text, until
from tutor.client import Engine
from tutor.course.catalog import built_in, open_course
from tutor.progress import Store
from tutor.ui.app import TutorApp

DOCS = Path(__file__).parents[1] / "docs"
SIZE = (96, 28)
LINE = "workflow/linear_regression"
SQUEEZE = "tensors/squeeze_unsqueeze_permute"


async def main() -> None:
    """All of them, or those named, with one engine, and in all colours, whatever this terminal has."""
    os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    os.environ.pop("NO_COLOR", None)
    course = open_course(built_in())
    async with Engine(preload=course.preload, device="cpu") as engine:
        if await engine.wait_ready() is None:
            sys.exit(engine.problem)
        for name in sys.argv[1:] or PICTURES:
            take = PICTURES[name]
            with tempfile.TemporaryDirectory() as home:
                store = Store.open(Path(home))
                await take(engine, store)
                store.close()
            print(DOCS / f"{name}.svg", flush=True)


@asynccontextmanager
async def program(
    engine: Engine, store: Store, lesson: str | None, step: str | None = None
) -> AsyncIterator[Pilot[None]]:
    """The program at a step of a lesson."""
    course = open_course(built_in())
    if lesson and step:
        store.see(course.id, lesson, step)
    app = TutorApp(lambda: course, lambda: store, lambda: engine, lesson)
    async with app.run_test(size=SIZE) as pilot:
        yield pilot


async def shows(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: re.search(words, screen_text(pilot.app)), words, seconds=WARM_UP)


def save(pilot: Pilot[None], name: str) -> None:
    """The screen as it is, with names in the file that do not change from run to run, and a font that everybody has."""
    picture = pilot.app.export_screenshot(title="tutor", simplify=True)
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    (DOCS / f"{name}.svg").write_text(re.sub(r"terminal-\d+", f"tutor-{name}", picture), encoding="utf-8")


async def take_map(engine: Engine, store: Store) -> None:
    """Somebody is in the middle of the third chapter."""
    course = open_course(built_in())
    from tutor.ui.library import Library

    library = Library(course)
    for entry in course.lessons[:9]:
        lesson = library.lesson(entry.id)
        for step in lesson.steps:
            store.see(course.id, entry.id, step.id)
            if step.exercise is not None:
                store.record(course.id, entry.id, step.exercise.id, "passed", "", "", 0.0)
        store.update_state(course.id, lesson)
    lesson = library.lesson(SQUEEZE)
    for step in lesson.steps[:4]:
        store.see(course.id, SQUEEZE, step.id)
    store.update_state(course.id, lesson)
    async with program(engine, store, None) as pilot:
        await shows(pilot, "press c")
        await shows(pilot, "ready")
        await shows(pilot, r"steps · \d+ min")
        save(pilot, "map")


async def take_demo(engine: Engine, store: Store) -> None:
    """A demo runs."""
    async with program(engine, store, LINE, "watch-the-line-find-the-points") as pilot:
        await opened(pilot, "Watch the line find the points")
        await pilot.press("r")
        await shows(pilot, r"epoch (6\d|7\d|8\d)/100")
        save(pilot, "demo")
        await pilot.press("x")
        await shows(pilot, "stopped|done in")


async def take_exercise(engine: Engine, store: Store) -> None:
    """A wrong answer, and what is said about it."""
    async with program(engine, store, SQUEEZE, "back-to-a-picture") as pilot:
        await opened(pilot, "Back to a picture")
        await pilot.press("down", "down", "end", *["backspace"] * 3)
        await pilot.press(*"return batch.squeeze(0).permute(2, 1, 0).squeeze(2)", "ctrl+r")
        await shows(pilot, "lies on its side")
        save(pilot, "exercise")


async def take_scratchpad(engine: Engine, store: Store) -> None:
    """Something is tried out."""
    async with program(engine, store, SQUEEZE, "what-to-keep") as pilot:
        await opened(pilot, "What to keep")
        await pilot.press("s")
        for typed, answer in (
            ("x = torch.linspace(0, 1, 12).reshape(3, 4)", "x ="),
            ("x", "float32"),
            ("x @ x.T", r"\(3, 3\)"),
        ):
            await shows(pilot, "run")
            await pilot.press(*typed, "enter")
            await shows(pilot, answer)
        save(pilot, "scratchpad")


PICTURES = {"map": take_map, "demo": take_demo, "exercise": take_exercise, "scratchpad": take_scratchpad}

if __name__ == "__main__":
    asyncio.run(main())

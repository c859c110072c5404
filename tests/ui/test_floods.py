"""Demos that send far more than can be shown: the program goes on answering keys. With the real engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui import helpers
from tests.ui.helpers import opened, text_of, until
from tutor.client import Engine
from tutor.course.catalog import open_course
from tutor.progress import Store
from tutor.ui.app import TutorApp
from tutor.ui.widgets.demo import DemoPane

COURSE = """
id = "floods"
title = "Floods"

[[chapter]]
id = "demo"
title = "Demo"

[[chapter.lesson]]
id = "flood"
title = "Flood"
minutes = 1
"""
LESSON = "# Flood\n\nToo much.\n\n## All at once\n\nWatch.\n\n[Run: flood](flood.py#flood)\n"
DEMOS = '''
from typing import Annotated, Literal
import time
import torch
from tutor.lesson import Range

def flood(run, kind: Literal["{kinds}"] = "{kind}", marker: Annotated[int, Range(1, 1000)] = 1):
    """What is too much?"""
    began, i = time.perf_counter(), 0
    while True:
        {body}
        i += 1
'''
KINDS = {
    "prints": 'print("line", i, "of a text without end, as a loop may write that has lost its break")',
    "nans": 'run.log(train=float("nan") if i % 3 else i, test=float("inf"))',
    "pictures": 'run.images("huge", torch.rand(4000, 4000))',
    "points": "run.log(train=i % 97, test=i % 89); time.sleep(max(0, began + i / 10_000 - time.perf_counter()))",
    "planes": 'run.heatmap("h", torch.rand(4000, 4000)); run.histogram("v", torch.rand(10_000)); run.tensor("t", torch.rand(40, 40))',
}
SLOWEST = 2.0
"""Seconds until a key is answered, on a machine that has other things to do; a program that hangs takes for ever."""


@asynccontextmanager
async def flooded(folder: Path, kind: str) -> AsyncIterator[tuple[Pilot[None], DemoPane]]:
    """The program while the demo runs."""
    (folder / "course/demo").mkdir(parents=True)
    (folder / "course/course.toml").write_text(COURSE)
    (folder / "course/demo/flood.md").write_text(LESSON)
    source = DEMOS.format(kinds='", "'.join(KINDS), kind=kind, body=KINDS[kind])
    (folder / "course/demo/flood.py").write_text(source)
    course, store = open_course(folder / "course"), Store.open(folder / "home")
    async with Engine(device="cpu") as engine:
        app = TutorApp(lambda: course, lambda: store, lambda: engine, "demo/flood")
        async with app.run_test(size=(80, 24)) as pilot:
            screen = await opened(pilot, "All at once")
            await until(pilot, lambda: engine.state == "ready", "the engine is ready", seconds=helpers.WARM_UP)
            await pilot.press("r")
            yield pilot, screen.query_one(DemoPane)
    store.close()


async def answered(pilot: Pilot[None], pane: DemoPane) -> float:
    """Seconds from a key to what it does: the slowest of a few."""
    field, slowest = pane.controls.fields[1], 0.0
    field.focus()
    for _ in range(8):
        value, began = field.value, time.monotonic()
        pilot.app.simulate_key("right")
        while field.value == value or f"‹ {field.value} ›" not in text_of(field):
            assert time.monotonic() < began + helpers.PATIENCE, "the key was not answered"
            await asyncio.sleep(0.005)
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.05)
    return slowest


@pytest.mark.parametrize("kind", KINDS)
async def test_keys_are_answered_and_the_run_can_be_stopped(tmp_path: Path, kind: str) -> None:
    async with flooded(tmp_path, kind) as (pilot, pane):
        await until(pilot, lambda: pane.log_text if kind == "prints" else pane.stage.panels > 0, f"{kind} arrive")
        assert await answered(pilot, pane) < SLOWEST
        await pilot.press("x")
        await until(pilot, lambda: not pane.jobs.running, "the run is stopped")
        assert "■ stopped" in text_of(pane.line) or "✗" in text_of(pane.line)

"""Pictures of the screens at 80x24 in the dark theme. What is shown is asserted in words first; the picture guards the layout."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from tests.ui import lessons
from tests.ui.conftest import MakeApp
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened, screen_text, until
from tests.ui.test_code import WRONG, judge
from tests.ui.test_demo import whole
from tutor.progress import Store
from tutor.protocol import Verdict
from tutor.ui.widgets.editor import CodeEditor

SIZE = (80, 24)
Compare = Any
"""pytest-textual-snapshot's fixture: compares a picture of the program with the one that is kept."""


class TestPictures:
    def test_map(self, make_app: MakeApp, store: Store, snap_compare: Compare) -> None:
        """The map: one lesson begun, its card at the side."""
        store.see("small", lessons.TENSORS, "ones")
        store.update_state("small", lessons.squeeze())

        async def before(pilot: Pilot[None]) -> None:
            await until(pilot, lambda: "Add and remove" in screen_text(pilot.app) and "ready" in screen_text(pilot.app))

        assert snap_compare(make_app(), terminal_size=SIZE, run_before=before)

    def test_prose(self, make_app: MakeApp, snap_compare: Compare) -> None:
        """A prose step with an example that has not run."""

        async def before(pilot: Pilot[None]) -> None:
            await opened(pilot, "Dimensions of size one")
            await until(pilot, lambda: "x.squeeze().shape" in screen_text(pilot.app))

        assert snap_compare(make_app(lessons.TENSORS), terminal_size=SIZE, run_before=before)

    def test_demo(self, make_app: MakeApp, engine: FakeEngine, snap_compare: Compare) -> None:
        """A demo that has run: curves, figures, which data."""
        engine.script = whole

        async def before(pilot: Pilot[None]) -> None:
            await opened(pilot, "Watch the line find the points")
            await pilot.press("r")
            await until(pilot, lambda: "done in 3.2 s" in screen_text(pilot.app) and "epoch" in screen_text(pilot.app))

        assert snap_compare(make_app(lessons.LINE), terminal_size=SIZE, run_before=before)

    def test_wrong_code(self, make_app: MakeApp, engine: FakeEngine, snap_compare: Compare) -> None:
        """A wrong answer: the sentence, expected and got, the line marked."""
        engine.script = judge(WRONG)
        assert snap_compare(
            make_app(lessons.TENSORS, "add-batch"), terminal_size=SIZE, run_before=self.check("✗ Your batch")
        )

    def test_right_code(self, make_app: MakeApp, engine: FakeEngine, snap_compare: Compare) -> None:
        """A right answer."""
        engine.script = judge(Verdict(0, "passed", "add_batch works for every image that was tried.", seconds=0.03))
        assert snap_compare(
            make_app(lessons.TENSORS, "add-batch"), terminal_size=SIZE, run_before=self.check("✓ add_batch")
        )

    @staticmethod
    def check(words: str) -> Any:
        async def before(pilot: Pilot[None]) -> None:
            screen = await opened(pilot, "One image, as a batch")
            screen.query_one(CodeEditor).cursor_blink = False
            await pilot.press("ctrl+r")
            await until(pilot, lambda: words in screen_text(pilot.app))

        return before

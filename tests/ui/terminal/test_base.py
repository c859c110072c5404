"""What the program makes of a part that is looked for in vain."""

from __future__ import annotations

import pytest
from textual.css.query import NoMatches
from textual.widget import Widget
from textual.worker import WorkerFailed

from tests.ui.conftest import MakeApp
from tests.ui.helpers import screen_text, until


class Seeker(Widget):
    """Looks for what is not there."""

    def seek(self) -> None:
        self.query_one("#nowhere")


async def test_what_is_being_taken_away_may_miss_its_parts(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: "press c" in screen_text(app))
        seeker = Seeker()
        await app.screen.mount(seeker)
        await seeker.remove()
        with pytest.raises(NoMatches) as missing:
            seeker.seek()
        app._handle_exception(missing.value)
        assert app._exception is None and app.is_running
        app._handle_exception(WorkerFailed(missing.value))
        assert app._exception is None, "a worker may find it out as well"


async def test_what_stays_may_not(make_app: MakeApp) -> None:
    app = make_app()
    with pytest.raises(NoMatches):
        async with app.run_test() as pilot:
            await until(pilot, lambda: "press c" in screen_text(app))
            seeker = Seeker()
            await app.screen.mount(seeker)
            seeker.call_later(seeker.seek)
            await until(pilot, lambda: app._exception is not None)

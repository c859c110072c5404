"""Waiting and reading, for tests that drive the program by keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.pilot import Pilot
from textual.widget import Widget

from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen

PATIENCE = 15.0
"""Seconds until a test gives up; only a failing test takes them."""
WARM_UP = 90.0
"""The same, for the real engine to import torch on a busy machine."""


async def until(pilot: Pilot[None], condition: Callable[[], object], what: str = "", seconds: float = PATIENCE) -> None:
    """Lets the program work until `condition` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"this never came true: {what or condition}\n{screen_text(pilot.app)}"
        await pilot.pause()
        await asyncio.sleep(0)


async def opened(pilot: Pilot[None], title: str) -> LessonScreen:
    """Waits until a lesson shows the step of this title."""

    def there() -> bool:
        screen = pilot.app.screen
        if not isinstance(screen, LessonScreen) or not screen.query("#title") or not screen.settled:
            return False
        return screen.heading.left.plain == title

    await until(pilot, there, f"the step {title!r} is on the screen")
    await pilot.pause()
    assert isinstance(pilot.app.screen, LessonScreen)
    return pilot.app.screen


def text_of(widget: Widget) -> str:
    """What is to be seen in a widget's place on the screen, line by line."""
    place = widget.region
    strips = widget.screen._compositor.render_strips()[place.y : place.bottom]
    return "\n".join(strip.crop(place.x, place.right).text.rstrip() for strip in strips)


def screen_text(app: object) -> str:
    """What the whole screen shows."""
    assert isinstance(app, TutorApp)
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)

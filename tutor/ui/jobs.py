"""Follows one job of the engine for one widget."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.widget import Widget
from textual.worker import Worker

from tutor.protocol import LAST, JobEvent, Steer, Stop, Work
from tutor.ui.working import begin

if TYPE_CHECKING:
    from tutor.client import Engine

Handle = Callable[[JobEvent], None]


class Jobs:
    """At most one job at a time. What an earlier one still says is dropped; leaving the screen stops it."""

    def __init__(self, owner: Widget, engine: Engine, handle: Handle) -> None:
        self.engine = engine
        self.running = False
        self.job = 0
        """Number of the job that is followed, or of the last one."""
        self._owner = owner
        self._handle = handle
        self._worker: Worker[None] | None = None

    def new(self) -> int:
        """A number for the next request; from here on, only that job is listened to."""
        self.job = self.engine.new_job()
        return self.job

    def start(self, request: Work) -> None:
        """Runs `request`, whose job came from `new`, in place of what ran before."""
        if self._worker is not None:
            self._worker.cancel()
        self.running = True
        self._worker = begin(self._owner, partial(self._follow, request), "job", fatal=True)

    async def _follow(self, request: Work) -> None:
        async with aclosing(self.engine.run(request)) as events:  # type: ignore[type-var]
            async for event in events:
                if event.job != self.job:
                    continue
                if isinstance(event, LAST):
                    self.running = False
                try:
                    self._handle(event)
                except NoMatches:  # the owner is just being taken off the screen, its parts first
                    return

    async def send(self, message: Steer) -> None:
        if self.running:
            await self.engine.send(message)

    async def stop(self) -> None:
        await self.send(Stop(self.job))

    def drop(self) -> None:
        """Stops the job and listens to it no more."""
        if self._worker is not None:
            self._worker.cancel()
        self.running = False

"""One check at a time, in the background, while keys are read."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.protocol import Crashed, Printed, Progress, Verdict

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.protocol import Work

MOST_PRINTED = 20_000
"""Characters of what an answer prints that are kept."""


@dataclass
class Outcome:
    """What a job came to."""

    verdict: Verdict | None = None
    """None: it was no check, only code to run."""
    printed: str = ""
    crashed: Crashed | None = None


class Check:
    """A job that runs, and the answer it is about."""

    def __init__(self, engine: Engine, request: Work, answer: str) -> None:
        self.answer = answer
        self._engine = engine
        self._began = time.monotonic()
        self._progress = ""
        self.task = asyncio.create_task(self._follow(request))

    async def _follow(self, request: Work) -> Outcome:
        outcome = Outcome()
        async with aclosing(self._engine.run(request)) as events:  # type: ignore[type-var]
            async for event in events:
                match event:
                    case Printed():
                        outcome.printed = (outcome.printed + event.text)[-MOST_PRINTED:]
                    case Verdict():
                        outcome.verdict = event
                    case Progress():
                        self._progress = f" {event.unit} {event.done}/{event.total}" if event.total else ""
                    case Crashed():
                        outcome.crashed = event
        return outcome

    async def stop(self) -> None:
        """End it; nothing is judged."""
        self.task.cancel()
        await asyncio.wait({self.task})

    @property
    def words(self) -> str:
        """How far it is, for the bottom line."""
        if self._engine.state in ("off", "starting", "warming"):
            return "starting torch… · x stops"
        return f"checking…{self._progress} {time.monotonic() - self._began:.0f} s · x stops"

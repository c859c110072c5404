"""An engine that replays events, for tests of the screens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace

from tutor.protocol import (
    LAST,
    Crashed,
    Device,
    Finished,
    Hello,
    JobEvent,
    Ready,
    Request,
    Stop,
    Stopped,
    Work,
)

Script = Callable[[Work], Iterable[JobEvent]]

READY = Ready("2.15.0", "0.29.2", (Device("cpu", "x86_64, 2 cores", 8000, 4000),), "cpu", 1, 2.0)


class FakeEngine:
    """Engine's interface. `script` gives the events of each request; a job whose events do not end waits until it is stopped."""

    def __init__(self, script: Script | None = None, *, problem: str = "") -> None:
        self.script = script or (lambda request: [Finished(request.job, 0.01)])
        self.problem = problem
        self.hello: Hello | None = None
        self.ready: Ready | None = None
        self.state = "off"
        self.on_change: Callable[[], None] | None = None
        self.requests: list[Work] = []
        """Everything that was asked to run, in order."""
        self.sent: list[Request] = []
        """Everything else that was sent."""
        self.abandoned: list[int] = []
        """Jobs whose events nobody wanted to the end."""
        self.starts = 0
        self.command = ["python", "the engine"]
        self.restarted: list[list[str]] = []
        """The commands with which it was started anew."""
        self.closed = False
        self.hold = asyncio.Event()
        """Cleared by a test: jobs wait before their first event until it is set."""
        self.hold.set()
        self._jobs = 0
        self._more: dict[int, asyncio.Queue[JobEvent]] = {}

    async def start(self) -> None:
        self.starts += 1
        if self.state == "off":
            self.state = "unavailable" if self.problem else "ready"
            self.ready = None if self.problem else READY
            if self.on_change:
                self.on_change()

    async def restart(self, command: Sequence[str]) -> None:
        self.restarted.append(list(command))
        self.state = "off"
        await self.start()

    def new_job(self) -> int:
        self._jobs += 1
        return self._jobs

    async def run(self, request: Work) -> AsyncIterator[JobEvent]:
        self.requests.append(request)
        self._more[request.job] = asyncio.Queue()
        ended = False
        try:
            async for event in self._events(request):
                ended = isinstance(event, LAST)
                yield event
        finally:
            if not ended:
                self.abandoned.append(request.job)

    async def _events(self, request: Work) -> AsyncIterator[JobEvent]:
        await self.start()
        await self.hold.wait()
        if self.problem:
            yield Crashed(request.job, self.problem)
            return
        for event in self.script(request):
            yield replace(event, job=request.job) if event.job == 0 else event
            if isinstance(event, LAST):
                return
        while True:
            event = await self._more[request.job].get()
            yield event
            if isinstance(event, LAST):
                return

    def say(self, *events: JobEvent) -> None:
        """More events of jobs that are still open."""
        for event in events:
            self._more[event.job].put_nowait(event)

    async def send(self, request: Request) -> None:
        self.sent.append(request)
        if isinstance(request, Stop):
            self.say(Stopped(request.job))

    async def close(self) -> None:
        self.closed = True

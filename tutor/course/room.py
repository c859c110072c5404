"""Room for the jobs of a check: as many at a time as there are cores."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from collections.abc import AsyncIterator
from typing import Literal

Load = Literal["long", "short", "idle"]
"""Of a job: works for long; works for a moment; waits more than it works, as a demo that is slowed down to be watched."""
WATCHED = 2
"""Jobs for each core that do little but wait."""


class Room:
    """Lets jobs in. Long ones go first, so that none stands alone at the end, but leave half of the room to short ones."""

    def __init__(self, cores: int | None = None) -> None:
        cores = cores or _cores()
        self._free, self._free_long = cores, max(1, cores // 2)
        self._idle = asyncio.Semaphore(WATCHED * cores)
        self._long: deque[asyncio.Future[None]] = deque()
        self._short: deque[asyncio.Future[None]] = deque()

    @contextlib.asynccontextmanager
    async def place(self, load: Load) -> AsyncIterator[None]:
        """A place to run in; waits until there is one."""
        if load == "idle":
            async with self._idle:
                yield
            return
        let_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._long if load == "long" else self._short).append(let_in)
        self._let_in()
        try:
            await let_in
            yield
        finally:
            if let_in.done() and not let_in.cancelled():
                self._free += 1
                self._free_long += load == "long"
                self._let_in()
            let_in.cancel()

    def _let_in(self) -> None:
        while self._free:
            first = self._long and (self._free_long > 0 or not self._short)
            waiting = self._long if first else self._short
            if not waiting:
                return
            let_in = waiting.popleft()
            if not let_in.cancelled():
                self._free -= 1
                self._free_long -= waiting is self._long
                let_in.set_result(None)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

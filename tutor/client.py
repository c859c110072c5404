"""The engine from the terminal's side: starts its process, sends requests, yields each job's events.

Used by screens and command line alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Literal

from tutor import protocol
from tutor.protocol import (
    Crashed,
    Hello,
    Ready,
    Stop,
    Unavailable,
    Verdict,
)

BOOT = Path(__file__).with_name("engine") / "boot.py"
LONGEST_LINE = 32 * 2**20
WAKE_EVERY = 0.5
"""Seconds without an event after which the engine is told to go on, in case it was stopped; to one that runs it means nothing."""

State = Literal["off", "starting", "warming", "ready", "unavailable"]


def engine_command(python: str | None = None, preload: Sequence[str] = (), device: str = "") -> list[str]:
    """The command that runs the engine, under this Python or under one of the learner's that has torch."""
    command = [python or sys.executable, str(BOOT), "tutor.engine"]
    if preload:
        command += ["--preload", ",".join(preload)]
    if device:
        command += ["--device", device]
    return command


class Engine:
    """One engine process. Started when first needed, started again when it died; a job's events always come to an end."""

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        python: str | None = None,
        preload: Sequence[str] = (),
        device: str = "",
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self.command = list(command) if command else engine_command(python, preload, device)
        self.hello: Hello | None = None
        self.ready: Ready | None = None
        self.problem = ""
        """One sentence when the engine cannot run; else empty."""
        self.state: State = "off"
        self.on_change = on_change
        """Called whenever `state` has changed."""
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._jobs: dict[int, asyncio.Queue[protocol.JobEvent]] = {}
        self._errors: deque[str] = deque(maxlen=20)
        self._restarting = False
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def new_job(self) -> int:
        """A number for the next job."""
        return next(self._numbers)

    async def start(self) -> None:
        """Start the process unless it runs. Returns when it is there, not when it is warm; a failure is in `problem`."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            if self._reading is not None:
                await self._reading  # an engine that died just now: its jobs are told first, and no job of the new one
            self.hello = self.ready = None
            self.problem = ""
            self._change("starting")
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self.command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.PIPE,
                    limit=LONGEST_LINE,
                    start_new_session=True,  # Ctrl-C and hang-ups reach us, and we end the engine in order
                    env={**os.environ, "PYTHONUNBUFFERED": "1"},
                )
            except OSError as error:
                self._fail(f"The engine could not be started: {self.command[0]}: {error.strerror or error}.")
                return
            self._reading = asyncio.create_task(self._read(self._process))

    async def run(self, request: protocol.Work) -> AsyncIterator[protocol.JobEvent]:
        """The events of a new job; the last is one of protocol.LAST, whatever happens. Closing the iterator early stops the job."""
        events: asyncio.Queue[protocol.JobEvent] = asyncio.Queue()
        ended = False
        try:
            await self.start()
            self._jobs[request.job] = events
            if not await self._write(request):
                message = self.problem or "The engine stopped just now; try again."
                self._abandon(request.job, message)
            while not ended:
                event = await self._next(events)
                ended = isinstance(event, protocol.LAST)
                for before in self._owed(request, event):
                    yield before
                yield event
        finally:
            self._jobs.pop(request.job, None)
            if not ended:
                await self._write(Stop(request.job))

    async def _next(self, events: asyncio.Queue[protocol.JobEvent]) -> protocol.JobEvent:
        """The next event. Code that runs may have put the engine to sleep (SIGSTOP), and then nobody else would wake it."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAKE_EVERY):
                    return await events.get()
            if self._process is not None and hasattr(signal, "SIGCONT"):
                with contextlib.suppress(ProcessLookupError):
                    self._process.send_signal(signal.SIGCONT)

    @staticmethod
    def _owed(request: protocol.Work, event: protocol.JobEvent) -> list[protocol.JobEvent]:
        """A check answers with a verdict also when the engine itself is gone."""
        if isinstance(event, Crashed) and isinstance(request, protocol.CHECKED):
            return [Verdict(event.job, "unjudged", event.message, event.detail)]
        return []

    async def check(self, request: protocol.Checked) -> Verdict:
        """The verdict alone, for who does not follow along."""
        verdict = Verdict(request.job, "unjudged", "The engine gave no verdict; that is a fault of the engine.")
        async for event in self.run(request):
            if isinstance(event, Verdict):
                verdict = event
        return verdict

    async def send(self, request: protocol.Steer) -> None:
        """Steer a running job; nothing happens where it has ended."""
        await self._write(request)

    async def wait_ready(self) -> Ready | None:
        """Start the engine and wait until it is warm; None where it cannot run, and `problem` says why."""
        await self.start()
        while self.state in ("starting", "warming"):
            await self._changed.wait()
        return self.ready

    async def close(self) -> None:
        """End the process, and with it every job. Waits until it is gone; one that is just being started, too."""
        async with self._starting:
            process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # the engine ends its jobs and itself
        with contextlib.suppress(ProcessLookupError):
            try:
                await asyncio.wait_for(process.wait(), 4.0)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._reading is not None:
            await self._reading
        self._process = None
        self._change("off")

    async def restart(self, command: Sequence[str]) -> None:
        """End the process with all its jobs, and start one with another command: another Python, another device."""
        self._restarting = True
        try:
            await self.close()
        finally:
            self._restarting = False
        self.command = list(command)
        await self.start()

    # Reading --------------------------------------------------------------------------------------------------------

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None and process.stderr is not None
        errors = asyncio.create_task(self._keep_errors(process.stderr))
        try:
            while line := await process.stdout.readline():
                try:
                    self._take(protocol.decode(line))
                except protocol.ProtocolError as error:
                    self._fail(
                        f"The engine said something that is not understood here ({error}); are both of one version?"
                    )
                    process.kill()
                    break
        except asyncio.CancelledError:  # whoever ends the loop waits for us, and we for the process
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise
        finally:
            await process.wait()
            await errors
            self._gone(process)

    async def _keep_errors(self, stream: asyncio.StreamReader) -> None:
        with contextlib.suppress(ValueError):  # a line longer than the limit: what matters comes last anyway
            while line := await stream.readline():
                self._errors.append(line.decode("utf-8", "replace").rstrip())

    def _take(self, message: protocol.Message) -> None:
        if isinstance(message, Hello):
            self.hello = message
            if message.protocol != protocol.PROTOCOL:
                raise protocol.ProtocolError(
                    f"it speaks version {message.protocol} (tutor {message.tutor}), this program version {protocol.PROTOCOL}"
                )
            self._change("warming")
        elif isinstance(message, Ready):
            self.ready = message
            self._change("ready")
        elif isinstance(message, Unavailable):
            self._fail(f"{message.message} {message.advice}")
        elif protocol.is_job_event(message):
            queue = self._jobs.get(message.job)
            if queue is not None:  # else a late one, of a job nobody follows any more
                queue.put_nowait(message)
        else:
            raise protocol.ProtocolError(f"{type(message).__name__} is a request")

    def _gone(self, process: asyncio.subprocess.Process) -> None:
        """The process ended: no job of it will say more."""
        if self.state != "unavailable":
            if self.hello is None:
                last = f": {self._errors[-1]}" if self._errors else "."
                self._fail(f"The engine did not start ({self.command[0]}){last}")
            else:
                self._change("off")
        message = self.problem or "The engine stopped unexpectedly; nothing was judged. Run it again: it starts anew."
        if self._restarting:
            message = "The engine was started anew, and what ran was stopped. Run it again."
        for job in list(self._jobs):
            self._abandon(job, message)

    def _abandon(self, job: int, message: str) -> None:
        self._jobs[job].put_nowait(Crashed(job, message, "\n".join(self._errors)))

    # Writing and state ----------------------------------------------------------------------------------------------

    async def _write(self, request: protocol.Request) -> bool:
        """Whether the engine could be told."""
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            return False
        try:
            process.stdin.write(protocol.encode(request))
            await process.stdin.drain()
        except (ConnectionError, RuntimeError):
            return False
        return True

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self._change("unavailable")

    def _change(self, state: State) -> None:
        self.state = state
        self._changed.set()
        self._changed = asyncio.Event()
        if self.on_change is not None:
            self.on_change()

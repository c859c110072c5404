"""The engine: reads requests, has each carried out by a job in a process of its own, forwards what the job sends. Never imports torch."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import tutor
from tutor import protocol
from tutor.engine import ending
from tutor.engine.cradle import Cradle
from tutor.engine.keeping import KeptJob, NeverBegan
from tutor.protocol import (
    Device,
    Hello,
    Ready,
    Request,
    Stop,
    Unavailable,
)

Send = Callable[[protocol.Message], Awaitable[None]]


@dataclass(frozen=True)
class Settings:
    """What the engine is started with."""

    device: str = ""
    """Jobs run there unless told otherwise; empty: the best one found."""
    preload: tuple[str, ...] = ()
    spawn: bool = False
    """Start every job in a fresh process instead of forking it: where forking is not safe."""


@dataclass
class Supervisor:
    """One engine: a cradle that jobs come from, a spare job that waits for the next request, and the jobs that run."""

    settings: Settings
    send: Send
    cradle: Cradle = field(init=False)
    device: str = "cpu"
    threads: int = 1
    _jobs: dict[int, KeptJob] = field(default_factory=dict)
    _coming: dict[int, asyncio.Event] = field(default_factory=dict)
    """Jobs that were asked for and have not ended; the event is set where one is stopped before it has a process."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _spare: KeptJob | None = None
    _sparing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _unavailable: Unavailable | None = None
    _shelf: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="tutor-engine-")
    )

    def __post_init__(self) -> None:
        self.cradle = Cradle(self.settings.preload, self.settings.spawn)

    async def warm_up(self) -> None:
        """Say hello, import torch, find the devices, keep a spare job; say what became of it."""
        await self.send(Hello(protocol.PROTOCOL, tutor.__version__, platform.python_version(), sys.executable))
        imported = await self.cradle.start()
        if imported.failed:
            self._unavailable = _cannot_import(imported.failed)
            self._ready.set()
            await self.send(self._unavailable)
            return
        found = await KeptJob.probe(self.cradle)
        devices = tuple(Device(**device) for device in found["devices"])
        names = [device.name for device in devices]
        notes = [*imported.notes, *found["notes"]]
        wanted = self.settings.device
        self.device = found["device"]
        if wanted and _resolve(wanted, names):
            self.device = _resolve(wanted, names)
        elif wanted:
            notes.append(f"There is no device {wanted} here; jobs run on {self.device}. Found: {', '.join(names)}.")
        # with the CPU as the device, one core stays for the screens; else for the jobs' own Python
        self.threads = max(1, _cores() - 1)
        self._ready.set()
        await self.send(
            Ready(
                imported.torch, imported.torchvision, devices, self.device, self.threads, imported.seconds, tuple(notes)
            )
        )
        await self._keep_spare()

    async def take(self, request: Request) -> None:
        """Carry out a request; jobs run on while the next request is read."""
        if protocol.is_work(request):
            self._coming[request.job] = asyncio.Event()
            task = asyncio.create_task(self._run(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif protocol.is_steer(request) and request.job in self._jobs:
            self._jobs[request.job].obey(request)
        elif isinstance(request, Stop) and request.job in self._coming:
            self._coming[request.job].set()

    async def _run(self, request: protocol.Work) -> None:
        stop = self._coming[request.job]
        try:
            await _first(self._ready.wait(), stop.wait())
            if stop.is_set():
                await self._say(ending.stopped(request))
            elif self._unavailable is not None:
                await self._say(could_not_run(request, f"{self._unavailable.message} {self._unavailable.advice}"))
            else:
                await self._carry_out(request, stop)
        finally:
            self._coming.pop(request.job, None)

    async def _carry_out(self, request: protocol.Work, stop: asyncio.Event) -> None:
        try:
            try:
                await self._try(request, stop)
            except NeverBegan:  # the one that waited was killed; it had not begun
                await self._try(request, stop)
        except (NeverBegan, OSError) as error:
            reason = f" ({error})" if str(error) else ""
            message = f"A process for this could not be started{reason}; try again in a moment."
            await self._say(could_not_run(request, message))

    async def _try(self, request: protocol.Work, stop: asyncio.Event) -> None:
        """By the spare job, or a new one; another spare is made meanwhile."""
        job = await self._spare_or_new(request.device or self.device)
        self._jobs[request.job] = job
        if stop.is_set():  # while its process was being made
            job.obey(Stop(request.job))
        running = asyncio.create_task(job.carry_out(request, self.threads, self._shelf.name, self.send))
        try:
            with contextlib.suppress(OSError):  # the next job then starts one, or says why not
                await self._keep_spare()
            await running
        finally:
            self._jobs.pop(request.job, None)

    async def _spare_or_new(self, device: str) -> KeptJob:
        spare, self._spare = self._spare, None
        if spare is not None and spare.device == device and spare.alive:
            return spare
        if spare is not None:
            spare.discard()
        return await KeptJob.start(self.cradle, device)

    async def _say(self, messages: list[protocol.Message]) -> None:
        for message in messages:
            await self.send(message)

    async def _keep_spare(self) -> None:
        """Have one job wait for the next request."""
        async with self._sparing:
            if self._spare is None:
                self._spare = await KeptJob.start(self.cradle, self.device)

    async def close(self) -> None:
        """End every job and the nursery."""
        for stop in self._coming.values():
            stop.set()
        for job in self._jobs.values():
            job.obey(Stop(0))
        if self._spare is not None:
            self._spare.discard()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)
        await self.cradle.close()
        self._shelf.cleanup()


async def _first(*waiting: Coroutine[Any, Any, object]) -> None:
    """Wait for one of them, and let the others go."""
    tasks = [asyncio.ensure_future(each) for each in waiting]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def could_not_run(request: protocol.Work, message: str) -> list[protocol.Message]:
    """What is said of a job that never began."""
    if isinstance(request, protocol.CHECKED):
        return [protocol.Verdict(request.job, "unjudged", message), protocol.Finished(request.job, 0.0)]
    return [protocol.Crashed(request.job, message)]


def _cannot_import(failed: str) -> Unavailable:
    if "No module named 'torch'" in failed:
        message = f"PyTorch is not installed for {sys.executable}."
        advice = "Install it there (pip install torch torchvision), or name a Python that has it: tutor --python PATH."
    else:
        message = f"PyTorch cannot be imported by {sys.executable}: {failed}."
        advice = "`tutor doctor` shows more; tutor --python PATH uses another Python."
    return Unavailable(message, advice)


def _resolve(wanted: str, names: list[str]) -> str:
    """The device meant by "cuda" or "cuda:0"; empty: there is none."""
    for name in names:
        if wanted in (name, name.split(":")[0]):
            return name
    return ""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


async def serve(settings: Settings) -> None:
    """Requests from stdin, events to stdout, until stdin ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=16 * 2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, flow = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    writer = asyncio.StreamWriter(transport, flow, None, loop)

    async def send(message: protocol.Message) -> None:
        writer.write(protocol.encode(message))
        with contextlib.suppress(ConnectionError):
            await writer.drain()  # a reader that is slow slows the jobs down, and nothing piles up here

    supervisor = Supervisor(settings, send)
    warming = asyncio.create_task(supervisor.warm_up())
    try:
        while line := await reader.readline():
            try:
                message = protocol.decode(line)
                if not protocol.is_request(message):
                    raise protocol.ProtocolError(f"{type(message).__name__} is not a request")
            except protocol.ProtocolError as error:
                print(f"tutor.engine: a request was not understood: {error}", file=sys.stderr, flush=True)
                continue
            await supervisor.take(message)
    finally:
        warming.cancel()
        await supervisor.close()

"""One job as the engine sees it: its descriptors, its output and messages, its end."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import json
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any, Literal

from tutor import protocol
from tutor.engine import budgets, ending, system
from tutor.engine.cradle import Cradle
from tutor.engine.orders import Orders
from tutor.engine.warden import Report
from tutor.protocol import Extend, Printed, Started, Stop

Send = Callable[[protocol.Message], Awaitable[None]]

LONGEST_MESSAGE = 16 * 2**20
LOOK_EVERY = 0.5
"""Seconds between two looks at whether a keeper still keeps."""


class NeverBegan(Exception):
    """The job's process ended before it began the request, and nothing was said of it: another one may carry it out."""


class KeptJob:
    """A process that waits for one request, carries it out, and ends."""

    def __init__(self, device: str) -> None:
        self.device = device
        """Whose context it has made ready."""
        self.word = secrets.token_hex(16)
        self._lifeline, self._their_lifeline = socket.socketpair()
        pipes = {name: os.pipe() for name in ("stdout", "stderr", "messages")}
        self._out = {name: pipe[0] for name, pipe in pipes.items()}
        """What the job writes, to be read here; an entry goes when a reader takes it over."""
        control_out, self._control = os.pipe()
        self._theirs = [pipes["stdout"][1], pipes["stderr"][1], control_out, pipes["messages"][1]]
        with tempfile.TemporaryFile() as file:
            self._trace = os.dup(file.fileno())
        self._folder = ""
        self._budget: dict[str, float] = {}
        self._begun = self._ended = False
        """Whether it has said Started; whether it is gone."""

    @classmethod
    async def start(cls, cradle: Cradle, device: str) -> KeptJob:
        """A job that waits, with its device's context being made."""
        return await cls(device)._launch(cradle, {"do": "wait", "device": device})

    async def _launch(self, cradle: Cradle, first: dict[str, str]) -> KeptJob:
        try:
            await cradle.launch([self._their_lifeline.fileno(), *self._theirs, self._trace])
        finally:
            self._their_lifeline.close()
            for fd in self._theirs:
                os.close(fd)
        self._write(json.dumps(first).encode())
        return self

    @classmethod
    async def probe(cls, cradle: Cradle) -> dict[str, Any]:
        """What devices.probe() finds, in a job of its own; only the CPU where that job dies or hangs."""
        job = await cls("")._launch(cradle, {"do": "probe"})
        reader = await job._open("messages")
        try:
            line = await asyncio.wait_for(reader.readline(), 60.0)
            found: dict[str, Any] = json.loads(line)
        except (TimeoutError, asyncio.TimeoutError, ValueError):
            cpu = {"name": "cpu", "title": "CPU", "memory_mb": 0, "free_mb": 0}
            note = "Looking for devices failed, so lessons run on the CPU; `tutor doctor` shows more."
            found = {"devices": [cpu], "device": "cpu", "notes": [note]}
        job.discard()
        return found

    @property
    def alive(self) -> bool:
        """Whether it still waits: its warden is there and has nothing to report."""
        try:
            self._lifeline.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False  # a report waits there already, or the warden is gone

    def discard(self) -> None:
        """Let an unused job go: its warden ends it when the lifeline closes."""
        self._lifeline.close()
        for fd in (self._control, self._trace, *self._out.values()):
            os.close(fd)

    def obey(self, request: protocol.Steer) -> None:
        """Steer the job, give it time, or stop it."""
        if self._ended:
            return
        if isinstance(request, Stop):
            self._order({"stop": 1})
        elif not self._begun:
            return  # what it reads first are its orders
        elif isinstance(request, Extend):
            self._order({"extend": request.seconds})
        else:
            if isinstance(request, protocol.Feed):
                self._order(self._budget)
            elif isinstance(request, protocol.Control) and request.action in ("resume", "step"):
                self._order({"resume": 1})
            self._write(protocol.encode(request).rstrip())

    async def carry_out(self, request: protocol.Work, threads: int, shelf: str, send: Send) -> None:
        """Have the request carried out; forward all that the job sends and prints, then the one message that ends it.

        NeverBegan where the process was killed while it waited.
        """
        self._folder = tempfile.mkdtemp(prefix="tutor-job-")
        seconds, memory_mb = budgets.seconds(request), budgets.memory_mb(request)
        orders = Orders(self.word, self.device, seconds, threads, memory_mb, self._folder, shelf)
        self._budget = {"begin": seconds, "memory_mb": memory_mb or float(2**40)}
        self._order({"start": budgets.START_SECONDS})
        self._write(json.dumps(asdict(orders)).encode())
        self._write(protocol.encode(request).rstrip())
        end = ending.End(request)
        output = Output(request.job, send)
        try:
            reading = asyncio.gather(
                self._forward(await self._open("messages"), end, send),
                output.forward(await self._open("stdout"), "stdout"),
                output.forward(await self._open("stderr"), "stderr"),
            )
            report = await self._report()
            self._ended = True
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(reading, 5.0)  # they end with the processes that hold the other ends
            await output.close()
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            if not self._begun and report.reason in ("", "killed"):
                raise NeverBegan
            for message in end.messages(replace(report, begun=self._begun)):
                await send(message)
        finally:
            self._ended = True
            self._lifeline.close()
            os.close(self._control)
            os.close(self._trace)

    async def _forward(self, reader: asyncio.StreamReader, end: ending.End, send: Send) -> None:
        """Messages of the job that begin with its word; all else on that pipe was not written by us."""
        word = self.word.encode() + b" "
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                return  # longer than any message: the reader cannot go on from there
            if not line:
                return
            if not line.startswith(word):
                continue
            with contextlib.suppress(protocol.ProtocolError):
                message = protocol.decode(line[len(word) :])
                if isinstance(message, Started) and not self._begun:
                    self._begun = True
                    self._order(self._budget)
                    await send(message)
                    continue
                if isinstance(message, (protocol.Fed, protocol.Paused)):
                    self._order({"rest": 1})
                elif isinstance(message, protocol.Resumed):
                    self._order({"resume": 1})
                if not end.keep(message):
                    await send(message)

    async def _report(self) -> Report:
        """How the job ended, as its warden tells; where the warden died too, that."""
        self._lifeline.setblocking(False)
        loop = asyncio.get_running_loop()
        text = b""
        with contextlib.suppress(OSError):
            while not text.endswith(b"\n"):
                try:
                    part = await asyncio.wait_for(loop.sock_recv(self._lifeline, 65536), LOOK_EVERY)
                except (TimeoutError, asyncio.TimeoutError):
                    # code may have stopped its keeper or the nursery (SIGSTOP), and then nobody would end it in time
                    nursery = system.children(os.getpid())
                    system.wake([*nursery, *(warden for pid in nursery for warden in system.children(pid))])
                    continue
                if not part:
                    break
                text += part
        try:
            return Report(**json.loads(text))
        except ValueError:
            return Report(reason="killed")

    async def _open(self, name: str) -> asyncio.StreamReader:
        """A reader of what the job writes; from here on the descriptor is the reader's to close."""
        pipe = os.fdopen(self._out.pop(name), "rb", buffering=0)
        reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        return reader

    def _order(self, order: dict[str, float]) -> None:
        with contextlib.suppress(OSError):
            self._lifeline.sendall(json.dumps(order).encode() + b"\n")

    def _write(self, line: bytes) -> None:
        """To the job's control pipe; one that died is noticed by its report."""
        view = memoryview(line + b"\n")
        with contextlib.suppress(OSError):
            while view:
                view = view[os.write(self._control, view) :]


class Output:
    """What a job prints, in pieces at most 10 times a second and up to a limit."""

    def __init__(self, job: int, send: Send) -> None:
        self._job = job
        self._send = send
        self._left = budgets.MOST_OUTPUT
        self._dropped = 0

    async def forward(self, reader: asyncio.StreamReader, stream: Literal["stdout", "stderr"]) -> None:
        """Until the end of the stream. Keeps reading past the limit, so that the job does not hang on a full pipe."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            data = await reader.read(2**18)
            text = decoder.decode(data, final=not data)
            if text:
                kept = text[: self._left]
                self._left -= len(kept)
                self._dropped += len(text) - len(kept)
                if kept:
                    await self._send(Printed(self._job, kept, stream))
            if not data:
                return

    async def close(self) -> None:
        """Say how much was dropped."""
        if self._dropped:
            text = f"\n… {self._dropped:,} more characters were printed and are not kept.\n"
            await self._send(Printed(self._job, text, "stderr"))

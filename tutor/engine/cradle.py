"""Where job processes come from: forked by the nursery where that is safe, else each spawned afresh."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tutor.engine import system

BOOT = str(Path(__file__).with_name("boot.py"))


@dataclass(frozen=True)
class Imported:
    """What came of importing torch."""

    torch: str = ""
    torchvision: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    failed: str = ""
    """Why torch cannot be used; empty: it can."""


class Cradle:
    """Starts a warden, and with it a job, on descriptors that are handed over."""

    def __init__(self, preload: tuple[str, ...], spawn: bool) -> None:
        self.preload = preload
        self.spawn = spawn or not system.LINUX
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  what torch and triton write while they are imported
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._wardens: list[subprocess.Popen[bytes]] = []
        self._sending = asyncio.Lock()

    async def start(self) -> Imported:
        """Import torch: once in the nursery, or once to see whether it can be."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if system.LINUX else socket.SOCK_STREAM)
        arguments = ["tutor.engine.nursery", str(theirs.fileno()), str(os.getpid()), *self.preload]
        if self.spawn:
            arguments[0] = "tutor.engine.spawned"
            arguments.insert(1, "import")
        self._process = self._popen(arguments, [theirs.fileno()])
        theirs.close()
        ours.setblocking(False)
        answer = await asyncio.get_running_loop().sock_recv(ours, 2**16)
        if not answer:
            ours.close()
            return Imported(failed=self._last_words())
        imported = Imported(**json.loads(answer))
        if self.spawn:
            ours.close()
            await asyncio.to_thread(self._process.wait)
        else:
            self._channel = ours
        return imported

    async def launch(self, fds: list[int]) -> None:
        """Start a warden and its job on these descriptors: lifeline, stdout, stderr, control, messages, trace."""
        if self.spawn:
            self._wardens = [warden for warden in self._wardens if warden.poll() is None]
            arguments = ["tutor.engine.spawned", "warden", *map(str, fds)]
            self._wardens.append(self._popen(arguments, fds))
            return
        async with self._sending:  # one repair serves all who wait
            if self._process is None or self._process.poll() is not None or self._channel is None:
                await self._repair()
            assert self._channel is not None
            try:
                socket.send_fds(self._channel, [b"fork"], fds)
            except OSError:
                await self._repair()
                socket.send_fds(self._channel, [b"fork"], fds)

    async def _repair(self) -> None:
        """The nursery is dead: start another."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)
        imported = await self.start()
        if imported.failed:
            raise OSError(imported.failed)

    def _popen(self, arguments: list[str], fds: list[int]) -> subprocess.Popen[bytes]:
        command = [sys.executable, BOOT, *arguments]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, pass_fds=fds, start_new_session=True
        )

    def _last_words(self) -> str:
        self.log.seek(0)
        lines = self.log.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "its process ended without a word"

    async def close(self) -> None:
        """End the nursery, and with it all that it forked."""
        if self._channel is not None:
            self._channel.close()
        elif self._process is not None:
            self._process.kill()  # still importing: it listens to nobody
        for process in [*self._wardens, *([self._process] if self._process else [])]:
            try:
                await asyncio.to_thread(process.wait, 2.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()

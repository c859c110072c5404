"""The nursery: a process that has imported torch and forks itself, so that a job starts in milliseconds.

It is single-threaded and only imports; any multithreaded torch operation here would hang every child. Nothing of CUDA is touched: a
context does not survive a fork. Written for this purpose instead of multiprocessing's forkserver, which imports the parent's __main__
again in each child, hides failed imports, and hands its children a descriptor that keeps it alive after its parent's death.

    engine ── socket: "fork" with six descriptors ──▶ nursery ── fork ──▶ warden ── fork ──▶ job
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.metadata
import json
import os
import select
import signal
import socket
import sys
import time
from typing import Any

from tutor.engine import system, warden

DESCRIPTORS = 6
"""lifeline, stdout, stderr, control, messages, trace: what travels with a fork."""


def serve(channel: socket.socket, preload: list[str]) -> None:
    """Import, say so, then fork a warden for each request until the channel closes."""
    began = time.perf_counter()
    answer = import_all(preload)
    answer["seconds"] = time.perf_counter() - began
    channel.sendall(json.dumps(answer).encode() + b"\n")
    if answer.get("failed"):
        return
    gc.collect()
    gc.freeze()  # what is imported never needs collecting: keeps the children from copying its pages
    child_ended, wake = socket.socketpair()
    child_ended.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wardens: set[int] = set()
    while True:
        readable, _, _ = select.select([channel, child_ended], [], [])
        if child_ended in readable:
            with contextlib.suppress(BlockingIOError):
                child_ended.recv(4096)
            wardens -= set(system.reap())
            # an adopted child is what a job left behind whose warden was killed
            system.send([pid for pid in system.children(os.getpid()) if pid not in wardens], signal.SIGKILL)
        if channel in readable:
            message, fds, _, _ = socket.recv_fds(channel, 4096, DESCRIPTORS)
            if not message:
                return  # the engine is gone, and with it the wardens' lifelines: they end their jobs and themselves
            wardens.add(_fork_warden(fds, (channel, child_ended, wake)))
            for fd in fds:
                os.close(fd)


def import_all(preload: list[str]) -> dict[str, Any]:
    """Import torch and what else is asked for; what came of it."""
    try:
        import torch
        import torch._dynamo

        import tutor.engine.scratchpad
        import tutor.engine.shelf
        import tutor.engine.work  # noqa: F401
        from tutor.engine import guard, job  # noqa: F401

        guard.remember()
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}
    missing = []
    for name in preload:
        try:
            importlib.import_module(name)
        except Exception as error:
            missing.append(
                f"{name} cannot be imported ({type(error).__name__}: {error}); lessons that use it will not run."
            )
    torchvision = version_of("torchvision")
    return {"torch": str(torch.__version__), "torchvision": torchvision, "notes": missing}


def version_of(package: str) -> str:
    """The installed version of a package, without importing it; empty: not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _fork_warden(fds: list[int], not_for_children: tuple[socket.socket, ...]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        # not killed with the nursery: when the engine is gone the lifeline closes, and the warden ends all that the job started
        signal.set_wakeup_fd(-1)
        for each in not_for_children:
            each.close()
        os.setsid()
        lifeline = socket.socket(fileno=fds[0])
        warden.main(lifeline, fds[5], lambda: _fork_job(fds))
    finally:
        os._exit(0)


def _fork_job(fds: list[int]) -> int:
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        for fd in fds[1:5]:
            os.close(fd)
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        system.die_with_parent(keeper)
        control, messages, trace = settle(fds)
        from tutor.engine import job

        job.main(control, messages, trace)
    finally:
        os._exit(70)


def settle(fds: list[int]) -> tuple[int, int, int]:
    """Put the job's descriptors where they belong, and close all others: stdin, stdout, stderr, then control, messages, trace."""
    _, stdout, stderr, control, messages, trace = fds
    nothing = os.open(os.devnull, os.O_RDONLY)
    keep = [os.dup2(fd, 100 + i) for i, fd in enumerate((nothing, stdout, stderr, control, messages, trace))]
    for target in range(3):
        os.dup2(keep[target], target)
    os.closerange(3, 103)
    os.closerange(106, 4096)
    for fd in (103, 104, 105):
        os.set_inheritable(fd, False)
    return 103, 104, 105


def main() -> None:
    """`boot.py tutor.engine.nursery FD PARENT MODULE...`"""
    channel = socket.socket(fileno=int(sys.argv[1]))
    system.die_with_parent(int(sys.argv[2]))
    system.adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(channel, sys.argv[3:])
    os._exit(0)  # taking torch down in order costs a second, and holds nothing worth it


if __name__ == "__main__":
    main()

"""Wardens and jobs where forking with torch imported is not safe: each is a fresh process, and the spare job hides what that takes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time

from tutor.engine import nursery, system, warden
from tutor.engine.cradle import BOOT


def main() -> None:
    """`import FD PARENT MODULE...` | `warden LIFELINE STDOUT STDERR CONTROL MESSAGES TRACE` | `job CONTROL MESSAGES TRACE PARENT`"""
    role, *arguments = sys.argv[1:]
    if role == "import":
        channel = socket.socket(fileno=int(arguments[0]))
        began = time.perf_counter()
        answer = nursery.import_all(arguments[2:])
        channel.sendall(json.dumps({**answer, "seconds": time.perf_counter() - began}).encode())
    elif role == "warden":
        fds = [int(fd) for fd in arguments]
        warden.main(socket.socket(fileno=fds[0]), fds[5], lambda: _start_job(fds))
    else:
        control, messages, trace, parent = map(int, arguments)
        system.die_with_parent(parent)
        nursery.import_all([])
        from tutor.engine import job  # with torch behind it, which a warden does without

        job.main(control, messages, trace)


def _start_job(fds: list[int]) -> int:
    _, stdout, stderr, control, messages, trace = fds
    command = [sys.executable, BOOT, "tutor.engine.spawned", "job", *map(str, (control, messages, trace, os.getpid()))]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        pass_fds=(control, messages, trace),
        start_new_session=True,
    )
    for fd in fds[1:5]:
        os.close(fd)
    return process.pid


if __name__ == "__main__":
    main()

"""What the engine asks of the operating system: to die with a parent, to adopt and find descendants, to kill them, to weigh them.

Linux has all of it. Elsewhere the calls do what can be done (a process group) and return False or an empty list for the rest.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def _prctl(option: int, value: int) -> bool:
    if not LINUX:
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent, whose pid is given, dies, however it dies. Exits at once if it is dead already."""
    if _prctl(PR_SET_PDEATHSIG, signal.SIGKILL) and os.getppid() != parent:
        os._exit(1)


def adopt_orphans(adopt: bool = True) -> None:
    """Become the parent of descendants whose own parent dies, so that none escapes by making a session of its own."""
    _prctl(PR_SET_CHILD_SUBREAPER, adopt)


def children(pid: int) -> list[int]:
    """Pids of the direct children of all threads of a process."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except (OSError, ValueError):
        pass  # it ended meanwhile, or this system keeps no such file
    return found


def descendants(pid: int) -> list[int]:
    """Pids of all that descends from a process, parents first."""
    found = children(pid)
    for each in found:  # grows while it is walked
        found += children(each)
    return found


def memory(pids: Iterable[int]) -> int:
    """Bytes of resident memory that is not backed by files, summed over the processes."""
    pages = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/statm", "rb") as file:
            fields = file.read().split()
            pages += int(fields[1]) - int(fields[2])
    return pages * PAGE


def shared_memory(pid: int) -> int:
    """Bytes of a process's resident memory that others may map too: shared maps, and tensors passed between processes."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/status", "rb") as file:
        for line in file:
            if line.startswith(b"RssShmem:"):
                return int(line.split()[1]) * 1024
    return 0


def threads(pids: Iterable[int]) -> int:
    """How many threads the processes have, together."""
    count = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            count += os.stat(f"/proc/{pid}/task").st_nlink - 2
    return count


def data_size() -> int:
    """Bytes of this process's data segment and heap, as RLIMIT_DATA counts them; 0 where unknown."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[5]) * PAGE
    except (OSError, ValueError, IndexError):
        return 0


def available_memory() -> int:
    """Bytes that can be taken without swapping; 0 where unknown."""
    try:
        with open("/proc/meminfo", "rb") as file:
            for line in file:
                if line.startswith(b"MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each process that is still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def wake(pids: Iterable[int]) -> None:
    """Let those processes go on that were stopped (SIGSTOP)."""
    for pid in pids:
        with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/stat", "rb") as file:
            if file.read().rsplit(b")", 1)[1].split()[0] == b"T":
                send([pid], signal.SIGCONT)


def end_all(keeper: int, group: int, grace: float = 0.2) -> None:
    """End a process group and all that descends from `keeper` (this process): TERM, a moment's grace, then KILL until none is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGTERM)
    until = time.monotonic() + grace
    while time.monotonic() < until and descendants(keeper):
        reap()
        time.sleep(0.005)
    until = time.monotonic() + 5.0
    pause = 0.002
    while time.monotonic() < until:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        reap()
        left = descendants(keeper)
        if not left:
            return
        send(left, signal.SIGSTOP)  # a fork bomb goes on forking while it is being killed one by one
        send(descendants(keeper), signal.SIGKILL)
        time.sleep(pause)
        pause = min(1.5 * pause, 0.03)  # a hundred large processes need the processor to end more than we to look


def reap() -> dict[int, int]:
    """Collect every child that has ended: pid -> wait status."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status

"""What a job is held to. Standard library only: the engine, wardens and jobs all read it."""

from __future__ import annotations

from tutor import protocol
from tutor.engine import system

START_SECONDS = 60.0
"""Until a job has imported torch, where it was not forked, and made its device's context. No budget of the learner's runs yet."""
DEMO_SECONDS = 120.0
OTHER_SECONDS = 20.0
DEMO_MEMORY_MB = 16 * 1024
OTHER_MEMORY_MB = 4 * 1024
"""What ends a process has to free its memory first, gigabytes a second: an answer needs little and is soon judged."""
LEAST_MEMORY_MB = 1024
MOST_PROCESSES = 32
"""Enough for DataLoader workers and distributed ranks; each is as large as torch, and takes a while to end."""
MOST_THREADS = 4096
"""Of all processes together: torch makes one for each core in each of them."""
MOST_OUTPUT = 200_000
"""Characters of printed text that are forwarded; the rest is counted."""
LARGEST_FILE = 4 * 2**30
"""Bytes: a checkpoint fits, a loop that fills the disk does not."""
MOST_FILES = 4096
"""Open at a time: DataLoader workers pass tensors by descriptors."""


class Granted:
    """What this process was granted, for the words when it is used up. Set once, before a job's code runs."""

    memory_mb = 0
    """0: no limit."""


def seconds(request: protocol.Work) -> float:
    """Wall clock: what the request asks for, else the default."""
    return request.seconds or (DEMO_SECONDS if isinstance(request, protocol.RunDemo) else OTHER_SECONDS)


def memory_mb(request: protocol.Work) -> int:
    """Half of what is free now, within bounds; 0 (none) where that is unknown."""
    free = system.available_memory() // 2**20
    most = DEMO_MEMORY_MB if isinstance(request, protocol.RunDemo) else OTHER_MEMORY_MB
    return min(max(free // 2, LEAST_MEMORY_MB), most) if free else 0

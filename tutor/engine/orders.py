"""What passes between the engine and a job beside the messages of the protocol. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

ENGINE_FAULT = 70
CHANNEL_LOST = 71
TAMPERED = 72
"""Exit codes of a job: a fault of the engine's own code; the code that ran closed the descriptors that messages go through, or
changed the engine."""


@dataclass(frozen=True)
class Orders:
    """The first line that a waiting job reads; the request is the second."""

    word: str
    """Begins every line the job writes."""
    device: str
    """A torch device string."""
    seconds: float
    """Of wall clock, to be said in Started: they run from there on."""
    threads: int
    memory_mb: int
    """Budget on top of what an idle job holds; 0: none."""
    folder: str
    """An empty folder of the job's own: its working directory."""
    shelf: str
    """A folder of the engine's where a demo leaves its objects for the scratchpad."""

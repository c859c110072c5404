"""Who has an answer open at this moment. Tells two windows of one learner of each other; it locks nobody out.

Each window holds a lock on a file of its own beside the answer; the system lets go of it when the window dies, however it
dies. Where there are no such locks (some network file systems, Windows) nobody is seen, and nothing else changes.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_numbers = itertools.count()


class Claim:
    """One window's claim on one answer."""

    def __init__(self, answer: Path) -> None:
        self._answer = answer
        self._path: Path | None = None
        self._handle = -1

    def take(self) -> None:
        """Let others see that the answer is open here."""
        if fcntl is None or self._handle >= 0:
            return
        path = self._answer.with_name(f".{self._answer.name}.open-{os.getpid()}-{next(_numbers)}")
        with contextlib.suppress(OSError):  # a read-only or full disk: then nobody sees us
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                path.unlink()
                return
            self._handle, self._path = handle, path

    def others(self) -> int:
        """In how many other windows the answer is open. Removes what dead ones left."""
        if fcntl is None:
            return 0
        found = 0
        with contextlib.suppress(OSError):
            for path in self._answer.parent.glob(f".{self._answer.name}.open-*"):
                found += path != self._path and _is_held(path)
        return found

    def release(self) -> None:
        """The answer is open here no more."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            if self._path is not None:
                with contextlib.suppress(OSError):
                    self._path.unlink()
            self._handle, self._path = -1, None


def _is_held(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        with contextlib.suppress(OSError):
            path.unlink()
        return False
    finally:
        os.close(handle)

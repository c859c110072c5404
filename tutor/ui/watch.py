"""Sees that a file was changed by someone else. Polls: that also works on network file systems and when editors rename on saving."""

from __future__ import annotations

import os
from pathlib import Path

Stamp = tuple[int, int, int]


class FileWatch:
    """Compares time, size and inode of a file with the last look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = self._look()
        self._moving: Stamp | None = None

    def rested(self) -> bool:
        """Whether the file is another, and has held still since the call before: no half of a file that is being written."""
        stamp = self._look()
        if stamp is None or stamp == self._stamp:
            self._moving = None
            return False
        if stamp != self._moving:
            self._moving = stamp
            return False
        self._stamp, self._moving = stamp, None
        return True

    def changed(self) -> bool:
        """Whether the file is another than at the last call. One that is gone counts as unchanged."""
        stamp = self._look()
        if stamp is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        return True

    def _look(self) -> Stamp | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)

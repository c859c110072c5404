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

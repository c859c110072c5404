"""What was typed into the scratchpad: what ran, oldest first, and what stands there unfinished."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tutor.progress.answers import decode, write_atomically

FOLDER = "scratchpad"
MOST_KEPT = 1000
"""Pieces of code that are remembered; the file is shortened when it holds twice as many."""


class Scratch:
    """Two files below the learner's folder. No method raises because a disk is full or read-only: see `problem`."""

    def __init__(self, home: Path) -> None:
        self._history = home / FOLDER / "history.jsonl"
        self._draft = home / FOLDER / "draft.py"
        self.problem = ""
        """One sentence when something could not be kept; empty again once it can."""

    def history(self) -> list[str]:
        """Every piece of code that ran, oldest first; each once, where it was last."""
        found: dict[str, None] = {}
        for code in self._lines():
            found.pop(code, None)
            found[code] = None
        return list(found)[-MOST_KEPT:]

    def _lines(self) -> list[str]:
        try:
            lines = decode(self._history.read_bytes()).split("\n")
        except OSError:
            return []
        codes = []
        for line in lines:
            try:
                code = json.loads(line)
            except ValueError:
                continue  # cut short by a full disk, say
            if isinstance(code, str):
                codes.append(code)
        return codes

    def remember(self, code: str) -> None:
        """Keep a piece of code; it is on the disk when this returns. Another window may do the same meanwhile."""
        line = (json.dumps(code) + "\n").encode()
        try:
            self._history.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(self._history, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666), "wb", buffering=0) as file:
                file.write(line)
                os.fsync(file.fileno())
            self._shorten()
            self.problem = ""
        except OSError as error:
            self._complain(error)

    def _shorten(self) -> None:
        lines = self._lines()
        if len(lines) > 2 * MOST_KEPT:
            write_atomically(self._history, "".join(json.dumps(code) + "\n" for code in self.history()))

    def draft(self) -> str:
        """What was typed and not run."""
        try:
            return decode(self._draft.read_bytes())
        except OSError:
            return ""

    def keep_draft(self, text: str) -> None:
        """Keep what is typed and not run yet."""
        try:
            if text or self._draft.exists():
                write_atomically(self._draft, text)
            self.problem = ""
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        self.problem = f"What you type here is not kept: {self._history.parent} cannot be written ({reason})."

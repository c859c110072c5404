"""What a terminal would show, for tests of the program as it really runs. Knows what Textual writes, and no more."""

from __future__ import annotations

import re

from rich.cells import cell_len

_TOKEN = re.compile(
    rb"\x1b\[([?<>=]?)([\d;:]*)([ $]?)([A-Za-z])"  # an order
    rb"|\x1b\].*?(?:\x07|\x1b\\)|\x1b[PX^_].*?\x1b\\|\x1b[()].|\x1b[=>78]"  # what nobody sees
)
ASKS_FRAMES = b"\x1b[?2026$p"
"""The program asks whether frames may be marked."""
FRAMES = b"\x1b[?2026;1$y"
"""Our answer: yes; then each frame stands between two marks."""


class Emulator:
    """A grid of characters. `feed` gives back True at the end of each frame."""

    def __init__(self, rows: int = 24, columns: int = 80) -> None:
        self.grid = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self._rest = b""

    @property
    def text(self) -> str:
        return "\n".join("".join(line).rstrip() for line in self.grid)

    def feed(self, data: bytes) -> list[str]:
        """The screen at the end of each frame that this data completes."""
        frames = []
        data, self._rest = self._rest + data, b""
        at = 0
        while at < len(data):
            if data[at] == 0x1B:
                found = _TOKEN.match(data, at)
                if found is None:
                    if len(data) - at < 64:
                        self._rest = data[at:]  # the rest of it comes with what is read next
                        break
                    at += 1
                    continue
                at = found.end()
                if found[1] == b"?" and found[2] == b"2026" and found[4] == b"l":
                    frames.append(self.text)
                elif found[4] is not None and not found[1]:
                    self._obey(found[4], [int(number or 0) for number in found[2].split(b";")])
                continue
            end = data.find(b"\x1b", at)
            end = len(data) if end < 0 else end
            chunk = data[at:end]
            text = chunk.decode("utf-8", "ignore")
            if end == len(data):  # half a character may stand at the end
                whole = len(text.encode())
                self._rest = chunk[whole:]
            self._write(text)
            at = end
        return frames

    def _obey(self, order: bytes, numbers: list[int]) -> None:
        if order == b"H":
            row, column = (*numbers, 1, 1)[:2] if len(numbers) < 2 else numbers[:2]
            self.row, self.column = max(row, 1) - 1, max(column, 1) - 1
        elif order == b"J" and numbers[0] == 2:
            self.grid = [[" "] * len(line) for line in self.grid]

    def _write(self, text: str) -> None:
        for character in text:
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.row = min(self.row + 1, len(self.grid) - 1)
            elif character >= " ":
                if self.row < len(self.grid) and self.column < len(self.grid[0]):
                    self.grid[self.row][self.column] = character
                self.column += cell_len(character)

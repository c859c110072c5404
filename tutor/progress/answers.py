"""Answers as plain files, which the learner's own editor may open too. A file is either the old text or the new one, never half."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from pathlib import Path

_STALE_SECONDS = 3600
"""A temporary file this old was left by a program that was killed."""

_numbers = itertools.count()


class Answers:
    """Reads and writes answer files. A text that could not be written is held in memory and tried again."""

    def __init__(self) -> None:
        self.trouble = ""
        """One sentence when a file could not be read or written; empty again once all of them are."""
        self._held: dict[Path, str] = {}
        self._unreadable: set[Path] = set()
        """Files that are there and could not be read: never overwritten."""
        self._lock = threading.RLock()

    def load(self, path: Path) -> str | None:
        """The text of the file, or the newer one held in memory; None where there is neither."""
        with self._lock:
            if path in self._held:
                return self._held[path]
            try:
                text = decode(path.read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                return None
            except OSError as error:
                self._unreadable.add(path)
                self.trouble = (
                    f"Your answer in {path} cannot be read ({_reason(error)}); what you write now is not kept."
                )
                return None
            self._unreadable.discard(path)
            return text

    def save(self, path: Path, text: str) -> None:
        """Put `text` in the file. It is on the disk when this returns, unless `trouble` says otherwise."""
        with self._lock:
            self._held[path] = text
            if path in self._unreadable and self.load_again(path):
                return
            self._write_held(path)

    def load_again(self, path: Path) -> bool:
        """Whether a file that could not be read is still there and still cannot."""
        try:
            path.read_bytes()
        except FileNotFoundError:
            pass
        except OSError:
            return True
        self._unreadable.discard(path)
        return False

    def _write_held(self, newest: Path) -> None:
        """Write the newest text and, where that works, those that could not be written before."""
        trouble = ""
        for path in [newest, *(held for held in self._held if held != newest)]:
            if path in self._unreadable:
                trouble = trouble or self.trouble
                continue
            try:
                write_atomically(path, self._held[path])
            except OSError as error:
                trouble = (
                    f"Your answer is not kept: {path} cannot be written ({_reason(error)}); "
                    "make room there, or set TUTOR_HOME to a folder that can be written."
                )
                break
            del self._held[path]
        self.trouble = trouble


def write_atomically(path: Path, text: str) -> None:
    """Replace the file's content, all or nothing, also when the machine stops in the middle. OSError where it cannot.

    A link is followed, and the file keeps its permissions. A file that holds this text already is left alone, so that
    its time stamp says when the answer last changed.
    """
    target = Path(os.path.realpath(path))
    content = text.encode("utf-8", "replace")
    try:
        if target.read_bytes() == content:
            return
        mode: int | None = target.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = None
        target.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(target)
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{next(_numbers)}.tmp")
    try:
        _write(temporary, content, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def _write(path: Path, content: bytes, mode: int | None) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
        if mode is not None:
            with contextlib.suppress(OSError):
                os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk. Some file systems refuse; there it is as good as it gets."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_stale(target: Path) -> None:
    """Remove what a killed program left beside this file."""
    with contextlib.suppress(OSError):
        for left in target.parent.glob(f".{target.name}.*.tmp"):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink()


def decode(content: bytes) -> str:
    """UTF-8; else Latin-1, which gives every byte some character: an answer from an old editor still opens."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

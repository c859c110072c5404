"""Which lessons passed the gate before, as they are now: those need no second trial.

A lesson is known by a hash of all that could change what becomes of it: its files, the files that the course shares, its entry
in course.toml, those parts of this program that try it, and the versions of Python and of all that is installed for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tutor.course.outline import Course, Entry

INSTALLED = (
    "import importlib.metadata as m, sys; print(sys.version); "
    "print(*sorted({f'{d.name} {d.version}' for d in m.distributions()}), sep='\\n')"
)
"""Prints the version of a Python, and of all that is installed for it: torch's among them."""
KEPT_DAYS = 60


def cache_folder() -> Path:
    """Where to keep what was learned about courses: TUTOR_CACHE, else this system's usual place for such."""
    named = os.environ.get("TUTOR_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("tutor", appauthor=False))


class Passed:
    """The lessons of one course that passed. What cannot be read or written here is as if nothing had passed."""

    def __init__(self, course: Course, folder: Path, *, python: str | None = None, device: str = "") -> None:
        self.course = course
        self.file = folder / "passed" / f"{_digest([str(course.path).encode()])}.json"
        self._known = self._read()
        self._common = _digest(
            [installed(python).encode(), device.encode(), *_contents(_own_source()), *_contents(_shared(course))]
        )

    def __contains__(self, entry: Entry) -> bool:
        return entry.id in self._known and self._known[entry.id] == self._key(entry)

    def add(self, lesson_id: str) -> None:
        """This lesson passes, as it is now. Kept at once: a check that is broken off loses nothing."""
        self._known[lesson_id] = self._key(self.course.by_id[lesson_id])
        self._write()

    def drop(self, lesson_id: str) -> None:
        """This lesson does not pass."""
        if self._known.pop(lesson_id, None) is not None:
            self._write()

    def _key(self, entry: Entry) -> str:
        files = [self.course.path / f"{entry.id}{suffix}" for suffix in (".md", ".py")]
        return _digest([self._common.encode(), repr(entry).encode(), *_contents(files)])

    def _read(self) -> dict[str, str]:
        with contextlib.suppress(OSError, ValueError):
            fields = json.loads(self.file.read_text(encoding="utf-8"))
            if isinstance(fields, dict):
                return {str(name): str(key) for name, key in fields.items()}
        return {}

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_suffix(f".{os.getpid()}.new")
            new.write_text(json.dumps(self._known, indent=1), encoding="utf-8")
            new.replace(self.file)
            for old in self.file.parent.iterdir():  # of courses that are no longer checked
                if old.stat().st_mtime < time.time() - KEPT_DAYS * 86400:
                    old.unlink()


def installed(python: str | None = None) -> str:
    """The versions of this Python, or of another one, and of all that is installed for it."""
    try:
        done = subprocess.run([python or sys.executable, "-c", INSTALLED], capture_output=True, text=True)
    except OSError as error:  # the engine will say so too, and nothing passes
        return f"{python}: {error}"
    return f"{python}\n{done.stdout}"


def _own_source() -> list[Path]:
    """The program's own code that has a say in what becomes of a lesson."""
    package = Path(__file__).resolve().parent.parent
    folders = (package / name for name in ("course", "engine"))
    files = [path for folder in folders for path in folder.rglob("*.py")]
    return sorted([*files, *(package / f"{name}.py" for name in ("client", "lesson", "protocol", "drawing/page"))])


def _shared(course: Course) -> list[Path]:
    """The files of a course that belong to no lesson: whatever changes in them may change any lesson."""
    own = {course.path / f"{entry.id}{suffix}" for entry in course.lessons for suffix in (".md", ".py")}
    # a lesson's entry counts for that lesson alone, and ids and syllabus for none
    own |= {course.path / name for name in ("course.toml", "syllabus.toml", "ids.txt")}
    return [path for path in sorted(course.path.rglob("*")) if path.is_file() and path not in own and not _hidden(path)]


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts[-3:])


def _contents(files: Iterable[Path]) -> Iterable[bytes]:
    for file in files:
        yield str(file).encode()
        try:
            yield hashlib.sha256(file.read_bytes()).digest()
        except OSError:
            yield b"?"


def _digest(pieces: Iterable[bytes]) -> str:
    """A hash of the pieces, which are told apart."""
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()

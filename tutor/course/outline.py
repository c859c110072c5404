"""A course's outline: what course.toml says, enough to draw the map. The program reads this before its first paint; keep it small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


class CourseError(Exception):
    """A course or lesson that cannot be read. `str()` is one sentence that names the file, the line and the way on."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a course, for whoever writes it."""

    path: Path
    line: int
    """From 1; 0: none in particular."""
    message: str
    """What is wrong and how to mend it."""
    warning: bool = False
    """Worth a look; not a fault, so the course still passes."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass(frozen=True)
class Entry:
    """What course.toml says of a lesson, enough to draw the map without opening it."""

    id: str
    """"chapter/lesson": also its path below the course's folder, without the suffix."""
    title: str
    minutes: int
    builds_on: tuple[str, ...] = ()
    """Ids of lessons."""
    teaches: tuple[int, ...] = ()
    """Numbers of the items of the syllabus that it teaches."""


@dataclass(frozen=True)
class Chapter:
    """Lessons that belong together."""

    id: str
    """Its folder's name."""
    title: str
    lessons: tuple[Entry, ...]


@dataclass(frozen=True)
class Course:
    """An ordered set of lessons in a folder."""

    id: str
    """Names the learner's work on it; stable."""
    title: str
    path: Path
    """Absolute path of its folder."""
    chapters: tuple[Chapter, ...]
    preload: tuple[str, ...] = ()
    """Modules that its lessons import, for the engine to import once ahead of all jobs."""
    moved: dict[str, str] = field(default_factory=dict)
    """Ids of an earlier edition ("exercise tensors/shapes#add_batch") -> where that is now; tutor.course.ids reads it."""
    by_id: dict[str, Entry] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_id.update({entry.id: entry for entry in self.lessons})

    @property
    def lessons(self) -> tuple[Entry, ...]:
        return tuple(entry for chapter in self.chapters for entry in chapter.lessons)


def close_names(name: str, names: Iterable[str]) -> str:
    """The end of a sentence that offers the names like this one: "; did you mean a, b?", or nothing where none is."""
    from difflib import get_close_matches  # only ever wanted in a sentence about a mistake

    close = get_close_matches(name, list(names), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""

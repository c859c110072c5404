"""The courses that are at hand: the built-in one, those that installed packages bring, and folders that were added.

A package brings a course by an entry point of the group "tutor.courses", whose value is the package that holds the course's
folder. Nothing of it is imported here: a course's Python runs in the engine alone, when one of its lessons is opened.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tutor.course.catalog import FILE, built_in, open_course
from tutor.course.outline import Course, CourseError, close_names

GROUP = "tutor.courses"
LIST = "courses.json"


@dataclass(frozen=True)
class Shelved:
    """A course that is at hand."""

    path: Path
    origin: Literal["built in", "package", "folder"]
    source: str = ""
    """The package that brings it."""
    course: Course | None = None
    problem: str = ""
    """Why it cannot be opened; empty: it can."""

    @property
    def name(self) -> str:
        """What it is called by: its id."""
        return self.course.id if self.course else self.path.name


class Shelf:
    """All courses at hand. Which were added stands in the learner's data folder `home`."""

    def __init__(self, home: Path) -> None:
        self.file = home / LIST

    def all(self) -> list[Shelved]:
        """The built-in course first, then packages, then folders."""
        found = [_open(built_in(), "built in")]
        found += _from_packages()
        return found + [_open(path, "folder") for path in self.added()]

    def find(self, name: str) -> Path:
        """The folder of the course of this name. CourseError where there is none, or more than one."""
        if name == "":
            raise CourseError(self.file, 0, "a course needs a name")
        shelved = self.all()
        fits = [each for each in shelved if each.course and each.name == name]
        if len(fits) == 1:
            return fits[0].path
        if fits:
            paths = " and ".join(str(each.path) for each in fits)
            raise CourseError(
                fits[0].path, 0, f"{len(fits)} courses are called {name} ({paths}): name its folder instead"
            )
        broken = next((each for each in shelved if each.problem and each.name == name), None)
        if broken:
            raise CourseError(broken.path, 0, broken.problem)
        mend = close_names(name, [each.name for each in shelved]) or "; `tutor course list` shows which there are"
        raise CourseError(Path(name), 0, f"there is no course of this name, and no folder with a {FILE}{mend}")

    def added(self) -> list[Path]:
        """The folders that were added."""
        fields: object = []
        try:
            fields = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            raise CourseError(
                self.file, 0, f"the list of added courses cannot be read ({error}): mend or delete it"
            ) from None
        if not isinstance(fields, list) or not all(isinstance(path, str) for path in fields):
            raise CourseError(self.file, 0, "the list of added courses must be a list of paths: mend or delete it")
        return [Path(path) for path in fields]

    def add(self, path: Path) -> Course:
        """Take up a folder. CourseError where it holds no course, or one whose id another course has: their progress would mix."""
        course = open_course(path)
        paths = self.added()
        if course.path in paths:
            return course
        for other in self.all():
            if other.course and other.course.id == course.id:
                problem = f"the course {other.course.title!r} in {other.path} has the id {course.id!r} too"
                raise CourseError(course.path / FILE, 0, f"{problem}: change one of them, or remove the other")
        self._write([*paths, course.path])
        return course

    def remove(self, name: str) -> Path:
        """Take a folder off the list, by its course's name or its path; what was learned stays. CourseError where it is not on it."""
        for path in self.added():
            if name in (_open(path, "folder").name, str(path)) or Path(name).absolute() == path:
                self._write([other for other in self.added() if other != path])
                return path
        raise CourseError(Path(name), 0, "this is no course that was added; `tutor course list` shows which were")

    def _write(self, paths: list[Path]) -> None:
        try:
            write_json(self.file, [str(path) for path in paths])
        except OSError as error:
            reason = error.strerror or error
            raise CourseError(self.file, 0, f"the list of courses cannot be written: {reason}") from None


def write_json(file: Path, fields: object) -> None:
    """Write the whole file or nothing of it. OSError where that cannot be."""
    new = file.with_suffix(f".{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(fields, indent=1), encoding="utf-8")
        new.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def _open(path: Path, origin: Literal["built in", "package", "folder"], source: str = "") -> Shelved:
    try:
        return Shelved(path, origin, source, open_course(path))
    except CourseError as error:
        return Shelved(path, origin, source, None, error.problem)


def _from_packages() -> list[Shelved]:
    """The courses that installed packages bring."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    found: list[Shelved] = []
    for point in entry_points(group=GROUP):
        source = point.dist.name if point.dist else point.value
        top, *below = point.value.split(":")[0].strip().split(".")
        spec = None
        with contextlib.suppress(ImportError, ValueError):
            spec = find_spec(top)  # finds a package without importing it
        places = list(spec.submodule_search_locations or ()) if spec else []
        if places:
            found.append(_open(Path(places[0], *below), "package", source))
        else:
            problem = f"{source} says that it is in the package {top}, which is not installed"
            found.append(Shelved(Path(point.name), "package", source, None, problem))
    return found

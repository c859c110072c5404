"""Which course there is, and what its course.toml says. Reads no lesson, so that the map shows at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from tutor.course.outline import Chapter, Course, CourseError, Entry, close_names

FILE = "course.toml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
Kind = TypeVar("Kind", str, int)


def built_in() -> Path:
    """Folder of the built-in course: in the installed package, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "lessons"
    return installed if installed.is_dir() else package.parent / "lessons"


def open_course(path: Path) -> Course:
    """The course in this folder (or of this course.toml). CourseError where it cannot be read."""
    file = path if path.name == FILE else path / FILE
    file = file.absolute()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CourseError(file, 0, f"there is no course here: a course is a folder with a {FILE}") from None
    except (OSError, ValueError) as error:
        raise CourseError(file, 0, f"it cannot be read: {error}") from None
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), .*\)$", str(error))
        problem = str(error)[: place.start()] if place else str(error)
        raise CourseError(file, int(place[1]) if place else 0, f"this is not TOML: {problem}") from None
    return _course(_Table(file, _Lines(text), "the course", "", 0, fields))


@dataclass(frozen=True)
class _Lines:
    """Where things stand in the file, for messages only: TOML's parser keeps no lines."""

    text: str

    def header(self, name: str, index: int) -> int:
        """Line of the header `[[name]]` number `index` from 0; 0 where it was written in another way."""
        found = [i for i, line in enumerate(self.text.split("\n"), 1) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
        return found[index] if index < len(found) else 0

    def key(self, name: str, header: int) -> int:
        """Line of a key in the table whose header is at that line; the header's own where it is not found."""
        for i, line in enumerate(self.text.split("\n")[header:], header + 1):
            if re.match(r"\s*\[\[?[A-Za-z]", line):
                break
            if re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", line):
                return i
        return header

    def pair(self, name: str) -> int:
        """Line of a quoted key, wherever it stands; 0 where it is not found."""
        return line_of_pair(self.text, name)


def line_of_pair(text: str, name: str) -> int:
    """Line of a quoted key in a file's text; 0 where it is written in another way."""
    found = (i for i, line in enumerate(text.split("\n"), 1) if re.match(rf"\s*[\"']{re.escape(name)}[\"']\s*=", line))
    return next(found, 0)


@dataclass(frozen=True)
class _Table:
    """A table of the file, read strictly: what is surplus, missing or of another type is a CourseError."""

    file: Path
    lines: _Lines
    what: str
    header: str
    index: int
    """Which of the tables with this header it is, from 0."""
    fields: Mapping[str, Any]

    @property
    def line(self) -> int:
        """Where it begins; looked up only for a message, since a course may have a thousand tables."""
        return self.lines.header(self.header.replace(".", r"\s*\.\s*"), self.index) if self.header else 0

    def error(self, problem: str, key: str = "") -> CourseError:
        return CourseError(self.file, self.lines.key(key, self.line) if key else self.line, problem)

    def only(self, *known: str) -> None:
        for key in self.fields:
            if key not in known:
                mend = close_names(key, known) or f"; known are {', '.join(known)}"
                raise self.error(f"{self.what} has an unknown key {key!r}{mend}", key)

    def value(self, key: str, kind: type[Kind]) -> Kind:
        if key not in self.fields:
            example = "12" if kind is int else '"..."'
            raise self.error(f"{self.what} has no {key}: add {key} = {example}")
        value = self.fields[key]
        fits = type(value) is kind and (value >= 1 if isinstance(value, int) else bool(str(value).strip()))
        if not fits:
            wanted = "a whole number above 0" if kind is int else "a text that is not empty"
            raise self.error(f"{key} of {self.what} must be {wanted}, not {value!r}", key)
        return cast(Kind, value)

    def name(self, key: str = "id") -> str:
        """A text that can be a file's name."""
        value = self.value(key, str)
        if not NAME.fullmatch(value):
            allowed = "letters, digits, - and _, the first a letter or digit"
            raise self.error(f"{key} of {self.what} is {value!r}; it may have {allowed}", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.fields.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(f'{key} of {self.what} must be a list of texts, like ["one", "two"]', key)
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, ...]:
        value = self.fields.get(key, [])
        if not isinstance(value, list) or not all(type(item) is int and item > 0 for item in value):
            raise self.error(f"{key} of {self.what} must be a list of whole numbers above 0, like [1, 2]", key)
        return tuple(value)

    def places(self, key: str) -> dict[str, str]:
        value = self.fields.get(key, {})
        if not isinstance(value, dict):
            raise self.error(f"write {key} of {self.what} as a table: a line [{key}], and below it old = new", key)
        for old, new in value.items():
            if not isinstance(new, str) or not new:
                example = f'"{old}" = "chapter/lesson#name", or "removed"'
                raise CourseError(self.file, self.lines.pair(old), f"{old!r} moved to no place: write {example}")
        return dict(value)

    def tables(self, key: str, what: str, before: int = 0) -> list[_Table]:
        """The tables of an array; `before`: how many with the same header stand above."""
        header = f"{self.header}.{key}".lstrip(".")
        value = self.fields.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"write each {what} of {self.what} under a line [[{header}]]", key)
        if not value:
            raise self.error(f"{self.what} has no {what}: add one under a line [[{header}]]")
        return [
            _Table(
                self.file,
                self.lines,
                f"the {what} {str(item.get('title') or item.get('id') or i)!r}",
                header,
                before + i,
                item,
            )
            for i, item in enumerate(value)
        ]


def _course(table: _Table) -> Course:
    table.only("id", "title", "preload", "chapter", "moved")
    course_id, title, preload = (table.name(), table.value("title", str), table.texts("preload"))
    chapters: list[Chapter] = []
    for part in table.tables("chapter", "chapter"):
        part.only("id", "title", "lesson")
        chapter, heading = part.name(), part.value("title", str)
        above = sum(len(earlier.lessons) for earlier in chapters)
        entries = tuple(_entry(chapter, lesson) for lesson in part.tables("lesson", "lesson", above))
        chapters.append(Chapter(chapter, heading, entries))
    return Course(course_id, title, table.file.parent, tuple(chapters), preload, table.places("moved"))


def _entry(chapter: str, table: _Table) -> Entry:
    table.only("id", "title", "minutes", "builds_on", "teaches")
    lesson_id = f"{chapter}/{table.name()}"
    title, minutes = table.value("title", str), table.value("minutes", int)
    return Entry(lesson_id, title, minutes, table.texts("builds_on"), table.numbers("teaches"))

"""What a course is to teach, as numbered items in its syllabus.toml, and how much of it its lessons say they teach."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.course.files import line_of_key
from tutor.course.outline import Course, CourseError, Finding

FILE = "syllabus.toml"
FIELDS = {"number": int, "seed": str, "kind": str, "text": str}


@dataclass(frozen=True)
class Item:
    """One thing to teach."""

    number: int
    seed: str
    """Where it comes from."""
    kind: str
    text: str


@dataclass(frozen=True)
class Topic:
    """A chapter of the syllabus; the course may divide things in another way."""

    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Coverage:
    """How much of a syllabus is taught."""

    items: int
    taught: int
    missing: tuple[Topic, ...]
    """The chapters of which something is not covered yet, each with those items alone."""


def read_syllabus(course: Course) -> tuple[Topic, ...]:
    """The course's syllabus; empty where it has none. CourseError where it cannot be read."""
    path = course.path / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
        fields = tomllib.loads(text)
    except FileNotFoundError:
        return ()
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise CourseError(path, int(place[1]) if place else 0, f"this is not TOML: {error}") from None
    except (OSError, ValueError) as error:
        raise CourseError(path, 0, f"it cannot be read: {error}") from None
    topics = tuple(_topic(path, table) for table in _tables(path, fields.get("chapter"), "write it under [[chapter]]"))
    numbers = Counter(item.number for topic in topics for item in topic.items)
    for number, times in numbers.items():
        if times > 1:
            line = [n for n, each in enumerate(text.split("\n"), 1) if re.search(rf"\bnumber = {number}\b", each)]
            raise CourseError(
                path, line[-1] if line else 0, f"{times} items have the number {number}: give each its own"
            )
    return topics


def _tables(path: Path, value: Any, mend: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        raise CourseError(path, 0, f"there is nothing to teach here: {mend}")
    return value


def _topic(path: Path, table: dict[str, Any]) -> Topic:
    name, title = table.get("id"), table.get("title")
    if not isinstance(name, str) or not isinstance(title, str):
        raise CourseError(path, 0, f"a chapter needs an id and a title; this one has {', '.join(table) or 'nothing'}")
    items = []
    for fields in _tables(path, table.get("items"), f"give the chapter {name} its items = [...]"):
        if {key: type(value) for key, value in fields.items()} != FIELDS:
            example = 'number = 1, seed = "", kind = "topic", text = "..."'
            raise CourseError(path, 0, f"an item of {name} is {fields!r:.80}; write it as {{ {example} }}")
        items.append(Item(**fields))
    return Topic(name, title, tuple(items))


def check_syllabus(course: Course) -> Iterator[Finding]:
    """Numbers under `teaches` that are no item's; nothing where the course has no syllabus."""
    try:
        topics = read_syllabus(course)
    except CourseError as error:
        yield Finding(error.path, error.line, error.problem)
        return
    if not topics:
        return
    known = {item.number for topic in topics for item in topic.items}
    for entry in course.lessons:
        for number, times in Counter(entry.teaches).items():
            if number in known and times == 1:
                continue
            fault = f"teaches {number}, which is no item of {FILE}: mend the number, or add the item there"
            if number in known:
                fault = f"names {number} {times} times under teaches: once is enough"
            yield Finding(course.path / "course.toml", line_of_key(course, entry.id, "teaches"), f"{entry.id} {fault}")


def coverage(course: Course) -> Coverage | None:
    """What of the syllabus is taught and what is not yet; None where there is none that can be read."""
    try:
        topics = read_syllabus(course)
    except CourseError:
        return None
    if not topics:
        return None
    taught = {number for entry in course.lessons for number in entry.teaches}
    missing = tuple(
        Topic(topic.id, topic.title, left)
        for topic in topics
        if (left := tuple(item for item in topic.items if item.number not in taught))
    )
    count = sum(len(topic.items) for topic in topics)
    return Coverage(count, count - sum(len(topic.items) for topic in missing), missing)

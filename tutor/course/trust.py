"""Whether the Python of a course may run here. Of a course that is not our own, the learner is asked once.

The answer holds for the course in its folder: for another course there, or the same one elsewhere, it is asked again.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from tutor.course.catalog import built_in
from tutor.course.outline import Course

FILE = "trusted.json"


class Trust:
    """The courses that may run, on a list in the learner's data folder `home`."""

    def __init__(self, home: Path) -> None:
        self.file = home / FILE

    def holds(self, course: Course) -> bool:
        """Whether its Python may run; the built-in course's always may."""
        place = os.path.realpath(course.path)
        return place == os.path.realpath(built_in()) or self._read().get(place) == course.id

    def give(self, course: Course) -> None:
        """It may run from now on. Where that cannot be kept, it is asked again the next time."""
        from tutor.course.shelf import write_json

        if not self.holds(course):
            with contextlib.suppress(OSError):
                write_json(self.file, {**self._read(), os.path.realpath(course.path): course.id})

    def _read(self) -> dict[str, object]:
        with contextlib.suppress(OSError, ValueError):
            fields = json.loads(self.file.read_text(encoding="utf-8"))
            if isinstance(fields, dict):
                return fields
        return {}


def question(course: Course) -> str:
    """What is asked before anything of a course runs."""
    return (
        f"{course.title} is not part of tutor; it lies in {course.path}. Its Python runs on this machine as you: it can read "
        "and change your files, and use the network. Nothing of it has run yet, and reading runs nothing."
    )

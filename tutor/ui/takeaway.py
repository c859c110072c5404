"""A demo to take away: written beside the learner's own files, as a script that runs by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tutor.course.model import Demo, Lesson, Value
    from tutor.course.outline import Course


def write_script(course: Course, lesson: Lesson, demo: Demo, settings: Mapping[str, Value]) -> str:
    """Write the script to the folder that the program was started in, over nothing; a sentence says where, or why not."""
    from tutor.course.script import make_script

    try:
        text = make_script(course, lesson, demo, settings)
        path = _free(Path.cwd(), demo.id)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        return f"✗ The script is not written: {error.strerror or error} ({error.filename})."
    return f"✓ Written to {path}. It runs with torch alone: python {path.name}"


def _free(folder: Path, name: str) -> Path:
    """A file of this name that is not there yet."""
    number = 1
    while (path := folder / f"{name}{f'_{number}' if number > 1 else ''}.py").exists():
        number += 1
    return path

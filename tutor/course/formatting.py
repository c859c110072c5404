"""Whether the code in the lessons' fences is formatted as `ruff format` would do it, with the settings of the course's folder."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tutor.course import parts
from tutor.course.model import Lesson
from tutor.course.outline import CourseError, Finding
from tutor.course.texts import short

STUB = re.compile(r"^( +)\.\.\.$", re.MULTILINE)
"""Where a learner's code is to go: left on a line of its own, which ruff would move up."""
SETTINGS = ("ruff.toml", ".ruff.toml", "pyproject.toml")


def find_ruff() -> list[str] | None:
    """The command that runs ruff; None where it is not installed."""
    import importlib.util
    import shutil

    if importlib.util.find_spec("ruff") is not None:
        return [sys.executable, "-m", "ruff"]
    found = shutil.which("ruff")
    return [found] if found else None


def check_format(course: Path, lessons: Sequence[Lesson], ruff: Sequence[str]) -> Iterator[Finding]:
    """The python fences of these lessons that would be formatted in another way. Code that is no Python is left to the trial."""
    fences = [
        (lesson.path, part, STUB.sub(r"\1pass", code))
        for lesson in lessons
        for part in _fences(lesson.path)
        if part.info.split()[0] == "python" and _parses(code := part.text.rstrip("\n"))
    ]
    if not fences:
        return
    with tempfile.TemporaryDirectory(prefix="tutor-format-") as name:
        folder = Path(name)
        for index, (_, _, code) in enumerate(fences):
            (folder / f"{index}.py").write_text(code + "\n", encoding="utf-8")
        settings = _settings(course)
        options = ["--config", str(settings)] if settings else ["--isolated"]
        done = subprocess.run(
            [*ruff, "format", "--no-cache", "--quiet", *options, str(folder)], capture_output=True, text=True
        )
        if done.returncode:
            said = done.stderr.strip().split("\n")[0] or f"exit status {done.returncode}"
            yield Finding(
                settings or course / "course.toml", 0, f"ruff could not format the code of the lessons: {said}"
            )
            return
        for index, (path, part, code) in enumerate(fences):
            formatted = (folder / f"{index}.py").read_text(encoding="utf-8").rstrip("\n")
            if formatted != code:
                yield _difference(path, part.line, code, formatted)


def _difference(path: Path, line: int, code: str, formatted: str) -> Finding:
    """The first line where they part; `line` is the fence's own."""
    came, wanted = code.split("\n"), formatted.split("\n")
    same = next((i for i, (a, b) in enumerate(zip(came, wanted, strict=False)) if a != b), min(len(came), len(wanted)))
    there = wanted[same] if same < len(wanted) else ""
    what = f"{short(there)} here" if there else "an empty line here" if same < len(wanted) else "nothing here"
    return Finding(path, line + 1 + same, f"this code is not formatted: ruff would write {what}")


def _fences(path: Path) -> list[parts.Part]:
    def fault(line: int, problem: str) -> CourseError:
        return CourseError(path, line, problem)

    split = parts.split(path.read_text(encoding="utf-8-sig"), fault)
    return [part for part in split if part.kind == "fence" and part.info]


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return True


def _settings(course: Path) -> Path | None:
    """The file that sets ruff for a course: the nearest one, its own folder first."""
    for folder in (course, *course.parents):
        for name in SETTINGS:
            file = folder / name
            if not file.is_file():
                continue
            if name != "pyproject.toml":
                return file
            try:
                tools = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
            except (OSError, ValueError):
                continue
            if "ruff" in tools:
                return file
    return None

"""Where a learner's work lies on this machine."""

from __future__ import annotations

import os
import re
from pathlib import Path

DATABASE = "progress.sqlite3"
ANSWERS = "answers"

_SAFE = re.compile(r"[A-Za-z0-9_.-]")


def home() -> Path:
    """The folder that holds all of a learner's work: TUTOR_HOME, else this system's usual place for user data."""
    named = os.environ.get("TUTOR_HOME")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("tutor", appauthor=False))


def answer_file(folder: Path, course_id: str, lesson_id: str, exercise_id: str) -> Path:
    """The file of one answer below `folder`. Two different exercises never share a file, and none leaves `folder`."""
    parts = [safe_name(course_id), *(safe_name(part) for part in lesson_id.split("/"))]
    return folder.joinpath(*parts, safe_name(exercise_id, room=180) + ".py")


def safe_name(name: str, room: int = 200) -> str:
    """`name` as the name of one file or folder: other characters than letters, digits, "_", "-", "." become %XX.

    An id made of such characters alone stays as it is. One longer than `room` is cut and told apart by a hash.
    """
    letters = name.encode("utf-8", "surrogatepass")
    quoted = "".join(chr(byte) if _SAFE.match(chr(byte)) else f"%{byte:02X}" for byte in letters) or "%"
    if quoted.startswith("."):
        quoted = "%2E" + quoted[1:]
    if len(quoted) <= room:
        return quoted
    import hashlib

    return quoted[: room - 17] + "-" + hashlib.sha256(letters).hexdigest()[:16]

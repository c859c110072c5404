"""`tutor course new`: a small course that is complete, to begin one's own from."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE = Path(__file__).with_name("template")


def write_course(path: Path) -> list[Path]:
    """Write the course into a folder that is not there yet, or empty. The files; FileExistsError where something lies there."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(path)
    name = path.absolute().name
    course_id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "course"
    title = re.sub(r"[-_\s]+", " ", name).strip().replace('"', "").replace("\\", "").capitalize() or "A course"
    written = []
    for source in sorted(file for file in TEMPLATE.rglob("*") if file.is_file()):
        # code is kept as .txt: it belongs to another course, and is neither imported nor checked as a part of this program
        target = path / source.relative_to(TEMPLATE).as_posix().removesuffix(".txt")
        text = source.read_text(encoding="utf-8").replace("COURSE_ID", course_id).replace("COURSE_TITLE", title)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written

"""How long a course of 1,000 lessons takes to open, against ours: from exec to its whole map, each from its folder."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.figure import Figure, ms
from tests.bench.paint import FULL_MARK, TUTOR, paint
from tutor.course.catalog import built_in

ROUNDS = 9
CHAPTERS, LESSONS = 25, 40
MARK = b"Lesson 7"
MOST = 1.3
LESSON = "# Lesson {}\n\nWhat it is for.\n\n## One step\n\nA word.\n"


async def measure(_: Bench) -> list[Figure]:
    """Ours and the large one in turn, so that a machine that slows down slows both."""
    ours: list[float] = []
    large: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = write_large_course(Path(name, "large"))
        os.environ["TUTOR_TRUST"] = "1"  # a question would stand over the map
        for each in range(ROUNDS + 1):
            own = paint(_opening(built_in()), [FULL_MARK], f"{name}/home")
            other = paint(_opening(folder), [MARK], f"{name}/home")
            if each:  # the first round warms the page cache
                ours += own
                large += other
    base, seconds = statistics.median(ours), statistics.median(large)
    what = f"a course of {CHAPTERS * LESSONS:,} lessons until its map, times ours"
    return [Figure(what, f"at most {MOST:.2f}", f"{seconds / base:.2f}  ({ms(seconds)})", seconds <= MOST * base)]


def _opening(course: Path) -> str:
    return f"import sys; sys.argv[1:] = ['--course', {str(course)!r}]; {TUTOR}"


def write_large_course(folder: Path) -> Path:
    """A course of short lessons, each with its two files."""
    listed = ['id = "large"\ntitle = "A large course"\n']
    for chapter in range(CHAPTERS):
        listed.append(f'[[chapter]]\nid = "chapter{chapter}"\ntitle = "Chapter {chapter}"\n')
        place = folder / f"chapter{chapter}"
        place.mkdir(parents=True)
        for lesson in range(LESSONS):
            listed.append(f'[[chapter.lesson]]\nid = "lesson{lesson}"\ntitle = "Lesson {lesson}"\nminutes = 5\n')
            (place / f"lesson{lesson}.md").write_text(LESSON.format(lesson), encoding="utf-8")
            (place / f"lesson{lesson}.py").write_text('"""Nothing runs here."""\n', encoding="utf-8")
    (folder / "course.toml").write_text("\n".join(listed), encoding="utf-8")
    return folder

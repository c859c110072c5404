"""course.toml is read strictly, and every fault names its line and the way on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.course.small_course import TOML, replace_in, write_small_course
from tutor.course.catalog import built_in, open_course
from tutor.course.outline import CourseError


def test_the_small_course_opens(tmp_path: Path) -> None:
    folder = write_small_course(tmp_path)
    course = open_course(folder)
    assert (course.id, course.title, course.preload, course.path) == ("small", "A small course", ("math",), folder)
    assert [chapter.title for chapter in course.chapters] == ["Basics"]
    shapes, words = course.lessons
    assert (shapes.id, shapes.title, shapes.minutes, shapes.builds_on) == ("basics/shapes", "Shapes", 5, ())
    assert (words.builds_on, words.teaches) == (("basics/shapes",), (3, 5))
    assert course.by_id["basics/words"] is words


def test_a_course_is_opened_by_its_file_too(tmp_path: Path) -> None:
    folder = write_small_course(tmp_path)
    assert open_course(folder / "course.toml") == open_course(folder)


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_small_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert open_course(Path("small")).path.is_absolute()


def test_opening_reads_no_lesson(tmp_path: Path) -> None:
    folder = write_small_course(tmp_path)
    for file in (folder / "basics").iterdir():
        file.unlink()
    assert len(open_course(folder).lessons) == 2


def test_the_built_in_course_opens() -> None:
    assert open_course(built_in()).id == "pytorch"


FAULTS = [
    ('id = "small"\n', "", 0, 'the course has no id: add id = "..."'),
    ('id = "small"', 'id = "a/b"', 1, "id of the course is 'a/b'; it may have letters"),
    ('title = "A small course"', "title = 3", 2, "title of the course must be a text that is not empty, not 3"),
    ('preload = ["math"]', 'preload = "math"', 3, "preload of the course must be a list of texts"),
    ('preload = ["math"]', 'preloads = ["math"]', 3, "unknown key 'preloads'; did you mean preload?"),
    ('id = "basics"\n', "", 5, "the chapter 'Basics' has no id"),
    ("[[chapter]]", "[[chapters]]", 0, "unknown key 'chapters'; did you mean chapter?"),
    ("minutes = 5\n", "", 9, "the lesson 'Shapes' has no minutes: add minutes = 12"),
    ("minutes = 5", "minutes = 0", 12, "minutes of the lesson 'Shapes' must be a whole number above 0, not 0"),
    ("minutes = 5", "minutes = true", 12, "must be a whole number above 0, not True"),
    ('id = "words"', 'id = "basics/words"', 15, "id of the lesson 'Only words' is 'basics/words'"),
    ("minutes = 2", "minuets = 2", 17, "unknown key 'minuets'; did you mean minutes?"),
    (
        'builds_on = ["basics/shapes"]',
        "builds_on = [1]",
        18,
        "builds_on of the lesson 'Only words' must be a list of texts",
    ),
    ("teaches = [3, 5]", "teaches = [0]", 19, "teaches of the lesson 'Only words' must be a list of whole numbers"),
    ('title = "A small course"', 'title = "A small', 2, "this is not TOML: "),
]


@pytest.mark.parametrize(("old", "new", "line", "problem"), FAULTS)
def test_a_fault_names_its_line(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    folder = write_small_course(tmp_path)
    replace_in(folder / "course.toml", old, new)
    with pytest.raises(CourseError) as caught:
        open_course(folder)
    assert problem in caught.value.problem
    assert (caught.value.path, caught.value.line) == (folder / "course.toml", line)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('id = "a"\ntitle = "A"\n', "the course has no chapter: add one under a line [[chapter]]"),
        (TOML[: TOML.index("[[chapter.lesson]]")], "has no lesson: add one under a line [[chapter.lesson]]"),
        ('id = "a"\ntitle = "A"\nchapter = "x"\n', "write each chapter of the course under a line [[chapter]]"),
    ],
)
def test_a_course_has_chapters_with_lessons(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(CourseError, match=problem.replace("[", r"\[").replace("]", r"\]")):
        open_course(tmp_path)


def test_a_folder_without_a_course_says_so(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"there is no course here: a course is a folder with a course\.toml"):
        open_course(tmp_path)


def test_bytes_that_are_no_text_say_so(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="cannot be read"):
        open_course(tmp_path)


def test_opening_a_course_imports_no_markdown_and_no_torch() -> None:
    code = (
        "import sys, tutor.course.catalog, tutor.course.choice\n"
        "print([name for name in ('torch', 'markdown_it', 'difflib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Ids that learners' work is kept by: what has gone must be declared, and what is declared must be so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course.small_course import replace_in, write_small_course
from tutor.course.catalog import open_course
from tutor.course.ids import Id, follow, read_id
from tutor.course.lasting import check_ids, list_ids
from tutor.course.outline import CourseError, Finding
from tutor.course.reader import read_lesson

SHAPES = "basics/shapes.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course that was handed on as it is."""
    folder = write_small_course(tmp_path)
    list_ids(open_course(folder))
    return folder


def check(folder: Path) -> list[Finding]:
    course = open_course(folder)
    return list(check_ids(course, [read_lesson(course, entry.id) for entry in course.lessons]))


def declare(folder: Path, *lines: str) -> None:
    with (folder / "course.toml").open("a") as file:
        file.write("\n[moved]\n" + "\n".join(lines) + "\n")


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, "\n".join(map(str, findings))
    return findings[0]


def rename_lesson(folder: Path) -> None:
    replace_in(folder / "course.toml", 'id = "words"', 'id = "prose"')
    for suffix in (".md", ".py"):
        (folder / f"basics/words{suffix}").rename(folder / f"basics/prose{suffix}")


class TestFollow:
    @pytest.mark.parametrize("text", ["lesson a/b", "exercise a/b#c", "step a/b#c-d", "demo a/b#c"])
    def test_what_is_written_is_read(self, text: str) -> None:
        assert str(read_id(text)) == text

    @pytest.mark.parametrize("text", ["", "a/b", "lesson a/b#c", "step a/b", "task a/b#c", "step a/b#c d"])
    def test_what_is_no_id_is_none(self, text: str) -> None:
        assert read_id(text) is None

    def test_a_part_goes_with_its_lesson_unless_it_is_named(self) -> None:
        moved = {"lesson a/b": "a/c", "step a/b#one": "a/d#uno", "exercise a/c#x": "removed"}
        assert follow(Id("step", "a/b", "two"), moved) == Id("step", "a/c", "two")
        assert follow(Id("step", "a/b", "one"), moved) == Id("step", "a/d", "uno")
        assert follow(Id("exercise", "a/b", "x"), moved) is None
        assert follow(Id("demo", "a/x", "y"), moved) == Id("demo", "a/x", "y")

    def test_a_removed_lesson_takes_all_of_it_along(self) -> None:
        assert follow(Id("step", "a/b", "one"), {"lesson a/b": "removed"}) is None

    def test_a_circle_leads_back(self) -> None:
        moved = {"lesson a/b": "a/c", "lesson a/c": "a/b"}
        assert follow(Id("lesson", "a/b"), moved) == Id("lesson", "a/b")


def test_a_course_as_it_was_handed_on_gives_nothing(folder: Path) -> None:
    assert check(folder) == []


def test_a_course_that_was_never_handed_on_may_change_all(tmp_path: Path) -> None:
    assert check(write_small_course(tmp_path)) == []


def test_an_exercise_under_another_name_is_missed_until_that_is_declared(folder: Path) -> None:
    text = (folder / SHAPES).read_text().replace(" rows\n", " lines\n")
    (folder / SHAPES).write_text(text)
    gone, new = check(folder)
    assert "exercise basics/shapes#rows has gone, and learners' work with it: write" in gone.message
    assert '"exercise basics/shapes#rows" = ' in gone.message and 'or = "removed", under [moved]' in gone.message
    lines = gone.path.read_text().split("\n")
    assert gone.path == folder / "ids.txt" and lines[gone.line - 1] == "exercise basics/shapes#rows"
    assert new.warning and "not listed yet: exercise basics/shapes#lines; run `tutor course ids`" in new.message
    declare(folder, '"exercise basics/shapes#rows" = "basics/shapes#lines"')
    assert only(check(folder)).warning
    assert list_ids(open_course(folder))[1] == 1
    assert check(folder) == []
    assert "# Of earlier editions\nexercise basics/shapes#rows\n" in (folder / "ids.txt").read_text()


def test_a_lesson_under_another_name_is_one_finding_and_its_declaration_moves_all_of_it(folder: Path) -> None:
    rename_lesson(folder)
    gone, new = check(folder)
    assert "lesson basics/words has gone" in gone.message and new.warning
    declare(folder, '"lesson basics/words" = "basics/prose"')
    assert only(check(folder)).warning


def test_what_was_taken_out_is_declared_as_removed(folder: Path) -> None:
    replace_in(folder / SHAPES, "## Six numbers", "## Six")
    assert 'write "step basics/shapes#six-numbers" = "basics/shapes#six", or' in check(folder)[0].message
    declare(folder, '"step basics/shapes#six-numbers" = "removed"')
    assert only(check(folder)).warning


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('"basics/words" = "removed"', "'basics/words' is no id: write it like"),
        ('"lesson basics/words" = "removed"', "lesson basics/words is still there, so it has not moved"),
        ('"step basics/words#x" = "nowhere"', "step basics/words#x cannot move to 'nowhere': write = \"chapter/lesson#name\""),
        ('"step basics/words#x" = "basics/words#one-thougt"', "which is no step; did you mean basics/words#one-thought"),
        ('"demo basics/words#x" = "basics/words#x"', "demo basics/words#x moves in a circle"),
    ],
)  # fmt: skip
def test_a_declaration_that_is_not_so(folder: Path, line: str, says: str) -> None:
    declare(folder, line)
    finding = only(check(folder))
    assert says in finding.message
    assert finding.path.read_text().split("\n")[finding.line - 1] == line


@pytest.mark.parametrize("value", ["3", '""', "[]"])
def test_a_declaration_that_names_no_place_is_refused_with_its_line(folder: Path, value: str) -> None:
    declare(folder, f'"lesson basics/x" = {value}')
    with pytest.raises(CourseError, match="'lesson basics/x' moved to no place") as caught:
        open_course(folder)
    assert caught.value.line == len((folder / "course.toml").read_text().split("\n")) - 1


def test_a_line_that_is_no_id(folder: Path) -> None:
    with (folder / "ids.txt").open("a") as file:
        file.write("step basics\n")
    assert "this is no id" in only(check(folder)).message


def test_a_lesson_that_cannot_be_read_misses_nothing(folder: Path) -> None:
    course = open_course(folder)
    assert list(check_ids(course, [read_lesson(course, "basics/words")])) == []

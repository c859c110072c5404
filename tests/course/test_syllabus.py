"""The syllabus: numbers that lessons say they teach, and what is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course.small_course import replace_in, write_small_course
from tutor.course.catalog import built_in, open_course
from tutor.course.outline import CourseError
from tutor.course.syllabus import check_syllabus, coverage, read_syllabus

SYLLABUS = """\
[[chapter]]
id = "one"
title = "One"
items = [
    { number = 3, seed = "a", kind = "topic", text = "Three" },
    { number = 4, seed = "a", kind = "API", text = "Four" },
]

[[chapter]]
id = "two"
title = "Two"
items = [{ number = 5, seed = "b", kind = "tip", text = "Five" }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course whose second lesson teaches 3 and 5."""
    folder = write_small_course(tmp_path)
    (folder / "syllabus.toml").write_text(SYLLABUS)
    return folder


def test_coverage_counts_what_is_taught_and_names_what_is_not(folder: Path) -> None:
    covered = coverage(open_course(folder))
    assert covered is not None
    assert (covered.items, covered.taught) == (3, 2)
    assert [(topic.id, [item.text for item in topic.items]) for topic in covered.missing] == [("one", ["Four"])]
    assert list(check_syllabus(open_course(folder))) == []


def test_a_course_without_a_syllabus_has_no_coverage(tmp_path: Path) -> None:
    course = open_course(write_small_course(tmp_path))
    assert coverage(course) is None and list(check_syllabus(course)) == [] and read_syllabus(course) == ()


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ("[3, 6]", "basics/words teaches 6, which is no item of syllabus.toml"),
        ("[3, 5, 3]", "basics/words names 3 2 times under teaches"),
    ],
)
def test_a_wrong_number_is_a_finding_at_its_line(folder: Path, numbers: str, says: str) -> None:
    line = replace_in(folder / "course.toml", "teaches = [3, 5]", f"teaches = {numbers}")
    (finding,) = check_syllabus(open_course(folder))
    assert says in finding.message
    assert (finding.path, finding.line) == (folder / "course.toml", line)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("number = 4", "number = 3", 6, "2 items have the number 3"),
        ("number = 4", 'number = "4"', 0, "an item of one is"),
        ('title = "Two"', "", 0, "a chapter needs an id and a title"),
        ('title = "Two"', "title = ", 11, "this is not TOML"),
    ],
)
def test_a_fault_in_the_syllabus_is_a_finding(folder: Path, old: str, new: str, line: int, says: str) -> None:
    replace_in(folder / "syllabus.toml", old, new)
    with pytest.raises(CourseError):
        read_syllabus(open_course(folder))
    (finding,) = check_syllabus(open_course(folder))
    assert says in finding.message and finding.path == folder / "syllabus.toml"
    assert finding.line == line
    assert coverage(open_course(folder)) is None


def test_the_built_in_syllabus_has_all_250_items_of_the_five_seeds() -> None:
    items = [item for topic in read_syllabus(open_course(built_in())) for item in topic.items]
    assert sorted(item.number for item in items) == list(range(1, 251))
    assert {seed: sum(item.seed == seed for item in items) for seed in ("S0", "S1", "S2", "S3", "S4")} == {
        "S0": 28, "S1": 89, "S2": 35, "S3": 38, "S4": 60,
    }  # fmt: skip
    kinds = {item.kind for item in items}
    assert kinds == {"topic", "API", "pitfall", "tip", "exercise", "stuck", "correction"}

"""What was learned goes along where a course gives its lessons, steps, exercises and demos other ids; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tutor.course.outline import Chapter, Course, Entry
from tutor.progress import Store
from tutor.progress.transfer import dump

OLD, NEW = "tensors/shapes", "tensors/reshape"
MOVED = {
    f"lesson {OLD}": NEW,
    f"step {NEW}#one": f"{NEW}#first",
    f"exercise {OLD}#add": f"{NEW}#add_batch",
    f"demo {NEW}#fit": f"{NEW}#fit_line",
    f"exercise {NEW}#gone": "removed",
    "exercise tensors/dtypes#pick": f"{NEW}#pick",
}


def course(moved: dict[str, str]) -> Course:
    entries = (Entry(NEW, "Reshape", 5), Entry("tensors/dtypes", "Dtypes", 5))
    return Course("course", "Course", Path("/course"), (Chapter("tensors", "Tensors", entries),), (), moved)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One in which something of everything was done in the earlier edition, and in another course."""
    store = Store.open(tmp_path)
    store.record("course", OLD, "add", "failed", "No.", "x = 1\n", 0.5, OLD)
    store.record("course", OLD, "add", "passed", "Right.", "x = 2\n", 0.5)
    store.record("course", OLD, "gone", "passed", "Right.", "x = 3\n", 0.5)
    store.record("course", "tensors/dtypes", "pick", "passed", "Right.", "1", 0.5)
    store.record("another", OLD, "add", "passed", "Right.", "x = 4\n", 0.5)
    for step in ("two", "one"):
        store.see("course", OLD, step)
    store.save_settings("course", OLD, "fit", {"lr": 0.1})
    store.save_run("course", OLD, "fit", 5.0, {"a": 1})
    store.note_help("course", OLD, "add", "hint", 1)
    store.save_answer("course", OLD, "add", "x = 2\n")
    store.save_answer("course", OLD, "other", "y = 2\n")
    store.save_answer("another", OLD, "add", "x = 4\n")
    store._database.write(("INSERT INTO states VALUES ('course', ?, 'done')", (OLD,)))
    yield store
    store.close()


def content(store: Store) -> dict[str, Any]:
    return {name: value for name, value in json.loads(dump(store.export())).items() if name != "exported"}


def test_everything_goes_along(store: Store) -> None:
    store.take_along(course(MOVED))
    assert [attempt.answer for attempt in store.attempts("course", NEW, "add_batch")] == ["x = 1\n", "x = 2\n"]
    assert store.passed("course", NEW) == {"add_batch", "gone", "pick"}
    assert store.seen("course", NEW) == {"first", "two"}
    assert store.position("course") == (NEW, "first") and store.position_in("course", OLD) is None
    assert store.states("course") == {NEW: "done"}
    assert store.settings("course", NEW, "fit_line") == {"lr": 0.1}
    assert store.runs("course", NEW, "fit_line") == [(5.0, {"a": 1})]
    assert [help.kind for help in store.help_taken("course", NEW, "add_batch")] == ["hint"]
    assert store.load_answer("course", NEW, "add_batch") == "x = 2\n"
    assert store.load_answer("course", NEW, "other") == "y = 2\n"
    assert store.load_answer("course", OLD, "add") is None
    assert store.problem == ""


def test_another_course_is_left_alone(store: Store) -> None:
    store.take_along(course(MOVED))
    assert store.passed("another", OLD) == {"add"} and store.load_answer("another", OLD, "add") == "x = 4\n"


def test_a_second_time_changes_nothing(store: Store) -> None:
    store.take_along(course(MOVED))
    before = content(store)
    store.take_along(course(MOVED))
    assert content(store) == before


def test_a_course_that_moved_nothing_changes_nothing(store: Store) -> None:
    before = content(store)
    store.take_along(course({}))
    assert content(store) == before


def test_attempts_are_still_kept_as_they_are(store: Store) -> None:
    import sqlite3

    store.take_along(course(MOVED))
    with pytest.raises(sqlite3.IntegrityError, match="attempts are kept"):
        store._database._file.execute("UPDATE attempts SET answer = ''")  # type: ignore[union-attr]


def test_work_under_both_names_is_merged_and_a_second_answer_kept_beside(store: Store, tmp_path: Path) -> None:
    """As after an import of what another machine did in the newer edition."""
    store.record("course", NEW, "add_batch", "failed", "No.", "z = 1\n", 0.5)
    store.see("course", NEW, "three")
    store.save_answer("course", NEW, "add_batch", "z = 1\n")
    store.save_settings("course", NEW, "fit_line", {"lr": 0.5})
    store.take_along(course(MOVED))
    assert len(store.attempts("course", NEW, "add_batch")) == 3
    assert store.seen("course", NEW) == {"first", "two", "three"}
    assert store.position("course") == (NEW, "three")
    assert store.settings("course", NEW, "fit_line") == {"lr": 0.5}
    assert store.load_answer("course", NEW, "add_batch") == "z = 1\n"
    (beside,) = (tmp_path / "answers/course/tensors/reshape").glob("add_batch.other-*.py")
    assert beside.read_text() == "x = 2\n"


def test_an_answer_that_was_kept_beside_goes_along(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "answers/course/tensors/shapes"
    (folder / "add.other-12345678.py").write_text("w = 1\n")
    store.take_along(course(MOVED))
    assert (tmp_path / "answers/course/tensors/reshape/add_batch.other-12345678.py").read_text() == "w = 1\n"
    assert not folder.exists()


def test_an_answer_that_cannot_be_moved_is_said_and_stays(store: Store, tmp_path: Path) -> None:
    (tmp_path / "answers/course/tensors/reshape").write_text("a file where a folder belongs")
    store.take_along(course(MOVED))
    assert "cannot be moved there" in store.problem
    assert (tmp_path / "answers/course/tensors/shapes/add.py").read_text() == "x = 2\n"
    assert store.passed("course", NEW) >= {"add_batch"}


def test_two_renamings_one_after_the_other_are_followed(store: Store) -> None:
    store.take_along(course({f"lesson {OLD}": "tensors/middle", "lesson tensors/middle": NEW}))
    assert store.passed("course", NEW) == {"add", "gone"}


def test_a_circle_moves_nothing(store: Store) -> None:
    before = content(store)
    store.take_along(course({f"lesson {OLD}": NEW, f"lesson {NEW}": OLD}))
    assert content(store) == before

"""Export, import, reset: nothing is lost on the way, and nothing counted twice."""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tutor.progress import Store, StoreError
from tutor.progress.schema import UPGRADES
from tutor.progress.transfer import dump

LESSON, OTHER = "tensors/shapes", "tensors/dtypes"
IDS = ("course", LESSON, "add_batch")


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[Store]]:
    opened = [Store.open(tmp_path / "one"), Store.open(tmp_path / "two")]
    yield opened
    for store in opened:
        store.close()


@pytest.fixture
def store(stores: list[Store]) -> Store:
    """One that holds something of everything."""
    store = stores[0]
    store.record(*IDS, "failed", "No.", "x = 'é'\n", 0.1 + 0.2, "tensors/reshape")
    store.record(*IDS, "passed", "Right.", "x = 1\n", 0.25)
    store.record("course", OTHER, "pick", "failed", "No.", "2", 0.0)
    store.record("another", LESSON, "add_batch", "passed", "Right.", "", 0.0)
    for lesson, step in ((OTHER, "one"), (LESSON, "one"), (LESSON, "two")):
        store.see("course", lesson, step)
    store.save_settings("course", LESSON, "fit_line", {"lr": 0.1, "optimizer": "SGD", "noise": True})
    store.save_answer(*IDS, "x = 'é'\n")
    store.save_answer("course", OTHER, "pick", "2")
    store.save_answer("another", LESSON, "add_batch", "other\n")
    store.note_help(*IDS, "hint", 1)
    store.note_help(*IDS, "solution")
    return store


def exported(store: Store) -> dict[str, Any]:
    """What an export says, through JSON as a file would hold it."""
    return dict(json.loads(dump(store.export())))


def content(store: Store) -> dict[str, Any]:
    """Everything but when it was exported."""
    return {name: value for name, value in exported(store).items() if name != "exported"}


class TestRoundTrip:
    def test_a_reset_forgets_and_an_import_restores_everything(self, store: Store) -> None:
        before = content(store)
        copied = store.reset("course")
        assert store.attempts(*IDS) == [] and store.load_answer(*IDS) is None and store.position("course") is None
        assert store.help_taken(*IDS) == [] and store.settings("course", LESSON, "fit_line") == {}
        assert store.passed("another", LESSON) == {"add_batch"}
        assert store.load_answer("another", LESSON, "add_batch") == "other\n"
        assert copied.parent == store.home and copied.name.startswith("progress-before-reset-20")
        merged = store.merge(json.loads(copied.read_text()))
        assert (merged.attempts, merged.answers, merged.beside) == (3, 2, ())
        after = content(store)
        for table, rows in before.items():
            if isinstance(rows, list):
                assert sorted(map(dump, after[table])) == sorted(map(dump, rows)), table
            else:
                assert after[table] == rows, table
        assert store.position("course") == (LESSON, "two")
        assert [attempt.seconds for attempt in store.attempts(*IDS)] == [0.1 + 0.2, 0.25]

    def test_a_lesson_alone(self, store: Store) -> None:
        store.answer_path(*IDS).with_name("notes.txt").write_text("mine")
        store.reset("course", LESSON)
        assert store.attempts(*IDS) == [] and not store.answer_path(*IDS).exists()
        assert store.attempt_counts("course") == {OTHER: 1} and store.load_answer("course", OTHER, "pick") == "2"
        assert store.position("course") == (OTHER, "one")
        assert store.answer_path(*IDS).with_name("notes.txt").read_text() == "mine"

    def test_attempts_cannot_be_deleted_after_a_reset_either(self, store: Store) -> None:
        store.reset("course", LESSON)
        with sqlite3.connect(store.home / "progress.sqlite3") as raw, pytest.raises(sqlite3.IntegrityError):
            raw.execute("DELETE FROM attempts")
        raw.close()

    def test_two_resets_keep_two_copies(self, store: Store) -> None:
        assert store.reset("course", LESSON) != store.reset("course")
        assert len(list(store.home.glob("progress-before-reset-*.json"))) == 2

    def test_without_a_copy_nothing_is_forgotten(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("tutor.progress.transfer.write_atomically", full)
        with pytest.raises(StoreError, match=r"Nothing was forgotten: .* \(no space left on device\)"):
            store.reset("course")
        assert len(store.attempts(*IDS)) == 2 and store.load_answer(*IDS) == "x = 'é'\n"


class TestMerge:
    def test_two_imports_add_nothing_twice(self, store: Store, stores: list[Store]) -> None:
        target = stores[1]
        target.record(*IDS, "failed", "Here.", "y\n", 0.5)
        merged = target.merge(exported(store))
        assert (merged.attempts, merged.answers) == (4, 3)
        assert [attempt.message for attempt in target.attempts(*IDS)] == ["No.", "Right.", "Here."]
        once = content(target)
        again = target.merge(exported(store))
        assert (again.attempts, again.answers, again.beside) == (0, 0, ()) and content(target) == once

    def test_back_and_forth_both_hold_the_same(self, store: Store, stores: list[Store]) -> None:
        target = stores[1]
        target.see("course", OTHER, "three")
        target.save_settings("course", LESSON, "fit_line", {"lr": 5.0})
        target.merge(exported(store))
        store.merge(exported(target))
        for each in stores:
            assert each.position("course") == (OTHER, "three")  # the later of the two
            assert each.position_in("course", LESSON) == "two"
            assert each.seen("course", OTHER) == {"one", "three"}
            assert each.settings("course", LESSON, "fit_line") == {"lr": 5.0}
            assert each.passed("course", LESSON) == {"add_batch"}
        target.see("course", LESSON, "one")
        assert target.position("course") == (LESSON, "one")

    def test_two_answers_to_one_exercise_are_both_kept(self, store: Store, stores: list[Store]) -> None:
        target = stores[1]
        target.record(*IDS, "failed", "Here.", "mine\n", 0.5)
        target.save_answer(*IDS, "mine\n")
        (other,) = target.merge(exported(store)).beside
        assert target.load_answer(*IDS) == "mine\n" and other.read_text() == "x = 'é'\n"
        assert other.parent == target.answer_path(*IDS).parent
        assert target.merge(exported(store)).beside == ()

    def test_an_answer_that_was_never_checked_makes_way(self, store: Store, stores: list[Store]) -> None:
        """A starter that was only written, say."""
        target = stores[1]
        target.save_answer(*IDS, "starter\n")
        (other,) = target.merge(exported(store)).beside
        assert target.load_answer(*IDS) == "x = 'é'\n" and other.read_text() == "starter\n"
        assert target.merge(exported(store)).beside == ()

    def test_a_store_that_cannot_be_written_says_so(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        nowhere = Store.open(tmp_path / "file" / "home")
        with pytest.raises(StoreError, match="cannot be written"):
            nowhere.merge(exported(store))
        with pytest.raises(StoreError, match="cannot be written"):
            nowhere.reset("course")
        nowhere.close()


def broken(data: dict[str, Any], how: str) -> object:
    """The export with one thing wrong."""
    data = copy.deepcopy(data)
    match how:
        case "list":
            return [data]
        case "kind":
            return data | {"kind": "shopping"}
        case "newer":
            return data | {"format": 2}
        case "no table":
            del data["seen"]
        case "column":
            data["attempts"][0]["mood"] = "good"
        case "type":
            data["attempts"][1]["seconds"] = "long"
        case "nan":
            data["attempts"][0]["at"] = float("nan")
        case "state":
            data["states"] = [{"course": "c", "lesson": "l", "state": "great"}]
        case _:
            data["answers"][how] = "x"
    return data


class TestStrict:
    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ("list", "no export of tutor's"),
            ("kind", "no export of tutor's"),
            ("newer", "format 2, and this tutor knows 1; upgrade tutor"),
            ("no table", "it has no seen"),
            ("column", "entry 1 of attempts is not whole"),
            ("type", "in entry 2 of attempts, seconds cannot be 'long'"),
            ("nan", "at cannot be 'nan'"),
            ("state", "state cannot be 'great'"),
            ("../../outside.py", "is no answer"),
            ("/etc/outside.py", "is no answer"),
            ("course/.hidden.py", "is no answer"),
            ("course/program.sh", "is no answer"),
        ],
    )
    def test_what_is_not_right_is_said_and_nothing_imported(
        self, store: Store, stores: list[Store], how: str, said: str
    ) -> None:
        target = stores[1]
        before = content(target)
        with pytest.raises(StoreError, match=said):
            target.merge(broken(exported(store), how))
        assert content(target) == before


class TestOlderFiles:
    """A file of the first version, which knew no help and no lesson that mends."""

    @pytest.fixture
    def old(self, tmp_path: Path) -> Path:
        home = tmp_path / "old"
        home.mkdir()
        with sqlite3.connect(home / "progress.sqlite3") as raw:
            for statement in UPGRADES[0]:
                raw.execute(statement)
            raw.execute("PRAGMA user_version = 1")
            attempt = (1.5, *IDS, "passed", "Right.", "x", 0.5)
            raw.execute("INSERT INTO attempts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", attempt)
            for visit, lesson in enumerate((LESSON, OTHER), 1):
                raw.execute("INSERT INTO positions VALUES ('course', ?, 'one', ?)", (lesson, visit))
        raw.close()
        return home

    def check(self, home: Path) -> Store:
        store = Store.open(home)
        assert [(a.at, a.answer, a.mends) for a in store.attempts(*IDS)] == [(1.5, "x", "")]
        assert store.position("course") == (OTHER, "one")
        return store

    def test_becomes_a_new_one(self, old: Path) -> None:
        store = self.check(old)
        store.note_help(*IDS, "hint", 2)
        store.see("course", LESSON, "two")
        assert store.problem == "" and store.position("course") == (LESSON, "two")
        store.close()

    def test_is_read_where_it_cannot_be_written(self, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.access", lambda path, mode: False)
        store = self.check(old)
        assert "read-only" in store.problem
        store.close()

    def test_comes_back_from_an_export(self, old: Path, stores: list[Store]) -> None:
        store = self.check(old)
        stores[1].merge(exported(store))
        store.close()
        assert stores[1].position("course") == (OTHER, "one")

"""Answer files: whole texts, safe names, and the learner's own editor beside us."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.progress import Store
from tutor.progress.answers import write_atomically
from tutor.progress.places import answer_file, safe_name

PLACE = ("course", "tensors/shapes", "add_batch")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


def test_an_answer_is_a_plain_file_where_its_name_says(store: Store, tmp_path: Path) -> None:
    assert store.load_answer(*PLACE) is None
    store.save_answer(*PLACE, "x = 'é'\n")
    file = tmp_path / "answers" / "course" / "tensors" / "shapes" / "add_batch.py"
    assert store.answer_path(*PLACE) == file
    assert file.read_bytes() == "x = 'é'\n".encode() and os.listdir(file.parent) == ["add_batch.py"]


def test_what_the_learners_editor_wrote_is_read(store: Store) -> None:
    store.save_answer(*PLACE, "x = 1\n")
    store.answer_path(*PLACE).write_text("x = 2\n")
    assert store.load_answer(*PLACE) == "x = 2\n"
    store.save_answer(*PLACE, "x = 1\n")
    assert store.answer_path(*PLACE).read_text() == "x = 1\n"


def test_an_unchanged_answer_keeps_its_time_stamp(store: Store) -> None:
    store.save_answer(*PLACE, "x = 1\n")
    path = store.answer_path(*PLACE)
    os.utime(path, (1000, 1000))
    store.save_answer(*PLACE, "x = 1\n")
    assert path.stat().st_mtime == 1000
    store.save_answer(*PLACE, "x = 2\n")
    assert abs(path.stat().st_mtime - time.time()) < 60


def test_a_link_and_permissions_are_kept(store: Store, tmp_path: Path) -> None:
    path, real = store.answer_path(*PLACE), tmp_path / "elsewhere.py"
    real.write_text("old")
    real.chmod(0o640)
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    store.save_answer(*PLACE, "new")
    assert path.is_symlink() and real.read_text() == "new" and real.stat().st_mode & 0o777 == 0o640


def test_an_answer_in_an_old_encoding_still_opens(store: Store) -> None:
    store.save_answer(*PLACE, "")
    store.answer_path(*PLACE).write_bytes("# caf\xe9".encode("latin-1"))
    assert store.load_answer(*PLACE) == "# café"


def test_an_answer_that_cannot_be_read_is_never_overwritten(store: Store) -> None:
    path = store.answer_path(*PLACE)
    path.mkdir(parents=True)  # a folder in its place: reading fails for root too
    assert store.load_answer(*PLACE) is None
    assert str(path) in store.problem and "cannot be read" in store.problem
    store.save_answer(*PLACE, "x = 1\n")
    assert store.load_answer(*PLACE) == "x = 1\n" and path.is_dir() and "cannot be read" in store.problem
    path.rmdir()
    store.save_answer(*PLACE, "x = 2\n")
    assert path.read_text() == "x = 2\n" and store.problem == ""


def test_nothing_is_left_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answer.py"
    write_atomically(path, "old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["answer.py"]


def test_what_a_killed_program_left_is_removed_but_not_what_another_is_writing(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".answer.py.1-0.tmp", tmp_path / ".answer.py.2-0.tmp"
    for left in (old, fresh):
        left.write_text("half")
    os.utime(old, (1000, 1000))
    write_atomically(tmp_path / "answer.py", "x")
    assert not old.exists() and fresh.exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("add_batch", "add_batch"),
        ("what-zero.grad-is-for", "what-zero.grad-is-for"),
        ("..", "%2E."),
        (".hidden", "%2Ehidden"),
        ("", "%"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("a%20b", "a%2520b"),
        ("%2F", "%252F"),
        ("é", "%C3%A9"),
        ("C:\\x\0", "C%3A%5Cx%00"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_are_cut_and_stay_apart(tmp_path: Path) -> None:
    one, two = (answer_file(tmp_path, "course", "a/b", "x" * 300 + end) for end in "12")
    assert one != two
    for path in (one, two):
        write_atomically(path, path.name)
    assert one.read_text() != two.read_text()


def test_no_id_leaves_the_folder(tmp_path: Path) -> None:
    for lesson in ("../../etc", "/etc/passwd", "a//b", "a/./b", "a\\..\\b"):
        path = answer_file(tmp_path, "..", lesson, "../x")
        assert tmp_path in path.parents and ".." not in path.parts and path.resolve() == path

"""The store: what was confirmed is there again, whatever happened in between."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.course.model import Choice, Lesson, Option, Step
from tutor.progress import Store
from tutor.progress.schema import VERSION

LESSON = "tensors/shapes"


OPENED: list[Store] = []


@pytest.fixture(autouse=True)
def close_all() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def open_store(home: Path | None = None) -> Store:
    OPENED.append(Store.open(home))
    return OPENED[-1]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def again(store: Store) -> Store:
    """The same folder, opened as a program started later would."""
    return open_store(store.home)


def pass_exercise(store: Store, exercise: str = "add_batch", lesson: str = LESSON) -> None:
    store.record("course", lesson, exercise, "passed", "Right.", "x = 1\n", 0.25)


def lesson_of(*steps: str, exercise: str = "") -> Lesson:
    choice = Choice(exercise, (Option("a", True, "why"), Option("b", False, "why")), (), 1) if exercise else None
    made = [Step(name, name, (), None, choice if name == steps[-1] else None, 1) for name in steps]
    return Lesson(LESSON, "Shapes", "Know shapes.", tuple(made), Path("shapes.md"))


class TestKept:
    def test_attempts_come_back_oldest_first(self, store: Store) -> None:
        store.record("course", LESSON, "add_batch", "failed", "The last dimension.", "x = 0\n", 0.5)
        pass_exercise(store)
        attempts = again(store).attempts("course", LESSON, "add_batch")
        assert [a.outcome for a in attempts] == ["failed", "passed"]
        assert (attempts[0].message, attempts[0].answer, attempts[0].seconds) == ("The last dimension.", "x = 0\n", 0.5)
        assert attempts[0].at <= attempts[1].at
        assert again(store).attempts("course", LESSON, "other") == []

    def test_attempts_cannot_be_deleted_or_changed(self, store: Store) -> None:
        pass_exercise(store)
        with sqlite3.connect(store.home / "progress.sqlite3") as raw:
            for statement in ("DELETE FROM attempts", "UPDATE attempts SET outcome = 'failed'"):
                with pytest.raises(sqlite3.IntegrityError, match="attempts are kept"):
                    raw.execute(statement)
        raw.close()

    def test_passed_stays_passed_after_a_later_failure(self, store: Store) -> None:
        pass_exercise(store)
        store.record("course", LESSON, "add_batch", "failed", "No.", "", 0)
        store.record("course", LESSON, "other", "failed", "No.", "", 0)
        assert store.passed("course", LESSON) == {"add_batch"}
        assert store.passed("another course", LESSON) == set()
        assert store.attempt_counts("course") == {LESSON: 3}

    def test_position_is_the_last_place_and_each_lesson_keeps_its_own(self, store: Store) -> None:
        assert store.position("course") is None and store.position_in("course", LESSON) is None
        for lesson, step in ((LESSON, "one"), (LESSON, "two"), ("tensors/dtypes", "one"), (LESSON, "one")):
            store.see("course", lesson, step)
        later = again(store)
        assert later.position("course") == (LESSON, "one")
        assert later.position_in("course", "tensors/dtypes") == "one"
        assert later.seen("course", LESSON) == {"one", "two"}

    def test_settings_keep_their_types(self, store: Store) -> None:
        settings = {"lr": 0.1, "epochs": 100, "noise": True, "optimizer": "SGD"}
        store.save_settings("course", LESSON, "fit_line", {"lr": 5.0})
        store.save_settings("course", LESSON, "fit_line", settings)
        read = again(store).settings("course", LESSON, "fit_line")
        assert read == settings and [type(v) for v in read.values()] == [float, int, bool, str]
        assert store.settings("course", LESSON, "other") == {}

    def test_a_lone_surrogate_in_an_answer_is_no_trouble(self, store: Store) -> None:
        store.record("course", LESSON, "add_batch", "failed", "bad \udcff", "x = '\udcff'", 0)
        assert store.problem == ""
        assert store.attempts("course", LESSON, "add_batch")[0].answer == "x = '?'"


class TestState:
    def test_new_started_done(self, store: Store) -> None:
        lesson = lesson_of("one", "two", exercise="pick")
        assert store.update_state("course", lesson) == "new"
        assert store.states("course") == {}
        store.see("course", LESSON, "one")
        assert store.update_state("course", lesson) == "started"
        store.see("course", LESSON, "two")
        assert store.update_state("course", lesson) == "started"
        pass_exercise(store, "pick")
        assert store.update_state("course", lesson) == "done"
        assert again(store).states("course") == {LESSON: "done"}

    def test_a_step_that_an_upgrade_adds_makes_it_started_again(self, store: Store) -> None:
        store.see("course", LESSON, "one")
        assert store.update_state("course", lesson_of("one")) == "done"
        assert store.update_state("course", lesson_of("one", "two")) == "started"

    def test_an_answer_alone_counts_as_started(self, store: Store) -> None:
        store.record("course", LESSON, "pick", "failed", "No.", "2", 0)
        assert store.update_state("course", lesson_of("one", exercise="pick")) == "started"


WRITER = """
import sys
from pathlib import Path
from tutor.progress import Store
store = Store.open(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    text = f"# {number}\\n" + "x" * 20_000 + f"\\n# {number}\\n"
    store.save_answer("course", "tensors/shapes", "add_batch", text)
    store.record("course", "tensors/shapes", "add_batch", "failed", str(number), text, 0.0)
    store.see("course", "tensors/shapes", str(number))
    print(number, store.problem, flush=True)
    number += 1
"""


def start_writer(home: Path, first: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), str(first)], stdout=subprocess.PIPE, text=True, bufsize=1
    )


class TestKilled:
    @pytest.mark.parametrize("lines", [1, 2, 5, 11, 23])
    def test_kill_9_loses_nothing_that_was_confirmed(self, tmp_path: Path, lines: int) -> None:
        confirmed = -1
        for start in range(0, 3000, 1000):  # three lives on one folder
            with start_writer(tmp_path, start) as writer:
                assert writer.stdout
                for _ in range(lines):
                    confirmed = int(writer.stdout.readline())
                writer.kill()
            store = open_store(tmp_path)
            kept = [int(a.message) for a in store.attempts("course", LESSON, "add_batch")]
            answer = store.load_answer("course", LESSON, "add_batch") or ""
            assert store.problem == ""
            assert confirmed in kept and kept == sorted(kept)
            assert {start + i for i in range(lines)} <= set(kept)
            assert {str(number) for number in range(start, confirmed + 1)} <= store.seen("course", LESSON)
            first, last = answer.splitlines()[0], answer.splitlines()[-1]
            assert first == last and int(first[2:]) >= confirmed  # a whole text, never half of one
            store.close()

    def test_two_programs_at_once(self, tmp_path: Path) -> None:
        """Both start on an empty folder, and both keep everything."""
        with start_writer(tmp_path, 0) as one, start_writer(tmp_path, 1000) as two:
            for writer in (one, two):
                assert writer.stdout
                lines = [writer.stdout.readline().rstrip("\n") for _ in range(20)]
                first = 0 if writer is one else 1000
                assert lines == [f"{first + i} " for i in range(20)]  # the number, and no problem
            for writer in (one, two):
                writer.kill()
        kept = {int(a.message) for a in open_store(tmp_path).attempts("course", LESSON, "add_batch")}
        assert {*range(20), *range(1000, 1020)} <= kept

    def test_threads_share_a_store(self, store: Store) -> None:
        def work(first: int) -> None:
            for number in range(first, first + 20):
                store.record("course", LESSON, "add_batch", "failed", str(number), "", 0)
                store.save_answer("course", LESSON, str(number), "x")

        threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(again(store).attempts("course", LESSON, "add_batch")) == 60 and store.problem == ""


class TestTrouble:
    def test_a_home_that_cannot_be_made_is_said_and_work_goes_on_in_memory(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        store = open_store(tmp_path / "file" / "home")
        assert "cannot be written (not a directory)" in store.problem and "TUTOR_HOME" in store.problem
        pass_exercise(store)
        store.see("course", LESSON, "one")
        store.save_answer("course", LESSON, "add_batch", "x = 1\n")
        store.save_settings("course", LESSON, "demo", {"lr": 0.1})
        assert store.passed("course", LESSON) == {"add_batch"}
        assert store.position("course") == (LESSON, "one")
        assert store.load_answer("course", LESSON, "add_batch") == "x = 1\n"
        assert store.settings("course", LESSON, "demo") == {"lr": 0.1}
        assert store.problem

    def test_once_it_can_be_written_all_that_waited_is_kept(self, tmp_path: Path) -> None:
        blocker = tmp_path / "home"
        blocker.write_text("")
        store = open_store(blocker)
        pass_exercise(store, "first")
        store.save_answer("course", LESSON, "first", "1\n")
        blocker.unlink()
        pass_exercise(store, "second")
        store.save_answer("course", LESSON, "second", "2\n")
        assert store.problem == ""
        later = again(store)
        assert later.passed("course", LESSON) == {"first", "second"} == store.passed("course", LESSON)
        assert later.load_answer("course", LESSON, "first") == "1\n"

    def test_a_full_disk_is_said_and_work_goes_on(self, tmp_path: Path) -> None:
        """The kernel refuses files beyond a size, as a quota does; then it allows them again."""
        script = """
import resource, signal, sys
from pathlib import Path
from tutor.progress import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]))
store.record("course", "tensors/shapes", "before", "passed", "", "", 0.0)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
store.record("course", "tensors/shapes", "during", "passed", "", "y" * 100_000, 0.0)
said = store.problem
assert store.passed("course", "tensors/shapes") == {"before", "during"}, "memory"
store.save_answer("course", "tensors/shapes", "during", "y" * 100_000)
assert store.load_answer("course", "tensors/shapes", "during") == "y" * 100_000
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.record("course", "tensors/shapes", "after", "passed", "", "", 0.0)
store.save_answer("course", "tensors/shapes", "after", "z")
print(said)
print("now:", store.problem)
"""
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said, now = done.stdout.splitlines()
        assert said.startswith("What you do now is not kept: ") and now == "now: "
        store = open_store(tmp_path)
        assert store.passed("course", LESSON) == {"before", "during", "after"}
        assert store.load_answer("course", LESSON, "during") == "y" * 100_000

    def test_a_file_that_another_program_holds_locked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tutor.progress.database.WAIT_SECONDS", 0.05)
        store = open_store(tmp_path)
        pass_exercise(store, "first")
        other = sqlite3.connect(tmp_path / "progress.sqlite3", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        pass_exercise(store, "second")
        assert "another program holds it locked" in store.problem
        assert "second" in store.passed("course", LESSON)
        other.execute("ROLLBACK")
        other.close()
        pass_exercise(store, "third")
        assert store.problem == "" and again(store).passed("course", LESSON) == {"first", "second", "third"}

    def test_a_read_only_home_is_read_and_said(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Permissions do not bind root, who may run this: so the question itself is answered with no."""
        pass_exercise(store)
        store.close()
        monkeypatch.setattr("os.access", lambda path, mode: False)
        later = again(store)
        assert "cannot be written (it is read-only)" in later.problem
        assert later.passed("course", LESSON) == {"add_batch"}
        pass_exercise(later, "more")
        assert later.passed("course", LESSON) == {"add_batch", "more"}
        monkeypatch.undo()
        assert again(store).passed("course", LESSON) == {"add_batch"}

    def test_a_newer_file_is_read_and_never_written(self, store: Store) -> None:
        pass_exercise(store)
        store.close()
        file = store.home / "progress.sqlite3"
        raw = sqlite3.connect(file)
        raw.execute(f"PRAGMA user_version = {VERSION + 1}")
        raw.execute("ALTER TABLE attempts ADD COLUMN mood TEXT")
        raw.execute("DROP TABLE settings")
        raw.commit()
        raw.close()
        before = file.read_bytes()
        later = again(store)
        assert f"newer tutor (format {VERSION + 1}, this one knows {VERSION})" in later.problem
        assert later.passed("course", LESSON) == {"add_batch"}
        pass_exercise(later, "more")
        later.save_settings("course", LESSON, "demo", {"lr": 1.0})
        assert later.passed("course", LESSON) == {"add_batch", "more"} and "newer tutor" in later.problem
        assert file.read_bytes() == before

    def test_a_file_that_is_no_database_is_set_aside_and_said(self, tmp_path: Path) -> None:
        (tmp_path / "progress.sqlite3").write_bytes(b"not a database at all, " * 100)
        store = open_store(tmp_path)
        kept = list(tmp_path.glob("progress-damaged-20*.sqlite3"))
        assert len(kept) == 1 and str(kept[0]) in store.problem and kept[0].read_bytes().startswith(b"not a database")
        pass_exercise(store)
        assert again(store).passed("course", LESSON) == {"add_batch"}
        assert again(store).problem == ""

    def test_what_a_damaged_file_still_holds_is_taken_over(self, store: Store) -> None:
        for number in range(200):
            store.record("course", LESSON, str(number), "passed", "", "y" * 500, 0)
        store.see("course", LESSON, "one")
        store.close()
        file = store.home / "progress.sqlite3"
        content = bytearray(file.read_bytes())
        content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
        file.write_bytes(content)
        later = again(store)
        rescued = later.passed("course", LESSON)
        assert 20 < len(rescued) < 200
        assert "was damaged" in later.problem and "entries that could be read" in later.problem
        pass_exercise(later, "afterwards")
        assert "afterwards" in again(store).passed("course", LESSON)

    def test_an_empty_file_becomes_a_store(self, tmp_path: Path) -> None:
        (tmp_path / "progress.sqlite3").touch()
        store = open_store(tmp_path)
        pass_exercise(store)
        assert store.problem == "" and again(store).passed("course", LESSON) == {"add_batch"}


def test_home_is_tutor_home_or_the_systems_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "mine"))
    assert open_store().home == tmp_path / "mine"
    monkeypatch.delenv("TUTOR_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if sys.platform.startswith("linux"):
        assert open_store().home == tmp_path / "data" / "tutor"

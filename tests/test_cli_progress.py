"""`tutor progress` and its export, import and reset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.course.small_course import write_small_course
from tests.terminal import Terminal
from tutor.cli import program
from tutor.progress import Store

SHAPES = "basics/shapes"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return write_small_course(tmp_path)


@pytest.fixture
def store(small: Path, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def busy(store: Store) -> Store:
    """A learner who has begun."""
    for outcome in ("failed", "failed"):
        store.record("small", SHAPES, "add_batch", outcome, "No.", "x", 0.1, "basics/words")
    store.record("small", SHAPES, "rows", "passed", "Right.", "(3, 2)", 0.1)
    store.note_help("small", SHAPES, "add_batch", "hint", 1)
    store.see("small", SHAPES, "add-a-batch")
    store.save_answer("small", SHAPES, "add_batch", "x\n")
    return store


def tutor(small: Path, *words: object, given: str | None = None) -> Result:
    arguments = ["--course", str(small), "progress", *map(str, words)]
    return CliRunner().invoke(program, arguments, prog_name="tutor", input=given)


class TestReport:
    def test_says_what_is_weak_and_where_to_go_on(self, small: Path, busy: Store) -> None:
        lines = tutor(small).stdout.splitlines()
        assert lines[3:6] == [
            "1 exercise passed in 3 attempts.",
            "At the first try: 1 of 1, 100%.",
            "Looked at: 1 hint.",
        ]
        assert "  ◐ basics/shapes add_batch: 2 wrong answers; `tutor basics/words` helps" in lines
        assert "Go on with: Shapes (`tutor basics/shapes` goes there)." in lines

    def test_json(self, small: Path, busy: Store) -> None:
        shapes, words = map(json.loads, tutor(small, "--json").stdout.splitlines())
        assert shapes["weak"] == [{"exercise": "add_batch", "wrong": 2, "passed": False, "lesson": "basics/words"}]
        assert (shapes["first_try"], shapes["hints"], shapes["solutions"], shapes["next"]) == (1, 1, 0, True)
        assert (words["weak"], words["next"]) == ([], False)

    def test_before_the_first_lesson(self, small: Path) -> None:
        assert "Begin with: Shapes (`tutor basics/shapes` goes there)." in tutor(small).stdout


class TestMoving:
    def test_export_reset_import_restores_everything(self, small: Path, busy: Store, tmp_path: Path) -> None:
        before = tutor(small, "--json").stdout
        said = tutor(small, "export", "mine.json")
        assert said.exit_code == 0 and "All your work is in mine.json" in said.stdout
        said = tutor(small, "reset", "--yes")
        assert said.exit_code == 0 and str(tmp_path / "home" / "progress-before-reset-20") in said.stdout
        assert "0 exercises passed in 0 attempts." in tutor(small).stdout
        assert busy.load_answer("small", SHAPES, "add_batch") is None
        assert tutor(small, "import", "mine.json").stdout == "Added: 3 attempts, 1 answer.\n"
        assert tutor(small, "--json").stdout == before
        assert busy.load_answer("small", SHAPES, "add_batch") == "x\n"
        assert tutor(small, "import", "mine.json").stdout == "Added: 0 attempts, 0 answers.\n"

    def test_through_a_pipe(self, small: Path, busy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        text = tutor(small, "export", "-").stdout
        monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "another"))
        assert tutor(small, "import", "-", given=text).stdout == "Added: 3 attempts, 1 answer.\n"
        assert "1 exercise passed in 3 attempts." in tutor(small).stdout

    def test_two_halves_of_a_lesson_make_it_done(
        self, small: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tutor.course.catalog import open_course
        from tutor.course.reader import read_lesson

        lesson = read_lesson(open_course(small), SHAPES)
        another = Store.open(tmp_path / "another")
        for number, step in enumerate(lesson.steps):
            half = (store, another)[number % 2]
            half.see("small", SHAPES, step.id)
            if step.exercise:
                half.record("small", SHAPES, step.exercise.id, "passed", "", "", 0.0)
            half.update_state("small", lesson)
        another.close()
        text = tutor(small, "export", "-").stdout
        monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "another"))
        tutor(small, "import", "-", given=text)
        assert json.loads(tutor(small, "--json").stdout.splitlines()[0])["state"] == "done"

    def test_an_export_replaces_an_export_and_nothing_else(self, small: Path, busy: Store, tmp_path: Path) -> None:
        assert tutor(small, "export", "a.json").exit_code == 0 == tutor(small, "export", "a.json").exit_code
        Path("answer.py").write_text("precious\n")
        refused = tutor(small, "export", "answer.py")
        assert refused.exit_code == 2 and Path("answer.py").read_text() == "precious\n"
        assert refused.stderr == "tutor: answer.py is there already and is no export; name another file.\n"
        nowhere = tutor(small, "export", "no/such/a.json")
        assert nowhere.exit_code == 2 and f"there is no folder {tmp_path / 'no/such'}" in nowhere.stderr
        assert tutor(small, "export").exit_code == 0 and list(tmp_path.glob("tutor-progress-20*.json"))

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{", "it holds no JSON, or only a part of it"),
            ("[1]", "This is no export of tutor's: `tutor progress export` writes one."),
        ],
    )
    def test_what_is_no_export(self, small: Path, text: str, said: str) -> None:
        Path("a.json").write_text(text)
        result = tutor(small, "import", "a.json")
        assert (result.exit_code, result.stdout) == (2, "") and said in result.stderr
        assert "no such file" in tutor(small, "import", "none.json").stderr

    def test_reset_asks_first(self, small: Path, busy: Store, tmp_path: Path) -> None:
        silent = tutor(small, "reset", "shapes")
        assert silent.exit_code == 2 and "--yes says that you are sure" in silent.stderr
        arguments = ("-m", "tutor.cli", "--course", str(small), "progress", "reset", "shapes")
        with Terminal(*arguments, env={"TUTOR_HOME": str(tmp_path / "home")}, size=(24, 120)) as terminal:
            terminal.until("Forget your work on “Shapes”: 3 attempts, answers and place? A copy is kept. [y/N]: ")
            terminal.press("n\r")
            terminal.until("Nothing was forgotten.")
            assert terminal.wait() == 2 and busy.attempt_counts("small") == {SHAPES: 3}
        with Terminal(*arguments, env={"TUTOR_HOME": str(tmp_path / "home")}) as terminal:
            terminal.until("[y/N]: ")
            terminal.press("y\r")
            terminal.until("brings it back.")
            assert terminal.wait() == 0 and busy.attempt_counts("small") == {}

"""The command line where nothing is run: help, names, what is listed and shown, and how errors are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.course.small_course import replace_in, write_small_course
from tutor import __version__
from tutor.cli import program
from tutor.progress import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TUTOR_DEBUG", raising=False)
    return tmp_path / "home"


@pytest.fixture
def small(tmp_path: Path, home: Path) -> Path:
    return write_small_course(tmp_path)


def tutor(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words], prog_name="tutor", input=answer)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def commands(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name, command in group.commands.items():
        found.append(((*before, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*before, name))
    return found


class TestHelp:
    @pytest.mark.parametrize(("words", "command"), [((), program), *commands(program)])
    def test_every_command_helps_with_an_example(self, words: tuple[str, ...], command: click.Command) -> None:
        result = tutor(*words, "--help")
        assert result.exit_code == 0
        assert f"Example: tutor {' '.join(words)}".rstrip() in result.stdout
        assert command.get_short_help_str()
        if any(option.name == "as_json" for option in command.params):
            assert "With --json" in result.stdout

    def test_version(self) -> None:
        assert tutor("--version").stdout == f"tutor {__version__}\n"

    def test_a_command_imports_only_its_own_part(self, small: Path) -> None:
        """Nothing slow may creep into what every command pays for."""
        script = (
            "import sys; from tutor.cli import program\n"
            "try: program(sys.argv[1:], prog_name='tutor')\n"
            "except SystemExit as end: assert not end.code, end\n"
            "print([m for m in ('torch', 'textual', 'rich', 'asyncio', 'markdown_it', 'sqlite3') if m in sys.modules])"
        )

        def loaded(*words: object) -> str:
            command = [sys.executable, "-c", script, *map(str, words)]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]

        assert loaded("--help") == "[]"
        assert loaded("--course", small, "list") == "['sqlite3']"
        assert loaded("--course", small, "show", "shapes") == "['markdown_it']"


class TestNames:
    @pytest.mark.parametrize("name", ["basics/shapes", "shapes", "sha", "basics/s", "SHAPES", "shapes/"])
    def test_a_lesson_by_id_last_part_or_beginning(self, small: Path, name: str) -> None:
        assert tutor("show", name, "--course", small).stdout.startswith("# Shapes\n")

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("show", "shpaes"), "There is no lesson 'shpaes'; did you mean shapes?"),
            (("show", "qqq"), "There is no lesson 'qqq'; see `tutor list`."),
            (("show", "basics"), "'basics' fits 2 lessons: basics/shapes, basics/words; say which."),
            (("lsit",), "There is no lesson 'lsit'; did you mean list?"),
            (("demo", "words"), "basics/words has no demo."),
            (("demo", "shapes", "desend"), "There is no demo 'desend'; did you mean descend?"),
            (
                ("demo", "shapes", "--set", "sped=1"),
                "There is no control 'sped'; there are: lr, steps, optimizer, noise.",
            ),
            (("demo", "shapes", "--set", "lr"), "A setting is CONTROL=VALUE, such as lr=0.1; not 'lr'."),
            (("demo", "shapes", "--set", "lr=2"), "lr goes from 0.0001 to 1; 2 is outside."),
            (("demo", "shapes", "--set", "noise=perhaps"), "noise is a switch: on or off, not 'perhaps'."),
            (("check", "shapes", "ad_bach", "-"), "There is no exercise 'ad_bach'; did you mean add_batch?"),
            (("check", "words", "any", "-"), "There is no exercise 'any'; there is none at all."),
            (("check", "shapes", "which", "-"), "which-shape is a choice: answer with an option's number, 1 to 3."),
            (("check", "shapes", "add_batch", "no.py"), "no.py cannot be read: no such file or directory."),
        ],
    )
    def test_what_is_not_there_is_one_sentence(self, small: Path, words: tuple[str, ...], sentence: str) -> None:
        result = tutor("--course", small, *words, answer="first\n")
        assert (result.stdout, result.stderr, result.exit_code) == ("", f"tutor: {sentence}\n", 2)

    def test_a_folder_that_is_no_course(self, home: Path, tmp_path: Path) -> None:
        result = tutor("list", "--course", tmp_path)
        assert result.exit_code == 2 and result.stderr.startswith(f"tutor: {tmp_path}/course.toml: there is no course")

    def test_an_answer_that_is_not_there_says_where_it_belongs(self, small: Path, home: Path) -> None:
        result = tutor("check", "shapes", "add_batch", "--course", small)
        assert result.exit_code == 2
        assert f"write it to {home}/answers/small/basics/shapes/add_batch.py, or name a file" in result.stderr


class TestReading:
    def test_list_shows_states(self, small: Path, home: Path) -> None:
        store = Store.open(home)
        store.see("small", "basics/words", "one-thought")
        store.see("small", "basics/shapes", "six-numbers")
        from tutor.course.catalog import open_course
        from tutor.course.reader import read_lesson

        for lesson in ("basics/words", "basics/shapes"):
            store.update_state("small", read_lesson(open_course(small), lesson))
        store.close()
        assert tutor("list", "--course", small).stdout == (
            "Basics\n  ◐ basics/shapes    5 min  Shapes\n  ✓ basics/words     2 min  Only words\n"
        )

    def test_list_json_has_demos_and_exercises(self, small: Path) -> None:
        shapes, words = objects(tutor("list", "--json", "--course", small))
        kinds = {exercise["id"]: exercise["kind"] for exercise in shapes["exercises"]}
        assert (
            kinds.items() >= {"which-shape": "choice", "rows": "predict", "add_batch": "code", "total": "fix"}.items()
        )
        assert shapes["demos"][0]["id"] == "descend"
        assert shapes["demos"][0]["controls"] == {"lr": 0.1, "steps": 20, "optimizer": "SGD", "noise": False}
        assert words == {
            "id": "basics/words", "title": "Only words", "chapter": "Basics", "minutes": 2, "state": "new",
            "demos": [], "exercises": [],
        }  # fmt: skip

    def test_list_json_says_which_lesson_cannot_be_read(self, small: Path) -> None:
        (small / "basics" / "words.md").unlink()
        shapes, words = objects(tutor("list", "--json", "--course", small))
        assert "problem" not in shapes and "words.md" in words["problem"]
        assert "Only words" in tutor("list", "--course", small).stdout

    def test_show_is_markdown_without_solutions(self, small: Path) -> None:
        text = tutor("show", "shapes", "--course", small).stdout
        assert "```python\nimport torch\n\nx = torch.arange(6)\nx.reshape(2, 3)\n```\n\n```output\ntensor([[0" in text
        assert "tutor demo basics/shapes descend" in text and "tutor check basics/shapes add_batch FILE" in text
        assert "1. `(2, 3)`\n2. `(3, 2)`\n" in text
        assert "def add_batch(image):\n    ...\n" in text
        for secret in ("unsqueeze(0)", "Three rows of two", "Look at `unsqueeze`"):
            assert secret not in text

    def test_progress(self, small: Path, home: Path) -> None:
        assert tutor("check", "shapes", "which", "-", "--course", small, answer="1\n").exit_code == 1
        assert tutor("check", "shapes", "which", "-", "--course", small, answer="2, 3\n").exit_code == 0
        assert tutor("progress", "--course", small).stdout == (
            "A small course\n  ◐ Basics   0/2 lessons\n\n1 exercise passed in 2 attempts.\nAt the first try: 0 of 1, 0%.\n"
            f"Go on with: Shapes (`tutor basics/shapes` goes there).\nYour work is kept in {home}.\n"
        )
        shapes, words = objects(tutor("progress", "--json", "--course", small))
        assert (shapes["state"], shapes["passed"], shapes["attempts"]) == ("started", ["which-shape"], 2)
        assert (words["state"], words["passed"], words["attempts"]) == ("new", [], 0)


class TestChoice:
    """A choice is judged without an engine."""

    @pytest.mark.parametrize(
        ("answer", "status", "said"),
        [
            ("2 3", 0, "✓ `(3, 2)`: Three rows of two"),
            ("3,2\n", 0, "✓ "),
            ("2", 1, "✗ Right so far, but one more answer is right as well."),
            ("1", 1, "✗ That is two rows of three."),
        ],
    )
    def test_judged(self, small: Path, answer: str, status: int, said: str) -> None:
        result = tutor("check", "shapes", "which-shape", "-", "--course", small, answer=answer)
        assert result.exit_code == status and result.stdout.startswith(said)

    def test_json_is_a_verdict(self, small: Path) -> None:
        (verdict,) = objects(tutor("check", "shapes", "which-shape", "-", "--course", small, "--json", answer="1"))
        assert (verdict["kind"], verdict["outcome"]) == ("Verdict", "failed")

    def test_an_option_that_is_not_there(self, small: Path) -> None:
        result = tutor("check", "shapes", "which-shape", "-", "--course", small, answer="4")
        assert result.exit_code == 2 and result.stderr == "tutor: which-shape has the options 1 to 3; not 4.\n"

    def test_the_attempt_is_kept(self, small: Path, home: Path) -> None:
        tutor("check", "shapes", "which-shape", "-", "--course", small, answer="1")
        store = Store.open(home)
        (attempt,) = store.attempts("small", "basics/shapes", "which-shape")
        assert (attempt.outcome, attempt.answer) == ("failed", "1")
        assert store.position("small") == ("basics/shapes", "which-shape")
        store.close()

    def test_a_home_that_cannot_be_written_is_said_and_the_answer_judged(
        self, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "file" / "home"))
        result = tutor("check", "shapes", "which-shape", "-", "--course", small, answer="2 3")
        assert result.exit_code == 0 and result.stdout.startswith("✓") and "is not kept" in result.stderr


class TestScreen:
    def test_without_a_terminal_it_names_what_needs_none(self, small: Path) -> None:
        for words in ((), ("shapes",), ("open", "shapes")):
            result = tutor("--course", small, *words)
            assert result.exit_code == 2 and result.stderr.count("\n") == 1
            assert "needs a terminal, and this is none" in result.stderr
            assert "tutor list, show, glossary, demo, check, progress and doctor" in result.stderr

    def test_a_dumb_terminal_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from tutor.commands.screen import unfit_terminal

        monkeypatch.setattr("os.isatty", lambda fd: True)
        for stream in ("stdin", "stdout"):
            monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
        for term, why in (("xterm", ""), ("dumb", "this one cannot place a cursor (TERM is 'dumb')")):
            monkeypatch.setenv("TERM", term)
            assert unfit_terminal() == why

    def test_options_and_lesson_reach_the_program(self, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[tuple[Any, ...]] = []

        async def record(app: Any, **_: Any) -> None:
            seen.append((app.course.id, app.first_lesson, " ".join(app.engine.command), app.store.home))

        monkeypatch.setattr("tutor.ui.app.TutorApp.run_async", record)
        monkeypatch.setattr("tutor.commands.screen.unfit_terminal", lambda: "")
        result = tutor("--course", small, "--python", "/opt/py", "--device", "cuda:1", "sha")
        assert result.exit_code == 0, result.stderr
        course, lesson, command, home = seen[0]
        assert (course, lesson, home) == ("small", "basics/shapes", Path(os.environ["TUTOR_HOME"]))
        assert command.startswith("/opt/py ") and "--device cuda:1" in command and "--preload math" in command
        assert tutor("--course", small).exit_code == 0 and seen[1][1] is None


class TestFaults:
    def test_a_fault_of_ours_is_one_sentence_and_a_log(
        self, small: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("the moon is full")

        monkeypatch.setattr("tutor.commands.reading.lesson_markdown", fail)
        result = tutor("show", "shapes", "--course", small)
        assert result.exit_code == 2 and result.stdout == "" and result.stderr.count("\n") == 1
        assert "fault of tutor itself (RuntimeError: the moon is full)" in result.stderr
        assert str(home / "tutor.log") in result.stderr
        assert "in fail\n" in (home / "tutor.log").read_text()
        monkeypatch.setenv("TUTOR_DEBUG", "1")
        shown = tutor("show", "shapes", "--course", small)
        assert isinstance(shown.exception, RuntimeError)

    def test_a_broken_lesson_names_file_and_line(self, small: Path) -> None:
        line = replace_in(
            small / "basics" / "shapes.md", "[Run: watch the weight](shapes.py#descend)", "[Run: up](shapes.py#ascend)"
        )
        result = tutor("show", "shapes", "--course", small)
        assert result.exit_code == 2 and f"shapes.md:{line}: " in result.stderr

    def test_a_reader_that_has_had_enough_is_no_error(self, small: Path) -> None:
        read, write = os.pipe()
        os.close(read)
        command = [sys.executable, "-m", "tutor.cli", "--course", str(small), "show", "shapes"]
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
        os.close(write)
        assert (done.returncode, done.stderr) == (141, "")

    def test_a_terminal_without_unicode(self, small: Path) -> None:
        command = [sys.executable, "-m", "tutor.cli", "--course", str(small), "list"]
        env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        assert done.returncode == 0 and "o basics/shapes" in done.stdout and done.stderr == ""


class TestGlossary:
    def test_terms_with_their_sentence_and_lesson(self, small: Path) -> None:
        replace_in(small / "basics" / "shapes.md", "# Shapes\n\n", "# Shapes\n\nA **shape** is a tuple of sizes. ")
        result = tutor("glossary", "--course", small)
        assert result.exit_code == 0 and "shape  basics/shapes\n    A shape is a tuple of sizes." in result.stdout
        (found,) = objects(tutor("glossary", "SHA", "--course", small, "--json"))
        assert found["term"] == "shape" and found["lesson"] == "basics/shapes" and found["step"] == ""

    def test_one_that_is_none(self) -> None:
        result = tutor("glossary", "gradeint")
        assert result.exit_code == 1 and "did you mean gradient" in result.stderr


class TestSettings:
    def test_the_file_and_the_environment_count_for_commands(
        self, small: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home.mkdir()
        (home / "settings.toml").write_text(f'course = "{small}"\n')
        assert "Shapes" in tutor("list").stdout
        monkeypatch.setenv("TUTOR_COURSE", "pytorch")
        assert "Autograd" in tutor("list").stdout
        assert "Shapes" in tutor("--course", small, "list").stdout  # what stands before the command is not forgotten
        assert "Shapes" in tutor("list", "--course", small).stdout

    def test_what_is_wrong_is_one_sentence_and_the_command_goes_on(self, home: Path) -> None:
        home.mkdir()
        (home / "settings.toml").write_text("\nfps = 0\n")
        result = tutor("list")
        assert result.exit_code == 0 and "Autograd" in result.stdout
        assert result.stderr.count("settings.toml, line 2: fps is 0; it may be a whole number from 1 to 60") == 1
        assert tutor("--help").stderr == ""

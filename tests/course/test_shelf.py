"""The courses at hand: built in, brought by packages, added as folders; none of their code is imported to find them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.course.small_course import replace_in, write_small_course
from tutor.cli import program
from tutor.course.catalog import built_in, open_course
from tutor.course.outline import CourseError
from tutor.course.shelf import Shelf
from tutor.course.trust import Trust
from tutor.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "home")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that brings a course, and that raises when it is imported."""
    site = tmp_path / "site"
    place = write_small_course(site / "brought_course")
    replace_in(place / "course.toml", 'id = "small"', 'id = "brought"')
    (site / "brought_course/__init__.py").write_text("raise RuntimeError('imported')\n")
    about = site / "brought-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[tutor.courses]\nbrought = brought_course.small\ngone = nowhere_to_find\n")
    monkeypatch.syspath_prepend(str(site))
    return place


def tutor(*words: object) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words])


def test_the_built_in_course_is_always_there(shelf: Shelf) -> None:
    (only,) = shelf.all()
    assert (only.name, only.origin, only.path) == ("pytorch", "built in", built_in())
    assert shelf.find("pytorch") == built_in()


def test_a_folder_is_added_found_and_removed(shelf: Shelf, folder: Path) -> None:
    assert shelf.add(folder).id == "small"
    assert shelf.add(folder / "course.toml").id == "small" and shelf.added() == [folder]
    assert Shelf(shelf.file.parent).find("small") == folder
    assert shelf.remove("small") == folder and shelf.added() == []
    with pytest.raises(CourseError, match="this is no course that was added"):
        shelf.remove("small")


def test_a_folder_that_is_gone_is_said_and_can_be_removed(shelf: Shelf, folder: Path) -> None:
    shelf.add(folder)
    folder.rename(folder.with_name("moved"))
    gone = shelf.all()[-1]
    assert gone.course is None and "there is no course here" in gone.problem
    with pytest.raises(CourseError, match="there is no course here"):
        shelf.find("small")
    assert shelf.remove(str(folder)) == folder


def test_two_courses_with_one_id_would_mix_progress(shelf: Shelf, folder: Path) -> None:
    shelf.add(folder)
    other = write_small_course(folder.parent / "other")
    with pytest.raises(CourseError, match="has the id 'small' too"):
        shelf.add(other)
    replace_in(other / "course.toml", 'id = "small"', 'id = "pytorch"')
    with pytest.raises(CourseError, match="has the id 'pytorch' too"):
        shelf.add(other)
    assert shelf.added() == [folder]


def test_a_folder_without_a_course_is_not_added(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no course here"):
        shelf.add(tmp_path)
    assert not shelf.file.exists()


@pytest.mark.parametrize("text", ["{", "{}", "[3]"])
def test_a_broken_list_says_so(shelf: Shelf, text: str) -> None:
    shelf.file.parent.mkdir()
    shelf.file.write_text(text)
    with pytest.raises(CourseError, match="the list of added courses"):
        shelf.added()


def test_a_course_of_a_package_is_found_without_importing_it(shelf: Shelf, package: Path) -> None:
    assert shelf.find("brought") == package
    brought = next(each for each in shelf.all() if each.name == "brought")
    assert (brought.origin, brought.source) == ("package", "brought")
    assert "brought_course" not in sys.modules
    gone = next(each for each in shelf.all() if each.name == "gone")
    assert "brought says that it is in the package nowhere_to_find, which is not installed" in gone.problem


class TestCommands:
    """`tutor course` and a name for --course."""

    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("TUTOR_CACHE", str(tmp_path / "cache"))
        monkeypatch.chdir(tmp_path)
        return tmp_path / "home"

    def test_a_course_is_opened_by_its_name(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        added = tutor("course", "add", "small")
        assert added.exit_code == 0 and "tutor --course small" in added.stdout and "you are asked" in added.stdout
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert "basics/shapes" in tutor("--course", "small", "list").stdout
        wrong = tutor("--course", "smal", "list")
        assert wrong.exit_code == 2 and "did you mean small?" in wrong.stderr
        assert tutor("course", "remove", "small").exit_code == 0
        assert tutor("--course", "small", "list").exit_code == 2

    def test_list(self, folder: Path) -> None:
        tutor("course", "add", folder)
        assert f"small    A small course · 2 lessons · {folder}\n" in tutor("course", "list").stdout
        lines = [json.loads(line) for line in tutor("course", "list", "--json").stdout.splitlines()]
        assert [(line["id"], line["origin"]) for line in lines] == [("pytorch", "built in"), ("small", "folder")]

    def test_new_writes_nothing_over_anything(self, tmp_path: Path) -> None:
        made = tutor("course", "new", tmp_path / 'An "odd" name')
        assert made.exit_code == 0 and "tutor course check" in made.stdout
        assert "fit_line" in tutor("--course", tmp_path / 'An "odd" name', "show", "lines").stdout
        (tmp_path / "full").mkdir()
        (tmp_path / "full/file").touch()
        again = tutor("course", "new", tmp_path / "full")
        assert again.exit_code == 2 and "is there already, and not empty" in again.stderr
        assert [path.name for path in (tmp_path / "full").iterdir()] == ["file"]

    def test_check_prints_findings_warnings_and_coverage(self, folder: Path) -> None:
        """One lesson of words alone; the second check knows that it passed."""
        (folder / "syllabus.toml").write_text(
            '[[chapter]]\nid = "a"\ntitle = "A"\nitems = [\n'
            + "".join(f'{{ number = {n}, seed = "s", kind = "topic", text = "t" }},\n' for n in (3, 4, 5, 6))
            + "]\n"
        )
        checked = tutor("course", "check", folder, "words")
        assert checked.exit_code == 0 and checked.stdout == "1 lesson checked: nothing found.\n"
        again = tutor("course", "check", folder, "words")
        assert again.stdout == "1 lesson checked (1 as it passed before; --all tries all): nothing found.\n"
        assert tutor("course", "check", folder, "words", "--all").stdout == "1 lesson checked: nothing found.\n"
        (folder / "basics/shapes.md").unlink()
        whole = tutor("course", "check", folder)
        assert whole.exit_code == 1 and "shapes.md: there is no such file" in whole.stdout
        assert "2 of 4 items of the syllabus are taught.\n  not covered yet in A: 2 (4, 6)\n" in whole.stdout
        *found, covered = [json.loads(line) for line in tutor("course", "check", folder, "--json").stdout.splitlines()]
        assert [(each["kind"], each["severity"]) for each in found] == [("Finding", "error")]
        assert covered == {"kind": "Coverage", "items": 4, "taught": 2, "missing": {"a": [4, 6]}}


class TestTrust:
    """A course that is not built in is asked about before its code runs."""

    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("TUTOR_CACHE", str(tmp_path / "cache"))
        monkeypatch.delenv("TUTOR_TRUST")
        return tmp_path / "home"

    @pytest.mark.parametrize(
        "words",
        [
            ("course", "check", "FOLDER", "words"),
            ("--course", "FOLDER", "demo", "shapes", "descend"),
            ("--course", "FOLDER", "check", "shapes", "rows", "-"),
        ],
    )
    def test_where_nobody_can_be_asked_nothing_runs(self, folder: Path, words: tuple[str, ...]) -> None:
        refused = tutor(*(folder if word == "FOLDER" else word for word in words))
        assert refused.exit_code == 2
        assert f"A small course is not part of tutor; it lies in {folder}." in refused.stderr
        assert "There is no terminal to ask on; --trust says that it may run." in refused.stderr

    def test_what_only_reads_asks_nothing(self, folder: Path) -> None:
        for words in (("list",), ("show", "words"), ("progress",), ("demo", "shapes", "descend", "--script")):
            assert tutor("--course", folder, *words).exit_code == 0

    def test_the_built_in_course_is_always_trusted(self, home: Path) -> None:
        assert Trust(home).holds(open_course(built_in())) and not home.exists()

    def test_a_yes_holds_for_this_course_in_this_folder(self, folder: Path, home: Path) -> None:
        assert tutor("course", "check", folder, "words", "--trust").exit_code == 0
        assert tutor("course", "check", folder, "words", "--all").exit_code == 0
        moved = folder.rename(folder.with_name("moved"))
        assert tutor("course", "check", moved, "words").exit_code == 2
        moved.rename(folder)
        replace_in(folder / "course.toml", 'id = "small"', 'id = "other"')
        assert tutor("course", "check", folder, "words").exit_code == 2

    def test_what_new_wrote_is_ones_own(self, tmp_path: Path, home: Path) -> None:
        tutor("course", "new", tmp_path / "mine")
        assert Trust(home).holds(open_course(tmp_path / "mine"))

    @pytest.mark.parametrize("text", ["{", "[]", '{"a": 3}'])
    def test_a_damaged_list_trusts_nobody(self, folder: Path, home: Path, text: str) -> None:
        home.mkdir()
        (home / "trusted.json").write_text(text)
        trust = Trust(home)
        assert not trust.holds(open_course(folder))
        trust.give(open_course(folder))
        assert trust.holds(open_course(folder))


class TestChosen:
    """The course that was chosen on the map opens where none is named."""

    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
        return tmp_path / "home"

    def test_it_opens_until_another_is_chosen(self, folder: Path, home: Path) -> None:
        shelf = Shelf(home)
        shelf.add(folder)
        settings = Settings.load(os.environ)
        settings.put("course", "small")
        assert "basics/shapes" in tutor("list").stdout
        assert "basics/shapes" not in tutor("--course", "pytorch", "list").stdout
        settings.put("course", None)
        assert "basics/shapes" not in tutor("list").stdout and shelf.added() == [folder]

    def test_where_it_is_gone_the_built_in_one_opens_and_says_so(self, folder: Path, home: Path) -> None:
        Settings.load(os.environ).put("course", str(folder))
        folder.rename(folder.with_name("moved"))
        listed = tutor("list")
        assert listed.exit_code == 0 and "tensors/dtypes" in listed.stdout
        assert "tutor: The course that you chose cannot be opened" in listed.stderr

    def test_removed_from_the_list_it_is_chosen_no_more(self, folder: Path, home: Path) -> None:
        Shelf(home).add(folder)
        Settings.load(os.environ).put("course", "small")
        assert tutor("course", "remove", "small").exit_code == 0
        assert tutor("list").stderr == "" and Settings.load(os.environ)["course"] == ""

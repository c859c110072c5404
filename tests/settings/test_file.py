"""One line of the settings file is changed, and nothing else in it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tutor.settings.file import HEAD, FileProblem, SettingsFile
from tutor.settings.toml import line_of, with_value, without

MINE = """# how I like it
theme = "dark"   # at night
device= 'cuda:1'

future_setting = [1, 2,
  3]

[keys]
# the lesson
"lesson.next" = "space"
app.help = "f12"  # a # here

[other.tool]
theme = "not ours"
"""


def test_a_value_is_replaced_where_it_stands_and_its_comment_stays() -> None:
    assert with_value(MINE, "", "theme", "light") == MINE.replace('"dark"', '"light"')
    assert with_value(MINE, "keys", "app.help", "f1") == MINE.replace('"f12"', '"f1"')
    assert with_value(MINE, "keys", "lesson.next", "n") == MINE.replace('"space"', '"n"')


def test_what_is_new_goes_to_the_end_of_its_table() -> None:
    assert with_value(MINE, "", "fps", 10) == MINE.replace("  3]\n", "  3]\nfps = 10\n")
    assert with_value(MINE, "keys", "app.quit", "f10") == MINE.replace("# a # here\n", '# a # here\napp.quit = "f10"\n')
    assert with_value('theme = "dark"', "keys", "app.quit", "x") == 'theme = "dark"\n\n[keys]\napp.quit = "x"\n'
    assert with_value('[keys]\na.b = "x"\n', "", "fps", 5) == 'fps = 5\n\n[keys]\na.b = "x"\n'


def test_a_value_is_taken_out_with_its_line_alone() -> None:
    assert without(MINE, "", "device") == MINE.replace("device= 'cuda:1'\n", "")
    assert without(MINE, "", "mouse") == MINE


def test_line_ends_of_other_systems_stay() -> None:
    text = with_value(MINE.replace("\n", "\r\n"), "", "fps", 10)
    assert "fps = 10\r\n" in text and "\n" not in text.replace("\r\n", "")


def test_lines_are_found_only_in_their_table() -> None:
    assert [line_of(MINE, "", "theme"), line_of(MINE, "keys", "app.help"), line_of(MINE, "keys", "theme")] == [2, 11, 0]
    assert line_of('keys.app.help = "x"\n', "keys", "app.help") == 1


@pytest.mark.parametrize("value", ['a "quoted" word', "back\\slash", "tab\there", "é ✓ 😀", "\x7f", ""])
def test_any_text_comes_back_as_it_was(tmp_path: Path, value: str) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.put("", "editor", value)
    assert file.read()[0] == {"editor": value}


def test_a_new_file_says_what_it_is(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "deep" / "settings.toml")
    file.put("keys", "app.help", "f12")
    text = file.path.read_text()
    assert text.startswith(HEAD) and file.read()[1] == {"app.help": "f12"}
    assert [path.name for path in file.path.parent.iterdir()] == ["settings.toml"]


def test_a_file_written_in_another_way_is_refused_and_not_spoilt(tmp_path: Path) -> None:
    text = 'note = """\ntheme = "dark"\n"""\neditor = """\nvim"""\nkeys = { "app.help" = "f12" }\n'
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text(text)
    for table, key, value in (("", "theme", "light"), ("", "editor", "nano"), ("keys", "app.quit", "x")):
        with pytest.raises(FileProblem, match="edit it by hand"):
            file.put(table, key, value)
        assert file.path.read_text() == text


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.toml")
    file.path.write_text("theme = \n")
    with pytest.raises(FileProblem, match="line 1: this is no TOML"):
        file.put("", "fps", 10)
    assert file.path.read_text() == "theme = \n"


def test_every_change_of_every_kind_says_what_it_should() -> None:
    for table, key, value in (("", "theme", "x"), ("", "new", True), ("keys", "app.help", "y"), ("keys", "z.z", "q")):
        for text in (MINE, MINE.replace("\n", "\r\n"), MINE.rstrip("\n"), "", "[a]\nb = 1"):
            read = tomllib.loads(with_value(text, table, key, value))
            place = read[table] if table else read
            first, _, rest = key.partition(".")
            assert place[first][rest] == value if rest and first in place else place.get(key) == value

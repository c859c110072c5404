"""Which value holds, where it comes from, and what is said where it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tutor.settings import SETTINGS, Settings
from tutor.settings.file import settings_path


def load(home: Path, text: str = "", given: dict[str, str] | None = None, **environment: str) -> Settings:
    if text:
        (home / "settings.toml").write_text(text)
    return Settings.load({"TUTOR_HOME": str(home), **environment}, given)  # type: ignore[arg-type]


def test_nothing_set_is_the_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert {each.name: settings[each.name] for each in SETTINGS} == {each.name: each.default for each in SETTINGS}
    assert settings.origin("theme") == "default" and not settings.problems
    assert not (tmp_path / "settings.toml").exists()


def test_the_command_line_comes_before_the_environment_before_the_file(tmp_path: Path) -> None:
    text = 'theme = "light"\ndevice = "cpu"\ncourse = "mine"\n'
    settings = load(tmp_path, text, {"course": "theirs"}, TUTOR_DEVICE="cuda:1", TUTOR_COURSE="env")
    assert [settings[name] for name in ("theme", "device", "course")] == ["light", "cuda:1", "theirs"]
    origins = [settings.origin(name) for name in ("theme", "device", "course")]
    assert origins == ["the file, line 1", "TUTOR_DEVICE", "the command line"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\ntheme = "blue"\n', 'line 2: theme is "blue"; it may be "dark" or "light". The default, dark, is used.'),
        ("fps = 0\n", "line 1: fps is 0; it may be a whole number from 1 to 60"),
        ("fps = 20.5\n", "line 1: fps is 20.5; it may be a whole number"),
        ("mouse = 3\n", "line 1: mouse is 3; it may be true or false"),
        ('device = "gpu"\n', 'line 1: device is "gpu"; it may be "auto" (the best one there is), "cpu"'),
        ('python = "/no/such/python"\n', "it may be the path of a Python, or a command on your PATH"),
        ('editor = "vim \'x"\n', "it may be a command"),
        ('them = "dark"\n', 'line 1: there is no setting "them"; did you mean "theme"?'),
        ("[keys]\nlesson.next = 5\n", "line 2: the keys for lesson.next must be a text"),
        ("theme = dark\n", "line 1: this is no TOML (invalid value); nothing of it is used until that is mended."),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    settings = load(tmp_path, text)
    (problem,) = settings.problems
    assert said in problem and problem.startswith(str(tmp_path / "settings.toml"))
    assert settings["theme"] == "dark" and settings["fps"] == 20 and settings["device"] == ""


def test_one_bad_line_leaves_the_others_alone(tmp_path: Path) -> None:
    settings = load(tmp_path, 'theme = "blue"\nfps = 5\n')
    assert settings["fps"] == 5 and len(settings.problems) == 1


def test_a_bad_variable_is_named(tmp_path: Path) -> None:
    settings = load(tmp_path, TUTOR_FPS="many", TUTOR_MOUSE="off", TUTOR_THEME="")
    assert settings.problems == [
        'TUTOR_FPS is "many"; it may be a whole number from 1 to 60. The default, 20, is used.'
    ]
    assert settings["mouse"] is False and settings.origin("theme") == "default"


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    (problem,) = load(tmp_path).problems
    assert "cannot be read (is a directory)" in problem
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "settings.toml").write_bytes(b"theme = '\xff'")
    assert "is not text in UTF-8" in load(tmp_path / "other").problems[0]


def test_a_change_holds_at_once_and_the_next_time(tmp_path: Path) -> None:
    settings = load(tmp_path, "# mine\n")
    assert settings.put("theme", "light") == "" and settings.put("fps", "7") == ""
    assert (settings["theme"], settings["fps"]) == ("light", 7)
    again = load(tmp_path)
    assert (again["theme"], again["fps"]) == ("light", 7)
    assert (tmp_path / "settings.toml").read_text() == '# mine\ntheme = "light"\nfps = 7\n'
    assert again.put("theme", None) == "" and again.origin("theme") == "default"
    assert (tmp_path / "settings.toml").read_text() == "# mine\nfps = 7\n"


def test_what_may_not_be_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    settings = load(tmp_path)
    with pytest.raises(ValueError, match="1 to 60"):
        settings.put("fps", "1000")
    assert settings["fps"] == 20 and not (tmp_path / "settings.toml").exists()


def test_a_file_that_cannot_be_written_leaves_it_to_this_session(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = load(tmp_path / "file")  # its folder would have to be a file
    words = settings.put("theme", "light")
    assert "cannot be written" in words and words.endswith("this holds until you leave.")
    assert settings["theme"] == "light" and settings.origin("theme") == "this session"


def test_it_is_said_where_something_else_comes_first_the_next_time(tmp_path: Path) -> None:
    settings = load(tmp_path, TUTOR_THEME="light")
    assert "TUTOR_THEME comes first again" in settings.put("theme", "dark")
    assert settings["theme"] == "dark"


def test_a_python_is_a_path_or_a_command(tmp_path: Path) -> None:
    assert load(tmp_path, f'python = "{sys.executable}"\n')["python"] == sys.executable
    assert load(tmp_path, 'python = "sh"\n')["python"]


def test_keys_may_be_written_with_quotes_or_without(tmp_path: Path) -> None:
    settings = load(tmp_path, '[keys]\n"app.help" = "f12"\nlesson.next = "space,n"\nlesson.back = "b"\n')
    assert settings.keys == {"app.help": "f12", "lesson.next": "space,n", "lesson.back": "b"}
    assert settings.put_key("app.help", None) == "" and settings.put_key("lesson.back", "p") == ""
    assert load(tmp_path).keys == {"lesson.next": "space,n", "lesson.back": "p"}


def test_the_file_lies_where_this_system_keeps_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/conf")
    assert settings_path({"TUTOR_HOME": "/theirs"}) == Path("/theirs/settings.toml")
    assert settings_path({}).name == "settings.toml" and settings_path({}).parent.name == "tutor"

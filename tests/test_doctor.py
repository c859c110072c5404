"""The doctor: true lines about this machine, and a line for whatever could be wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tutor import doctor
from tutor.cli import program
from tutor.commands.setup import Setup
from tutor.doctor import Line, look_at_downloads, look_at_home, look_at_terminal


def by_name(lines: object) -> dict[str, Line]:
    return {line.name: line for line in lines}  # type: ignore[attr-defined]


def test_the_whole_report_through_a_real_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    result = CliRunner().invoke(program, ["doctor", "--json"], prog_name="tutor")
    lines = {line["name"]: line for line in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 0
    assert {"tutor", "Python", "torch", "torchvision", "cpu", "terminal", "your work", "room", "weights"} <= set(lines)
    assert sys.executable in lines["Python"]["text"] and lines["torch"]["ok"]
    assert set(lines["torch"]) == {"name", "ok", "text", "advice"}


def test_without_torch_it_fails_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    result = CliRunner().invoke(program, ["--python", "/no/such/python", "doctor"], prog_name="tutor")
    assert result.exit_code == 1
    assert "✗ torch" in result.stdout and "/no/such/python" in result.stdout and "tutor --python" in result.stdout


async def test_a_missing_torchvision_and_notes_are_not_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    from tutor.protocol import Device, Hello, Ready

    class Found:
        """An engine on a machine that this one is not."""

        hello = Hello(1, "0", "3.12.1", "/opt/bin/python")
        problem = ""

        async def __aenter__(self) -> Found:
            return self

        async def __aexit__(self, *_: object) -> None: ...

        async def wait_ready(self) -> Ready:
            cuda = Device("cuda:0", "NVIDIA H200", 143_000, 140_000)
            return Ready("2.9", "", (cuda,), "cuda:0", 8, 1.0, ("cuda:1 failed its test.",))

    monkeypatch.setattr(Setup, "engine", lambda self, course: Found())
    lines = by_name(await doctor.look_at_engine(Setup()))
    assert lines["cuda:0"].text == "NVIDIA H200, 140,000 of 143,000 MB free (used unless you say otherwise)"
    assert not lines["torchvision"].ok and "pip install torchvision" in lines["torchvision"].advice
    assert not lines["note"].ok and lines["note"].text == "cuda:1 failed its test."
    assert not any(line.needed and not line.ok for line in lines.values())


def test_what_is_wrong_with_the_settings_is_told_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    (line,) = doctor.look_at_settings(Setup())
    assert line.ok and "none of your own" in line.text
    (tmp_path / "settings.toml").write_text('fps = 0\n[keys]\ndemo.run = "x"\nlesson.map = "b"\n')
    first, second = doctor.look_at_settings(Setup())
    assert not first.ok and "settings.toml, line 1: fps is 0" in first.text and "docs/settings.md" in first.advice
    assert not second.ok and "settings.toml, line 3: x is taken by demo.stop" in second.text


class TestTerminal:
    def test_a_good_one(self) -> None:
        env = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/x", "SSH_CONNECTION": "a b"}
        lines = by_name(look_at_terminal(env, (120, 40), "utf-8"))
        assert all(line.ok and not line.advice for line in lines.values())
        assert lines["terminal"].text == "120x40, xterm-256color, inside tmux, over SSH"
        assert lines["colours"].text == "16 million"

    @pytest.mark.parametrize(
        ("env", "ok", "text"),
        [
            ({"LC_ALL": "C"}, False, "ASCII, because LC_ALL is C"),
            ({"TERM": "linux"}, True, "ASCII, because TERM is linux"),
            ({"TUTOR_ASCII": "1"}, True, "ASCII, because TUTOR_ASCII is 1"),
            ({"LC_ALL": "C", "TUTOR_ASCII": "0"}, True, "utf-8"),
        ],
    )
    def test_why_ascii_was_chosen(self, env: dict[str, str], ok: bool, text: str) -> None:
        line = by_name(look_at_terminal({"TERM": "xterm-256color", **env}, (80, 24), "utf-8"))["characters"]
        assert (line.ok, line.text) == (ok, text)

    @pytest.mark.parametrize(
        ("env", "size", "encoding", "name", "advice"),
        [
            ({"TERM": "xterm-256color"}, (79, 24), "utf-8", "terminal", "at least 80x24"),
            ({"TERM": "xterm-256color"}, (80, 23), "utf-8", "terminal", "at least 80x24"),
            ({"TERM": "dumb"}, (80, 24), "utf-8", "terminal", "export TERM="),
            ({}, (80, 24), "utf-8", "terminal", "export TERM="),
            ({"TERM": "xterm"}, None, "utf-8", "terminal", "list, show, demo"),
            ({"TERM": "screen", "TMUX": "x"}, (80, 24), "utf-8", "colours", "default-terminal tmux-256color"),
            ({"TERM": "vt100"}, (80, 24), "utf-8", "colours", "TERM=xterm-256color"),
            ({"TERM": "xterm-256color"}, (80, 24), "ISO-8859-1", "characters", "LANG=C.UTF-8"),
            ({"TERM": "xterm-256color", "LC_ALL": "C"}, (80, 24), "ascii-signs", "characters", "TUTOR_ASCII=0"),
        ],
    )
    def test_each_fault_has_advice(
        self, env: dict[str, str], size: tuple[int, int] | None, encoding: str, name: str, advice: str
    ) -> None:
        lines = by_name(look_at_terminal(env, size, encoding))
        assert not lines[name].ok and advice in lines[name].advice
        assert all(line.ok for other, line in lines.items() if other != name)

    def test_no_color_is_a_wish(self) -> None:
        lines = by_name(look_at_terminal({"TERM": "vt100", "NO_COLOR": "1"}, (80, 24), "UTF_8"))
        assert all(line.ok for line in lines.values())


class TestFolders:
    def test_a_home_that_can_be_written(self, tmp_path: Path) -> None:
        lines = by_name(look_at_home(tmp_path / "home"))
        assert lines["your work"] == Line("your work", True, str(tmp_path / "home"), needed=True)
        assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["progress.sqlite3"]

    def test_a_home_that_cannot(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        (line,) = look_at_home(tmp_path / "file" / "home")
        assert not line.ok and line.needed and "not a directory" in line.text and "TUTOR_HOME" in line.advice

    def test_too_little_room(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tutor.doctor.ROOM_MB", 2**40)
        line = by_name(look_at_home(tmp_path))["room"]
        assert not line.ok and line.needed and "Make room" in line.advice

    def test_a_damaged_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "progress.sqlite3").write_bytes(b"no database" * 100)
        assert "was damaged" in by_name(look_at_home(tmp_path))["your work"].text

    def test_downloads(self, tmp_path: Path) -> None:
        env = {"TORCH_HOME": str(tmp_path / "torch"), "SCIKIT_LEARN_DATA": str(tmp_path / "sklearn")}
        lines = by_name(look_at_downloads(env))
        assert set(lines) == {"weights", "data sets"} and all("none downloaded" in line.text for line in lines.values())
        weights, photos = tmp_path / "torch" / "hub" / "checkpoints", tmp_path / "torch" / "hymenoptera_data"
        for folder, name, size in (
            (weights, "resnet18.pth", 3),
            (photos, "ant.jpg", 2),
            (tmp_path / "sklearn", "c", 1),
        ):
            folder.mkdir(parents=True)
            (folder / name).write_bytes(b"x" * size * 2**20)
        lines = by_name(look_at_downloads(env))
        assert lines["weights"].text == f"resnet18.pth: 3 MB ({weights})"
        assert lines["data sets"].text == f"hymenoptera_data: 2 MB ({tmp_path / 'torch'})"
        assert lines["scikit-learn"].text == f"c: 1 MB ({tmp_path / 'sklearn'})"

    def test_a_folder_of_photos_of_ones_own(self, tmp_path: Path) -> None:
        env = {"TORCH_HOME": str(tmp_path), "SCIKIT_LEARN_DATA": str(tmp_path), "TUTOR_PHOTOS": str(tmp_path / "mine")}
        line = by_name(look_at_downloads(env))["photos"]
        assert not line.ok and not line.needed and "train/ and val/" in line.advice
        for part in ("train", "val"):
            (tmp_path / "mine" / part).mkdir(parents=True)
        assert by_name(look_at_downloads(env))["photos"].ok

"""Signs in ASCII: which terminals get them, and that nothing else is written there."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tutor
from tests.course.small_course import write_small_course
from tutor.signs import only_ascii, suit_terminal, to_ascii, why_ascii


@pytest.mark.parametrize(
    ("env", "ascii_only"),
    [
        ({}, False),
        ({"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, True),
        ({"LANG": "POSIX"}, True),
        ({"LC_ALL": "de_DE.ISO-8859-1"}, True),
        ({"LC_ALL": "", "LC_CTYPE": "en_US.utf8", "LANG": "C"}, False),
        ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "ascii:replace"}, True),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True),
        ({"TERM": "vt220", "LANG": "C.UTF-8"}, True),
        ({"TERM": "linux", "TUTOR_ASCII": "0"}, False),
        ({"TERM": "xterm", "LANG": "C.UTF-8", "TUTOR_ASCII": "1"}, True),
    ],
)
def test_who_gets_ascii(env: dict[str, str], ascii_only: bool) -> None:
    assert only_ascii(env) is ascii_only


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"LANG": "en_GB.UTF-8"}, ""),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, "LC_ALL is C"),
        ({"LC_CTYPE": "POSIX"}, "LC_CTYPE is POSIX"),
        ({"LANG": "de_DE.ISO-8859-1"}, "LANG is de_DE.ISO-8859-1"),
        ({"PYTHONIOENCODING": "ascii:replace"}, "PYTHONIOENCODING is ascii"),
        ({"TERM": "linux"}, "TERM is linux"),
        ({"TUTOR_ASCII": "1"}, "TUTOR_ASCII is 1"),
    ],
)
def test_what_chose_ascii_is_said(env: dict[str, str], why: str) -> None:
    assert why_ascii(env) == why


def test_every_sign_keeps_its_width() -> None:
    from rich.cells import cell_len

    for code in range(0xA0, 0x30000):
        character = chr(code)
        if character.isprintable():
            assert to_ascii(character).isascii()
            assert len(to_ascii(character)) == cell_len(character), hex(code)


def test_our_own_signs_are_told_apart() -> None:
    for together in ("✓◐○", "●◐○", "✓✗○", "▸ ", "▶⏸■", "•×+o▪", "█░", "─╌·", "▾▹"):
        assert len({to_ascii(sign) for sign in together}) == len(together), together


def test_the_program_draws_no_sign_that_has_no_form() -> None:
    unknown = set()
    for file in Path(tutor.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        unknown |= {sign for sign in text if to_ascii(sign) == "?" and sign not in "?\N{REPLACEMENT CHARACTER}"}
    assert unknown == set()


def test_a_curve_keeps_its_shape() -> None:
    assert to_ascii("⠑⠢⣀") == r"\\_"
    assert to_ascii("⠤⠤") == "--" and to_ascii("⠉⠉") == "''" and to_ascii("⣀⣀") == "__" and to_ascii("⡇") == "|"
    assert to_ascii("⠑") == "\\" and to_ascii("⠊") == "/" and to_ascii("⠀") == " "


def test_a_stream_is_written_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_ASCII", "1")
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    suit_terminal([stream])
    stream.write("✓ done · 漢 é\n")
    stream.flush()
    assert raw.getvalue() == b"+ done | ?? e\n"


@pytest.mark.parametrize("stated", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"TERM": "linux"}])
@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["list"], 0), (["show", "basics/shapes"], 0), (["list", "--json"], 0), (["show", "nosuch"], 2), (["--help"], 0)],
)
def test_commands_write_ascii(tmp_path: Path, stated: dict[str, str], arguments: list[str], status: int) -> None:
    course = write_small_course(tmp_path / "course")
    words = course / "basics" / "words.md"
    words.write_text(words.read_text(encoding="utf-8").replace("# ", "# ✓ ", 1), encoding="utf-8")
    env = {**os.environ, "TUTOR_HOME": str(tmp_path / "home"), **stated}
    command = [sys.executable, "-m", "tutor.cli", *arguments]
    course_option = ["--course", str(course)] if arguments != ["--help"] else []
    done = subprocess.run([*command, *course_option], capture_output=True, env=env, check=False)
    assert done.returncode == status, done.stderr
    assert (done.stdout + done.stderr).isascii()
    assert b"Traceback" not in done.stderr

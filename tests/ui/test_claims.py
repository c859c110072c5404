"""Two windows on one answer see each other, and one that died is not seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fcntl")

from tutor.progress.claims import Claim

HOLD = (
    "import sys, pathlib; from tutor.progress.claims import Claim\n"
    "claim = Claim(pathlib.Path(sys.argv[1])); claim.take(); print('held', flush=True); sys.stdin.read()"
)


def test_two_windows_of_one_program_see_each_other(tmp_path: Path) -> None:
    one, other = Claim(tmp_path / "a.py"), Claim(tmp_path / "a.py")
    one.take()
    assert (one.others(), other.others()) == (0, 1)
    other.take()
    assert (one.others(), other.others()) == (1, 1)
    one.release()
    assert other.others() == 0
    other.release()
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_a_killed_window_is_not_seen_and_what_it_left_is_removed(tmp_path: Path) -> None:
    mine = Claim(tmp_path / "a.py")
    command = [sys.executable, "-c", HOLD, str(tmp_path / "a.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        assert mine.others() == 1
        other.kill()
        other.wait()
    assert mine.others() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    claim = Claim(tmp_path / "file" / "a.py")
    claim.take()
    assert claim.others() == 0
    claim.release()

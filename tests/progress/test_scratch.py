"""What was typed into the scratchpad is there after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.progress import scratch
from tutor.progress.scratch import Scratch


def test_history_and_draft_survive_a_restart(tmp_path: Path) -> None:
    first = Scratch(tmp_path)
    for code in ("x = 1", "for i in x:\n    print('ä')\n", "x = 1"):
        first.remember(code)
    first.keep_draft("not yet")
    again = Scratch(tmp_path)
    assert again.history() == ["for i in x:\n    print('ä')\n", "x = 1"]
    assert again.draft() == "not yet"


def test_nothing_there_is_an_empty_history(tmp_path: Path) -> None:
    assert Scratch(tmp_path).history() == [] and Scratch(tmp_path).draft() == ""
    Scratch(tmp_path).keep_draft("")
    assert not (tmp_path / scratch.FOLDER).exists()


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    pad = Scratch(tmp_path)
    pad.remember("a = 1")
    with open(tmp_path / scratch.FOLDER / "history.jsonl", "a") as file:
        file.write('"b = \n')
    pad.remember("c = 3")
    assert pad.history() == ["a = 1", "c = 3"]


def test_the_file_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MOST_KEPT", 5)
    pad = Scratch(tmp_path)
    for number in range(40):
        pad.remember(f"x = {number}")
    assert pad.history() == [f"x = {number}" for number in range(35, 40)]
    assert len((tmp_path / scratch.FOLDER / "history.jsonl").read_text().splitlines()) <= 11


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / scratch.FOLDER).write_text("a file where the folder belongs")
    pad = Scratch(tmp_path)
    pad.remember("x = 1")
    assert "is not kept" in pad.problem
    assert pad.history() == []

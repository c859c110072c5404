"""What passed is not tried again, until something changes that it depends on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.course.small_course import replace_in, write_small_course
from tutor.client import Engine
from tutor.course import passed as module
from tutor.course.author import Finding, Report, check_course
from tutor.course.catalog import open_course
from tutor.course.passed import Passed, cache_folder, installed

SHAPES, WORDS = "basics/shapes", "basics/words"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


def reopened(folder: Path, **options: str) -> Passed:
    return Passed(open_course(folder), folder.parent / "cache", **options)


def known(passed: Passed) -> list[str]:
    return [entry.id for entry in passed.course.lessons if entry in passed]


def test_what_passed_is_known_the_next_time(folder: Path) -> None:
    passed = reopened(folder)
    assert known(passed) == []
    passed.add(SHAPES)
    passed.add(WORDS)
    assert known(reopened(folder)) == [SHAPES, WORDS]
    reopened(folder).drop(SHAPES)
    assert known(reopened(folder)) == [WORDS]


@pytest.mark.parametrize(
    ("file", "old", "new", "still"),
    [
        ("basics/shapes.md", "Three rows", "Four rows", [WORDS]),
        ("basics/shapes.py", "The target is 3.", "The target is three.", [WORDS]),
        ("course.toml", 'title = "Shapes"', 'title = "Forms"', [WORDS]),
        ("course.toml", "minutes = 2", "minutes = 3", [SHAPES]),
        ("data.py", "x = 1", "x = 2", []),
    ],
)
def test_a_change_is_noticed_where_it_matters(folder: Path, file: str, old: str, new: str, still: list[str]) -> None:
    (folder / "data.py").write_text("x = 1\n")
    passed = reopened(folder)
    passed.add(SHAPES)
    passed.add(WORDS)
    replace_in(folder / file, old, new)
    assert known(reopened(folder)) == still


def test_another_interpreter_or_device_or_release_of_torch_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reopened(folder).add(WORDS)
    assert known(reopened(folder, device="cuda")) == []
    assert known(reopened(folder, python="/does/not/exist/python")) == []
    monkeypatch.setattr(module, "installed", lambda python: installed(python).replace("torch ", "torch 9"))
    assert known(reopened(folder)) == []


def test_versions_are_read_from_the_interpreter_that_runs_the_lessons() -> None:
    versions = installed(sys.executable)
    assert "\ntorch 2." in versions and "\nruff " in versions and "\ntutor " in versions


@pytest.mark.parametrize("text", ["", "[1]", "not json", '{"basics/words": 3}'])
def test_a_broken_cache_is_as_if_nothing_had_passed(folder: Path, text: str) -> None:
    passed = reopened(folder)
    passed.add(WORDS)
    passed.file.write_text(text)
    assert known(reopened(folder)) == []


def test_a_cache_that_cannot_be_written_costs_time_alone(folder: Path) -> None:
    (folder.parent / "cache").write_text("a file where the folder should be")
    passed = reopened(folder)
    passed.add(WORDS)
    assert known(reopened(folder)) == []


def test_the_place_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUTOR_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("TUTOR_CACHE")
    assert cache_folder().name == "tutor"


def test_the_gate_tries_only_what_changed(folder: Path) -> None:
    """The second check needs no engine: one that cannot start is not noticed."""

    async def check(engine: Engine, report: Report) -> list[Finding]:
        async with engine:
            found = check_course(folder, engine, [WORDS], passed=reopened(folder), report=report)
            return [finding async for finding in found]

    first, second, third = Report(), Report(), Report()
    assert asyncio.run(check(Engine(), first)) == []
    assert (first.tried, first.unchanged) == ([WORDS], [])
    assert asyncio.run(check(Engine(["/does/not/exist"]), second)) == []
    assert (second.tried, second.unchanged) == ([], [WORDS])
    replace_in(folder / f"{WORDS}.md", "A step of prose.", "A step of Pytorch.")
    findings = asyncio.run(check(Engine(["/does/not/exist"]), third))
    assert ["'Pytorch' is written" in findings[0].message, "nothing was run" in findings[1].message] == [True, True]

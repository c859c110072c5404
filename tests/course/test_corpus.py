"""Of every broken course the gate names the fault, with its line, and nothing else; and the course they are made of is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.course.corpus import IN_FILES, LINES, LINES_PY, SHAPES, WHEN_RUN, Fault
from tests.course.small_course import replace_in
from tutor.client import Engine
from tutor.course.author import Finding, check_course
from tutor.course.jobs import OFFLINE
from tutor.course.new import write_course

Check = Callable[..., list[Finding]]
NETWORK_LINES = (LINES, SHAPES)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write_course(tmp_path / "course")
    return tmp_path / "course"


@pytest.fixture(scope="module")
def check() -> Iterator[Check]:
    """Checks these lessons on one real engine, or all with what their files show alone."""
    with asyncio.Runner() as runner:
        engine = Engine(preload=[OFFLINE])

        async def collect(course: Path, lessons: tuple[str, ...], engine: Engine) -> list[Finding]:
            return [finding async for finding in check_course(course, engine, lessons)]

        def check(course: Path, *lessons: str, run: bool = True) -> list[Finding]:
            findings = runner.run(collect(course, lessons, engine if run else Engine(["/does/not/exist"])))
            return findings if run else [finding for finding in findings if "nothing was run" not in finding.message]

        yield check
        runner.run(engine.close())


def only(findings: list[Finding], course: Path, fault: Fault) -> None:
    assert len(findings) == 1, "\n".join(map(str, findings)) or "nothing was found"
    finding = findings[0]
    assert fault.says in finding.message
    assert finding.path == course / (fault.found_in or fault.file)
    at = finding.path.read_text().split("\n")[finding.line - 1].strip() if finding.line else ""
    assert at == fault.at
    assert not finding.warning


def test_the_corpus_is_large_and_each_fault_is_another() -> None:
    faults = [*IN_FILES, *WHEN_RUN]
    assert len({fault.name for fault in faults}) == len(faults) >= 40


def test_the_course_that_is_broken_here_is_whole(course: Path, check: Check) -> None:
    assert check(course) == []


@pytest.mark.parametrize("fault", IN_FILES, ids=lambda fault: fault.name)
def test_a_fault_in_the_files(course: Path, check: Check, fault: Fault) -> None:
    replace_in(course / fault.file, fault.old, fault.new)
    only(check(course, run=False), course, fault)


@pytest.mark.parametrize("fault", WHEN_RUN, ids=lambda fault: fault.name)
def test_a_fault_that_running_shows(course: Path, check: Check, fault: Fault) -> None:
    replace_in(course / fault.file, fault.old, fault.new)
    if fault.name == "a demo over its budget":
        replace_in(course / LINES_PY, "    torch.manual_seed(run.seed)\n", '    __import__("time").sleep(5)\n')
    lesson = (fault.found_in or fault.file).removesuffix(".md")
    only(check(course, lesson), course, fault)

"""Of every broken course the gate names the fault, with its line, and nothing else; and the course they are made of is whole."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.course.corpus import IDS, IN_FILES, LINES, LINES_PY, SHAPES, WHEN_RUN, WHOLE, Fault
from tests.course.small_course import replace_in
from tutor.client import Engine
from tutor.course import author
from tutor.course.author import Finding, check_course
from tutor.course.catalog import open_course
from tutor.course.jobs import OFFLINE
from tutor.course.lasting import list_ids
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


def put(course: Path, fault: Fault) -> None:
    """Break the course."""
    if fault.file == IDS:
        list_ids(open_course(course))
    for name, old, new in ((fault.file, fault.old, fault.new), *fault.more):
        file = course / name
        if old and old != WHOLE:
            replace_in(file, old, new)
        else:
            above = "" if old else file.read_text() + "\n"
            file.write_text(above + new)


def only(findings: list[Finding], course: Path, fault: Fault) -> None:
    assert len(findings) == 1, "\n".join(map(str, findings)) or "nothing was found"
    finding = findings[0]
    assert fault.says in finding.message
    assert finding.path == course / (fault.found_in or fault.file)
    at = finding.path.read_text().split("\n")[finding.line - 1].strip() if finding.line else ""
    assert at == fault.at
    assert finding.warning is fault.warning


def test_the_corpus_is_large_and_each_fault_is_another() -> None:
    faults = [*IN_FILES, *WHEN_RUN]
    assert len({fault.name for fault in faults}) == len(faults) >= 40


ELSEWHERE = {
    "choice", "ids", "jobs", "model", "new", "outline", "passed", "room", "script", "shelf", "texts", "trust",
}  # fmt: skip
"""Modules of a course that make no finding."""
NOT_HERE = {
    "there is no course here": "test_author.py: it is not one lesson that is broken",
    "there is no lesson ": "test_author.py: a name on the command line",
    "it cannot be read: ": "the disk's fault",
    "it cannot be written: ": "the disk's fault",
    "nothing was run, so nothing of it is known to work: ": "test_author.py: the engine's fault",
    "was stopped before its end: run the check again": "somebody else stopped it",
    " s here: show something within ": "test_lesson_checks.py: a warning that is measured",
    " Mend it, or state the error in an output fence below it": "the end of one that has a fault",
    "How code is formatted was not checked": "test_lesson_checks.py: a note, no finding",
    "logistic regression": "a word of the field's",
}
"""Findings without a fault here, and why."""


def sentences(module: Path) -> Iterator[str]:
    """The texts in its code that may be a part of a finding, each by its longest piece between two fields."""
    tree = ast.parse(module.read_text())
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        pieces = node.values if isinstance(node, ast.JoinedStr) else [node] if id(node) not in within | notes else []
        texts = [each.value for each in pieces if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        longest = max(texts, key=len, default="")
        if len(longest) >= 16 and " " in longest.strip() and not re.search(r"[\\?(]{2}|^__|^#|\n#", longest):
            yield longest


def test_every_finding_that_the_gate_can_make_has_a_fault(tmp_path: Path, check: Check) -> None:
    said = [fault.says for fault in WHEN_RUN]
    for number, fault in enumerate(IN_FILES):
        write_course(tmp_path / str(number))
        put(tmp_path / str(number), fault)
        said += [finding.message for finding in check(tmp_path / str(number), run=False)]
    known, missing = "\n".join(said), []
    for module in sorted(Path(author.__file__).parent.glob("*.py")):
        for text in sentences(module) if module.stem not in ELSEWHERE else ():
            found = any(text[i : i + 15] in known for i in range(len(text) - 14))
            if not found and not any(each in text for each in NOT_HERE):
                missing.append(f"{module.name}: {text}")
    assert missing == []


def test_the_course_that_is_broken_here_is_whole(course: Path, check: Check) -> None:
    assert check(course) == []


@pytest.mark.parametrize("fault", IN_FILES, ids=lambda fault: fault.name)
def test_a_fault_in_the_files(course: Path, check: Check, fault: Fault) -> None:
    put(course, fault)
    only(check(course, run=False), course, fault)


@pytest.mark.parametrize("fault", WHEN_RUN, ids=lambda fault: fault.name)
def test_a_fault_that_running_shows(course: Path, check: Check, fault: Fault) -> None:
    put(course, fault)
    if fault.name == "a demo over its budget":
        replace_in(course / LINES_PY, "    torch.manual_seed(run.seed)\n", '    __import__("time").sleep(5)\n')
    lesson = (fault.found_in or fault.file).removesuffix(".md")
    only(check(course, lesson), course, fault)

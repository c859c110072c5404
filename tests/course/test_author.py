"""The gate: a course that holds together gives no finding, and each fault gives one that says where and how to mend it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

from tests.course.small_course import replace_in, write_small_course
from tutor.client import Engine
from tutor.course.author import Finding, check_course
from tutor.course.catalog import open_course
from tutor.course.reader import read_lesson

LESSON, CODE, TOML = "basics/shapes.md", "basics/shapes.py", "course.toml"
BUILDS_ON = 'builds_on = ["basics/words"]'
TUNE = "[Tune: come within 0.01 of the target](shapes.py#descend)"

Run = Callable[..., list[Finding]]
"""Check a course, or these lessons of it, with the real engine."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """One engine and one event loop for all tests here: warming up costs more than checking."""
    with asyncio.Runner() as runner:
        engine = Engine()

        def check(folder: Path, lessons: Collection[str] = ("basics/shapes",)) -> list[Finding]:
            return runner.run(collect(folder, engine, lessons))

        yield check
        runner.run(engine.close())


async def collect(folder: Path, engine: Engine, lessons: Collection[str] = ()) -> list[Finding]:
    return [finding async for finding in check_course(folder, engine, lessons)]


def check_files_only(folder: Path, lessons: Collection[str] = ()) -> list[Finding]:
    """The findings that need no engine: it cannot start, which is the last finding and taken off."""

    async def run() -> list[Finding]:
        return await collect(folder, Engine(["/does/not/exist"]), lessons)

    findings = asyncio.run(run())
    if findings and "nothing was run" in findings[-1].message:
        findings.pop()
    return findings


def line_at(finding: Finding) -> str:
    """The line that it points to."""
    return finding.path.read_text().split("\n")[finding.line - 1]


def narrow(lesson: Path, line: int) -> None:
    """Blank all steps but the one at `line`, and the first, whose examples the others use; lines keep their numbers."""
    lines = lesson.read_text().split("\n")
    heads = [number for number, text in enumerate(lines) if text.startswith("## ")]
    for begin, end in zip(heads[1:], [*heads[2:], len(lines)], strict=True):
        if not begin < line <= end:
            lines[begin:end] = [""] * (end - begin)
    lesson.write_text("\n".join(lines))


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, "\n".join(map(str, findings))
    return findings[0]


def test_a_course_that_holds_together_gives_nothing(folder: Path, run: Run) -> None:
    assert run(folder, ()) == []


def test_one_lesson_can_be_checked_alone(folder: Path, run: Run) -> None:
    replace_in(folder / LESSON, "twice the ...: 30", "thrice")
    assert run(folder, ["basics/words"]) == []
    assert len(run(folder)) == 1


def test_an_engine_that_cannot_run_is_a_finding(folder: Path) -> None:
    finding = only(asyncio.run(collect(folder, Engine(["/does/not/exist"]))))
    assert finding.path == folder / "course.toml"
    assert "nothing was run, so nothing of it is known to work: The engine could not be started" in finding.message


def test_an_engine_that_dies_makes_no_answer_right(folder: Path) -> None:
    """The engine says it is ready, then ends at the first job: no answer counts as right or wrong."""
    code = (
        "import sys\n"
        "from tutor import protocol as p\n"
        "out = sys.stdout.buffer\n"
        "out.write(p.encode(p.Hello(p.PROTOCOL, 'x', 'y', 'z')))\n"
        "out.write(p.encode(p.Ready('2', '', (), 'cpu', 1, 0.0))); out.flush()\n"
        "sys.stdin.buffer.readline()\n"
    )
    engine = Engine([sys.executable, "-c", code])

    async def run() -> list[Finding]:
        async with engine:
            return await collect(folder, engine)

    findings = asyncio.run(run())
    _, *answered = read_lesson(open_course(folder), "basics/shapes").exercises  # the first is a choice
    for exercise in answered:
        assert any(f.line == exercise.line and "cannot be judged" in f.message for f in findings), exercise.id
    assert all("The engine stopped unexpectedly" in finding.message for finding in findings)


# What the files show ----------------------------------------------------------------------------------------------------

ADD_BATCH_MISTAKE = """\
```python mistake add_batch
def add_batch(image):
    return image.unsqueeze(-1)
```

> Your batch dimension
> is the last one
"""

FILE_FAULTS = [
    (LESSON, "# Shapes\n", "# Forms\n", "# Forms", "the title is 'Forms' here and 'Shapes' in course.toml"),
    (LESSON, ADD_BATCH_MISTAKE, "", "```python starter add_batch", "add_batch has no mistake: add ```python mistake"),
    (LESSON, "Put one step of training in order.\n", "", "```python order train_step", "train_step has no task"),
    (LESSON, "```python predict rows", "```python predict", "```python predict", "this predict needs a name"),
    (
        CODE,
        "def _helper(run)",
        "def helper(run)",
        "def helper(run):",
        "helper is never shown: link to shapes.py#helper",
    ),
    (CODE, "def _helper(run)", "def check_helper(x)", "def check_helper(x):", "check_helper has no exercise"),
    ("basics/words.py", '"""Nothing', 'x = (\n"""Nothing', "x = (", "this is not Python"),
    (TOML, '["basics/shapes"]', '["basics/shape"]', 'id = "words"', "builds on basics/shape, which is no lesson; did"),
    (TOML, '["basics/shapes"]', '["basics/words"]', 'id = "words"', "basics/words builds on itself: take it out"),
    (TOML, "minutes = 5", f"minutes = 5\n{BUILDS_ON}", 'id = "shapes"', "on basics/words, which builds on it in turn"),
    (TOML, "minutes = 2", "minutes = -2", "minutes = -2", "must be a whole number above 0"),
]


@pytest.mark.parametrize(("file", "old", "new", "at", "problem"), FILE_FAULTS, ids=[f[4][:30] for f in FILE_FAULTS])
def test_a_fault_in_the_files(folder: Path, file: str, old: str, new: str, at: str, problem: str) -> None:
    replace_in(folder / file, old, new)
    finding = only(check_files_only(folder))
    assert problem in finding.message
    assert (finding.path, line_at(finding)) == (folder / file, at)
    assert str(finding) == f"{finding.path}:{finding.line}: {finding.message}"


def test_a_lesson_that_builds_on_a_later_one(folder: Path) -> None:
    replace_in(folder / TOML, "minutes = 5", f"minutes = 5\n{BUILDS_ON}")
    replace_in(folder / TOML, 'builds_on = ["basics/shapes"]\n', "")
    finding = only(check_files_only(folder))
    assert "basics/shapes builds on basics/words, which comes later: move one of them" in finding.message


def test_a_lesson_listed_twice(folder: Path) -> None:
    with (folder / "course.toml").open("a") as toml:
        toml.write('\n[[chapter.lesson]]\nid = "words"\ntitle = "Only words"\nminutes = 1\n')
    finding = check_files_only(folder)[0]
    assert "the lesson basics/words is listed 2 times" in finding.message
    assert finding.line == 22


def test_a_missing_pair(folder: Path) -> None:
    (folder / "basics/words.py").unlink()
    finding = only(check_files_only(folder))
    assert finding.path == folder / "basics/words.py"
    assert "words.py is missing beside words.md: write it" in finding.message


def test_a_missing_lesson(folder: Path) -> None:
    (folder / "basics/words.md").unlink()
    finding = only(check_files_only(folder))
    assert finding.path == folder / "basics/words.md"
    assert "write it, or take it off the list" in finding.message


@pytest.mark.parametrize(
    ("name", "stray"),
    [
        ("basics/draft.md", True),
        ("basics/draft.py", True),
        ("basics/shapes.md.orig", True),
        ("basics/deeper/shapes.md", True),
        ("other/lesson.md", True),
        ("lesson.md", True),
        ("basics/__init__.py", False),
        ("basics/__pycache__/shapes.pyc", False),
        (".git/config", False),
        ("basics/.shapes.md.swp", False),
        ("data.py", False),
        ("README.md", False),
        ("LICENSE", False),
        ("pictures/seven.png", False),
        ("pictures/README.md", False),
    ],
)
def test_stray_files(folder: Path, name: str, stray: bool) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("")
    findings = check_files_only(folder)
    assert [finding.path for finding in findings] == ([folder / name] if stray else [])


def test_an_unknown_lesson_is_a_finding(folder: Path) -> None:
    finding = only(check_files_only(folder, ["basics/word"]))
    assert "there is no lesson basics/word; did you mean basics/words" in finding.message


def test_a_folder_without_a_course_is_a_finding(tmp_path: Path) -> None:
    assert "there is no course here" in only(check_files_only(tmp_path)).message


# What running shows -----------------------------------------------------------------------------------------------------

SUM = '```python\nprint("twice the sum:", int(2 * x.sum()))'
STEP_ORDER = "{}loss.backward()\n{}optimizer.step()"

RUN_FAULTS = [
    # examples
    (
        "        [3, 4, 5]])\n",
        "        [3, 4, 6]])\n",
        "```python",
        "line 2 says '        [3, 4, 6]])', but '        [3, 4",
    ),
    ("y = x.reshape(3, 2)\n", "x.nothing\n", "```python", "this example fails: "),
    ("twice the ...: 30", "RuntimeError: no", "```python", "does not print what its output fence says"),
    # predict
    ("y.shape\n```", "torch.rand(2)\n```", "```python predict rows", "what rows gives depends on chance"),
    ("y.shape\n```", "pass\n```", "```python predict rows", "rows gives nothing to predict"),
    # code and fix
    (
        "(image):\n    ...",
        "(image):\n    return image[None]",
        "```python starter add_batch",
        "the starter of add_batch passes",
    ),
    (
        "image.unsqueeze(0)",
        "image.unsqueeze(2)",
        "```python starter add_batch",
        "solution of add_batch does not pass: failed",
    ),
    (
        "image.unsqueeze(-1)",
        "image[None]",
        "```python mistake add_batch",
        "this mistake of add_batch passes: make its check",
    ),
    (
        "> Your batch dimension\n> is",
        "> It is",
        "```python mistake add_batch",
        'add_batch does not earn "It is the last one", but',
    ),
    ("total = matrix + bias\n", "x = 1\n", "```python broken total", "broken code of total counts as not attempted"),
    # order
    (
        "loss.backward()\noptimizer.zero_grad()\n",
        "optimizer.zero_grad()\nloss.backward()\n",
        "```python mistake train_step",
        "this mistake of train_step passes",
    ),
    # tune
    ("lr = 0.2\nsteps = 50", "lr = 0.0002", TUNE, "the solution of near does not pass: failed: "),
    ("lr = 0.2\nsteps = 50", "lr = 0.2", "", ""),
    ("lr = 0.0001\noptimizer", "lr = 0.2\noptimizer", "```toml mistake near", 'near does not earn "hardly moved"'),
    ("> hardly moved", "> moved too far", "```toml mistake near", 'near does not earn "moved too far"'),
]


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"), RUN_FAULTS, ids=[f"{i}-{f[3][:30]}" for i, f in enumerate(RUN_FAULTS)]
)
def test_a_fault_that_running_shows(folder: Path, run: Run, old: str, new: str, at: str, problem: str) -> None:
    line = replace_in(folder / LESSON, old, new)
    narrow(folder / LESSON, line)
    findings = [finding for finding in run(folder) if finding.path == folder / LESSON and at == line_at(finding)]
    if at:
        assert problem in only(findings).message
    else:
        assert findings == []


def test_defaults_that_reach_the_target(folder: Path, run: Run) -> None:
    replace_in(folder / CODE, "assert worst < 0.01, ", "assert worst < 0.1, ")
    finding = only(run(folder))
    assert "the defaults of descend reach the target of near: ask for more" in finding.message
    assert line_at(finding) == TUNE


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "    run.result(weight=weight.item())",
            "    run.result(weight=weight.item())\n    weight.nothing",
            "the demo descend fails at its defaults (line 3",
        ),
        ("@budget(seconds=30)\n", "@budget(seconds=0.2)\n", "the demo descend fails at its defaults: "),
    ],
)
def test_a_demo_that_does_not_end_well(folder: Path, run: Run, old: str, new: str, problem: str) -> None:
    replace_in(folder / CODE, old, new)
    if "0.2" in new:
        replace_in(folder / CODE, "    torch.manual_seed(run.seed)\n", "    __import__('time').sleep(0.5)\n")
    findings = [finding for finding in run(folder) if finding.line == 42]
    assert problem in only(findings).message


def test_a_demo_that_shows_nothing(folder: Path, run: Run) -> None:
    replace_in(folder / CODE, "def _helper(run):\n    return run", 'def helper(run):\n    """Is there anything?"""')
    with (folder / LESSON).open("a") as lesson:
        lesson.write("\n## Nothing\n\n[Run: nothing](shapes.py#helper)\n")
    assert "the demo helper shows nothing: log points" in only(run(folder)).message


def test_a_check_that_raises_is_the_courses_fault(folder: Path, run: Run) -> None:
    replace_in(folder / CODE, "def check_total(total):\n", 'def check_total(total):\n    raise KeyError("oh")\n')
    findings = run(folder)
    assert [line_at(f) for f in findings] == ["```python broken total", "```python mistake total"]
    assert "the solution of total cannot be judged: The check itself failed" in findings[0].message
    assert "this mistake of total cannot be judged: " in findings[1].message


def test_an_example_may_raise_where_its_output_quotes_the_error(folder: Path, run: Run) -> None:
    text = '\n## An error\n\n```python\nprint("first")\ntorch.ones(2) @ torch.ones(3)\n```\n\n```output\nfirst\nRuntimeError: ...\n```\n'
    with (folder / LESSON).open("a") as lesson:
        lesson.write(text)
    assert run(folder) == []
    replace_in(folder / LESSON, "RuntimeError: ...", "TypeError: ...")
    assert "this example fails, and not as its output fence says: " in only(run(folder)).message

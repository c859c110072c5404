"""Lines in order and settings of a demo, as a command line gives them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.course.small_course import write_small_course
from tutor.cli import program
from tutor.commands.answers import request_for
from tutor.commands.setup import Problem
from tutor.course.catalog import open_course
from tutor.course.model import Lesson, Order, Tune
from tutor.course.outline import Course
from tutor.course.reader import read_lesson
from tutor.protocol import CheckAnswer, CheckTuning

MD = """\
# Only words

Put lines in order, and reach a target.

## In order

Make `area` out of two sides.

```python before area
def area(a):
```

```python order area
b = a + 1
c = a * b
return c
```

```python mistake area
c = a * b
b = a + 1
return c
```

> b

## A target

Make the weight reach 3.

[Tune: reach the target](words.py#climb)

```toml solution near
lr = 0.5
```

```toml mistake near
lr = 0.01
```

> still at
"""

PY = '''\
from typing import Annotated

from tutor.lesson import Range


def climb(run, lr: Annotated[float, Range(0.001, 1)] = 0.01, fast: bool = False):
    """How far in five steps?"""
    weight = 0.0
    for _ in run.steps(5, "step"):
        weight += lr * (3 - weight)
        run.log(train=3 - weight)
    run.result(weight=weight)


def check_area(area):
    assert area(2) == 6, "area(2) should be 6."


def check_near(results):
    worst = min(result["weight"] for result in results)
    assert worst > 2.5, f"The weight is still at {worst:.2f}; reach 2.5."
'''


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    folder = write_small_course(tmp_path)
    (folder / "basics" / "words.md").write_text(MD)
    (folder / "basics" / "words.py").write_text(PY)
    return folder


@pytest.fixture
def course(small: Path) -> Course:
    return open_course(small)


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return read_lesson(course, "basics/words")


def tutor(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words], prog_name="tutor", input=answer)


def test_show_numbers_the_shuffled_lines_and_names_the_settings(small: Path, lesson: Lesson) -> None:
    order = lesson.exercises[0]
    assert isinstance(order, Order)
    listed = "\n".join(f"{number}  {line}" for number, line in enumerate(order.shuffled(), 1))
    text = tutor("show", "words", "--course", small).stdout
    assert listed in text and order.solution not in text
    assert "lr = 0.01\nfast = False" in text and "lr = 0.5" not in text


def test_lines_or_their_numbers(course: Course, lesson: Lesson) -> None:
    order = lesson.exercises[0]
    assert isinstance(order, Order)
    numbers = " ".join(str(order.shuffled().index(line) + 1) for line in order.lines)
    for answer in (numbers, "\n".join(order.lines), order.solution, order.solution.replace("    ", "\t\n  ")):
        request = request_for(1, course, lesson, order, answer, "")
        assert isinstance(request, CheckAnswer) and request.answer == order.solution


@pytest.mark.parametrize(
    "answer", ["", "1 2", "1 2 2", "b = a + 1\nreturn c", "b = a + 1\nc = a * b\nreturn c\nreturn c", "x"]
)
def test_other_lines_are_no_order(course: Course, lesson: Lesson, answer: str) -> None:
    order = lesson.exercises[0]
    assert isinstance(order, Order)
    with pytest.raises(Problem, match="area wants its 3 lines in order, each once, or their numbers, such as 3 2 1"):
        request_for(1, course, lesson, order, answer, "")


def test_settings_a_line_each(course: Course, lesson: Lesson) -> None:
    tune = lesson.exercises[1]
    assert isinstance(tune, Tune)
    request = request_for(1, course, lesson, tune, "# mine\nlr = 0.25\n\nfast=on\n", "")
    assert isinstance(request, CheckTuning)
    assert (request.demo, request.settings, request.seeds) == ("climb", {"lr": 0.25, "fast": True}, tune.seeds)
    with pytest.raises(Problem, match="lr goes from"):
        request_for(1, course, lesson, tune, "lr = 7", "")


@pytest.mark.parametrize(
    ("exercise", "answer", "status"),
    [
        ("area", "b = a + 1\nc = a * b\nreturn c", 0),
        ("area", "c = a * b\nb = a + 1\nreturn c", 1),
        ("near", "lr = 0.5", 0),
        ("near", "lr = 0.02", 1),
    ],
)
def test_judged_by_a_real_engine(small: Path, exercise: str, answer: str, status: int) -> None:
    result = tutor("check", "words", exercise, "-", "--course", small, answer=answer)
    assert result.exit_code == status, result.output

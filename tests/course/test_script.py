"""A demo as a script of its own: it runs in a Python that knows nothing of this package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.course.catalog import built_in, open_course
from tutor.course.model import Lesson
from tutor.course.outline import Course
from tutor.course.reader import read_lesson
from tutor.course.script import make_script

COURSE = 'id = "x"\ntitle = "X"\n[[chapter]]\nid = "c"\ntitle = "C"\n[[chapter.lesson]]\nid = "l"\ntitle = "L"\nminutes = 1\n'
TEXT = "# L\n\nAn objective.\n\n## See\n\n[Run: see](l.py#see)\n"
DATA = """
import math
from torch import nn

HALF = 0.5

def unused():
    return nn.Linear(1, 1)

def half(x):  # a comment that stays
    return x * HALF
"""
CODE = """
from typing import Annotated, Literal

import torch
from helpers import half as halve

from tutor.lesson import Range, budget, expect


class Net(torch.nn.Module):
    def forward(self, x):
        return halve(x)


@budget(seconds=9)
def see(run, n: Annotated[int, Range(1, 9)] = 3, way: Literal["up", "down"] = "up"):
    '''What is seen?'''
    for i in run.steps(n, "epoch"):
        run.log(train=Net()(torch.ones(1)))
    run.result(n=n, way=way)


def check_it(it):
    expect(it, 1)
"""


@pytest.fixture
def lesson(tmp_path: Path) -> tuple[Course, Lesson]:
    (tmp_path / "c").mkdir()
    for name, text in (("course.toml", COURSE), ("c/l.md", TEXT), ("c/l.py", CODE), ("helpers.py", DATA)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    course = open_course(tmp_path)
    return course, read_lesson(course, "c/l")


def run(script: str, folder: Path) -> str:
    """What it prints, run away from the checkout."""
    path = folder / "mine.py"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run([sys.executable, "-P", str(path)], capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_runs_with_the_settings_and_prints_what_was_measured(lesson: tuple[Course, Lesson], tmp_path: Path) -> None:
    course, read = lesson
    printed = run(make_script(course, read, read.demos[0], {"n": 2, "way": "down"}), tmp_path)
    assert "epoch     0  loss train 0.5" in printed
    assert "result: n 2  way down" in printed


def test_it_holds_what_the_demo_needs_and_nothing_else(lesson: tuple[Course, Lesson]) -> None:
    course, read = lesson
    script = make_script(course, read, read.demos[0], {})
    assert "# a comment that stays" in script
    assert "halve = half" in script
    for absent in ("tutor", "Range", "budget", "Literal", "unused", "check_it", "import math"):
        assert absent not in script, absent


def test_a_demo_of_the_built_in_course_runs(tmp_path: Path) -> None:
    course = open_course(built_in())
    read = read_lesson(course, "workflow/linear_regression")
    script = make_script(course, read, read.demos[0], {"epochs": 100, "slow_motion": 0.0})
    assert "weight  0.7  0.5784  0.5784" in run(script, tmp_path)


def test_a_demo_that_is_only_linked_to_be_tuned_is_found_too() -> None:
    read = read_lesson(open_course(built_in()), "vision/tiny_vgg")
    assert "train_digits" not in [step.demo.id for step in read.steps if step.demo]
    assert [demo.id for demo in read.demos].count("train_digits") == 1

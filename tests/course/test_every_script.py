"""Every demo of the built-in course, as a script, in a Python that knows nothing of this program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.course import plain_python
from tutor.course.catalog import built_in, open_course
from tutor.course.model import Demo, Value
from tutor.course.reader import read_lesson
from tutor.course.script import make_script

SMALL: dict[str, Value] = {
    "slow_motion": 0.0,
    "epochs": 3,
    "pretrain_epochs": 2,
    "steps": 5,
    "draws": 1,
    "seconds": 0.5,
    "repeats": 1,
    "largest": 64,
    "size": 64,
}
"""Settings at which a demo is soon over, where it has such a control."""


def settings(demo: Demo) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for control in demo.controls:
        value = SMALL.get(control.name, control.default)
        found[control.name] = value if isinstance(value, str) else max(value, control.low or 0, key=float)
    return {**found, **{c.name: c.default for c in demo.controls if c.kind in ("bool", "choice")}}


def write_all(folder: Path) -> list[Path]:
    course = open_course(built_in())
    paths = []
    for entry in course.lessons:
        lesson = read_lesson(course, entry.id)
        for demo in lesson.demos:
            path = folder / f"{entry.id.replace('/', '_')}_{demo.id}.py"
            path.write_text(make_script(course, lesson, demo, settings(demo)), encoding="utf-8")
            paths.append(path)
    return paths


def test_every_demo_runs_with_torch_torchvision_and_sklearn_alone(tmp_path: Path) -> None:
    paths = write_all(tmp_path)
    ours = tmp_path / "ours.py"  # would be seen to need this program
    ours.write_text("from tutor.lesson import expect\n", encoding="utf-8")
    command = [sys.executable, "-P", plain_python.__file__, *map(str, [*paths, ours])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    ran = {Path(name).stem: (code, printed) for name, code, printed in map(json.loads, done.stdout.splitlines())}
    code, printed = ran.pop("ours")
    assert code
    assert "No module named 'tutor" in printed
    assert sorted(ran) == sorted(path.stem for path in paths)
    assert {name: printed[-1000:] for name, (code, printed) in ran.items() if code} == {}
    assert [name for name, (_, printed) in ran.items() if not printed.strip()] == []

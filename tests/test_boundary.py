"""The program that draws never imports torch; the processes that run torch never import a screen. Read from real interpreters."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tutor

HEAVY = {"torch", "torchvision", "numpy", "sklearn"}
SCREENS = {"textual", "rich", "click", "plotext", "markdown_it", "platformdirs", "tree_sitter"}
PACKAGE = Path(tutor.__file__).parent


def modules_below(*names: str) -> list[str]:
    """Dotted names of these modules of the package and of all that lies in them."""
    found = []
    for name in names:
        place = PACKAGE / name
        found.append(f"tutor.{name}")
        if place.is_dir():
            found += [m.name for m in pkgutil.walk_packages([str(place)], f"tutor.{name}.") if "__main__" not in m.name]
    return found


def imported_with(*names: str) -> set[str]:
    """Top-level names in sys.modules of an interpreter that imported those."""
    code = f"import sys, importlib\nfor name in {names!r}: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.split()}


def test_the_walk_finds_the_rooms() -> None:
    terminal = modules_below("ui", "course", "drawing", "commands", "progress")
    assert {"tutor.ui.app", "tutor.course.reader"} <= set(terminal) and len(terminal) > 20


def test_the_whole_terminal_program_imports_no_torch() -> None:
    names = modules_below(
        "cli", "client", "doctor", "protocol", "ui", "course", "drawing", "commands", "progress", "settings"
    )
    assert not HEAVY & imported_with(*names)


@pytest.mark.parametrize("name", ["cli", "client", "course.reader", "drawing", "progress", "settings"])
def test_each_part_alone_imports_no_torch_and_no_screens_it_does_not_need(name: str) -> None:
    assert not (HEAVY | {"textual"}) & imported_with(f"tutor.{name}")


def test_a_course_is_read_without_anything_that_draws() -> None:
    assert not {"textual", "rich", "plotext", "click"} & imported_with("tutor.course.reader", "tutor.course.catalog")


def test_the_engine_needs_nothing_but_the_standard_library_and_torch() -> None:
    names = [name for name in modules_below("engine", "lesson", "protocol") if name != "tutor.engine.boot"]
    code = (
        "import sys, importlib, torch, torch._dynamo\nbefore = {m.split('.')[0] for m in sys.modules}\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "after = {m.split('.')[0] for m in sys.modules}\n"
        f"print(*sorted(after - before - sys.stdlib_module_names), *sorted(after & {SCREENS!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["tutor"]

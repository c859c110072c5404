"""Controls, budgets and what checks take are read from a lesson's .py without running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.model import Control
from tutor.course.outline import CourseError
from tutor.course.signatures import Signatures, read_signatures

HEAD = 'raise SystemExit("this must never run")\n'


def read(tmp_path: Path, code: str) -> Signatures:
    path = tmp_path / "lesson.py"
    path.write_text(HEAD + code, encoding="utf-8")
    return read_signatures(path)


def demo(parameters: str) -> str:
    return f'def demo(run, {parameters}):\n    """What happens?"""\n'


@pytest.mark.parametrize(
    ("parameter", "control"),
    [
        ("on: bool = True", Control("on", "bool", True)),
        ('opt: Literal["SGD", "Adam"] = "Adam"', Control("opt", "choice", "Adam", choices=("SGD", "Adam"))),
        ('opt: typing.Literal["SGD"] = "SGD"', Control("opt", "choice", "SGD", choices=("SGD",))),
        ("lr: Annotated[float, Range(1e-4, 1, log=True)] = 0.1", Control("lr", "float", 0.1, 1e-4, 1, True)),
        ("lr: Annotated[float, Range(-1, high=1)] = 0", Control("lr", "float", 0.0, -1, 1)),
        ("n: Annotated[int, Range(low=1, high=9, live=True)] = 3", Control("n", "int", 3, 1, 9, live=True)),
        ("n: Annotated[int, lesson.Range(1, 9, False, True)] = 3", Control("n", "int", 3, 1, 9, live=True)),
        ("*, n: Annotated[int, Range(1, 9)] = 3", Control("n", "int", 3, 1, 9)),
    ],
)
def test_a_parameter_is_a_control(tmp_path: Path, parameter: str, control: Control) -> None:
    assert read(tmp_path, demo(parameter)).demo("demo").controls == (control,)


def test_a_whole_demo(tmp_path: Path) -> None:
    code = '''
@torch.no_grad()
@budget(seconds=2.5)
def demo(run: Run, on: bool = False, *, n: Annotated[int, Range(1, 9)] = 3):
    """Is it on?

    More.
    """
    return run
'''
    signatures = read(tmp_path, code)
    found = signatures.demo("demo")
    assert signatures.demos == ("demo",)
    assert (found.question, found.seconds) == ("Is it on?", 2.5)
    assert [control.name for control in found.controls] == ["on", "n"]
    assert found.source.startswith("@torch.no_grad()") and found.source.endswith("    return run")


def test_the_source_of_a_demo_is_without_its_budget(tmp_path: Path) -> None:
    found = read(tmp_path, "@budget(seconds=3)\n" + demo("on: bool = True")).demo("demo")
    assert found.source.startswith("def demo(run, on: bool = True):")


def test_helpers_and_checks_are_told_apart(tmp_path: Path) -> None:
    code = "def _a(run): ...\ndef b(run): ...\ndef c(x): ...\ndef check_d(d): ...\nclass E:\n    def f(run): ...\n"
    signatures = read(tmp_path, code)
    assert signatures.demos == ("b",)
    assert signatures.checks == ("d",)


def test_a_check(tmp_path: Path) -> None:
    check = read(tmp_path, "@budget(seconds=7)\ndef check_it(model, /, loss, *, step): ...\n").check("it")
    assert (check.takes, check.seconds, check.line) == (("model", "loss", "step"), 7.0, 3)


DEMO_FAULTS = [
    ("lr=0.1", "the control lr has no type"),
    ("lr: float = 0.1", "the control lr has no bounds: annotate it as Annotated[float, Range(low, high)]"),
    ("lr: Annotated[float, 3] = 0.1", "the control lr has no bounds"),
    ("lr: Annotated[float, Range(0, 1)]", "the control lr has no default"),
    ("lr: Annotated[float, Range(0, 1)] = BEST", "the default of lr must be written out as a literal"),
    ("lr: Annotated[float, Range(0, TOP)] = 0.1", "write the bounds of lr out"),
    ("lr: Annotated[float, Range(0)] = 0.1", "write the bounds of lr out"),
    ("lr: Annotated[float, Range(0, 1, step=2)] = 0.1", "write the bounds of lr out"),
    ("lr: Annotated[float, Range(0, 1, live=ON)] = 0.1", "write the bounds of lr out"),
    ("lr: Annotated[float, Range(1, 0)] = 0.1", "needs a low bound below its high bound"),
    ("lr: Annotated[float, Range(0, 1, log=True)] = 0.1", "needs a low bound above 0"),
    ("lr: Annotated[float, Range(0, 1)] = 2.0", "the default of lr is 2, outside of its Range(0, 1)"),
    ('lr: Annotated[float, Range(0, 1)] = "x"', "the default of lr must be a number, not 'x'"),
    ("n: Annotated[int, Range(0, 1.5)] = 1", "n is an int: its bounds and its default must be whole numbers"),
    ("on: bool = 1", "on is a switch: its default is True or False"),
    ('o: Literal["a", "b"] = "c"', "the default of o is 'c', which is none of a, b"),
    ('o: Literal["a", "a"] = "a"', "the choices of o must be different texts"),
    ("o: Literal[1, 2] = 1", "the choices of o must be different texts"),
    ("o: str = 'a'", "o cannot be a control of type str"),
    ("*rest", "takes *args or **kwargs"),
    ("**rest", "takes *args or **kwargs"),
]


@pytest.mark.parametrize(("parameter", "problem"), DEMO_FAULTS)
def test_a_parameter_that_is_no_control_names_its_line(tmp_path: Path, parameter: str, problem: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, demo(parameter)).demo("demo")
    assert problem in caught.value.problem
    assert (caught.value.path.name, caught.value.line) == ("lesson.py", 2)


@pytest.mark.parametrize(
    ("code", "line", "problem"),
    [
        ("def demo(x): ...", 2, "the first parameter of the demo demo must be `run`"),
        ("def demo(run): ...", 2, "demo has no docstring; its first line is the question"),
        ("@budget(seconds=N)\n" + demo("on: bool = True"), 2, "write the budget as @budget(seconds=60)"),
        ("@budget(60)\n" + demo("on: bool = True"), 2, "write the budget as @budget(seconds=60)"),
        ("@budget\n" + demo("on: bool = True"), 2, "write the budget as @budget(seconds=60)"),
        ("@budget(seconds=0)\n" + demo("on: bool = True"), 2, "above 0"),
    ],
)
def test_a_demo_that_is_none(tmp_path: Path, code: str, line: int, problem: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, code).demo("demo")
    assert problem in caught.value.problem
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("def check_it(): ...", "check_it takes nothing; name what it judges"),
        ("def check_it(x=1): ...", "can only have parameters without defaults"),
        ("def check_it(*x): ...", "can only have parameters without defaults"),
        ("def check_it(*, x=1): ...", "can only have parameters without defaults"),
    ],
)
def test_a_check_that_is_none(tmp_path: Path, code: str, problem: str) -> None:
    with pytest.raises(CourseError, match=problem):
        read(tmp_path, code).check("it")


def test_code_that_is_not_python_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, "def demo(run:\n")
    assert "this is not Python" in caught.value.problem
    assert caught.value.line == 2

"""All answers that the lessons' test modules declare, through the real engine; and a guard that each exercise has enough of them."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.lessons.answers import Wrong
from tests.lessons.course import course, find_code, read
from tests.lessons.judge import Judge
from tutor.course.model import Code
from tutor.protocol import Verdict


def modules() -> dict[str, ModuleType]:
    """The lessons' test modules, by lesson."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__))
    found = [importlib.import_module(f"tests.lessons.{name}") for name in names]
    return {module.LESSON: module for module in found if hasattr(module, "LESSON")}


@dataclass(frozen=True)
class Declared:
    """One answer: right where it is a text."""

    lesson: str
    exercise: str
    name: str
    answer: str | Wrong

    @property
    def place(self) -> str:
        return f"{self.lesson}:{self.exercise}"

    @property
    def code(self) -> str:
        return self.answer.code if isinstance(self.answer, Wrong) else self.answer

    def param(self) -> object:
        """Answers to one exercise go to one worker, which has them judged together."""
        kind = "wrong" if isinstance(self.answer, Wrong) else "right"
        name = self.answer.words if isinstance(self.answer, Wrong) and "\n" in self.name else self.name
        return pytest.param(self, id=f"{self.place}:{kind}:{name}", marks=pytest.mark.xdist_group(self.place))


def declared() -> Iterator[Declared]:
    """Every answer of every module."""
    for lesson, module in modules().items():
        for kind in ("RIGHT", "WRONG"):
            for exercise, named in getattr(module, kind, {}).items():
                yield from (Declared(lesson, exercise, name, answer) for name, answer in named.items())


class Verdicts:
    """What became of the answers. The first one that is asked for has all selected ones of its exercise judged, several at once."""

    def __init__(self, judge: Judge, selected: Sequence[Declared]) -> None:
        self.judge, self.selected = judge, selected
        self.known: dict[Declared, Verdict] = {}

    def __getitem__(self, asked: Declared) -> Verdict:
        if asked not in self.known:
            group = [each for each in self.selected if each.place == asked.place]
            found = self.judge.check_all(asked.lesson, asked.exercise, [each.code for each in group])
            self.known.update(zip(group, found, strict=True))
        return self.known[asked]


@pytest.fixture(scope="module")
def verdicts(judge: Judge, request: pytest.FixtureRequest) -> Verdicts:
    callspecs = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    return Verdicts(
        judge, [spec.params["asked"] for spec in callspecs if isinstance(spec.params.get("asked"), Declared)]
    )


@pytest.mark.parametrize("asked", [each.param() for each in declared()])
def test_answer(verdicts: Verdicts, asked: Declared) -> None:
    wrong = asked.answer
    if isinstance(wrong, str):
        assert verdicts[asked].outcome == "passed", verdicts[asked]
        return
    if wrong.where_no_gpu and torch.cuda.is_available():
        pytest.skip("there is a GPU here: this answer is wrong in this way only where there is none")
    verdict = verdicts[asked]
    assert verdict.outcome == wrong.outcome and wrong.words in verdict.message, verdict
    assert wrong.detail in verdict.detail and wrong.line in (0, verdict.line), verdict


# Enough answers? ----------------------------------------------------------------------------------------------------------


def lacking(exercise: Code, right: Mapping[str, str], wrong: Mapping[str, Wrong]) -> str:
    """What the declared answers lack, or nothing: two right ones besides the solution, two wrong ones besides the starter."""
    different = {ast.dump(ast.parse(code)): name for name, code in reversed(right.items())}
    same = different.pop(ast.dump(ast.parse(exercise.solution)), "")
    told = {mistake.code for mistake in exercise.mistakes} | {each.code for each in wrong.values() if each.words}
    told.discard(exercise.starter)
    if same:
        return f"the right answer {same!r} is the lesson's own solution"
    if len(different) < len(right):
        twice = next(name for name in right if name not in different.values())
        return f"the right answer {twice!r} is declared under another name as well"
    if len(different) < 2:
        return f"{len(different)} of at least 2 right answers besides the lesson's solution are declared"
    if len(told) < 2:
        return f"{len(told)} of at least 2 wrong answers that earn a sentence are declared, the mistakes in the .md counted,"
    return ""


def to_write() -> list[tuple[str, str]]:
    """Every code and fix exercise of the course, with its lesson."""
    lessons = [entry.id for entry in course().lessons]
    return [(lesson, each.id) for lesson in lessons for each in read(lesson).exercises if isinstance(each, Code)]


@pytest.mark.parametrize(("lesson", "exercise"), to_write(), ids=map(":".join, to_write()))
def test_enough_answers_are_declared(lesson: str, exercise: str) -> None:
    module = modules().get(lesson)
    right, wrong = (getattr(module, name, {}).get(exercise, {}) for name in ("RIGHT", "WRONG"))
    lack = lacking(find_code(lesson, exercise), right, wrong)
    if lack:
        pytest.fail(f"{exercise} in {lesson}: {lack} in tests/lessons/test_{lesson.split('/')[-1]}.py", pytrace=False)


def test_answers_belong_to_exercises_that_are_there() -> None:
    for each in declared():
        assert each.exercise in {exercise.id for exercise in read(each.lesson).exercises}, each.place


def test_the_guard_notices_what_is_lacking() -> None:
    exercise = find_code("tensors/matmul", "similarities")
    two = {"one": "x = 1\n", "two": "x = 2\n"}
    sentences = {"a": Wrong("x = 3", "words"), "b": Wrong("x = 4", "words")}
    plain = Code("e", "code", "", "x = 0", (), (), (), 1, 1)
    assert not lacking(plain, two, sentences) and not lacking(exercise, two, sentences)
    assert "1 of at least 2 right" in lacking(plain, {"one": "x = 1"}, sentences)
    assert "'as given' is the lesson's own" in lacking(plain, {**two, "as given": "x   =  0  # zero"}, sentences)
    assert "'three' is declared under another name" in lacking(plain, {**two, "three": "x = (2)"}, sentences)
    assert "1 of at least 2 wrong" in lacking(plain, two, {**sentences, "b": Wrong("x = 4")})
    assert "1 of at least 2 wrong" in lacking(plain, two, {**sentences, "b": Wrong("", "what the starter is told")})

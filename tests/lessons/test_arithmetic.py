"""The lesson tensors/arithmetic: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result, TensorShown

LESSON = "tensors/arithmetic"

BRIGHTEN = "import torch\ndef brighten(photo, amount):\n    {}\n"
STANDARDIZE = "import torch\ndef standardize(x):\n    {}\n"
RIGHT = {
    "brighten": whole(
        BRIGHTEN,
        {
            "in one line": "return (photo + amount).clamp(max=1)",
            "in place on a copy": "return photo.clone().add_(amount).clamp_(max=1)",
            "in float64": "return (photo.double() + amount).clamp(max=1)",
            "minimum": "return torch.minimum(photo + amount, torch.tensor(1.0))",
            "mask": "brighter = photo + amount\n    brighter[brighter > 1] = 1\n    return brighter",
            "clamp of both sides": "photo = torch.add(photo, amount)\n    photo = torch.clamp(photo, 0, 1)\n    return photo",
        },
    ),
    "standardize": whole(
        STANDARDIZE,
        {
            "std over n": "return (x - x.mean()) / x.std(correction=0)",
            "in steps": "y = x - x.mean()\n    y /= y.std()\n    return y",
            "by hand": "mean = x.sum() / x.numel()\n    return (x - mean) / ((x - mean) ** 2).mean().sqrt()",
            "functions": "return torch.div(torch.sub(x, torch.mean(x)), torch.std(x))",
            "in float64": "x = x.double()\n    return (x - x.mean()) / x.std()",
        },
    ),
}
WRONG = {
    "brighten": told(
        BRIGHTEN,
        {
            "return photo.add_(amount).clamp_(max=1)": "changes the photo of whoever called it",
            "photo += amount\n    return photo.clamp(max=1)": "changes the photo of whoever called it",
            "return photo + amount": "above 1",
            "photo + amount\n    return photo": "nobody kept it",
            "return (photo * (1 + amount)).clamp(max=1)": "multiplied by 1 + amount",
            "return photo.clamp(max=1) + amount": "clamp gives a new tensor",
            "return (photo + amount).clamp(min=1)": "cut them off last",
            "return (photo + amount).clamp(max=0.9)": "differs at",
            "(photo + amount).clamp(max=1)": "is there a `return`?",
        },
    ),
    "standardize": told(
        STANDARDIZE,
        {
            "return x - x.mean() / x.std()": "binds tighter",
            "return (x - x.min()) / (x.max() - x.min())": "from 0 to 1",
            "return x - x.mean()": "the std is still",
            "return x / x.std()": "subtract the mean first",
            "x.sub(x.mean())\n    return x": "comes back as it was",
            "return (x - x.mean(dim=0)) / x.std(dim=0)": "a mean and a std of each column",
            "return (x - x.mean()) / ((x - x.mean()) ** 2).mean()": "the std is its square root",
            "return (x - x.mean()) / x.var()": "the std is its square root",
            "return x.sub_(x.mean()).div_(x.std())": "changed the tensor it was given",
            "return ((x - x.mean()) / x.std()).flatten()": "expected (4, 6)",
            "return (x - x.mean(dim=-1, keepdim=True)) / x.std(dim=-1, keepdim=True)": "differs at",
        },
    ),
}
FAHRENHEIT = {
    ("clone", "mul", "div", "add", "return"): "",
    ("clone", "div", "mul", "add", "return"): "",
    ("mul", "clone", "div", "add", "return"): "uses degrees before the line that makes it",
    ("clone", "add", "mul", "div", "return"): "the 32 was multiplied too",
    ("clone", "mul", "add", "div", "return"): "the 32 was divided by 5",
    ("clone", "div", "add", "mul", "return"): "the 32 was multiplied by 9",
    ("clone", "mul", "return", "div", "add"): "after `return` never runs",
    ("clone", "mul", "add", "return", "div"): "differs at",
}
LINES = {
    "clone": "degrees = celsius.clone()",
    "mul": "degrees.mul_(9)",
    "div": "degrees.div_(5)",
    "add": "degrees.add_(32)",
    "return": "return degrees",
}


@pytest.mark.parametrize(("order", "sentence"), FAHRENHEIT.items(), ids=["-".join(order) for order in FAHRENHEIT])
def test_every_order_that_works_passes(judge: Judge, order: tuple[str, ...], sentence: str) -> None:
    text = "def to_fahrenheit(celsius):\n" + "".join(f"    {LINES[line]}\n" for line in order)
    verdict = judge.check(LESSON, "to_fahrenheit", text)
    assert (verdict.outcome == "passed") is (not sentence), verdict
    assert sentence in verdict.message


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"factor": 5.0, "shift": -0.2}, ""),
        ({"factor": 4.8, "shift": -0.15}, ""),
        ({"factor": 1.0, "shift": 0.35}, "did not move"),
        ({"factor": 5.0}, "The mean is too high"),
        ({"factor": 5.0, "shift": -0.6}, "The mean is too low"),
        ({"factor": 12.0}, "The std is too high"),
        ({"factor": 2.0, "shift": 0.2}, "The std is too low"),
    ],
)
def test_the_photo_is_rescued_by_factor_and_shift(judge: Judge, settings: dict[str, float], sentence: str) -> None:
    verdict = judge.tune(LESSON, "rescue", **settings)
    assert (verdict.outcome == "passed") is (not sentence), verdict
    assert sentence in verdict.message


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("product", ["4 10 18", "tensor([ 4, 10, 18])", "[4, 10, 18]"], ["32", "5 7 9", "error"]),
        ("alias", ["2 4 6", "tensor([2, 4, 6])"], ["1 2 3", "102 104 106", "101 102 103"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_the_choice_knows_which_lines_write_into_x(judge: Judge) -> None:
    for option in judge.choice(LESSON, "which-lines-change-x").options:
        x = torch.tensor([1.0, -2.0, 3.0])
        names = {"x": x, "torch": torch}
        exec(option.text.strip("`"), names)
        assert option.right == (x.tolist() != [1.0, -2.0, 3.0]), option.text


def test_the_shape_error_that_the_text_quotes() -> None:
    error = r"The size of tensor a \(3\) must match the size of tensor b \(4\) at non-singleton dimension 1"
    with pytest.raises(RuntimeError, match=error):
        torch.ones(2, 3) + torch.ones(2, 4)


@pytest.mark.parametrize("operation", ["add", "div"])
@pytest.mark.parametrize(("form", "written"), [("operator", 0), ("function", 0), ("in place", 6), ("augmented", 6)])
def test_only_the_in_place_forms_write_into_x(judge: Judge, operation: str, form: str, written: int) -> None:
    events = judge.demo(LESSON, "calculator", operation=operation, form=form, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures == {"cells_of_x_changed": written, "z_is_in_the_memory_of_x": written > 0}
    last = [event for event in events if isinstance(event, TensorShown) and event.title == "x"][-1]
    assert len(last.changed) == written


def test_dividing_whole_numbers_in_place_is_explained(judge: Judge) -> None:
    events = judge.demo(LESSON, "calculator", operation="div", form="in place", whole_numbers=True)
    assert isinstance(events[-1], Finished)
    assert any("can't be cast to the desired output type Long" in e.text for e in events if isinstance(e, Note))

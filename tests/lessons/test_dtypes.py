"""The lesson tensors/dtypes: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.lessons.answers import Wrong, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, Note, Picture, Points, Result, Table

LESSON = "tensors/dtypes"

RANDOM = "square = torch.rand(7, 7); photo = torch.rand(224, 224, 3); "
BLEND = "import torch\ndef blend(a, b):\n    return {}\n"
CHANGES_ITS_PHOTO = """
import torch
def blend(a, b):
    mean = ((a.float() + b.float()) / 2).to(torch.uint8)
    return a.copy_(mean)
"""
RIGHT = {
    "by_shape": whole(
        "import torch\n{}\n",
        {
            "size=, arange divided": "square = torch.rand(size=(7, 7)); photo = torch.rand((224, 224, 3)); X = torch.arange(50) / 50",
            "linspace to 0.98": "square = torch.empty(7, 7).uniform_(); photo = torch.rand(224, 224, 3); X = torch.linspace(0, 0.98, 50)",
            "like, float64": (
                "square = torch.rand_like(torch.zeros(7, 7)); photo = torch.rand(224, 224, 3, dtype=torch.float64); "
                "X = torch.arange(0, 0.99, 0.02, dtype=torch.float64)"
            ),
        },
    ),
    "blend": whole(
        BLEND,
        {
            "room in int": "((a.int() + b) // 2).to(torch.uint8)",
            "halves first, in floats": "(a / 2 + b / 2).to(torch.uint8)",
            "rounded up": "((a.short() + b.short() + 1) // 2).byte()",
            "mean of a stack": "torch.stack([a, b]).float().mean(dim=0).round().to(torch.uint8)",
            "lerp": "torch.lerp(a.float(), b.float(), 0.5).to(a.dtype)",
        },
    ),
}
WRONG = {
    "by_shape": told(
        "import torch\n{}\n",
        {
            RANDOM + "X = torch.linspace(0, 1, 50)": "linspace includes its end",
            RANDOM + "X = torch.arange(0, 1.02, 0.02)": "`X` has 51 numbers",
            RANDOM + "X = torch.arange(0, 0.98, 0.02)": "has 49 numbers and lacks 0.98",
            RANDOM + "X = torch.arange(50)": "whole numbers",
            RANDOM + "X = torch.arange(0, 1, 0.2)": "expected (50,)",
            "square = torch.randn(7, 7); photo = torch.rand(224, 224, 3); X = torch.zeros(50)": "`square` has negative numbers",
            "square = torch.rand(7); photo = torch.rand(224, 224, 3); X = torch.zeros(50)": "expected (7, 7)",
            "square = torch.rand(7, 7); photo = torch.rand(3, 224, 224); X = torch.zeros(50)": "expected (224, 224, 3)",
            "square = torch.ones(7, 7); photo = torch.rand(224, 224, 3); X = torch.zeros(50)": "do not look uniform",
            "square = torch.randint(0, 9, (7, 7)); photo = torch.rand(224, 224, 3); X = torch.zeros(50)": "has dtype int64",
        },
    ),
    "blend": {
        **told(
            BLEND,
            {
                "(a + b) // 2": "went round at 256",
                "(a + b).float() / 2": "went round at 256",
                "((a + b) / 2).to(torch.uint8)": "went round at 256",
                "a // 2 + b // 2": "drops a half twice",
                "(a.float() + b.float()) / 2": "go back to uint8",
                "(a.int() + b.int()) // 2": "go back to uint8",
                "torch.maximum(a, b)": "their mean is",
                "None": "is there a `return`?",
                "(a.float() + b.float()).mean()": "expected (2, 5)",
            },
        ),
        "changes its photo": Wrong(CHANGES_ITS_PHOTO),
    },
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("mixed_dtype", ["torch.float32", "float32", "float"], ["int64", "float64", "error"]),
        ("float32_limit", ["True", "true"], ["False"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_the_choice_knows_the_interval_of_rand(judge: Judge) -> None:
    for option in judge.choice(LESSON, "never-from-rand").options:
        assert option.right == (not 0 <= float(option.text.strip("`")) < 1), option.text


def test_the_errors_that_the_text_quotes() -> None:
    with pytest.raises(RuntimeError, match="Only Tensors of floating point and complex dtype can require gradients"):
        torch.tensor([1, 2], requires_grad=True)
    with pytest.raises(RuntimeError, match="mat1 and mat2 must have the same dtype, but got Byte and Float"):
        nn.Linear(3, 1)(torch.tensor([[200, 30, 40]], dtype=torch.uint8))
    with pytest.warns(UserWarning, match=r"torch\.range is deprecated"):
        assert torch.range(0, 3).tolist() == [0, 1, 2, 3]


def test_random_numbers_become_a_digit(judge: Judge) -> None:
    events = judge.demo(LESSON, "adjust_random_numbers", slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    distances = [y for event in events if isinstance(event, Points) for y in event.y]
    assert distances[-1] < 0.1 * distances[0]
    assert {event.title for event in events if isinstance(event, Picture)} == {"the start", "after all looks so far"}


@pytest.mark.parametrize(("kind", "count"), [("rand", 20_000), ("rand", 10), ("randn", 20_000)])
def test_every_number_drawn_is_counted(judge: Judge, kind: str, count: int) -> None:
    events = judge.demo(LESSON, "draw_numbers", kind=kind, count=count, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    bars = [event for event in events if isinstance(event, Bars)][-1]
    (result,) = [event for event in events if isinstance(event, Result)]
    outside = [
        int(event.text.split()[0]) for event in events if isinstance(event, Note) and "further out" in event.text
    ]
    assert sum(bars.values) + sum(outside) == result.figures["numbers"] == count
    assert (float(result.figures["below_zero"]) > 0) is (kind == "randn")


@pytest.mark.parametrize(
    ("dtype", "start", "add", "end"),
    [
        ("uint8", 250, 1, 5.0),
        ("int8", 120, 1, -125.0),
        ("float16", 2044, 1, 2048.0),
        ("float32", 16777210, 1, 16777216.0),
    ],
)
def test_counting_in_few_bits(judge: Judge, dtype: str, start: int, add: int, end: float) -> None:
    events = judge.demo(LESSON, "count_up", dtype=dtype, start=start, add=add, slow_motion=0.0)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures == {"stored_at_the_end": end, "true_at_the_end": start + 11 * add}
    table = [event for event in events if isinstance(event, Table)][-1]
    size = torch.tensor(0, dtype=getattr(torch, dtype)).element_size() * 8
    assert {len(row[2].replace(" ", "")) for row in table.rows} == {size}
    assert table.rows[-1][3] == "!"


def test_a_float16_overflows_to_infinity_as_the_text_says(judge: Judge) -> None:
    events = judge.demo(LESSON, "count_up", dtype="float16", start=65500, add=20, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    table = [event for event in events if isinstance(event, Table)][-1]
    assert table.rows[-1][1:3] == ("inf", "0 11111 0000000000")


def test_a_start_that_does_not_fit_is_explained(judge: Judge) -> None:
    events = judge.demo(LESSON, "count_up", dtype="uint8", start=300)
    assert isinstance(events[-1], Finished)
    assert any("start lower" in event.text for event in events if isinstance(event, Note))

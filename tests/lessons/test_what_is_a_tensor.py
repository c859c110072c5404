"""The lesson tensors/what_is_a_tensor: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Picture, Result, Table, TensorShown

LESSON = "tensors/what_is_a_tensor"

IS_MATRIX = "import torch\ndef is_matrix(t):\n    return {}\n"
RIGHT = {
    "first_tensor": whole(
        "import torch\n{}\n",
        {
            "floats": "degrees = torch.tensor([12.0, 15.0, 9.0])",
            "a tuple": "degrees = torch.tensor((12, 15, 9))",
            "from a list with a name": "numbers = [12, 15, 9]\ndegrees = torch.as_tensor(numbers)",
            "with a dtype": "degrees = torch.tensor([12, 15, 9], dtype=torch.int16)",
        },
    ),
    "is_matrix": whole(
        IS_MATRIX,
        {
            "length of the shape": "len(t.shape) == 2",
            "dim()": "t.dim() == 2",
            "an if": "True if t.ndim == 2 else False",
            "as a tensor": "torch.tensor(t.ndim == 2)",
        },
    ),
}
WRONG = {
    "first_tensor": {
        **told(
            "import torch\n{}\n",
            {
                "degrees = [12, 15, 9]": "still a Python list",
                "degrees = (12, 15, 9)": "still a Python tuple",
                "degrees = torch.tensor([[12, 15, 9]])": "a pair of brackets too many",
                "degrees = torch.tensor([12, 15])": "expected (3,)",
                "degrees = None": "`degrees` is None. Expected a tensor",
                "degrees = torch.tensor([9, 15, 12])": "differs at [0]: expected 12, got 9",
            },
        ),
        "the starter as it is": Wrong(starter(LESSON, "first_tensor"), outcome="not_attempted"),
    },
    "is_matrix": told(
        IS_MATRIX,
        {
            "t.ndim >= 2": "has 3 dimensions, and a matrix has exactly 2",
            "t.ndim > 0": "that is how many numbers it has, not dimensions",
            "len(t) == 2": "that is how many numbers it has",
            "len(t) >= 0 and t.ndim == 2": "raises TypeError",
            "t.shape[-1] >= 0 and t.ndim == 2": "A scalar has no rows to ask for",
            "t.ndim == 2 and t.shape[0] != t.shape[1]": "has 2 dimensions, whatever their sizes",
            "'yes'": "'yes'",
            "None": "is there a `return`?",
        },
    ),
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("three_brackets", ["(1, 2, 2)", "torch.Size([1, 2, 2])", "1 2 2"], ["(2, 2)", "(2, 2, 1)", "4"]),
        ("scalar_shape", ["()", "torch.Size([])", "[]"], ["1", "(1,)", "0", "error"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_item_works_exactly_where_the_choice_says(judge: Judge) -> None:
    for option in judge.choice(LESSON, "when-does-item-work").options:
        tensor: torch.Tensor = eval(option.text.strip("`").removesuffix(".item()"), {"torch": torch})
        assert option.right == (tensor.numel() == 1), option.text


def test_each_stage_of_the_block_adds_a_bracket(judge: Judge) -> None:
    events = judge.demo(LESSON, "build_up", tables=2, rows=1, columns=5, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    shown = [event.shape for event in events if isinstance(event, TensorShown)]
    assert shown == [(), (5,), (1, 5), (2, 1, 5)]
    table = [event for event in events if isinstance(event, Table)][-1]
    assert [row[1] for row in table.rows] == ["none", "[", "[[", "[[["]


@pytest.mark.parametrize("show", ["all channels", "blue"])
def test_a_picture_has_three_numbers_a_pixel(judge: Judge, show: str) -> None:
    events = judge.demo(LESSON, "picture_as_numbers", show=show, height=8, width=10, row=200, column=0)
    assert isinstance(events[-1], Finished)
    (picture,) = [event for event in events if isinstance(event, Picture)]
    assert (picture.images[0].width, picture.images[0].height) == (10, 8)
    assert picture.images[0].mode == ("RGB" if show == "all channels" else "L")
    (pixel,) = [event for event in events if isinstance(event, TensorShown)]
    assert (pixel.title, pixel.cells) == ("picture[7, 0]", (("0", "255", "0"),))  # green in the lower left corner
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures == {"ndim": 3, "numbers": 240}
    assert any(isinstance(event, Note) and event.topic == "data" for event in events)

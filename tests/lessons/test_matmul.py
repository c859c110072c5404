"""The lesson tensors/matmul: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result, TensorShown

LESSON = "tensors/matmul"

SIMILARITIES = "import torch\ndef similarities(a, b):\n    return {}\n"
LOOPS = "result = torch.zeros(len(a), b.shape[1])\n    for i in range(len(a)):\n        for j in range(b.shape[1]):\n"
RIGHT = {
    "similarities": whole(
        SIMILARITIES,
        {
            "matmul and t()": "a.matmul(b.t())",
            "mm and transpose": "torch.mm(a, b.transpose(0, 1))",
            "transposed back": "(b @ a.T).T",
            "broadcast": "(a[:, None] * b[None]).sum(dim=-1)",
            "einsum": "torch.einsum('nd,md->nm', a, b)",
            "linear": "torch.nn.functional.linear(a, b)",
            "in float64": "a.double() @ b.double().T",
        },
    ),
    "my_matmul": whole(
        "import torch\n{}",
        {
            "three loops": """
def my_matmul(a, b):
    result = torch.zeros(a.shape[0], b.shape[1])
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                result[i, j] += a[i, k] * b[k, j]
    return result
""",
            "lists of numbers": """
def my_matmul(a, b):
    return torch.tensor([[sum(x * y for x, y in zip(row, column)) for column in b.T.tolist()] for row in a.tolist()])
""",
            "rows stacked, float64": """
def my_matmul(a, b):
    return torch.stack([torch.stack([(row * column).sum() for column in b.T]) for row in a]).double()
""",
            "a dot product by @": """
def my_matmul(a, b):
    return torch.stack([torch.stack([row @ column for column in b.T]) for row in a])
""",
            "dot": """
def my_matmul(a, b):
    result = torch.empty(len(a), b.shape[1])
    for i, row in enumerate(a):
        for j in range(b.shape[1]):
            result[i, j] = torch.dot(row, b[:, j])
    return result
""",
        },
    ),
}
WRONG = {
    "similarities": {
        **told(
            SIMILARITIES,
            {
                "b @ a.T": "rows and columns have changed places",
                "a @ b.reshape(b.shape[1], b.shape[0])": "reshape is no transpose",
                "a @ b.view(-1, b.shape[0])": "reshape is no transpose",
                "(a[:2] @ b[:2].T)": "has shape (2, 2); expected (4, 2)",
                "None": "is there a `return`?",
                "(a @ b.T) / 2": "differs at",
                "a @ b.t_()": "what your function was given",
            },
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "similarities"),
            outcome="error",
            detail="mm: mat1 and mat2 shapes cannot be multiplied (4x3 and 2x3)",
        ),
    },
    "my_matmul": told(
        "import torch\ndef my_matmul(a, b):\n    {}\n",
        {
            "the last product only": (
                LOOPS
                + "            for k in range(len(b)):\n                result[i, j] = a[i, k] * b[k, j]\n    return result",
                "only the last product",
            ),
            "no sum": (
                LOOPS + "            result[i, j] = (a[i] * b[:, j])[0]\n    return result",
                "differs",
            ),
            "returned too early": (
                LOOPS + "            result[i, j] = (a[i] * b[:, j]).sum()\n            return result",
                "differs at [0, 1]",
            ),
            "ready-made": ("return a.mm(b)", "mm made it"),
            "einsum": ("return torch.einsum('ik,kj->ij', a, b)", "einsum made it"),
            "tensordot": ("return torch.tensordot(a, b, dims=1)", "tensordot made it"),
            "bmm": ("return torch.bmm(a[None], b[None])[0]", "bmm made it"),
            "linear": ("return torch.nn.functional.linear(a, b.T)", "linear made it"),
            "multi_dot": ("return torch.linalg.multi_dot([a, b])", "multi_dot made it"),
            "one loop": ("return torch.stack([row @ b for row in a])", "made it: this once"),
            "whole numbers": (
                LOOPS.replace("shape[1])\n    for i", "shape[1], dtype=torch.long)\n    for i")
                + "            result[i, j] = (a[i] * b[:, j]).sum()\n    return result",
                "holds whole numbers",
            ),
            "a list": ("return [[(x * y).sum() for y in b.T] for x in a]", "Expected a tensor of shape (2, 2)"),
            "transposed": (
                LOOPS + "            result[i, j] = (a[i] * b[:, j]).sum()\n    return result.T",
                "changed places",
            ),
        },
    ),
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("outer_sizes", ["(3, 3)", "3x3", "torch.Size([3, 3])"], ["(2, 2)", "(3, 2)", "error"]),
        ("same_shapes", ["error", "RuntimeError"], ["(3, 2)", "(3, 3)", "(2, 2)"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_the_choice_knows_which_spellings_are_the_product(judge: Judge) -> None:
    a, b = torch.rand(2, 3), torch.rand(3, 4)
    for option in judge.choice(LESSON, "many-spellings").options:
        try:
            same = torch.allclose(eval(option.text.strip("`"), {"torch": torch, "a": a, "b": b}), a @ b)
        except RuntimeError:
            same = False
        assert option.right == same, option.text


@pytest.mark.parametrize(
    ("product", "sizes"),
    [
        (lambda: torch.ones(3, 2) @ torch.ones(3, 2), r"mm: .* \(3x2 and 3x2\)"),
        (lambda: nn.Linear(2, 6)(torch.rand(3, 3)), r"addmm: .* \(3x3 and 2x6\)"),
    ],
)
def test_the_errors_that_the_text_quotes(product: object, sizes: str) -> None:
    assert callable(product)
    with pytest.raises(RuntimeError, match=sizes):
        product()


@pytest.mark.parametrize("sizes", [(2, 3, 2), (1, 1, 5), (4, 4, 1)])
def test_the_meetings_fill_in_the_product(judge: Judge, sizes: tuple[int, int, int]) -> None:
    rows, inner, columns = sizes
    shape = {"rows": rows, "left_columns": inner, "right_rows": inner, "columns": columns}
    events = judge.demo(LESSON, "row_by_column", **shape, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures == {"equal_to_at": True, "meetings": rows * columns}
    assert [event.shape for event in events if isinstance(event, TensorShown)][-1] == (rows, columns)


def test_inner_sizes_that_differ_are_explained(judge: Judge) -> None:
    events = judge.demo(LESSON, "row_by_column", right_rows=2)
    assert isinstance(events[-1], Finished)
    assert any("(2x3 and 2x2)" in event.text for event in events if isinstance(event, Note))


def test_the_race_is_won_by_far_and_both_are_right(judge: Judge) -> None:
    events = judge.demo(LESSON, "race", size=30)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["same_result"] is True
    assert float(result.figures["times_as_fast"]) > 10

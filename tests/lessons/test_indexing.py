"""The lesson tensors/indexing: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Picture, Points, Result, Table, TensorShown

LESSON = "tensors/indexing"

LAST_COLUMN = "import torch\ndef last_column(table):\n    return {}\n"
BETWEEN = "import torch\ndef mean_between(x, low, high):\n    return {}\n"
WITHOUT_PARENTHESES = "def mean_between(x, low, high):\n    mask = x > low & x < high\n    return x[mask].mean()\n"
CROP = "import torch\ndef centre_crop(images, size):\n    N, C, H, W = images.shape\n    {}\n"
RIGHT = {
    "last_column": whole(
        LAST_COLUMN,
        [
            "table[..., -1]",
            "table.T[-1]",
            "table[:, table.shape[1] - 1]",
            "table.select(1, -1).clone()",
            "table[:, -1:].squeeze(1)",
        ],
    ),
    "mean_between": whole(
        BETWEEN,
        [
            "x[(x > low) & (x < high)].mean()",
            "x[torch.logical_and(x > low, x < high)].mean().item()",
            "x[~((x <= low) | (x >= high))].mean()",
            "torch.masked_select(x, (low < x) & (x < high)).mean()",
            "x[x > low][x[x > low] < high].mean()",
            "x[(x > low) * (x < high)].double().mean()",
            "(x * ((x > low) & (x < high))).sum() / ((x > low) & (x < high)).sum()",
            "sum(v for v in x.flatten().tolist() if low < v < high) / sum(low < v < high for v in x.flatten().tolist())",
        ],
    ),
    "centre_crop": whole(
        CROP,
        {
            "ellipsis": "top, left = (H - size) // 2, (W - size) // 2\n    return images[..., top : top + size, left : left + size]",
            "ends computed": "t, l = (H - size) // 2, (W - size) // 2\n    return images[:, :, t : H - t, l : W - l]",
            "narrow": "return images.narrow(2, (H - size) // 2, size).narrow(3, (W - size) // 2, size)",
            "unfinished halves": "half = size // 2\n    return images[:, :, H // 2 - half : H // 2 + half, W // 2 - half : W // 2 + half]",
            "one image at a time": (
                "t, l = (H - size) // 2, (W - size) // 2\n"
                "    return torch.stack([image[:, t : t + size, l : l + size] for image in images])"
            ),
        },
    ),
}
WRONG = {
    "last_column": told(
        LAST_COLUMN,
        {
            "table[-1]": "the last row",
            "table[-1, :]": "the last row",
            "table[:, -1:]": "a slice keeps the dimension",
            "table[:, 0]": "differs at",
            "table[:, len(table) - 1]": "len(table) counts the rows",
            "[row[-1] for row in table]": "is a list",
            "table[-1, -1]": "expected (3,)",
            "None": "is there a `return`?",
        },
    ),
    "mean_between": {
        **told(
            BETWEEN,
            {
                "x[(x > low) | (x < high)].mean()": "every element is one or the other",
                "(x * ((x > low) & (x < high))).mean()": "still counts as a 0",
                "x[(x > low) & (x < high)].sum()": "expected",
                "x[(x > low) & (x < high)]": "expected ()",
                "x[x > low].mean()": "Only low was looked at",
                "x[x < high].mean()": "Only high was looked at",
                "x[(x >= low) & (x < high)].mean()": "do not count",
                "((x > low) & (x < high)).float().mean()": "the share of elements that fit",
                "x.mean()": "All of x was taken",
                "x[(x >= low) & (x <= high)].mean()": "The marks themselves, 3 and 20, do not count",
                "x[~((x > low) & (x < high))].fill_(0).mean()": "expected",
                "x.clamp_(low, high).mean()": "wrote into x",
                "None": "is there a `return`?",
            },
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "mean_between"),
            outcome="error",
            detail="RuntimeError: Boolean value of Tensor with more than one value is ambiguous",
            line=2,
        ),
        "without parentheses": Wrong(WITHOUT_PARENTHESES, "put each condition in parentheses", "error", line=2),
    },
    "centre_crop": told(
        CROP,
        {
            "return images[..., :size, :size]": "the upper left corner: rows should start at 2, columns at 3",
            "t, l = (H - size) // 2, (W - size) // 2\n    return images[t : t + size, l : l + size]": "the last two dimensions",
            "t, l = (H - size) // 2, (W - size) // 2\n    return images[..., t:size, l:size]": "start + size",
            "t, l = (H - size) // 2, (W - size) // 2\n    return images[..., t:-t, l:-l]": "-0 is 0",
            "t, l = (H - size) // 2, (W - size) // 2\n    return images[..., l : l + size, t : t + size]": "changed places",
            "return images[..., -size:, -size:]": "differs at",
            "images[..., :size, :size]": "is there a `return`?",
        },
    ),
}


@pytest.mark.parametrize(
    ("typed", "passes"),
    [("2 5 8", True), ("tensor([2, 5, 8])", True), ("4 5 6", False), ("1 4 7", False), ("5", False)],
)
def test_predictions(judge: Judge, typed: str, passes: bool) -> None:
    assert (judge.predict(LESSON, "picked", typed).outcome == "passed") is passes


def test_the_choice_knows_every_shape(judge: Judge) -> None:
    """The options are read as "`code` has shape (...)" and run."""
    batch = torch.zeros(2, 3, 4)
    for option in judge.choice(LESSON, "index-or-slice").options:
        code, shape = option.text.split(" has shape ")
        try:
            holds = str(tuple(eval(code.strip("`"), {"batch": batch}).shape)) == shape
        except IndexError:
            holds = False
        assert option.right == holds, option.text


def test_the_errors_that_the_text_quotes() -> None:
    matrix = torch.zeros(3, 3)
    with pytest.raises(IndexError, match="index 3 is out of bounds for dimension 0 with size 3"):
        matrix[3]
    with pytest.raises(IndexError, match="too many indices for tensor of dimension 2"):
        matrix[0, 0, 0]
    with pytest.raises(ValueError, match="step must be greater than zero"):
        matrix[::-1]


@pytest.mark.parametrize(
    ("matrix", "row", "column", "picked", "left"),
    [("1:", ":", "0", 6, 2), ("::2", "::2", "::2", 8, 3), ("0", "1", "-1", 1, 0), (":", "0:1", "1:", 6, 3)],
)
def test_exactly_the_picked_cells_are_marked(
    judge: Judge, matrix: str, row: str, column: str, picked: int, left: int
) -> None:
    events = judge.demo(LESSON, "cut_cube", matrix=matrix, row=row, column=column, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures == {"cells_picked": picked, "dimensions_left": left, "shares_memory": True}
    shown = [event for event in events if isinstance(event, TensorShown)]
    assert len(shown[-1].changed) == picked
    rows = [event for event in events if isinstance(event, Table)][-1].rows
    assert [row[2] for row in rows].count("used up") == 3 - left


@pytest.mark.parametrize("keep", ["brighter", "darker", "between"])
def test_the_mask_is_counted_at_every_threshold(judge: Judge, keep: str) -> None:
    events = judge.demo(LESSON, "mask_digit", keep=keep, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    counts = [y for event in events if isinstance(event, Points) for y in event.y]
    assert len(counts) == (14 if keep == "between" else 20)
    if keep != "between":
        assert counts == sorted(counts, reverse=keep == "brighter")
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["pixels_picked"] == counts[-1]
    assert {event.title for event in events if isinstance(event, Picture)} == {"the digit", f"mask: {keep}"}

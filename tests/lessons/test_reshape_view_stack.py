"""The lesson tensors/reshape_view_stack: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.course.model import Order
from tutor.protocol import Finished, Note, Result, Table, TensorShown

LESSON = "tensors/reshape_view_stack"

BATCH = "import torch\ndef make_batch(images):\n    return {}\n"
EDITS_ITS_INPUT = """
def flatten_images(batch):
    flat = batch.permute(0, 3, 1, 2).reshape(len(batch), -1)
    batch.zero_()
    return flat.clone()
"""
RIGHT = {
    "flatten_images": {
        "contiguous, then view": """
def flatten_images(batch):
    return batch.permute(0, 3, 1, 2).contiguous().view(len(batch), -1)
""",
        "flatten from dimension 1": """
def flatten_images(batch):
    return batch.permute(0, 3, 1, 2).flatten(start_dim=1)
""",
        "movedim, size spelled out": """
def flatten_images(batch):
    n, h, w, c = batch.shape
    return batch.movedim(-1, 1).reshape(n, c * h * w)
""",
        "one image at a time": """
import torch
def flatten_images(batch):
    return torch.stack([torch.cat([image[..., c].flatten() for c in range(image.shape[2])]) for image in batch])
""",
    },
    "make_batch": whole(
        BATCH,
        {
            "unsqueeze each, then stack": "torch.stack([image.unsqueeze(0) for image in images])",
            "cat of four dimensions": "torch.cat([image[None, None] for image in images])",
            "index with None": "torch.stack(images)[:, None, :, :]",
            "reshape": "torch.stack(images).reshape(len(images), 1, *images[0].shape)",
            "stack at dim 0 after a view": "torch.stack([image.view(1, *image.shape) for image in images], dim=0)",
        },
    ),
}
WRONG = {
    "flatten_images": {
        **told(
            "def flatten_images(batch):\n    return {}\n",
            {
                "batch.view(len(batch), -1)": "alternate pixel by pixel",
                "batch.permute(0, 3, 1, 2).flatten()": "You flattened the batch as well",
                "batch.permute(0, 3, 2, 1).reshape(len(batch), -1)": "not in the order channel, row, column",
                "batch.permute(0, 3, 1, 2).reshape(-1, len(batch))": "has shape (60, 2); expected (2, 60)",
                "None": "is there a `return`?",
            },
        ),
        "edits its input": Wrong(EDITS_ITS_INPUT),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "flatten_images"),
            outcome="error",
            detail="view size is not compatible with input tensor's size and stride",
            line=3,
        ),
    },
    "make_batch": {
        "sizes written down": Wrong(
            BATCH.format("torch.stack(images).view(-1, 1, 4, 6)"), "30 elements cannot take the shape", "error", line=3
        ),
        **told(
            BATCH,
            {
                "torch.stack(images, dim=1)": "inside one another",
                "torch.stack(images).unsqueeze(2)": "between height and width",
                "torch.stack(images).squeeze().unsqueeze(1)": "make_batch of 1 image",
                "[image.unsqueeze(0) for image in images]": "is a list",
                "torch.stack(images)": "the channel dimension is missing",
                "torch.cat(images)": "one tall image",
                "torch.vstack(images)": "one tall image",
                "torch.stack(images)[None]": "changed places",
                "torch.stack(images)[..., None]": "The channel dimension is last",
                "torch.stack(images[::-1]).unsqueeze(1)": "differs at",
                "images": "Expected a tensor of shape (3, 1, 4, 6)",
            },
        ),
    },
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("inferred_shape", ["(2, 3, 4)", "torch.Size([2, 3, 4])", "2x3x4"], ["(2, 12)", "(2, 8, 4)", "24"]),
        ("stacked_shape", ["(10, 3)", "[10, 3]"], ["(3, 10)", "(30,)"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_every_order_that_edits_a_copy_is_right_and_no_other(judge: Judge) -> None:
    order = judge.exercise(LESSON, "blank_ends")
    assert isinstance(order, Order)
    copy, view, first, last, back = order.lines
    for right in ([copy, view, first, last, back], [copy, view, last, first, back]):
        verdict = judge.check(LESSON, "blank_ends", order.assemble(right))
        assert verdict.outcome == "passed", verdict.message
    for wrong, sentence in (
        ([view, copy, first, last, back], "into the caller's x"),
        ([view, first, copy, last, back], "into the caller's x"),
        ([view, first, last, back, copy], "into the caller's x"),
        ([copy, back, view, first, last], "never runs"),
        ([copy, first, view, last, back], "uses flat before the line that makes it"),
    ):
        verdict = judge.check(LESSON, "blank_ends", order.assemble(wrong))
        assert verdict.outcome == "failed" and sentence in verdict.message, verdict


def test_the_choice_says_which_reshapes_of_ten_numbers_work(judge: Judge) -> None:
    """The options are calls: each is run, and marked right exactly where it works."""
    import torch

    for option in judge.choice(LESSON, "which-shapes-fit").options:
        sizes = torch.Size(map(int, option.text.strip("`").removeprefix("x.reshape(").removesuffix(")").split(",")))
        assert option.right == (sizes.numel() == 10), option.text


@pytest.mark.parametrize(
    ("made_with", "transposed", "changed"),
    [("view", False, 10), ("reshape", False, 10), ("reshape", True, 0), ("clone", False, 0), ("clone", True, 0)],
)
def test_edits_reach_x_only_through_shared_memory(judge: Judge, made_with: str, transposed: bool, changed: int) -> None:
    events = judge.demo(LESSON, "edit_through", made_with=made_with, transpose_first=transposed, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["cells_of_x_changed"] == changed
    assert result.figures["same_memory"] is (changed > 0)


def test_a_view_of_a_transposed_tensor_says_why_it_cannot_be(judge: Judge) -> None:
    events = judge.demo(LESSON, "edit_through", made_with="view", transpose_first=True)
    assert isinstance(events[-1], Finished)
    assert any("view size is not compatible" in event.text for event in events if isinstance(event, Note))


def test_the_table_of_operations_differs_where_x_is_transposed(judge: Judge) -> None:
    rows = {}
    for start in ("as made", "transposed"):
        events = judge.demo(LESSON, "who_shares", start=start)
        (table,) = [event for event in events if isinstance(event, Table)]
        rows[start] = {row[0]: row[3] for row in table.rows}
    assert rows["as made"]["x.view(-1)"] == rows["as made"]["x.reshape(-1)"] == "shared"
    assert rows["transposed"]["x.view(-1)"] == "RuntimeError"
    assert rows["transposed"]["x.reshape(-1)"] == rows["transposed"]["x.contiguous().view(-1)"] == "copy"
    assert rows["as made"]["x.clone()"] == rows["transposed"]["x.clone()"] == "copy"


@pytest.mark.parametrize(
    ("how", "dim", "part_shape", "joined"),
    [
        ("stack", 0, "(2, 3)", (3, 2, 3)),
        ("stack", 1, "(2, 3)", (2, 3, 3)),
        ("stack", -1, "(2, 3)", (2, 3, 3)),
        ("stack", -1, "(3,)", (3, 3)),
        ("cat", 0, "(2, 3)", (6, 3)),
        ("cat", 1, "(2, 3)", (2, 9)),
        ("cat", 0, "(3,)", (9,)),
        ("vstack", 0, "(2, 3)", (6, 3)),
        ("vstack", 0, "(3,)", (3, 3)),
        ("hstack", 0, "(2, 3)", (2, 9)),
        ("hstack", 0, "(3,)", (9,)),
    ],
)
def test_joined_shapes(judge: Judge, how: str, dim: int, part_shape: str, joined: tuple[int, ...]) -> None:
    events = judge.demo(LESSON, "join", how=how, dim=dim, part_shape=part_shape, slow_motion=0.0)
    shown = [event for event in events if isinstance(event, TensorShown) and event.title == "joined"]
    assert shown[-1].shape == joined
    assert isinstance(events[-1], Finished)


def test_a_dim_out_of_range_is_explained_and_ends_the_demo_properly(judge: Judge) -> None:
    events = judge.demo(LESSON, "join", how="cat", dim=2, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    assert any(
        event.text.startswith("IndexError: Dimension out of range") for event in events if isinstance(event, Note)
    )

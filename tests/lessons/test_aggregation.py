"""The lesson tensors/aggregation: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch

from tests.lessons.answers import Wrong, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, Picture, Result, Table, TensorShown

LESSON = "tensors/aggregation"

AVERAGE = "import torch\ndef average(marks):\n    return {}\n"
SHARES = "import torch\ndef shares(x):\n    return {}\n"
ACCURACY = "import torch\ndef accuracy(logits, labels):\n    return {}\n"
RIGHT = {
    "average": whole(
        AVERAGE,
        [
            "marks.double().mean()",
            "marks.mean(dtype=torch.float32)",
            "marks.sum() / len(marks)",
            "(marks * 1.0).mean().item()",
        ],
    ),
    "shares": whole(
        SHARES,
        [
            "x / x.sum(1, True)",
            "x / x.sum(dim=-1).unsqueeze(1)",
            "(x.T / x.sum(dim=1)).T",
            "torch.nn.functional.normalize(x, p=1, dim=1)",
        ],
    ),
    "accuracy": whole(
        ACCURACY,
        [
            "(logits.argmax(dim=1) == labels).float().mean()",
            "(logits.argmax(-1) == labels).sum().item() / len(labels)",
            "(torch.max(logits, 1)[1] == labels).double().mean().item()",
            "(logits.softmax(dim=1).argmax(dim=1) == labels).sum() / labels.numel()",
            "torch.eq(logits.max(dim=1).indices, labels).float().mean()",
            "sum(int(row.argmax()) == int(label) for row, label in zip(logits, labels)) / len(labels)",
            "(logits.argmax(dim=1) == labels).half().mean()",
        ],
    ),
}
WRONG = {
    "average": told(
        AVERAGE,
        {
            "marks.sum() // len(marks)": "cut off",
            "int(marks.float().mean())": "cut off",
            "marks.mean().float()": "Convert first",
            "marks.float().sum()": "is 25; expected 6.25",
            "marks.float().median()": "expected 6.25",
            "marks.float()": "Expected the number 6.25",
            "marks.float().mean": "parentheses behind it call it. Expected the number 6.25",
            "marks.float().mean().numpy()": "an ndarray",
            "None": "is there a `return`?",
        },
    ),
    "shares": told(
        SHARES,
        {
            "x / x.sum(dim=0)": "columns add up to 1",
            "x / x.sum(dim=0, keepdim=True)": "columns add up to 1",
            "x / x.sum(dim=1)": "without keepdim",
            "x / x.sum()": "all of them together",
            "x.softmax(dim=1)": "softmax makes rows that add up to 1, but not these",
            "x / x.mean(dim=1, keepdim=True)": "The first row of your result adds up to 3, not 1",
            "x.div_(x.sum(dim=1, keepdim=True))": "Your function changed the x that it was given",
            "[row / row.sum() for row in x]": "is a list. Expected a tensor",
            "x.sum(dim=1, keepdim=True)": "has shape (3, 1); expected (3, 3)",
        },
    ),
    "accuracy": {
        **told(
            ACCURACY,
            {
                "(logits.argmax(dim=1) == labels).sum()": "how many are right",
                "100 * (logits.argmax(dim=1) == labels).float().mean()": "percentage",
                "(logits.argmax(dim=0) == labels).float().mean()": "use up the classes",
                "(logits.argmax() == labels).float().mean()": "one place for the whole batch",
                "(logits.max(dim=1).values == labels).float().mean()": "the scores with the labels",
                "(logits.argmin(dim=1) == labels).float().mean()": "lowest score",
                "(logits.argmax(dim=1) != labels).float().mean()": "the share of wrong predictions",
                "(logits.softmax(dim=0).argmax(dim=1) == labels).float().mean()": "compares the pictures",
                "(logits.argmax(dim=1) == labels).sum() / logits.numel()": "divide by the number of pictures",
                "(logits.argmax(dim=1) == labels).sum() // len(labels)": "`/` keeps it",
                "(logits.argmax(dim=1) == labels).float()": "of each picture whether it is right",
                "0.6": "expected",
                "logits.argmax(dim=1) == labels": "of each picture whether it is right",
                "None": "is there a `return`?",
            },
        ),
        "the mean of a comparison": Wrong(
            ACCURACY.format("(logits.argmax(1) == labels).mean()"), "Convert first", "error", line=3
        ),
        "both that max gives": Wrong(
            ACCURACY.format("(logits.max(1).float() == labels).mean()"),
            "its .values, and its .indices",
            "error",
            line=3,
        ),
    },
}


@pytest.mark.parametrize(("typed", "passes"), [("(2, 4)", True), ("2x4", True), ("(2, 3)", False), ("(3, 4)", False)])
def test_predictions(judge: Judge, typed: str, passes: bool) -> None:
    assert (judge.predict(LESSON, "summed_shape", typed).outcome == "passed") is passes


def test_the_choice_is_true(judge: Judge) -> None:
    logits = torch.randn(32, 10, generator=torch.Generator().manual_seed(0))
    right = [option.right for option in judge.choice(LESSON, "softmax-max-and-argmax").options]
    assert right == [
        logits.argmax(dim=1).shape == (32,),
        not isinstance(logits.max(dim=1), tuple),
        torch.equal(logits.argmax(dim=1), logits.softmax(dim=1).argmax(dim=1)),
        False,
        logits.argmax().shape == (32,),
    ]


def test_the_errors_that_the_text_quotes() -> None:
    with pytest.raises(NotImplementedError, match=r"mean\(\): could not infer output dtype. .* Got: Long"):
        torch.tensor([3, 9, 4, 8]).mean()
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    with pytest.raises(
        RuntimeError, match=r"tensor a \(3\) must match the size of tensor b \(2\) at non-singleton dimension 1"
    ):
        x / x.sum(dim=1)


@pytest.mark.parametrize("operation", ["sum", "mean", "min", "max"])
@pytest.mark.parametrize(
    ("dim", "keepdim", "shape"),
    [("0", False, (4,)), ("1", False, (3,)), ("-1", True, (3, 1)), ("0", True, (1, 4)), ("none", True, ())],
)
def test_the_squashed_tensor(judge: Judge, operation: str, dim: str, keepdim: bool, shape: tuple[int, ...]) -> None:
    events = judge.demo(LESSON, "squash", operation=operation, dim=dim, keepdim=keepdim, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    shown = [event for event in events if isinstance(event, TensorShown)]
    x = torch.tensor([[float(cell) for cell in row] for row in shown[0].cells])
    want = getattr(x, {"min": "amin", "max": "amax"}.get(operation, operation))(*([] if dim == "none" else [int(dim)]))
    assert shown[-1].shape == shape
    cells = torch.tensor([float(cell) for row in shown[-1].cells for cell in row])
    assert torch.allclose(cells, want.flatten(), rtol=1e-3)


def test_a_trained_model_picks_labels_and_softmax_changes_none(judge: Judge) -> None:
    figures = {}
    for training in (0, 20):
        events = judge.demo(LESSON, "pick_a_label", training=training, slow_motion=0.0)
        assert isinstance(events[-1], Finished)
        (result,) = [event for event in events if isinstance(event, Result)]
        figures[training] = result.figures
        table = [event for event in events if isinstance(event, Table)][-1]
        assert table.rows[0][2] == table.rows[1][2]
        assert sum([event for event in events if isinstance(event, Bars)][-1].values) == pytest.approx(1, abs=1e-4)
    assert figures[0]["argmax_is_the_same"] is figures[20]["argmax_is_the_same"] is True
    assert float(figures[0]["test_accuracy"]) < 0.3 < 0.85 < float(figures[20]["test_accuracy"])
    marks = [image.mark for image in [event for event in events if isinstance(event, Picture)][-1].images]
    assert (
        marks.count("right") == figures[20]["right_of_these"] < 6
    )  # the text sends the learner looking for a wrong one


def test_the_picture_that_the_text_points_at_is_misread(judge: Judge) -> None:
    events = judge.demo(LESSON, "pick_a_label", first=129, slow_motion=0.0)
    last = [event for event in events if isinstance(event, Picture)][-1].images[-1]
    assert (last.mark, last.label) == ("wrong", "1, is 6")
    assert max([event for event in events if isinstance(event, Bars)][-1].values) > 0.6

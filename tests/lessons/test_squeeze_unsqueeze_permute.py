"""The lesson tensors/squeeze_unsqueeze_permute: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.lessons.answers import Wrong, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Picture, Result, Table

LESSON = "tensors/squeeze_unsqueeze_permute"

MEAN_ERROR = "import torch\ndef mean_error(model, X, y):\n    return {}\n"
FIT = "import torch\ndef make_fit(scores, grey, colour):\n    return {}, {}, {}\n"
RIGHT = {
    "mean_error": whole(
        MEAN_ERROR,
        {
            "squeeze the last": "(model(X).squeeze(-1) - y).abs().mean()",
            "targets get the dimension": "(model(X) - y.unsqueeze(1)).abs().mean()",
            "index": "(model(X)[:, 0] - y).abs().mean().item()",
            "flatten": "torch.nn.functional.l1_loss(model(X).flatten(), y)",
            "L1Loss and view": "torch.nn.L1Loss()(model(X), y.view(-1, 1))",
            "bare squeeze": "(model(X).squeeze() - y).abs().mean()",
            "an array of one number": "(model(X)[:, 0] - y).abs().mean().numpy()",
            "float64": "(model(X).squeeze(1).double() - y.double()).abs().mean()",
            "a loop over numbers": "sum(abs(a.item() - b.item()) for a, b in zip(model(X), y)) / len(y)",
        },
    ),
    "make_fit": whole(
        FIT,
        {
            "counted from the end": ("scores.squeeze(-1)", "grey.unsqueeze(-3)", "colour.unsqueeze(-1)"),
            "None and an index": ("scores[:, 0]", "grey[:, None]", "colour[..., None]"),
            "the other place": ("torch.squeeze(scores, 1)", "torch.unsqueeze(grey, dim=1)", "colour.unsqueeze(1)"),
            "reshape": ("scores.flatten()", "grey.reshape(len(grey), 1, *grey.shape[1:])", "colour.view(-1, 1, 1)"),
        },
    ),
    "for_plotting": whole(
        "import torch\ndef for_plotting(batch):\n    {}\n",
        {
            "squeeze at the end": "return batch.squeeze(0).permute(1, 2, 0).squeeze(2)",
            "index and movedim": "image = batch[0].movedim(0, -1)\n    return image[..., 0] if image.shape[-1] == 1 else image",
            "an if on the channels": "if batch.shape[1] == 1:\n        return batch[0, 0]\n    return batch[0].permute(1, 2, 0)",
            "two transposes": "return batch.squeeze(0).transpose(0, 1).transpose(1, 2).squeeze(-1).contiguous()",
            "permute first": "return batch.permute(2, 3, 1, 0).squeeze(3).squeeze(2)",
            "einsum": "return torch.einsum('nchw->hwc', batch).squeeze(2)",
            "an array": "return batch.squeeze(0).permute(1, 2, 0).squeeze(2).numpy()",
        },
    ),
}
WRONG = {
    "mean_error": {
        **told(
            MEAN_ERROR,
            {
                "(model(X).squeeze(0) - y).abs().mean()": "every prediction still meets every target",
                "(model(X) - y.unsqueeze(0)).abs().mean()": "every prediction still meets every target",
                "(model(X) - y).abs().mean()": "every prediction still meets every target",
                "(model(X).squeeze(1) - y).mean().abs()": "Errors of different signs cancel out",
                "(model(X).squeeze(1) - y).abs().sum()": "the sum of the distances",
                "(model(X).squeeze(1) - y).square().mean()": "the mean of the squares",
                "(model(X).squeeze(1) - y).mean()": "Errors of different signs cancel out",
                "[(model(X).squeeze(1) - y).abs().mean()]": "is a list",
                "(model(X).squeeze(1) - y).abs()": "has shape (4,); expected ()",
                "0.0": "expected",
                "None": "is there a `return`?",
            },
        ),
        "no function": Wrong("mean_error = 3\n", "should be a function"),
        "squeeze is not called": Wrong(
            MEAN_ERROR.format("(model(X).squeeze - y).abs().mean()"), "parentheses call it", "error", line=3
        ),
    },
    "make_fit": {
        **told(
            FIT,
            {
                "lost both of its 1s": (
                    "scores.squeeze()",
                    "grey.unsqueeze(1)",
                    "colour.unsqueeze(2)",
                    "lost both of its 1s",
                ),
                "still there": ("scores.squeeze(0)", "grey.unsqueeze(1)", "colour.unsqueeze(2)", "still there"),
                "one picture with 4 channels": (
                    "scores.squeeze(1)",
                    "grey.unsqueeze(0)",
                    "colour.unsqueeze(2)",
                    "one picture with 4 channels",
                ),
                "the 1 stands after N": (
                    "scores.squeeze(1)",
                    "grey.unsqueeze(3)",
                    "colour.unsqueeze(2)",
                    "the 1 stands after N",
                ),
                "C should stand first": (
                    "scores.squeeze(1)",
                    "grey.unsqueeze(1)",
                    "colour.unsqueeze(0)",
                    "C should stand first",
                ),
            },
        ),
        "no function": Wrong("make_fit = 3\n", "should be a function"),
        "no return": Wrong(
            "def make_fit(scores, grey, colour):\n    scores = scores.squeeze(1)\n", "is there a `return`?"
        ),
        "one of three": Wrong(
            "def make_fit(scores, grey, colour):\n    return scores.squeeze(1)\n", "return three tensors"
        ),
    },
    "for_plotting": {
        **told(
            "def for_plotting(batch):\n    {}\n",
            {
                "return batch.reshape(batch.shape[2], batch.shape[3], batch.shape[1]).squeeze(2)": (
                    "reshape keeps the numbers in their order"
                ),
                "return batch.squeeze(0).permute(2, 1, 0).squeeze(2)": "lies on its side",
                "return batch.permute(0, 2, 3, 1).squeeze()": "also took a height or width of 1",
                "return batch.squeeze(0).permute(1, 2, 0)": "the single channel is still there",
                "return batch.squeeze(0)": "the channels still come first",
                "return batch.permute(0, 2, 3, 1)": "expected (4, 5, 3)",
                "batch.squeeze(0)": "is there a `return`?",
            },
        ),
        "no function": Wrong("for_plotting = 3\n", "should be a function"),
        "bare squeeze of a grey image": Wrong(
            "def for_plotting(batch):\n    return batch.squeeze().permute(1, 2, 0)\n",
            "3 are named, and there are 2",
            "error",
            line=2,
        ),
    },
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("squeezed_all", ["(10,)", "torch.Size([10])", "10"], ["(1, 10)", "(10, 1)", "error"]),
        ("permuted_memory", ["1.0", "1"], ["0", "0.0", "error"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_only_the_right_line_gives_the_layer_its_photos(judge: Judge) -> None:
    """The options are run; one that scrambles the photos raises nothing and is wrong all the same."""
    photos = torch.arange(2.0 * 6 * 6 * 3).reshape(2, 6, 6, 3)
    want = nn.Identity()(photos.movedim(-1, 1))
    seen: list[torch.Tensor] = []

    def conv(x: torch.Tensor) -> None:
        seen.append(nn.Identity()(x))
        nn.Conv2d(3, 8, 3)(x)

    for option in judge.choice(LESSON, "which-line-mends-it").options:
        code = option.text.strip("`").replace("16, 3, 224, 224", "2, 3, 6, 6")
        try:
            eval(code, {"conv": conv, "photos": photos})
            same = torch.equal(seen[-1], want)
        except RuntimeError:
            same = False
        assert option.right == same, option.text


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: nn.Conv2d(3, 8, 3)(torch.rand(16, 224, 224, 3)),
            RuntimeError,
            r"expected input\[16, 224, 224, 3\] to have 3 channels, but got 224 channels instead",
        ),
        (
            lambda: nn.BCEWithLogitsLoss()(torch.rand(40, 1), torch.rand(40)),
            ValueError,
            r"Target size \(torch.Size\(\[40\]\)\) must be the same as input size \(torch.Size\(\[40, 1\]\)\)",
        ),
    ],
)
def test_the_errors_that_the_text_quotes(call: object, kind: type[Exception], message: str) -> None:
    assert callable(call)
    with pytest.raises(kind, match=message):
        call()


def figures(judge: Judge, demo: str, **settings: bool | int | float | str) -> tuple[dict[str, object], list[str]]:
    """What a demo that came to its end measured, and its notes."""
    events = judge.demo(LESSON, demo, **settings)
    assert isinstance(events[-1], Finished), events[-1]
    (result,) = [event for event in events if isinstance(event, Result)]
    return dict(result.figures), [event.text for event in events if isinstance(event, Note)]


def test_shapes_that_do_not_agree_give_a_flat_line_at_the_mean(judge: Judge) -> None:
    flat, notes = figures(judge, "learn_with_shapes", slow_motion=0.0)
    assert abs(float(str(flat["weight"]))) < 0.02
    assert float(str(flat["bias"])) == pytest.approx(float(str(flat["mean_of_targets"])), abs=0.01)
    assert any(note.startswith("UserWarning: Using a target size") for note in notes)


@pytest.mark.parametrize("shapes", ["both (40,)", "both (40, 1)"])
def test_shapes_that_agree_find_the_line(judge: Judge, shapes: str) -> None:
    found, notes = figures(judge, "learn_with_shapes", shapes=shapes, slow_motion=0.0)
    assert float(str(found["weight"])) == pytest.approx(0.7, abs=0.01)
    assert float(str(found["distance"])) < 0.001
    assert not any("UserWarning" in note for note in notes)


@pytest.mark.parametrize(
    ("how", "kept", "shared"),
    [("permute(2, 0, 1)", True, True), ("reshape(3, H, W)", False, False), ("permute(2, 1, 0)", False, True)],
)
def test_only_permute_keeps_the_photo(judge: Judge, how: str, kept: bool, shared: bool) -> None:
    found, _ = figures(judge, "channels_first", how=how)
    assert found == {"pixel_kept": kept, "shares_memory_with_photo": shared}
    picture = [event for event in judge.demo(LESSON, "channels_first", how=how) if isinstance(event, Picture)]
    assert picture[0].images[0].mode == "RGB"


@pytest.mark.parametrize(
    ("start", "operation", "dim", "shape"),
    [
        ("(10,)", "unsqueeze", 0, "(1, 10)"),
        ("(10,)", "unsqueeze", 1, "(10, 1)"),
        ("(10,)", "unsqueeze", 2, "IndexError"),
        ("(3, 4)", "unsqueeze", -1, "(3, 4, 1)"),
        ("(1, 3, 1)", "squeeze", 0, "(3, 1)"),
        ("(1, 3, 1)", "squeeze", 1, "(1, 3, 1)"),
        ("(1, 28, 28)", "squeeze", 3, "IndexError"),
    ],
)
def test_where_the_one_goes(judge: Judge, start: str, operation: str, dim: int, shape: str) -> None:
    events = judge.demo(LESSON, "where_the_one_goes", start=start, operation=operation, slow_motion=0.0)
    rows = {row[0]: row[1] for row in [event for event in events if isinstance(event, Table)][-1].rows}
    assert rows[f"x.{operation}({dim})"] == shape

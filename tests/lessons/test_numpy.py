"""The lesson tensors/numpy: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result

LESSON = "tensors/numpy"

PREDICT = "import torch\ndef predict_rows(model, rows):\n    x = {}\n    return model(x)\n"
PLOT = "import numpy as np\ndef to_plot(t):\n    return {}\n"
RIGHT = {
    "predict_rows": whole(
        PREDICT,
        {
            "tensor with a dtype": "torch.tensor(rows, dtype=torch.float32)",
            "astype first": "torch.from_numpy(rows.astype('float32'))",
            "the model's dtype": "torch.as_tensor(rows).to(model.weight.dtype)",
            "to": "torch.from_numpy(rows).to(torch.float32)",
        },
    ),
    "to_plot": whole(
        PLOT,
        {
            "other order": "t.cpu().detach().numpy()",
            "force": "t.numpy(force=True)",
            "to cpu": "t.detach().to('cpu').numpy()",
            "data": "t.data.cpu().numpy()",
            "np.array": "np.array(t.detach().cpu())",
            "np.asarray": "np.asarray(t.detach().cpu())",
            "only where it is away": "(t.cpu() if t.is_cuda else t).detach().numpy()",
            "asks the device": "(t.detach().cpu() if t.device.type != 'cpu' else t.detach()).numpy()",
        },
    ),
}
WRONG = {
    "predict_rows": {
        **told(
            PREDICT,
            {
                "torch.from_numpy(rows).float().round()": "differs",
            },
        ),
        **told(
            PREDICT,
            {
                "torch.from_numpy(rows)": "two dtypes meet: double and float",
                "torch.from_numpy(rows).half()": "two dtypes meet: half and float",
                "torch.from_numpy(rows).float": "a function that is not called",
                "torch.from_numpy(rows.float())": "a NumPy array has no `float`",
                "torch.from_numpy(rows, dtype=torch.float32)": ".float() after it",
            },
            outcome="error",
        ),
        "the model made double": Wrong(
            "import torch\ndef predict_rows(model, rows):\n    return model.double()(torch.tensor(rows).double())\n",
            "You changed the model",
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "predict_rows"),
            outcome="error",
            detail="mat1 and mat2 must have the same dtype, but got Double and Float",
        ),
    },
    "to_plot": {
        **told(
            PLOT,
            {
                "t": "a NumPy array is asked",
                "t.tolist()": "a NumPy array is asked",
                "None": "is there a `return`?",
                "t.detach().cpu().numpy": "not called",
                "np.array(t.tolist())": "in its shape and dtype",
                "t.detach_().cpu().numpy()": "switched off the gradient",
                "t.detach().cpu().flatten().numpy()": "in its shape and dtype",
                "t.detach().cpu().double().numpy()": "in its shape and dtype",
            },
        ),
        **told(
            PLOT,
            {
                "t.cpu().numpy()": "detach",
                "t.numpy().detach()": "numpy() comes last",
                "t.detach().numpy()": "cpu()",
            },
            outcome="error",
        ),
    },
}


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("two_edits", ["2 2 2", "tensor([2., 2., 2.], dtype=torch.float64)"], ["1 1 1", "12 12 12", "11 11 11"]),
        ("array_dtype", ["torch.float64", "float64", "double", "np.float64"], ["float32", "float"]),
    ],
)
def test_predictions(judge: Judge, exercise: str, right: list[str], wrong: list[str]) -> None:
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in right] == ["passed"] * len(right)
    assert [judge.predict(LESSON, exercise, answer).outcome for answer in wrong] == ["failed"] * len(wrong)


def test_the_options_that_share_memory_do(judge: Judge) -> None:
    """The options are expressions: each is evaluated, and marked right exactly where memory is shared."""
    a, t = np.ones(3), torch.ones(3)
    for option in judge.choice(LESSON, "which-share-memory").options:
        made = eval(option.text.strip("`"), {"torch": torch, "a": a, "t": t})
        array = made if isinstance(made, np.ndarray) else made.numpy()
        shared = np.shares_memory(array, a) or np.shares_memory(array, t.numpy())
        assert option.right == shared, option.text


@pytest.mark.parametrize(
    "made_by", ["t = torch.from_numpy(a)", "t = torch.tensor(a)", "a = t.numpy()", "a = t.clone().numpy()"]
)
@pytest.mark.parametrize("edit", ["a += 1", "a = a + 1", "t.add_(1)", "t = t + 1"])
def test_an_edit_shows_on_both_sides_only_in_shared_memory(judge: Judge, made_by: str, edit: str) -> None:
    events = judge.demo(LESSON, "one_memory", made_by=made_by, edit=edit, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    both = made_by in ("t = torch.from_numpy(a)", "a = t.numpy()") and edit in ("a += 1", "t.add_(1)")
    assert (result.figures["a_changed"] and result.figures["t_changed"]) is both
    assert result.figures["same_memory"] is both


@pytest.mark.parametrize(
    ("tensor", "written", "message"),
    [
        ("plain", "t.numpy()", "An array"),
        ("with a gradient", "t.numpy()", "Can't call numpy() on Tensor that requires grad"),
        ("with a gradient", "t.detach().numpy()", "An array"),
        ("on another device", "t.detach().numpy()", "Use Tensor.cpu()"),
        ("on another device", "t.cpu().numpy()", "An array"),
        ("both", "t.numpy()", "Use Tensor.cpu()"),
        ("both", "t.cpu().numpy()", "Can't call numpy() on Tensor that requires grad"),
        ("both", "t.detach().cpu().numpy()", "An array"),
    ],
)
def test_the_way_back(judge: Judge, tensor: str, written: str, message: str) -> None:
    events = judge.demo(LESSON, "way_back", tensor=tensor, written=written)
    assert isinstance(events[-1], Finished)
    assert any(message in event.text for event in events if isinstance(event, Note))

"""The lesson tensors/numpy: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result

LESSON = "tensors/numpy"

RIGHT = {
    "predict_rows": {
        "tensor with a dtype": "torch.tensor(rows, dtype=torch.float32)",
        "astype first": "torch.from_numpy(rows.astype('float32'))",
        "the model's dtype": "torch.as_tensor(rows).to(model.weight.dtype)",
        "to": "torch.from_numpy(rows).to(torch.float32)",
    },
    "to_plot": {
        "other order": "t.cpu().detach().numpy()",
        "force": "t.numpy(force=True)",
        "to cpu": "t.detach().to('cpu').numpy()",
        "data": "t.data.cpu().numpy()",
        "np.array": "np.array(t.detach().cpu())",
        "np.asarray": "np.asarray(t.detach().cpu())",
        "only where it is away": "(t.cpu() if t.is_cuda else t).detach().numpy()",
        "asks the device": "(t.detach().cpu() if t.device.type != 'cpu' else t.detach()).numpy()",
    },
}
WRONG = {
    "predict_rows": {
        "torch.from_numpy(rows)": "Double",
        "torch.from_numpy(rows).half()": "Half",
        "torch.from_numpy(rows).float().round()": "differs",
    },
    "to_plot": {
        "t": "a NumPy array is asked",
        "t.tolist()": "a NumPy array is asked",
        "t.cpu().numpy()": "detach",
        "t.detach().numpy()": "cpu()",
        "t.detach().cpu().flatten().numpy()": "in its shape and dtype",
        "t.detach().cpu().double().numpy()": "in its shape and dtype",
    },
}
ANSWERS = {
    "predict_rows": "import torch\ndef predict_rows(model, rows):\n    x = {}\n    return model(x)\n",
    "to_plot": "import numpy as np\ndef to_plot(t):\n    return {}\n",
}


@pytest.mark.parametrize(
    ("exercise", "result"),
    [pytest.param(e, r, id=f"{e}, {name}") for e, ways in RIGHT.items() for name, r in ways.items()],
)
def test_other_ways_pass(judge: Judge, exercise: str, result: str) -> None:
    verdict = judge.check(LESSON, exercise, ANSWERS[exercise].format(result))
    assert verdict.outcome == "passed", verdict.message


@pytest.mark.parametrize(
    ("exercise", "result", "sentence"), [(e, r, sentence) for e, ways in WRONG.items() for r, sentence in ways.items()]
)
def test_wrong_ways_are_told_why(judge: Judge, exercise: str, result: str, sentence: str) -> None:
    verdict = judge.check(LESSON, exercise, ANSWERS[exercise].format(result))
    assert verdict.outcome in ("failed", "error")
    assert sentence in verdict.message + verdict.detail


def test_a_model_made_double_is_noticed(judge: Judge) -> None:
    answer = "import torch\ndef predict_rows(model, rows):\n    return model.double()(torch.tensor(rows).double())\n"
    verdict = judge.check(LESSON, "predict_rows", answer)
    assert verdict.outcome == "failed"
    assert "You changed the model" in verdict.message


def test_the_broken_code_raises_the_error_that_its_step_quotes(judge: Judge) -> None:
    broken = judge.exercise(LESSON, "predict_rows").starter  # type: ignore[union-attr]
    verdict = judge.check(LESSON, "predict_rows", broken)
    assert verdict.outcome == "error"
    assert "mat1 and mat2 must have the same dtype, but got Double and Float" in verdict.detail


@pytest.mark.parametrize(
    ("exercise", "right", "wrong"),
    [
        ("two_edits", ["2 2 2", "tensor([2., 2., 2.], dtype=torch.float64)"], ["1 1 1", "12 12 12", "11 11 11"]),
        ("array_dtype", ["torch.float64", "float64", "double"], ["float32", "float"]),
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
        ("both", "t.cpu().numpy()", "Then numpy() would refuse"),
        ("both", "t.detach().cpu().numpy()", "from a GPU, cpu() brings them."),
    ],
)
def test_the_way_back(judge: Judge, tensor: str, written: str, message: str) -> None:
    if tensor == "both" and torch.accelerator.is_available():
        pytest.skip("with a GPU here, the demo does not run on meta")
    events = judge.demo(LESSON, "way_back", tensor=tensor, written=written)
    assert isinstance(events[-1], Finished)
    assert any(message in event.text for event in events if isinstance(event, Note))

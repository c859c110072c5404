"""The lesson workflow/checkpoints: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import pytest

from tests.lessons.answers import Wrong, told, whole
from tests.lessons.judge import Judge
from tutor.protocol import Finished, Note, Result

LESSON = "workflow/checkpoints"

KEEP = """
import copy, io, torch
def train_keeping_best(model, train_epoch, evaluate, epochs):
    best_loss = float("inf")
    for epoch in range(epochs):
        train_epoch(model)
        test_loss = evaluate(model)
        if test_loss < best_loss:
            best_loss = test_loss
            {}
    {}
"""
RESTORE = """
import torch
def save_checkpoint(path, model, optimizer, epoch):
    torch.save({{"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}}, path)
def load_checkpoint(path, model, optimizer):
    checkpoint = torch.load(path{})
    {}
    return {}
"""
EPOCH = 'checkpoint["epoch"] + 1'
BOTH = 'model.load_state_dict(checkpoint["model"]); optimizer.load_state_dict(checkpoint["optimizer"])'
THREE_FILES = """
import torch
def save_checkpoint(path, model, optimizer, epoch):
    for name, part in (("", model.state_dict()), (".steps", optimizer.state_dict()), (".epoch", epoch)):
        torch.save(part, path + name)
def load_checkpoint(path, model, optimizer):
    model.load_state_dict(torch.load(path, map_location="cpu"))
    optimizer.load_state_dict(torch.load(path + ".steps", map_location="cpu"))
    return torch.load(path + ".epoch") + 1
"""
ANOTHER_MODEL = """
import torch
def save_checkpoint(path, model, optimizer, epoch):
    torch.save((model, optimizer, epoch), path)
def load_checkpoint(path, model, optimizer):
    model, optimizer, epoch = torch.load(path, map_location="cpu", weights_only=False)
    return epoch + 1
"""
RIGHT = {
    "train_keeping_best": whole(
        KEEP,
        {
            "clones": ("best = {k: v.clone() for k, v in model.state_dict().items()}", "model.load_state_dict(best)"),
            "a file": ("torch.save(model.state_dict(), 'best.pt')", "model.load_state_dict(torch.load('best.pt'))"),
            "in memory": (
                "best = io.BytesIO(); torch.save(model.state_dict(), best); best.seek(0)",
                "model.load_state_dict(torch.load(best))",
            ),
            "the whole model": ("best = copy.deepcopy(model)", "model.load_state_dict(best.state_dict())"),
            "returns the copy": ("best = copy.deepcopy(model)", "return best"),
            "and returns the model": (
                "best = copy.deepcopy(model.state_dict())",
                "model.load_state_dict(best)\n    return model",
            ),
        },
    ),
    "checkpoint": {
        "a tuple, on meta": """
import torch
def save_checkpoint(path, model, optimizer, epoch):
    torch.save((epoch + 1, model.state_dict(), optimizer.state_dict()), path)
def load_checkpoint(path, model, optimizer):
    device = next(model.parameters()).device
    start, weights, state = torch.load(path, map_location=device)
    model.load_state_dict(weights)
    optimizer.load_state_dict(state)
    return start
""",
        "saved from the CPU": """
import copy, torch
def save_checkpoint(path, model, optimizer, epoch):
    with open(path, "wb") as file:
        torch.save(dict(epoch=torch.tensor(epoch), model=model.state_dict(), steps=optimizer.state_dict()), file)
def load_checkpoint(path, model, optimizer):
    checkpoint = torch.load(path, weights_only=True, map_location=torch.device("cpu"))
    optimizer.load_state_dict(checkpoint["steps"])
    model.load_state_dict(checkpoint["model"])
    return checkpoint["epoch"].item() + 1
""",
    },
}
WRONG = {
    "train_keeping_best": told(
        KEEP,
        {
            "window": ("best = model.state_dict()", "model.load_state_dict(best)", "only a deep copy has its own"),
            "copy": ("best = model.state_dict().copy()", "model.load_state_dict(best)", "only a deep copy has its own"),
            "copy.copy": (
                "best = copy.copy(model.state_dict())",
                "model.load_state_dict(best)",
                "only a deep copy has its own",
            ),
            "detach": (
                "best = {k: v.detach() for k, v in model.state_dict().items()}",
                "model.load_state_dict(best)",
                "only a deep copy has its own",
            ),
            "alias": ("best = model", "return best", "nothing of what you kept was loaded"),
            "never loaded": (
                "best = copy.deepcopy(model.state_dict())",
                "return best_loss",
                "nothing of what you kept was loaded",
            ),
            "no comparison": (
                "best_loss = float('inf'); best = copy.deepcopy(model.state_dict())",
                "model.load_state_dict(best)",
                "only where the test loss is the lowest so far",
            ),
            "copied at the end": (
                "best = model.state_dict()",
                "model.load_state_dict(copy.deepcopy(best))",
                "what you loaded was copied there",
            ),
            "loaded at once": (
                "best = copy.deepcopy(model.state_dict()); model.load_state_dict(best)",
                "return",
                "load it after the loop",
            ),
            "no averages": (
                "best = copy.deepcopy(dict(model.named_parameters()))",
                "model.load_state_dict(best, strict=False)",
                "all the weights and averages",
            ),
        },
    ),
    "checkpoint": {
        **told(
            RESTORE,
            {
                "an epoch that is written down": (
                    ", map_location='cpu'",
                    BOTH,
                    "3",
                    "what load_checkpoint returns is 3; expected 9",
                ),
                "only the model": (
                    ", map_location='cpu'",
                    'model.load_state_dict(checkpoint["model"])',
                    EPOCH,
                    "The optimizer was not restored",
                ),
                "only the optimizer": (
                    ", map_location='cpu'",
                    'optimizer.load_state_dict(checkpoint["optimizer"])',
                    EPOCH,
                    "is not what was saved",
                ),
                "the model and the rate": (
                    ", map_location='cpu'",
                    'model.load_state_dict(checkpoint["model"]); optimizer.param_groups[0]["lr"] = 0.01',
                    EPOCH,
                    "The next step leads somewhere else",
                ),
            },
        ),
        "three files": Wrong(THREE_FILES, "All of it belongs into one file"),
        "another model": Wrong(ANOTHER_MODEL, "fills the model that came in"),
        "a file from a GPU, whose error is quoted": Wrong(
            RESTORE.format("", BOTH, EPOCH),
            outcome="error",
            detail="Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
            where_no_gpu=True,
        ),
    },
}


def test_predictions(judge: Judge) -> None:
    for exercise, right, wrong in (("kept_weight", "5.0", "1.0"), ("restored_lr", "0.01", "0.5")):
        assert judge.predict(LESSON, exercise, right).outcome == "passed"
        assert judge.predict(LESSON, exercise, wrong).outcome == "failed"


@pytest.mark.parametrize(
    ("kept_by", "kept"),
    [
        ("state_dict()", False),
        ("state_dict().copy()", False),
        ("deepcopy(state_dict())", True),
        ("a file", True),
    ],
)
def test_only_copies_keep_the_best(judge: Judge, kept_by: str, kept: bool) -> None:
    events = judge.demo(LESSON, "keep_the_best", kept_by=kept_by, epochs=120, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    figures = result.figures
    assert figures["last"] > 1.5 * figures["best"]  # type: ignore[operator]
    assert figures["kept"] == pytest.approx(figures["best" if kept else "last"])


@pytest.mark.parametrize(
    ("restored", "optimizer", "low", "high"),
    [
        ("model and optimizer", "Adam", 0, 1e-6),
        ("model only", "Adam", 0.05, 1),
        ("nothing", "Adam", 0.2, 1),
        ("model only", "SGD", 0, 1e-6),
        ("model and optimizer", "SGD with momentum", 0, 1e-6),
        ("model only", "SGD with momentum", 1e-4, 1),
    ],
)
def test_training_goes_on_without_a_gap_where_all_of_its_state_is_restored(
    judge: Judge, restored: str, optimizer: str, low: float, high: float
) -> None:
    events = judge.demo(LESSON, "interrupt", restored=restored, optimizer=optimizer, slow_motion=0.0)
    assert isinstance(events[-1], Finished)
    (result,) = [event for event in events if isinstance(event, Result)]
    assert low <= result.figures["largest_gap"] <= high  # type: ignore[operator]
    said = any(event.text.startswith("No gap") for event in events if isinstance(event, Note))
    assert said is (high < 1e-5)

"""The lesson transfer/frozen_features: its checks, and that its demos measure what the text says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image
from torchvision.models import resnet18

from tests.lessons.answers import Wrong, starter, told, whole
from tests.lessons.judge import Judge
from tutor.course.model import Order
from tutor.protocol import Bars, Finished, JobEvent, Note, Picture, Points, Result, Table, Value

LESSON = "transfer/frozen_features"

TRAIN_HEAD = (
    "import torch\nfrom torch import nn\ndef train_head(backbone, head, X, y, epochs=100):\n"
    "    loss_fn = nn.CrossEntropyLoss()\n    optimizer = torch.optim.Adam(head.parameters(), lr=0.05)\n{}"
)
RIGHT = {
    "freeze": {
        "the built-in": "def freeze(model):\n    return model.requires_grad_(False)",
        "by name": (
            "def freeze(model):\n    for name, parameter in model.named_parameters():\n"
            "        parameter.requires_grad_(False)"
        ),
        "layer by layer": (
            "def freeze(model):\n    for layer in model.modules():\n        for p in layer.parameters(recurse=False):\n"
            "            p.requires_grad = False"
        ),
    },
    "reuse": whole(
        "import torch\nfrom torch import nn\n{}",
        {
            "head made trainable again": """
def reuse(pretrained, classes):
    pretrained.fc = nn.Linear(pretrained.fc.in_features, classes)
    pretrained.requires_grad_(False)
    pretrained.fc.requires_grad_(True)
    return pretrained
""",
            "by name": """
def reuse(pretrained, classes):
    pretrained.fc = nn.Linear(16, classes)
    for name, parameter in pretrained.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    return pretrained
""",
            "another module around the backbone": """
def reuse(pretrained, classes):
    pretrained.requires_grad_(False)
    return nn.Sequential(pretrained.backbone, nn.ReLU(), nn.Linear(pretrained.fc.in_features, classes))
""",
            "a copy, and a deeper head": """
import copy
def reuse(pretrained, classes):
    model = copy.deepcopy(pretrained).requires_grad_(False)
    model.fc = nn.Sequential(nn.Dropout(0.1), nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, classes))
    return model
""",
        },
    ),
    "train_head": whole(
        TRAIN_HEAD,
        {
            "detached, in batches": """
    backbone.train(False)
    features = torch.cat([backbone(part).detach() for part in X.split(8)])
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss_fn(head(features), y).backward()
        optimizer.step()
""",
            "mode put back": """
    was = backbone.training
    backbone.eval()
    features = backbone(X)
    backbone.train(was)
    for epoch in range(epochs):
        for batch in torch.randperm(len(X)).split(10):
            loss = loss_fn(head(features[batch]), y[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
""",
            "its forward, in a line": """
    features = backbone.eval().forward(X).detach()
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss_fn(head(features), y).backward()
        optimizer.step()
""",
            "inference mode, then a clone": """
    backbone.eval()
    with torch.inference_mode():
        features = backbone(X)
    features = features.clone()
    for epoch in range(epochs):
        loss = loss_fn(head(features), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
""",
        },
    ),
}
WRONG = {
    "freeze": told(
        "def freeze(model):\n    {}\n",
        {
            "misspelled": (
                "for p in model.parameters():\n        p.require_grad = False",
                "You set require_grad, which nothing reads",
            ),
            "only the weights": (
                "for n, p in model.named_parameters():\n        p.requires_grad = 'bias' in n",
                "still requires",
            ),
            "a copy": (
                "import copy\n    return copy.deepcopy(model).requires_grad_(False)",
                "All parameters still require",
            ),
            "zeroes them": (
                "import torch\n    for p in model.parameters():\n        p.requires_grad = False\n        p.zero_()",
                "differs",
            ),
            "eval": ("model.eval()", "All parameters still require"),
        },
    ),
    "reuse": {
        **told(
            "from torch import nn\ndef reuse(p, c):\n    {}\n",
            {
                "the old head": ("p.requires_grad_(False)\n    p.fc.requires_grad_(True)\n    return p", "7 scores"),
                "a new backbone": (
                    "p.requires_grad_(False)\n    p.backbone, p.fc = nn.Linear(8, 16), nn.Linear(16, c)\n    return p",
                    "not in the model as it was",
                ),
                "only the bias": (
                    "p.requires_grad_(False)\n    p.fc = nn.Linear(16, c)\n    p.fc.weight.requires_grad = False\n    return p",
                    "Only a part of the head",
                ),
                "no return": ("p.fc = nn.Linear(16, c)", "is there a `return`?"),
                "always 3": (
                    "p.requires_grad_(False)\n    p.fc = nn.Linear(16, 3)\n    return p",
                    "Asked for 5 classes, the model gives 3 scores",
                ),
            },
        ),
        "the broken code, whose error is quoted": Wrong(
            starter(LESSON, "reuse"), outcome="error", detail="element 0 of tensors does not require grad"
        ),
    },
    "train_head": told(
        TRAIN_HEAD.format("    {}\n"),
        {
            "no step": (
                "backbone.eval()\n    f = backbone(X)\n    for _ in range(epochs):\n        loss_fn(head(f), y).backward()",
                "did not move",
            ),
            "one step": (
                "backbone.eval()\n    loss_fn(head(backbone(X)), y).backward()\n    optimizer.step()",
                "For 100 epochs there were 1 backward passes",
            ),
            "steps too small": (
                "f = backbone.eval()(X)\n    optimizer.param_groups[0]['lr'] = 1e-5\n    for _ in range(epochs):\n"
                "        optimizer.zero_grad()\n        loss_fn(head(f), y).backward()\n        optimizer.step()",
                "of its own training pictures",
            ),
            "no zero_grad": (
                "f = backbone.eval()(X)\n    for _ in range(epochs):\n        loss_fn(head(f), y).backward()\n        optimizer.step()",
                "is there an optimizer.zero_grad()",
            ),
            "trains the backbone": (
                "backbone.eval().requires_grad_(True)\n    both = torch.optim.SGD([*backbone.parameters(), *head.parameters()], 0.1)\n"
                "    loss_fn(head(backbone(X)), y).backward()\n    both.step()",
                "after training differs",
            ),
            "random features": (
                "f = torch.rand(30, 144)\n    for _ in range(3):\n        loss_fn(head(f), y).backward()\n        optimizer.step()",
                "never called",
            ),
        },
    ),
}


def test_every_order_in_which_the_backbone_sleeps_and_the_head_learns_passes(judge: Judge) -> None:
    order = judge.exercise(LESSON, "train_step")
    assert isinstance(order, Order)
    wake, sleep, loss, zero, back, step = order.lines
    for right in (
        [wake, sleep, zero, loss, back, step],
        [zero, wake, sleep, loss, back, step],
        [wake, sleep, loss, back, step, zero],
    ):
        verdict = judge.check(LESSON, "train_step", order.assemble(right))
        assert verdict.outcome == "passed", verdict
    for wrong, sentence in (
        ([sleep, wake, loss, zero, back, step], "eval() comes after"),
        ([wake, loss, sleep, zero, back, step], "eval() comes after"),
        ([loss, wake, sleep, zero, back, step], "still in evaluation mode"),
        ([wake, sleep, loss, zero, step, back], "The head did not move"),
        ([wake, sleep, back, loss, zero, step], "uses loss before the line that makes it"),
    ):
        verdict = judge.check(LESSON, "train_step", order.assemble(wrong))
        assert verdict.outcome == "failed" and sentence in verdict.message, verdict


@pytest.mark.parametrize(
    ("exercise", "typed", "passes"),
    [
        ("trainable_parameters", "1026", True),
        ("trainable_parameters", "1,026", True),
        ("trainable_parameters", "1024", False),
        ("frozen_batch_norm", "False", True),
        ("frozen_batch_norm", "True", False),
    ],
)
def test_predictions_are_computed(judge: Judge, exercise: str, typed: str, passes: bool) -> None:
    verdict = judge.predict(LESSON, exercise, typed)
    assert (verdict.outcome == "passed") is passes, verdict


# Demos ------------------------------------------------------------------------------------------------------------------


def finished(all_events: list[JobEvent]) -> list[JobEvent]:
    assert isinstance(all_events[-1], Finished), all_events[-1]
    return all_events


def results(all_events: list[JobEvent]) -> dict[str, Value]:
    return {name: value for event in all_events if isinstance(event, Result) for name, value in event.figures.items()}


def notes(all_events: list[JobEvent]) -> str:
    return "\n".join(event.text for event in all_events if isinstance(event, Note))


def test_frozen_features_win_while_labels_are_few(judge: Judge) -> None:
    all_events = finished(judge.demo(LESSON, "few_labels", draws=2))
    figures = results(all_events)
    assert float(figures["frozen_accuracy"]) > float(figures["scratch_accuracy"]) + 0.05, figures
    assert (figures["trainable_parameters"], figures["frozen_parameters"]) == (195, 10704)
    series = {(event.chart, event.series) for event in all_events if isinstance(event, Points)}
    curves = {("accuracy", "frozen"), ("accuracy", "scratch"), ("accuracy", "known")}
    assert series == curves
    assert "scikit-learn" in notes(all_events)


def test_a_frozen_network_that_learned_nothing_does_not_win(judge: Judge) -> None:
    figures = results(finished(judge.demo(LESSON, "few_labels", draws=2, pretrain_epochs=0)))
    assert float(figures["frozen_accuracy"]) < float(figures["scratch_accuracy"]), figures


def test_another_scale_of_the_input_hurts_frozen_features(judge: Judge) -> None:
    same = results(finished(judge.demo(LESSON, "few_labels", draws=1)))
    other = results(finished(judge.demo(LESSON, "few_labels", draws=1, preprocessing="scaled twice")))
    assert float(other["frozen_accuracy"]) < float(same["frozen_accuracy"]) - 0.1, (same, other)


@pytest.fixture
def torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of torch's own, and no way out to the network."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv("TUTOR_PHOTOS", raising=False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    return tmp_path


@pytest.fixture
def apart(torch_home: Path) -> Iterator[Judge]:
    """An engine of its own, which starts with that cache."""
    judge = Judge()
    yield judge
    judge.close()


def cache_weights(torch_home: Path) -> Path:
    """A file like torchvision's, with random weights."""
    path = torch_home / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    path.parent.mkdir(parents=True)
    torch.manual_seed(7)
    torch.save(resnet18(weights=None).state_dict(), path)
    return path


def make_photos(folder: Path) -> Path:
    """Two classes that differ in colour, three photos of each to train on and two to be judged on."""
    for part, count in (("train", 3), ("val", 2)):
        for channel, name in enumerate(("red", "green")):
            (folder / part / name).mkdir(parents=True)
            for i in range(count):
                photo = torch.randint(0, 60, (3, 40, 48), dtype=torch.uint8)
                photo[channel] += 180
                Image.fromarray(photo.permute(1, 2, 0).numpy()).save(folder / part / name / f"{i}.png")
    return folder


def test_without_weights_and_photos_it_shows_what_it_can(apart: Judge) -> None:
    all_events = finished(apart.demo(LESSON, "resnet18_photos"))
    figures = results(all_events)
    assert (figures["trainable_parameters"], figures["frozen_parameters"]) == (1026, 11176512)
    (table,) = [event for event in all_events if isinstance(event, Table)]
    assert table.rows[-1] == ("fc", "1,026", "trainable")
    (picture,) = [event for event in all_events if isinstance(event, Picture)]
    assert "random" in picture.title
    said = notes(all_events)
    assert "switch `download` on" in said and "random weights, which know nothing" in said


def test_a_download_that_fails_is_said_and_the_demo_goes_on(apart: Judge, torch_home: Path) -> None:
    all_events = finished(apart.demo(LESSON, "resnet18_photos", download=True))
    assert "resnet18-f37072fd.pth could not be downloaded" in notes(all_events)
    assert "hymenoptera_data.zip could not be downloaded" in notes(all_events)
    assert results(all_events)["trainable_parameters"] == 1026
    assert not [path for path in torch_home.rglob("*") if path.is_file()]


def test_cached_weights_and_photos_are_used(apart: Judge, torch_home: Path) -> None:
    cache_weights(torch_home)
    make_photos(torch_home / "hymenoptera_data")
    all_events = finished(apart.demo(LESSON, "resnet18_photos"))
    assert "random weights" not in notes(all_events) and "photos of green, red" in notes(all_events)
    figures = results(all_events)
    assert figures["val_photos"] == 4 and float(figures["val_accuracy"]) >= 0.75, figures
    assert any(isinstance(event, Bars) for event in all_events)


def test_photos_of_ones_own_are_used_with_random_weights_too(torch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_PHOTOS", str(make_photos(torch_home / "mine")))
    judge = Judge()
    try:
        all_events = finished(judge.demo(LESSON, "resnet18_photos", weights="random", images_per_class=2))
    finally:
        judge.close()
    assert "ResNet-18 with random weights" in notes(all_events)
    assert results(all_events)["val_photos"] == 4


def test_a_weights_file_that_was_cut_short_is_named(apart: Judge, torch_home: Path) -> None:
    path = cache_weights(torch_home)
    path.write_bytes(path.read_bytes()[:100_000])
    all_events = finished(apart.demo(LESSON, "resnet18_photos"))
    assert f"The weights at {path} cannot be read" in notes(all_events)

"""A network that learned one task, reused frozen for another with few labels; and the same with a ResNet-18."""

import copy
from itertools import islice
from typing import Annotated, Literal

import torch
from data import digits, hide, only
from judging import call, call_in_order, output_of
from pretrained import (
    Unavailable,
    load_resnet18,
    name_two_photos,
    photos_folder,
    share_right,
    show_parameters,
    train_on_photos,
)
from torch import nn
from torchvision.models import resnet18

from tutor.lesson import Range, budget, expect, fail

# A small network and its training ---------------------------------------------------------------------------------------


class SmallCNN(nn.Module):
    """Three convolutions for pictures of 16x16, and a linear head."""

    def __init__(self, classes):
        super().__init__()
        layers = []
        for channels_in, channels_out in ((1, 8), (8, 16), (16, 64)):
            layers += [nn.Conv2d(channels_in, channels_out, 3, padding=1), nn.BatchNorm2d(channels_out), nn.ReLU()]
            layers.append(nn.MaxPool2d(2) if channels_out < 64 else nn.AdaptiveMaxPool2d(1))
        self.backbone = nn.Sequential(*layers, nn.Flatten())  # (batch, 1, 16, 16) -> (batch, 64)
        self.head = nn.Linear(64, classes)  # (batch, 64) -> (batch, classes)

    def forward(self, x):
        return self.head(self.backbone(x))


def _train_epoch(model, optimizer, X, y, batch_size=16):
    """Show every picture once, in a random order."""
    model.train()
    if not any(parameter.requires_grad for parameter in model.backbone.parameters()):
        model.backbone.eval()  # or batch norm would go on moving its averages
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = nn.functional.cross_entropy(model(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# Demos ------------------------------------------------------------------------------------------------------------------


def few_labels(
    run,
    shots: Annotated[int, Range(1, 50)] = 10,
    unseen: Literal["4, 6, 9", "0, 4, 7", "7, 8, 9"] = "4, 6, 9",
    pretrain_epochs: Annotated[int, Range(0, 40)] = 20,
    draws: Annotated[int, Range(1, 6)] = 3,
    preprocessing: Literal["as pretrained", "scaled twice", "inverted"] = "as pretrained",
):
    """With a few labelled pictures a class: start from what another task taught, or from nothing?"""
    new = [int(digit) for digit in unseen.split(",")]
    known = [digit for digit in range(10) if digit not in new]
    data = digits().to(run.device)
    images, labels = torch.cat([data.X_train, data.X_test]), torch.cat([data.y_train, data.y_test])
    run.data(f"scikit-learn's digits, each hidden in a noisy 16x16 picture; {unseen} are kept for the new task")
    epochs = run.steps(pretrain_epochs + 40, "epoch")
    torch.manual_seed(run.seed)
    pretrained = _pretrain(run, islice(epochs, pretrain_epochs), *only(images, labels, known))

    torch.manual_seed(run.seed + 1)  # the same pictures, however long the pretraining was
    X, y = only(images, labels, new)  # labels 0, 1 and 2
    pictures = hide(X)  # (n, 1, 16, 16)
    if preprocessing == "scaled twice":
        pictures = pictures / 16  # as if these pixels, from 0 to 1, went from 0 to 16
    elif preprocessing == "inverted":
        pictures = 1 - pictures
    X_test, y_test = pictures[-270:], y[-270:]
    tasks = []
    for _ in range(draws):
        pool = torch.randperm(len(y) - 270).to(run.device)
        few = torch.cat([pool[y[pool] == label][:shots] for label in range(3)])  # `shots` of each class
        frozen = copy.deepcopy(pretrained)
        frozen.requires_grad_(False)  # first freeze all of it...
        frozen.head = nn.Linear(64, 3).to(run.device)  # ...then put in a new head, which is trainable
        scratch = SmallCNN(classes=3).to(run.device)
        tasks.append(("frozen", frozen, torch.optim.Adam(frozen.head.parameters(), lr=0.01), few))
        tasks.append(("scratch", scratch, torch.optim.Adam(scratch.parameters(), lr=0.003), few))
    show_parameters(run, frozen)

    for _ in epochs:  # the 40 that are left
        scores = {"frozen": [], "scratch": []}
        for start, model, optimizer, few in tasks:
            _train_epoch(model, optimizer, pictures[few], y[few])
            scores[start].append(share_right(model, X_test, y_test))
        mean = {start: sum(values) / draws for start, values in scores.items()}
        run.log("accuracy", **mean)
    run.bars("accuracy at the end", mean)
    _show_predictions(run, frozen, X_test[:8], y_test[:8], new)
    run.result(frozen_accuracy=mean["frozen"], scratch_accuracy=mean["scratch"])


def _pretrain(run, epochs, X, y):
    """A network that tells seven digits apart. Each digit stands at another place in every epoch; 200 are kept for testing."""
    model = SmallCNN(classes=7).to(run.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in epochs:
        pictures = hide(X)
        _train_epoch(model, optimizer, pictures[200:], y[200:], batch_size=64)
        run.log("accuracy", known=share_right(model, pictures[:200], y[:200]))
    return model


def _show_predictions(run, model, X, y, digits_of):
    """What the frozen model with its new head says of some test pictures."""
    model.eval()
    with torch.inference_mode():
        said = [digits_of[i] for i in model(X).argmax(dim=1).tolist()]
    truth = [digits_of[i] for i in y.tolist()]
    marks = ["right" if one == other else "wrong" for one, other in zip(said, truth, strict=True)]
    labels = [f"{one}" if one == other else f"{one}, is {other}" for one, other in zip(said, truth, strict=True)]
    run.images("test pictures, as the frozen one reads them", X, labels=labels, marks=marks)


@budget(seconds=900)
def resnet18_photos(
    run,
    weights: Literal["pretrained", "random"] = "pretrained",
    images_per_class: Annotated[int, Range(2, 100)] = 20,
    epochs: Annotated[int, Range(1, 100)] = 30,
    download: bool = False,
):
    """What is left to train when a ResNet-18 brings its features along?"""
    torch.manual_seed(run.seed)
    missing = []
    model = resnet18(weights=None)  # random weights
    if weights == "pretrained":
        try:
            model = load_resnet18(run, download)  # resnet18(weights=ResNet18_Weights.IMAGENET1K_V1)
        except Unavailable as problem:
            weights = "random"
            missing.append(f"{problem} So this runs with random weights, which know nothing.")
            run.note(missing[0])
    model = model.to(run.device).eval()
    name_two_photos(run, model, weights)

    model.requires_grad_(False)  # first freeze all of it...
    model.fc = nn.Linear(model.fc.in_features, 2).to(run.device)  # ...then the new head: 512 features to 2 classes
    show_parameters(run, model)

    try:
        folder = photos_folder(run, download)
    except Unavailable as problem:
        both = "Weights and photos are not on this machine: switch `download` on to fetch them (45 and 47 MB). "
        random = "So this runs with random weights, which know nothing."
        run.note(both + random if missing and not download else " ".join([*missing, str(problem)]))
        return
    train_on_photos(run, model, weights, folder, images_per_class, epochs)


# Checks -----------------------------------------------------------------------------------------------------------------


def check_freeze(freeze):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(nn.Flatten(), nn.Linear(8, 3)))
    before = copy.deepcopy(model.state_dict())
    call(freeze, "freeze", model)
    alive = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    if alive and "requires_grad" in vars(model):
        fail("You gave the model an attribute requires_grad, which nothing reads: it is its parameters that have one.")
    other = sorted({name for parameter in model.parameters() for name in vars(parameter)})
    if alive and other:
        fail(f"You set {other[0]}, which nothing reads: the flag of a parameter is spelled requires_grad.")
    if len(alive) == len(list(model.parameters())):
        fail("All parameters still require a gradient: set requires_grad of each to False.", expected="none", got=alive)
    if alive:
        sentence = f"{alive[0]} still requires a gradient: all have to be reached, those of layers inside layers too."
        fail(sentence, expected="none", got=alive)
    if model.state_dict().keys() != before.keys():
        sentence = "Some parameters are gone; freeze keeps them all and only stops their training."
        fail(sentence, got=list(model.state_dict()))
    expect(dict(model.state_dict()), dict(before), "the frozen model's state_dict()")


class _Asleep(nn.Module):
    """What `train_step` is handed: a frozen backbone with batch norm, and a head with dropout."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
        self.backbone.requires_grad_(False)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(144, 3))
        self.in_training = {}

    def forward(self, x):
        self.in_training = {"backbone": self.backbone[1].training, "head": self.head.training}
        return self.head(self.backbone(x))


def check_train_step(train_step):
    model = _Asleep()
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.1)
    X, y = torch.randn(12, 1, 8, 8), torch.arange(12) % 3
    for _ in range(2):
        model.eval()  # as a test leaves it
        before = model.head[1].weight.detach().clone()
        call_in_order(train_step, "train_step", model, X, y, nn.CrossEntropyLoss(), optimizer)
        if model.in_training["backbone"]:
            fail("The backbone was awake in the forward pass: model.train() reaches it too, so eval() comes after.")
        if not model.in_training["head"]:
            fail("The head was still in evaluation mode in the forward pass: model.train() comes before it.")
        if torch.equal(before, model.head[1].weight.detach()):
            fail("The head did not move: when step() runs, the gradients of this backward() must still be there.")


class _Pretrained(nn.Module):
    """What `reuse` is handed: a backbone, and a head for 7 classes."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(8, 16), nn.ReLU())
        self.fc = nn.Linear(16, 7)

    def forward(self, x):
        return self.fc(self.backbone(x))


def check_reuse(reuse):
    pretrained = _Pretrained()
    taught = [parameter.detach().clone() for parameter in pretrained.backbone.parameters()]
    X, y = torch.randn(12, 8), torch.arange(12) % 3
    model = call(reuse, "reuse", pretrained, 3)
    out = output_of(model, X, "reuse(pretrained, 3)")
    if out.shape != (12, 3):
        sentence = f"The model gives {out.shape[-1]} scores; the new head is for 3 classes."
        fail(sentence, expected=(12, 3), got=tuple(out.shape))
    other = output_of(call(reuse, "reuse", _Pretrained(), 5), X, "reuse(pretrained, 5)")
    if other.shape != (12, 5):
        sentence = f"Asked for 5 classes, the model gives {other.shape[-1]} scores: the head's size comes from classes."
        fail(sentence, expected=(12, 5), got=tuple(other.shape))
    named = dict(model.named_parameters())
    backbone = [name for name, p in named.items() if any(p.shape == t.shape and torch.equal(p, t) for t in taught)]
    head = [name for name in named if name not in backbone]
    trainable = [name for name, parameter in named.items() if parameter.requires_grad]
    if len(backbone) < len(taught):
        fail("The pretrained backbone is not in the model as it was: only the head is to be replaced.", got=list(named))
    if not trainable:
        sentence = "The head is frozen as well: nothing can learn. Which comes first, the new head or the loop?"
        fail(sentence, expected=head)
    if set(trainable) & set(backbone):
        sentence = f"{trainable[0]} still requires a gradient: the backbone would be trained along."
        fail(sentence, expected=head, got=trainable)
    if set(trainable) != set(head):
        fail("Only a part of the head is trainable.", expected=head, got=trainable)

    optimizer = torch.optim.SGD([named[name] for name in trainable], lr=0.1)
    losses = []
    for _ in range(20):
        losses.append(nn.functional.cross_entropy(model(X), y))
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    if not losses[-1] < losses[0]:
        fail("Twenty steps of training did not lower the loss.", expected="lower", got=losses[-1])


def check_train_head(train_head):
    y = torch.arange(30) % 3
    X = torch.randn(30, 1, 8, 8) * 0.3
    X[torch.arange(30), 0, y * 3] += 3.0  # the class is a bright row
    backbone = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
    with torch.no_grad():
        backbone(X)  # gives batch norm its averages, as pretraining would
    backbone.requires_grad_(False).train()
    head = nn.Linear(144, 3)
    before = copy.deepcopy(backbone.state_dict())
    first = copy.deepcopy(head.state_dict())
    seen, fresh, added = [], [], []
    head.weight.register_hook(lambda gradient: fresh.append(gradient.detach().clone()))
    head.weight.register_post_accumulate_grad_hook(
        lambda weight: added.append(not torch.allclose(weight.grad, fresh[-1]))
    )
    backbone[0].register_forward_hook(lambda module, inputs, output: seen.append(len(inputs[0])))

    call(train_head, "train_head", backbone, head, X, y)
    after = backbone.state_dict()
    if not torch.equal(before["1.running_mean"], after["1.running_mean"]):
        fail("The backbone's batch norm moved its averages: call backbone.eval() before you use it.")
    for name in before:
        expect(after[name], before[name], f"the backbone's {name}, after training")
    if not seen:
        fail("The backbone was never called: the head learns from its features, backbone(X).")
    if sum(seen) >= 10 * len(X):
        runs = sum(seen) // len(X)
        fail(
            f"The backbone ran {runs} times over the same pictures; frozen, it gives the same features: once is enough."
        )
    if torch.equal(first["weight"], head.weight.detach()):
        fail("The head's weights did not move: is there a loss.backward() and an optimizer.step()?")
    if any(added):
        fail("A backward() added to the gradients of the one before: is there an optimizer.zero_grad() in each epoch?")
    if len(fresh) < 100:
        fail(f"For 100 epochs there were {len(fresh)} backward passes of the head: is all of the step in the loop?")
    accuracy = share_right(nn.Sequential(backbone, head), X, y)
    if accuracy < 0.9:
        sentence = f"The head gets {accuracy:.0%} of its own training pictures right; 100 epochs give more."
        fail(sentence, expected="90%", got=f"{accuracy:.0%}")

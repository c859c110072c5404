"""A ResNet-18 with the weights that ImageNet gave it, and photos to train a head on: from the cache, or downloaded when asked to."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import socket
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import torch
from sklearn.datasets import load_sample_images
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision.datasets import ImageFolder
from torchvision.models import ResNet, ResNet18_Weights, resnet18

WEIGHTS = ResNet18_Weights.IMAGENET1K_V1
PHOTOS_URL = "https://download.pytorch.org/tutorial/hymenoptera_data.zip"
"""Ants and bees: 244 photos to train on, 153 to be judged on (47 MB)."""
PHOTOS_FOLDER = "TUTOR_PHOTOS"
"""An environment variable: a folder of one's own with train/ and val/, and in each a folder for every class."""

MEGABYTE = 1 << 20


class Unavailable(Exception):
    """Something that is neither here nor to be had. `str()` is a sentence."""


def weights_file() -> Path:
    """Where torchvision keeps the weights of this ResNet-18."""
    return Path(torch.hub.get_dir(), "checkpoints", Path(WEIGHTS.url).name)


def load_resnet18(run: Any, download: bool) -> ResNet:
    """ResNet-18 as ImageNet taught it. Unavailable where the weights are not cached and were not, or could not be, downloaded."""
    path = weights_file()
    if not path.exists():
        if not download:
            raise Unavailable(f"The pretrained weights (45 MB) are not at {path}; switch `download` on to fetch them.")
        fetch(run, WEIGHTS.url, path, sha256=path.stem.rpartition("-")[2])
    try:
        return resnet18(weights=WEIGHTS)  # finds the file where it belongs
    except Exception as error:  # a file that was cut short can fail in many ways
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unavailable(
            f"The weights at {path} cannot be read ({reason:.80}); delete the file and try again."
        ) from error


def photos_folder(run: Any, download: bool) -> Path:
    """A folder with train/ and val/: one's own, or ants and bees. Unavailable where there is none."""
    own = os.environ.get(PHOTOS_FOLDER)
    folder = Path(own).expanduser() if own else Path(torch.hub.get_dir()).parent / "hymenoptera_data"
    if (folder / "train").is_dir() and (folder / "val").is_dir():
        return folder
    if own:
        raise Unavailable(f"{PHOTOS_FOLDER} names {folder}, where there is no train/ and val/.")
    if not download:
        ways = f"switch `download` on to fetch ants and bees (47 MB), or name a folder of your own with {PHOTOS_FOLDER}"
        raise Unavailable(f"No photos at {folder}: {ways}.")
    archive = folder.with_suffix(".zip")
    fetch(run, PHOTOS_URL, archive)
    unpack(archive, folder)
    return folder


def name_two_photos(run: Any, model: nn.Module, weights: str) -> None:
    """What the network's old head says of two photos that are bundled with scikit-learn."""
    photos = [torch.from_numpy(photo.copy()).permute(2, 0, 1) for photo in load_sample_images().images]  # (3, 427, 640)
    prepare = WEIGHTS.transforms()
    X = torch.stack([prepare(photo) for photo in photos]).to(run.device)  # (2, 3, 224, 224)
    with torch.inference_mode():
        scores, best = model(X).softmax(dim=1).max(dim=1)
    names = [WEIGHTS.meta["categories"][i] for i in best.tolist()]
    said = [f"{name} {score:.0%}" for name, score in zip(names, scores.tolist(), strict=True)]
    small = nn.functional.interpolate(X, size=32, mode="bilinear", antialias=True)
    run.data(
        f"two photos bundled with scikit-learn, judged by the 1,000-class head of a ResNet-18 with {weights} weights"
    )
    run.images(f"what it says, with {weights} weights", small, labels=said)


def show_parameters(run: Any, model: nn.Module) -> None:
    """Which parts would be trained, and which are frozen."""
    rows, totals = [], {"trainable": 0, "frozen": 0}
    for name, part in model.named_children():
        count = sum(parameter.numel() for parameter in part.parameters())
        state = "trainable" if any(parameter.requires_grad for parameter in part.parameters()) else "frozen"
        if count:
            rows.append((name, f"{count:,}", state))
            totals[state] += count
    run.table("parameters", ["part", "parameters", ""], rows)
    run.result(trainable_parameters=totals["trainable"], frozen_parameters=totals["frozen"])


def train_on_photos(run: Any, model: ResNet, weights: str, folder: Path, images_per_class: int, epochs: int) -> None:
    """Run the frozen backbone once over the photos, then train a head on what it gave."""
    prepare = WEIGHTS.transforms()  # resize, crop to 224x224, and the mean and std of pretraining
    sets = {name: ImageFolder(folder / name, transform=prepare) for name in ("train", "val")}
    classes = sets["train"].classes
    run.data(f"photos of {', '.join(classes)} from {folder}; ResNet-18 with {weights} weights")
    model.fc = nn.Identity()  # gives the 512 features themselves
    features, labels = {}, {}
    for name, photos in sets.items():
        chosen = [i for label in range(len(classes)) for i in _places(photos, label)[:images_per_class]]
        batches = DataLoader(Subset(photos, chosen), batch_size=8)
        found = []
        for X, y in run.steps(batches, f"batch of {name} photos"):
            with torch.no_grad():  # not inference_mode: the head's backward pass needs the features
                found.append((model(X.to(run.device)), y.to(run.device)))  # (8, 512), (8,)
        features[name], labels[name] = (torch.cat(parts) for parts in zip(*found, strict=True))

    head = nn.Linear(512, len(classes)).to(run.device)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
    for _ in run.steps(epochs, "epoch"):
        loss = nn.functional.cross_entropy(head(features["train"]), labels["train"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        accuracy = {name: share_right(head, features[name], labels[name]) for name in sets}
        run.log("loss", train=loss)
        run.log("accuracy", **accuracy)
    run.bars("accuracy", {**accuracy, "guessing": 1 / len(classes)})
    run.result(val_accuracy=accuracy["val"], val_photos=len(labels["val"]))


def _places(photos: ImageFolder, label: int) -> list[int]:
    """Where the photos of this class are."""
    return [i for i, target in enumerate(photos.targets) if target == label]


def share_right(model: nn.Module, X: torch.Tensor, y: torch.Tensor) -> float:
    """The accuracy, from 0 to 1. Leaves the model in evaluation mode."""
    model.eval()
    with torch.inference_mode():
        return (model(X).argmax(dim=1) == y).float().mean().item()


def fetch(run: Any, url: str, path: Path, sha256: str = "") -> None:
    """Download to `path`, whole or not at all; `sha256` is how its digest begins. Unavailable says what went wrong."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    run.note(f"Downloading {url}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with urlopen(url, timeout=20) as answer, part.open("wb") as file:
            size = int(answer.headers.get("Content-Length") or 0)
            for _ in run.steps(math.ceil(size / MEGABYTE), "MB"):
                piece = answer.read(MEGABYTE)
                digest.update(piece)
                file.write(piece)
            if not size or file.tell() != size:
                raise Unavailable(f"{url} broke off after {file.tell():,} of {size:,} bytes; try again.")
        if not digest.hexdigest().startswith(sha256):
            raise Unavailable(f"What {url} sent is not the file that was asked for: its checksum differs.")
        part.replace(path)
    except OSError as error:  # URLError is one, and so are a full disk and a timeout
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, socket.gaierror):
            reason = f"{urlsplit(url).hostname} cannot be found; is there an internet connection?"
        else:
            reason = f"{reason}."
        raise Unavailable(f"{path.name} could not be downloaded: {reason}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def unpack(archive: Path, folder: Path) -> None:
    """The folder of that name in the archive, whole or not at all; the archive is deleted."""
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent) as made, zipfile.ZipFile(archive) as zipped:
            zipped.extractall(made)
            Path(made, folder.name).rename(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise Unavailable(f"{archive.name} could not be unpacked: {error}.") from error
    finally:
        archive.unlink(missing_ok=True)

"""The course's data sets. All of them are made here or bundled with scikit-learn: none needs a network."""

from __future__ import annotations

from typing import NamedTuple

import torch


class Split(NamedTuple):
    """A data set, split into what the model learns from and what it is judged on."""

    X_train: torch.Tensor
    y_train: torch.Tensor
    X_test: torch.Tensor
    y_test: torch.Tensor
    about: str
    """What it is and where it comes from, for `run.data`."""

    def to(self, device: torch.device | str) -> Split:
        """The same data on a device."""
        return Split(*(tensor.to(device) for tensor in self[:4]), about=self.about)


def line(weight: float = 0.7, bias: float = 0.3, count: int = 50) -> Split:
    """Points of y = weight * x + bias, x evenly from 0 to just below 1: the first 80 % to train on, then the test set. Shapes (n, 1)."""
    X = torch.arange(0, 1, 1 / count).unsqueeze(1)  # (count, 1)
    y = weight * X + bias
    train = int(0.8 * count)
    about = f"{count} points of y = {weight:g}x + {bias:g}, made here: {train} to train on, {count - train} to test"
    return Split(X[:train], y[:train], X[train:], y[train:], about)


def noisy_regression(noise: float = 20.0, seed: int = 4) -> Split:
    """100 points around a line, by scikit-learn's `make_regression`: 80 to train on, 20 to test.

    All shapes are (n, 1), float32. `noise` is the standard deviation of what is added to y.
    """
    from sklearn.datasets import make_regression

    features, targets = make_regression(n_samples=100, n_features=1, noise=noise, random_state=seed)
    X = torch.from_numpy(features).float()  # (100, 1)
    y = torch.from_numpy(targets).float().unsqueeze(1)  # (100,) -> (100, 1), the shape the model gives
    about = f"100 points by scikit-learn's make_regression with noise {noise:g}: 80 to train on, 20 to test"
    return Split(X[:80], y[:80], X[80:], y[80:], about)


def digits(seed: int = 42) -> Split:
    """scikit-learn's handwritten digits, shuffled: 1,437 to train on, 360 to test. X (n, 1, 8, 8) from 0 to 1, y (n,) int64."""
    from sklearn.datasets import load_digits

    bundle = load_digits()
    X = torch.from_numpy(bundle.images).float().unsqueeze(1) / 16  # pixels are 0 to 16 as delivered
    y = torch.from_numpy(bundle.target).long()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    test, train = order[:360], order[360:]
    about = "digits: 1,797 handwritten digits of 8x8, bundled with scikit-learn: 1,437 to train on, 360 to test"
    return Split(X[train], y[train], X[test], y[test], about)


def hide(images: torch.Tensor, noise: float = 0.2, generator: torch.Generator | None = None) -> torch.Tensor:
    """Each image (n, 1, 8, 8) at a random place of a 16x16 picture, under noise of that standard deviation: (n, 1, 16, 16).

    The generator, where there is one, lives on the CPU, so that every device gets the same pictures.
    """
    n, channels, height, width = images.shape
    side = 16
    top = torch.randint(side - height + 1, (n, 1), generator=generator)
    left = torch.randint(side - width + 1, (n, 1), generator=generator)
    rows = top + torch.arange(height)  # (n, 8)
    columns = left + torch.arange(width)  # (n, 8)
    pictures = noise * torch.randn(n, channels, side, side, generator=generator)
    pictures[torch.arange(n)[:, None, None], :, rows[:, :, None], columns[:, None, :]] += images.cpu().movedim(1, -1)
    return pictures.to(images.device)


def only(X: torch.Tensor, y: torch.Tensor, classes: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """The images of these classes, in ascending order, and their labels as 0, 1, 2..."""
    wanted = torch.tensor(classes, device=y.device)
    which = torch.isin(y, wanted)
    return X[which], torch.searchsorted(wanted, y[which])

"""Demos and checks of "Randomness you can reproduce"."""

import random
import time
from typing import Annotated, Literal

import numpy as np
import torch
from judging import call, near
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tutor.lesson import Range, expect, fail


def train_again(
    run,
    seeded: Literal["never", "once, at the top", "before each run", "before each model only"] = "once, at the top",
    seed: Annotated[int, Range(0, 1000)] = 42,
    runs: Annotated[int, Range(2, 5)] = 3,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """The same training, several times over. Do the loss curves lie on each other?

    `before each model only` leaves the shuffling of the data to chance.
    """
    from sklearn.datasets import make_moons

    features, labels = make_moons(n_samples=120, noise=0.2, random_state=0)
    X = torch.tensor(features, dtype=torch.float32)  # (120, 2)
    y = torch.tensor(labels, dtype=torch.float32).unsqueeze(1)  # (120, 1)
    run.data("two moons: 120 points by scikit-learn's make_moons, always the same ones")

    torch.seed()  # begin anywhere: chance from the operating system
    if seeded == "once, at the top":
        torch.manual_seed(seed)
    epochs, curves, rows = 15, [], []

    for number in range(runs):
        if seeded in ("before each run", "before each model only"):
            torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))  # its weights are drawn here
        first_weight = model[0].weight[0, 0].item()
        if seeded == "before each model only":
            torch.seed()
        model.to(run.device)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        losses = []
        for _ in run.steps(epochs, "epoch"):
            order = torch.randperm(len(X))  # drawn as well: the order of the data
            for batch in order.split(20):
                inputs, targets = X[batch].to(run.device), y[batch].to(run.device)
                loss = nn.functional.binary_cross_entropy_with_logits(model(inputs), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
            run.log("loss of the last batch", **{f"run {number + 1}": losses[-1]})
            time.sleep(slow_motion / runs / epochs)
        curves.append(losses)
        rows.append(
            [f"run {number + 1}", f"{first_weight:.4f}", " ".join(map(str, order[:3].tolist())), f"{losses[-1]:.4f}"]
        )
        run.table("drawn first, drawn last, loss", ["", "weight", "order", "loss"], rows)

    starts = len({row[1] for row in rows})
    different = len({tuple(curve) for curve in curves})
    run.result(different_starts=starts, different_curves=different)
    run.note(
        "All curves are the same, to the last digit."
        if different == 1
        else f"{different} different curves, from {starts} different start{'s' * (starts > 1)}."
    )


def shuffle_twice(
    run,
    generator: Literal["the global one", "its own"] = "the global one",
    extra_draws: Annotated[int, Range(0, 5)] = 1,
    seed: Annotated[int, Range(0, 1000)] = 42,
):
    """Two data loaders shuffle with the same seed. Does a random number drawn elsewhere disturb the second?

    `extra_draws` is how many numbers somebody draws before the second loader is used.
    """
    data = TensorDataset(torch.arange(12))
    run.data("the numbers 0 to 11, made here")
    orders, rows = [], []
    for number in run.steps(2, "loader"):
        torch.manual_seed(seed)
        if number == 1:
            torch.rand(extra_draws)  # a new layer, dropout, noise: anything that draws
        own = torch.Generator().manual_seed(seed) if generator == "its own" else None
        loader = DataLoader(data, batch_size=4, shuffle=True, generator=own)
        order = [batch.tolist() for (batch,) in loader]
        orders.append(order)
        rows.append([f"loader {number + 1}", *map(str, order)])
        run.table("the batches", ["", "first", "second", "third"], rows)
        time.sleep(0.5)  # so that you can look at the first
    same = orders[0] == orders[1]
    run.result(same_order=same)
    run.note("The same batches in the same order." if same else "Same seed, other batches: the extra draw came first.")


def check_seeded(seeded):
    for seed in (7, 0, 1234):
        torch.manual_seed(seed)
        want = torch.rand(1, 1, 1, 10)
        torch.manual_seed(99)  # what the learner's code finds
        got = call(seeded, "seeded", seed)
        if got is None:
            fail("seeded gives None; is there a `return`?")
        if isinstance(got, torch.Tensor):
            fail(
                "You return one tensor; two are asked: the one of shape (1, 1, 1, 10), and the one without its 1s.",
                expected="two tensors",
                got=got,
            )
        shapes = (
            [tuple(part.shape) for part in got if isinstance(part, torch.Tensor)]
            if isinstance(got, (tuple, list))
            else []
        )
        if shapes == [(1, 1, 1, 10), (10,)]:
            first, second = got[0].flatten(), got[1]
            if near(first, want.flatten()) and not near(first, second):
                fail("Your second tensor holds other numbers: make it from the first one, without drawing again.")
            if not near(first, want.flatten()) and near(first, second):
                fail(
                    f"The shapes are right, but the numbers are not those of seed {seed}: is the seed set before "
                    "the tensor is drawn, and drawn with torch.rand?",
                    expected=want.squeeze()[:3],
                    got=second[:3],
                )
        expect(got, (want, want.squeeze()), f"seeded({seed})")


def check_twins(twins):
    for seed in (42, 3):
        torch.manual_seed(seed)
        want = nn.Linear(4, 2)
        torch.manual_seed(1000)
        got = call(twins, "twins", seed)
        if not isinstance(got, (tuple, list)) or len(got) != 2 or not all(isinstance(m, nn.Linear) for m in got):
            fail("Return two layers: `return first, second`.", expected="two nn.Linear(4, 2)", got=got)
        first, second = got
        if first is second or (first.weight is second.weight and first.bias is second.bias):
            fail("You return the same layer twice: train one, and the other changes with it. Two layers are asked.")
        if not near(first.weight, want.weight):
            fail(
                f"The first layer's weights are not those that seed {seed} draws: is the seed set right before them?",
                expected=want.weight[0],
                got=first.weight[0],
            )
        if not near(first.weight, second.weight):
            fail(
                "The two layers differ: the first one drew its weights, and the generator moved on. "
                "What sets it back before the second?",
                expected=first.weight[0],
                got=second.weight[0],
            )
        expect(second.bias.detach(), first.bias.detach(), "the second layer's bias")
        with torch.no_grad():
            first.weight.zero_()
            first.bias.zero_()
        if second.weight.abs().sum() == 0 or second.bias.abs().sum() == 0:
            fail("The two layers share a weight or a bias: train one, and it changes in the other as well.")


def check_set_seed(set_seed):
    draws = {
        "torch": lambda: torch.rand(1).item(),
        "NumPy": lambda: np.random.rand(),
        "Python's random": lambda: random.random(),
    }
    started = {
        "torch": lambda seed: torch.rand(1, generator=torch.Generator().manual_seed(seed)).item(),
        "NumPy": lambda seed: np.random.RandomState(seed).rand(),
        "Python's random": lambda seed: random.Random(seed).random(),
    }
    for seed in (0, 42, 7):
        call(set_seed, "set_seed", seed)
        got = {name: draw() for name, draw in draws.items()}
        call(set_seed, "set_seed", seed)
        for name, draw in draws.items():
            again = draw()
            if again != got[name]:
                fail(
                    f"Called twice with {seed}, your function does not bring the same numbers out of {name}: "
                    "it has a generator of its own.",
                    expected=f"{got[name]:.4f} twice",
                    got=f"{got[name]:.4f}, then {again:.4f}",
                )
            if got[name] != started[name](seed):
                fail(
                    f"After set_seed({seed}), {name} starts from another seed: is `seed` what you pass on?",
                    expected=f"{started[name](seed):.4f}",
                    got=f"{got[name]:.4f}",
                )

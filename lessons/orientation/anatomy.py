"""Demos and checks of "Anatomy of a neural network, and how networks learn"."""

import itertools
import time
from typing import Annotated, Literal

import torch
from judging import call, call_in_order
from torch import nn

from tutor.lesson import Range, expect, fail


def forward_pass(
    run,
    x1: Annotated[float, Range(-2, 2)] = 1.0,
    x2: Annotated[float, Range(-2, 2)] = -0.5,
    hidden_units: Annotated[int, Range(1, 8)] = 4,
    non_linear: bool = True,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """Two numbers go in, one probability comes out. What happens on the way?

    `non_linear` switches the ReLU behind each hidden unit.
    """
    torch.manual_seed(run.seed)
    hidden_layer = nn.Linear(2, hidden_units).to(run.device)  # weight (hidden_units, 2), bias (hidden_units,)
    output_layer = nn.Linear(hidden_units, 1).to(run.device)  # weight (1, hidden_units), bias (1,)
    x = torch.tensor([x1, x2], device=run.device)
    run.data("two numbers of yours; the weights are random, nothing has been learned")
    hidden = torch.zeros(hidden_units, device=run.device)
    rows = []

    with torch.inference_mode():
        for unit in run.steps(hidden_units + 1, "unit"):
            if unit < hidden_units:
                w, b = hidden_layer.weight[unit], hidden_layer.bias[unit]
                total = x @ w + b  # each input times its weight, and the bias
                hidden[unit] = total.relu() if non_linear else total  # ReLU: below 0 becomes 0
                rows.append(
                    [f"h{unit + 1}", f"{w[0]:.2f} {w[1]:.2f}", f"{b:.2f}", f"{total:.2f}", f"{hidden[unit]:.2f}"]
                )
            else:
                score = output_layer(hidden)[0]
                probability = score.sigmoid()  # squeezes any number between 0 and 1
                bias = output_layer.bias[0]
                rows.append(["out", f"{hidden_units} weights", f"{bias:.2f}", f"{score:.2f}", f"{probability:.2f}"])
            run.bars("hidden layer", {f"unit {i + 1}": value for i, value in enumerate(hidden)})
            run.table("the units, one by one", ["unit", "weights", "bias", "sum", "gives"], rows)
            time.sleep(slow_motion / (hidden_units + 1))

    weights = 2 * hidden_units + hidden_units
    biases = hidden_units + 1
    run.result(probability=probability.item(), weights=weights, biases=biases, parameters=weights + biases)
    run.note(f"In human terms: the answer is {'yes' if probability > 0.5 else 'no'}, with {probability:.0%} for yes.")


def with_and_without_labels(
    run,
    learning: Literal["supervised", "unsupervised"] = "supervised",
    spread: Annotated[float, Range(0.2, 3)] = 0.8,
    clusters: Annotated[int, Range(2, 6)] = 3,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """The same points, once with their labels and once without. What can be learned from each?

    `clusters` is how many groups to look for without labels; with labels there are three, and it changes nothing.
    """
    generator = torch.Generator().manual_seed(run.seed)
    centres = torch.tensor([[-2.0, -1.0], [2.0, -1.0], [0.0, 2.0]])
    y = torch.arange(150) % 3
    X = (centres[y] + spread * torch.randn(150, 2, generator=generator)).to(run.device)  # (150, 2)
    y = y.to(run.device)
    run.data(f"150 points around three centres, standard deviation {spread:g}, made here")
    if learning == "supervised":
        found = _learn_from_labels(run, X, y, slow_motion)
    else:
        found = _find_clusters(run, X, clusters, slow_motion)

    # How far do the groups that were found agree with the labels? Each group counts as the label most of it has.
    agree = sum(int((y[found == group]).bincount().max()) for group in found.unique())
    run.result(agree_with_labels=agree / len(y), groups=len(found.unique()))
    if learning == "unsupervised":
        run.note("No label was used. The groups have numbers, not names: what they mean is for you to say.")


def _learn_from_labels(run, X, y, slow_motion):
    """Trains a small network on points and labels; the label it gives each point."""
    torch.manual_seed(run.seed)
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 3)).to(run.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in run.steps(60, "epoch"):
        scores = model(X)  # (150, 3): one score for each label
        loss = nn.functional.cross_entropy(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        said = scores.argmax(dim=1)
        run.log(training=loss)
        run.scatter("what the network says", points={f"label {k}": X[said == k].T for k in range(3)})
        time.sleep(slow_motion / 60)
    return said


def _find_clusters(run, X, k, slow_motion):
    """k-means: each point joins the nearest centre, each centre moves into the middle of its points, and again."""
    pick = torch.randperm(len(X), generator=torch.Generator().manual_seed(run.seed))[:k]
    centres = X[pick.to(X.device)].clone()  # (k, 2): begin at k of the points
    for _ in run.steps(12, "round"):
        distance = torch.cdist(X, centres)  # (150, k)
        group = distance.argmin(dim=1)
        run.log("distance to the centre", mean=distance.min(dim=1).values.mean())
        points = {f"group {j}": X[group == j].T for j in range(k)}
        run.scatter("groups found", points={**points, "centres": centres.T})
        for j in range(k):
            if (group == j).any():
                centres[j] = X[group == j].mean(dim=0)
        time.sleep(slow_motion / 12)
    return group


def check_read_digit(read_digit):
    class Reader(nn.Module):
        """Knows ten patterns of four pixels: the brighter the last ones, the higher the digit."""

        def forward(self, x):
            return torch.stack([-(x.float().sum() - digit / 2).abs() for digit in range(10)])

    for pixels, want in (([0, 0, 0, 0], "zero"), ([16, 8, 0, 0], "three"), ([16, 16, 16, 16], "eight")):
        got = call_in_order(read_digit, "read_digit", Reader(), pixels)
        expect(got, want, f"read_digit(model, {pixels})")


def check_count_parameters(count_parameters):
    cases = {(3, 5, 2): 32, (2, 4, 1): 17, (1, 1): 2, (64, 10): 650, (784, 100, 10): 79510, (2, 5, 5, 5, 3): 93}
    for sizes, want in cases.items():
        got = call(count_parameters, "count_parameters", list(sizes))
        weights = sum(a * b for a, b in itertools.pairwise(sizes))
        if isinstance(got, int) and got == weights:
            fail(
                f"For {list(sizes)} you counted the {weights} weights; each unit has a bias as well.",
                expected=want,
                got=got,
            )
        if isinstance(got, int) and got == weights + sum(sizes):
            fail(
                "You gave each input a bias. Inputs are numbers that come in: nothing is computed there.",
                expected=want,
                got=got,
            )
        if isinstance(got, int) and len(sizes) > 2 and got == sizes[0] * sizes[1] + sizes[1]:
            fail("That is the first layer alone: each pair of neighbours adds its own.", expected=want, got=got)
        if isinstance(got, int) and got == weights + len(sizes) - 1 and got != want:
            fail("You counted one bias for each layer; each of its units has one.", expected=want, got=got)
        if isinstance(got, int) and got == weights + sum(sizes[:-1]) and got != want:
            fail("Your biases are those of the layer before: the units that compute have them.", expected=want, got=got)
        expect(got, want, f"count_parameters({list(sizes)})", scalar=True)

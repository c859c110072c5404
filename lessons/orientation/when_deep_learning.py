"""Demos and checks of "What deep learning is, and when not to use it"."""

import time
from typing import Annotated, Literal

import torch
from data import digits
from judging import call
from torch import nn

from tutor.lesson import Range, budget, expect, fail


def race(
    run,
    task: Literal["which digit is it?", "is the number even?"] = "which digit is it?",
    training_images: Annotated[int, Range(10, 1437, log=True)] = 1437,
    epochs: Annotated[int, Range(1, 100)] = 20,
    slow_motion: Annotated[float, Range(0, 10)] = 4.0,
):
    """A rule that someone wrote, or a network that learns from examples: who is right more often?

    `training_images` is how many examples the network learns from (numbers, in the second task).
    """
    if task == "which digit is it?":
        X_train, y_train, X_test, y_test, about = digits().to(run.device)
        rule = torch.tensor([guess_digit(image[0]) for image in X_test.cpu()], device=run.device)
    else:
        X_train, y_train, X_test, y_test, about = even_numbers(run.seed, run.device)
        rule = (X_test.flatten() * 2000).round().long() % 2
    run.data(about)
    torch.manual_seed(run.seed)
    some = torch.randperm(len(X_train))[:training_images].to(run.device)
    X_train, y_train = X_train[some], y_train[some]

    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(X_train[0].numel(), 64),  # each picture is 64 numbers, each number one
        nn.ReLU(),
        nn.Linear(64, 10),  # one score for each possible answer
    ).to(run.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    rule_accuracy = (rule == y_test).float().mean().item()

    for _ in run.steps(epochs, "epoch"):
        for batch in torch.randperm(len(X_train), device=run.device).split(32):
            loss = nn.functional.cross_entropy(model(X_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.inference_mode():
            answer = model(X_test).argmax(dim=1)  # the answer with the highest score
        accuracy = (answer == y_test).float().mean().item()
        run.log("share right", network=accuracy, rule=rule_accuracy)
        _show_answers(run, task, X_test[:8], answer[:8], y_test[:8])
        time.sleep(slow_motion / epochs)

    run.bars("right on unseen examples", {"rule": rule_accuracy, "network": accuracy})
    run.result(network=accuracy, rule=rule_accuracy, training_images=len(X_train), task=task)
    run.note(
        f"Out of 100 unseen examples the rule gets {100 * rule_accuracy:.0f} right, "
        f"the network {100 * accuracy:.0f}, after {len(X_train)} examples to learn from."
    )


def guess_digit(image):
    """A rule for pictures of digits (8, 8), written by hand in a quarter of an hour: where is the ink?"""
    top, bottom = image[:4].sum(), image[4:].sum()
    left, right = image[:, :4].sum(), image[:, 4:].sum()
    if image[3:5, 3:5].mean() < 0.2:
        return 0  # a hole in the middle
    if image[:, :2].sum() + image[:, 6:].sum() < 0.6:
        return 1  # narrow
    if top > 1.25 * bottom:
        return 9 if image[3:5, :3].sum() > 1 else 7  # heavy above
    if bottom > 1.2 * top:
        return 6 if image[5:7, 5:7].sum() > 2 else 4  # heavy below
    if image[6:].sum() > 1.2 * image[:2].sum():
        return 2  # a foot
    if left > right:
        return 5
    return 8 if image[1:3, 2].sum() > 1 else 3


def even_numbers(seed, device):
    """The numbers below 2000 as fractions (n, 1), and whether each is odd (1) or even (0): 1,600 to learn from."""
    n = torch.randperm(2000, generator=torch.Generator().manual_seed(seed))
    X, y = (n / 2000).unsqueeze(1).to(device), (n % 2).to(device)
    about = "the numbers 0 to 1999, made here: 1,600 to learn from, 400 to test; the network sees each as one number"
    return X[:1600], y[:1600], X[1600:], y[1600:], about


def _show_answers(run, task, X, answer, y):
    if task == "which digit is it?":
        marks = ["right" if a == b else "wrong" for a, b in zip(answer.tolist(), y.tolist(), strict=True)]
        run.images("what the network says", X, labels=answer.tolist(), marks=marks)
    else:
        words = ["even", "odd"]
        rows = [
            [round(number * 2000), words[said] if said < 2 else said, words[truth]]
            for number, said, truth in zip(X.flatten().tolist(), answer.tolist(), y.tolist(), strict=True)
        ]
        run.table("what the network says", ["number", "network", "truth"], rows)


def six_on_a_table(
    run,
    data: Literal["wine", "breast cancer", "digits"] = "wine",
    training_share: Annotated[float, Range(0.05, 0.8)] = 0.8,
):
    """Five shallow algorithms and a network on the same data: does deep learning win?"""
    from sklearn.datasets import load_breast_cancer, load_digits, load_wine
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.model_selection import train_test_split
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    bundle = {"wine": load_wine, "breast cancer": load_breast_cancer, "digits": load_digits}[data]()
    X_train, X_test, y_train, y_test = train_test_split(
        bundle.data, bundle.target, train_size=training_share, random_state=run.seed, stratify=bundle.target
    )
    kind = "pictures of 8x8" if data == "digits" else f"rows of {X_train.shape[1]} columns"
    run.data(f"{data}: {len(bundle.target)} {kind}, bundled with scikit-learn: {len(y_train)} to learn from")
    scaler = StandardScaler().fit(X_train)
    X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)

    shallow = {
        "forest": RandomForestClassifier(random_state=run.seed),
        "boosting": GradientBoostingClassifier(n_estimators=50, random_state=run.seed),
        "naive Bayes": GaussianNB(),
        "neighbours": KNeighborsClassifier(n_neighbors=min(5, len(y_train))),
        "SVM": SVC(),
    }
    scores, rows = {}, []
    for name in run.steps([*shallow, "network"], "algorithm"):
        began = time.perf_counter()
        if name == "network":
            scores[name] = _score_of_network(run, X_train, y_train, X_test, y_test)
        else:
            scores[name] = shallow[name].fit(X_train, y_train).score(X_test, y_test)
        rows.append([name, f"{scores[name]:.3f}", f"{time.perf_counter() - began:.2f} s"])
        run.bars("right on unseen rows", scores)
        run.table("measured here", ["algorithm", "right", "time to learn"], rows)
        time.sleep(0.3)  # so that you see them come in

    best = max(scores, key=scores.get)
    run.result(best=best, best_accuracy=scores[best], network=scores["network"], test_rows=len(y_test))
    run.note(f"One row more or less is {1 / len(y_test):.3f}: smaller differences say nothing.")


def _score_of_network(run, X_train, y_train, X_test, y_test):
    """The share of unseen rows that a network with one hidden layer gets right."""
    torch.manual_seed(run.seed)
    X = torch.tensor(X_train, dtype=torch.float32, device=run.device)
    y = torch.tensor(y_train, device=run.device)
    model = nn.Sequential(nn.Linear(X.shape[1], 64), nn.ReLU(), nn.Linear(64, 10)).to(run.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(40):
        for batch in torch.randperm(len(X), device=run.device).split(32):
            loss = nn.functional.cross_entropy(model(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.inference_mode():
        answer = model(torch.tensor(X_test, dtype=torch.float32, device=run.device)).argmax(dim=1).cpu()
    return (answer == torch.tensor(y_test)).float().mean().item()


def check_is_zero(is_zero):
    from sklearn.datasets import load_digits

    bundle = load_digits()
    two = bundle.target < 2
    images, truth = bundle.images[two].astype(int), bundle.target[two] == 0
    answers = [
        answer_of(call(is_zero, "is_zero", image.copy()), bool(zero)) for image, zero in zip(images, truth, strict=True)
    ]

    zeros, ones = int(truth.sum()), int((~truth).sum())
    zeros_right = sum(said for said, zero in zip(answers, truth, strict=True) if zero)
    ones_right = sum(not said for said, zero in zip(answers, truth, strict=True) if not zero)
    share = (zeros_right + ones_right) / len(images)
    found = f"right on {zeros_right} of the {zeros} zeros and {ones_right} of the {ones} ones"
    if share < 0.3:
        fail(f"Your rule is {found}: turn it the other way round.")
    if share < 0.6:
        fail(f"Your rule is {found}: no better than a coin. What it looks at does not tell a 0 from a 1.")
    if share < 0.75:
        fail(
            f"Your rule is {found}, {share:.0%} in all: a start. 90% are asked for. Look at fewer places, or at others."
        )
    if share < 0.9:
        fail(f"Nearly: your rule is {found}, {share:.0%} in all. 90% are asked for; would another place tell more?")


def answer_of(got, zero):
    """A yes or no as a bool: also of a bool of NumPy's or PyTorch's, or a 0 or 1. Fails for anything else."""
    picture = "a picture of a 0" if zero else "a picture of a 1"
    if isinstance(got, int) and got in (0, 1):
        return bool(got)
    if type(got) is bool or getattr(got, "shape", None) != () or "bool" not in str(getattr(got, "dtype", "")):
        expect(got, zero, f"is_zero(image) for {picture}")
    return bool(got)


@budget(seconds=90)
def check_few_images(results):
    if any(result["task"] != "which digit is it?" for result in results):
        fail("`task` is at the even numbers: set it back to `which digit is it?`.")
    most = max(result["training_images"] for result in results)
    if most > 120:
        fail(f"{most} images are more than 120: set training_images lower.")
    worst = min(result["network"] for result in results)
    if worst < 0.5:
        sentence = f"Only {worst:.0%} are right with {most} images: give the network more images, or more epochs to study them."
    else:
        sentence = f"{worst:.0%} are right with {most} images: nearly there. What else can you give it than images?"
    if worst < 0.85:
        fail(sentence)

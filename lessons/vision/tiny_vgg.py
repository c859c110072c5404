"""Max-pooling, the size that flatten gives, and a small convolutional network that learns to read digits."""

import time
from typing import Annotated, Literal

import torch
from data import digits
from judging import call, output_of
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from tutor.lesson import Range, budget, expect, fail

# The network ------------------------------------------------------------------------------------------------------------


def vgg_block(in_channels, out_channels, batch_norm):
    """Two 3x3 convolutions, each followed by a ReLU, then a max-pool that halves height and width."""
    layers = []
    for channels in (in_channels, out_channels):
        layers.append(nn.Conv2d(channels, out_channels, kernel_size=3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.MaxPool2d(2))


class TinyVGG(nn.Module):
    """Two blocks, then a linear classifier: for images of 8x8 with one channel."""

    def __init__(self, hidden_units=10, batch_norm=False, classes=10):
        super().__init__()
        self.block_1 = vgg_block(1, hidden_units, batch_norm)
        self.block_2 = vgg_block(hidden_units, hidden_units, batch_norm)
        # 8x8 halved twice is 2x2, for each of the hidden_units channels
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(hidden_units * 2 * 2, classes))

    def forward(self, x):  # (batch, 1, 8, 8)
        x = self.block_1(x)  # (batch, hidden_units, 4, 4)
        x = self.block_2(x)  # (batch, hidden_units, 2, 2)
        return self.classifier(x)  # (batch, classes)


# Demos ------------------------------------------------------------------------------------------------------------------


def pool_a_digit(
    run,
    digit: Annotated[int, Range(0, 9)] = 3,
    kind: Literal["max", "average"] = "max",
    window: Annotated[int, Range(2, 4)] = 2,
    shift: Annotated[int, Range(0, 3)] = 0,
):
    """What is left of a digit after pooling?"""
    data = digits()
    run.data(data.about)
    image = data.X_train[data.y_train == digit][0] * 16  # (1, 8, 8): whole numbers from 0 to 16, as delivered
    image = torch.roll(image, shifts=shift, dims=2).to(run.device)  # what leaves on the right comes back on the left
    pool = nn.MaxPool2d(window) if kind == "max" else nn.AvgPool2d(window)
    pooled = pool(image)  # (1, 8 // window, 8 // window)

    run.images("before", image, labels=[f"a {digit}, 8x8"])
    run.images("pooled", pooled, labels=[f"{kind}, {pooled.shape[1]}x{pooled.shape[2]}"])
    run.tensor("image", image[0])
    run.tensor("pooled image", pooled[0], note=f"each value is the {kind} of a {window}x{window} window")
    parameters = sum(p.numel() for p in pool.parameters())
    run.result(values_before=image.numel(), values_after=pooled.numel(), parameters=parameters)


def trace_shapes(
    run,
    image_size: Annotated[int, Range(4, 64)] = 32,
    hidden_units: Annotated[int, Range(1, 64)] = 10,
    padding: Annotated[int, Range(0, 2)] = 1,
    blocks: Annotated[int, Range(1, 4)] = 2,
    slow_motion: Annotated[float, Range(0, 20)] = 5.0,
):
    """How many features are left when flatten comes, and what decides it?

    `slow_motion` is how many seconds the layers are spread over.
    """
    layers = []
    for block in range(blocks):
        for channels in (hidden_units if block else 1, hidden_units):
            conv = nn.Conv2d(channels, hidden_units, kernel_size=3, padding=padding)
            layers.append(("conv, ReLU", nn.Sequential(conv, nn.ReLU())))
        layers.append(("max-pool", nn.MaxPool2d(2)))
    layers.append(("flatten", nn.Flatten()))

    data = digits()
    run.data(f"one of scikit-learn's digits, scaled to {image_size}x{image_size}; random weights")
    x = F.interpolate(data.X_train[:1], size=image_size, mode="bilinear").to(run.device)  # (1, 1, size, size)
    run.images("input", x, labels=[f"{image_size}x{image_size}"])
    rows = [("input", tuple(x.shape), "")]
    for name, layer in run.steps(layers, "layer"):
        try:
            with torch.inference_mode():
                x = layer.to(run.device)(x)
        except RuntimeError as error:  # nothing is left to convolve or to pool
            run.note(f"{name} refuses {tuple(x.shape)}: {error}")
            return
        rows.append((name, tuple(x.shape), sum(p.numel() for p in layer.parameters()) or ""))
        run.table("shapes", ["layer", "output", "params"], rows)
        if x.ndim == 4:
            run.images("feature maps", x[0, :6], labels=[name] * len(x[0, :6]))
        time.sleep(slow_motion / len(layers))
    run.note(f"So the classifier begins with nn.Linear({x.shape[1]}, classes).")
    run.result(in_features=x.shape[1])


def train_digits(
    run,
    optimizer: Literal["Adam", "SGD"] = "Adam",
    lr: Annotated[float, Range(1e-4, 1, log=True)] = 0.002,
    epochs: Annotated[int, Range(1, 60)] = 10,
    hidden_units: Annotated[int, Range(1, 64)] = 16,
    batch_norm: bool = False,
):
    """How well does TinyVGG read handwritten digits, and which ones does it misread?"""
    data = digits().to(run.device)
    run.data(data.about)
    batches = DataLoader(TensorDataset(data.X_train, data.y_train), batch_size=32, shuffle=True)

    torch.manual_seed(run.seed)
    model = TinyVGG(hidden_units, batch_norm).to(run.device)
    loss_fn = nn.CrossEntropyLoss()
    make_optimizer = torch.optim.Adam if optimizer == "Adam" else torch.optim.SGD
    steps = make_optimizer(model.parameters(), lr=lr)
    began = time.perf_counter()

    for _ in run.steps(epochs, "epoch"):
        model.train()  # batch norm uses each batch's own mean and variance
        train_loss = 0.0
        for X, y in batches:
            loss = loss_fn(model(X), y)  # logits (32, 10), labels (32,)
            steps.zero_grad()
            loss.backward()
            steps.step()
            train_loss += loss.item() * len(X)  # the last batch is smaller

        model.eval()  # batch norm uses the averages it gathered in training
        with torch.inference_mode():
            logits = model(data.X_test)  # (360, 10)
            test_loss = loss_fn(logits, data.y_test)
            first = model.block_1[:3] if batch_norm else model.block_1[:2]  # up to the first ReLU
            maps = first(data.X_test[:1])  # (1, hidden_units, 8, 8)
        said = logits.argmax(dim=1)  # (360,)
        right = said == data.y_test
        accuracy = right.float().mean().item()
        train_loss /= len(data.X_train)
        run.log("loss", train=train_loss, test=test_loss)
        run.log("accuracy", test=accuracy)
        _show_predictions(run, "test digits", data, logits, range(8))
        run.images("what the first filters see", maps[0, :8])
        read_as = torch.bincount(data.y_test * 10 + said, minlength=100).reshape(10, 10)  # row: what it is
        run.heatmap("each digit (row), read as (column)", read_as, range(10), range(10))

    wrong = (~right).nonzero()[:8, 0].tolist()
    if wrong:
        _show_predictions(run, "misread", data, logits, wrong)
    run.result(test_accuracy=accuracy, misread=int((~right).sum()), train_loss=train_loss, epochs=epochs)
    run.result(seconds=round(time.perf_counter() - began, 1))


def _show_predictions(run, title, data, logits, which):
    """Some test images, each with what the model says of it and, where that is wrong, what it is."""
    labels, marks = [], []
    for i in which:
        said, truth = logits[i].argmax().item(), data.y_test[i].item()
        labels.append(f"{said}" if said == truth else f"{said}, is {truth}")
        marks.append("right" if said == truth else "wrong")
    run.images(title, data.X_test[list(which)], labels=labels, marks=marks)


# Checks -----------------------------------------------------------------------------------------------------------------


@budget(seconds=180)
def check_read_digits(results):
    worst = min(results, key=lambda result: result["test_accuracy"])
    if worst["epochs"] > 20:
        fail(f"You used {worst['epochs']} epochs: the target is to be reached in 20 or fewer.")
    reached = worst["test_accuracy"]
    if reached >= 0.98:
        return
    said = {"expected": "98 % from every start", "got": f"{reached:.1%} from the worst of {len(results)}"}
    if reached < 0.5:
        fail("From the worst start it has learned next to nothing: does the learning rate fit the optimizer?", **said)
    if worst["train_loss"] > 0.05:
        fail("From the worst start it is still learning when it stops: what lets it learn faster?", **said)
    fail("It knows its training digits and misreads too many new ones: try another size, or another rate.", **said)


def check_conv_block(conv_block):
    x = torch.randn(2, 3, 8, 12)
    block = call(conv_block, "conv_block", 3, 5)
    layers = [each for each in block.modules() if isinstance(each, (nn.Conv2d, nn.ReLU, nn.MaxPool2d))]
    if len(layers) < 5:
        fail(
            f"The block that you return has {len(layers)} of the five layers: what comes after return never runs.",
            expected=5,
            got=len(layers),
        )
    out = output_of(block, x, "conv_block(3, 5)")
    first, second = (each for each in layers if isinstance(each, nn.Conv2d))
    with torch.no_grad():
        a = F.relu(first(x))
        want = F.max_pool2d(F.relu(second(a)), 2)
        sentences = {
            "There is no ReLU between your two convolutions, so together they can do no more than one.": F.max_pool2d(
                F.relu(second(first(x))), 2
            ),
            "There is no ReLU after the second convolution: what it says below 0 goes on.": F.max_pool2d(second(a), 2),
            "The pool comes before the first convolution, which then never sees the fine strokes.": F.relu(
                second(F.relu(first(F.max_pool2d(x, 2))))
            ),
            "The pool comes before the second convolution: here the block ends with it.": F.relu(
                second(F.max_pool2d(a, 2))
            ),
        }
    for sentence, other in sentences.items():
        if out.shape == other.shape and torch.allclose(out, other, rtol=1e-3, atol=1e-5):
            fail(sentence)
    expect(out, want, "what conv_block(3, 5) gives for a batch", rtol=1e-3, atol=1e-5)


def check_flatten_size(model):
    linears = [each for each in model.modules() if isinstance(each, nn.Linear)] if isinstance(model, nn.Module) else []
    if any(linear.in_features == 32 * 490 for linear in linears):
        fail("15680 features are those of the whole batch: count the features of one image.", expected=490, got=15680)
    x = torch.rand(6, 1, 28, 28)
    out = output_of(model, x, "model")
    shapes = {"expected": (6, 10), "got": tuple(out.shape)}
    if out.ndim > 2:
        fail(f"model gives {tuple(out.shape)}: each image needs one row of 10 logits, so keep the Flatten.", **shapes)
    if out.shape != (6, 10):
        fail(f"For 6 images model gives {tuple(out.shape)}; expected one row of 10 logits for each.", **shapes)
    other = output_of(model, x[:2], "model")
    expect(tuple(other.shape), (2, 10), "the output's shape for 2 images")

    convs = [tuple(module.weight.shape[:2]) for module in model.modules() if isinstance(module, nn.Conv2d)]
    if convs[:2] != [(10, 1), (10, 10)]:
        fail(
            "The convolutions were right; change the layer that the error is about.",
            expected=[(10, 1), (10, 10)],
            got=convs,
        )
    judge_logits(model, x)
    if torch.equal(out[0], out[1]):
        fail("Two different images give the same logits; do the image's features still reach the last layer?")


def check_tiny_vgg(TinyVGG):
    model = call(TinyVGG, "TinyVGG", 3, 6, 4)
    if isinstance(model, nn.Module) and not any(isinstance(module, nn.Conv2d) for module in model.modules()):
        fail(
            "No convolution is among the model's modules: __init__ keeps each layer on self, as in self.block_1 = ...; a "
            "plain list hides its layers."
        )
    x = torch.rand(5, 3, 28, 28)
    out = output_of(model.eval() if isinstance(model, nn.Module) else model, x, "TinyVGG(3, 6, 4)")
    if out.shape != (5, 4):
        fail(
            f"For 5 images and 4 classes the output has shape {tuple(out.shape)}; expected one row of 4 logits for each.",
            expected=(5, 4),
            got=tuple(out.shape),
        )
    if (out >= 0).all() and torch.allclose(out.sum(dim=1), torch.ones(5), atol=1e-4):
        fail("Each row sums to 1: leave the softmax out, since nn.CrossEntropyLoss takes logits.", got=out)
    judge_logits(model, x)
    expect(output_of(model, x[:1], "TinyVGG(3, 6, 4)"), out[:1], "the first image's logits, alone or in a batch")

    convs = sum(isinstance(module, nn.Conv2d) for module in model.modules())
    if convs != 4:
        fail(f"TinyVGG has two blocks of two convolutions; yours has {convs} convolutions.", expected=4, got=convs)
    judge_gradients(model.train(), x)
    for hidden_units in (2, 8):
        other = output_of(TinyVGG(1, hidden_units, 10), x[:2, :1], f"TinyVGG(1, {hidden_units}, 10)")
        expect(tuple(other.shape), (2, 10), f"the output's shape of TinyVGG(1, {hidden_units}, 10) for 2 images")


def judge_logits(model, x):
    """What the last linear layer gives is what the model gives."""
    said = []
    linears = [module for module in model.modules() if isinstance(module, nn.Linear)]
    handles = [linear.register_forward_hook(lambda module, inputs, output: said.append(output)) for linear in linears]
    out = output_of(model, x, "the model")
    for handle in handles:
        handle.remove()
    if said and said[-1].numel() == out.numel() and not torch.allclose(said[-1].flatten(), out.flatten()):
        fail(
            "Something changes the numbers after the last linear layer: what that layer gives are the logits.", got=out
        )


def judge_gradients(model, x):
    """Every parameter must have a part in the output."""
    model.zero_grad()
    out = model(x)
    (out * torch.rand_like(out)).sum().backward()
    for name, parameter in model.named_parameters():
        if parameter.grad is None:
            fail(f"{name} has no part in the output: is a layer defined in __init__ and not used in forward?")

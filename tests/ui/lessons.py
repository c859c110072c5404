"""A small course, made by hand, with every kind of step. Nothing of it lies on the disk."""

from __future__ import annotations

from pathlib import Path

from tutor.course.model import Choice, Code, Control, Demo, Example, Lesson, Option, Order, Predict, Step, Text, Tune
from tutor.course.outline import Chapter, Course, CourseError, Entry

ROOT = Path("/course")
TENSORS = "tensors/squeeze"
LINE = "training/line"


def course() -> Course:
    entries = {
        "tensors": [("what", "What is a tensor?", 8), ("squeeze", "Squeeze, unsqueeze, permute", 12), ("index", "Indexing", 9)],
        "gradients": [("autograd", "Autograd", 10)],
        "training": [("line", "The training loop", 12), ("test", "Testing and prediction", 10)],
    }  # fmt: skip
    titles = {"tensors": "Tensors", "gradients": "Gradients", "training": "Workflow"}
    chapters = tuple(
        Chapter(
            chapter,
            titles[chapter],
            tuple(
                Entry(f"{chapter}/{name}", title, minutes, ("tensors/what",) if name == "squeeze" else ())
                for name, title, minutes in lessons
            ),
        )
        for chapter, lessons in entries.items()
    )
    return Course("small", "PyTorch for deep learning", ROOT, chapters)


ADD_BATCH = Code(
    id="add_batch",
    kind="code",
    starter="import torch\n\n\ndef add_batch(image):\n    ...\n",
    solution="import torch\n\n\ndef add_batch(image):\n    return image.unsqueeze(0)\n",
    mistakes=(),
    takes=("add_batch",),
    hints=("Which dimension counts the images?", "`unsqueeze` makes a dimension of size 1.", "It takes the place: 0."),
    seconds=20,
    line=40,
)

PROSE = """\
A tensor's **shape** says how many numbers lie along each dimension. A dimension of size 1 holds no more numbers than none
at all, and still it matters: a model that wants a *batch* of images does not take one image.

- `squeeze` takes dimensions of size 1 away,
- `unsqueeze` makes one where you say.
"""


SHAPES = Example(
    "import torch\n\nx = torch.rand(1, 3)  # one row\nx.shape, x.squeeze().shape",
    "(torch.Size([1, 3]), torch.Size([3]))",
    12,
)
TASK = """\
The model wants a batch, you have one image. Write `add_batch(image)` for an image of shape `(channels, height, width)`.
"""


def squeeze() -> Lesson:
    steps = (
        Step("ones", "Dimensions of size one", (
            Text(PROSE, 5),
            SHAPES,
            Text("What is in the tensor stays the same.", 18),
        ), None, None, 4),
        Step("which", "Which one removes it?", (Text("`x` has the shape `(1, 3, 1)`. What gives `(3, 1)`?", 22),), None, Choice(
            "which",
            (
                Option("`x.squeeze()`", False, "It takes every dimension of size 1 away, also the last."),
                Option("`x.squeeze(0)`", True, "Dimension 0 has size 1, and only it goes."),
                Option("`x.unsqueeze(0)`", False, "That makes one more."),
            ),
            ("Count the dimensions of size 1.",), 24), 21),
        Step("predict", "What shape comes out?", (Text("Read it first, then say what it gives.", 30),), None, Predict(
            "shape_after", "x.unsqueeze(-1).shape", ("import torch\n\nx = torch.rand(1, 3)",), ("-1 is the last place.",), 32), 29),
        Step("add-batch", "One image, as a batch", (
            Text(TASK, 38),
        ), None, ADD_BATCH, 37),
    )  # fmt: skip
    return Lesson(
        TENSORS,
        "Squeeze, unsqueeze, permute",
        "Add and remove dimensions of size one.",
        steps,
        ROOT / "tensors/squeeze.md",
    )


SOURCE = '''\
def fit_line(run, lr=0.05, epochs=100, optimizer="SGD", noise=False):
    """Which learning rate finds the line, and which never does?"""
    for epoch in run.steps(epochs, "epoch"):
        run.log(train=1.0)  # falls
'''

FIT_LINE = Demo(
    id="fit_line",
    label="watch the line find the points",
    question="Which learning rate finds the line, and which never does?",
    controls=(
        Control("lr", "float", 0.05, 1e-4, 10.0, log=True),
        Control("epochs", "int", 100, 1, 1000, live=True),
        Control("optimizer", "choice", "SGD", choices=("SGD", "Adam")),
        Control("noise", "bool", False),
    ),
    source=SOURCE,
    seconds=60,
    line=8,
)  # fmt: skip


TRAIN_STEP = Order(
    id="train_step",
    before="def train_step(model, X, y):",
    lines=("loss = loss_fn(model(X), y)", "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"),
    mistakes=(),
    takes=("train_step",),
    hints=("A gradient is needed before a step.",),
    seconds=20,
    line=32,
)


def line() -> Lesson:
    words = "The loop below is the whole of training: predict, measure, find the slope, step. Watch the curve while it runs."
    steps = (
        Step("see", "Watch the line find the points", (Text(words, 5),), FIT_LINE, None, 4),
        Step("loop", "Mend the loop", (Text("The loss goes up. Why?", 20),), None, Code(
            "mend_loop", "fix", "w = w + lr * grad\n", "w = w - lr * grad\n", (), ("w",), (), 20, 22), 19),
        Step("order", "The five steps", (Text("Put the lines in order.", 30),), None, TRAIN_STEP, 29),
        Step("tune", "Reach 0.01", (Text("Reach a test error below 0.01.", 40),), None, Tune(
            "low_error", FIT_LINE, {"lr": 0.1}, (), ("Look at lr.",), 60, 42), 39),
    )  # fmt: skip
    return Lesson(LINE, "The training loop", "Write the loop from memory.", steps, ROOT / "training/line.md")


def read(_course: Course, lesson_id: str) -> Lesson:
    """Stands in for `tutor.course.reader.read_lesson`."""
    lessons = {TENSORS: squeeze, LINE: line}
    if lesson_id not in lessons:
        raise CourseError(ROOT / f"{lesson_id}.md", 3, "there is no step: begin one with a `##` heading.")
    return lessons[lesson_id]()

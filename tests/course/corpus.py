"""Broken courses, one fault each: what is changed in the course that `tutor course new` writes, and what the gate is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

TOML, LINES, LINES_PY = "course.toml", "first_steps/lines.md", "first_steps/lines.py"
SHAPES, SHAPES_PY = "first_steps/shapes.md", "first_steps/shapes.py"


@dataclass(frozen=True)
class Fault:
    """Replace `old`, which stands once in `file`, by `new`."""

    name: str
    file: str
    old: str
    new: str
    at: str
    """The line that the finding points to, without blanks at its ends; empty: no line in particular."""
    says: str
    found_in: str = ""
    """The file of the finding; empty: the changed one."""


ADD_BATCH_MISTAKE = """\
```python mistake add_batch
def add_batch(image):
    return image.unsqueeze(-1)
```

> is the last one
"""
LAST_HINT = "`unsqueeze` wants to know where the new dimension goes; counting begins at 0."
HINT = "<details><summary>Hint</summary>"
SUM = "print(image.shape)\n```\n\n```output\ntorch.Size([3, 8, 8])\n"
TUNE = "[Tune: bring the loss below 0.01](lines.py#fit_line)"
RUN = "[Run: watch the line find the points](lines.py#fit_line)"
ONCE = """\
    try:
        __import__("os").mkdir(__file__ + ".mark")
    except FileExistsError:
        fail("Something was here before.")
"""
STARTER, BROKEN = "```python starter add_batch", "```python broken total"

IN_FILES = [
    # course.toml
    Fault("no such lesson to build on", TOML, '["first_steps/lines"]', '["first_steps/line"]', 'id = "shapes"', "first_steps/shapes builds on first_steps/line, which is no lesson; did you mean first_steps/lines"),
    Fault("builds on itself", TOML, '["first_steps/lines"]', '["first_steps/shapes"]', 'id = "shapes"', "builds on itself"),
    Fault("a circle", TOML, "minutes = 10", 'minutes = 10\nbuilds_on = ["first_steps/shapes"]', 'id = "lines"            # the files first_steps/lines.md and first_steps/lines.py', "which builds on it in turn"),
    Fault("no minutes", TOML, "minutes = 10", "minutes = 0", "minutes = 0", "must be a whole number above 0"),
    Fault("an unknown key", TOML, "minutes = 10", "minutes = 10\nlevel = 3", "level = 3", "has an unknown key 'level'"),
    Fault("not TOML", TOML, "minutes = 10", "minutes = ", "minutes =", "this is not TOML"),
    Fault("another title", TOML, 'title = "Fit a line" ', 'title = "Fit lines" ', "# Fit a line", "the title is 'Fit a line' here and 'Fit lines' in course.toml", LINES),
    Fault("an id that is a path", TOML, 'id = "shapes"', 'id = "../shapes"', 'id = "../shapes"', "it may have letters, digits"),
    # head and steps
    Fault("no title", SHAPES, "# Shapes that fit\n", "", "Add the batch dimension that a model expects, and mend a sum whose shapes do not fit.", "there is no title"),
    Fault("no objective", SHAPES, "Add the batch dimension that a model expects, and mend a sum whose shapes do not fit.\n", "", "# Shapes that fit", "there is no objective"),
    Fault("an empty step", SHAPES, "## Write add_batch", "## Nothing yet\n\n## Write add_batch", "## Nothing yet", "is empty: write its text"),
    Fault("a heading twice", SHAPES, "## Mend the sum", "## Write add_batch", "## Write add_batch", "another step has the heading"),
    Fault("two exercises in a step", SHAPES, "## Mend the sum\n", "", BROKEN, "this is a second exercise in one step"),
    Fault("text before the first step", SHAPES, "## One image, one batch\n", "Words.\n", "Words.", "this stands before the first step"),
    Fault("a step too long", SHAPES, "A single image has no first dimension.", "\n\n".join(["A row."] * 30), "## One image, one batch", "rows at 80x24, and 38 are two screens"),
    Fault("a line that is cut", SHAPES, "must match the size of tensor b (3)", "must match the size of tensor b (3) at non-singleton dimension 1", "RuntimeError: The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1", "at 80 columns 76 are shown"),
    # fences
    Fault("a fence never closed", SHAPES, "matrix = torch.ones(4, 3)\nbias = torch.tensor([1.0, 2.0, 3.0])  # one for each row\ntotal = matrix + bias\n```\n\n> shape\n\n</details>\n", "matrix = 1\n", "```python mistake total", "this fence is never closed"),
    Fault("another name for python", SHAPES, "```python\nimport torch", "```py\nimport torch", "```py", "write this fence as ```python"),
    Fault("an unknown role", SHAPES, "```python solution add_batch", "```python soluton add_batch", "```python soluton add_batch", "cannot be 'soluton'; did you mean solution?"),
    Fault("a role without a name", SHAPES, STARTER, "```python starter", "```python starter", "this starter needs a name"),
    Fault("an output of nothing", SHAPES, "print(image.shape)\n```\n", "print(image.shape)\n```\n\nWords.\n", "```output", "there is none"),
    Fault("code that is not formatted", SHAPES, "image = torch.zeros(3, 8, 8)", "image = torch.zeros(3,8,8)", "image = torch.zeros(3,8,8)", "this code is not formatted: ruff would write 'image = torch.zeros(3, 8, 8)'"),
    Fault("a solution that is not formatted", SHAPES, "matrix + bias.unsqueeze(1)", "matrix+bias.unsqueeze(1)", "total = matrix+bias.unsqueeze(1)", "this code is not formatted"),
    # words
    Fault("a misspelled term", SHAPES, "A single image has", "In Pytorch a single image has", "A model for images takes a batch: (batch, channels, height, width). In Pytorch a single image has no first dimension.", "'Pytorch' is written 'PyTorch'"),
    Fault("a typing error in a term", SHAPES, "no first dimension", "no first dimention", "A model for images takes a batch: (batch, channels, height, width). A single image has no first dimention.", "'dimention' is written 'dimension'"),
    Fault("a link to nothing", SHAPES, "A single image", "[A single](image.md) image", "A model for images takes a batch: (batch, channels, height, width). [A single](image.md) image has no first dimension.", "the link leads to image.md, which is not there"),
    Fault("a link to no heading", SHAPES, "A single image", "[A single](#mend-the-summ) image", "A model for images takes a batch: (batch, channels, height, width). [A single](#mend-the-summ) image has no first dimension.", "no heading here is called that; did you mean mend-the-sum"),
    # hints
    Fault("no hint", SHAPES, f"{HINT}\n\nCount", "<details><summary>Tip</summary>\n\nCount", "- [x] `image.unsqueeze(0)`", "which-call-adds-it has no hint"),
    Fault("a hint twice", SHAPES, LAST_HINT, "You have just picked two ways to do it.", STARTER, "hint 2 of add_batch says the same"),
    Fault("a hint with the solution", SHAPES, LAST_HINT, "Return `image.unsqueeze( 0 )`.", STARTER, "hint 2 of add_batch holds the solution"),
    Fault("a hint without an empty line", SHAPES, f"{HINT}\n\nCount", f"{HINT}\nCount", "Count from the left: where does the batch dimension stand?", "leave an empty line"),
    Fault("a hint that is empty", SHAPES, LAST_HINT, "", HINT, "this hint says nothing"),
    Fault("a hint without an exercise", SHAPES, "## Which call", f"{HINT}\n\nWords.\n\n</details>\n\n## Which call", HINT, "this hint stands in a step without an exercise"),
    # exercises
    Fault("an option without a reason", SHAPES, "  The same, written as an index.\n", "", "- [x] `image[None]`", "has no reason: say why it is right"),
    Fault("an item without a box", SHAPES, "- [x] `image[None]`", "- `image[None]`", "- `image[None]`", "has no box"),
    Fault("no mistake", SHAPES, ADD_BATCH_MISTAKE, "", STARTER, "add_batch has no mistake"),
    Fault("a mistake without its words", SHAPES, "> is the last one", "is the last one", "```python mistake add_batch", "needs a quotation below it"),
    Fault("no solution", SHAPES, "```python solution add_batch\ndef add_batch(image):\n    return image.unsqueeze(0)\n```\n", "", STARTER, "add_batch has no solution"),
    Fault("a solution of something else", SHAPES, "```python solution add_batch", "```python solution add", "```python solution add", "this solution is named add"),
    Fault("no task", SHAPES, "Write `add_batch(image)`: it takes an image of shape (channels, height, width) and returns it with shape (1, channels,\nheight, width).\n", "", STARTER, "add_batch has no task"),
    Fault("a mistake with other lines", LINES, "loss.backward()\noptimizer.zero_grad()\n", "loss.backward()\nmodel.zero_grad()\n", "```python mistake train_step", "must have the same lines as its order"),
    Fault("a setting of no control", LINES, "lr = 1.0", "rate = 1.0", "```toml mistake close", "the demo fit_line has no control rate"),
    Fault("a setting out of bounds", LINES, "lr = 1.0", "lr = 5.0", "```toml mistake close", "lr goes from 0.001 to 1; 5.0 is outside"),
    Fault("a tune without a solution", LINES, "```toml solution close\nlr = 0.05\nsteps = 300\n```\n", "", TUNE, "this tune has no solution"),
    # the .py
    Fault("not Python", SHAPES_PY, "image = torch.rand(3, 8, 9)", "image = torch.rand(3, 8, 9", "image = torch.rand(3, 8, 9", "this is not Python"),
    Fault("no check", SHAPES_PY, "def check_total(total)", "def check_totals(total)", BROKEN, "total has no check", SHAPES),
    Fault("a check of nothing", SHAPES_PY, "def check_total(total)", "def check_other(x):\n    pass\n\n\ndef check_total(total)", "def check_other(x):", "check_other has no exercise"),
    Fault("a check with a default", SHAPES_PY, "def check_total(total)", "def check_total(total=1)", "def check_total(total=1):", "can only have parameters without defaults"),
    Fault("a demo that is never shown", SHAPES_PY, "def check_total(total)", "def show(run):\n    pass\n\n\ndef check_total(total)", "def show(run):", "the demo show is never shown"),
    Fault("a link to no demo", LINES, RUN, RUN.replace("fit_line", "fit_lines"), RUN.replace("fit_line", "fit_lines"), "lines.py has no function fit_lines; did you mean fit_line?"),
    Fault("a control without bounds", LINES_PY, "Annotated[int, Range(10, 1000)]", "int", "steps: int = 50,", "the control steps has no bounds"),
    Fault("a default out of bounds", LINES_PY, "] = 50", "] = 5", "steps: Annotated[int, Range(10, 1000)] = 5,", "the default of steps is 5, outside of its Range(10, 1000)"),
    Fault("a demo without a question", LINES_PY, '    """Which learning rate finds the line?\n\n    The first line of the docstring is the question on the screen; `run` is the demo\'s hold on it.\n    """\n', "", "def fit_line(", "fit_line has no docstring"),
]  # fmt: skip

WHEN_RUN = [
    # examples and predictions
    Fault("another output", SHAPES, "torch.Size([3, 8, 8])\n", "torch.Size([3, 8, 9])\n", "```python", "this example does not print what its output fence says: line 1 says"),
    Fault("an example that fails", SHAPES, SUM, "print(image.shap)\n", "```python", "this example fails: "),
    Fault("an example of chance", SHAPES, SUM, "print(torch.initial_seed() != 12345)\n```\n\n```output\nTrue\n", "```python", "what this example prints depends on chance"),
    Fault("a network", SHAPES, SUM, 'import urllib.request\n\nurllib.request.urlopen("http://example.org")\n', "```python", "this asks for the network (example.org): by default a lesson needs none"),
    Fault("a prediction of chance", LINES, "X.shape\n```", "torch.rand(2)\n```", "```python predict shape_of_x", "what shape_of_x gives depends on chance"),
    Fault("nothing to predict", LINES, "X.shape\n```", "z = 1\n```", "```python predict shape_of_x", "shape_of_x gives nothing to predict"),
    # code and fix
    Fault("a starter that passes", SHAPES, "    # returns a tensor of four dimensions\n    ...", "    return image[None]", STARTER, "the starter of add_batch passes as it is"),
    Fault("a solution that fails", SHAPES, "    return image.unsqueeze(0)", "    return image.unsqueeze(2)", STARTER, "the solution of add_batch does not pass: failed"),
    Fault("a mistake that passes", SHAPES, "unsqueeze(-1)", "unsqueeze(0).clone()", "```python mistake add_batch", "this mistake of add_batch passes"),
    Fault("a mistake that earns other words", SHAPES, "> is the last one", "> is the middle one", "```python mistake add_batch", 'does not earn "is the middle one"'),
    Fault("nothing to mend", SHAPES, "total = matrix + bias\n```\n\n<details><summary>Hint", "x = matrix + 1\n```\n\n<details><summary>Hint", BROKEN, "the broken code of total counts as not attempted"),
    Fault("a check that raises", SHAPES_PY, '        fail("The new', '        raise KeyError("oh")\n        fail("The new', "```python mistake add_batch", "this mistake of add_batch cannot be judged: The check itself failed", SHAPES),
    Fault("a solution that passes once", SHAPES_PY, '    expect(got, image[None], "add_batch(image)")\n', f'    expect(got, image[None], "add_batch(image)")\n{ONCE}', STARTER, "the solution of add_batch passes only sometimes; make its check sure", SHAPES),
    Fault("a mistake with two verdicts", SHAPES_PY, '        fail("The new', f'{indent(ONCE, "    ")}        fail("The new', "```python mistake add_batch", "this mistake of add_batch is judged in two ways; make its check sure", SHAPES),
    # order and tune
    Fault("an order that passes", LINES, "loss.backward()\noptimizer.zero_grad()\noptimizer.step()\n", "optimizer.zero_grad()\nloss.backward()\noptimizer.step()\n", "```python mistake train_step", "this mistake of train_step passes"),
    Fault("defaults that reach the target", LINES_PY, "assert worst < 0.01, ", "assert worst < 1.0, ", TUNE, "the defaults of fit_line reach the target of close", LINES),
    Fault("settings that do not reach it", LINES, "lr = 0.05\nsteps = 300", "lr = 0.01\nsteps = 10", TUNE, "the solution of close does not pass", LINES),
    Fault("settings that earn other words", LINES, "> overshoots", "> hardly moved", "```toml mistake close", 'does not earn "hardly moved"'),
    # demos
    Fault("a demo that fails", LINES_PY, '    run.scatter("the line"', '    model.nothing()\n    run.scatter("the line"', RUN, "the demo fit_line fails at its defaults (line 3", LINES),
    Fault("a demo over its budget", LINES_PY, "def fit_line(", "@budget(seconds=0.5)\ndef fit_line(", RUN, "the demo fit_line fails at its defaults", LINES),
    Fault("a demo that asks for the network", LINES_PY, '    run.data("5 points', '    try:\n        __import__("socket").create_connection(("203.0.113.1", 80))\n    except OSError:\n        pass\n    run.data("5 points', RUN, "this asks for the network (203.0.113.1)", LINES),
]  # fmt: skip

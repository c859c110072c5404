"""Broken courses, one fault each: what is changed in the course that `tutor course new` writes, and what the gate is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

TOML, LINES, LINES_PY = "course.toml", "first_steps/lines.md", "first_steps/lines.py"
SHAPES, SHAPES_PY = "first_steps/shapes.md", "first_steps/shapes.py"


IDS, SYLLABUS, WORDS_MD, WORDS_PY = "ids.txt", "syllabus.toml", "first_steps/words.md", "first_steps/words.py"
WORDS = '[[chapter.lesson]]\nid = "words"\ntitle = "Words"\nminutes = 2\n'
CHAPTER = '[[chapter]]\nid = "a"\ntitle = "A"\n'
ITEM = '{ number = 1, seed = "s", kind = "topic", text = "One" }'
WHOLE = "*"
"""In place of what is replaced: the whole file, which need not be there."""


@dataclass(frozen=True)
class Fault:
    """Replace `old`, which stands once in `file`, by `new`; where `old` is empty, write `new` below what stands there."""

    name: str
    file: str
    old: str
    new: str
    at: str
    """The line that the finding points to, without blanks at its ends; empty: no line in particular."""
    says: str
    found_in: str = ""
    """The file of the finding; empty: the changed one."""
    more: tuple[tuple[str, str, str], ...] = ()
    """What else is changed: file, old and new."""
    warning: bool = False


ADD_BATCH_MISTAKE = """\
```python mistake add_batch
def add_batch(image):
    return image.unsqueeze(-1)
```

> is the last one
"""
MODEL = "A model for images takes a batch: (batch, channels, height, width). A single image has no first dimension."
LAST_HINT = "`unsqueeze` wants to know where the new dimension goes; counting begins at 0."
HINT = "<details><summary>Hint</summary>"
SUM = "print(image.shape)\n```\n\n```output\ntorch.Size([3, 8, 8])\n"
TUNE = "[Tune: bring the loss below 0.01](lines.py#fit_line)"
RUN = "[Run: watch the line find the points](lines.py#fit_line)"
STEPS = "    steps: Annotated[int, Range(10, 1000)] = 50,\n"
RIGHT_OPTIONS = "- [x] `image.unsqueeze(0)`\n\n  It puts a dimension of size 1 in front.\n\n- [x] `image[None]`"
OTHER_OPTIONS = """\
- [x] `image[None]`

  The same, written as an index.

- [ ] `image.reshape(3, 8, 8, 1)`

  As many elements, but the new dimension is the last one.
"""
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
    Fault("no chapters", TOML, WHOLE, 'id = "c"\ntitle = "C"\n', "", "the course has no chapter: add one under a line [[chapter]]"),
    Fault("chapters that are none", TOML, WHOLE, 'id = "c"\ntitle = "C"\nchapter = 3\n', "chapter = 3", "write each chapter of the course under a line [[chapter]]"),
    Fault("a lesson twice", TOML, "", '[[chapter.lesson]]\nid = "shapes"\ntitle = "Shapes that fit"\nminutes = 8\n', 'id = "shapes"', "the lesson first_steps/shapes is listed 2 times"),
    Fault("builds on a later lesson", TOML, "minutes = 10", 'minutes = 10\nbuilds_on = ["first_steps/shapes"]', 'id = "lines"            # the files first_steps/lines.md and first_steps/lines.py', "which comes later", more=((TOML, 'builds_on = ["first_steps/lines"]   # lessons that come before this one\n', ""),)),
    Fault("a lesson without files", TOML, "", WORDS, "", "there is no such file, but course.toml lists first_steps/words", WORDS_MD),
    Fault("a lesson without its .py", TOML, "", WORDS, "", "words.py is missing beside words.md", WORDS_PY, ((WORDS_MD, WHOLE, "# Words\n\nAll of it.\n\n## One\n\nA word.\n"),)),
    Fault("a stray file", "first_steps/draft.md", WHOLE, "# Draft\n", "", "no lesson in course.toml has this file"),
    # ids that last
    Fault("a move to no place", TOML, "", '[moved]\n"lesson first_steps/old" = 3\n', '"lesson first_steps/old" = 3', "moved to no place: write"),
    Fault("moves that are no table", TOML, "preload = []", "moved = 3\npreload = []", "moved = 3", "write moved of the course as a table: a line [moved]"),
    Fault("a move of no id", TOML, "", '[moved]\n"first_steps/old" = "removed"\n', '"first_steps/old" = "removed"', "'first_steps/old' is no id: write it like"),
    Fault("a move of what is there", TOML, "", '[moved]\n"lesson first_steps/lines" = "removed"\n', '"lesson first_steps/lines" = "removed"', "lesson first_steps/lines is still there, so it has not moved"),
    Fault("a move to something else", TOML, "", '[moved]\n"step first_steps/lines#old" = "first_steps/lines"\n', '"step first_steps/lines#old" = "first_steps/lines"', "step first_steps/lines#old cannot move to 'first_steps/lines'"),
    Fault("a move to nothing", TOML, "", '[moved]\n"demo first_steps/lines#fit" = "first_steps/lines#fit_lin"\n', '"demo first_steps/lines#fit" = "first_steps/lines#fit_lin"', "which is no demo; did you mean first_steps/lines#fit_line"),
    Fault("moves in a circle", TOML, "", '[moved]\n"demo first_steps/lines#fit" = "first_steps/lines#fit"\n', '"demo first_steps/lines#fit" = "first_steps/lines#fit"', "moves in a circle: let one of these lines lead to what is there"),
    Fault("an exercise that has gone", IDS, "", "exercise first_steps/shapes#add_batches\n", "exercise first_steps/shapes#add_batches", 'has gone, and learners\' work with it: write "exercise first_steps/shapes#add_batches" = "first_steps/shapes#add_batch", or = "removed", under [moved]'),
    Fault("a line that is no id", IDS, "", "task first_steps/shapes#add\n", "task first_steps/shapes#add", "this is no id: write it like"),
    Fault("an id that is not listed", IDS, "demo first_steps/lines#fit_line\n", "", "", "not listed yet: demo first_steps/lines#fit_line; run `tutor course ids`", warning=True),
    # terms
    Fault("bold on a sentence", SHAPES, MODEL, MODEL.replace("A model for images takes", "**A model for images takes**"), MODEL.replace("A model for images takes", "**A model for images takes**"), "bold marks a term where it is explained, and 'A model for images takes' is none: it is longer than a term"),
    Fault("bold on a number", SHAPES, MODEL, MODEL.replace("batch:", "**1**:"), MODEL.replace("batch:", "**1**:"), "and '1' is none: it has no letter"),
    Fault("bold on a lead-in", SHAPES, MODEL, MODEL.replace("batch:", "**batch:**"), MODEL.replace("batch:", "**batch:**"), "and 'batch:' is none: it ends in ':'"),
    Fault("a term twice", SHAPES, MODEL, MODEL.replace("batch", "**batch**"), MODEL.replace("batch", "**batch**"), "'batch' is bold in line 7 too: leave it so where it is explained"),
    # syllabus.toml
    Fault("a syllabus without chapters", SYLLABUS, WHOLE, "x = 1\n", "", "there is nothing to teach here: write it under [[chapter]]"),
    Fault("a syllabus that is not TOML", SYLLABUS, WHOLE, "x = 1\nx = \n", "x =", "this is not TOML"),
    Fault("a syllabus's chapter without a title", SYLLABUS, WHOLE, '[[chapter]]\nid = "a"\n', "", "a chapter needs an id and a title; this one has id"),
    Fault("a syllabus's chapter without items", SYLLABUS, WHOLE, '[[chapter]]\nid = "a"\ntitle = "A"\n', "", "give the chapter a its items = [...]"),
    Fault("an item without its kind", SYLLABUS, WHOLE, CHAPTER + 'items = [{ number = 1, seed = "s", text = "One" }]\n', "", "an item of a is {'number': 1, 'seed': 's', 'text': 'One'}; write it as { number = 1"),
    Fault("an item twice", SYLLABUS, WHOLE, f"{CHAPTER}items = [\n{ITEM},\n{ITEM},\n]\n", f"{ITEM},", "2 items have the number 1: give each its own"),
    Fault("teaches no item", TOML, "minutes = 10", "minutes = 10\nteaches = [2]", "teaches = [2]", "first_steps/lines teaches 2, which is no item of syllabus.toml", more=((SYLLABUS, WHOLE, f"{CHAPTER}items = [{ITEM}]\n"),)),
    Fault("teaches an item twice", TOML, "minutes = 10", "minutes = 10\nteaches = [1, 1]", "teaches = [1, 1]", "first_steps/lines names 1 2 times under teaches", more=((SYLLABUS, WHOLE, f"{CHAPTER}items = [{ITEM}]\n"),)),
    Fault("preload that is a text", TOML, "preload = []", 'preload = "math"', 'preload = "math"            # what lessons import beside torch: ["torchvision"]; imported once, ahead of all jobs', "preload of the course must be a list of texts"),
    Fault("teaches a word", TOML, "minutes = 10", 'minutes = 10\nteaches = ["one"]', 'teaches = ["one"]', "teaches of the lesson 'Fit a line' must be a list of whole numbers above 0"),
    Fault("an empty title", TOML, 'title = "Fit a line" ', 'title = "" ', 'title = ""    # the same as the first heading of the .md', "title of the lesson 'lines' must be a text that is not empty"),
    # head and steps
    Fault("no step", TOML, "", WORDS, "# Words", "there is no step: begin one with a heading", WORDS_MD, ((WORDS_MD, WHOLE, "# Words\n\nAll of it.\n"), (WORDS_PY, WHOLE, '"""Nothing."""\n'))),
    Fault("no title", SHAPES, "# Shapes that fit\n", "", "Add the batch dimension that a model expects, and mend a sum whose shapes do not fit.", "there is no title"),
    Fault("no objective", SHAPES, "Add the batch dimension that a model expects, and mend a sum whose shapes do not fit.\n", "", "# Shapes that fit", "there is no objective"),
    Fault("an empty step", SHAPES, "## Write add_batch", "## Nothing yet\n\n## Write add_batch", "## Nothing yet", "is empty: write its text"),
    Fault("a heading twice", SHAPES, "## Mend the sum", "## Write add_batch", "## Write add_batch", "another step has the heading"),
    Fault("two exercises in a step", SHAPES, "## Mend the sum\n", "", BROKEN, "this is a second exercise in one step"),
    Fault("text before the first step", SHAPES, "## One image, one batch\n", "Words.\n", "Words.", "this stands before the first step"),
    Fault("a step too long", SHAPES, "A single image has no first dimension.", "\n\n".join(["A row."] * 30), "## One image, one batch", "rows at 80x24, and 38 are two screens"),
    Fault("a line that is cut", SHAPES, "must match the size of tensor b (3)", "must match the size of tensor b (3) at non-singleton dimension 1", "RuntimeError: The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1", "at 80 columns 76 are shown"),
    Fault("a heading without letters", SHAPES, "## Mend the sum", "## ...", "## ...", "the heading of a step needs a letter or digit"),
    Fault("a demo and an exercise in a step", LINES, "## One step of training\n", "", "```python order train_step", "a step holds at most one demo or one exercise"),
    # fences
    Fault("a fence never closed", SHAPES, "matrix = torch.ones(4, 3)\nbias = torch.tensor([1.0, 2.0, 3.0])  # one for each row\ntotal = matrix + bias\n```\n\n> shape\n\n</details>\n", "matrix = 1\n", "```python mistake total", "this fence is never closed"),
    Fault("another name for python", SHAPES, "```python\nimport torch", "```py\nimport torch", "```py", "write this fence as ```python"),
    Fault("an unknown role", SHAPES, "```python solution add_batch", "```python soluton add_batch", "```python soluton add_batch", "cannot be 'soluton'; did you mean solution?"),
    Fault("a role without a name", SHAPES, STARTER, "```python starter", "```python starter", "this starter needs a name"),
    Fault("an output of nothing", SHAPES, "print(image.shape)\n```\n", "print(image.shape)\n```\n\nWords.\n", "```output", "there is none"),
    Fault("code that is not formatted", SHAPES, "image = torch.zeros(3, 8, 8)", "image = torch.zeros(3,8,8)", "image = torch.zeros(3,8,8)", "this code is not formatted: ruff would write 'image = torch.zeros(3, 8, 8)'"),
    Fault("a solution that is not formatted", SHAPES, "matrix + bias.unsqueeze(1)", "matrix+bias.unsqueeze(1)", "total = matrix+bias.unsqueeze(1)", "this code is not formatted"),
    Fault("code without its empty lines", SHAPES, "import torch\n\nimage", "def f(x):\n    return x\nimport torch\n\nimage", "import torch", "this code is not formatted: ruff would write an empty line here"),
    Fault("settings of ruff that are none", "ruff.toml", WHOLE, "line-length = 'wide'\n", "", "ruff could not format the code of the lessons"),
    Fault("a role in a list", SHAPES, "## Which call", "- A list.\n\n  ```python solution x\n  x = 1\n  ```\n\n## Which call", "```python solution x", "stands in a list or quotation; begin it at the margin"),
    Fault("a role in another language", SHAPES, "```python solution total", "```text solution total", "```text solution total", "this solution is in no language that runs: write ```python solution total"),
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
    Fault("a hint without a summary", SHAPES, f"{HINT}\n\nCount", "<details>\n\nCount", "<details>", "<details> needs a <summary>: <details><summary>Hint</summary>"),
    Fault("a hint that is empty", SHAPES, LAST_HINT, "", HINT, "this hint says nothing"),
    Fault("a hint without an exercise", SHAPES, "## Which call", f"{HINT}\n\nWords.\n\n</details>\n\n## Which call", HINT, "this hint stands in a step without an exercise"),
    Fault("a hint in a hint", SHAPES, LAST_HINT, f"{HINT}\n\nWords.", HINT, "this <details> stands in the one of line 63: close that"),
    Fault("an end of nothing", SHAPES, "## Which call", "</details>\n\n## Which call", "</details>", "this </details> closes nothing"),
    Fault("a hint that is never closed", SHAPES, "> shape\n\n</details>\n", "> shape\n", "<details><summary>Solution and common mistakes</summary>", "this <details> is never closed"),
    # exercises
    Fault("one option", SHAPES, OTHER_OPTIONS, "", "- [x] `image.unsqueeze(0)`", "a choice needs two options or more"),
    Fault("no right option", SHAPES, RIGHT_OPTIONS, RIGHT_OPTIONS.replace("[x]", "[ ]"), "- [ ] `image.unsqueeze(0)`", "no option of this choice is right: mark one with [x]"),
    Fault("a solution of a choice", SHAPES, "## Write add_batch", "```python solution call\nx = 1\n```\n\n## Write add_batch", "```python solution call", "choice exercises have no solution: drop it"),
    Fault("a solution of nothing", SHAPES, "## Which call", "```python solution nothing\nx = 1\n```\n\n## Which call", "```python solution nothing", "this solution of nothing belongs to no exercise"),
    Fault("a second solution", SHAPES, ADD_BATCH_MISTAKE, ADD_BATCH_MISTAKE + "\n```python solution add_batch\nadd_batch = 1\n```\n", "```python solution add_batch", "this is a second solution of add_batch; keep one"),
    Fault("an exercise of the same name", LINES, "## Watch it fit", f"## Again\n\n```python predict shape_of_x\ny.shape\n```\n\n{HINT}\n\nRows.\n\n</details>\n\n## Watch it fit", "```python predict shape_of_x", "another exercise is named shape_of_x"),
    Fault("too few lines to order", LINES, "```python order train_step\nloss = loss_fn(model(X), y)\noptimizer.zero_grad()\n", "```python order train_step\n\n", "```python order train_step", "the order train_step needs 3 different lines or more"),
    Fault("settings that are not TOML", LINES, "lr = 1.0", "lr = ", "lr =", "these settings are not TOML"),
    Fault("a setting of another kind", LINES, "lr = 1.0", 'lr = "high"', "```toml mistake close", "lr cannot be 'high': it is a float"),
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
    Fault("a demo shown twice", LINES, "## One step of training", f"## Again\n\n{RUN}\n\n## One step of training", RUN, "the demo fit_line is linked twice"),
    Fault("a demo of another lesson", LINES, RUN, RUN.replace("lines.py", "shapes.py"), RUN.replace("lines.py", "shapes.py"), "a demo stands in the lesson's own file: link to lines.py#fit_line"),
    Fault("a link without a demo's name", LINES, RUN, RUN.replace("#fit_line", ""), RUN.replace("#fit_line", ""), "this link names no demo: write lines.py#name_of_the_function"),
    Fault("a link within a sentence", LINES, RUN, f"See it: {RUN}", f"See it: {RUN}", "the link to lines.py#fit_line must stand alone in its paragraph"),
    # the .py
    Fault("a check that takes nothing", SHAPES_PY, "def check_total(total)", "def check_total()", "def check_total():", "check_total takes nothing; name what it judges"),
    Fault("a judge of two things", LINES_PY, "def check_close(results)", "def check_close(results, other)", TUNE, "check_close must take one parameter: the list of what each run gave", LINES),
    Fault("a demo that is handed no run", LINES_PY, "    run,\n", "    walk,\n", "def fit_line(", "the first parameter of the demo fit_line must be `run`"),
    Fault("a budget that is not written out", LINES_PY, "@budget(seconds=60)", "@budget(60)", "@budget(60)", "write the budget as @budget(seconds=60)"),
    Fault("controls without names", LINES_PY, STEPS, f"{STEPS}    **more,\n", "def fit_line(", "fit_line takes *args or **kwargs; each control is a parameter with a name"),
    Fault("a control without a type", LINES_PY, STEPS, "    steps=50,\n", "steps=50,", "the control steps has no type"),
    Fault("a control of no known type", LINES_PY, STEPS, "    steps: list = 50,\n", "steps: list = 50,", "steps cannot be a control of type list"),
    Fault("a control without a default", LINES_PY, "log=True)] = 0.01", "log=True)]", "lr: Annotated[float, Range(1e-3, 1, log=True)],", "the control lr has no default"),
    Fault("a default that is computed", LINES_PY, "] = 50", "] = 5 * 10", "steps: Annotated[int, Range(10, 1000)] = 5 * 10,", "the default of steps must be written out as a literal"),
    Fault("a default that is no number", LINES_PY, "log=True)] = 0.01", "log=True)] = True", "lr: Annotated[float, Range(1e-3, 1, log=True)] = True,", "the default of lr must be a number, not True"),
    Fault("a whole number with a broken bound", LINES_PY, "Range(10, 1000)", "Range(0.5, 1000)", "steps: Annotated[int, Range(0.5, 1000)] = 50,", "steps is an int: its bounds and its default must be whole numbers"),
    Fault("one bound", LINES_PY, "Range(10, 1000)", "Range(10)", "steps: Annotated[int, Range(10)] = 50,", "write the bounds of steps out: Range(1e-4, 1)"),
    Fault("bounds the wrong way round", LINES_PY, "Range(10, 1000)", "Range(1000, 10)", "steps: Annotated[int, Range(1000, 10)] = 50,", "the Range of steps needs a low bound below its high bound"),
    Fault("factors from zero", LINES_PY, "Range(1e-3, 1, log=True)", "Range(0, 1, log=True)", "lr: Annotated[float, Range(0, 1, log=True)] = 0.01,", "the Range of lr needs a low bound above 0 and below its high bound"),
    Fault("a switch that is a number", LINES_PY, STEPS, "    steps: bool = 50,\n", "steps: bool = 50,", "steps is a switch: its default is True or False"),
    Fault("a choice twice", LINES_PY, STEPS, '    steps: Literal["a", "a"] = "a",\n', 'steps: Literal["a", "a"] = "a",', "the choices of steps must be different texts"),
    Fault("a default that is no choice", LINES_PY, STEPS, '    steps: Literal["a", "b"] = "c",\n', 'steps: Literal["a", "b"] = "c",', "the default of steps is 'c', which is none of a, b"),
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
    Fault("a prediction that any answer meets", LINES, "X.shape\n```", 'print("(no such answer)")\n```', "```python predict shape_of_x", "shape_of_x takes any answer as right"),
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
    Fault("a demo that shows nothing", LINES, "## One step of training", "## Quiet\n\n[Run: nothing](lines.py#quiet)\n\n## One step of training", "[Run: nothing](lines.py#quiet)", "the demo quiet shows nothing: log points, show a picture or table", more=((LINES_PY, "def check_train_step", 'def quiet(run):\n    """Is there anything?"""\n\n\ndef check_train_step'),)),
    Fault("a demo that fails", LINES_PY, '    run.scatter("the line"', '    model.nothing()\n    run.scatter("the line"', RUN, "the demo fit_line fails at its defaults (line 3", LINES),
    Fault("a demo over its budget", LINES_PY, "def fit_line(", "@budget(seconds=0.5)\ndef fit_line(", RUN, "the demo fit_line fails at its defaults", LINES),
    Fault("a demo that asks for the network", LINES_PY, '    run.data("5 points', '    try:\n        __import__("socket").create_connection(("203.0.113.1", 80))\n    except OSError:\n        pass\n    run.data("5 points', RUN, "this asks for the network (203.0.113.1)", LINES),
]  # fmt: skip

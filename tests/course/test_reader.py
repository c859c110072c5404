"""A lesson's pair of files becomes a Lesson, and each departure from the format names its file, line and way on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.course.small_course import replace_in, write_small_course
from tutor.course.catalog import open_course
from tutor.course.model import Choice, Code, Example, Lesson, Order, Predict, Text, Tune
from tutor.course.outline import CourseError
from tutor.course.reader import read_lesson

HEAD = "# Shapes\n\nThe objective.\n\n## A step\n\n"
"""What the small texts below stand under: their first line is line 7."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


def read(folder: Path, markdown: str | None = None) -> Lesson:
    if markdown is not None:
        (folder / "basics/shapes.md").write_text(markdown, encoding="utf-8")
    return read_lesson(open_course(folder), "basics/shapes")


class TestGoodLessons:
    """The small course uses every feature."""

    def test_the_head(self, folder: Path) -> None:
        lesson = read(folder)
        assert (lesson.id, lesson.title) == ("basics/shapes", "Shapes")
        assert lesson.objective == "Read the shape of a tensor, and change it."
        assert lesson.path == folder / "basics/shapes.md"

    def test_steps_have_slugs_and_lines(self, folder: Path) -> None:
        lesson = read(folder)
        lines = (folder / "basics/shapes.md").read_text().split("\n")
        assert [step.id for step in lesson.steps][:3] == ["six-numbers", "watch-it-learn", "which-shape"]
        assert [lines[step.line - 1] for step in lesson.steps] == [f"## {step.title}" for step in lesson.steps]

    def test_prose_and_examples_alternate(self, folder: Path) -> None:
        step = read(folder).steps[0]
        first, example, between, last = step.blocks
        assert first == Text("Six numbers lie in a row; `reshape` gives them *rows*.", 10)
        assert example == Example(
            "import torch\n\nx = torch.arange(6)\nx.reshape(2, 3)", "tensor([[0, 1, 2],\n        [3, 4, 5]])", 12
        )
        assert isinstance(between, Text)
        assert between.markdown == "They are the same numbers.\n\n```text\npython does not run this\n```"
        assert isinstance(last, Example) and last.output == "twice the ...: 30"

    def test_a_demo(self, folder: Path) -> None:
        step = read(folder).steps[1]
        assert step.exercise is None and step.demo is not None
        demo = step.demo
        assert (demo.id, demo.label, demo.seconds) == ("descend", "watch the weight", 30.0)
        assert demo.question == "Which learning rate finds the weight?"
        assert [control.name for control in demo.controls] == ["lr", "steps", "optimizer", "noise"]
        assert [control.live for control in demo.controls] == [True, False, False, False]

    def test_a_choice(self, folder: Path) -> None:
        exercise = read(folder).steps[2].exercise
        assert isinstance(exercise, Choice)
        assert (exercise.id, exercise.several) == ("which-shape", True)
        assert [(option.text, option.right) for option in exercise.options] == [
            ("`(2, 3)`", False),
            ("`(3, 2)`", True),
            ("`torch.Size([3, 2])`", True),
        ]
        assert exercise.options[2].why == "That is how PyTorch\nprints it."
        assert exercise.hints == ("Rows come first.",)

    def test_a_prediction_knows_the_examples_above_it(self, folder: Path) -> None:
        exercise = read(folder).steps[3].exercise
        assert isinstance(exercise, Predict)
        assert (exercise.id, exercise.code) == ("rows", "y.shape")
        assert exercise.before[-1] == "y = x.reshape(3, 2)" and len(exercise.before) == 3
        assert exercise.hints == ("Count the rows.", "`reshape(rows, columns)`.")

    def test_an_example_below_a_prediction_is_not_run_before_it(self, folder: Path) -> None:
        replace_in(
            folder / "basics/shapes.md",
            "<details>\n<summary>Hint</summary>",
            "```python\nz = 1\n```\n\n<details>\n<summary>Hint</summary>",
        )
        exercise = read(folder).steps[3].exercise
        assert isinstance(exercise, Predict)
        assert "z = 1" not in exercise.before

    def test_code_to_write(self, folder: Path) -> None:
        exercise = read(folder).steps[4].exercise
        assert isinstance(exercise, Code)
        assert (exercise.id, exercise.kind, exercise.takes, exercise.seconds) == (
            "add_batch",
            "code",
            ("add_batch",),
            10.0,
        )
        assert exercise.starter == "def add_batch(image):\n    ..."
        assert exercise.solution.endswith("unsqueeze(0)")
        (mistake,) = exercise.mistakes
        assert mistake.code.endswith("unsqueeze(-1)")
        assert mistake.sentence == "Your batch dimension is the last one"

    def test_a_bug_to_mend(self, folder: Path) -> None:
        exercise = read(folder).steps[5].exercise
        assert isinstance(exercise, Code)
        assert (exercise.id, exercise.kind, exercise.takes) == ("total", "fix", ("total",))

    def test_lines_to_order(self, folder: Path) -> None:
        exercise = read(folder).steps[6].exercise
        assert isinstance(exercise, Order)
        assert exercise.lines[0] == "loss = (weight - 3) ** 2" and len(exercise.lines) == 4
        assert exercise.solution.split("\n")[:2] == [
            "def train_step(weight, optimizer):",
            "    loss = (weight - 3) ** 2",
        ]
        (mistake,) = exercise.mistakes
        assert mistake.code.split("\n")[2:4] == ["    loss.backward()", "    optimizer.zero_grad()"]
        shuffled = exercise.shuffled()
        assert sorted(shuffled) == sorted(exercise.lines) and shuffled != exercise.lines

    def test_a_target_to_reach(self, folder: Path) -> None:
        step = read(folder).steps[7]
        assert step.demo is None and isinstance(step.exercise, Tune)
        exercise = step.exercise
        assert (exercise.id, exercise.demo.id, exercise.demo.label) == (
            "near",
            "descend",
            "come within 0.01 of the target",
        )
        assert exercise.solution == {"lr": 0.2, "steps": 50}
        assert exercise.mistakes[0].values == {"lr": 0.0001, "optimizer": "Adam"}
        assert exercise.seconds == 60.0

    def test_folds_and_fences_of_exercises_are_no_prose(self, folder: Path) -> None:
        prose = "\n".join(b.markdown for s in read(folder).steps for b in s.blocks if isinstance(b, Text))
        for gone in (
            "details",
            "summary",
            "solution",
            "mistake",
            "starter",
            "> ",
            "[Run",
            "[Tune",
            "- [",
            "a word to authors",
        ):
            assert gone not in prose

    def test_a_lesson_of_words_needs_no_code(self, folder: Path) -> None:
        (folder / "basics/words.py").unlink()
        assert read_lesson(open_course(folder), "basics/words").steps[0].title == "One thought"

    def test_windows_line_ends_change_nothing(self, folder: Path) -> None:
        before = read(folder)
        for name in ("basics/shapes.md", "basics/shapes.py"):
            (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))
        assert read(folder) == before

    def test_reading_is_quick(self, folder: Path) -> None:
        course = open_course(folder)
        read_lesson(course, "basics/shapes")  # markdown-it is imported once
        seconds = []
        for _ in range(5):
            began = time.perf_counter()
            read_lesson(course, "basics/shapes")
            seconds.append(time.perf_counter() - began)
        assert min(seconds) < 0.03


class TestProse:
    """Prose stays word for word, whatever Markdown it is."""

    @pytest.mark.parametrize(
        "prose",
        [
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "> A quotation\n> of two lines",
            "- a list\n- of [two](https://example.org)",
            "1. one\n2. two\n\n   ```python\n   nested()\n   ```",
            "### A heading below a step\n\nand *its* text",
            "See [its documentation](https://example.org/reshape.py#L3).",
            "[a page](https://example.org/page.py#L3)",
            "[what it uses](../data.py)",
            "```bash\npip install torch\n```",
            "```toml\na = 1\n```",
            "    an indented block",
            "<b>bold</b> words",
            "a  \nbreak\\\nand [ ] brackets",
        ],
    )
    def test_it_is_kept(self, folder: Path, prose: str) -> None:
        (step,) = read(folder, HEAD + prose + "\n").steps
        assert step.blocks == (Text(prose, 7),)

    def test_a_fold_that_is_no_hint_is_not_read(self, folder: Path) -> None:
        fold = (
            "Words.\n\n<details><summary>More</summary>\n\n```python\nnot_run()\n```\n\nGone.\n\n</details>\n\nAfter.\n"
        )
        (step,) = read(folder, HEAD + fold).steps
        assert step.blocks == (Text("Words.", 7), Text("After.", 19))

    def test_a_fence_may_hold_what_looks_like_markdown(self, folder: Path) -> None:
        (step,) = read(folder, HEAD + '````python\nprint("""\n# no title\n```\n""")\n````\n').steps
        assert step.blocks == (Example('print("""\n# no title\n```\n""")', None, 7),)

    def test_a_heading_may_have_marks(self, folder: Path) -> None:
        lesson = read(folder, "# The `view` *trap*\n\nThe objective.\n\n## What `x[0]` is\n\nWords.\n")
        assert lesson.title == "The view trap"
        assert (lesson.steps[0].title, lesson.steps[0].id) == ("What x[0] is", "what-x-0-is")


STARTER = "```python starter add_batch\n...\n```\n\n"
SOLUTION = "```python solution add_batch\n1\n```\n\n"
ORDER = "```python order train_step\na\nb\nc\n```\n\n"
TUNE = "[Tune: near](shapes.py#descend)\n\n"
NEAR = "```toml solution near\nlr = 0.2\n```\n\n"
CHOICE = "- [x] yes\n\n  It is.\n\n- [ ] no\n\n  It is not.\n\n"
HINT = "<details><summary>Hint</summary>\n\nLook.\n\n</details>\n"

STEP_FAULTS = [
    # fences
    ("```python soluton add_batch\n1\n```", 7, "a python fence cannot be 'soluton'; did you mean solution?"),
    ("```python xyz add_batch\n1\n```", 7, "a python fence cannot be 'xyz'; known are predict, starter"),
    ("```toml starter near\nlr = 1\n```", 7, "a toml fence cannot be 'starter'; known are solution, mistake"),
    ("```python starter\n...\n```", 7, "this starter needs a name: ```python starter add_batch"),
    ("```python predict a-b\n1\n```", 7, "this predict needs one name, of letters, digits and _"),
    ("```python predict a b\n1\n```", 7, "this predict needs one name"),
    ("```python predict rows\n\n```", 7, "this predict is empty"),
    ("```py\n1\n```", 7, "write this fence as ```python, not ```py"),
    ("```Python predict a\n1\n```", 7, "write this fence as ```python predict a"),
    ("```pyton predict a\n1\n```", 7, "write ```python predict a"),
    ("Words.\n\n```python\n1\n", 9, "this fence is never closed: end it with a line ```"),
    ("- one\n\n  ```python predict a\n  1\n  ```", 9, "stands in a list or quotation; begin it at the margin"),
    ("```output\n1\n```", 7, "an output fence states what the python fence right above it prints; there is none"),
    ("```python\n1\n```\n\nWords.\n\n```output\n1\n```", 13, "an output fence states"),
    ("```python\n1\n```\n\n```output\n1\n```\n\n```output\n1\n```", 15, "an output fence states"),
    # demos
    ("[Run: x](shapes.py#nothing)", 7, "shapes.py has no function nothing"),
    ("[Run: x](shapes.py#desend)", 7, "shapes.py has no function desend; did you mean descend?"),
    ("[Run: x](shapes.py)", 7, "this link names no demo: write shapes.py#name_of_the_function"),
    ("[Run: x](words.py#descend)", 7, "a demo stands in the lesson's own file: link to shapes.py#descend"),
    ("Now [run it](shapes.py#descend) at once.", 7, "must stand alone in its paragraph to run a demo"),
    ("[a](shapes.py#descend)\n\n[b](shapes.py#descend)", 9, "a step holds at most one demo or one exercise"),
    ("[a](shapes.py#descend)\n\n" + CHOICE, 9, "a step holds at most one demo or one exercise"),
    ("[a](shapes.py#descend)\n\n## B\n\n[b](shapes.py#descend)", 11, "the demo descend is linked twice"),
    # choices
    (
        "- [x] yes\n\n  It is.\n\n- no\n\n  It is not.",
        11,
        "this item of a task list has no box: begin it with [ ] or [x]",
    ),
    ("- [x] yes\n\n  It is.\n\n- [ ] no", 11, "the option 'no' has no reason: say why it is wrong"),
    ("- [x] yes\n- [ ] no\n\n  It is not.", 7, "the option 'yes' has no reason: say why it is right"),
    ("- [ ] yes\n\n  No.\n\n- [ ] no\n\n  No.", 7, "no option of this choice is right: mark one with [x]"),
    ("- [x] yes\n\n  It is.", 7, "a choice needs two options or more"),
    (CHOICE + "Or:\n\n" + CHOICE, 17, "this is a second exercise in one step"),
    (CHOICE + SOLUTION, 15, "choice exercises have no solution"),
    # code
    (STARTER, 7, "add_batch has no solution: add a fence ```python solution add_batch"),
    (STARTER + SOLUTION + SOLUTION, 15, "this is a second solution of add_batch; keep one"),
    (SOLUTION, 7, "this solution of add_batch belongs to no exercise"),
    (
        STARTER + "```python solution total\n1\n```",
        11,
        "this solution is named total, but the exercise of this step is add_batch",
    ),
    (STARTER + SOLUTION + "```python mistake add_batch\n2\n```", 15, "needs a quotation below it"),
    (STARTER + SOLUTION + "```python mistake add_batch\n2\n```\n\nWords.", 15, "needs a quotation below it"),
    (STARTER + SOLUTION + "```python mistake total\n2\n```\n\n> No", 15, "this mistake is named total"),
    (STARTER + SOLUTION + "```python before add_batch\n2\n```", 15, "code exercises have no before"),
    (STARTER + NEAR, 11, "this solution is named near"),
    (STARTER + "```toml solution add_batch\na = 1\n```", 11, "write this solution as ```python solution add_batch"),
    (
        STARTER.replace("add_batch", "new") + SOLUTION.replace("add_batch", "new"),
        7,
        "write def check_new(...) in shapes.py",
    ),
    (STARTER + SOLUTION + "## B\n\n" + STARTER + SOLUTION, 17, "another exercise is named add_batch"),
    (STARTER + STARTER, 11, "this is a second exercise in one step"),
    # order
    ("```python order train_step\na\nb\na\n```", 7, "the order train_step needs 3 different lines or more"),
    (ORDER + SOLUTION.replace("add_batch", "train_step"), 13, "order exercises have no solution"),
    (ORDER + "```python mistake train_step\na\nb\nd\n```\n\n> No", 13, "must have the same lines as its order"),
    ("```python before train_step\nx:\n```\n\n" * 2 + ORDER, 11, "this is a second before of train_step"),
    ("```python before train_step\nx:\n```", 7, "this before of train_step belongs to no exercise"),
    (ORDER.replace("train_step", "new"), 7, "new has no check"),
    # tune
    (TUNE, 7, "this tune has no solution, which also names it"),
    (TUNE.replace("descend", "desend") + NEAR, 7, "shapes.py has no function desend"),
    (TUNE + "```toml solution near\nlr = \n```", 10, "these settings are not TOML"),
    (TUNE + "```toml solution near\nrate = 1\n```", 9, "the demo descend has no control rate"),
    (TUNE + "```toml solution near\nlr = 7.0\n```", 9, "lr goes from 0.0001 to 1; 7.0 is outside"),
    (TUNE + '```toml solution near\nlr = "0.1"\n```', 9, "lr cannot be '0.1': it is a float"),
    (TUNE + "```toml solution near\noptimizer = true\n```", 9, "optimizer cannot be True: it is a choice"),
    (TUNE + NEAR + "```toml mistake near\nlr = 0.1\n```", 13, "needs a quotation below it"),
    # hints and folds
    ("Words.\n\n" + HINT, 9, "this hint stands in a step without an exercise"),
    (CHOICE + "<details><summary>Hint</summary>\n\n</details>", 15, "this hint says nothing"),
    (CHOICE + "<details><summary>Hint</summary>\n\nLook.", 15, "this <details> is never closed"),
    (CHOICE + "Look.\n\n</details>", 17, "this </details> closes nothing"),
    (CHOICE + "<details><summary>Hint</summary>\n\n" + HINT, 17, "this <details> stands in the one of line 15"),
    (CHOICE + "<details><summary>Hint</summary>\nLook.\n\n</details>", 16, "leave an empty line"),
    (CHOICE + "<details>\n\nLook.\n\n</details>", 15, "<details> needs a <summary>"),
    (
        STARTER + "<details><summary>Hint</summary>\n\n" + SOLUTION + "</details>",
        13,
        "the solution of add_batch stands in a hint",
    ),
    (
        "<details><summary>More</summary>\n\n" + STARTER + "</details>",
        9,
        "the starter of add_batch stands in <details>",
    ),
    # steps
    ("", 5, "the step 'A step' is empty"),
    ("<!-- nothing yet -->", 5, "the step 'A step' is empty"),
    ("Words.\n\n## A step\n\nWords.", 9, "another step has the heading 'A step'"),
    ("Words.\n\n## ?!\n\nWords.", 9, "the heading of a step needs a letter or digit"),
    ("Words.\n\n# Another\n\nWords.", 9, "this is a second title: begin a step with ## ..."),
]


@pytest.mark.parametrize(
    ("body", "line", "problem"), STEP_FAULTS, ids=[f"{i}-{f[2][:30]}" for i, f in enumerate(STEP_FAULTS)]
)
def test_a_fault_in_a_step_names_its_line(folder: Path, body: str, line: int, problem: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(folder, HEAD + body + "\n")
    assert problem in caught.value.problem
    assert (caught.value.path, caught.value.line) == (folder / "basics/shapes.md", line)
    assert str(caught.value).startswith(f"{caught.value.path}:{line}: ")


@pytest.mark.parametrize(
    ("markdown", "line", "problem"),
    [
        ("", 1, "there is no title: begin the file with # and the lesson's title"),
        ("Words.\n\n# Shapes\n", 1, "there is no title"),
        ("## A step\n\nWords.\n", 1, "there is no title"),
        ("# Shapes\n\n## A step\n\nWords.\n", 1, "there is no objective: write one or two sentences under the title"),
        ("# Shapes\n\n- a list\n\n## A step\n\nWords.\n", 1, "there is no objective"),
        ("# Shapes\n\nThe objective.\n", 1, "there is no step: begin one with a heading, ## ..."),
        ("# Shapes\n\nThe objective.\n\nMore words.\n\n## A step\n\nWords.\n", 5, "this stands before the first step"),
        ("# Shapes\n\nThe objective.\n\nMore words.\n", 5, "this stands before the first step"),
    ],
)
def test_a_fault_in_the_head_names_its_line(folder: Path, markdown: str, line: int, problem: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(folder, markdown)
    assert problem in caught.value.problem
    assert caught.value.line == line


def test_a_fault_in_a_signature_names_the_code(folder: Path) -> None:
    line = replace_in(folder / "basics/shapes.py", "noise: bool = False", "noise: float = 0.0")
    with pytest.raises(CourseError) as caught:
        read(folder)
    assert (caught.value.path, caught.value.line) == (folder / "basics/shapes.py", line)
    assert "the control noise has no bounds" in caught.value.problem


def test_the_check_of_a_tune_takes_the_results_alone(folder: Path) -> None:
    replace_in(folder / "basics/shapes.py", "def check_near(results)", "def check_near(results, weight)")
    with pytest.raises(CourseError, match="check_near must take one parameter"):
        read(folder)


def test_missing_code_is_a_fault_where_it_is_needed(folder: Path) -> None:
    (folder / "basics/shapes.py").unlink()
    with pytest.raises(CourseError, match=r"shapes\.md:42: this needs shapes\.py beside the \.md, which is not there"):
        read(folder)


def test_a_missing_lesson_says_so(folder: Path) -> None:
    (folder / "basics/shapes.md").unlink()
    with pytest.raises(CourseError, match=r"course\.toml lists basics/shapes: write it, or take it off the list"):
        read(folder)


def test_bytes_that_are_no_text_say_so(folder: Path) -> None:
    (folder / "basics/shapes.md").write_bytes(b"# \xff\xfe\n")
    with pytest.raises(CourseError, match="cannot be read"):
        read(folder)


@pytest.mark.parametrize(
    ("lesson_id", "mend"),
    [("basics/shape", "; did you mean basics/shapes"), ("shapes", "; did you mean basics/shapes?"), ("a/b", "")],
)
def test_an_unknown_lesson_offers_the_close_ones(folder: Path, lesson_id: str, mend: str) -> None:
    with pytest.raises(CourseError) as caught:
        read_lesson(open_course(folder), lesson_id)
    assert caught.value.problem.startswith(f"there is no lesson {lesson_id}{mend}")

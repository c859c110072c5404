"""The gate's parts that need no engine: what fits, what is spelled, what is formatted, what hints give away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.course.small_course import write_small_course
from tests.ui.fakes import FakeEngine
from tests.ui.helpers import opened
from tutor.course import author, fitting
from tutor.course.author import Finding, Report, check_course
from tutor.course.catalog import open_course
from tutor.course.fitting import count_rows
from tutor.course.formatting import check_format, find_ruff
from tutor.course.hints import check_hints
from tutor.course.model import Lesson
from tutor.course.reader import read_lesson
from tutor.course.wording import check_wording
from tutor.progress import Store
from tutor.ui.app import TutorApp

HEAD = "# Shapes\n\nThe objective.\n\n## A step\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_course(tmp_path)


def lesson(folder: Path, body: str) -> Lesson:
    (folder / "basics/shapes.md").write_text(HEAD + body + "\n")
    return read_lesson(open_course(folder), "basics/shapes")


class TestFit:
    """A step is measured as the screen draws it."""

    @pytest.mark.parametrize(
        "body",
        [
            "Words " * 60 + "\n\n" + "- an item of a list\n" * 8,
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n```text\na\nb\n```\n\n> quoted\n\n```python\nx = 1\ny = 2\n```\n\nAfter.",
            "```python\n" + "x = 1  # " + "long " * 30 + "\n```\n\n" + "Words.\n\n" * 20 + "```python\ny = 2\n```",
        ],
    )
    async def test_the_count_is_that_of_the_screen(self, folder: Path, tmp_path: Path, body: str) -> None:
        read = lesson(folder, body)
        course, store = open_course(folder), Store.open(tmp_path / "home")
        app = TutorApp(lambda: course, lambda: store, FakeEngine, "basics/shapes")  # type: ignore[arg-type]
        async with app.run_test(size=(80, 24)) as pilot:
            text = (await opened(pilot, "A step")).query_one("#text")
            assert text.size.height == fitting.ROWS
            if text.show_vertical_scrollbar:
                assert text.scrollable_content_region.width == fitting.COLUMNS
            rows = count_rows(read.steps[0])
            drawn = sum(child.region.height for child in text.children) + len(text.children) - 1
            assert rows == drawn
        store.close()

    def test_two_screens_are_enough(self, folder: Path) -> None:
        assert list(fitting.check_fit(lesson(folder, "Row.\n\n" * 19))) == []
        (finding,) = fitting.check_fit(lesson(folder, "Row.\n\n" * 20))
        assert "takes 39 rows at 80x24" in finding.message and finding.line == 5


class TestWording:
    """Prose alone, and each term as the field spells it."""

    @pytest.mark.parametrize(
        ("prose", "right"),
        [
            ("the pytorch way", "PyTorch"), ("a Numpy array", "NumPy"), ("with a Relu", "ReLU"), ("on the Gpu", "GPU"),
            ("back-propagation", "backpropagation"), ("Over-fitting", "overfitting"), ("cross entropy", "cross-entropy"),
            ("hyper-parameters", "hyperparameter"), ("the lables", "label"), ("an optimiser", "optimizer"),
            ("a mini batch", "mini-batch"), ("fine tuning", "fine-tune"), ("tensorboard", "TensorBoard"),
        ],
    )  # fmt: skip
    def test_a_variant_is_found(self, folder: Path, prose: str, right: str) -> None:
        (finding,) = check_wording(lesson(folder, f"First.\n\nThis is {prose} here.").path)
        assert f"is written {right!r}" in finding.message and finding.line == 9

    @pytest.mark.parametrize(
        "prose",
        [
            "PyTorch, NumPy, ReLU, GPUs, CUDA, scikit-learn, cross-entropy, mini-batches, fine-tuning, overfits",
            "`pytorch` and `numpy.array` and ``x ` cuda``", "see pytorch.org or https://numpy.org/doc",
            "[documentation](https://docs.pytorch.org/numpy)", "```text\npytorch\n```", "<!-- numpy -->\n\nWords.",
            "> numpy as somebody wrote it", "cuda:0 and file numpy.md", "a span `of\ncuda lines` ends",
        ],
    )  # fmt: skip
    def test_what_is_right_or_is_no_prose_is_left(self, folder: Path, prose: str) -> None:
        assert list(check_wording(lesson(folder, prose).path)) == []

    def test_links_that_lead_somewhere(self, folder: Path) -> None:
        links = (
            "[a](words.md), [b](../course.toml), [c](#a-step), [d](https://example.org/x.md), [e](words.md#one-thought)"
        )
        assert list(check_wording(lesson(folder, links).path)) == []


class TestHints:
    """A hint may show a piece of the solution, and not all of it."""

    CODE = (
        "Do it.\n\n```python starter add_batch\ndef add_batch(image):\n    ...\n```\n\n{hint}"
        "```python solution add_batch\ndef add_batch(image):\n    x = image.clone()\n    return x.unsqueeze(0)\n```\n"
    )

    def found(self, folder: Path, hint: str) -> list[str]:
        text = f"<details><summary>Hint</summary>\n\n{hint}\n\n</details>\n\n"
        return [finding.message for finding in check_hints(lesson(folder, self.CODE.replace("{hint}", text)))]

    def test_a_piece_is_a_hint(self, folder: Path) -> None:
        assert self.found(folder, "`x.unsqueeze(0)` comes last.") == []

    def test_the_whole_is_none(self, folder: Path) -> None:
        (problem,) = self.found(folder, "First `image.clone()`, then:\n\n```text\nx.unsqueeze( 0 )\n```")
        assert "holds the solution" in problem


class TestFormat:
    """With the settings of the course, and a word where it cannot be done."""

    LONG = "```python\nvalues = [" + ", ".join(["1000"] * 16) + "]\n```"

    def found(self, folder: Path, body: str) -> list[Finding]:
        ruff = find_ruff()
        assert ruff is not None
        return list(check_format(folder, [lesson(folder, body)], ruff))

    def test_the_nearest_settings_count(self, folder: Path) -> None:
        assert len(self.found(folder, self.LONG)) == 1
        (folder.parent / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n")
        assert self.found(folder, self.LONG) == []
        (folder / "ruff.toml").write_text("line-length = 60\n")
        assert len(self.found(folder, self.LONG)) == 1

    def test_broken_settings_are_a_finding(self, folder: Path) -> None:
        (folder / "ruff.toml").write_text("line-length = 'wide'\n")
        (finding,) = self.found(folder, self.LONG)
        assert finding.path == folder / "ruff.toml" and "ruff could not format" in finding.message

    def test_code_that_is_no_python_and_places_to_fill_in_are_left(self, folder: Path) -> None:
        assert (
            self.found(folder, "```python\nx = (\n```\n\n```text\nx=1\n```\n\n```python\ndef f():\n    ...\n```") == []
        )

    def test_without_ruff_it_says_so_and_remembers_nothing(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from tutor.course.passed import Passed

        monkeypatch.setattr(author, "find_ruff", lambda: None)
        passed, report = Passed(open_course(folder), folder.parent / "cache"), Report()
        read = read_lesson(open_course(folder), "basics/words")
        checking = author._Checking(open_course(folder), passed, report)
        assert list(checking.files([open_course(folder).by_id["basics/words"]])) == []
        assert report.notes == ["How code is formatted was not checked: that needs ruff, `pip install ruff`."]
        checking.done(read, [])
        assert open_course(folder).by_id["basics/words"] not in passed


def test_a_demo_that_is_late_is_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit that no demo keeps, it is measured again alone and warned of; the course still passes."""
    from tutor.client import Engine
    from tutor.course import trial

    monkeypatch.setattr(trial, "SOON", 0.0)

    async def check() -> list[Finding]:
        async with Engine() as engine:
            return [finding async for finding in check_course(folder, engine, ["basics/shapes"])]

    (warning,) = asyncio.run(check())
    assert warning.warning and "the demo descend shows nothing for" in warning.message
    assert warning.path.read_text().split("\n")[warning.line - 1] == "[Run: watch the weight](shapes.py#descend)"


def test_the_page_for_authors_makes_a_lesson_that_passes(tmp_path: Path) -> None:
    """docs/writing-a-course.md, followed to the letter."""
    import re

    from tutor.client import Engine
    from tutor.course.jobs import OFFLINE
    from tutor.course.new import write_course

    page = (Path(__file__).parents[2] / "docs/writing-a-course.md").read_text()

    def fence(pattern: str) -> str:
        found = re.search(pattern, page, re.DOTALL)
        assert found is not None
        return found[1]

    course = tmp_path / "my-course"
    write_course(course)
    with (course / "course.toml").open("a") as toml:
        toml.write("\n" + fence(r"```toml\n(.*?)```"))
    words = fence(r"````markdown\n(.*?)````") + "\n" + fence(r"```markdown\n(## Noise.*?)```")
    (course / "first_steps/mean.md").write_text(words)
    code = fence(r'```python\n(""".*?)```') + "\n\n" + fence(r"```python\n(from typing.*?)```")
    (course / "first_steps/mean.py").write_text(code)

    async def check() -> list[Finding]:
        async with Engine(preload=[OFFLINE]) as engine:
            return [finding async for finding in check_course(course, engine)]

    assert asyncio.run(check()) == []

"""`tutor watch` in a pseudo-terminal: files are saved, keys are pressed, and a real engine judges."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.course.small_course import write_small_course
from tests.terminal import Terminal
from tutor.cli import program
from tutor.commands.route import Route
from tutor.commands.setup import Problem
from tutor.commands.typed import settings_of, solution_markdown, spell, tidy
from tutor.course.catalog import open_course
from tutor.course.model import Exercise, Lesson
from tutor.course.reader import read_lesson
from tutor.progress import Store

RIGHT = "def add_batch(image):\n    return image[None]\n"
WRONG = "def add_batch(image):\n    print('\\x1b[5mshape', image.shape)\n    return image.unsqueeze(-1)\n"
ENDLESS = "def add_batch(image):\n    while True:\n        pass\n"
RAISES = "def add_batch(image):\n    return image.nowhere\n"
SHAPES = "basics/shapes"
IDS = ("small", SHAPES, "add_batch")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def small(tmp_path: Path, home: Path) -> Path:
    return write_small_course(tmp_path)


@pytest.fixture
def lesson(small: Path) -> Lesson:
    return read_lesson(open_course(small), SHAPES)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = Store.open(home)
    yield opened
    opened.close()


Watch = Callable[..., Terminal]


@pytest.fixture
def watch(small: Path, home: Path) -> Iterator[Watch]:
    opened: list[Terminal] = []

    def start(*words: str, **env: str) -> Terminal:
        arguments = ("-m", "tutor.cli", "--course", str(small), "watch", *words)
        opened.append(Terminal(*arguments, env={"TUTOR_HOME": str(home), **env}))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.__exit__()


def at_add_batch(terminal: Terminal) -> Terminal:
    """Wait for the first exercise, and go to the one that wants code."""
    terminal.until("q quit")
    terminal.press("l")
    terminal.until("go to number")
    terminal.press("3\r")
    terminal.until("add_batch.py")
    terminal.until("q quit")
    return terminal


def save(path: Path, text: str) -> None:
    """As careful editors do: a new file takes the place of the old."""
    other = path.with_suffix(".new")
    other.write_text(text)
    os.replace(other, path)


def outcomes(store: Store, exercise: str) -> list[str]:
    return [attempt.outcome for attempt in store.attempts("small", SHAPES, exercise)]


class TestFile:
    def test_every_save_is_checked_and_kept_before_it_is_shown(self, watch: Watch, store: Store) -> None:
        terminal = at_add_batch(watch("shapes"))
        path = store.answer_path(*IDS)
        assert path.read_text() == "def add_batch(image):\n    ...\n"
        path.write_text(WRONG)
        assert "✗ " in terminal.until("Your batch dimension is the last one; PyTorch expects it first.")
        assert outcomes(store, "add_batch") == ["failed"]
        assert "(1, 1, 2, 3)" in terminal.until("it printed") and "shape torch.Size" in terminal.until("attempt 1")
        terminal.press("n")
        terminal.until("Not passed yet; s skips it.")
        terminal.press("h")
        assert "Hint 1 of 1" in terminal.until("unsqueeze")
        save(path, RIGHT)
        terminal.until("✓ Right.")
        assert outcomes(store, "add_batch") == ["failed", "passed"]
        terminal.press("n")
        terminal.until("Mend the sum")
        terminal.press("q")
        assert terminal.wait() == 0 and terminal.mode == terminal.before
        assert [(help.kind, help.number) for help in store.help_taken(*IDS)] == [("hint", 1)]
        assert store.position("small") == (SHAPES, "mend-the-sum")
        assert b"\x1b[5m" not in terminal._raw  # what the answer prints does not steer the terminal

    def test_an_answer_that_is_there_is_left_as_it_is(self, watch: Watch, store: Store) -> None:
        store.save_answer(*IDS, RIGHT)
        terminal = at_add_batch(watch("shapes"))
        assert store.load_answer(*IDS) == RIGHT and outcomes(store, "add_batch") == []
        terminal.press("r")
        terminal.until("✓ Right.")

    def test_a_check_is_stopped_by_a_key_and_by_the_next_save(self, watch: Watch, store: Store) -> None:
        terminal = at_add_batch(watch("shapes"))
        path = store.answer_path(*IDS)
        path.write_text(ENDLESS)
        terminal.until("checking…")
        terminal.press("x")
        terminal.until("Stopped; nothing was judged.")
        path.write_text(ENDLESS + "\n")
        terminal.until("checking…")
        path.write_text(RIGHT)
        terminal.until("✓ Right.")
        assert outcomes(store, "add_batch") == ["passed"]

    def test_details_on_a_key(self, watch: Watch, store: Store) -> None:
        terminal = at_add_batch(watch("shapes"))
        terminal.press("d")
        terminal.until("There are no details.")
        store.answer_path(*IDS).write_text(RAISES)
        terminal.until("line 2 · attempt 1 · d shows the details")
        terminal.press("d")
        terminal.until("AttributeError")

    def test_the_editor_gets_the_terminal_and_what_it_saved_is_checked(self, watch: Watch, tmp_path: Path) -> None:
        editor = tmp_path / "editor.py"
        editor.write_text(
            "import sys, termios, pathlib\n"
            "print('by line:', bool(termios.tcgetattr(0)[3] & termios.ICANON))\n"
            f"pathlib.Path(sys.argv[1]).write_text({RIGHT!r})\n"
        )
        terminal = at_add_batch(watch("shapes", VISUAL=f"{sys.executable} {editor}"))
        terminal.press("e")
        terminal.until("by line: True")
        terminal.until("✓ Right.")
        assert not terminal.by_line

    def test_a_home_that_cannot_be_written_is_said(self, watch: Watch, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        terminal = watch("shapes", TUTOR_HOME=str(tmp_path / "file" / "home"))
        terminal.until("What you do now is not kept")
        terminal.press("l3\r")
        terminal.until("That file cannot be written; `tutor check basics/shapes add_batch FILE`")


class TestTyped:
    def test_a_choice_and_a_prediction(self, watch: Watch, store: Store) -> None:
        terminal = watch("shapes")
        terminal.until("q quit")
        terminal.press("1\r")
        terminal.until("✗ That is two rows of three.")
        terminal.press("a9\x7f23\r")
        terminal.until("Three rows of two")
        assert outcomes(store, "which-shape") == ["failed", "passed"]
        assert store.load_answer("small", SHAPES, "which-shape") == "2 3"
        terminal.press("n")
        terminal.until("How many rows?")
        terminal.press("anever\x1b")  # Esc: thought better of it
        terminal.press("a(2, 3)\r")
        terminal.until("✗ Not quite")
        terminal.press("a(3, 2)\r")
        terminal.until("✓ Right.")
        assert outcomes(store, "rows") == ["failed", "passed"]

    def test_an_order_and_settings(self, watch: Watch, store: Store, lesson: Lesson) -> None:
        order = lesson.exercises[4]
        assert order.kind == "order"
        right = "".join(str(order.shuffled().index(line) + 1) for line in order.lines)
        terminal = watch("shapes")
        terminal.until("q quit")
        terminal.press("l5\r")
        terminal.until("put in order")
        terminal.press("12\r")
        terminal.until("wants its 4 lines in order, each once")
        terminal.press(f"{right}\r")
        terminal.until("✓ Right.")
        terminal.press("n")
        terminal.until("lr=0.1")
        terminal.press("alr = 7\r")
        terminal.until("lr goes from 0.0001 to 1; 7 is outside.")
        terminal.press("alr = 0.0001, optimizer=Adam\r")
        terminal.until("✗ The weight hardly moved")
        terminal.press("alr=0.2 optimizer=sgd steps=50\r")
        terminal.until("✓ Right.")
        terminal.press("n")
        terminal.until("That was the last exercise. Not passed yet here: which-shape, rows, add_batch,")
        assert terminal.wait() == 0 and terminal.mode == terminal.before
        assert outcomes(store, "train_step") == ["passed"] and outcomes(store, "near") == ["failed", "passed"]

    def test_a_solution_is_shown_when_asked_twice_and_noted(self, watch: Watch, store: Store) -> None:
        terminal = at_add_batch(watch("shapes"))
        terminal.press("o")
        terminal.until("Show the solution before you have passed?")
        terminal.press("n")
        terminal.until("q quit")
        assert store.help_taken(*IDS) == []
        terminal.press("oy")
        terminal.until("return image.unsqueeze(0)")
        assert [help.kind for help in store.help_taken(*IDS)] == ["solution"]
        terminal.press("l2\roy")
        terminal.until("It gives:\n  torch.Size([3, 2])")

    def test_the_text_that_leads_here(self, watch: Watch, store: Store) -> None:
        terminal = watch("shapes")
        terminal.until("q quit")
        terminal.press("t?")
        terminal.until("Six numbers lie in a row")
        terminal.until("leave; all is kept")
        assert store.seen("small", SHAPES) == {"six-numbers", "watch-it-learn", "which-shape"}
        assert store.position("small") == (SHAPES, "which-shape")


class TestTerminal:
    @pytest.mark.parametrize("how", ["\x03", "\x1c", signal.SIGTERM, signal.SIGHUP])
    def test_it_is_given_back_when_the_program_is_ended(self, watch: Watch, home: Path, how: str | int) -> None:
        terminal = at_add_batch(watch("shapes"))
        assert not terminal.by_line
        if isinstance(how, str):
            terminal.press(how)
            number = {"\x03": signal.SIGINT, "\x1c": signal.SIGQUIT}[how]
        else:
            terminal.process.send_signal(how)
            number = signal.Signals(how)
        assert terminal.wait() == 128 + number and terminal.mode == terminal.before
        assert not (home / "tutor.log").exists()

    def test_ended_in_the_middle_of_a_check(self, watch: Watch, store: Store) -> None:
        terminal = at_add_batch(watch("shapes"))
        store.answer_path(*IDS).write_text(ENDLESS)
        terminal.until("checking…")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM and terminal.mode == terminal.before

    def test_a_terminal_that_goes_away(self, watch: Watch, home: Path) -> None:
        terminal = at_add_batch(watch("shapes"))
        terminal.hang_up()
        assert terminal.wait() in (0, 128 + signal.SIGHUP)
        assert not (home / "tutor.log").exists()

    def test_it_is_given_back_after_a_fault_of_ours(self, home: Path) -> None:
        script = (
            "import asyncio\nfrom tutor.commands.keyboard import Keyboard\n"
            "async def main():\n    with Keyboard(lambda: None) as keyboard:\n"
            "        print('ready', flush=True)\n        raise RuntimeError(await keyboard.key())\n"
            "asyncio.run(main())"
        )
        with Terminal("-c", script, env={}) as terminal:
            terminal.until("ready")
            assert not terminal.by_line
            terminal.press("\x1b[Aé")  # an arrow is no key here
            terminal.until("RuntimeError: é")
            assert terminal.wait() == 1 and terminal.mode == terminal.before

    def test_ctrl_z_gives_it_back_and_fg_takes_it_again(self, home: Path) -> None:
        script = (
            "import asyncio\nfrom tutor.commands.keyboard import Keyboard\n"
            "async def main():\n    with Keyboard(lambda: print('back', flush=True)) as keyboard:\n"
            "        print('ready', flush=True)\n        print('key', await keyboard.key())\n"
            "asyncio.run(main())"
        )
        with Terminal("-c", script, env={}) as terminal:
            terminal.until("ready")
            terminal.process.send_signal(signal.SIGTSTP)
            _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status) and terminal.mode == terminal.before
            terminal.process.send_signal(signal.SIGCONT)
            terminal.until("back")
            assert not terminal.by_line
            terminal.press("k")
            terminal.until("key k")
            assert terminal.wait() == 0 and terminal.mode == terminal.before


class TestWithout:
    def test_no_terminal_is_one_sentence(self, small: Path) -> None:
        result = CliRunner().invoke(program, ["--course", str(small), "watch", "shapes"])
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == "tutor: `tutor watch` needs a terminal, and this is none; `tutor check` needs none.\n"

    def test_a_lesson_without_exercises(self, watch: Watch) -> None:
        terminal = watch("words")
        terminal.until("basics/words has no exercises; `tutor show basics/words` prints it.")
        assert terminal.wait() == 2

    def test_all_passed(self, watch: Watch, store: Store, lesson: Lesson) -> None:
        for exercise in lesson.exercises:
            store.record("small", SHAPES, exercise.id, "passed", "", "", 0.0)
        terminal = watch()
        terminal.until("You have passed all exercises from here on")
        assert terminal.wait() == 0


class TestRoute:
    """Where it begins, and what comes next."""

    def route(self, small: Path, store: Store, lesson_id: str | None = None) -> Route:
        return Route(open_course(small), store, lesson_id, lambda problem: pytest.fail(problem))

    def started(self, route: Route) -> str:
        place = route.start()
        return place.exercise.id if place else ""

    def test_from_where_the_learner_is(self, small: Path, store: Store) -> None:
        assert self.started(self.route(small, store)) == "which-shape"
        store.see("small", SHAPES, "add-a-batch")
        assert self.started(self.route(small, store)) == "add_batch"
        store.record("small", SHAPES, "add_batch", "passed", "", "", 0.0)
        assert self.started(self.route(small, store)) == "total"

    def test_what_was_left_out_comes_when_nothing_is_ahead(self, small: Path, store: Store) -> None:
        store.see("small", SHAPES, "come-near")
        store.record("small", SHAPES, "near", "passed", "", "", 0.0)
        assert self.started(self.route(small, store)) == "which-shape"

    def test_a_lesson_that_is_passed_is_gone_through_again(self, small: Path, store: Store, lesson: Lesson) -> None:
        for exercise in lesson.exercises:
            store.record("small", SHAPES, exercise.id, "passed", "", "", 0.0)
        route = self.route(small, store, SHAPES)
        place = route.start()
        assert place and place.exercise.id == "which-shape"
        following = route.after(place)
        assert following and following.exercise.id == "rows"

    def test_a_lesson_that_cannot_be_read_is_said_and_passed_over(self, small: Path, store: Store) -> None:
        (small / "basics" / "shapes.md").unlink()
        said: list[str] = []
        assert Route(open_course(small), store, None, said.append).start() is None
        assert len(said) == 1 and "shapes.md" in said[0]


class TestAnswers:
    @pytest.mark.parametrize(
        ("exercise", "typed", "kept"),
        [
            (0, " 23 ", "2 3"),
            (0, "2, 3", "2 3"),
            (1, " (3, 2) ", "(3, 2)"),
            (4, "4123", "4 1 2 3"),
            (5, "lr = 0.2,steps=50", "lr=0.2\nsteps=50\noptimizer=SGD\nnoise=True"),
        ],
    )
    def test_as_they_are_kept(self, lesson: Lesson, exercise: int, typed: str, kept: str) -> None:
        assert tidy(lesson.exercises[exercise], typed, "noise=on\n") == kept

    def test_settings_that_are_none(self, lesson: Lesson) -> None:
        tune = lesson.exercises[5]
        assert tune.kind == "tune" and settings_of(tune, "nonsense") == settings_of(tune, None)
        assert spell(settings_of(tune, None)).startswith("lr=0.1\nsteps=20\n")
        with pytest.raises(Problem, match="There is no control 'speed'"):
            tidy(tune, "speed=1", None)

    def test_every_kind_but_a_prediction_has_its_solution(self, lesson: Lesson) -> None:
        def shown(exercise: Exercise) -> str:
            return solution_markdown(exercise)

        choice, predict, code, fix, order, tune = lesson.exercises
        assert "**2**: `(3, 2)`" in shown(choice) and "**3**" in shown(choice) and "**1**" not in shown(choice)
        assert shown(predict) == ""
        assert "unsqueeze(0)" in shown(code) and "bias[:, None]" in shown(fix) and "loss.backward()" in shown(order)
        assert "lr=0.2\nsteps=50\noptimizer=SGD" in shown(tune)

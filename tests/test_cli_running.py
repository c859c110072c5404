"""The command line where code runs: demos and checks, through a real engine."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.course.small_course import replace_in, write_small_course
from tutor import protocol
from tutor.cli import program
from tutor.progress import Store

RIGHT = "def add_batch(image):\n    print('so many', image.shape)\n    return image[None]\n"
WRONG = "def add_batch(image):\n    return image.unsqueeze(-1)\n"
RAISES = "def add_batch(image):\n    return image @ image.T.unsqueeze(7)\n"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    return write_small_course(tmp_path)


def tutor(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words], prog_name="tutor", input=answer)


class TestDemo:
    def test_draws_what_it_measured(self, small: Path) -> None:
        result = tutor("demo", "shapes", "--set", "steps=30", "--set", "optimizer=adam", "--course", small)
        assert result.exit_code == 0, result.stderr
        lines = result.stdout.splitlines()
        assert lines[0].startswith("loss   ── train")
        assert any(line.lstrip().startswith("0 ") and line.endswith("step 30") for line in lines), result.stdout
        assert any(line.startswith("device: ") for line in lines)
        assert "data: one number, made up" in lines
        assert lines[-1].startswith("weight = ") and 1 < float(lines[-1].split()[-1]) < 4
        assert all(line == line.rstrip() and len(line) <= 80 for line in lines) and "\x1b" not in result.stdout

    def test_json_is_the_protocols_events(self, small: Path) -> None:
        result = tutor("demo", "shapes", "desc", "--json", "--set", "lr=0.5", "--course", small)
        events = [protocol.decode(line) for line in result.stdout.splitlines()]
        assert isinstance(events[0], protocol.Started) and isinstance(events[-1], protocol.Finished)
        points = [event for event in events if isinstance(event, protocol.Points)]
        assert sum(len(event.x) for event in points) == 20
        (measured,) = [event for event in events if isinstance(event, protocol.Result)]
        assert measured.figures["weight"] == pytest.approx(3)  # lr 0.5 lands on it in one step
        assert result.exit_code == 0

    def test_a_demo_that_raises(self, small: Path) -> None:
        line = replace_in(
            small / "basics" / "shapes.py",
            "    weight = torch.zeros(1,",
            "    print('before')\n    weight = torch.zeros('x',",
        )
        result = tutor("demo", "shapes", "--course", small)
        assert result.exit_code == 1 and result.stdout.startswith("before\n")
        assert "✗ " in result.stderr and f"{line + 1}" in result.stderr and "Traceback" not in result.stdout
        as_json = tutor("demo", "shapes", "--course", small, "--json")
        assert as_json.exit_code == 1 and json.loads(as_json.stdout.splitlines()[-1])["kind"] == "Crashed"

    def test_without_that_python(self, small: Path) -> None:
        result = tutor("--python", "/no/such/python", "demo", "shapes", "--course", small)
        assert result.exit_code == 1 and "/no/such/python" in result.stderr and result.stderr.count("✗") == 1

    @pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for processes through Linux's pidfd")
    def test_ctrl_c_stops_everything(self, small: Path) -> None:
        replace_in(
            small / "basics" / "shapes.py",
            "    weight = torch.zeros(1,",
            "    import os, threading\n    print('pid', os.getpid(), flush=True)\n    threading.Event().wait()\n"
            "    weight = torch.zeros(1,",
        )
        command = [sys.executable, "-m", "tutor.cli", "--course", str(small), "demo", "shapes"]
        heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what a shell starts with & is deaf to Ctrl-C
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, **pipes, text=True, preexec_fn=heed) as process:
            assert process.stdout and process.stderr
            word, pid = process.stdout.readline().split()
            assert word == "pid"
            job = os.pidfd_open(int(pid))
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
        assert (process.returncode, said) == (130, "")
        assert select.select([job], [], [], 10)[0], "the job is still there"
        os.close(job)


class TestCheck:
    @pytest.mark.parametrize(
        ("answer", "status", "outcome", "said"),
        [
            (RIGHT, 0, "passed", "✓ "),
            (WRONG, 1, "failed", "✗ Your batch dimension is the last one; PyTorch expects it first."),
            (RAISES, 1, "error", "✗ "),
            ("x = 1\n", 1, "not_attempted", "✗ "),
        ],
    )
    def test_code(self, small: Path, tmp_path: Path, answer: str, status: int, outcome: str, said: str) -> None:
        file = tmp_path / "answer.py"
        file.write_text(answer)
        result = tutor("check", "shapes", "add_batch", file, "--course", small)
        assert result.exit_code == status, result.output
        verdict = result.stdout.removeprefix("so many torch.Size([1, 2, 3])\n")
        assert verdict.startswith(said)
        if answer == WRONG:
            assert "expected" in verdict and "(1, 1, 2, 3)" in verdict
        store = Store.open(tmp_path / "home")
        (attempt,) = store.attempts("small", "basics/shapes", "add_batch")
        assert (attempt.outcome, attempt.answer) == (outcome, answer)
        assert store.states("small") == {"basics/shapes": "started"}
        store.close()

    def test_without_a_file_it_is_the_learners_own(self, small: Path, tmp_path: Path) -> None:
        store = Store.open(tmp_path / "home")
        store.save_answer("small", "basics/shapes", "add_batch", RIGHT)
        store.close()
        assert tutor("check", "shapes", "add_batch", "--course", small).exit_code == 0

    @pytest.mark.parametrize(("answer", "status"), [("(3, 2)", 0), ("3x2\n", 0), ("(2, 3)", 1)])
    def test_prediction(self, small: Path, answer: str, status: int) -> None:
        result = tutor("check", "shapes", "rows", "-", "--course", small, answer=answer)
        assert result.exit_code == status, result.output

    def test_json(self, small: Path) -> None:
        result = tutor("check", "shapes", "total", "-", "--json", "--course", small, answer="total = 1\n")
        events = [protocol.decode(line) for line in result.stdout.splitlines()]
        (verdict,) = [event for event in events if isinstance(event, protocol.Verdict)]
        assert result.exit_code == 1 and verdict.outcome == "failed"
        assert isinstance(events[-1], protocol.LAST)

    def test_what_cannot_be_judged_is_2(self, small: Path, tmp_path: Path) -> None:
        replace_in(small / "basics" / "shapes.py", "    expect(total,", "    expect(tootal,")
        result = tutor("check", "shapes", "total", "-", "--course", small, answer="total = 1\n")
        assert result.exit_code == 2 and result.stdout.startswith("✗ ")
        nowhere = tutor(
            "--python", "/no/python", "check", "shapes", "total", "-", "--course", small, answer="total = 1"
        )
        assert nowhere.exit_code == 2 and "/no/python" in nowhere.stdout


class TestCourseCheck:
    def test_a_good_course(self, small: Path) -> None:
        result = tutor("course", "check", small)
        assert (result.exit_code, result.stdout) == (0, "2 lessons checked: nothing found.\n"), result.output

    def test_each_finding_is_a_line(self, small: Path) -> None:
        line = replace_in(small / "basics" / "shapes.md", "twice the ...: 30", "twice the ...: 31")
        result = tutor("course", "check", small, "shapes", "--json")
        (finding,) = [json.loads(text) for text in result.stdout.splitlines()]
        assert result.exit_code == 1 and finding["path"].endswith("basics/shapes.md") and 0 < finding["line"] <= line
        assert finding["message"]

    def test_no_course_is_2(self, tmp_path: Path, small: Path) -> None:
        result = tutor("course", "check", tmp_path / "nowhere")
        assert result.exit_code == 2 and "there is no course here" in result.stdout

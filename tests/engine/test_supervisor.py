"""The engine spoken to over raw pipes: what it says first, several jobs at once, steering, and that nothing outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tutor
from tests.engine.wire import Wire, alive, eventually, gone
from tutor import protocol
from tutor.engine import system
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    Control,
    Crashed,
    Extend,
    Finished,
    Hello,
    Paused,
    Points,
    Printed,
    Progress,
    Ready,
    Resumed,
    RunCode,
    RunDemo,
    Started,
    Stop,
    Stopped,
    Unavailable,
    Verdict,
)

pytestmark = [
    pytest.mark.skipif(not system.LINUX, reason="finds processes through /proc, which only Linux has"),
    pytest.mark.xdist_group("supervisor"),
]

LESSON = """
import os, subprocess, time
from tutor.lesson import expect

def check_three(three):
    expect(three, 3, "three")

def forever(run):
    for i in run.steps(10**9):
        run.log(loss=i)
        time.sleep(0.002)

def slow(run):
    for i in run.steps(3):
        run.log(loss=i)
        run.result(last=i)

def leaves_much(run):
    '''Starts processes in sessions of their own, which nothing reaches by its group.'''
    for _ in range(2):
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        while True: time.sleep(1)
    run.note("started")
    while True: pass
"""
SPIN = "while True: pass"
EARLY = (1, 2)
"""Jobs that are asked for before the engine is warm."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("course")
    (folder / "a").mkdir()
    (folder / "a" / "b.py").write_text(LESSON, encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def wire(course: str) -> Iterator[Wire]:
    """One engine for the tests that do it no harm."""
    wire = Wire()
    wire.say(*(RunCode(job, course, "a/b", f"{job} * 2") for job in EARLY))
    left = set(EARLY)
    while left:
        left.discard(wire.next(Finished).job)
    yield wire
    wire.close()


@pytest.fixture
def own() -> Iterator[Callable[..., Wire]]:
    """Engines for tests that end theirs."""
    wires: list[Wire] = []

    def start(*arguments: str, **more: object) -> Wire:
        wires.append(Wire(*arguments, **more))  # type: ignore[arg-type]
        return wires[-1]

    yield start
    for wire in wires:
        wire.close()


numbers = iter(range(100, 10_000))


def code(course: str, text: str, seconds: float = 20) -> RunCode:
    return RunCode(next(numbers), course, "a/b", text, seconds=seconds)


def check(course: str, answer: str, seconds: float = 20) -> CheckAnswer:
    return CheckAnswer(next(numbers), course, "a/b", "three", answer, seconds=seconds)


def demo(course: str, name: str, seconds: float = 30) -> RunDemo:
    return RunDemo(next(numbers), course, "a/b", name, {}, seconds=seconds)


def printed(wire: Wire, job: int) -> str:
    return "".join(m.text for m in wire.of(job) if isinstance(m, Printed))


def verdict_of(wire: Wire, request: protocol.Checked) -> Verdict:
    """The one verdict of a check, which comes just before its last event."""
    events = wire.run(request)
    (verdict,) = [event for event in events if isinstance(event, Verdict)]
    assert events[-2] is verdict
    return verdict


class TestBeginning:
    def test_hello_comes_first_and_ready_once(self, wire: Wire) -> None:
        hello, ready = wire.heard[:2]
        assert hello == Hello(protocol.PROTOCOL, tutor.__version__, sys.version.split()[0], sys.executable)
        assert isinstance(ready, Ready)
        assert len([m for m in wire.heard if isinstance(m, (Hello, Ready))]) == 2

    def test_ready_says_what_there_is(self, wire: Wire) -> None:
        ready = wire.heard[1]
        assert isinstance(ready, Ready)
        assert ready.torch and ready.torchvision and ready.threads >= 1 and ready.seconds > 0
        assert ready.device in [device.name for device in ready.devices]
        assert ready.devices[-1].name == "cpu"

    def test_hello_does_not_wait_for_torch(self, wire: Wire) -> None:
        ready = wire.heard[1]
        assert isinstance(ready, Ready)
        assert wire.times[1] - wire.times[0] > 0.9 * ready.seconds

    def test_what_is_asked_before_it_is_warm_is_carried_out(self, wire: Wire) -> None:
        assert [printed(wire, job) for job in EARLY] == ["2\n", "4\n"]

    def test_the_supervisor_imports_neither_torch_nor_the_screens(self) -> None:
        names = "import sys, tutor.engine.supervisor, tutor.engine.__main__; print(*sys.modules)"
        modules = subprocess.run(
            [sys.executable, "-c", names], capture_output=True, text=True, check=True
        ).stdout.split()
        assert "tutor.engine.supervisor" in modules
        assert not {"torch", "numpy", "textual", "rich", "click"} & set(modules)

    def test_a_device_and_a_module_that_are_not_there_are_said(self, own: Callable[..., Wire]) -> None:
        ready = own("--device", "xpu:7", "--preload", "no_such_module,json").next(Ready)
        assert ready.device in [device.name for device in ready.devices]
        module, device = [note for note in ready.notes if "no_such_module" in note or "xpu:7" in note]
        assert "lessons that use it will not run" in module
        assert "There is no device xpu:7 here" in device


class TestRequests:
    @pytest.mark.parametrize("line", [b"hello\n", b"\xff\n", b'{"kind":"Explode"}\n', b'{"kind":"Hello"}\n', b"\n"])
    def test_a_bad_line_is_skipped_and_the_next_request_works(self, wire: Wire, course: str, line: bytes) -> None:
        request = code(course, "1 + 1")
        wire.say(line)
        wire.run(request)
        assert printed(wire, request.job) == "2\n"

    def test_an_event_is_not_a_request(self, wire: Wire, course: str) -> None:
        wire.say(Finished(1, 0.0))  # type: ignore[arg-type]
        assert isinstance(wire.run(code(course, "1"))[-1], Finished)

    def test_what_steers_a_job_that_is_not_there_is_let_go(self, wire: Wire, course: str) -> None:
        wire.say(Stop(9999), Extend(9999, 5), Control(9999, "pause"))
        assert isinstance(wire.run(code(course, "1"))[-1], Finished)

    def test_a_job_says_started_first_and_one_last_message(self, wire: Wire, course: str) -> None:
        events = wire.run(code(course, "1", seconds=7))
        assert isinstance(events[0], Started) and events[0].seconds == 7
        assert [isinstance(event, protocol.LAST) for event in events] == [False] * (len(events) - 1) + [True]

    def test_two_jobs_at_once_keep_their_events_apart(self, wire: Wire, course: str) -> None:
        text = "import time\nfor i in range(20):\n    print({!r}, flush=True)\n    time.sleep(0.01)"
        one, two = code(course, text.format("one")), code(course, text.format("two"))
        wire.say(one, two)
        left = {one.job, two.job}
        while left:
            left.discard(wire.next(Finished).job)
        assert printed(wire, one.job) == "one\n" * 20
        assert printed(wire, two.job) == "two\n" * 20
        kinds = [m.job for m in wire.heard if isinstance(m, (Started, Finished)) and m.job in (one.job, two.job)]
        assert set(kinds[:2]) == {one.job, two.job}, "the second began after the first had ended"

    def test_a_large_request_comes_through(self, wire: Wire, course: str) -> None:
        request = code(course, f"len({'x' * 300_000!r})")
        wire.run(request)
        assert printed(wire, request.job) == "300000\n"

    def test_a_prediction_is_judged_by_running_the_code(self, wire: Wire, course: str) -> None:
        text = "import torch\ntorch.ones(2, 3).sum(0).shape"
        right = CheckPrediction(next(numbers), course, "a/b", text, "(3,)")
        wrong = CheckPrediction(next(numbers), course, "a/b", text, "(2,)")
        assert verdict_of(wire, right).outcome == "passed"
        verdict = verdict_of(wire, wrong)
        assert (verdict.outcome, verdict.expected, verdict.got) == ("failed", "", "(2,)")

    def test_what_is_right_is_said_of_a_wrong_prediction_only_where_it_is_asked_for(
        self, wire: Wire, course: str
    ) -> None:
        asked = CheckPrediction(next(numbers), course, "a/b", "(2, 3)", "(2,)", reveal=True)
        assert verdict_of(wire, asked).expected == "(2, 3)"


class TestSteering:
    def test_stop_ends_a_job_with_stopped_and_nothing_follows(self, wire: Wire, course: str) -> None:
        request = code(course, SPIN)
        wire.say(request)
        wire.next(Started, request.job)
        began = time.monotonic()
        wire.say(Stop(request.job))
        wire.next(Stopped, request.job)
        assert time.monotonic() - began < 2.0
        assert isinstance(wire.run(code(course, "1"))[-1], Finished)
        assert wire.of(request.job)[-1] == Stopped(request.job)

    def test_a_check_that_is_stopped_still_has_a_verdict(self, wire: Wire, course: str) -> None:
        request = check(course, SPIN)
        wire.say(request)
        wire.next(Started, request.job)
        wire.say(Stop(request.job))
        wire.next(Stopped, request.job)
        verdict = wire.of(request.job)[-2]
        assert isinstance(verdict, Verdict) and verdict.outcome == "unjudged"

    def test_stop_right_behind_the_request_is_not_lost(self, wire: Wire, course: str) -> None:
        request = code(course, SPIN)
        wire.say(request, Stop(request.job))
        wire.next(Stopped, request.job)

    def test_a_job_can_be_stopped_before_the_engine_is_warm(self, own: Callable[..., Wire], course: str) -> None:
        engine = own()
        request = check(course, SPIN)
        engine.say(request, Stop(request.job))
        engine.next(Stopped, request.job)
        assert not [m for m in engine.heard if isinstance(m, Ready)]
        assert isinstance(engine.of(request.job)[0], Verdict)

    def test_a_budget_ends_a_job_and_says_so(self, wire: Wire, course: str) -> None:
        request = code(course, SPIN, seconds=0.3)
        crashed = wire.run(request)[-1]
        assert isinstance(crashed, Crashed) and "0.3 s" in crashed.message and crashed.line == 1

    def test_extend_gives_more_time(self, wire: Wire, course: str) -> None:
        request = code(course, "import time\nprint('here', flush=True)\ntime.sleep(1.0)\nprint('done')", seconds=0.7)
        wire.say(request, b"")
        wire.next(Started, request.job)
        wire.say(Extend(request.job, 10))
        wire.next(Finished, request.job)
        assert printed(wire, request.job) == "here\ndone\n"

    def test_pause_step_and_resume_are_seen(self, wire: Wire, course: str) -> None:
        request = demo(course, "forever")
        job = request.job

        def points() -> int:
            return sum(len(m.x) for m in wire.of(job) if isinstance(m, Points))

        wire.say(request)
        wire.next(Points, job)
        wire.say(Control(job, "pause"))
        wire.next(Paused, job)
        paused_at = points()
        for step in (1, 2):
            wire.say(Control(job, "step"))
            wire.next(Paused, job)
            assert points() == paused_at + step
        wire.say(Control(job, "resume"))
        wire.next(Resumed, job)
        wire.next(Points, job)
        wire.say(Stop(job))
        wire.next(Stopped, job)

    def test_the_budget_does_not_run_while_a_demo_is_paused(self, wire: Wire, course: str) -> None:
        request = demo(course, "forever", seconds=1.0)
        wire.say(request, Control(request.job, "pause"))
        wire.next(Started, request.job)
        wire.say(Control(request.job, "pause"))
        wire.next(Paused, request.job)
        began = time.monotonic()
        # another job's budget measures the time that passes meanwhile
        wire.run(code(course, SPIN, seconds=1.3))
        assert time.monotonic() - began > 1.2
        assert isinstance(wire.of(request.job)[-1], (Paused, Progress))
        wire.say(Control(request.job, "resume"))
        crashed = wire.next(Crashed, request.job)
        assert "Stopped after 1 s" in crashed.message

    def test_a_demo_sends_its_points_progress_and_result(self, wire: Wire, course: str) -> None:
        events = wire.run(demo(course, "slow"))
        kinds = [type(event).__name__ for event in events]
        assert kinds[0] == "Started" and kinds[-1] == "Finished"
        assert {"Axes", "Points", "Progress", "Result"} <= set(kinds)
        progress = [event for event in events if isinstance(event, Progress)][-1]
        assert (progress.done, progress.total) == (3, 3)


class TestEnding:
    def test_the_end_of_stdin_ends_all_below(self, own: Callable[..., Wire], course: str) -> None:
        engine = own().ready()
        request = demo(course, "leaves_much")
        engine.say(request)
        engine.next(protocol.Note, request.job)
        pids = engine.pids()
        assert len(pids) >= 7
        engine.close()
        assert gone(pids), alive(pids)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP], ids=["SIGKILL", "SIGHUP"])
    def test_a_killed_engine_leaves_no_process(self, own: Callable[..., Wire], course: str, number: int) -> None:
        engine = own().ready()
        request = demo(course, "leaves_much")
        engine.say(request)
        engine.next(protocol.Note, request.job)
        pids = engine.pids()
        assert len(pids) >= 7
        os.kill(engine.process.pid, number)
        assert gone(pids), alive(pids)

    def test_an_engine_that_is_not_warm_yet_ends_too(self, own: Callable[..., Wire], course: str) -> None:
        engine = own()
        engine.next(Hello)
        engine.say(code(course, "1"))
        pids = engine.pids()
        began = time.monotonic()
        engine.close()
        assert gone(pids), alive(pids)
        assert time.monotonic() - began < 5.0

    def test_when_the_nursery_is_killed_the_running_job_is_not_passed_by_it_and_the_next_ones_work(
        self, wire: Wire, course: str
    ) -> None:
        engine = wire
        spinning = check(course, SPIN, seconds=1)
        engine.say(spinning)
        engine.next(Started, spinning.job)
        (nursery,) = system.children(engine.process.pid)
        os.kill(nursery, signal.SIGKILL)
        engine.next(Finished, spinning.job)
        assert not alive([nursery])
        verdict = engine.of(spinning.job)[-2]
        assert isinstance(verdict, Verdict) and verdict.outcome in ("error", "unjudged")
        # two at once: the second waits for the first's repair instead of making one of its own
        both = [check(course, "three = 3"), check(course, "three = 4")]
        engine.say(*both)
        outcomes = {}
        while len(outcomes) < 2:
            given = engine.next(Verdict)
            outcomes[given.job] = given.outcome
        assert outcomes == {both[0].job: "passed", both[1].job: "failed"}
        assert len(system.children(engine.process.pid)) == 1

    def test_a_spare_job_that_was_killed_is_replaced(self, wire: Wire, course: str) -> None:
        def spares() -> list[int]:
            """The job that waits: the only one left, once those that have ended are gone."""
            below = alive(system.descendants(wire.process.pid))
            return below[2:] if len(below) == 3 else []

        assert verdict_of(wire, check(course, "three = 3")).outcome == "passed"
        (spare,) = eventually(spares)
        # its warden sleeps, and so the engine cannot know yet that the job it hands the request to is dead
        (warden,) = [pid for pid in system.descendants(wire.process.pid) if spare in system.children(pid)]
        os.kill(warden, signal.SIGSTOP)
        os.kill(spare, signal.SIGKILL)
        assert gone([spare])
        assert verdict_of(wire, check(course, "three = 3")).outcome == "passed"

    @pytest.mark.parametrize("generations", [1, 2], ids=["its warden", "the nursery"])
    def test_a_job_that_puts_its_keeper_to_sleep_ends_in_time(self, wire: Wire, course: str, generations: int) -> None:
        above = "import os, signal\npid = os.getpid()\n"
        above += f"for _ in range({generations}):\n"
        above += "    pid = int(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[1])\n"
        began = time.monotonic()
        verdict = verdict_of(wire, check(course, above + f"os.kill(pid, signal.SIGSTOP)\n{SPIN}", seconds=1))
        assert verdict.outcome == "error"
        assert time.monotonic() - began < 5.0
        assert verdict_of(wire, check(course, "three = 3")).outcome == "passed"


class TestAnotherPython:
    """A Python that is not ours: a bare virtual environment without torch."""

    @pytest.fixture(scope="class")
    def bare(self, tmp_path_factory: pytest.TempPathFactory) -> str:
        folder = tmp_path_factory.mktemp("venv")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        return str(folder / "bin" / "python")

    @pytest.fixture
    def boot(self) -> str:
        return str(Path(tutor.__file__).with_name("engine") / "boot.py")

    def test_without_torch_the_engine_is_unavailable_and_says_what_to_do(
        self, own: Callable[..., Wire], bare: str, boot: str, course: str
    ) -> None:
        engine = own(command=[bare, boot, "tutor.engine"])
        assert engine.next(Hello).executable == bare
        unavailable = engine.next(Unavailable)
        assert unavailable.message == f"PyTorch is not installed for {bare}."
        assert "tutor --python PATH" in unavailable.advice
        verdict = verdict_of(engine, check(course, "three = 3"))
        assert verdict.outcome == "unjudged" and "PyTorch is not installed" in verdict.message
        crashed = engine.run(code(course, "1"))[-1]
        assert isinstance(crashed, Crashed) and "PyTorch is not installed" in crashed.message

    def test_it_sees_this_package_and_nothing_that_lies_beside_it(self, bare: str, boot: str, tmp_path: Path) -> None:
        (tmp_path / "look.py").write_text(
            "import importlib.util, sys, tutor.protocol\n"
            "print(*[name for name in ('torch', 'textual', 'numpy', 'click', 'tests') if importlib.util.find_spec(name)])\n"
            "print(*[path for path in sys.path if 'site-packages' in path])\nprint(tutor.__file__)\nimport queue, job\n",
            encoding="utf-8",
        )
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run([bare, boot, "look"], env=environment, cwd=tmp_path, capture_output=True, text=True)
        found, paths, place = done.stdout.splitlines()
        assert found == ""
        assert all(path.startswith(str(Path(bare).parents[1])) for path in paths.split())
        assert place == tutor.__file__
        assert "No module named 'job'" in done.stderr, "the engine's own folder is on sys.path"


class TestSpawn:
    """Each job a fresh process: the way of systems where forking is not safe."""

    @pytest.fixture(scope="class")
    def spawn(self, course: str) -> Iterator[Wire]:
        wire = Wire("--spawn").ready()
        yield wire
        wire.close()

    def test_answers_are_judged(self, spawn: Wire, course: str) -> None:
        assert verdict_of(spawn, check(course, "three = 3")).outcome == "passed"
        assert verdict_of(spawn, check(course, "three = 4")).outcome == "failed"

    def test_demos_and_code_run(self, spawn: Wire, course: str) -> None:
        request = code(course, "import torch\nprint('hi')\ntorch.ones(2).sum().item()")
        spawn.run(request)
        assert printed(spawn, request.job) == "hi\n2.0\n"
        assert isinstance(spawn.run(demo(course, "slow"))[-1], Finished)

    @pytest.mark.parametrize(
        "answer",
        [
            SPIN,
            "import os; os._exit(0)",
            "import os; os.kill(os.getpid(), 9)",
            "import os; os.kill(os.getppid(), 9)\nwhile True: pass",
            "import os\nif os.fork() == 0:\n    os.setsid()\nwhile True: pass",
            "import os\nfor fd in range(3, 256):\n    try: os.close(fd)\n    except OSError: pass\nthree = 3",
        ],
        ids=["spins", "leaves", "kills itself", "kills its parent", "forks away", "closes descriptors"],
    )
    def test_what_does_harm_ends_in_time_and_is_not_passed(self, spawn: Wire, course: str, answer: str) -> None:
        request = check(course, answer, seconds=1.0)
        spawn.say(request)
        spawn.next(Started, request.job)
        began = time.monotonic()
        spawn.until(lambda m: isinstance(m, protocol.LAST) and m.job == request.job)
        verdict = spawn.of(request.job)[-2]
        assert isinstance(verdict, Verdict) and verdict.outcome in ("error", "unjudged")
        assert time.monotonic() - began < 8.0

    def test_importing_torch_takes_nothing_from_the_budget(self, spawn: Wire, course: str) -> None:
        """Three at once: no more than one of them is the spare job, which has imported it."""
        requests = [code(course, "import torch\nprint(torch.ones(2).sum().item())", seconds=1.0) for _ in range(3)]
        spawn.say(*requests)
        left = {request.job for request in requests}
        while left:
            left.discard(spawn.next(Finished).job)
        assert [printed(spawn, request.job) for request in requests] == ["2.0\n"] * 3

    def test_nothing_outlives_it(self, spawn: Wire, course: str) -> None:
        """The last of the class: it kills the engine of the others."""
        request = demo(course, "leaves_much")
        spawn.say(request)
        spawn.next(protocol.Note, request.job)
        pids = spawn.pids()
        os.kill(spawn.process.pid, signal.SIGKILL)
        assert gone(pids), alive(pids)

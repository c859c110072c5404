"""The engine from the terminal's side: whatever becomes of its process, a job's events come to an end and the next run works."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tutor import protocol
from tutor.client import Engine, engine_command
from tutor.protocol import CheckAnswer, Crashed, Finished, JobEvent, Printed, RunCode, Started, Stopped, Verdict, Work

DEADLINE = 60.0
HELLO = f'{{"kind":"Hello","protocol":{protocol.PROTOCOL},"tutor":"0","python":"3","executable":"x"}}'
READY = '{"kind":"Ready","torch":"2","torchvision":"","devices":[],"device":"cpu","threads":1,"seconds":0.1}'
SPIN = "print('on', flush=True)\nwhile True: pass"

FAKE = """
import json, os, sys, time
def say(**fields): print(json.dumps(fields), flush=True)
def hear(): return json.loads(sys.stdin.readline() or sys.exit())
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("course")
    (folder / "a").mkdir()
    (folder / "a" / "b.py").write_text("def check_three(three):\n    assert three == 3\n", encoding="utf-8")
    return str(folder)


def fake(body: str) -> Engine:
    """An engine whose process is a few lines of Python."""
    return Engine([sys.executable, "-c", FAKE + body])


def greeting(body: str) -> Engine:
    """One that says hello and is ready."""
    return fake(f"print({HELLO!r}, flush=True)\nprint({READY!r}, flush=True)\n{body}")


async def events_of(engine: Engine, request: Work) -> list[JobEvent]:
    async with asyncio.timeout(DEADLINE):
        return [event async for event in engine.run(request)]


async def until(iterator: AsyncIterator[JobEvent], kind: type[JobEvent]) -> JobEvent:
    async with asyncio.timeout(DEADLINE):
        async for event in iterator:
            if isinstance(event, kind):
                return event
    raise AssertionError(f"ended without {kind}")


def code(engine: Engine, course: str, text: str = "1 + 1") -> RunCode:
    return RunCode(engine.new_job(), course, "a/b", text)


def check(engine: Engine, course: str, answer: str = "three = 3") -> CheckAnswer:
    return CheckAnswer(engine.new_job(), course, "a/b", "three", answer)


def kill(engine: Engine) -> None:
    assert engine._process is not None
    os.kill(engine._process.pid, signal.SIGKILL)


class TestRealEngine:
    """One engine that is killed now and then; every test leaves it able to run."""

    async def test_killed_in_the_middle_of_a_job_and_of_a_check_the_next_run_works(self, course: str) -> None:
        changes: list[str] = []
        async with Engine(on_change=lambda: changes.append(engine.state)) as engine:
            assert engine.state == "off" and engine.hello is None
            running = engine.run(code(engine, course, SPIN))
            await until(running, Printed)
            assert engine.hello is not None and engine.ready is not None and engine.state == "ready"
            judged = engine.run(check(engine, course, SPIN))
            await until(judged, Started)
            kill(engine)
            rest = [event async for event in running]
            assert [type(event) for event in rest] == [Crashed]
            assert "stopped unexpectedly" in rest[0].message  # type: ignore[union-attr]
            tail = [event async for event in judged]
            verdicts = [event for event in tail if isinstance(event, Verdict)]
            assert [verdict.outcome for verdict in verdicts] == ["unjudged"]
            assert isinstance(tail[-1], Crashed)
            # at once, while the old process is still being put away
            assert (await engine.check(check(engine, course))).outcome == "passed"
            assert engine.problem == ""
            assert changes == ["starting", "warming", "ready", "off", "starting", "warming", "ready"]
        assert engine.state == "off"

    async def test_a_new_job_right_at_the_death_of_the_engine_is_not_ended_with_it(self, course: str) -> None:
        async with Engine() as engine:
            await engine.wait_ready()
            kill(engine)
            assert engine._process is not None
            await engine._process.wait()
            events = await events_of(engine, code(engine, course))
            assert isinstance(events[-1], Finished)
            assert engine.problem == "" and engine.state == "ready"

            # closing the iterator early stops the job
            assert engine._process is not None
            running = engine.run(code(engine, course, "import os\nprint(os.getpid(), flush=True)\nwhile True: pass"))
            printed = await until(running, Printed)
            assert isinstance(printed, Printed)
            fd = os.pidfd_open(int(printed.text))
            ended = asyncio.Event()
            asyncio.get_running_loop().add_reader(fd, ended.set)
            await running.aclose()  # type: ignore[attr-defined]
            async with asyncio.timeout(DEADLINE):
                await ended.wait()
            asyncio.get_running_loop().remove_reader(fd)
            os.close(fd)
            assert engine.state == "ready"

            # stopping it by request gives the last event
            request = code(engine, course, SPIN)
            running = engine.run(request)
            await until(running, Printed)
            await engine.send(protocol.Stop(request.job))
            assert isinstance((await until(running, Stopped)), Stopped)

            # a check alone
            assert (await engine.check(check(engine, course, "three = 4"))).outcome == "failed"

            # many at once keep apart
            requests = [code(engine, course, f"{i}") for i in range(4)]
            results = await asyncio.gather(*(events_of(engine, request) for request in requests))
            texts = ["".join(event.text for event in events if isinstance(event, Printed)) for events in results]
            assert texts == ["0\n", "1\n", "2\n", "3\n"]


class TestCannotStart:
    async def test_a_command_that_does_not_exist(self, course: str) -> None:
        async with Engine(["/no/such/python"]) as engine:
            events = await events_of(engine, code(engine, course))
            assert [type(event) for event in events] == [Crashed]
            assert events[0].message == engine.problem  # type: ignore[union-attr]
            assert engine.problem.startswith("The engine could not be started: /no/such/python: No such file")
            assert engine.state == "unavailable"
            assert (await engine.wait_ready()) is None

    async def test_a_check_has_a_verdict_all_the_same(self, course: str) -> None:
        async with Engine(["/no/such/python"]) as engine:
            events = await events_of(engine, check(engine, course))
            assert [type(event) for event in events] == [Verdict, Crashed]
            assert events[0].outcome == "unjudged"  # type: ignore[union-attr]

    async def test_a_program_that_ends_at_once_is_quoted(self, course: str) -> None:
        async with fake("sys.exit('libfoo.so is missing')") as engine:
            assert (await engine.wait_ready()) is None
            assert engine.problem.startswith("The engine did not start") and "libfoo.so is missing" in engine.problem
            assert engine.state == "unavailable"
            assert isinstance((await events_of(engine, code(engine, course)))[-1], Crashed)

    async def test_one_that_has_no_torch_says_what_to_do(self, course: str) -> None:
        body = (
            f"print({HELLO!r}, flush=True)\nsay(kind='Unavailable', message='No torch.', advice='Install it.')\n"
            "job = hear()['job']\nsay(kind='Crashed', job=job, message='No torch. Install it.')\nhear()"
        )
        async with fake(body) as engine:
            assert (await engine.wait_ready()) is None
            assert (engine.state, engine.problem) == ("unavailable", "No torch. Install it.")
            events = await events_of(engine, code(engine, course))
            assert [type(event) for event in events] == [Crashed]

    async def test_another_version_of_the_protocol_is_refused_in_words(self, course: str) -> None:
        other = HELLO.replace(f'"protocol":{protocol.PROTOCOL}', '"protocol":99').replace(
            '"tutor":"0"', '"tutor":"9.9"'
        )
        async with fake(f"print({other!r}, flush=True)\nhear()\nhear()") as engine:
            verdict = await engine.check(check(engine, course))
            assert verdict.outcome == "unjudged"
            assert "version 99 (tutor 9.9)" in verdict.message
            assert f"this program version {protocol.PROTOCOL}" in engine.problem
            assert engine.state == "unavailable"


class TestFakes:
    @pytest.mark.parametrize("line", ["hello", '{"kind":"Explode"}', '{"kind":"Stop","job":1}'])
    async def test_what_is_not_understood_ends_the_engine_and_the_job(self, course: str, line: str) -> None:
        async with greeting(f"hear()\nprint({line!r}, flush=True)\nhear()") as engine:
            events = await events_of(engine, code(engine, course))
            assert [type(event) for event in events] == [Crashed]
            assert "is not understood here" in events[0].message  # type: ignore[union-attr]

    async def test_an_engine_that_dies_after_hello_is_off_and_starts_anew(self, course: str) -> None:
        async with greeting("hear()\nsys.exit(3)") as engine:
            for _ in range(2):
                (crashed,) = await events_of(engine, code(engine, course))
                assert isinstance(crashed, Crashed) and "starts anew" in crashed.message
                assert engine.state == "off" and engine.problem == ""

    async def test_what_it_wrote_on_stderr_is_the_detail(self, course: str) -> None:
        async with greeting("hear()\nsys.exit('the last words')") as engine:
            (crashed,) = await events_of(engine, code(engine, course))
            assert isinstance(crashed, Crashed) and "the last words" in crashed.detail

    async def test_events_of_another_job_are_dropped(self, course: str) -> None:
        body = (
            "job = hear()['job']\nsay(kind='Printed', job=job + 1, text='not yours')\n"
            "say(kind='Finished', job=job, seconds=0.1)\nhear()"
        )
        async with greeting(body) as engine:
            events = await events_of(engine, code(engine, course))
            assert [type(event) for event in events] == [Finished]

    async def test_closing_early_asks_for_a_stop(self, course: str, tmp_path: Path) -> None:
        heard = tmp_path / "heard"
        body = (
            "job = hear()['job']\nsay(kind='Started', job=job, device='cpu', seconds=1)\n"
            f"said = hear()\nopen({str(heard)!r}, 'w').write(said['kind'] + str(said['job'] == job))\nhear()"
        )
        async with greeting(body) as engine:
            running = engine.run(code(engine, course))
            await until(running, Started)
            await running.aclose()  # type: ignore[attr-defined]
        assert heard.read_text() == "StopTrue"

    async def test_starting_twice_starts_one_process(self) -> None:
        async with greeting("hear()") as engine:
            await asyncio.gather(engine.start(), engine.start())
            first = engine._process
            await engine.start()
            assert engine._process is first

    async def test_an_engine_that_will_not_go_is_killed(self) -> None:
        body = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(100)"
        engine = greeting(body)
        await engine.wait_ready()
        process = engine._process
        assert process is not None
        async with asyncio.timeout(20):
            await engine.close()
        assert process.returncode == -signal.SIGKILL
        assert engine.state == "off"

    async def test_closing_one_that_is_just_being_started_ends_it(self) -> None:
        engine = greeting("sys.stdin.read()")
        starting = asyncio.create_task(engine.start())
        await asyncio.sleep(0)  # it has begun, and there is no process yet
        async with asyncio.timeout(DEADLINE):
            await engine.close()
            await starting
        assert engine.state == "off" and engine._process is None

    def test_a_loop_that_ends_without_closing_it_ends_it_too(self) -> None:
        """Who leaves while the engine starts must not wait for an engine that waits for requests."""

        async def leave() -> int:
            engine = greeting("sys.stdin.read()")
            await engine.wait_ready()
            assert engine._process is not None
            return engine._process.pid

        done: list[int] = []
        thread = threading.Thread(target=lambda: done.append(asyncio.run(leave())), daemon=True)
        thread.start()
        thread.join(DEADLINE)
        assert done, "the loop never ended"
        with pytest.raises(ProcessLookupError):
            os.kill(done[0], 0)

    async def test_closing_one_that_never_started_is_nothing(self) -> None:
        await Engine().close()

    async def test_numbers_of_jobs_are_never_used_twice(self) -> None:
        engine = Engine()
        assert len({engine.new_job() for _ in range(100)}) == 100


class TestCommand:
    def test_it_names_the_python_the_modules_and_the_device(self) -> None:
        command = engine_command("/their/python", ["sklearn", "torchvision"], "cuda:1")
        assert command[0] == "/their/python"
        assert Path(command[1]).is_file() and command[2] == "tutor.engine"
        assert command[3:] == ["--preload", "sklearn,torchvision", "--device", "cuda:1"]

    def test_by_default_it_is_this_python_and_nothing_else(self) -> None:
        assert engine_command()[0] == sys.executable and len(engine_command()) == 3

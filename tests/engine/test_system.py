"""What is asked of the operating system, tried on processes that are really there."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tutor.engine import system

pytestmark = pytest.mark.skipif(not system.LINUX, reason="reads /proc, which only Linux has")
DEADLINE = 10.0


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes to be ended after the test."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def python(started: list[subprocess.Popen[bytes]], code: str, *arguments: object) -> subprocess.Popen[bytes]:
    """A process that runs the code, with system imported; ready once it has written a line."""
    command = [sys.executable, "-c", "from tutor.engine import system\nimport os, signal, sys, time\n" + code]
    process = subprocess.Popen([*command, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    started.append(process)
    return process


def line_of(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], DEADLINE)[0], "it says nothing"
    return process.stdout.readline().decode().strip()


def ends(pid: int) -> bool:
    """Whether the process ends within the deadline (one that nobody has collected has ended too)."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with contextlib.closing(os.fdopen(fd, "rb", buffering=0)):
        return bool(select.select([fd], [], [], DEADLINE)[0])


def test_children_and_all_below_them_are_found(started: list[subprocess.Popen[bytes]]) -> None:
    process = python(
        started, "child = os.fork()\nprint(os.getpid(), child, flush=True) if child else 0\ntime.sleep(100)"
    )
    parent, child = map(int, line_of(process).split())
    assert parent == process.pid and parent in system.children(os.getpid())
    assert system.children(parent) == [child]
    assert system.descendants(parent) == [child]
    assert {parent, child} <= set(system.descendants(os.getpid()))
    system.send([child], signal.SIGKILL)
    assert ends(child)


def test_a_process_that_is_gone_has_no_children_and_takes_no_signal() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert system.children(gone.pid) == []
    system.send([gone.pid], signal.SIGKILL)
    assert system.memory([gone.pid]) == 0


def test_a_child_dies_with_its_parent(started: list[subprocess.Popen[bytes]]) -> None:
    code = (
        "parent = os.getpid()\nif os.fork() == 0:\n"
        "    system.die_with_parent(parent)\n    print(os.getpid(), flush=True)\n    time.sleep(100)\ntime.sleep(100)"
    )
    process = python(started, code)
    child = int(line_of(process))
    process.kill()
    assert ends(child)


def test_a_child_whose_parent_is_dead_already_does_not_live(started: list[subprocess.Popen[bytes]]) -> None:
    process = python(started, "system.die_with_parent(os.getppid() + 1)\nprint('alive', flush=True)")
    assert process.wait(DEADLINE) == 1
    assert line_of(process) == ""


def test_orphans_are_adopted(started: list[subprocess.Popen[bytes]]) -> None:
    code = (
        "system.adopt_orphans()\nread, write = os.pipe()\nif os.fork() == 0:\n    orphan = os.fork()\n    if orphan == 0:\n"
        "        os.setsid(); os.close(write); os.read(read, 1); time.sleep(100)\n    os._exit(0)\n"
        "os.wait()\nprint(*system.children(os.getpid()), flush=True)\ntime.sleep(100)"
    )
    process = python(started, code)
    orphan = int(line_of(process))
    assert system.children(process.pid) == [orphan]
    system.send([orphan], signal.SIGKILL)


def test_all_below_are_ended_even_those_that_refuse_or_left_the_group(started: list[subprocess.Popen[bytes]]) -> None:
    code = (
        "system.adopt_orphans()\njob = os.fork()\n"
        "if job == 0:\n    os.setsid()\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "    if os.fork() == 0:\n        os.setsid()\n        print('away', flush=True)\n    time.sleep(100)\n"
        "sys.stdin.readline()\nsystem.end_all(os.getpid(), job)\nprint(len(system.descendants(os.getpid())), flush=True)"
    )
    process = python(started, code)
    assert line_of(process) == "away"
    assert len(system.descendants(process.pid)) == 2
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    assert line_of(process) == "0"


def test_each_child_that_ended_is_collected_with_its_status(started: list[subprocess.Popen[bytes]]) -> None:
    code = (
        "pids = {os.fork() or os._exit(i): i for i in range(3)}\nended = {}\n"
        "while len(ended) < 3: ended |= system.reap()\n"
        "print(all(os.waitstatus_to_exitcode(s) == pids[p] for p, s in ended.items()), system.reap(), flush=True)"
    )
    assert line_of(python(started, code)) == "True {}"


def test_a_stopped_process_goes_on_when_woken(started: list[subprocess.Popen[bytes]]) -> None:
    process = python(started, "print('here', flush=True)\nsys.stdin.readline()\nprint('on', flush=True)")
    assert line_of(process) == "here"
    os.kill(process.pid, signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    system.wake([process.pid, 2**22 + 1])
    assert line_of(process) == "on"


def test_memory_is_what_was_written_to(started: list[subprocess.Popen[bytes]]) -> None:
    code = "print('a', flush=True)\nsys.stdin.readline()\nx = bytearray(b'x' * 50_000_000)\nprint('b', flush=True)\ntime.sleep(100)"
    process = python(started, code)
    line_of(process)
    before = system.memory([process.pid])
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    line_of(process)
    grown = system.memory([process.pid]) - before
    assert 45_000_000 < grown < 120_000_000


def test_shared_maps_and_threads_are_counted(started: list[subprocess.Popen[bytes]]) -> None:
    code = (
        "import mmap, threading\nmap = mmap.mmap(-1, 50_000_000)\nmap.write(b'x' * 50_000_000)\n"
        "for _ in range(3): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()\n"
        "print('here', flush=True)\ntime.sleep(100)"
    )
    process = python(started, code)
    line_of(process)
    assert 49_000_000 < system.shared_memory(process.pid) < 60_000_000
    assert system.threads([process.pid, 2**22 + 1]) == 4
    assert system.shared_memory(2**22 + 1) == 0


def test_the_machine_has_memory_and_this_process_data() -> None:
    assert system.available_memory() > 2**20
    assert system.data_size() > 2**20


def test_waiting_takes_no_longer_than_the_end(started: list[subprocess.Popen[bytes]]) -> None:
    process = python(
        started,
        "job = os.fork()\nif job == 0:\n    os.setsid()\n    time.sleep(100)\n"
        "while not os.getpgid(job) == job: pass\nbegan = time.monotonic()\nsystem.end_all(os.getpid(), job, grace=5.0)\n"
        "print(time.monotonic() - began, flush=True)",
    )
    assert float(line_of(process)) < 2.0


def test_time_is_given_to_one_that_tidies_up(started: list[subprocess.Popen[bytes]]) -> None:
    code = (
        "job = os.fork()\nif job == 0:\n    os.setsid()\n"
        "    signal.signal(signal.SIGTERM, lambda *_: (print('tidied', flush=True), os._exit(0)))\n"
        "    print('ready', flush=True)\n    while True: time.sleep(100)\n"
        "sys.stdin.readline()\nsystem.end_all(os.getpid(), job, grace=5.0)"
    )
    process = python(started, code)
    assert line_of(process) == "ready"
    began = time.monotonic()
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    assert line_of(process) == "tidied"
    assert process.wait(DEADLINE) == 0
    assert time.monotonic() - began < 4.0

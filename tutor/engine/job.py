"""What happens inside a job's process, from the request it waits for to the last message it sends.

A job has three ways out: its stdout and stderr, which belong to the code it runs, and a pipe for messages, each line of which begins with
a word that only the engine and this module know. Printing something that looks like a verdict therefore makes none.
"""

from __future__ import annotations

import errno
import faulthandler
import io
import json
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import replace
from select import select
from typing import Any

from tutor import protocol
from tutor.engine import budgets, system
from tutor.engine.orders import CHANNEL_LOST, ENGINE_FAULT, Orders
from tutor.engine.run import Run
from tutor.protocol import CheckAnswer, CheckPrediction, CheckTuning, Control, RunCode, RunDemo

PUMP_EVERY = 0.1
"""Seconds between two flushes: at most 10 messages of a kind a second. Each hands the interpreter to and fro between two threads."""

MEMORY_EVERY = 0.5
"""Seconds between two looks at the memory in use: each is some calls to the system, which hand the interpreter to and fro."""


class Outlet:
    """The job's way out for messages, safe to use from several threads."""

    def __init__(self, fd: int, word: str) -> None:
        self._fd = fd
        self._word = word.encode() + b" "
        self._lock = threading.Lock()

    def send(self, *messages: protocol.Message) -> None:
        """Write a line for each, whole."""
        lines = memoryview(b"".join(self._word + protocol.encode(message) for message in messages))
        with self._lock:
            while lines:
                lines = lines[os.write(self._fd, lines) :]


class Pump(threading.Thread):
    """Flushes what the job logged and printed, reports progress, and takes the learner's controls; beside the job's own thread."""

    def __init__(self, run: Run, outlet: Outlet, control: int) -> None:
        super().__init__(daemon=True, name="tutor-pump")
        self.run_of_demo = run
        self._outlet = outlet
        self._control = control
        self._buffer = b""
        self.inbox: queue.SimpleQueue[protocol.Message] = queue.SimpleQueue()
        """What came in that is no control: a scratchpad's code."""
        self._printed: list[Any] = [sys.stdout, sys.stderr]
        self._ending = threading.Event()
        self._own_memory = system.memory([os.getpid()])
        """Bytes held before the job began: pages copied with the fork."""
        self._memory_mb, self._looked = 0, 0.0

    def run(self) -> None:
        while not self._ending.is_set():
            if select([self._control], [], [], PUMP_EVERY)[0] and not self._listen():
                os._exit(1)  # the engine is gone
            self.flush()

    def flush_too(self, stream: io.TextIOBase) -> None:
        """Flush one more stream from here on."""
        self._printed.append(stream)

    def flush(self) -> None:
        """Send all that is waiting."""
        for stream in self._printed:
            try:
                stream.flush()
            except (OSError, ValueError):
                pass  # the job's code closed it; that is its own business
        progress = self.run_of_demo.progress()
        self.run_of_demo.flush(*([replace(progress, memory_mb=self._memory())] if progress else []))

    def _memory(self) -> int:
        now = time.monotonic()
        if now - self._looked >= MEMORY_EVERY:
            self._looked = now
            self._memory_mb = max(0, system.memory([os.getpid()]) - self._own_memory) // 2**20
        return self._memory_mb

    def end(self) -> None:
        """Flush for the last time."""
        self._ending.set()
        self.flush()

    def _listen(self) -> bool:
        received = os.read(self._control, 65536)
        *lines, self._buffer = (self._buffer + received).split(b"\n")
        for line in lines:
            control = protocol.decode(line)
            if not isinstance(control, Control):
                self.inbox.put(control)
                continue
            if control.action == "interrupt":
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # also ends a sleep
            elif control.action == "set":
                self.run_of_demo.adjust(control.name, control.value)
            else:
                self.run_of_demo.gate.control(control.action)
        return bool(received)


def main(control: int, messages: int, trace: int) -> None:
    """Wait for orders and a request on `control`, carry it out, exit. Never returns."""
    faulthandler.register(signal.SIGUSR1, file=trace, all_threads=False, chain=False)
    faulthandler.enable(file=trace, all_threads=False)
    # buffered, and flushed on a timer: a million single prints cost seconds otherwise
    sys.stdin = open(os.devnull)  # noqa: SIM115  for as long as the process lives
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8", "backslashreplace", line_buffering=False)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8", "backslashreplace", line_buffering=False)
    code = 0
    try:
        with os.fdopen(os.dup(control), "rb", buffering=0) as lines:
            first = json.loads(read_line(lines))
            if first["do"] == "probe":
                probe(messages)
                return
            problem = prepare(first["device"])
            orders = Orders(**json.loads(read_line(lines)))
            request = protocol.decode(read_line(lines))
        if not protocol.is_work(request):
            raise TypeError(f"a job cannot carry out {type(request).__name__}")
        outlet = Outlet(messages, orders.word)
        if problem:
            orders = replace(orders, device="cpu")
        limit(orders)
        outlet.send(protocol.Started(request.job, orders.device, orders.seconds))
        if problem:
            outlet.send(protocol.Note(request.job, problem, "device"))
        carry_out(request, orders, outlet, control)
    except OSError as error:
        code = CHANNEL_LOST if error.errno == errno.EBADF else ENGINE_FAULT
    except BaseException as error:  # a fault of ours: say so on stderr, which the engine keeps
        code = ENGINE_FAULT
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        for stream in (sys.__stdout__, sys.stdout, sys.stderr):
            try:
                stream.flush()  # type: ignore[union-attr]
            except (OSError, ValueError, AttributeError):
                pass
        os._exit(code)  # no atexit handlers: the code that ran may have left some


def read_line(lines: io.FileIO) -> bytes:
    """One line, and nothing of the next: the rest belongs to the pump."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = lines.read(1)
        if not byte:
            os._exit(0)  # the engine went without needing this job
        line += byte
    return bytes(line)


def probe(messages: int) -> None:
    """Find the devices, in a process of its own since looking initialises CUDA; write what was found as one line."""
    from tutor.engine import devices

    os.write(messages, json.dumps(devices.probe()).encode() + b"\n")


def prepare(device: str) -> str:
    """Before any request is there: make the device's context, which takes a second on a GPU. A sentence where that fails."""
    from tutor.engine import devices

    problem = devices.take(device)
    return f"{device} does not work just now ({problem}); this runs on the CPU instead." if problem else ""


def limit(orders: Orders) -> None:
    """Hold this process to its orders: folder, threads, memory, open files, core dumps."""
    import resource

    import torch

    os.chdir(orders.folder)
    budgets.Granted.memory_mb = orders.memory_mb
    torch.set_num_threads(orders.threads)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (budgets.LARGEST_FILE, budgets.LARGEST_FILE))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = budgets.MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, budgets.MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    if orders.memory_mb and orders.device == "cpu" and system.data_size():
        # never with CUDA, which reserves huge ranges it does not use
        most = system.data_size() + orders.memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    # job code may start DataLoader workers and gloo ranks; forking them is 30 times quicker than spawning, and safe without CUDA
    if orders.device == "cpu":
        import multiprocessing

        multiprocessing.set_start_method("fork", force=True)


def _with_a_link_that_leads_somewhere(message: Any, course: str) -> Any:
    """Without the lesson it links to, where this course has no such lesson."""
    if message.lesson and not os.path.exists(os.path.join(course, f"{message.lesson}.py")):
        return replace(message, lesson="")
    return message


def carry_out(request: protocol.Work, orders: Orders, outlet: Outlet, control: int) -> None:
    """Do what the request says, and send the message that ends the job."""
    from tutor.engine import scratchpad, shelf, work  # with torch behind them

    run = Run(request.job, orders.device, outlet.send)
    pump = Pump(run, outlet, control)
    pump.start()
    began = time.perf_counter()
    message: Any
    if isinstance(request, RunDemo):
        message = work.run_demo(request, run)
        shelf.leave(orders.shelf, request, run.frame)
    elif isinstance(request, RunCode):
        message = work.run_code(request, orders.device)
    elif isinstance(request, CheckAnswer):
        message = work.check_answer(request, orders.device)
    elif isinstance(request, CheckPrediction):
        message = work.check_prediction(request, orders.device)
    elif isinstance(request, CheckTuning):
        message = work.check_tuning(request, orders.device, outlet.send)
    else:
        scratchpad.serve(request, orders, outlet.send, pump)
    pump.end()
    if message is not None:
        outlet.send(_with_a_link_that_leads_somewhere(message, request.course))
    if not isinstance(message, protocol.Crashed):
        outlet.send(protocol.Finished(request.job, time.perf_counter() - began))

"""A prompt on the device: code runs piece by piece in one namespace, which holds the lesson's examples and what its last demo left."""

from __future__ import annotations

import functools
import io
import queue
import re
import rlcompleter
import signal
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import torch

from tutor import protocol
from tutor.engine import diagnosis, shelf
from tutor.engine.namespace import course_at_hand, execute, fresh_main, seed, silenced
from tutor.engine.orders import Orders
from tutor.engine.run import Run, Send
from tutor.engine.shown import image_messages, tensor_cells
from tutor.protocol import Complete, Completions, Fed, Feed, OpenScratchpad

INPUT = "<your code {}>"
"""The file name that a piece of code is compiled under: each has its own, so that an error finds its line later, too."""
_PIECE = re.compile(r"<your code \d+>")
MOST_COMPLETIONS = 200
MOST_PIXELS = 512
"""Sides of a tensor up to which it is shown as a picture too."""
MOST_PRINTED, LAST_PRINTED = 150_000, 30_000
"""Characters that a piece of code may print and see at once; of more, the last are shown when it has ended."""
LEAST_PIXELS = 4


class Interrupt:
    """SIGINT raises KeyboardInterrupt in the learner's code, and nowhere else."""

    def __init__(self) -> None:
        self.armed = False
        """Whether code of the learner's runs now."""
        self._late = False
        """It came while a message was being sent."""

    def take(self, _signal: int, _frame: types.FrameType | None) -> None:
        if self.armed:
            raise KeyboardInterrupt
        self._late = True

    def shielded(self, work: Callable[[], None]) -> None:
        """Do what must not be cut in two, such as sending a message; an interrupt that comes meanwhile is raised after it."""
        if not self.armed or threading.current_thread() is not threading.main_thread():
            work()
            return
        self.armed = self._late = False
        try:
            work()
        finally:
            self.armed = True
        if self._late:
            raise KeyboardInterrupt

    def run(self, work: Callable[[], Any]) -> Any:
        """What `work` returns, or KeyboardInterrupt."""
        self.armed = True
        try:
            return work()
        finally:
            self.armed = False


INTERRUPT = Interrupt()


class PrintedStream(io.TextIOBase):
    """stdout, as messages: what was printed comes before what says that the code has ended."""

    def __init__(self, job: int, send: Send) -> None:
        self._job, self._send = job, send
        self._waiting: list[str] = []
        self._lock = threading.Lock()
        self.refill()

    def refill(self) -> None:
        """A new piece of code may print as much again."""
        self._left, self._beyond = MOST_PRINTED, 0
        self._last = ""
        """The end of what was printed beyond that."""

    def write(self, text: str) -> int:
        with self._lock:
            now, later = text[: self._left], text[self._left :]
            if now:
                self._waiting.append(now)
                self._left -= len(now)
            if later:
                self._beyond += len(later)
                self._last = (self._last + later)[-LAST_PRINTED:]
        return len(text)

    def flush(self) -> None:
        """Send what waits. Code that runs leaves that to the pump: an interrupt must not cut a message in two."""
        if INTERRUPT.armed and threading.current_thread() is threading.main_thread():
            return
        with self._lock:  # until it is sent: what says that the code has ended comes after it
            waiting, self._waiting = self._waiting, []
            if waiting:
                text = "".join(waiting).encode("utf-8", "backslashreplace").decode()
                self._send(protocol.Printed(self._job, text))

    def end(self) -> None:
        """The piece of code has ended: send what waits, and the end of what was too much, after how much was left out."""
        if self._beyond:
            left_out = self._beyond - len(self._last)
            gap = f"\n… {left_out:,} characters left out …\n" if left_out else ""
            with self._lock:
                self._waiting.append(gap + self._last)
        self.flush()


class Pump(Protocol):
    """What sends on what is logged and printed while code runs, and takes in what is fed."""

    inbox: queue.SimpleQueue[protocol.Message]
    run_of_demo: Run

    def flush_too(self, stream: io.TextIOBase) -> None:
        """Have one more stream flushed while code runs."""


def serve(request: OpenScratchpad, orders: Orders, send: Send, pump: Pump) -> None:
    """Run what is fed until the job is stopped. Its `run` draws as a demo's does."""
    signal.signal(signal.SIGINT, INTERRUPT.take)
    printed = PrintedStream(request.job, send)
    namespace = fresh_main()
    seed()
    run = pump.run_of_demo = Run(
        request.job, orders.device, lambda *messages: INTERRUPT.shielded(lambda: send(*messages))
    )
    with course_at_hand(request.course):
        send(_prepare(request, orders, namespace, run))
        sys.stdout = printed
        pump.flush_too(printed)
        while True:
            message = pump.inbox.get()
            if isinstance(message, Feed):
                printed.refill()
                run.begin()
                answer = _run(request.job, message, namespace, send)
                printed.end()
                run.flush()
                send(answer)
            elif isinstance(message, Complete):
                words = _completions(message.text, namespace)
                send(Completions(request.job, message.number, words))


def _prepare(request: OpenScratchpad, orders: Orders, namespace: dict[str, Any], run: Run) -> Fed:
    """Fill the namespace; number 0 says what came of it, and which names of the lesson's are there."""
    began = time.perf_counter()
    problem = ""
    namespace.update(torch=torch, nn=torch.nn, F=torch.nn.functional, device=torch.device(orders.device), run=run)
    given = set(namespace)
    for code in request.before:
        try:
            with silenced():
                INTERRUPT.run(functools.partial(execute, code, namespace, "<examples>"))
        except KeyboardInterrupt:
            problem = "Interrupted before all of the lesson's examples had run; those names are missing."
            break
        except BaseException as error:  # some examples are there to fail; those below may still run
            problem = problem or f"An example of the lesson fails: {type(error).__name__}: {error}"
    left: dict[str, Any] = {}
    try:
        left = shelf.fetch(orders.shelf, request.course, request.lesson)
    except Exception as error:
        problem = f"What the last demo left cannot be read: {type(error).__name__}: {error}"
    examples = {name: value for name, value in namespace.items() if name not in given and name not in left}
    namespace.update(left)
    names = (*_brief(left), *_brief(examples))
    return Fed(request.job, 0, problem, "", 0, time.perf_counter() - began, names)


def _brief(names: Mapping[str, Any]) -> list[str]:
    """Each name with what it is in a word: `X (40, 1)`, `model Net`; tensors and models first, plain values last."""
    found = []
    for name, value in sorted(names.items(), key=lambda item: _place(item[1])):
        if name.startswith("_") or isinstance(value, types.ModuleType):
            continue
        kind = type(value)
        if kind is torch.Tensor:
            shape = ", ".join(map(str, value.shape)) + ("," if value.ndim == 1 else "")
            found.append(f"{name} ({shape})")
        elif isinstance(value, torch.nn.Module):
            found.append(f"{name} {kind.__name__}")
        else:
            found.append(name + ("()" if isinstance(value, types.FunctionType) else ""))
    return found


def _place(value: Any) -> int:
    return 0 if isinstance(value, (torch.Tensor, torch.nn.Module)) else 2 if isinstance(value, (int, float, str)) else 1


def _run(job: int, feed: Feed, namespace: dict[str, Any], send: Send) -> Fed:
    began = time.perf_counter()
    message, detail, line = "", "", 0
    try:
        value = INTERRUPT.run(lambda: _execute(feed, namespace))
        if value is not None:
            _show(job, feed.code.strip().splitlines()[-1], value, send)
    except KeyboardInterrupt:
        message = "Interrupted; the names are as it left them."
    except SystemExit:
        message = "exit() ends a program of its own; here Esc leads back to the lesson, and F6 starts anew."
    except BaseException as error:
        message, detail, line = _diagnose(error, feed.number)
    return Fed(job, feed.number, message, detail, line, time.perf_counter() - began)


def _diagnose(error: BaseException, number: int) -> tuple[str, str, int]:
    """What to say, the whole error, and the line of this piece of code; 0 where an earlier piece is at fault."""
    frames = [
        frame for frame, _ in traceback.walk_tb(error.__traceback__) if _PIECE.fullmatch(frame.f_code.co_filename)
    ]
    here = INPUT.format(number)
    place = here if isinstance(error, SyntaxError) or not frames else frames[-1].f_code.co_filename
    found = diagnosis.diagnose(error, place)
    if place == here:
        return found.message, found.detail, found.line
    message = found.message.replace(f"Line {found.line}:", f"In {frames[-1].f_code.co_name}:", 1)
    return message, found.detail, 0


def _execute(feed: Feed, namespace: dict[str, Any]) -> torch.Tensor | None:
    """Run the code, and print the value of a last expression as a prompt does; a tensor is returned, to be drawn."""
    value = execute(feed.code, namespace, INPUT.format(feed.number))
    if value is None:
        return None
    namespace["_"] = value
    if isinstance(value, torch.Tensor):
        return value
    print(repr(value))
    return None


def _show(job: int, source: str, value: torch.Tensor, send: Send) -> None:
    """A tensor with its facts, and as a picture where it may be one."""
    sys.stdout.flush()
    dtype = str(value.dtype).removeprefix("torch.")
    note = "requires grad" if value.requires_grad else ""
    cells = tensor_cells(value) if value.device.type != "meta" else ()
    send(protocol.TensorShown(job, source[:60], tuple(value.shape), dtype, str(value.device), cells, (), note))
    if (images := _as_images(value)) is not None:
        send(protocol.Picture(job, source[:60], image_messages(images, (), ())))


def _as_images(value: torch.Tensor) -> torch.Tensor | None:
    """The tensor in a shape that is drawn as images, where it may hold some: the last one or two sizes may be channels."""
    if value.is_complex() or value.device.type == "meta" or value.ndim not in (2, 3, 4):
        return None
    if value.ndim > 2 and value.shape[-1] in (1, 3) and value.shape[-2] > LEAST_PIXELS:  # channels last
        value = value.movedim(-1, -3)
    if value.ndim == 3 and value.shape[0] == 3:  # one in colour; three without would look much the same
        value = value[None]
    if value.ndim == 4 and value.shape[1] not in (1, 3):
        return None
    return value if all(LEAST_PIXELS < side <= MOST_PIXELS for side in value.shape[-2:]) else None


def _completions(text: str, namespace: dict[str, Any]) -> tuple[str, ...]:
    """What the last word of the text may become."""
    completer = rlcompleter.Completer(namespace)
    start = len(text)
    while start and (text[start - 1].isidentifier() or text[start - 1].isdigit() or text[start - 1] == "."):
        start -= 1
    words: list[str] = []
    try:
        while len(words) < MOST_COMPLETIONS and (word := completer.complete(text[start:], len(words))):
            words.append(word)
    except Exception:  # looking an attribute up may run code of the learner's, which may raise
        pass
    return tuple(dict.fromkeys(words))

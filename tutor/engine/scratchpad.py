"""A prompt on the device: code runs piece by piece in one namespace, which holds the lesson's examples and what its last demo left."""

from __future__ import annotations

import functools
import io
import queue
import rlcompleter
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Mapping
from typing import Any

import torch

from tutor import protocol
from tutor.engine import diagnosis, shelf
from tutor.engine.namespace import course_at_hand, execute, fresh_main, seed, silenced
from tutor.engine.orders import Orders
from tutor.engine.shown import image_messages, tensor_cells
from tutor.protocol import Complete, Completions, Fed, Feed, OpenScratchpad

INPUT = "<your code>"
MOST_COMPLETIONS = 200
MOST_PIXELS = 64
"""Sides of a tensor up to which it is shown as a picture too."""
LEAST_PIXELS = 4

Send = Callable[[protocol.Message], None]


class Interrupt:
    """SIGINT raises KeyboardInterrupt in the learner's code, and nowhere else."""

    def __init__(self) -> None:
        self.armed = False
        """Whether code of the learner's runs now."""

    def take(self, _signal: int, _frame: types.FrameType | None) -> None:
        if self.armed:
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

    def __init__(self, job: int, send: Send, limit: int = 200_000) -> None:
        self._job, self._send, self._left = job, send, limit
        self._waiting: list[str] = []
        self._lock = threading.Lock()

    def write(self, text: str) -> int:
        with self._lock:
            if self._left > 0:
                self._waiting.append(text[: self._left])
                self._left -= len(text)
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

    def refill(self, limit: int = 200_000) -> None:
        """A new piece of code may print as much again."""
        self._left = limit

    def end(self) -> None:
        """The piece of code has ended: send what waits, and say how much was dropped."""
        if self._left < 0:
            with self._lock:
                self._waiting.append(f"\n… {-self._left:,} more characters were printed and are not kept.\n")
        self.flush()


def serve(
    request: OpenScratchpad,
    orders: Orders,
    send: Send,
    inbox: queue.SimpleQueue[protocol.Message],
    flush_too: Callable[[io.TextIOBase], None],
) -> None:
    """Run what is fed until the job is stopped. `flush_too` has a stream flushed while code runs."""
    signal.signal(signal.SIGINT, INTERRUPT.take)
    printed = PrintedStream(request.job, send)
    namespace = fresh_main()
    seed()
    with course_at_hand(request.course):
        send(_prepare(request, orders, namespace))
        sys.stdout = printed
        flush_too(printed)
        while True:
            message = inbox.get()
            if isinstance(message, Feed):
                printed.refill()
                answer = _run(request.job, message, namespace, send)
                printed.end()
                send(answer)
            elif isinstance(message, Complete):
                words = _completions(message.text, namespace)
                send(Completions(request.job, message.number, words))


def _prepare(request: OpenScratchpad, orders: Orders, namespace: dict[str, Any]) -> Fed:
    """Fill the namespace; number 0 says what came of it, and which names of the lesson's are there."""
    began = time.perf_counter()
    problem = ""
    namespace.update(torch=torch, nn=torch.nn, F=torch.nn.functional, device=torch.device(orders.device))
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
    """Each name with what it is in a word: `X (40, 1)`, `model Net`."""
    found = []
    for name, value in names.items():
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


def _run(job: int, feed: Feed, namespace: dict[str, Any], send: Send) -> Fed:
    began = time.perf_counter()
    message, detail, line = "", "", 0
    try:
        value = INTERRUPT.run(lambda: _execute(feed.code, namespace))
        if value is not None:
            _show(job, feed.code.strip().splitlines()[-1], value, send)
    except KeyboardInterrupt:
        message = "Interrupted; the names are as it left them."
    except BaseException as error:
        found = diagnosis.diagnose(error, INPUT)
        message, detail, line = found.message, found.detail, found.line
    return Fed(job, feed.number, message, detail, line, time.perf_counter() - began)


def _execute(code: str, namespace: dict[str, Any]) -> torch.Tensor | None:
    """Run the code, and print the value of a last expression as a prompt does; a tensor is returned, to be drawn."""
    value = execute(code, namespace, INPUT)
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
    if _is_picture(value):
        send(protocol.Picture(job, source[:60], image_messages(value, (), ())))


def _is_picture(value: torch.Tensor) -> bool:
    """(H, W), (N, H, W), (N, 1, H, W) or (N, 3, H, W), of at least 4 and at most 64 pixels a side."""
    shape = value.shape
    if value.is_complex() or value.device.type == "meta" or value.ndim not in (2, 3, 4):
        return False
    if value.ndim == 4 and shape[1] not in (1, 3):
        return False
    return all(LEAST_PIXELS < side <= MOST_PIXELS for side in shape[-2:])


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

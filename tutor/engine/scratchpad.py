"""A prompt on the device: code runs piece by piece in one namespace, which holds the lesson's examples and what its last demo left."""

from __future__ import annotations

import io
import queue
import rlcompleter
import signal
import sys
import time
from collections.abc import Callable
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


class PrintedStream(io.TextIOBase):
    """stdout, as messages: what was printed comes before what says that the code has ended."""

    def __init__(self, job: int, send: Send, limit: int = 200_000) -> None:
        self._job, self._send, self._left = job, send, limit
        self._waiting: list[str] = []

    def write(self, text: str) -> int:
        if self._left > 0:
            self._waiting.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            text = "".join(waiting).encode("utf-8", "backslashreplace").decode()
            self._send(protocol.Printed(self._job, text))

    def refill(self, limit: int = 200_000) -> None:
        """A new piece of code may print as much again."""
        self._left = limit


def serve(request: OpenScratchpad, orders: Orders, send: Send, inbox: queue.SimpleQueue[protocol.Message]) -> None:
    """Run what is fed until the job is stopped."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    printed = PrintedStream(request.job, send)
    namespace = fresh_main()
    seed()
    with course_at_hand(request.course):
        send(_prepare(request, orders, namespace))
        sys.stdout = printed
        while True:
            message = inbox.get()
            if isinstance(message, Feed):
                printed.refill()
                answer = _run(request.job, message, namespace, send)
                printed.flush()
                send(answer)
            elif isinstance(message, Complete):
                words = _completions(message.text, namespace)
                send(Completions(request.job, message.number, words))


def _prepare(request: OpenScratchpad, orders: Orders, namespace: dict[str, Any]) -> Fed:
    """Fill the namespace; number 0 says what came of it."""
    began = time.perf_counter()
    problem = ""
    namespace.update(torch=torch, nn=torch.nn, F=torch.nn.functional, device=torch.device(orders.device))
    try:
        with silenced():
            for code in request.before:
                execute(code, namespace, "<examples>")
        namespace.update(shelf.fetch(orders.shelf, request.course, request.lesson))
    except Exception as error:
        problem = f"Not all of the lesson's names are here: {type(error).__name__}: {error}"
    return Fed(request.job, 0, problem, "", 0, time.perf_counter() - began)


def _run(job: int, feed: Feed, namespace: dict[str, Any], send: Send) -> Fed:
    began = time.perf_counter()
    message, detail, line = "", "", 0
    try:
        value = execute(feed.code, namespace, INPUT)
        if value is not None:
            namespace["_"] = value
            _show(job, feed.code.strip().splitlines()[-1], value, send)
    except KeyboardInterrupt:
        message = "Interrupted; the names are as it left them."
    except BaseException as error:
        found = diagnosis.diagnose(error, INPUT)
        message, detail, line = found.message, found.detail, found.line
    return Fed(job, feed.number, message, detail, line, time.perf_counter() - began)


def _show(job: int, source: str, value: Any, send: Send) -> None:
    """A tensor with its facts, and as a picture where it may be one; all else as a prompt shows it."""
    if not isinstance(value, torch.Tensor):
        print(repr(value))
        return
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

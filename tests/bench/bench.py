"""What every measurement is given: a warm engine, and a course of one lesson."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bench.figure import Figure
from tutor.client import Engine
from tutor.protocol import CheckAnswer, Crashed, JobEvent, RunCode, RunDemo, Verdict, Work

LESSON_ID = "bench/lesson"
ANSWER = "def double(x):\n    return 2 * x\n"
CHECK = """
import torch
from tutor.lesson import expect

def check_double(double):
    expect(double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]), "double(x)")
"""
TRAIN = """
import time
import torch

def train(steps, log):
    torch.manual_seed(0)
    X = torch.linspace(0, 1, 40).unsqueeze(1)
    y = 0.7 * X + 0.3
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in steps:
        loss = ((model(X) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(loss.item())

def seconds_of(steps, log):
    began, used = time.perf_counter(), time.process_time()
    train(steps, log)
    return time.perf_counter() - began, time.process_time() - used
"""
"""The same loop for the demo and for a plain Python, which differ in what `steps` and `log` are."""
DEMO = """
def fit(run, steps: int = 1000):
    train(range(200), float)
    seconds, used = seconds_of(run.steps(steps), lambda loss: run.log(loss=loss))
    run.result(seconds=seconds, used=used)
"""
LESSON = CHECK + TRAIN + DEMO


@dataclass
class Bench:
    """The engine at hand."""

    engine: Engine
    course: str

    async def timed(self, request: Work) -> tuple[float, list[JobEvent]]:
        """Seconds from the request to its last event, and the events. A job that fails ends the measurement."""
        began = time.perf_counter()
        events = [event async for event in self.engine.run(request)]
        took = time.perf_counter() - began
        if isinstance(events[-1], Crashed):
            raise RuntimeError(events[-1].message)
        return took, events

    def empty(self) -> RunCode:
        """A job that does nothing."""
        return RunCode(self.engine.new_job(), self.course, LESSON_ID, "")

    def code(self, text: str) -> RunCode:
        """A job that runs this."""
        return RunCode(self.engine.new_job(), self.course, LESSON_ID, text)

    def check(self) -> CheckAnswer:
        """A right answer to be judged."""
        return CheckAnswer(self.engine.new_job(), self.course, LESSON_ID, "double", ANSWER)

    def demo(self, steps: int) -> RunDemo:
        """The training demo."""
        return RunDemo(self.engine.new_job(), self.course, LESSON_ID, "fit", {"steps": steps})


def passed(events: list[JobEvent]) -> None:
    """Fails unless the answer was found right: a quick wrong verdict is no figure."""
    outcomes = [event.outcome for event in events if isinstance(event, Verdict)]
    if outcomes != ["passed"]:
        raise RuntimeError(f"the right answer was judged {outcomes}")


Measurement = Callable[[Bench], Awaitable[list[Figure]]]

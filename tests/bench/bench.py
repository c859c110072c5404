"""What every measurement is given: a warm engine, and a course of one lesson."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bench.figure import Figure
from tutor.client import Engine
from tutor.course.catalog import built_in
from tutor.protocol import CheckAnswer, Crashed, JobEvent, RunCode, RunDemo, Value, Verdict, Work

LESSON_ID = "bench/lesson"
ANSWER = "def double(x):\n    return 2 * x\n"
CHECK = """
import torch
from tutor.lesson import expect

def check_double(double):
    expect(double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]), "double(x)")
"""
TRAIN = f"""
import statistics
import sys
import time

sys.path[:0] = [{str(built_in())!r}, {str(built_in() / "vision")!r}]

def linear():
    model = torch.nn.Linear(1, 1)
    X = torch.linspace(0, 1, 40).unsqueeze(1)
    return model, torch.optim.SGD(model.parameters(), lr=0.01), torch.nn.functional.mse_loss, X, 0.7 * X + 0.3

def cnn():
    from tiny_vgg import TinyVGG
    model = TinyVGG(16, batch_norm=True)
    X, y = torch.rand(32, 1, 8, 8), torch.randint(0, 10, (32,))
    return model, torch.optim.Adam(model.parameters(), lr=0.002), torch.nn.functional.cross_entropy, X, y

def train(parts, steps, log):
    model, optimizer, loss_fn, X, y = parts
    began, used = time.perf_counter(), time.process_time()
    for _ in steps:
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(loss.item())
    return time.perf_counter() - began, time.process_time() - used
"""
"""The same loop, live and bare: they differ in what `steps` and `log` are."""
DEMO = """
def fit(run, model: str = "linear", steps: int = 1000, pairs: int = 1):
    parts = {"linear": linear, "cnn": cnn}[model]()
    train(parts, range(200), float)
    bare, live = [], []
    for turn in range(pairs):
        for kind in ("bare", "live") if turn % 2 else ("live", "bare"):  # what drifts meets both alike
            if kind == "bare":
                bare.append(train(parts, range(steps), [].append))
            else:
                began, used = time.perf_counter(), time.process_time()
                train(parts, run.steps(steps), lambda loss: run.log(loss=loss))
                run.flush()  # what it logged is not sent at the cost of the next
                live.append((time.perf_counter() - began, time.process_time() - used))
    # of the pairs the median: what else the machine does for a moment meets one of two, what following costs meets every live one
    pairs = list(zip(bare, live))
    run.result(
        ratio=statistics.median(b[0] / l[0] for b, l in pairs),
        used=statistics.median(l[1] / b[1] for b, l in pairs),
        rate=steps / statistics.median(b[0] for b in live),
    )
"""
LESSON = CHECK + TRAIN + DEMO


FORKS = """
import gc, os, statistics, time
import torch, torch._dynamo
gc.collect()
gc.freeze()
times = []
for _ in range(100):
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    times.append(time.perf_counter() - began)
print(statistics.median(times), flush=True)
os._exit(0)  # taking torch down in order writes to stderr
"""


@dataclass
class Bench:
    """The engine at hand."""

    engine: Engine
    course: str
    _forked: float = 0.0

    async def timed(self, request: Work) -> tuple[float, list[JobEvent]]:
        """Seconds from the request to its last event, and the events. A job that fails ends the measurement."""
        began = time.perf_counter()
        events = [event async for event in self.engine.run(request)]
        took = time.perf_counter() - began
        if isinstance(events[-1], Crashed):
            raise RuntimeError(events[-1].message)
        return took, events

    async def forked(self) -> float:
        """Seconds that a Python with torch imported takes to fork a child that ends at once, and to collect it: measured once."""
        if not self._forked:
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", FORKS, stdout=asyncio.subprocess.PIPE)
            printed, _ = await process.communicate()
            self._forked = float(printed)
        return self._forked

    def empty(self) -> RunCode:
        """A job that does nothing."""
        return RunCode(self.engine.new_job(), self.course, LESSON_ID, "")

    def code(self, text: str) -> RunCode:
        """A job that runs this."""
        return RunCode(self.engine.new_job(), self.course, LESSON_ID, text)

    def check(self) -> CheckAnswer:
        """A right answer to be judged."""
        return CheckAnswer(self.engine.new_job(), self.course, LESSON_ID, "double", ANSWER)

    def demo(self, settings: dict[str, Value]) -> RunDemo:
        """The training demo."""
        return RunDemo(self.engine.new_job(), self.course, LESSON_ID, "fit", settings, seconds=600)


def passed(events: list[JobEvent]) -> None:
    """Fails unless the answer was found right: a quick wrong verdict is no figure."""
    outcomes = [event.outcome for event in events if isinstance(event, Verdict)]
    if outcomes != ["passed"]:
        raise RuntimeError(f"the right answer was judged {outcomes}")


Measurement = Callable[[Bench], Awaitable[list[Figure]]]

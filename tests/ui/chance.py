"""An engine that answers by chance: every kind of event, verdicts right and wrong, jobs that crash and jobs that never end."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

from tests.ui.fakes import FakeEngine
from tutor.protocol import (
    Axes,
    Bars,
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Complete,
    Completions,
    Control,
    Crashed,
    Extend,
    Fed,
    Feed,
    Finished,
    Heatmap,
    Histogram,
    Image,
    JobEvent,
    Note,
    OpenScratchpad,
    Paused,
    Picture,
    Points,
    Printed,
    Progress,
    Request,
    Result,
    Resumed,
    RunDemo,
    Started,
    Table,
    TensorShown,
    Verdict,
    Work,
)

WORDS = ("ok", "[b]x[/b]", "x[/foo]", "é", "一二三", "a\tb", "\x1b[31mred\x1b[0m", "w" * 300, "", "two\nlines")
"""What jobs may say, awkward ones too."""


class ChanceEngine(FakeEngine):
    """All that it says follows from `chance`."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(self._answer)
        self.chance = chance

    def words(self) -> str:
        return self.chance.choice(WORDS)

    def _answer(self, request: Work) -> Iterator[JobEvent]:
        yield Started(0, "cpu", self.chance.choice((0.0, 5.0, 60.0)))
        if isinstance(request, OpenScratchpad):
            yield Fed(0, 0, "", "", 0, 0.01, ("x", "model"))
            return
        if isinstance(request, RunDemo):
            for _ in range(self.chance.randrange(12)):
                yield self._shown()
        if isinstance(request, (CheckAnswer, CheckPrediction, CheckTuning)):
            outcome = self.chance.choice(("passed", "failed", "failed", "not_attempted", "error", "unjudged"))
            if self.chance.random() < 0.8:
                yield Verdict(
                    0, outcome, self.words() or "so", self.words(), self.words(), self.words(), line=self.chance.randrange(9)
                )  # fmt: skip
        yield from self._end()

    def _end(self) -> Iterator[JobEvent]:
        draw = self.chance.random()
        if draw < 0.7:
            yield Finished(0, 0.2)
        elif draw < 0.85:
            yield Crashed(0, self.words() or "It crashed.", self.words())

    def _shown(self) -> JobEvent:
        number = self.chance.random
        many = tuple(number() * 10**8 if number() < 0.1 else number() for _ in range(self.chance.randrange(1, 50)))
        size = self.chance.randrange(1, 9)
        pixels = base64.b64encode(bytes(self.chance.randrange(256) for _ in range(size * size))).decode()
        grid = tuple(tuple(number() for _ in range(size)) for _ in range(size))
        name = self.chance.choice(("loss", "accuracy", "weights"))
        return self.chance.choice(
            (
                Axes(0, name, "epoch", 0, 100),
                Points(0, name, "train", tuple(map(float, range(len(many)))), many),
                Points(0, name, "test", tuple(map(float, range(len(many)))), (float("nan"),) * len(many)),
                Bars(
                    0, name, tuple(self.words() for _ in range(size)), many[:size] + (0.5,) * (size - len(many[:size]))
                ),
                Histogram(0, name, 0.0, 1.0, tuple(range(size)), 0.5, 0.1),
                Heatmap(0, name, grid),
                Picture(0, name, (Image(size, size, "L", pixels, self.words(), "wrong"),)),
                Table(0, name, ("a", "b"), ((self.words(), self.words()),) * size),
                TensorShown(0, name, (size, size), "float32", "cpu", tuple(tuple("0.5" for _ in row) for row in grid)),
                Note(0, self.words() or "note", "data"),
                Printed(0, self.words() * self.chance.choice((1, 1, 200))),
                Progress(0, 3, self.chance.choice((0, 10)), "epoch", 12.0, 3.0, 300),
                Result(0, {"train": number(), "right": True, "name": self.words()}),
            )
        )

    async def send(self, request: Request) -> None:
        await super().send(request)
        if getattr(request, "job", 0) not in self._more:
            return  # it has ended, or has not begun: an engine that is told so says nothing
        match request:
            case Feed(job=job, number=number):
                draw = self.chance.random()
                if draw < 0.7:
                    self.say(Printed(job, self.words()), Fed(job, number, "", "", 0, 0.01))
                elif draw < 0.85:
                    self.say(Fed(job, number, self.words() or "no", self.words(), 1, 0.01))
                elif draw < 0.92:
                    self.say(Crashed(job, "The process ended itself."))
            case Complete(job=job, number=number):
                self.say(Completions(job, number, ("learning_rate", "learn(")[: self.chance.randrange(3)]))
            case Control(job=job, action="pause"):
                self.say(Paused(job))
            case Control(job=job, action="resume"):
                self.say(Resumed(job))
            case Control(job=job, action="interrupt"):
                self.say(Fed(job, 10**6, "Interrupted.", "", 0, 0.01))
            case Extend() | _:
                pass

"""One line on how far a job is, and how it ended."""

from __future__ import annotations

import time

from rich.text import Text
from textual.timer import Timer
from textual.widget import Widget

from tutor.protocol import Crashed, Finished, JobEvent, Paused, Progress, Resumed, Started, Stopped
from tutor.ui.words import bar, span

TICK = 0.25
"""Seconds between two looks at the clock; the timer runs only while a job does."""

MORE_TIME = 30.0
"""Seconds that one key adds to a job's budget."""


class RunLine(Widget):
    """Progress, time left, rate, device and memory of a job; the clock of its budget until it reports progress."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"run--mark", "run--bar", "run--muted", "run--good", "run--bad"}
    DEFAULT_CSS = """
    RunLine {
        height: 1; padding: 0 1;
        .run--mark { color: $primary; text-style: bold; }
        .run--bar { color: $primary; }
        .run--muted { color: $muted; }
        .run--good { color: $success; text-style: bold; }
        .run--bad { color: $error; text-style: bold; }
    }
    """

    def __init__(self, idle: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.idle = idle
        """Said before anything ran."""
        self.progress: Progress | None = None
        self.paused = False
        self.device = ""
        self.budget = 0.0
        self._began = 0.0
        self._rested = 0.0
        """When a pause began: no budget runs then; 0: it runs."""
        self._heard = 0.0
        """When progress was last reported."""
        self._timer: Timer | None = None
        self._line = Text(idle)

    def render(self) -> Text:
        return self._line

    def begin(self, waiting: str) -> None:
        """A job was asked for; `waiting` says what it waits for."""
        self.progress, self.paused, self.device, self.budget = None, False, "", 0.0
        self._rested = 0.0
        self._line = self._styled(f"… {waiting}", "muted")
        self.refresh()

    def settle(self, words: str) -> None:
        """Nothing runs, and nothing has ended that is worth more words than these."""
        self._end("", "muted", words)

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return max(self.budget - ((self._rested or time.monotonic()) - self._began), 0.0)

    def extend(self, seconds: float) -> None:
        """The job was given this many seconds more."""
        if self.budget:
            self.budget += seconds
            self._tick()

    def _rest(self, paused: bool) -> None:
        now = time.monotonic()
        if self._rested and not paused:
            self._began += now - self._rested
        self._rested = (self._rested or now) if paused else 0.0
        self.paused = paused
        self._tick()

    def take(self, event: JobEvent) -> None:
        match event:
            case Started(device=device, seconds=seconds):
                self.device, self.budget, self._began = device, seconds, time.monotonic()
                self._timer = self._timer or self.set_interval(TICK, self._tick)
                self._tick()
            case Progress():
                first = self.progress is None
                self.progress, self._heard = event, time.monotonic()
                if first:  # later ones wait for the next tick: figures that change 10 times a second cannot be read
                    self._tick()
            case Paused() | Resumed():
                self._rest(isinstance(event, Paused))
            case Finished(seconds=seconds):
                self._end("✓ ", "good", f"done in {span(seconds)}{self._where}")
            case Stopped():
                at = f" at {self.progress.unit} {self.progress.done}" if self.progress else ""
                self._end("■ ", "muted", f"stopped{at}")
            case Crashed(message=message):
                self._end("✗ ", "bad", message)

    def _end(self, mark: str, style: str, words: str) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._line = self._styled(mark, style).append(words)
        self.refresh()

    @property
    def _where(self) -> str:
        return f" · {self.device}" if self.device else ""

    def _styled(self, words: str, style: str) -> Text:
        return Text(no_wrap=True, overflow="ellipsis").append(words, self._style(style))

    def _style(self, name: str) -> str:
        return self.get_component_rich_style(f"run--{name}", partial=True)  # type: ignore[return-value]

    def _tick(self) -> None:
        self._line = self._progress_line(self.progress) if self.progress else self._clock_line()
        self.refresh()

    def _clock_line(self) -> Text:
        """Before any progress is reported: the budget, running down."""
        line = self._styled("⏸ " if self.paused else "▶ ", "mark")
        line.append(f"running {max(time.monotonic() - self._began, 0):.0f} s ")
        if self.budget:
            line.append(bar(self.left / self.budget, 12), self._style("bar"))
            line.append(f" {self.left:.0f} of {self.budget:.0f} s left", self._style("muted"))
        return line.append(self._where, self._style("muted"))

    def _progress_line(self, progress: Progress) -> Text:
        line = self._styled("⏸ " if self.paused else "▶ ", "mark")
        facts = " · ".join(self._facts(progress))
        if progress.total:
            line.append(f"{progress.unit} {progress.done:,}/{progress.total:,} ")
            room = self.content_size.width - line.cell_len - len(facts) - 2
            steps = max(room // 8, 1) * 8  # in steps, or it would change its length with every digit
            line.append(bar(progress.done / progress.total, min(steps, 40)), self._style("bar"))
        else:
            line.append(f"{progress.unit} {progress.done:,}")
        return line.append("  ").append(facts, self._style("muted"))

    def _facts(self, progress: Progress) -> list[str]:
        """Time left, throughput, device, budget where it runs out, memory of the job and of the GPU."""
        facts = ["paused"] if self.paused else []
        if progress.seconds_left >= 0 and not self.paused:
            silent = time.monotonic() - self._heard
            left = progress.seconds_left - (silent if silent > 5 else 0)  # goes down while a long step lasts
            facts.append(f"{span(left) if left >= 1 else '< 1 s'} left")
        if progress.rate > 0 and (self._roomy or not progress.samples):
            facts.append(f"{_rate(progress.rate)} {progress.unit}s/s")
        if progress.samples > 0:
            facts.append(f"{_rate(progress.samples)} samples/s")
        facts.append(self.device)
        scarce = self.budget and (self.left < self.budget / 2 or progress.seconds_left > self.left)
        facts.append(
            f"{self.left:.0f} s of budget" if scarce or (self._roomy and self.budget and not progress.gpu_mb) else ""
        )
        if not scarce or self._roomy:
            facts.append(f"{progress.memory_mb:,} MB" if progress.memory_mb else "< 1 MB")
        if progress.gpu_mb:
            facts.append(f"GPU {progress.gpu_mb:,} MB")
        return [fact for fact in facts if fact]

    @property
    def _roomy(self) -> bool:
        return self.content_size.width >= 100


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"

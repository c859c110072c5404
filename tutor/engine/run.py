"""What a demo is handed: its hold on the screen. All the rest of a demo is plain PyTorch."""

from __future__ import annotations

import sys
import threading
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any, Literal, Protocol, TypeVar, Union

import torch

from tutor import protocol
from tutor.engine.devices import accelerator_memory
from tutor.engine.gate import Gate
from tutor.engine.planes import heatmap_message, histogram_message, regions_message
from tutor.engine.shown import image_messages, number, numbers, tensor_cells
from tutor.protocol import Group, Value

Item = TypeVar("Item")
PictureMessage = Union[
    protocol.Scatter,
    protocol.Bars,
    protocol.Regions,
    protocol.Histogram,
    protocol.Heatmap,
    protocol.Picture,
    protocol.Table,
]


class Send(Protocol):
    """Sends messages, together."""

    def __call__(self, *messages: protocol.Message) -> None: ...


class Run:
    """Logs points, shows pictures, follows progress and obeys the learner's controls."""

    def __init__(self, job: int, device: str, send: Send, seed: int = 42) -> None:
        self.device = torch.device(device)
        """Where the demo's tensors belong."""
        self.seed = seed
        """What a demo seeds its chance with; several of them where its result is judged."""
        self.gate = Gate()
        self.shown = False
        """Whether something was drawn."""
        self._job = job
        self._send = send
        self._lock, self._flushing = threading.Lock(), threading.Lock()
        self.begin()

    def begin(self) -> None:
        """As if nothing had been logged, shown or counted yet."""
        self.figures: dict[str, Value] = {}
        """What `result` was given so far."""
        self.frame: types.FrameType | None = None
        """The demo's own frame, once it has begun a loop: its names outlive it, for the scratchpad."""
        self._charts: dict[str, defaultdict[str, tuple[list[float], list[float]]]] = {}
        """Chart -> curve -> x and y of the points that wait to be sent."""
        self._pictures: dict[tuple[type, str], PictureMessage] = {}
        """What waits to be sent; of one kind and title, only the newest counts."""
        self._shown: set[tuple[type, str]] = set()
        self._live: dict[str, Value] = {}
        self._tensors: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._unit, self._planned = "step", 0
        self._x, self._depth = 0.0, 0
        self._width = 1.0
        """Of a step of the innermost loop, on the x axis."""
        self._done, self._reported, self._samples = 0, -1, 0
        self._began, self._waited = time.perf_counter(), 0.0

    def move(self, device: str, why: str) -> None:
        """Begin again on another device. For a demo of which nothing was drawn yet."""
        self.device = torch.device(device)
        self.figures.clear()
        self._charts.clear()
        self._depth = 0
        self._send(protocol.Note(self._job, why, "device"))

    # Steps ----------------------------------------------------------------------------------------------------------

    def steps(self, what: int | Iterable[Item], unit: str = "step", samples: int = 0) -> Iterator[Any]:
        """Iterate over range(what), or over an iterable, with progress, pause and stepping. The outermost loop's unit is the x axis's.

        `samples`: how many a step works on, for the samples a second that are shown with the progress.
        """
        items: Iterable[Any] = range(what) if isinstance(what, int) else what
        total = len(items) if isinstance(items, Sized) else 0
        self.frame = sys._getframe(1)
        depth, outer = self._depth, self._width
        base = self._x if depth else 0
        if depth == 0:
            self._unit, self._planned, self._done, self._samples = unit, total, 0, samples
            self._began, self._waited, self._x = time.perf_counter(), 0.0, 0.0
        # an inner loop shares out one step of the loop around it; of unknown length, it stays where that step begins
        width = 1 if depth == 0 else outer / total if total else 0.0
        placed = enumerate(items) if depth == 0 else ((base + i * width, item) for i, item in enumerate(items))
        self._depth, self._width = depth + 1, width
        gate, x = self.gate, -1.0
        try:
            # a step of PyTorch leaves little of the processor's caches: what is done here costs by the memory that it touches
            for x, item in placed:
                self._x = x
                yield item
                if gate.closed:
                    self._rest(depth, int(x))
            if depth == 0:
                self._done = int(x) + 1
        finally:
            self._depth, self._width = depth, outer
            if depth:
                self._x = base + outer

    def _rest(self, depth: int, done: int) -> None:
        if depth == 0:
            self._done = done + 1
        self.flush()
        job, send = self._job, self._send
        self._waited += self.gate.wait(lambda: send(protocol.Paused(job)), lambda: send(protocol.Resumed(job)))

    def progress(self) -> protocol.Progress | None:
        """How far the outermost loop is; None where there is nothing new to say. memory_mb is left at 0."""
        done, total = max(self._done, int(self._x) if self._depth else 0), self._planned
        if done == self._reported or not (done or total):
            return None
        self._reported = done
        seconds = max(time.perf_counter() - self._began - self._waited, 1e-9)
        rate = done / seconds
        left = (total - done) / rate if total and rate else -1.0
        samples, gpu_mb = rate * self._samples, accelerator_memory(self.device) // 2**20
        return protocol.Progress(self._job, done, total, self._unit, rate, left, 0, samples, gpu_mb)

    # Live controls --------------------------------------------------------------------------------------------------

    def now(self, name: str, value: Item) -> Item:
        """The present value of a live control: what the learner set while the demo runs, else `value`."""
        return self._live.get(name, value)  # type: ignore[return-value]

    def adjust(self, name: str, value: Value) -> None:
        """Another value for a live control, from the learner."""
        self._live[name] = value
        self._send(protocol.Adjusted(self._job, name, value, float(self._x)))

    # Curves ---------------------------------------------------------------------------------------------------------

    def log(self, chart: str = "loss", /, *, x: float | None = None, **series: Any) -> None:
        """One point for each named curve of a chart, at the present step of the outermost loop (in fractions within an inner one)."""
        curves = self._charts.get(chart)
        if curves is None:
            curves = self._open(chart)
        at = self._x if x is None else float(x)
        for name in series:
            value = series[name]
            if type(value) is not float:
                value = number(value)
            xs, ys = curves[name]
            xs.append(at)
            ys.append(
                value
            )  # last, since it is by these that another thread counts the points: a lock would cost as much as all the rest

    def _open(self, chart: str) -> defaultdict[str, tuple[list[float], list[float]]]:
        self._send(protocol.Axes(self._job, chart, self._unit, 0.0, float(self._planned)))
        return self._charts.setdefault(chart, defaultdict(lambda: ([], [])))

    def flush(self, *more: protocol.Message) -> None:
        """Send the points that were logged since the last time, the newest pictures, and what else there is."""
        with self._flushing:  # two threads flush: what one of them took is sent before the other says more
            messages: list[protocol.Message] = []
            for chart, curves in list(self._charts.items()):
                for name, (xs, ys) in list(curves.items()):
                    if logged := len(ys):
                        x, y = tuple(map(float, xs[:logged])), tuple(ys[:logged])
                        messages.append(protocol.Points(self._job, chart, name, x, y))
                        del xs[:logged], ys[:logged]
            with self._lock:
                pictures, self._pictures = self._pictures, {}
            messages += pictures.values()
            if messages:
                self.shown = True
            # one write: at each, this thread and the demo's hand the interpreter to and fro
            self._send(*messages, *more)

    def _show(self, picture: PictureMessage) -> None:
        self.shown = True
        key = (type(picture), picture.title)
        if key not in self._shown:  # the first at once, so that panels appear in the order in which they are shown
            self._shown.add(key)
            self._send(picture)
            return
        with self._lock:
            self._pictures[key] = picture

    # Pictures -------------------------------------------------------------------------------------------------------

    def scatter(
        self,
        title: str,
        points: Mapping[str, tuple[Any, Any]] | None = None,
        lines: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        """Groups of points and lines in a plane, each a pair (x, y) of equally many numbers of any shape."""
        groups = [Group(name, "points", numbers(x), numbers(y)) for name, (x, y) in (points or {}).items()]
        groups += [Group(name, "line", numbers(x), numbers(y)) for name, (x, y) in (lines or {}).items()]
        for group in groups:
            if len(group.x) != len(group.y):
                raise ValueError(
                    f"scatter({title!r}): {group.name} has {len(group.x)} x values and {len(group.y)} y values"
                )
        self._show(protocol.Scatter(self._job, title, tuple(groups)))

    def bars(self, title: str, values: Mapping[str, Any]) -> None:
        """Named bars."""
        self._show(protocol.Bars(self._job, title, tuple(values), tuple(number(v) for v in values.values())))

    def regions(
        self, title: str, points: Mapping[str, tuple[Any, Any]], predict: Callable[[torch.Tensor], Any]
    ) -> None:
        """Points (x, y) of each class, over the class that `predict` gives each place around them.

        `predict` is handed places as a tensor (N, 2) on `run.device`, and gives N class numbers, in the order of `points`.
        """
        self._show(regions_message(self._job, title, points, predict, self.device))

    def histogram(self, title: str, values: Any, bins: int = 30) -> None:
        """How often values of any shape occur, in bins of equal width."""
        self._show(histogram_message(self._job, title, values, bins))

    def heatmap(self, title: str, matrix: Any, rows: Sequence[Any] = (), columns: Sequence[Any] = ()) -> None:
        """A matrix (R, C) as shades with its numbers: attention, a confusion matrix. `rows` and `columns` name it."""
        self._show(heatmap_message(self._job, title, matrix, rows, columns))

    def images(
        self, title: str, images: Any, labels: Sequence[Any] = (), marks: Sequence[Literal["", "right", "wrong"]] = ()
    ) -> None:
        """Images (H, W), (N, H, W), (N, 1, H, W) or (N, 3, H, W). Bytes are shown as they are, floats scaled from their own range."""
        self._show(protocol.Picture(self._job, title, image_messages(images, labels, marks)))

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """A table; cells are shown as text."""
        cells = tuple(tuple(str(cell) for cell in row) for row in rows)
        self._show(protocol.Table(self._job, title, tuple(columns), cells))

    def tensor(self, title: str, tensor: torch.Tensor, note: str = "") -> None:
        """A tensor's values, with those that changed since the title was last shown."""
        cells = tensor_cells(tensor) if tensor.device.type != "meta" else ()  # which has no values
        before = self._tensors.get(title, ())
        self._tensors[title] = cells
        changed = []
        if [len(row) for row in before] == [len(row) for row in cells]:
            pairs = [(r, c) for r, row in enumerate(cells) for c in range(len(row))]
            changed = [(r, c) for r, c in pairs if cells[r][c] != before[r][c]]
        dtype = str(tensor.dtype).removeprefix("torch.")
        shape, device = tuple(tensor.shape), str(tensor.device)
        self._send(protocol.TensorShown(self._job, title, shape, dtype, device, cells, tuple(changed), note))

    # Words ----------------------------------------------------------------------------------------------------------

    def data(self, text: str) -> None:
        """Say which data ran."""
        self._send(protocol.Note(self._job, text, "data"))

    def note(self, text: str) -> None:
        """One line in plain words."""
        self._send(protocol.Note(self._job, text))

    def result(self, **figures: Any) -> None:
        """Figures measured in this run."""
        plain: dict[str, Value] = {n: v if isinstance(v, (bool, int, str)) else number(v) for n, v in figures.items()}
        self.figures.update(plain)
        self._send(protocol.Result(self._job, plain))

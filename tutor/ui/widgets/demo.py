"""A demo: its controls, the stage on which it is drawn, and how far it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Static

from tutor.course.model import Demo, Value
from tutor.protocol import (
    LAST,
    Adjusted,
    Axes,
    Control,
    Crashed,
    Extend,
    JobEvent,
    Paused,
    Points,
    Printed,
    Resumed,
    RunDemo,
    Started,
    Stopped,
)
from tutor.ui.jobs import Jobs
from tutor.ui.keymap import key
from tutor.ui.pastruns import PastRun, PastRuns
from tutor.ui.widgets.control import ControlField, Controls
from tutor.ui.widgets.figures import Figures
from tutor.ui.widgets.runline import MORE_TIME, RunLine
from tutor.ui.widgets.stage import Stage

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

MOST_LOG = 200_000
"""Characters of printed output that are kept for the log."""


class DemoPane(Vertical, can_focus=True):
    """Runs a demo and shows it while it runs. A run after the first keeps the earlier curves behind its own."""

    BINDING_GROUP_TITLE = "The demo"
    DEFAULT_CSS = """
    DemoPane {
        height: 1fr;
        #question { height: auto; padding: 0 1; text-style: bold; color: $secondary; }
        #controls { background: $surface; }
        Stage { height: 1fr; min-height: 6; margin: 0 1; }
    }
    """
    BINDINGS = [
        Binding("r", "run", "run", id="demo.run", tooltip="Run the demo with these settings"),
        Binding("space", "pause", "pause", id="demo.pause", tooltip="Pause, or go on"),
        Binding("full_stop", "step", "step", id="demo.step", tooltip="Go on for one step, then pause"),
        Binding("x", "stop", "stop", id="demo.stop", tooltip="End this run"),
        Binding("e", "more_time", "+30 s", show=False, id="demo.more_time", tooltip="Give this run 30 seconds more"),
        Binding("l", "log_scale", "log scale", id="demo.log_scale", tooltip="Logarithmic y axis, or linear again"),
        Binding("v", "panel", "view", id="demo.panel", tooltip="Show the next chart or picture"),
        Binding("c", "source", "code", id="demo.source", tooltip="The code of this demo"),
        Binding("g", "printed", "log", id="demo.log", tooltip="What the demo printed"),
        Binding("d", "detail", "details", id="demo.detail", tooltip="The whole error"),
        Binding("m", "smooth", "smooth", id="demo.smooth", tooltip="Curves averaged, or as they are"),
        Binding("o", "runs", "runs", id="demo.runs", tooltip="The last runs: compare, take over, remove"),
        Binding("z", "defaults", "defaults", id="demo.defaults", tooltip="All controls as the lesson sets them"),
        Binding(
            "w",
            "write",
            "write script",
            show=False,
            id="demo.write",
            tooltip="Write the demo to a file that runs by itself",
        ),
    ]

    class Began(Message):
        """The demo was asked to run."""

    stage = query_one(Stage)
    line = query_one("#running", RunLine)
    figures = query_one(Figures)
    controls = query_one(Controls)

    def __init__(self, lesson_id: str, demo: Demo) -> None:
        super().__init__(id="demo")
        self.lesson_id, self.demo = lesson_id, demo
        self.log_text = ""
        self.detail = ""
        self.paused = False
        self.ran_with: dict[str, Value] | None = None
        """Settings of the run that the stage shows."""
        self.turned: dict[str, Value] = {}
        """Controls that were changed while it ran, and their last values."""
        self._has_curves = False
        self._changed = False
        """Whether a control is not as the lesson sets it, when that was last looked at."""

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.tutor.course.id, self.lesson_id, self.demo.id)

    def compose(self) -> ComposeResult:
        yield Static(Text(self.demo.question), id="question", markup=False)
        yield Controls(self.demo.controls, self._kept_settings())
        yield Stage()
        controls = f" · {key(self, 'page.next_part')} to the controls" if self.demo.controls else ""
        yield RunLine(f"{key(self, 'demo.run')} runs it{controls}", id="running")
        yield Figures()

    def _kept_settings(self) -> dict[str, Value]:
        """What the learner last set, as far as the demo still takes it."""
        kept: dict[str, Value] = {}
        stored = self.tutor.store.settings(*self.place)
        for spec in self.demo.controls:
            try:
                kept[spec.name] = spec.read(str(stored.get(spec.name, spec.default)))
            except ValueError:
                kept[spec.name] = spec.default
        return kept

    def on_mount(self) -> None:
        self.jobs = Jobs(self, self.tutor.engine, self.take)
        self.past = PastRuns(self.tutor.store, self.place)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return False
        running = self.jobs.running
        return {
            "pause": running or None,
            "step": True if running else None,
            "stop": running,
            "more_time": running and self.line.budget > 0,
            "detail": bool(self.detail),
            "printed": bool(self.log_text) or None,
            "log_scale": self._has_curves or None,
            "panel": self.stage.panels > 1,
            "smooth": self._has_curves or None,
            "runs": bool(self.past.all),
            "defaults": any(field.value != field.spec.default for field in self.controls.fields),
        }.get(action, True)

    def action_run(self) -> None:
        now = self.controls.settings
        if self.jobs.running:
            self._keep_run("replaced by the next")
        self.past.begin()
        self.stage.begin(self.past.overlays(now))
        self.log_text = self.detail = ""
        self.paused, self._has_curves, self.ran_with, self.turned = False, False, now, {}
        self.figures.reset()
        self.figures.show()
        self.line.begin(f"waiting: {self.tutor.engine_state}" if not self.tutor.engine.ready else "starting")
        request = RunDemo(self.jobs.new(), str(self.tutor.course.path), self.lesson_id, self.demo.id, now)
        self.jobs.start(request)
        self.post_message(self.Began())
        self.refresh_bindings()

    def take(self, event: JobEvent) -> None:
        """Shows one event of the run."""
        match event:
            case Printed(text=text):
                self.log_text = (self.log_text + text)[-MOST_LOG:]
            case Crashed(detail=detail):
                self.detail = detail
            case Axes() | Points():
                self._has_curves = True
            case Paused():
                self.paused = True
            case Resumed():
                self.paused = False
            case Adjusted(name=name, value=value):
                self.turned[name] = value
        self.stage.feed(event)
        self.line.take(event)
        self.figures.take(event)
        if isinstance(event, LAST):
            self._keep_run("stopped" if isinstance(event, Stopped) else getattr(event, "message", ""))
        if isinstance(event, (*LAST, Started, Paused, Resumed, Axes)):
            self.refresh_bindings()

    def _keep_run(self, ended: str) -> None:
        if self.ran_with is not None:
            self.past.add(
                PastRun(self.ran_with, dict(self.figures.figures), ended, dict(self.turned)), self.stage.charts
            )

    async def action_pause(self) -> None:
        await self.jobs.send(Control(self.jobs.job, "resume" if self.paused else "pause"))

    async def action_step(self) -> None:
        await self.jobs.send(Control(self.jobs.job, "step"))

    async def action_stop(self) -> None:
        await self.jobs.stop()

    async def action_more_time(self) -> None:
        await self.jobs.send(Extend(self.jobs.job, MORE_TIME))
        self.line.extend(MORE_TIME)

    def action_log_scale(self) -> None:
        self.stage.log_scale = not self.stage.log_scale

    def action_panel(self) -> None:
        self.stage.next_panel()

    def action_smooth(self) -> None:
        self.stage.smooth = not self.stage.smooth

    def action_runs(self) -> None:
        from tutor.ui.screens.runs import RunsScreen

        self.app.push_screen(RunsScreen(self.demo.id, self.past), self._compare)

    def _compare(self, chosen: PastRun | None) -> None:
        """Back from the list of runs: show those that were chosen, take over settings where that was asked for."""
        self.stage.overlay(self.past.overlays(self.ran_with or self.controls.settings))
        self._has_curves = bool(self.stage.charts)
        if chosen is not None:
            self.controls.put(chosen.settings)
        self.refresh_bindings()

    def action_defaults(self) -> None:
        self.controls.put({field.spec.name: field.spec.default for field in self.controls.fields})

    def action_write(self) -> None:
        from tutor.ui.takeaway import write_script

        lesson = self.tutor.library.lesson(self.lesson_id)
        self.figures.show(remark=write_script(self.tutor.course, lesson, self.demo, self.controls.settings))

    def action_source(self) -> None:
        from tutor.ui.screens.viewer import code_viewer

        self.app.push_screen(code_viewer(f"{self.demo.id}: the code of this demo", self.demo.source, self.tutor))

    def action_printed(self) -> None:
        from tutor.ui.screens.viewer import Viewer

        self.app.push_screen(Viewer("What the demo printed", Text(self.log_text), at_end=True))

    def action_detail(self) -> None:
        from tutor.ui.screens.viewer import Viewer

        self.app.push_screen(Viewer("The whole error", Text(self.detail)))

    async def on_control_field_set(self, message: ControlField.Set) -> None:
        if self._changed != bool(self.check_action("defaults", ())):
            self._changed = not self._changed
            self.refresh_bindings()
        # in a thread: a commit takes longer than a key may take to be seen
        await asyncio.to_thread(self.tutor.store.save_settings, *self.place, self.controls.settings)
        if not self.jobs.running:
            self.figures.show()
        elif any(spec.live for spec in self.demo.controls if spec.name == message.name):
            await self.jobs.send(Control(self.jobs.job, "set", message.name, message.value))
        else:
            self.figures.show(remark=f"{message.name} counts from the next run on.")

    def on_control_field_refused(self, message: ControlField.Refused) -> None:
        self.figures.show(remark=f"✗ {message.reason}" if message.reason else "")

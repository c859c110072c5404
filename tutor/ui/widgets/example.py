"""Code of a lesson that runs where it stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from tutor.course.model import Example
from tutor.protocol import Crashed, Finished, JobEvent, Printed, RunCode, Started, Stopped
from tutor.ui.jobs import Jobs
from tutor.ui.keymap import key, keys_of
from tutor.ui.theme import code_styles
from tutor.ui.widgets.highlighting import highlight
from tutor.ui.words import key_name, span

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

MOST_LINES = 100
"""Lines of output that are kept; more of them is said in words."""


class ExampleBox(Vertical, can_focus=True):
    """An example: Enter runs it, what it prints appears beneath."""

    BINDING_GROUP_TITLE = "An example"
    DEFAULT_CSS = """
    ExampleBox {
        height: auto; margin: 1 0; padding: 0 1 0 2; border-left: outer $panel; background: $surface; max-width: 96;
        #code { height: auto; }
        #output { height: auto; display: none; margin-top: 1; color: $foreground; }
        #state { height: 1; color: $muted; text-align: right; display: none; }
        &:focus { border-left: outer $primary; }
        &:focus #state { display: block; }
        &.-ran #output, &.-running #state { display: block; }
    }
    """
    BINDINGS = [
        Binding("enter,r", "run", "run code", id="example.run", tooltip="Run this example"),
        Binding("x", "stop", "stop", id="example.stop", tooltip="Stop what runs"),
    ]

    def __init__(self, example: Example, lesson_id: str, before: tuple[str, ...]) -> None:
        super().__init__()
        self.example, self.lesson_id, self.before = example, lesson_id, before
        self._printed = Text()

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    @property
    def _run(self) -> str:
        """The key that runs it, as the bottom line spells it."""
        return key_name(keys_of(self, "example.run")[0])

    def compose(self) -> ComposeResult:
        code = highlight(self.example.code.rstrip(), code_styles(self.tutor.theme_variables))
        yield Static(code, id="code", markup=False)
        yield Static(id="output", markup=False)
        yield Static(f"{self._run} run", id="state", markup=False)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self, self.tutor.engine, self.take)

    def action_run(self) -> None:
        if self.tutor.engine.problem and self.example.output is not None:
            self._printed = Text(self.example.output.rstrip())
            self._printed.append(f"\n(as the lesson states it; nothing ran: {self.tutor.engine.problem})", "italic")
            self._show(f"{self._run} run")
            return
        self._printed = Text()
        self.add_class("-running")
        self._show("waiting for the engine…")
        course = str(self.tutor.course.path)
        self.jobs.start(RunCode(self.jobs.new(), course, self.lesson_id, self.example.code, self.before))

    async def action_stop(self) -> None:
        await self.jobs.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        running = self.is_mounted and self.jobs.running
        return running if action == "stop" else not running if action == "run" else True

    def take(self, event: JobEvent) -> None:
        """Shows one event of the run."""
        match event:
            case Started():
                self._show(f"running… {key(self, 'example.stop')} stops it")
            case Printed(text=text, stream=stream):
                self._printed.append(text, self.tutor.theme_variables["warning"] if stream == "stderr" else "")
                self._show(f"running… {key(self, 'example.stop')} stops it")
            case Crashed(message=message):
                self._printed.append(f"{'' if self._fresh_line else chr(10)}✗ {message}", "bold")
                self._end(f"{self._run} run again")
            case Stopped():
                self._end(f"stopped · {self._run} run again")
            case Finished(seconds=seconds):
                self._end(f"{span(seconds)} · {self._run} run again")

    @property
    def _fresh_line(self) -> bool:
        return not self._printed or self._printed.plain.endswith("\n")

    def _end(self, state: str) -> None:
        self.remove_class("-running")
        self._show(state)
        self.refresh_bindings()

    def _show(self, state: str) -> None:
        if not self.query("#output"):
            return  # it is just being taken off the screen, its parts first
        lines = self._printed.split("\n", allow_blank=False)
        shown = Text("\n").join(lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            shown.append(f"\n… {len(lines) - MOST_LINES:,} more lines", "italic")
        self.set_class(bool(shown), "-ran")
        self.query_one("#output", Static).update(shown)
        self.query_one("#state", Static).update(state)
        self.refresh_bindings()

    def on_click(self, _event: events.Click) -> None:
        if self.has_focus and not self.jobs.running:
            self.action_run()

"""What all exercises share: checking, hints, the verdict, and keeping every attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message

from tutor.course.model import Exercise, Lesson, Step
from tutor.protocol import LAST, JobEvent, Printed, Progress, Started, Verdict, Work
from tutor.ui.desk import Desk
from tutor.ui.jobs import Jobs
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

MOST_PRINTED = 20_000
"""Characters of what an answer prints that are kept."""


class ExercisePane(Vertical):
    """Base of the exercises. A check of the engine's goes through `check`, one of our own through `judge`."""

    DEFAULT_CSS = """
    ExercisePane { height: 1fr; }
    ExercisePane > RunLine { display: none; }
    ExercisePane.-checking > RunLine { display: block; }
    """
    BINDINGS = [
        Binding("ctrl+t", "hint", "hint", id="exercise.hint", tooltip="Show the next hint"),
        Binding("f4", "detail", "details", show=False, id="exercise.detail", tooltip="The error as PyTorch prints it"),
        Binding(
            "escape,ctrl+x",
            "stop",
            "stop",
            priority=True,
            key_display="Esc",
            id="exercise.stop",
            tooltip="Stop the check",
        ),
    ]
    NEXT_KEY = "n"
    feedback = query_one(Feedback)
    line = query_one("#checking", RunLine)

    @dataclass
    class Judged(Message):
        """An attempt was judged, and kept."""

        exercise: str
        verdict: Verdict

    def __init__(self, lesson: Lesson, step: Step, exercise: Exercise) -> None:
        super().__init__(id="exercise")
        self.lesson, self.step, self.exercise_ = lesson, step, exercise
        self._answer = ""
        self._printed = ""

    @property
    def tutor(self) -> TutorApp:
        return cast("TutorApp", self.app)

    def on_mount(self) -> None:
        self.desk = Desk(self.tutor.store, self.tutor.course.id, self.lesson.id, self.exercise_.id)
        self.jobs = Jobs(self, self.tutor.engine, self.take)
        if self.desk.hints:
            self._show_hints()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return False
        checking = self.jobs.running
        match action:
            case "stop":
                return checking
            case "check":
                return None if checking else True
            case "hint":
                if not self.exercise_.hints:
                    return False
                return True if self.desk.hints < len(self.exercise_.hints) else None
            case "detail":
                return bool(self.feedback.verdict and self.feedback.verdict.detail)
        return True

    # Checking -----------------------------------------------------------------------------------------------------------

    def check(self, request: Work, answer: str) -> None:
        """Has the engine check an answer."""
        self._answer, self._printed = answer, ""
        self.feedback.clear_verdict()
        self.add_class("-checking")
        ready = self.tutor.engine.ready is not None
        self.line.begin("checking" if ready else f"waiting: {self.tutor.engine_state}")
        self.jobs.start(request)
        self.refresh_bindings()

    def take(self, event: JobEvent) -> None:
        if isinstance(event, Printed):
            self._printed = (self._printed + event.text)[-MOST_PRINTED:]
        elif isinstance(event, Verdict):
            self.judge(event, self._answer)
        elif isinstance(event, (Started, Progress)):
            self.line.take(event)
        elif isinstance(event, LAST):
            self.line.take(event)
            self.remove_class("-checking")
            self.refresh_bindings()

    def judge(self, verdict: Verdict, answer: str) -> None:
        """Keeps an attempt, then shows its verdict."""
        self.desk.record(verdict, answer)
        self.feedback.show_verdict(verdict, self.desk.tries, self._printed, self.NEXT_KEY)
        self.mark(verdict)
        self.post_message(self.Judged(self.exercise_.id, verdict))
        self.refresh_bindings()

    def mark(self, verdict: Verdict) -> None:
        """Shows the verdict in the answer itself, where there is a place for it."""

    def leave(self) -> None:
        """The learner moves on: what is not kept yet is kept now."""

    async def action_stop(self) -> None:
        await self.jobs.stop()

    # Hints and details --------------------------------------------------------------------------------------------------

    def action_hint(self) -> None:
        self.desk.hints = min(self.desk.hints + 1, len(self.exercise_.hints))
        self._show_hints()
        self.refresh_bindings()

    def _show_hints(self) -> None:
        hints = self.exercise_.hints
        self.feedback.show_hints(list(hints[: self.desk.hints]), len(hints))

    def action_detail(self) -> None:
        from tutor.ui.screens.viewer import Viewer

        verdict = self.feedback.verdict
        if verdict is not None:
            self.app.push_screen(Viewer(verdict.message, Text(verdict.detail)))

"""An answer that is judged: how it is kept, checked, and what the verdict shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message

from tutor.course.model import Exercise, Lesson, Step
from tutor.protocol import LAST, Extend, JobEvent, Printed, Progress, Started, Verdict, Work
from tutor.ui.desk import ChangedElsewhere, Desk
from tutor.ui.jobs import Jobs
from tutor.ui.keymap import key, keys_of
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import MORE_TIME, RunLine
from tutor.ui.widgets.verdict import Feedback
from tutor.ui.words import key_name

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

MOST_PRINTED = 20_000
"""Characters of what an answer prints that are kept."""


class JudgedPane(Vertical):
    """A check of the engine's goes through `check`, one of our own through `judge`."""

    DEFAULT_CSS = """
    JudgedPane { height: 1fr; }
    JudgedPane > RunLine { display: none; }
    JudgedPane.-checking > RunLine { display: block; }
    """
    BINDINGS = [
        Binding(
            "f4", "detail", "details", show=False, id="exercise.detail", tooltip="The whole verdict: error, output"
        ),
        Binding("f9", "more_time", "+30 s", priority=True, id="exercise.more_time", tooltip="Give the check more time"),
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
    NEXT: ClassVar[str] = "lesson.next"
    """The binding that goes on from here."""
    feedback = query_one(Feedback)
    notice = query_one(Notice)
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

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.tutor.store, self.tutor.course.id, self.lesson.id, self.exercise_.id)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self, self.tutor.engine, self.take)

    def on_mount(self) -> None:
        """Runs after the one of the kind of exercise: Textual calls both."""
        self._say_what_is_not_kept()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return False
        checking = self.jobs.running
        match action:
            case "stop":
                return checking
            case "more_time":
                return checking and self.line.budget > 0
            case "check":
                return None if checking else True
            case "detail":
                return bool(self.feedback.verdict and (self.feedback.verdict.detail or self._printed.strip()))
        return True

    # The answer: each kind of exercise says what it is, and takes one back -------------------------------------------------

    def present(self) -> str:
        """The answer as it stands now, as text."""
        raise NotImplementedError

    def put(self, answer: str) -> None:
        """Takes an earlier answer up again."""
        raise NotImplementedError

    def keep(self, text: str) -> None:
        """Keeps a short answer. What another window has put there meanwhile goes among the attempts first."""
        try:
            self.desk.save(text)
        except ChangedElsewhere as change:
            self.desk.set_aside(change.theirs, "Answered in another window; yours took its place.")
            self.desk.save(text, over=True)
            self.notice.say(
                f"This was answered in another window too: that answer is among the attempts ({key(self, 'exercise.attempts')})."
            )
        self._say_what_is_not_kept()

    def _say_what_is_not_kept(self) -> None:
        self.notice.warn(self.tutor.store.problem)

    def leave(self) -> None:
        """The learner moves on: what is not kept yet is kept now."""

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
            self.refresh_bindings()
        elif isinstance(event, LAST):
            self.line.take(event)
            self.remove_class("-checking")
            self.refresh_bindings()

    def judge(self, verdict: Verdict, answer: str) -> None:
        """Keeps an attempt, then shows its verdict."""
        self.desk.record(verdict, answer)
        self.feedback.show_verdict(verdict, self.desk.tries, self._printed, self._next_key, self.leads_to(verdict))
        self.mark(verdict)
        self._say_what_is_not_kept()
        self.post_message(self.Judged(self.exercise_.id, verdict))
        self.refresh_bindings()

    @property
    def _next_key(self) -> str:
        return key_name(keys_of(self, self.NEXT)[0])

    def leads_to(self, verdict: Verdict) -> list[str]:
        """Lines beneath a verdict on what can be done next."""
        return []

    def mark(self, verdict: Verdict) -> None:
        """Shows the verdict in the answer itself, where there is a place for it."""

    async def action_stop(self) -> None:
        await self.jobs.stop()

    async def action_more_time(self) -> None:
        await self.jobs.send(Extend(self.jobs.job, MORE_TIME))
        self.line.extend(MORE_TIME)

    def action_detail(self) -> None:
        from tutor.ui.screens.viewer import Viewer

        verdict = self.feedback.verdict
        if verdict is not None:
            printed = f"It printed:\n\n{self._printed.rstrip()}" if self._printed.strip() else ""
            self.app.push_screen(Viewer(verdict.message, Text("\n\n".join(filter(None, [verdict.detail, printed])))))

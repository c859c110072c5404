"""What all exercises share: checking, hints, the verdict and what it leads to, and keeping every attempt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.binding import Binding
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message

from tutor.course.model import Code, Exercise, Lesson, Order, Step, Tune
from tutor.protocol import LAST, Extend, JobEvent, Printed, Progress, Started, Verdict, Work
from tutor.ui.desk import ChangedElsewhere, Desk
from tutor.ui.jobs import Jobs
from tutor.ui.keymap import key, keys_of
from tutor.ui.reference import QUICK, Reference, both_took, notice
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import MORE_TIME, RunLine
from tutor.ui.widgets.verdict import Feedback
from tutor.ui.words import key_name

if TYPE_CHECKING:
    from tutor.course.outline import Entry
    from tutor.progress import Attempt
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
        Binding(
            "f4", "detail", "details", show=False, id="exercise.detail", tooltip="The whole verdict: error, output"
        ),
        Binding(
            "f6",
            "solution",
            "solution",
            priority=True,
            id="exercise.solution",
            tooltip="The lesson's solution beside yours",
        ),
        Binding(
            "f7", "lesson", "lesson on this", priority=True, id="exercise.lesson", tooltip="The lesson that mends this"
        ),
        Binding(
            "f8",
            "attempts",
            "attempts",
            priority=True,
            id="exercise.attempts",
            tooltip="Look back through your attempts",
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

    @cached_property
    def reference(self) -> Reference:
        course = str(self.tutor.course.path)
        return Reference(self, self.tutor.engine, course, self.lesson, self.exercise_, self._show_more)

    def on_mount(self) -> None:
        """Runs after the one of the kind of exercise: Textual calls both."""
        if self.desk.hints:
            self._show_hints()
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
            case "hint":
                if not self.exercise_.hints:
                    return False
                return True if self.desk.hints < len(self.exercise_.hints) else None
            case "detail":
                return bool(self.feedback.verdict and (self.feedback.verdict.detail or self._printed.strip()))
            case "lesson":
                return self.mending is not None
            case "attempts":
                return bool(self.desk.attempts)
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
        self.reference.stop()
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
        self.feedback.show_verdict(verdict, self.desk.tries, self._printed, self._next_key, self._more(verdict))
        self.mark(verdict)
        self._say_what_is_not_kept()
        self.post_message(self.Judged(self.exercise_.id, verdict))
        if verdict.outcome == "passed" and 0 < verdict.seconds < QUICK:
            self.reference.start()
        self.refresh_bindings()

    @property
    def _next_key(self) -> str:
        return key_name(keys_of(self, self.NEXT)[0])

    def mark(self, verdict: Verdict) -> None:
        """Shows the verdict in the answer itself, where there is a place for it."""

    async def action_stop(self) -> None:
        await self.jobs.stop()

    async def action_more_time(self) -> None:
        await self.jobs.send(Extend(self.jobs.job, MORE_TIME))
        self.line.extend(MORE_TIME)

    # What a verdict leads to --------------------------------------------------------------------------------------------

    @property
    def mending(self) -> Entry | None:
        """The lesson of this course that teaches what went wrong; None: none was named, or this one is it."""
        verdict = self.feedback.verdict
        if verdict is None or not verdict.lesson or verdict.lesson == self.lesson.id:
            return None
        return self.tutor.library.entry(verdict.lesson)

    def _more(self, verdict: Verdict) -> list[str]:
        if verdict.outcome == "passed":
            if not isinstance(self.exercise_, (Code, Order, Tune)):
                return []
            solution = key(self, "exercise.solution")
            if self.reference.seconds:
                seconds = (verdict.seconds, self.reference.seconds)
                differs = (
                    "" if isinstance(self.exercise_, Tune) else notice(self._answer, self.exercise_.solution, *seconds)
                )
                return [f"{both_took(*seconds)} · {solution} shows both", *filter(None, [differs])]
            return [f"{solution} shows the lesson's solution beside yours"]
        entry = self.tutor.library.entry(verdict.lesson) if verdict.lesson != self.lesson.id else None
        return [f"{key(self, 'exercise.lesson')} opens the lesson on this: {entry.title}"] if entry is not None else []

    def _show_more(self) -> None:
        if self.feedback.verdict is not None and self.feedback.verdict.outcome == "passed":
            self.feedback.add(self._more(self.feedback.verdict))

    def action_lesson(self) -> None:
        if self.mending is not None:
            self.leave()
            self.tutor.visit_lesson(self.mending.id)

    def action_detail(self) -> None:
        from tutor.ui.screens.viewer import Viewer

        verdict = self.feedback.verdict
        if verdict is not None:
            printed = f"It printed:\n\n{self._printed.rstrip()}" if self._printed.strip() else ""
            self.app.push_screen(Viewer(verdict.message, Text("\n\n".join(filter(None, [verdict.detail, printed])))))

    # Looking back -------------------------------------------------------------------------------------------------------

    def action_attempts(self) -> None:
        from tutor.ui.screens.attempts import AttemptsScreen

        self.leave()
        self.app.push_screen(AttemptsScreen(self.step.title, self.exercise_, self.desk.attempts), self._bring_back)

    def _bring_back(self, attempt: Attempt | None) -> None:
        if attempt is not None and attempt.answer != self.present():
            self.desk.set_aside(self.present(), "Kept when you brought an earlier attempt back.")
            self.put(attempt.answer)
            self.feedback.clear_verdict()
            attempts = key(self, "exercise.attempts")
            self.notice.say(f"An earlier attempt is back; what stood here is among the attempts ({attempts}).")
            self.refresh_bindings()

    # Help ---------------------------------------------------------------------------------------------------------------

    def action_hint(self) -> None:
        self.desk.hints = min(self.desk.hints + 1, len(self.exercise_.hints))
        self._show_hints()
        self.refresh_bindings()

    def _show_hints(self) -> None:
        hints = self.exercise_.hints
        self.feedback.show_hints(list(hints[: self.desk.hints]), len(hints))

    def action_solution(self) -> None:
        from tutor.ui.screens.ask import Ask

        if self.desk.passed:
            self._show_solution(True)
            return
        question = "Show the solution? You have not passed yet. Nothing is taken off for it; it is noted on your progress page."
        self.app.push_screen(Ask(question, "yes, show it", "no, let me try"), self._show_solution)

    def _show_solution(self, yes: bool | None) -> None:
        from tutor.ui.screens.solution import SolutionScreen

        if not yes:
            return
        if not self.desk.passed:
            self.desk.note_solution()
        self.leave()
        passing = self.desk.passing
        own, seconds = (passing.answer, passing.seconds) if passing else (self.present(), 0.0)
        self.app.push_screen(SolutionScreen(self.step.title, self.lesson, self.exercise_, own, seconds, self.reference))

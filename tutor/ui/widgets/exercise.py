"""What all exercises share beside being judged: hints, the solution, earlier attempts, and the lesson that mends a mistake."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.binding import Binding

from tutor.course.model import Code, Order, Tune
from tutor.protocol import Verdict, Work
from tutor.ui.keymap import key
from tutor.ui.reference import QUICK, Reference, both_took, notice
from tutor.ui.widgets.judging import JudgedPane

if TYPE_CHECKING:
    from tutor.course.outline import Entry
    from tutor.progress import Attempt


class ExercisePane(JudgedPane):
    """Base of the exercises."""

    BINDINGS = [
        Binding("ctrl+t", "hint", "hint", id="exercise.hint", tooltip="Show the next hint"),
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
    ]

    @cached_property
    def reference(self) -> Reference:
        course = str(self.tutor.course.path)
        return Reference(self, self.tutor.engine, course, self.lesson, self.exercise_, self._show_more)

    def on_mount(self) -> None:
        if self.desk.hints:
            self._show_hints()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return False
        match action:
            case "hint":
                if not self.exercise_.hints:
                    return False
                return True if self.desk.hints < len(self.exercise_.hints) else None
            case "lesson":
                return self.mending is not None
            case "attempts":
                return bool(self.desk.attempts)
        return super().check_action(action, parameters)

    # What a verdict leads to --------------------------------------------------------------------------------------------

    def check(self, request: Work, answer: str) -> None:
        self.reference.stop()
        super().check(request, answer)

    def judge(self, verdict: Verdict, answer: str) -> None:
        super().judge(verdict, answer)
        if verdict.outcome == "passed" and 0 < verdict.seconds < QUICK:
            self.reference.start()

    @property
    def mending(self) -> Entry | None:
        """The lesson of this course that teaches what went wrong; None: none was named, or this one is it."""
        verdict = self.feedback.verdict
        if verdict is None or not verdict.lesson or verdict.lesson == self.lesson.id:
            return None
        return self.tutor.library.entry(verdict.lesson)

    def leads_to(self, verdict: Verdict) -> list[str]:
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
            self.feedback.add(self.leads_to(self.feedback.verdict))

    def action_lesson(self) -> None:
        if self.mending is not None:
            self.leave()
            self.tutor.visit_lesson(self.mending.id)

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

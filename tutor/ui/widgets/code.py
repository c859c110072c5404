"""Code to write, or to mend."""

from __future__ import annotations

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding

from tutor.course.model import Code, Lesson, Step
from tutor.protocol import CheckAnswer, Verdict
from tutor.ui.ownedit import OwnEditorError, edit_file
from tutor.ui.watch import FileWatch
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback

LOOK_EVERY = 0.5
"""Seconds between two looks whether the answer file was changed by the learner's own editor."""


class CodePane(ExercisePane):
    """The editor on the learner's answer file, its check, and what came of it."""

    BINDINGS = [
        Binding(
            "ctrl+r,f5", "check", "check", priority=True, key_display="^r", id="code.check", tooltip="Run and check"
        ),
        Binding(
            "ctrl+e", "own_editor", "own editor", priority=True, id="code.own_editor", tooltip="Open $VISUAL or $EDITOR"
        ),
        Binding("ctrl+l", "reset", "reset", priority=True, id="code.reset", tooltip="Back to the starter code"),
    ]
    NEXT_KEY = "^n"

    def __init__(self, lesson: Lesson, step: Step, exercise: Code) -> None:
        super().__init__(lesson, step, exercise)
        self.code = exercise
        self.editor = CodeEditor("")

    def compose(self) -> ComposeResult:
        yield self.editor
        yield RunLine("", id="checking")
        yield Feedback()

    def on_mount(self) -> None:
        super().on_mount()
        kept = self.desk.load()
        self.editor.take_text(self.code.starter if kept is None else kept)
        self.file = FileWatch(self.desk.path)
        self.set_interval(LOOK_EVERY, self._look_at_file)

    def _look_at_file(self) -> None:
        """Takes over what another program saved, unless there is something of our own that is not saved yet."""
        if not self.editor.unsaved and self.file.changed():
            kept = self.desk.load()
            if kept is not None:
                self.editor.take_text(kept)

    def on_code_editor_save(self, message: CodeEditor.Save) -> None:
        self.desk.save(message.text)

    def leave(self) -> None:
        if self.editor.unsaved:
            self.desk.save(self.editor.text)

    def on_unmount(self) -> None:
        self.leave()

    def on_code_editor_leave(self) -> None:
        self.screen.query_one("#text").focus()

    def action_check(self) -> None:
        answer = self.editor.text
        self.desk.save(answer)
        self.editor.mark(0)
        course = str(self.tutor.course.path)
        self.check(CheckAnswer(self.jobs.new(), course, self.lesson.id, self.code.id, answer), answer)

    def mark(self, verdict: Verdict) -> None:
        self.editor.mark(verdict.line if verdict.outcome != "passed" else 0)

    def action_reset(self) -> None:
        from tutor.ui.screens.ask import Ask

        def answered(yes: bool | None) -> None:
            if yes:
                self.editor.replace(self.code.starter, (0, 0), self.editor.document.end)  # undo brings it back
                self.feedback.clear_verdict()

        self.app.push_screen(Ask("Put the starter code back in place of yours?", "yes, start over"), answered)

    def action_own_editor(self) -> None:
        self.desk.save(self.editor.text)
        try:
            with self.app.suspend():
                edit_file(self.desk.path)
        except OwnEditorError as error:
            self.feedback.say(str(error), "unjudged")
            return
        except SuspendNotSupported:
            path = self.desk.path
            self.feedback.say(
                f"This terminal cannot be handed to another program; the answer is in {path}.", "unjudged"
            )
            return
        self.app.refresh(layout=True)
        self.editor.take_text(self.desk.load() or "")
        self.action_check()

"""Code to write, or to mend."""

from __future__ import annotations

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding

from tutor.course.model import Code, Lesson, Step
from tutor.progress.claims import Claim
from tutor.protocol import CheckAnswer, Verdict
from tutor.ui.desk import ChangedElsewhere
from tutor.ui.keymap import key
from tutor.ui.ownedit import OwnEditorError, edit_file
from tutor.ui.watch import FileWatch
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.find import FindLine
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback

LOOK_EVERY = 0.25
"""Seconds between two looks whether the answer file was changed by the learner's own editor."""


class CodePane(ExercisePane):
    """The editor on the learner's answer file, its check, and what came of it."""

    BINDINGS = [
        Binding(
            "ctrl+r,f5", "check", "check", priority=True, key_display="^r", id="code.check", tooltip="Run and check"
        ),
        Binding(
            "ctrl+e",
            "own_editor",
            "own editor",
            priority=True,
            id="code.own_editor",
            tooltip="Open it in your own editor",
        ),
        Binding("ctrl+l", "reset", "reset", priority=True, id="code.reset", tooltip="Back to the starter code"),
    ]
    NEXT = "lesson.next_typing"

    def __init__(self, lesson: Lesson, step: Step, exercise: Code) -> None:
        super().__init__(lesson, step, exercise)
        self.code = exercise
        self.editor = CodeEditor("")
        self.asking = False
        """Whether the learner is asked which of two texts to go on with: nothing is saved until then."""

    def compose(self) -> ComposeResult:
        yield self.editor
        yield FindLine()
        yield Notice()
        yield RunLine("", id="checking")
        yield Feedback()

    def on_mount(self) -> None:
        kept = self.desk.load()
        self.editor.take_text(self.code.starter if kept is None else kept)
        self.editor.tell = self._tell
        self.file = FileWatch(self.desk.path)
        self.claim = Claim(self.desk.path)
        if self.claim.others():
            self.notice.say("This is open in another window too. What is saved there comes up here, and the reverse.")
        self.claim.take()
        self.set_interval(LOOK_EVERY, self._look_at_file)

    def on_unmount(self) -> None:
        self.leave()
        self.claim.release()

    # Keeping ------------------------------------------------------------------------------------------------------------

    def present(self) -> str:
        return self.editor.text

    def put(self, answer: str) -> None:
        self.editor.replace(answer, (0, 0), self.editor.document.end)  # undo brings the other back
        self.editor.flush()

    def _tell(self, unsaved: bool) -> None:
        self.post_to_screen("not saved yet" if unsaved else "not kept" if self.notice.warning else "saved")

    def post_to_screen(self, words: str) -> None:
        show = getattr(self.screen, "show_saving", None)
        if show is not None:
            show(words)

    def on_code_editor_save(self, _message: CodeEditor.Save) -> None:
        self._save()

    def _save(self) -> bool:
        """Keeps what stands in the editor; False: another program has changed the file, and the learner is asked."""
        try:
            self.desk.save(self.editor.text)
        except ChangedElsewhere as change:
            self._ask_which(change.theirs)
            return False
        self.editor.kept()
        self._say_what_is_not_kept()
        self._tell(False)
        return True

    def leave(self) -> None:
        if not self.editor.unsaved:
            return
        try:
            self.desk.save(self.editor.text)
        except ChangedElsewhere:
            self.desk.set_aside(self.editor.text, "Kept when you left, because the file was changed elsewhere.")
            attempts = key(self, "exercise.attempts")
            self.tutor.notify(
                f"This answer was changed elsewhere. What you had typed is among its attempts ({attempts})."
            )

    # Another editor, another window -------------------------------------------------------------------------------------

    def _look_at_file(self) -> None:
        """Takes over what another program saved, and checks it; a text of ours that is not saved yet is never lost to it."""
        news = self.desk.peek() if self.file.rested() else None
        if news is None or self.asking:
            return
        if self.editor.unsaved:
            self._ask_which(news)
            return
        self.editor.take_text(self.desk.load() or "")
        if self.claim.others():  # who types there checks there
            self.notice.say("Taken over from the other window in which this is open.")
            return
        self.notice.say("Taken over from the file, as another editor saved it.")
        self.action_check()

    def _ask_which(self, theirs: str) -> None:
        """Both texts are kept first; then the learner says which one to go on with."""
        from tutor.ui.screens.ask import Ask

        mine = self.editor.text
        self.desk.set_aside(theirs, "Saved by another window or editor, while you typed here.")
        self.desk.set_aside(mine, "Typed here, while another window or editor saved.")
        if self.asking:
            return
        self.asking = True

        def answered(keep: bool | None) -> None:
            self.asking = False
            if keep:
                self.desk.save(self.editor.text, over=True)
                self.editor.kept()
                self._tell(False)
            else:
                self.editor.take_text(self.desk.load() or "")

        attempts = key(self, "exercise.attempts")
        question = f"Another window or editor has saved this answer while you typed. Both texts are among the attempts ({attempts})."
        self.app.push_screen(Ask(question, "go on with mine", "go on with theirs"), answered)

    def on_code_editor_leave(self) -> None:
        self.screen.query_one("#text").focus()

    # Finding ------------------------------------------------------------------------------------------------------------

    def on_code_editor_find(self) -> None:
        self.query_one(FindLine).open()

    def on_find_line_sought(self, message: FindLine.Sought) -> None:
        self.query_one(FindLine).found(*self.editor.seek(message.words, message.step))

    def on_find_line_closed(self) -> None:
        self.editor.focus()

    # Keys ---------------------------------------------------------------------------------------------------------------

    def action_check(self) -> None:
        answer = self.editor.text
        if not self._save():
            return
        self.editor.mark(0)
        place = (self.jobs.new(), str(self.tutor.course.path), self.lesson.id)
        self.check(CheckAnswer(*place, self.code.id, answer, "", self.code.seconds), answer)

    def mark(self, verdict: Verdict) -> None:
        self.editor.mark(verdict.line if verdict.outcome != "passed" else 0)

    def action_reset(self) -> None:
        """Who pressed its key to have the screen drawn anew, which it does elsewhere, gets that too."""
        from tutor.ui.screens.ask import Ask

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.set_aside(self.editor.text, "Kept when you went back to the starter.")
                self.put(self.code.starter)
                self.feedback.clear_verdict()
                self.refresh_bindings()

        self.tutor.action_redraw()
        if self.editor.text == self.code.starter:
            return
        attempts = key(self, "exercise.attempts")
        question = f"Put the starter code back in place of yours? Yours stays among the attempts ({attempts})."
        self.app.push_screen(Ask(question, "yes, start over"), answered)

    def action_own_editor(self) -> None:
        if not self._save():
            return
        try:
            with self.app.suspend():
                edit_file(self.desk.path, str(self.tutor.settings["editor"]))
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

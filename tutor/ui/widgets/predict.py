"""Code to read, and a line for what it gives."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from tutor.course.model import Lesson, Predict, Step
from tutor.protocol import CheckPrediction
from tutor.ui.keymap import key
from tutor.ui.theme import code_styles
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.highlighting import highlight
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback


class AnswerLine(Input):
    """Where the prediction is typed. Esc leaves it, so that letters are keys."""

    BINDING_GROUP_TITLE = "Your answer"
    BINDINGS = [
        Binding("enter", "submit", "check", id="answer.check", tooltip="Run the code and compare with what you typed"),
        Binding("escape", "leave", "leave", show=False, id="answer.leave", tooltip="Leave the line: letters are keys"),
    ]

    def on_mount(self) -> None:
        self.cursor_blink = False

    def action_leave(self) -> None:
        self.screen.query_one("#text").focus()


class PredictPane(ExercisePane):
    """What will this give? Enter runs the code and compares."""

    DEFAULT_CSS = """
    PredictPane {
        overflow-y: auto; scrollbar-size-vertical: 1;
        #code { height: auto; max-height: 60%; background: $surface; padding: 0 1 0 2; border-left: outer $panel; }
        #code Static { width: auto; }
        #ask { height: 1; margin: 1 0; padding: 0 1; }
        #ask Static { width: auto; color: $primary; text-style: bold; }
        AnswerLine, AnswerLine:focus { border: none; height: 1; width: 1fr; padding: 0; background: $surface; }
        AnswerLine:focus { background: $panel; }
    }
    """
    BINDINGS = [
        Binding("enter", "check", "check", id="predict.check", tooltip="Run the code and compare with what you typed"),
        Binding("f5,ctrl+r", "check", "check", show=False, id="predict.check_too", tooltip="Run the code and compare"),
    ]
    NEXT = "lesson.next_typing"

    def __init__(self, lesson: Lesson, step: Step, exercise: Predict) -> None:
        super().__init__(lesson, step, exercise)
        self.predict = exercise

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="code", can_focus=False):
            yield Static(highlight(self.predict.code.rstrip(), code_styles(self.tutor.theme_variables)), markup=False)
        with Horizontal(id="ask"):
            yield Static("it gives  ", markup=False)
            yield AnswerLine(self.desk.load() or "", placeholder="a value, a shape, or error", compact=True)
        yield Notice()
        yield RunLine("", id="checking")
        yield Feedback()

    def on_mount(self) -> None:
        self.feedback.points = False  # a shape may be typed in many ways: another spelling is no difference

    def present(self) -> str:
        return self.query_one(AnswerLine).value

    def put(self, answer: str) -> None:
        self.query_one(AnswerLine).value = answer

    def on_input_changed(self, message: Input.Changed) -> None:
        if message.value != (self.desk.known or ""):
            self.keep(message.value)

    def on_input_submitted(self) -> None:
        if not self.jobs.running:
            self.action_check()

    def action_check(self) -> None:
        answer = self.present().strip()
        if not answer:
            enter = key(self, "answer.check")
            self.feedback.say(f"Type what you think it gives, then press {enter}.", "not_attempted")
            return
        course = str(self.tutor.course.path)
        before = self.predict.before
        job = self.jobs.new()
        self.check(CheckPrediction(job, course, self.lesson.id, self.predict.code, answer, before), answer)

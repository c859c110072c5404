"""A target to reach with a demo's controls."""

from __future__ import annotations

import contextlib

from textual.app import ComposeResult
from textual.binding import Binding

from tutor.course.model import Lesson, Step, Tune
from tutor.protocol import CheckTuning
from tutor.ui.nudging import spell
from tutor.ui.widgets.demo import DemoPane
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback


class TunePane(ExercisePane):
    """The demo to try settings with, and a check that runs it for several seeds."""

    BINDINGS = [
        Binding("ctrl+r,f5,k", "check", "check", key_display="k", id="tune.check", tooltip="Judge these settings"),
        Binding("h", "hint", "hint", show=False, id="tune.hint", tooltip="Show the next hint"),
    ]

    def __init__(self, lesson: Lesson, step: Step, exercise: Tune) -> None:
        super().__init__(lesson, step, exercise)
        self.tune = exercise
        self.trial = DemoPane(lesson.id, exercise.demo)

    def compose(self) -> ComposeResult:
        yield self.trial
        yield Notice()
        yield RunLine("", id="checking")
        yield Feedback()

    def present(self) -> str:
        return "\n".join(f"{name}={spell(value)}" for name, value in self.trial.controls.settings.items())

    def put(self, answer: str) -> None:
        """Sets the controls that the text names, as far as the demo still has them."""
        named = dict(line.split("=", 1) for line in answer.splitlines() if "=" in line)
        for field in self.trial.controls.fields:
            if field.spec.name in named:
                with contextlib.suppress(ValueError):
                    field.put(field.spec.read(named[field.spec.name]))

    def action_check(self) -> None:
        settings, answer = self.trial.controls.settings, self.present()
        self.desk.load()  # only the last settings that were judged stand there
        self.keep(answer + "\n")
        place = (self.jobs.new(), str(self.tutor.course.path), self.lesson.id)
        request = CheckTuning(*place, self.tune.id, self.tune.demo.id, settings, self.tune.seeds, "", self.tune.seconds)
        self.check(request, answer)

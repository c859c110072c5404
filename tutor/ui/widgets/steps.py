"""What a step is made of on the screen: its text, and the demo or the kind of exercise that goes with it."""

from __future__ import annotations

from textual.containers import Vertical
from textual.widget import Widget

from tutor.course.model import Choice, Lesson, Order, Predict, Step, Tune
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.steptext import StepText


def step_widget(lesson: Lesson, step: Step) -> Widget:
    """Each kind is imported when the first of it is shown."""
    text = StepText(lesson, step)
    if step.demo is not None:
        from tutor.ui.widgets.demo import DemoPane

        return Vertical(text, DemoPane(lesson.id, step.demo), classes="step -demo -fresh")
    if step.exercise is not None:
        kind = {"code": "-code", "fix": "-code", "tune": "-short -fresh"}.get(step.exercise.kind, "-short")
        return Vertical(text, _exercise_pane(lesson, step), classes=f"step -exercise {kind}")
    return Vertical(text, classes="step -read")


def _exercise_pane(lesson: Lesson, step: Step) -> ExercisePane:
    match step.exercise:
        case Choice():
            from tutor.ui.widgets.choice import ChoicePane

            return ChoicePane(lesson, step, step.exercise)
        case Predict():
            from tutor.ui.widgets.predict import PredictPane

            return PredictPane(lesson, step, step.exercise)
        case Order():
            from tutor.ui.widgets.order import OrderPane

            return OrderPane(lesson, step, step.exercise)
        case Tune():
            from tutor.ui.widgets.tune import TunePane

            return TunePane(lesson, step, step.exercise)
        case None:
            raise ValueError(f"step {step.id} has no exercise")
        case code:
            from tutor.ui.widgets.code import CodePane

            return CodePane(lesson, step, code)

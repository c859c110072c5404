"""The lesson's solution beside the learner's answer: the two codes, how long both took, one line on what differs."""

from __future__ import annotations

import textwrap

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tutor.course.model import Choice, Exercise, Lesson, Predict, Tune
from tutor.protocol import Crashed, JobEvent, Printed, RunCode
from tutor.ui.jobs import Jobs
from tutor.ui.reference import Reference, both_took, notice, solution_text
from tutor.ui.screens.page import Page
from tutor.ui.theme import code_styles
from tutor.ui.widgets.scroll import Scroll
from tutor.ui.widgets.topline import TopLine
from tutor.ui.words import span


class SolutionScreen(Page[None]):
    """Two answers side by side where they fit, else below each other. Runs the solution once, to say how long it takes."""

    CSS_PATH = "solution.tcss"
    HELP = "The lesson's solution beside your answer, how long both took, and what differs."
    BINDINGS = [Binding("escape,q,f6", "close", "back", id="solution.close", tooltip="Back to the exercise")]

    def __init__(
        self, title: str, lesson: Lesson, exercise: Exercise, own: str, seconds: float, reference: Reference
    ) -> None:
        """`own`: the learner's answer, which took `seconds` if it passed (0: it has not)."""
        super().__init__()
        self.heading, self.lesson, self.exercise = title, lesson, exercise
        self.own, self.seconds, self.reference = own.rstrip(), seconds, reference
        self.solution = solution_text(exercise).rstrip()

    def parts(self) -> ComposeResult:
        yield TopLine(id="heading")
        yield Static(id="facts", markup=False)
        with Scroll(id="long"):
            yield Static(id="both", markup=False)

    def on_mount(self) -> None:
        self.query_one("#heading", TopLine).left = Text(f"{self.heading}: the solution", "bold")
        self.query_one("#long").focus()
        if isinstance(self.exercise, Predict):
            self._run_prediction(self.exercise)
        if self.reference.can_run:
            self.reference.start()
            self.set_interval(0.1, self._show_facts)
        self._show_facts()

    def on_resize(self) -> None:
        self._show()

    def _show_facts(self) -> None:
        words = ""
        if self.seconds and self.reference.seconds:
            words = both_took(self.seconds, self.reference.seconds) + ". "
        elif self.reference.running:
            words = "The lesson's is running… "
        elif self.reference.seconds:
            words = f"The lesson's takes {span(self.reference.seconds)} here. "
        if self.seconds and not isinstance(self.exercise, (Choice, Tune, Predict)):
            words += notice(self.own, self.solution, self.seconds, self.reference.seconds)
        self.query_one("#facts", Static).update(Text(words[:1].upper() + words[1:]))

    def _run_prediction(self, predict: Predict) -> None:
        """What the code gives is known only by running it."""
        jobs = Jobs(self, self.tutor.engine, self._take)
        jobs.start(RunCode(jobs.new(), str(self.tutor.course.path), self.lesson.id, predict.code, predict.before))

    def _take(self, event: JobEvent) -> None:
        if isinstance(event, Printed):
            self.solution += event.text
        elif isinstance(event, Crashed):
            self.solution += event.detail or event.message
        self._show()

    # Drawing ------------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        room = (self.size.width - 5) // 2
        widest = max((len(line) for line in f"{self.own}\n{self.solution}".split("\n")), default=0)
        mine, theirs = self._titled("yours", self.own), self._titled("the lesson's", self.solution)
        both: RenderableType
        if widest <= room and not isinstance(self.exercise, Choice):
            both = Table.grid(padding=(0, 2), expand=True)
            both.add_column(ratio=1)
            both.add_column(ratio=1)
            both.add_row(mine, theirs)
        else:
            both = Group(mine, Text(), theirs)
        self.query_one("#both", Static).update(both)

    def _titled(self, title: str, answer: str) -> Text:
        variables = self.tutor.theme_variables
        text = Text().append(f"{title}\n", f"bold {variables['primary']}")
        if not answer:
            return text.append("(nothing yet)", variables["muted"])
        if isinstance(self.exercise, Choice):
            answer = "\n".join(hanging(line, self.size.width - 4) for line in answer.split("\n"))
        if isinstance(self.exercise, (Choice, Predict, Tune)):
            return text.append(answer, variables["foreground"])
        from tutor.ui.widgets.highlighting import highlight

        return text.append_text(highlight(answer, code_styles(variables)))

    def action_close(self) -> None:
        self.dismiss()


def hanging(line: str, width: int) -> str:
    """A line of text over as many as it needs, each as far in as the first."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, max(width, 20), subsequent_indent=indent or "     ")

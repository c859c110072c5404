"""Lines of code to put in order."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tutor.course.model import Lesson, Order, Step
from tutor.protocol import CheckAnswer
from tutor.ui.keymap import key
from tutor.ui.theme import code_styles
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.highlighting import highlight
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback


class LineRow(Static):
    """One line that can be moved."""

    DEFAULT_CSS = """
    LineRow { height: 1; padding: 0 1; }
    LineRow.-here { background: $panel; }
    """

    @dataclass
    class Clicked(Message):
        """The line was clicked."""

        index: int

    def __init__(self, index: int) -> None:
        super().__init__(markup=False)
        self.index = index

    def on_click(self, _event: events.Click) -> None:
        self.post_message(self.Clicked(self.index))


class Lines(Vertical, can_focus=True):
    """The fixed code, and the lines in their present order."""

    DEFAULT_CSS = """
    Lines { height: auto; padding: 0; }
    Lines #before { height: auto; padding: 0 1; }
    """


class OrderPane(ExercisePane):
    """Space takes a line up, the arrows then carry it; Enter checks."""

    DEFAULT_CSS = """
    OrderPane { overflow-y: auto; scrollbar-size-vertical: 1; }
    OrderPane #advice { color: $muted; margin: 1 0; padding: 0 1; }
    """
    BINDINGS = [
        Binding(
            "enter,ctrl+r,f5",
            "check",
            "check",
            key_display="⏎",
            id="order.check",
            tooltip="Run the lines in this order",
        ),
        Binding("space", "take_up", "take or drop", id="order.take", tooltip="Take this line, or put it down"),
        Binding("up,k", "move(-1)", "up", show=False, id="order.up", tooltip="Up, with the line if one is taken"),
        Binding(
            "down,j", "move(1)", "down", show=False, id="order.down", tooltip="Down, with the line if one is taken"
        ),
        Binding("shift+up,K", "carry(-1)", "carry up", show=False, id="order.carry_up", tooltip="Move this line up"),
        Binding(
            "shift+down,J", "carry(1)", "carry down", show=False, id="order.carry_down", tooltip="Move this line down"
        ),
        Binding("h", "hint", "hint", show=False, id="order.hint", tooltip="Show the next hint"),
    ]

    def __init__(self, lesson: Lesson, step: Step, exercise: Order) -> None:
        super().__init__(lesson, step, exercise)
        self.order = exercise
        self.shuffled = exercise.shuffled()
        self.places = list(range(len(self.shuffled)))
        """The present order, as indices of the shuffled lines."""
        self.here = 0
        self.taken = False

    def compose(self) -> ComposeResult:
        with Lines():
            if self.order.before:
                yield Static(self._fixed(), id="before", markup=False)
            for index in range(len(self.shuffled)):
                yield LineRow(index)
        take, check = key(self, "order.take"), key(self, "order.check")
        carry = key(self, "order.up") + key(self, "order.down")
        advice = f"{take} takes a line, {carry} carry it, {take} puts it down. {check} checks."
        yield Static(advice, id="advice", markup=False)
        yield Notice()
        yield RunLine("", id="checking")
        yield Feedback()

    def on_mount(self) -> None:
        numbers = [int(word) - 1 for word in (self.desk.load() or "").split() if word.isdigit()]
        if sorted(numbers) == self.places:
            self.places = numbers
        self._draw()

    def present(self) -> str:
        return self.order.assemble(self.lines)

    def put(self, answer: str) -> None:
        """Takes the order of the lines from code that was made of them."""
        left = list(range(len(self.shuffled)))
        places = []
        for line in answer.splitlines()[-len(left) :]:
            index = next((i for i in left if self.shuffled[i].strip() == line.strip()), None)
            if index is not None:
                left.remove(index)
                places.append(index)
        self.places = places + left
        self.keep(self._numbers())
        self._draw()

    def _numbers(self) -> str:
        """The present order as it is kept."""
        return " ".join(str(place + 1) for place in self.places)

    @property
    def lines(self) -> list[str]:
        return [self.shuffled[place] for place in self.places]

    @property
    def rows(self) -> list[LineRow]:
        return list(self.query(LineRow))

    def _number(self, line: int) -> tuple[str, str]:
        """The number of a line of the whole code, counted as a verdict counts, and its colour."""
        last = len(self.order.before.splitlines()) + len(self.places)
        return f"{line:>{len(str(last))}} ", self.tutor.theme_variables["muted"]

    def _fixed(self) -> Text:
        lines = self._code(self.order.before).split("\n")
        return Text("\n").join(
            Text.assemble("  ", self._number(number), line) for number, line in enumerate(lines, start=1)
        )

    def _code(self, code: str) -> Text:
        return highlight(code, code_styles(self.tutor.theme_variables))

    def _draw(self) -> None:
        variables = self.tutor.theme_variables
        indent = self.order.assemble(self.lines).splitlines()[-1]
        spaces = " " * (len(indent) - len(indent.lstrip())) if self.order.before else ""
        first = len(self.order.before.splitlines()) + 1
        for row, line in zip(self.rows, self.lines, strict=True):
            here = row.index == self.here
            mark = ("≡" if self.taken else "▸") if here else " "
            text = Text(no_wrap=True, overflow="ellipsis")
            text.append(f"{mark} ", f"bold {variables['primary']}")
            text.append(*self._number(first + row.index))
            row.update(text.append(spaces).append_text(self._code(line)))
            row.set_class(here, "-here")

    def action_move(self, rows: int) -> None:
        if self.taken:
            self.action_carry(rows)
            return
        self.here = max(0, min(self.here + rows, len(self.places) - 1))
        self._draw()
        self.rows[self.here].scroll_visible(animate=False)

    def action_carry(self, rows: int) -> None:
        there = self.here + rows
        if not 0 <= there < len(self.places):
            return
        self.places.insert(there, self.places.pop(self.here))
        self.here = there
        self.keep(self._numbers())
        self._draw()
        self.rows[there].scroll_visible(animate=False)
        if self.feedback.verdict is not None:
            self.feedback.clear_verdict()

    def action_take_up(self) -> None:
        self.taken = not self.taken
        self._draw()

    def on_line_row_clicked(self, message: LineRow.Clicked) -> None:
        if self.taken:
            self.action_carry(message.index - self.here)
            self.taken = False
        else:
            self.here, self.taken = message.index, True
        self._draw()

    def action_check(self) -> None:
        self.taken = False
        self._draw()
        answer = self.present()
        place = (self.jobs.new(), str(self.tutor.course.path), self.lesson.id)
        self.check(CheckAnswer(*place, self.order.id, answer, "", self.order.seconds), answer)

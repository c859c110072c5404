"""A question with options to pick from."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tutor.course.model import Choice, Lesson, Option, Step
from tutor.protocol import Verdict
from tutor.ui.keymap import key
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.runline import RunLine
from tutor.ui.widgets.verdict import Feedback


class OptionRow(Static):
    """One option with its number."""

    DEFAULT_CSS = """
    OptionRow { height: auto; padding: 0 1; max-width: 96; }
    OptionRow.-here { background: $panel; }
    """

    @dataclass
    class Picked(Message):
        """The option was clicked."""

        index: int

    def __init__(self, index: int, option: Option) -> None:
        super().__init__(markup=False)
        self.index, self.option = index, option

    def draw(self, picked: bool, here: bool, several: bool) -> None:
        from rich.table import Table

        from tutor.ui.widgets.prose import Page

        variables = self.app.theme_variables
        box = ("[✓]" if picked else "[ ]") if several else ("(●)" if picked else "( )")
        grid = Table.grid(padding=(0, 1))
        for width in (1, 1, 3, None):
            grid.add_column(width=width)
        accent = f"bold {variables['primary']}"
        grid.add_row(
            Text("▸" if here else " ", accent),
            Text(str(self.index + 1), variables["muted"]),
            Text(box, accent if picked else variables["muted"]),
            Page(self.option.text, hyperlinks=False),
        )
        self.set_class(here, "-here")
        self.update(grid)

    def on_click(self, _event: events.Click) -> None:
        self.post_message(self.Picked(self.index))


class Options(Vertical, can_focus=True):
    """The options; holds what is picked."""

    DEFAULT_CSS = """
    Options { height: auto; padding: 0; }
    """


class ChoicePane(ExercisePane):
    """Options picked by number, letter, or arrows and space; Enter checks."""

    DEFAULT_CSS = """
    ChoicePane { overflow-y: auto; scrollbar-size-vertical: 1; }
    ChoicePane #advice { color: $muted; margin: 1 0; padding: 0 1; }
    """
    BINDINGS = [
        Binding("enter", "check", "check", id="choice.check", tooltip="Check what is picked"),
        Binding("space", "pick", "pick", id="choice.pick", tooltip="Pick the option under the cursor"),
        Binding("up,k", "move(-1)", "up", show=False, id="choice.up", tooltip="To the option above"),
        Binding("down,j", "move(1)", "down", show=False, id="choice.down", tooltip="To the option below"),
        Binding("h", "hint", "hint", show=False, id="choice.hint", tooltip="Show the next hint"),
    ]

    def __init__(self, lesson: Lesson, step: Step, exercise: Choice) -> None:
        super().__init__(lesson, step, exercise)
        self.choice = exercise
        self.picked: set[int] = set()
        self.here = 0

    def compose(self) -> ComposeResult:
        with Options():
            for index, option in enumerate(self.choice.options):
                yield OptionRow(index, option)
        yield Static(self._advice(), id="advice", markup=False)
        yield Notice()
        yield RunLine("", id="checking")
        yield Feedback()

    def _advice(self) -> str:
        last = len(self.choice.options)
        if self.choice.several:
            return f"More than one is right: 1-{last} pick, {key(self, 'choice.check')} checks."
        return f"One is right: 1-{last} picks, {key(self, 'choice.check')} checks."

    def on_mount(self) -> None:
        self._take_up(self.desk.load() or "")

    def _take_up(self, answer: str) -> None:
        self.picked = {int(word) - 1 for word in answer.split() if word.isdigit() and 0 < int(word) <= len(self.rows)}
        if self.picked:
            self.here = min(self.picked)
        self._draw()

    def present(self) -> str:
        return " ".join(str(number + 1) for number in sorted(self.picked))

    def put(self, answer: str) -> None:
        self._take_up(answer)
        self.keep(self.present())

    @property
    def rows(self) -> list[OptionRow]:
        return list(self.query(OptionRow))

    def _draw(self) -> None:
        for index, row in enumerate(self.rows):
            row.draw(index in self.picked, index == self.here, self.choice.several)

    def on_key(self, event: events.Key) -> None:
        index = self._index_of(event.character or "")
        if index is not None:
            event.stop()
            self._pick(index)

    def _index_of(self, character: str) -> int | None:
        """The option a number key names, or a letter that is no key of its own here."""
        if character.isdigit() and 0 < int(character) <= len(self.choice.options):
            return int(character) - 1
        place = ascii_lowercase.find(character) if character else -1
        return place if 0 <= place < min(len(self.choice.options), 7) else None

    def _pick(self, index: int) -> None:
        self.here = index
        self.picked = self.picked ^ {index} if self.choice.several else {index}
        self.keep(self.present())
        self._draw()
        self.rows[index].scroll_visible(animate=False)
        if self.feedback.verdict is not None:
            self.feedback.clear_verdict()

    def on_option_row_picked(self, message: OptionRow.Picked) -> None:
        self._pick(message.index)

    def action_pick(self) -> None:
        self._pick(self.here)

    def action_move(self, rows: int) -> None:
        self.here = max(0, min(self.here + rows, len(self.choice.options) - 1))
        self._draw()
        self.rows[self.here].scroll_visible(animate=False)

    def action_check(self) -> None:
        from tutor.course.choice import judge

        if not self.picked:
            if self.choice.several:
                self.feedback.say("Pick at least one option first.", "not_attempted")
                return
            self._pick(self.here)
        passed, words = judge(self.choice, self.picked)
        verdict = Verdict(0, "passed" if passed else "failed", words)
        self.judge(verdict, self.present())

"""A lesson, one step at a time."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from tutor.course.model import Lesson, Step
from tutor.course.outline import CourseError
from tutor.ui.screens.page import Page
from tutor.ui.widgets.ending import Ending
from tutor.ui.widgets.exercise import ExercisePane
from tutor.ui.widgets.lessontop import LessonTitle, LessonTop
from tutor.ui.widgets.steps import step_widget
from tutor.ui.widgets.steptext import StepText
from tutor.ui.words import step_state
from tutor.ui.working import begin

REST = 0.4
"""Seconds without a move until the answer of a step takes what is typed."""

STILL_KEYS = ("lesson.next", "lesson.back", "app.help", "app.search", "app.palette", "app.quit")
"""Ids of the plain keys that keep their meaning during that rest; no answer begins with one of them."""


class LessonScreen(Page[None]):
    """Shows one step: what there is to read, and the demo or exercise that goes with it."""

    CSS_PATH = "lesson.tcss"
    HELP = (
        "A lesson, one step at a time. Where nothing is typed, plain letters are keys; while you type, the same is done "
        "with Ctrl or a function key. Your place and your answers are kept at every change; leave whenever you like."
    )
    BINDINGS = [
        Binding("n,right", "go(1)", "next", key_display="n", id="lesson.next", tooltip="To the next step"),
        Binding(
            "ctrl+n,ctrl+pagedown",
            "go(1)",
            "next",
            key_display="^n",
            id="lesson.next_typing",
            tooltip="To the next step",
        ),
        Binding("p,left", "go(-1)", "back", key_display="p", id="lesson.back", tooltip="To the step before"),
        Binding(
            "ctrl+p,ctrl+pageup",
            "go(-1)",
            "back",
            key_display="^p",
            id="lesson.back_typing",
            tooltip="To the step before",
        ),
        Binding("t", "text", "text", id="lesson.text", tooltip="Hide or show the text above"),
        Binding("f3", "text", "text", show=False, id="lesson.text_typing", tooltip="Hide or show the text above"),
        Binding(
            "pagedown", "read(1)", "text", show=False, id="lesson.read_down", tooltip="Further down in the text above"
        ),
        Binding("pageup", "read(-1)", "text", show=False, id="lesson.read_up", tooltip="Back up in the text above"),
        Binding(
            "alt+down",
            "read_on(1)",
            "text",
            key_display="Alt-Down",
            id="lesson.read_down_typing",
            tooltip="Further down in the text above",
        ),
        Binding(
            "alt+up",
            "read_on(-1)",
            "text",
            key_display="Alt-Up",
            id="lesson.read_up_typing",
            tooltip="Back up in the text above",
        ),
        Binding("r", "run_example", "run code", id="lesson.run", tooltip="Run the next example"),
        Binding("escape", "map", "map", id="lesson.map", tooltip="Back to the map"),
    ]
    top = query_one("#top", LessonTop)
    heading = query_one("#title", LessonTitle)
    body = query_one("#body", Vertical)

    def __init__(self, lesson_id: str, step_id: str | None = None) -> None:
        super().__init__()
        self.lesson_id, self.first_step = lesson_id, step_id
        self.lesson: Lesson | None = None
        self.settled = False
        """Whether the step is on the screen and has the focus."""
        self._resting = False
        """Whether a step's answer waits for a moment's rest before it takes the focus."""
        self.index = 0
        """The step shown, from 0; the number of steps stands for the page after the last."""
        self._turn = asyncio.Lock()
        """Held while a step is mounted: one that is half there is never taken away."""

    @property
    def step(self) -> Step | None:
        return self.lesson.steps[self.index] if self.lesson and self.index < len(self.lesson.steps) else None

    def parts(self) -> ComposeResult:
        yield LessonTop(id="top")
        yield LessonTitle(id="title")
        yield Vertical(id="body")

    def on_mount(self) -> None:
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        try:
            self.lesson = self.tutor.library.lesson(self.lesson_id)
        except CourseError as error:
            self.heading.left = Text("This lesson cannot be read.", "bold")
            await self.body.mount(Static(str(error), id="problem", markup=False))
            return
        wanted = self.first_step or self.tutor.store.position_in(self.tutor.course.id, self.lesson_id)
        ids = [step.id for step in self.lesson.steps]
        self.index = ids.index(wanted) if wanted in ids else 0
        await self._place()

    def on_screen_resume(self) -> None:
        if self.step is not None:  # after a visit to another lesson: this is where the learner is
            self.tutor.store.see(self.tutor.course.id, self.lesson_id, self.step.id)

    # Moving -------------------------------------------------------------------------------------------------------------

    def action_go(self, steps: int) -> None:
        if self.lesson is not None and 0 <= self.index + steps <= len(self.lesson.steps):
            walking = not isinstance(self.focused, (TextArea, Input))
            self._leave_step()
            self.index += steps
            self.settled = self._resting = False
            begin(self, partial(self._place, walking), "step", fatal=True)

    @property
    def _typing(self) -> bool:
        field = self.focused
        return isinstance(field, Input) or (isinstance(field, TextArea) and not field.read_only)

    def on_key(self, event: events.Key) -> None:
        """Who begins to type before the answer has the focus types into it all the same.

        Keys that came together were all sent to the text; those after the first are late: the answer has the focus now.
        """
        late = self.settled and self._typing
        if not ((self._resting or late) and event.is_printable):
            return
        known = self.active_bindings.get(event.key)
        if known is not None and known.binding.id in STILL_KEYS:
            return
        event.stop()
        event.prevent_default()
        self._resting = False
        self._focus_step()
        if self.focused is not None:
            self.focused.post_message(events.Key(event.key, event.character))

    def _leave_step(self) -> None:
        for pane in self.query(ExercisePane):
            pane.leave()

    async def _place(self, walking: bool = False) -> None:
        """Puts the step at `index` on the screen and gives it the focus, unless the learner goes on or leaves meanwhile.

        Who walks through the steps by a letter must not type that letter into the next answer: then a text field gets
        the focus only after a moment's rest.
        """
        index = self.index
        async with self._turn:
            if index == self.index:
                try:
                    await self._show_step()
                except NoMatches:
                    if self in self.app.screen_stack:  # else the screen is just being taken away, its parts first
                        raise
                    return
        if walking and index == self.index and self.body.query("#editor, AnswerLine"):
            self.set_focus(self.body.query_one("#text"), scroll_visible=False)
            self._resting = True
            await asyncio.sleep(REST)
            if index == self.index:
                self._resting = False
            if self.focused is not None and self.focused.id != "text":
                self.settled = True
                return
        if index == self.index:
            self._focus_step()

    async def _show_step(self) -> None:
        """Mounts the step at `index`, and keeps that the learner is there."""
        step = self.step
        self.show_saving("")
        if step is not None and self.lesson is not None:
            self.tutor.store.see(self.tutor.course.id, self.lesson_id, step.id)
            self.tutor.store.update_state(self.tutor.course.id, self.lesson)
        with self.app.batch_update():
            await self.body.remove_children()
            await self.body.mount(step_widget(self.lesson, step) if self.lesson and step else self._ending())
        self._show_place()

    def _ending(self) -> Widget:
        assert self.lesson is not None
        states = self._states()
        unfinished = [step for step, state in zip(self.lesson.steps, states, strict=True) if state != "done"]
        return Ending(self.lesson, unfinished, self.tutor.library.after(self.lesson_id))

    def _focus_step(self) -> None:
        for selector in ("#editor", "AnswerLine", "Options", "Lines", "#demo", "#ending", "#text"):
            found = self.body.query(selector)
            if found:
                self.set_focus(found.first(), scroll_visible=False)
                break
        self.settled = True
        self.refresh_bindings()

    # What the top says --------------------------------------------------------------------------------------------------

    def _states(self) -> list[str]:
        assert self.lesson is not None
        course = self.tutor.course.id
        seen, passed = self.tutor.store.seen(course, self.lesson_id), self.tutor.store.passed(course, self.lesson_id)
        return [step_state(step, seen, passed) for step in self.lesson.steps]

    def _show_place(self) -> None:
        assert self.lesson is not None
        chapter = self.tutor.library.chapter_of(self.lesson_id)
        self.top.show(chapter.title if chapter else "", self.lesson.title, self._states(), self.index)
        self.heading.left = Text(self.step.title if self.step else "The end of this lesson", "bold")

    def show_saving(self, words: str) -> None:
        """Says whether what is typed is kept: at every keystroke, before that is painted."""
        self.heading.show_saving(words)

    # What the widgets say -----------------------------------------------------------------------------------------------

    def on_judged_pane_judged(self) -> None:
        if self.lesson is not None:
            self.tutor.store.update_state(self.tutor.course.id, self.lesson)
            self._show_place()

    def on_demo_pane_began(self) -> None:
        self.query(".step").remove_class("-fresh")
        if self.has_class("-short"):  # the stage needs the lines; the question stays, and a key brings the text back
            self.query(".step").add_class("-hide-text")
            self.refresh_bindings()

    def on_ending_go_on(self, message: Ending.GoOn) -> None:
        if message.step is not None and self.lesson is not None:
            self.action_go(self.lesson.steps.index(message.step) - self.index)
            return
        following = self.tutor.library.after(self.lesson_id)
        if following is not None:
            self.tutor.open_lesson(following.id)

    # Keys ---------------------------------------------------------------------------------------------------------------

    def action_map(self) -> None:
        self._leave_step()
        self.app.pop_screen()

    def action_text(self) -> None:
        self.query(".step").toggle_class("-hide-text")
        self.refresh_bindings()

    def action_read(self, pages: int) -> None:
        """Turns a page of the text; a demo or an answer keeps the focus."""
        self.query(".step").remove_class("-hide-text")
        self.refresh_bindings()
        for text in self.query("#text"):
            text.scroll_relative(y=pages * max(1, text.size.height - 1), animate=False)

    def action_read_on(self, pages: int) -> None:
        """The same by keys that a text field leaves alone; the bottom line has them while there is more to read."""
        self.action_read(pages)

    def action_run_example(self) -> None:
        from tutor.ui.widgets.example import ExampleBox

        boxes = list(self.query(ExampleBox))
        box = next((box for box in boxes if not box.has_class("-ran")), boxes[0])
        box.focus()
        box.action_run()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "go" and self.lesson is not None:
            return True if 0 <= self.index + cast(int, parameters[0]) <= len(self.lesson.steps) else None
        if action == "read_on":
            direction = cast(int, parameters[0])
            hidden = direction > 0 and bool(self.query(".step.-hide-text"))
            return self._typing and (hidden or any(text.more(direction) for text in self.query(StepText)))
        if action == "text":
            return bool(self.query(".step.-demo, .step.-exercise"))
        if action == "run_example":
            return bool(self.query("ExampleBox")) and not self.query("#demo")
        return True

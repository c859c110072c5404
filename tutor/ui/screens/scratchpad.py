"""The scratchpad: a Python prompt on the device, with the lesson's names at hand."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Static

from tutor.course.model import Example
from tutor.course.outline import CourseError
from tutor.progress.scratch import Scratch
from tutor.protocol import Fed, JobEvent
from tutor.ui.keymap import key
from tutor.ui.pad import Pad
from tutor.ui.pieces import Said, Typed
from tutor.ui.screens.page import Page
from tutor.ui.telling import Telling
from tutor.ui.widgets.editor import CodeEditor
from tutor.ui.widgets.notice import Notice
from tutor.ui.widgets.offer import Offer
from tutor.ui.widgets.padhead import PadHead
from tutor.ui.widgets.prompt import Prompt
from tutor.ui.widgets.runline import MORE_TIME, RunLine


class ScratchpadScreen(Page[None]):
    """Stays as it is while the program runs: leaving it stops nothing, and nothing that was typed is lost."""

    CSS_PATH = "scratchpad.tcss"
    HELP = (
        "Python on the same device as the lessons, for whatever you want to try. `torch`, `nn`, `F` and `device` are "
        "there, and so are the lesson's examples and what its last demo ended with: data, model, settings; the line at "
        "the top names them. `_` is the last tensor or value, and `run` draws as in a demo: `run.log(loss=0.3, x=1)`, "
        '`run.images("digits", x)`, `run.histogram("w", w)`.\n\n'
        "{prompt.run} runs what is complete and goes on where it is not; a block ends with an empty line. {prompt.complete} "
        "completes names. {prompt.earlier} brings back what you typed, also from other days. What runs away is interrupted with "
        "{scratchpad.interrupt}; if it ends the scratchpad itself, only the names in it are gone, and the next key starts it "
        "anew. {scratchpad.restart} starts it anew too, with what the last demo has left by then. {prompt.leave} leads back to "
        "the lesson, and what is here stays here."
    )
    BINDINGS = [
        Binding(
            "escape,ctrl+c",
            "interrupt",
            "interrupt",
            priority=True,
            key_display="Esc",
            id="scratchpad.interrupt",
            tooltip="End what runs; the names stay",
        ),
        Binding("escape", "leave", "back", show=False, id="scratchpad.back", tooltip="Back to where you were"),
        Binding("f9", "more_time", "+30 s", priority=True, id="scratchpad.more_time", tooltip="Let it run longer"),
        Binding(
            "f4", "detail", "error", priority=True, id="scratchpad.detail", tooltip="The last error as Python prints it"
        ),
        Binding(
            "f6", "restart", "start anew", priority=True, id="scratchpad.restart", tooltip="Names as the lesson has them"
        ),
        Binding(
            "ctrl+l", "clear", "clear", priority=True, id="scratchpad.clear", tooltip="Empty the page; the names stay"
        ),
        Binding(
            "pageup", "scroll(-1)", "look up", show=False, priority=True, id="scratchpad.up", tooltip="Look further up"
        ),
        Binding(
            "pagedown", "scroll(1)", "look down", show=False, priority=True, id="scratchpad.down", tooltip="Further down"
        ),
    ]  # fmt: skip
    head = query_one(PadHead)
    line = query_one("#state", RunLine)
    notice = query_one("#notice", Notice)

    def __init__(self, lesson_id: str) -> None:
        super().__init__()
        self.wanted = lesson_id
        """The lesson the learner came from."""

    def parts(self) -> ComposeResult:
        from tutor.ui.widgets.transcript import Transcript

        self.scratch = Scratch(self.tutor.store.home)
        self.transcript = Transcript()
        self.prompt = Prompt(self.scratch.history(), self.scratch.draft())
        yield PadHead()
        yield self.transcript
        yield Notice()
        yield RunLine("", id="state")
        with Horizontal(id="typing"):
            yield Static("▸", id="mark", markup=False)
            yield self.prompt
        yield Offer()

    def on_mount(self) -> None:
        self.pad = Pad(self, self.tutor.engine, str(self.tutor.course.path), self.take)
        self.telling = Telling(self.pad, self.transcript, self.line, self.prompt)
        self.prompt.wake = self._wake
        self.prompt.focus()
        self._open()

    def on_click(self) -> None:
        self.prompt.focus()  # there is no other place to type in

    def on_unmount(self) -> None:
        self.scratch.keep_draft(self.prompt.text)

    def turn_to(self, lesson_id: str) -> None:
        """The learner comes from this lesson. Names that nothing was done with yet give way to the lesson's."""
        self.wanted = lesson_id
        if self.pad.lesson_id != lesson_id and (not self.pad.used or self.pad.state in ("closed", "lost")):
            self._open()
        self._show_title(self.head.names)

    # Opening --------------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self.pad.open(self.wanted, self._examples())
        self._show_title()
        ready = self.tutor.engine.ready is not None
        self.line.begin("getting the lesson's names" if ready else f"waiting: {self.tutor.engine_state}")
        self.refresh_bindings()

    def _examples(self) -> list[str]:
        try:
            lesson = self.tutor.library.lesson(self.wanted)
        except CourseError:
            return []  # a prompt with torch alone
        return [block.code for step in lesson.steps for block in step.blocks if isinstance(block, Example)]

    def _title(self, lesson_id: str) -> str:
        entry = self.tutor.library.entry(lesson_id)
        return entry.title if entry else lesson_id

    def _show_title(self, names: tuple[str, ...] | None = None) -> None:
        self.head.show(self._title(self.pad.lesson_id), names)
        other = self.pad.lesson_id != self.wanted
        self.notice.say(
            f"These are its names. {key(self, 'scratchpad.restart')} starts anew with those of “{self._title(self.wanted)}”."
            if other
            else ""
        )

    def _wake(self) -> None:
        """A key was typed: a scratchpad that was lost is opened again."""
        if self.pad.state == "lost":
            self._open()

    # What the job says ----------------------------------------------------------------------------------------------------

    def take(self, event: JobEvent) -> None:
        """Shows one event of the scratchpad."""
        if isinstance(event, Fed) and event.number == 0:
            self._show_title(event.names)
        self.telling.take(event)
        self.refresh_bindings()

    # What is typed --------------------------------------------------------------------------------------------------------

    def on_prompt_ran(self, message: Prompt.Ran) -> None:
        if self.pad.busy or self.pad.waiting:
            interrupt = key(self, "scratchpad.interrupt")
            self.notice.say(f"Something still runs; {interrupt} interrupts it. What you typed stays here.")
            return
        if self.pad.state in ("closed", "lost"):
            self._open()
        self._remember(message.code)
        self.transcript.add(Typed(message.code))
        self.notice.say("")
        self.pad.feed(message.code)
        if self.pad.busy:
            self.telling.begin_clock()
        self.refresh_bindings()

    def _remember(self, code: str) -> None:
        """Keeps what runs, and what was typed on the way to it, before anything can happen to it."""
        for text in (*self.prompt.past.left_behind(), code):
            self.scratch.remember(text)
            self.prompt.past.add(text)
        self.prompt.put("")
        self.prompt.flush()

    def on_code_editor_save(self, message: CodeEditor.Save) -> None:
        self.scratch.keep_draft(message.text)
        self.prompt.kept()
        self.notice.warn(self.scratch.problem)

    def on_prompt_complete(self, message: Prompt.Complete) -> None:
        if self.pad.state == "ready":
            self.pad.complete(message.text)
        else:
            self.prompt.offer(())

    def on_prompt_offered(self, message: Prompt.Offered) -> None:
        self.query_one(Offer).show(message.words, message.chosen)

    def on_code_editor_leave(self) -> None:
        self.action_leave()

    # Keys -----------------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or not hasattr(self, "telling"):
            return False
        match action:
            case "interrupt" | "more_time":
                return self.pad.busy
            case "detail":
                return bool(self.telling.detail)
        return True

    def action_interrupt(self) -> None:
        if self.pad.interrupted:
            restart = key(self, "scratchpad.restart")
            self.notice.say(f"It does not let itself be interrupted; {restart} ends it, and starts anew.")
        self.pad.interrupt()

    def action_more_time(self) -> None:
        self.pad.extend(MORE_TIME)
        self.line.extend(MORE_TIME)

    def action_restart(self) -> None:
        self.pad.take_back()
        self.transcript.add(Said("Started anew."))
        self._open()

    def action_clear(self) -> None:
        """As in a shell: the screen is drawn anew too."""
        self.tutor.action_redraw()
        self.transcript.clear()

    def action_scroll(self, direction: int) -> None:
        self.transcript.scroll_relative(y=direction * max(self.transcript.size.height - 1, 1), animate=False)

    def action_detail(self) -> None:
        from tutor.ui.screens.viewer import Viewer

        self.app.push_screen(Viewer("The last error", Text(self.telling.detail)))

    def action_leave(self) -> None:
        self.prompt.flush()
        if self.is_current:  # a second Esc may come before the first has led back
            self.app.pop_screen()

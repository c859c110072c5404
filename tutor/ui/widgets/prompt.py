"""Where Python is typed piece by piece: Enter runs what is complete, Tab completes names, the arrows bring back what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from tutor.ui import prompting
from tutor.ui.keymap import keys_of
from tutor.ui.prompting import History
from tutor.ui.widgets.editor import CodeEditor


class Prompt(CodeEditor):
    """The editor, with the keys of a prompt."""

    BINDING_GROUP_TITLE = "The prompt"
    DEFAULT_CSS = """
    Prompt { height: auto; min-height: 1; max-height: 8; padding: 0; background: $background; }
    Prompt .text-area--cursor-line { background: $background; }
    """
    BINDINGS = [
        Binding("enter", "enter", "run", id="prompt.run", tooltip="Run this, or go on with the next line"),
        Binding(
            "f5,ctrl+r", "run", "run", show=False, priority=True, id="prompt.run_now", tooltip="Run all of it at once"
        ),
        Binding(
            "tab", "complete", "complete", id="prompt.complete", tooltip="Complete the name, or list what it may be"
        ),
        Binding("up", "earlier", "earlier", id="prompt.earlier", tooltip="What was typed before"),
        Binding("escape", "leave", "back", key_display="Esc", id="prompt.leave", tooltip="Back to the lesson"),
        Binding("down", "later", "later", show=False, id="prompt.later", tooltip="What was typed after that"),
    ]

    @dataclass
    class Ran(Message):
        """This is to be run."""

        code: str

    @dataclass
    class Complete(Message):
        """How may the text before the cursor go on?"""

        text: str

    @dataclass
    class Offered(Message):
        """Completions to choose from, and which one stands in the text now; no words: there is nothing to choose any more."""

        words: tuple[str, ...]
        chosen: int

    def __init__(self, history: Sequence[str], draft: str) -> None:
        super().__init__(draft)
        self.show_line_numbers = False
        self.past = History(history)
        self.wake: Callable[[], None] = lambda: None
        """Called at every key that is typed here."""
        self._offer: list[str] = []
        self._chosen = -1
        self._typed = ""
        """The name that was being typed when completions were offered."""

    def on_mount(self) -> None:
        self.call_after_refresh(self.move_cursor, self.document.end)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "find"  # a few lines need no search

    # Keys -----------------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """The text area takes these keys before any binding is looked at."""
        leaves, completes = (event.key in keys_of(self, name) for name in ("prompt.leave", "prompt.complete"))
        if not leaves:
            self.wake()
        if not (leaves or completes or event.key == "shift+tab"):
            self._take_away()
        if event.key in keys_of(self, "prompt.run"):
            self.action_enter()
        elif leaves:
            self.action_leave()
        elif completes:
            self.action_complete()
        elif event.key == "enter":
            self.new_line()
        elif event.key == "shift+tab" and self._offer:
            self._choose(-1)
        else:
            return
        event.stop()
        event.prevent_default()

    def action_enter(self) -> None:
        at_end = self.cursor_location == self.document.end or self.document.line_count == 1
        if at_end and (not self.text.strip() or prompting.is_complete(self.text)):
            self.action_run()
        else:
            self.new_line()

    def action_run(self) -> None:
        if self.text.strip():
            self.post_message(self.Ran(self.text.rstrip()))

    def action_cursor_up(self, select: bool = False) -> None:
        if select or self.cursor_location[0] > 0:
            super().action_cursor_up(select)
        else:
            self.action_earlier()

    def action_cursor_down(self, select: bool = False) -> None:
        if select or self.cursor_location[0] + 1 < self.document.line_count:
            super().action_cursor_down(select)
        else:
            self.action_later()

    def action_earlier(self) -> None:
        self._walk(-1)

    def action_later(self) -> None:
        self._walk(1)

    def _walk(self, step: int) -> None:
        text = self.past.go(step, self.text)
        if text is not None:
            self.put(text)

    def put(self, text: str) -> None:
        """Another text in place of this one; the cursor stands at its end."""
        self.replace(text, (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    # Completing -----------------------------------------------------------------------------------------------------------

    @property
    def before_cursor(self) -> str:
        """The line up to the cursor."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def action_complete(self) -> None:
        if self._offer:
            self._choose(1)
        elif self.before_cursor.strip():
            self.post_message(self.Complete(self.before_cursor))
        else:
            self._replace_via_keyboard(prompting.INDENT, *self.selection)

    def offer(self, words: Sequence[str]) -> None:
        """What the engine says the name may become: taken where there is one, else what they share, and a list."""
        typed = prompting.token(self.before_cursor)
        found = prompting.merged(words, prompting.local_words(typed, self.text))
        found = [word for word in found if word.startswith(typed) and word != typed]
        together = prompting.shared(found)
        if len(together) > len(typed):
            self._put_name(typed, together)
        self._offer, self._chosen, self._typed = (found if len(found) > 1 else []), -1, together or typed
        self._show_offer()

    def _choose(self, step: int) -> None:
        present = self._offer[self._chosen] if self._chosen >= 0 else self._typed
        if self._chosen < 0 and step < 0:
            self._chosen = 0
        self._chosen = (self._chosen + step) % len(self._offer)
        self._put_name(present, self._offer[self._chosen])
        self._show_offer()

    def _put_name(self, present: str, word: str) -> None:
        row, column = self.cursor_location
        start = (row, max(column - len(present), 0))
        self.replace(word, start, (row, column), maintain_selection_offset=False)
        self.move_cursor((row, start[1] + len(word)))

    def _show_offer(self) -> None:
        self.post_message(self.Offered(tuple(self._offer), self._chosen))

    def _take_away(self) -> bool:
        """Whether there was a list of completions, which is gone now."""
        there, self._offer, self._chosen = bool(self._offer), [], -1
        if there:
            self._show_offer()
        return there

    def action_leave(self) -> None:
        if not self._take_away():
            super().action_leave()

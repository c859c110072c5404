"""The editor for the learner's Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Selection, TextAreaTheme

from tutor.ui import editing
from tutor.ui.theme import code_styles
from tutor.ui.widgets.highlighting import QUERY, python

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp

SAVE_AFTER = 0.2
"""Seconds from the first unsaved change to its saving."""


class CodeEditor(TextArea):
    """A text area for Python: colours, line numbers, indentation that follows, one line marked by a verdict."""

    BINDING_GROUP_TITLE = "The editor"
    COMPONENT_CLASSES = {"editor--marked"}
    DEFAULT_CSS = """
    CodeEditor {
        border: none; padding: 0 0 0 1; height: 1fr; min-height: 4; background: $background;
        scrollbar-gutter: auto;
        &:focus { border: none; }
        .editor--marked { color: $error; text-style: bold; }
        .text-area--cursor-line { background: $surface; }
        .text-area--gutter { color: $muted; }
        .text-area--cursor-gutter { color: $foreground; background: $surface; }
    }
    """
    BINDINGS = [
        Binding(
            "escape",
            "leave",
            "leave editor",
            show=False,
            id="editor.leave",
            tooltip="Leave the editor: letters are keys",
        ),
        Binding("shift+tab", "dedent", "dedent", show=False, id="editor.dedent", tooltip="Indent less"),
        Binding(
            "ctrl+underscore,ctrl+slash",
            "comment",
            "comment",
            show=False,
            key_display="^/",
            id="editor.comment",
            tooltip="Make these lines comments, or code again",
        ),
        Binding("ctrl+f", "find", "find", show=False, id="editor.find", tooltip="Find in this text"),
        Binding("ctrl+z", "undo", "undo", show=False, id="editor.undo", tooltip="Undo"),
        Binding("ctrl+y", "redo", "redo", show=False, id="editor.redo", tooltip="Redo what was undone"),
    ]

    @dataclass
    class Save(Message):
        """The text has changed and is to be kept."""

        text: str

    @dataclass
    class Leave(Message):
        """The learner wants out of the editor."""

    class Find(Message):
        """The learner wants to search the text."""

    def __init__(self, text: str) -> None:
        super().__init__(
            text, soft_wrap=False, show_line_numbers=True, tab_behavior="indent", compact=True, id="editor"
        )
        self.marked_line = 0
        """Line from 1 that a verdict speaks of; 0: none."""
        self.tell: Callable[[bool], None] = lambda unsaved: None
        """Called at every edit, before it is painted, with whether there is something that is not kept yet."""
        self._saved = text
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self.cursor_blink = False
        self.register_language("python", python(), QUERY)
        self.language = "python"
        self._colour()
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._colour())

    def _colour(self) -> None:
        styles = code_styles(cast("TutorApp", self.app).theme_variables)
        syntax = {name: Style.parse(style) for name, style in styles.items()}
        self.register_theme(TextAreaTheme(name="tutor", syntax_styles=syntax))
        self.theme = "tutor"

    # Saving -------------------------------------------------------------------------------------------------------------

    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        self.tell(self.unsaved)
        return result

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """While an undo takes lines away, the cursor still stands where they were: it is moved, and shown, right after."""
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def undo(self) -> None:
        super().undo()
        self.tell(self.unsaved)

    def redo(self) -> None:
        super().redo()
        self.tell(self.unsaved)

    def on_text_area_changed(self) -> None:
        if self.marked_line:
            self.mark(0)
        if self._timer is None and self.unsaved:
            self._timer = self.set_timer(SAVE_AFTER, self.flush)

    @property
    def unsaved(self) -> bool:
        return self.text != self._saved

    def flush(self) -> None:
        """Asks for what is not yet kept to be kept."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.unsaved:
            self.post_message(self.Save(self.text))

    def kept(self) -> None:
        """What stands here now is kept."""
        self._saved = self.text

    def take_text(self, text: str) -> None:
        """Shows what the file holds, where it was changed elsewhere."""
        self._saved = text
        if text != self.text:
            place = self.cursor_location
            self.load_text(text)
            self.move_cursor(self.document.end if place > self.document.end else place)
        self.tell(False)

    # Keys -----------------------------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        self.post_message(self.Leave())

    def on_key(self, event: events.Key) -> None:
        """Keys that the text area takes itself, before any binding."""
        several = self.selection.start[0] != self.selection.end[0]
        if event.key == "enter":
            self.new_line()
        elif event.key == "tab" and several:
            self._change_lines(editing.indented)
        else:
            return
        event.stop()
        event.prevent_default()

    def new_line(self) -> None:
        """Breaks the line, with the indentation that Python wants next."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        indent = before[: len(before) - len(before.lstrip())]
        stripped = before.rstrip()
        if stripped.endswith(":"):
            indent += " " * self.indent_width
        elif stripped.lstrip().split(" ")[0] in ("return", "break", "continue", "pass", "raise"):
            indent = indent[: -self.indent_width] if len(indent) >= self.indent_width else ""
        start, end = self.selection
        self._replace_via_keyboard("\n" + indent, start, end)

    def action_dedent(self) -> None:
        self._change_lines(editing.dedented)

    def action_comment(self) -> None:
        self._change_lines(editing.toggled)

    def action_find(self) -> None:
        self.post_message(self.Find())

    def _change_lines(self, change: Callable[[list[str]], list[str]]) -> None:
        """Changes the lines that the selection touches, as one step of undo; the selection goes along."""
        (first, _), (last, column) = sorted(self.selection)
        if last > first and column == 0:
            last -= 1  # the cursor waits at the beginning of the next line
        old = [self.document.get_line(row) for row in range(first, last + 1)]
        new = change(old)
        start, end = self.selection
        self.replace("\n".join(new), (first, 0), (last, len(old[-1])), maintain_selection_offset=False)

        def moved(place: editing.Place) -> editing.Place:
            row, column = place
            if not first <= row <= last:
                return place
            return row, max(column + len(new[row - first]) - len(old[row - first]), 0)

        self.selection = Selection(moved(start), moved(end))

    def seek(self, words: str, step: int) -> tuple[int, int]:
        """Selects the next place with these words; returns which one it is, from 1, and of how many."""
        found = editing.places(self.text, words)
        if not found:
            return 0, 0
        index = editing.next_place(found, min(self.selection), step)
        row, column = found[index]
        self.selection = Selection((row, column), (row, column + len(words)))
        self.scroll_cursor_visible(center=True, animate=False)
        return index + 1, len(found)

    def action_delete_left(self) -> None:
        """Backspace in the indentation takes a whole level of it."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if self.selection.is_empty and before and not before.strip(" ") and column % self.indent_width == 0:
            self.delete((row, column - self.indent_width), (row, column), maintain_selection_offset=False)
            return
        super().action_delete_left()

    # The marked line ------------------------------------------------------------------------------------------------------

    def mark(self, line: int) -> None:
        """Marks a line, from 1; 0 marks none."""
        self.marked_line = line
        if line:
            self.scroll_to(y=max(line - max(self.size.height // 2, 1), 0), animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        number = y + self.scroll_offset.y + 1
        if number != self.marked_line or number > self.document.line_count:
            return strip
        first, *rest = strip
        style = (first.style or Style()) + self.get_component_rich_style("editor--marked", partial=True)
        gutter = "✗" + first.text[1:] if first.text.startswith(" ") else first.text.rstrip() + "✗ "
        return Strip([Segment(gutter, style), *rest], strip.cell_length)

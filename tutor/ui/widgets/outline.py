"""The course as a list of chapters and lessons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tutor.course.outline import Chapter, Course, Entry
from tutor.ui.words import MARKS

ROOM_FOR_MINUTES = 52
"""Columns from which on a lesson's minutes stand beside its title; below, the card says them."""


@dataclass(frozen=True)
class Row:
    """One line of the list: a chapter, or a lesson of an open chapter."""

    chapter: Chapter
    lesson: Entry | None
    state: str
    count: str = ""
    """Of a chapter: lessons done of all."""


class Outline(ScrollView, can_focus=True):
    """Chapters that open and close, and their lessons; a cursor that keys and mouse move."""

    BINDING_GROUP_TITLE = "The list"
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        "outline--chapter", "outline--done", "outline--started", "outline--new", "outline--cursor", "outline--muted",
    }  # fmt: skip
    DEFAULT_CSS = """
    Outline {
        width: 1fr; height: 1fr; scrollbar-gutter: stable;
        .outline--chapter { text-style: bold; }
        .outline--done { color: $success; }
        .outline--started { color: $primary; text-style: bold; }
        .outline--new { color: $muted; }
        .outline--muted { color: $muted; }
        .outline--cursor { background: $panel; text-style: bold; }
    }
    """
    BINDINGS = [
        Binding("up,k", "move(-1)", "up", show=False, id="map.up", tooltip="One line up"),
        Binding("down,j", "move(1)", "down", show=False, id="map.down", tooltip="One line down"),
        Binding("pageup,ctrl+u", "move(-10)", "ten up", show=False, id="map.page_up", tooltip="Ten lines up"),
        Binding("pagedown,ctrl+d", "move(10)", "ten down", show=False, id="map.page_down", tooltip="Ten lines down"),
        Binding("home,g", "move(-1000)", "first", show=False, id="map.first", tooltip="To the top"),
        Binding("end,G", "move(1000)", "last", show=False, id="map.last", tooltip="To the end"),
        Binding("right,l", "fold(False)", "open chapter", show=False, id="map.unfold", tooltip="Open this chapter"),
        Binding("left,h", "fold(True)", "close chapter", show=False, id="map.fold", tooltip="Close this chapter"),
        Binding("enter", "choose", "open", id="map.open", tooltip="Open this lesson, or open and close this chapter"),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        row: Row

    @dataclass
    class Chosen(Message):
        """A lesson is to be opened."""

        lesson: Entry

    def __init__(self, course: Course, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.course = course
        self.states: Mapping[str, str] = {}
        self.open: set[str] = {course.chapters[0].id} if course.chapters else set()
        """Ids of the chapters whose lessons are listed."""
        self.rows: list[Row] = []
        self._arrange()

    def show(self, states: Mapping[str, str], lesson_id: str | None = None) -> None:
        """Takes the lessons' states; puts the cursor on `lesson_id` and opens its chapter, where one is given."""
        self.states = states
        for chapter in self.course.chapters:
            if any(entry.id == lesson_id for entry in chapter.lessons):
                self.open = {chapter.id}
        here = self.row
        self._arrange()
        if lesson_id is None and here is not None and here.lesson is not None:
            lesson_id = here.lesson.id
        for index, row in enumerate(self.rows):
            if row.lesson is not None and row.lesson.id == lesson_id:
                self.cursor = index
        self.refresh()
        self._announce()

    @property
    def row(self) -> Row | None:
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def _arrange(self) -> None:
        self.rows = []
        for chapter in self.course.chapters:
            states = [self.states.get(entry.id, "new") for entry in chapter.lessons]
            done = states.count("done")
            state = "done" if states and done == len(states) else "new" if set(states) <= {"new"} else "started"
            self.rows.append(Row(chapter, None, state, f"{done}/{len(states)}"))
            if chapter.id in self.open:
                rows = zip(chapter.lessons, states, strict=True)
                self.rows += [Row(chapter, entry, entry_state) for entry, entry_state in rows]
        self.virtual_size = Size(0, len(self.rows))

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows))
        self._follow_cursor()

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.size.width
        base = self.rich_style
        if not 0 <= index < len(self.rows):
            return Strip([Segment(" " * width, base)], width)
        line = self._draw(self.rows[index], index == self.cursor, width)
        line.stylize_before(base)
        return Strip(line.render(self.app.console), width).adjust_cell_length(width, base)

    def _draw(self, row: Row, here: bool, width: int) -> Text:
        line = Text(no_wrap=True, end="")
        line.append(" ▸ " if here else "   ", self._style("started") if here else "")
        if row.lesson is None:
            line.append(f"{'▾' if row.chapter.id in self.open else '▹'} ", self._style("muted"))
            line.append(row.chapter.title, self._style("chapter"))
            count = Text(f"{row.count} ")
        else:
            line.append(f"  {MARKS[row.state]} ", self._style(row.state))
            line.append(row.lesson.title)
            count = Text(f"{row.lesson.minutes} min " if width >= ROOM_FOR_MINUTES else "")
        line.truncate(max(width - count.cell_len - (1 if count else 0), 0), overflow="ellipsis", pad=True)
        line.append(" " if count else "")
        line.append(count.plain, self._style("done" if row.lesson is None and row.state == "done" else "muted"))
        if here:
            line.stylize_before(self._style("cursor"))
        return line

    def _style(self, name: str) -> str:
        return self.get_component_rich_style(f"outline--{name}", partial=True)  # type: ignore[return-value]

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.rows) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        width = self.size.width
        top = self.scroll_offset.y
        self.refresh(Region(0, before - top, width, 1), Region(0, now - top, width, 1))
        self._follow_cursor()
        self._announce()

    def _follow_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def _announce(self) -> None:
        if self.row is not None:
            self.post_message(self.Moved(self.row))

    def action_move(self, rows: int) -> None:
        self.cursor += rows

    def action_fold(self, close: bool) -> None:
        row = self.row
        if row is None or (row.chapter.id in self.open) != close:
            return
        self.open ^= {row.chapter.id}
        self._arrange()
        self.cursor = next(i for i, other in enumerate(self.rows) if other.chapter is row.chapter)
        self.refresh()

    def action_choose(self) -> None:
        row = self.row
        if row is None:
            return
        if row.lesson is None:
            self.action_fold(row.chapter.id in self.open)
        else:
            self.post_message(self.Chosen(row.lesson))

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self.rows):
            return
        again = index == self.cursor
        self.cursor = index
        if again or event.chain > 1 or self.rows[index].lesson is None:
            self.action_choose()

"""Search over the lessons, and the list of everything that can be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import work
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from tutor.course.outline import CourseError
from tutor.ui.ranking import corrected, fuzzy, sought, spots, words_of
from tutor.ui.screens.finder import Finder
from tutor.ui.seeking import Hit
from tutor.ui.ways import go_to
from tutor.ui.widgets.found import Item
from tutor.ui.words import MARKS, key_name, plural, suited

if TYPE_CHECKING:
    from tutor.course.outline import Chapter, Entry
    from tutor.ui.app import TutorApp

MOST = 60
"""Places that are listed."""


class ReadingFinder(Finder):
    """Looks in the lessons, which are read in a thread the first time: what is read is found at once."""

    class Read(Message):
        """More lessons can be looked in."""

    def on_mount(self) -> None:
        """After the one of Finder: Textual calls both."""
        if not self.tutor.index.whole:
            self._read()

    @work(thread=True, exit_on_error=False)
    def _read(self) -> None:
        worker, index, library = get_current_worker(), self.tutor.index, self.tutor.library
        for entry in self.tutor.course.lessons[index.read :]:
            if worker.is_cancelled:
                return
            try:
                index.add(library.lesson(entry.id), entry)
            except CourseError:
                index.add(None, entry)
            self.post_message(self.Read())

    def on_reading_finder_read(self) -> None:
        self.look(from_top=not self.moved)

    @property
    def reading(self) -> str:
        """How far the reading is; empty: all lessons are read."""
        index, lessons = self.tutor.index, len(self.tutor.course.lessons)
        return "" if index.whole else f"reading the lessons: {index.read} of {lessons}"


class SearchScreen(ReadingFinder):
    """Titles are searched at once; the text of the lessons follows as they are read."""

    HELP = (
        "Type words: the lessons and steps that hold all of them are listed, titles and terms before text. {finder.up} and "
        "{finder.down} choose, {finder.choose} opens the step, {finder.close} goes back."
    )
    NAME = "Search"
    read_as = ""
    """What is searched in place of what was typed, where that is nowhere; empty: what was typed."""
    PLACEHOLDER = "a word of a title, a term, some text, some code"

    def items(self, words: str) -> list[Item]:
        self.read_as = ""
        if not words.strip():
            return lesson_items(self.tutor)
        index = self.tutor.index
        hits = index.find(words, MOST)
        if not hits and index.whole:
            self.read_as = words = index.meant(words)
            hits = index.find(words, MOST)
        states = self.tutor.store.states(self.tutor.course.id)
        return [self._item(hit, sought(words), states) for hit in hits]

    def _item(self, hit: Hit, words: list[str], states: dict[str, str]) -> Item:
        colours = self.tutor.theme_variables
        place = hit.passage
        label = Text.assemble((f"{MARKS[states.get(place.lesson, 'new')]} ", colours["muted"]))
        if place.step:
            label.append_text(_marked(place.heading, words, colours["primary"]))
            note = Text(place.title, colours["muted"])
        else:
            label.append_text(_marked(place.title, words, colours["primary"])).stylize("bold")
            note = Text("lesson", colours["muted"])
        below = Text.assemble("  ", _marked(hit.snippet, words, colours["foreground"], colours["muted"]))
        return Item(
            label, note, below, (place.lesson, place.step), partial(go_to, self.tutor, place.lesson, place.step or None)
        )

    def state(self, items: list[Item]) -> str:
        if self.reading:
            return self.reading
        if not self.words.value.strip():
            return plural(len(self.tutor.course.lessons), "lesson")
        found = plural(len(items), "place") if len(items) < MOST else f"the best {MOST} places"
        return f"nothing as typed; “{_cut(self.read_as, 30)}”: {found}" if items and self.read_as else found

    def nothing(self, words: str) -> str:
        if not self.tutor.index.whole:
            return "Nothing so far; the lessons are still being read."
        return f"No lesson has “{_cut(' '.join(words.split()), 40)}”. Fewer or shorter words find more."


class PaletteScreen(Finder):
    """What the keys of the screen below do, then the lessons."""

    HELP = (
        "Everything that can be done where you were, with its key, and every lesson. Type part of a name; {finder.choose} does it or "
        "opens it, {finder.close} goes back."
    )
    NAME = "Actions and lessons"
    SIGN = ":"
    PLACEHOLDER = "part of an action's name, or of a lesson's"

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self.below = below

    def items(self, words: str) -> list[Item]:
        everything = [*self._actions(), *lesson_items(self.tutor)]
        names = [f"{item.label.plain[2:]} {item.words}" for item in everything]
        if words.strip() and not any(fuzzy(words, name) for name in names):
            words = corrected(words, words_of(name.casefold() for name in names)) or words
        scored = [(fuzzy(words, name), item) for name, item in zip(names, everything, strict=True)]
        fitting = [(score, item) for score, item in scored if score]
        if words.strip():
            fitting.sort(key=lambda pair: -pair[0])
        return [item for _, item in fitting]

    def _actions(self) -> list[Item]:
        """What can be done now, each once, with the first of its keys."""
        colours = self.tutor.theme_variables
        found: dict[str, Item] = {}
        for key, (_, binding, enabled, tooltip) in self.below.active_bindings.items():
            if binding.system or not binding.id or not enabled or binding.action == "app.palette":
                continue
            label = Text.assemble(("› ", colours["primary"]), tooltip or binding.description)
            note = Text(suited(binding.key_display or key_name(key)), colours["muted"])
            press = partial(press_later, self.tutor, key)
            words = f"{binding.description} {binding.id}"
            found.setdefault(binding.action, Item(label, note, None, binding.action, press, words))
        return list(found.values())

    def state(self, items: list[Item]) -> str:
        if not self.words.value.strip():
            return "actions, then lessons"
        return "1 match" if len(items) == 1 else f"{len(items)} matches"


def press_later(app: TutorApp, key: str) -> None:
    """As if the key were pressed, once the screen below is the present one."""
    app.call_later(app.simulate_key, key)


def lesson_items(app: TutorApp) -> list[Item]:
    """Every lesson, in order."""
    states = app.store.states(app.course.id)
    return [_lesson_item(app, chapter, entry, states) for chapter in app.course.chapters for entry in chapter.lessons]


def _lesson_item(app: TutorApp, chapter: Chapter, entry: Entry, states: dict[str, str]) -> Item:
    muted = app.theme_variables["muted"]
    label = Text.assemble((f"{MARKS[states.get(entry.id, 'new')]} ", muted), entry.title)
    act = partial(go_to, app, entry.id, None)
    return Item(label, Text(chapter.title, muted), None, (entry.id, ""), act, f"{chapter.title} {entry.id}")


def _marked(text: str, words: list[str], style: str, base: str = "") -> Text:
    marked = Text(text, base)
    for start, end in spots(text, words):
        marked.stylize(f"bold {style}", start, end)
    return marked


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"

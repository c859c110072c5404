"""The lessons of a course, each read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from tutor.course.model import Lesson
from tutor.course.outline import Chapter, Course, Entry

Read = Callable[[Course, str], Lesson]


def _read(course: Course, lesson_id: str) -> Lesson:
    from tutor.course.reader import read_lesson  # markdown-it is not needed before the first paint

    return read_lesson(course, lesson_id)


class Library:
    """Reads lessons lazily and remembers them."""

    def __init__(self, course: Course, read: Read = _read) -> None:
        self.course = course
        self._read = read
        self._lessons: dict[str, Lesson] = {}

    def lesson(self, lesson_id: str) -> Lesson:
        """Raises CourseError where the lesson cannot be read."""
        if lesson_id not in self._lessons:
            self._lessons[lesson_id] = self._read(self.course, lesson_id)
        return self._lessons[lesson_id]

    def entry(self, lesson_id: str) -> Entry | None:
        return self.course.by_id.get(lesson_id)

    def chapter_of(self, lesson_id: str) -> Chapter | None:
        for chapter in self.course.chapters:
            if any(entry.id == lesson_id for entry in chapter.lessons):
                return chapter
        return None

    def after(self, lesson_id: str) -> Entry | None:
        """The lesson that follows; None after the last."""
        ids = [entry.id for entry in self.course.lessons]
        if lesson_id not in ids:
            return None
        place = ids.index(lesson_id) + 1
        return self.course.lessons[place] if place < len(ids) else None

"""A lesson's pair of files -> Lesson. docs/lesson-format.md says what stands in them; a departure is a CourseError with its line."""

from __future__ import annotations

import re
from pathlib import Path

from tutor.course import parts
from tutor.course.exercises import Around, build_exercise
from tutor.course.model import Demo, Exercise, Lesson, Step, slug
from tutor.course.outline import Course, CourseError, close_names
from tutor.course.parts import Part
from tutor.course.signatures import Signatures, missing_function, read_signatures
from tutor.course.step import StepParts, gather


def read_lesson(course: Course, lesson_id: str) -> Lesson:
    """Read one lesson. CourseError where there is none of that id, or where something in its files is not as it should be."""
    if lesson_id not in course.by_id:
        known = {known.partition("/")[2]: known for known in course.by_id}.get(lesson_id)
        mend = f"; did you mean {known}?" if known else close_names(lesson_id, course.by_id)
        raise CourseError(course.path / "course.toml", 0, f"there is no lesson {lesson_id}{mend}")
    path = course.path / f"{lesson_id}.md"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problem = f"there is no such file, but course.toml lists {lesson_id}: write it, or take it off the list"
        raise CourseError(path, 0, problem) from None
    except (OSError, ValueError) as error:
        raise CourseError(path, 0, f"it cannot be read: {error}") from None
    return _Reader(lesson_id, path, text).lesson()


class _Reader:
    """Puts one lesson together."""

    def __init__(self, lesson_id: str, path: Path, text: str) -> None:
        self.id, self.path = lesson_id, path
        self.lines = text.split("\n")
        self.parts: list[Part] = []
        for part in parts.split(text, self.fault):
            if part.kind == "comment":  # for authors: as if it were not there
                self.lines[part.start : part.end] = [""] * (part.end - part.start)
            else:
                self.parts.append(part)
        self.steps: list[Step] = []
        self.examples: tuple[str, ...] = ()
        """Code of the examples of the steps so far."""
        self._signatures: Signatures | None = None

    def fault(self, line: int, problem: str) -> CourseError:
        return CourseError(self.path, line, problem)

    def lesson(self) -> Lesson:
        title, objective, rest = self._head()
        starts = [i for i, part in enumerate(rest) if part.kind == "heading"]
        if rest and (not starts or starts[0] > 0):
            raise self.fault(rest[0].line, "this stands before the first step: begin a step above it with ## ...")
        if not starts:
            raise self.fault(1, "there is no step: begin one with a heading, ## ...")
        ends = [rest[start].start for start in starts[1:]] + [len(self.lines)]
        for begin, next_begin, end in zip(starts, [*starts[1:], len(rest)], ends, strict=True):
            self.steps.append(self._step(rest[begin], rest[begin + 1 : next_begin], end))
        return Lesson(self.id, title, objective, tuple(self.steps), self.path)

    def _head(self) -> tuple[str, str, list[Part]]:
        first = self.parts[0] if self.parts else None
        if first is None or first.kind != "title" or not first.text:
            raise self.fault(
                first.line if first else 1, "there is no title: begin the file with # and the lesson's title"
            )
        again = next((part for part in self.parts[1:] if part.kind == "title"), None)
        if again:
            raise self.fault(again.line, "this is a second title: begin a step with ## ...")
        if len(self.parts) < 2 or self.parts[1].kind != "paragraph":
            raise self.fault(first.line, "there is no objective: write one or two sentences under the title")
        return first.text, " ".join(self.parts[1].text.split()), self.parts[2:]

    def _step(self, heading: Part, body: list[Part], end: int) -> Step:
        step_id = slug(heading.text)
        if not step_id:
            raise self.fault(heading.line, "the heading of a step needs a letter or digit, which names it")
        if step_id in (step.id for step in self.steps):
            raise self.fault(heading.line, f"another step has the heading {heading.text!r}; each needs its own")
        code = self.path.with_suffix(".py").name
        found = gather(body, self.lines, heading.end, end, code, self.fault)
        if len(found.links) > 1 or (found.links and found.drafts):
            line = max(part.line for part in (*found.links, *(draft.part for draft in found.drafts)))
            raise self.fault(line, "a step holds at most one demo or one exercise: begin another step with ## ...")
        demo = self._own_demo(found.links[0]) if found.links else None
        exercise = self._exercise(found, step_id)
        self.examples += found.examples
        if not (found.blocks or demo or exercise):
            raise self.fault(heading.line, f"the step {heading.text!r} is empty: write its text, or drop the heading")
        return Step(step_id, heading.text, tuple(found.blocks), demo, exercise, heading.line)

    def _own_demo(self, link: Part) -> Demo:
        """The demo that is the whole point of its step."""
        demo = self._demo(link)
        if any(step.demo and step.demo.id == demo.id for step in self.steps):
            raise self.fault(link.line, f"the demo {demo.id} is linked twice; each demo has one step")
        return demo

    def _demo(self, link: Part) -> Demo:
        file, _, name = link.info.partition("#")
        own = self.path.with_suffix(".py").name
        if file.removeprefix("./") != own:
            raise self.fault(
                link.line, f"a demo stands in the lesson's own file: link to {own}#{name}, not {link.info}"
            )
        if not name:
            raise self.fault(link.line, f"this link names no demo: write {own}#name_of_the_function")
        signatures = self._read_signatures(link.line)
        if name not in signatures.functions:
            raise self.fault(link.line, missing_function(signatures, name))
        read = signatures.demo(name)
        label = re.sub(r"^(run|tune):\s*", "", link.text, flags=re.IGNORECASE) or name
        return Demo(name, label, read.question, read.controls, read.source, read.seconds, link.line)

    def _exercise(self, found: StepParts, step_id: str) -> Exercise | None:
        around = Around(step_id, self.examples, self._read_signatures, self._demo, self.fault)
        exercise = build_exercise(found, around)
        if exercise is None and found.hints:
            line = found.hints[0].line
            raise self.fault(
                line, "this hint stands in a step without an exercise: move it to one, or call it something else"
            )
        if exercise and any(step.exercise and step.exercise.id == exercise.id for step in self.steps):
            raise self.fault(exercise.line, f"another exercise is named {exercise.id}; each needs its own name")
        return exercise

    def _read_signatures(self, line: int) -> Signatures:
        """The lesson's .py, read once, and only where the .md refers to it (at `line`)."""
        if self._signatures is None:
            path = self.path.with_suffix(".py")
            try:
                self._signatures = read_signatures(path)
            except FileNotFoundError:
                raise self.fault(line, f"this needs {path.name} beside the .md, which is not there") from None
        return self._signatures

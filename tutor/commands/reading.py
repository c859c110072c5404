"""`tutor list` and `tutor show`: what can be said without running anything."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from tutor.commands.setup import Setup, emit, find_lesson

if TYPE_CHECKING:
    from tutor.course.model import Exercise, Lesson, Step
    from tutor.course.outline import Chapter, Course, Entry

MARKS = {"new": "○", "started": "◐", "done": "✓"}


def list_lessons(setup: Setup, as_json: bool) -> None:
    """All lessons by chapter, with the learner's state of each."""
    from tutor.progress import Store

    course = setup.open_course()
    with closing(Store.open(course=course)) as store:
        states = store.states(course.id)
    if as_json:
        for chapter in course.chapters:
            for entry in chapter.lessons:
                emit(_facts(course, chapter, entry, states.get(entry.id, "new")))
        return
    width = max(len(entry.id) for entry in course.lessons)
    for chapter in course.chapters:
        click.secho(chapter.title, bold=True)
        for entry in chapter.lessons:
            mark = MARKS[states.get(entry.id, "new")]
            click.echo(f"  {mark} {entry.id:<{width}}  {entry.minutes:>3} min  {entry.title}")


def _facts(course: Course, chapter: Chapter, entry: Entry, state: str) -> dict[str, object]:
    from tutor.course.outline import CourseError
    from tutor.course.reader import read_lesson

    facts: dict[str, object] = {
        "id": entry.id, "title": entry.title, "chapter": chapter.title, "minutes": entry.minutes, "state": state,
        "demos": [], "exercises": [],
    }  # fmt: skip
    try:
        lesson = read_lesson(course, entry.id)
    except CourseError as error:
        return facts | {"problem": str(error)}
    demos: list[dict[str, Any]] = [
        {"id": demo.id, "label": demo.label, "controls": {control.name: control.default for control in demo.controls}}
        for demo in lesson.demos
    ]
    return facts | {
        "demos": demos, "exercises": [{"id": exercise.id, "kind": exercise.kind} for exercise in lesson.exercises],
    }  # fmt: skip


def show_lesson(setup: Setup, name: str) -> None:
    """A lesson as Markdown: drawn on a terminal, plain elsewhere."""
    from tutor.course.reader import read_lesson

    course = setup.open_course()
    text = lesson_markdown(read_lesson(course, find_lesson(course, name).id))
    if not sys.stdout.isatty():
        click.echo(text)
        return
    print_markdown(text)


def print_markdown(text: str) -> None:
    """Markdown as a terminal shows it."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(text, code_theme="ansi_dark"), width=min(console.width, 100))


def lesson_markdown(lesson: Lesson) -> str:
    """All that the learner is to read, and how to run the rest from a command line. Solutions and hints are left out."""
    parts = [f"# {lesson.title}", lesson.objective]
    for step in lesson.steps:
        parts.append(step_markdown(lesson, step))
        if step.exercise:
            command = _fence("text", f"tutor check {lesson.id} {step.exercise.id} FILE")
            parts += [exercise_markdown(step.exercise), command]
    return "\n\n".join(part.strip("\n") for part in parts)


def step_markdown(lesson: Lesson, step: Step) -> str:
    """One step: its text, which of an exercise is the task, and how to run its demo."""
    parts = [f"## {step.title}", *_blocks(step)]
    if step.demo:
        parts.append(f"▶ {step.demo.label}\n\n```text\ntutor demo {lesson.id} {step.demo.id}\n```")
    return "\n\n".join(part.strip("\n") for part in parts)


def _blocks(step: Step) -> list[str]:
    from tutor.course.model import Text

    parts = []
    for block in step.blocks:
        if isinstance(block, Text):
            parts.append(block.markdown)
            continue
        parts.append(_fence("python", block.code))
        if block.output is not None:
            parts.append(_fence("output", block.output))
    return parts


def exercise_markdown(exercise: Exercise) -> str:
    """What an exercise starts from: its options, its code, its lines, its settings."""
    match exercise.kind:
        case "choice":
            return _numbered([option.text for option in exercise.options])
        case "predict":
            return _fence("python", exercise.code)
        case "order":
            fixed = f"{_fence('python', exercise.before)}\n\n" if exercise.before else ""
            lines = [f"{number}  {line}" for number, line in enumerate(exercise.shuffled(), 1)]
            return fixed + _fence("text", "\n".join(lines))
        case "tune":
            settings = [f"{control.name} = {control.default}" for control in exercise.demo.controls]
            return f"▶ {exercise.demo.label}\n\n" + _fence("text", "\n".join(settings))
        case _:
            return _fence("python", exercise.starter)


def _numbered(texts: list[str]) -> str:
    lines = []
    for number, text in enumerate(texts, 1):
        first, *rest = text.split("\n")
        lines += [f"{number}. {first}", *(f"   {line}" for line in rest)]
    return "\n".join(lines)


def _fence(language: str, code: str) -> str:
    body = code.strip("\n")
    marks = "```" if "```" not in body else "````"
    return f"{marks}{language}\n{body}\n{marks}"

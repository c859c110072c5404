"""`tutor progress`: how far the learner is, and what the attempts say."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from tutor.commands.reading import MARKS
from tutor.commands.setup import Problem, Setup, emit

if TYPE_CHECKING:
    from tutor.course.outline import Chapter, Course, Entry
    from tutor.progress import Store
    from tutor.progress.summary import Figures, Summary, Weak

MOST_WEAK = 5
"""Exercises that gave trouble, as many as are listed."""


def show_progress(setup: Setup, as_json: bool) -> None:
    """How far the learner is in the course."""
    from tutor.progress import Store
    from tutor.progress.summary import summarize

    course = setup.open_course()
    with closing(Store.open(course=course)) as store:
        summary = summarize(store, course.id)
        if as_json:
            _emit_progress(course, store, summary)
        else:
            _print_progress(course, store, summary)
        if store.problem:
            raise Problem(store.problem)


def _emit_progress(course: Course, store: Store, summary: Summary) -> None:
    from tutor.progress.summary import where_next

    states, following = store.states(course.id), where_next(store, course)
    for chapter in course.chapters:
        for entry in chapter.lessons:
            emit(
                _facts(course, store, summary, chapter, entry, states.get(entry.id, "new"))
                | {"next": entry == following}
            )


def _facts(
    course: Course, store: Store, summary: Summary, chapter: Chapter, entry: Entry, state: str
) -> dict[str, object]:
    from tutor.progress.summary import Figures

    figures = summary.lessons.get(entry.id, Figures())
    return {
        "lesson": entry.id,
        "title": entry.title,
        "chapter": chapter.title,
        "state": state,
        "passed": sorted(store.passed(course.id, entry.id)),
        "attempts": figures.attempts,
        "first_try": figures.first_try,
        "seconds": round(figures.seconds),
        "hints": figures.hints,
        "solutions": figures.solutions,
        "weak": [
            {"exercise": weak.exercise, "wrong": weak.wrong, "passed": weak.passed, "lesson": weak.mends}
            for weak in summary.weak
            if weak.lesson == entry.id
        ],
    }


def _print_progress(course: Course, store: Store, summary: Summary) -> None:
    states = store.states(course.id)
    click.secho(course.title, bold=True)
    width = max(len(chapter.title) for chapter in course.chapters)
    for chapter in course.chapters:
        done = sum(states.get(entry.id) == "done" for entry in chapter.lessons)
        begun = any(entry.id in states for entry in chapter.lessons)
        mark = MARKS["done" if done == len(chapter.lessons) else "started" if begun else "new"]
        click.echo(f"  {mark} {chapter.title:<{width}}  {done:>2}/{plural(len(chapter.lessons), 'lesson')}")
    click.echo("\n" + "\n".join(_figures(summary.whole)))
    _print_weak(course, [weak for weak in summary.weak if weak.lesson in course.by_id])
    click.echo(_where_next(course, store))
    click.echo(f"Your work is kept in {store.home}.")


def _figures(whole: Figures) -> list[str]:
    lines = [f"{plural(whole.passed, 'exercise')} passed in {plural(whole.attempts, 'attempt')}."]
    if whole.passed:
        share = f"{whole.first_try} of {whole.passed}, {whole.first_try / whole.passed:.0%}"
        lines.append(f"At the first try: {share}.")
    if whole.seconds >= 60:
        lines.append(f"Time spent: about {_span(whole.seconds)}.")
    taken = [plural(whole.hints, "hint")] if whole.hints else []
    taken += [f"{plural(whole.solutions, 'solution')} before passing"] if whole.solutions else []
    if taken:
        lines.append(f"Looked at: {', '.join(taken)}.")
    return lines


def _print_weak(course: Course, found: list[Weak]) -> None:
    if not found:
        return
    click.secho("\nWhat was hard", bold=True)
    for weak in found[:MOST_WEAK]:
        mark = MARKS["done" if weak.passed else "started"]
        wrong = plural(weak.wrong, "wrong answer")
        mends = weak.mends if weak.mends in course.by_id else weak.lesson
        click.echo(f"  {mark} {weak.lesson} {weak.exercise}: {wrong}; `tutor {mends}` helps")
    if len(found) > MOST_WEAK:
        click.echo(f"  and {len(found) - MOST_WEAK} more")
    click.echo()


def _where_next(course: Course, store: Store) -> str:
    from tutor.progress.summary import where_next

    entry = where_next(store, course)
    if entry is None:
        return "All lessons are done."
    return f"{'Go on' if store.position(course.id) else 'Begin'} with: {entry.title} (`tutor {entry.id}` goes there)."


def _span(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def plural(number: int, noun: str) -> str:
    """ "1 lesson", "2 lessons"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""`tutor glossary`: the course's terms without a screen."""

from __future__ import annotations

import shutil
import sys
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tutor.commands.setup import Setup, emit

if TYPE_CHECKING:
    from tutor.course.outline import Course
    from tutor.course.terms import Term

MARGIN = "    "
WIDEST = 100


def list_terms(setup: Setup, words: str, as_json: bool) -> int:
    """The terms, or those that have `words` in them; returns the exit status."""
    from tutor.course.terms import fitting, sorted_terms

    found = sorted_terms(_all_terms(setup.open_course()))
    fit = fitting(found, words)
    for term in fit:
        if as_json:
            emit({name: value for name, value in asdict(term).items() if name != "line"})
        else:
            _print(term)
    if not fit:
        from tutor.course.outline import close_names

        close = close_names(words.casefold(), [term.folded for term in found])
        click.echo(f"tutor: No term has {words!r} in it{close or '; `tutor glossary` lists all.'}", err=True)
    return 0 if fit else 1


def _all_terms(course: Course) -> list[Term]:
    """Of every lesson that can be read."""
    from tutor.course.outline import CourseError
    from tutor.course.reader import read_lesson
    from tutor.course.terms import terms_of_lesson

    found: list[Term] = []
    for entry in course.lessons:
        try:
            found += terms_of_lesson(read_lesson(course, entry.id), entry.title)
        except CourseError as error:
            click.echo(f"tutor: left out: {error}", err=True)
    return found


def _print(term: Term) -> None:
    width = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else WIDEST
    click.echo(f"{click.style(term.term, bold=True)}  {click.style(term.lesson, dim=True)}")
    click.echo(textwrap.fill(term.sentence, width, initial_indent=MARGIN, subsequent_indent=MARGIN))

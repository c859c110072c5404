"""`tutor progress export`, `import` and `reset`: a learner's work, moved as a whole."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.reporting import plural
from tutor.commands.setup import Problem, Setup, find_lesson

if TYPE_CHECKING:
    from tutor.progress import Store


def export_progress(file: str | None) -> None:
    """Write everything to a file, or to standard output."""
    from tutor.progress import Store, StoreError
    from tutor.progress.transfer import dump

    with closing(Store.open()) as store:
        try:
            text = dump(store.export())
        except StoreError as error:
            raise Problem(str(error)) from None
        problem = store.problem
    if file == "-":
        click.echo(text, nl=False)
    else:
        path = Path(file or f"tutor-progress-{time.strftime('%Y-%m-%d')}.json")
        _write(path, text)
        click.echo(f"All your work is in {path}; `tutor progress import {path}` adds it to another tutor's.")
    if problem:
        click.echo(f"tutor: {problem}", err=True)


def _write(path: Path, text: str) -> None:
    """Write a new file, or in place of an earlier export; never over anything else."""
    from tutor.progress.answers import write_atomically

    try:
        if path.exists() and not path.is_file():  # a pipe, say
            with path.open("w", encoding="utf-8") as file:
                file.write(text)
            return
        if path.exists() and path.stat().st_size and '"tutor progress"' not in _head(path):
            raise Problem(f"{path} is there already and is no export; name another file.")
        if not path.absolute().parent.is_dir():
            raise Problem(f"{path} cannot be written: there is no folder {path.absolute().parent}.")
        write_atomically(path, text)
    except OSError as error:
        raise Problem(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.") from None


def _head(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(200)


def import_progress(setup: Setup, file: str) -> None:
    """Add an export to what is here."""
    from tutor.progress import Store, StoreError

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        exported = json.loads(text)
    except OSError as error:
        raise Problem(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except (ValueError, RecursionError):
        raise Problem(f"{file} is no export: it holds no JSON, or only a part of it.") from None
    with closing(Store.open()) as store:
        try:
            merged = store.merge(exported)
        except StoreError as error:
            raise Problem(str(error)) from None
        _update_states(setup, store)
        click.echo(f"Added: {plural(merged.attempts, 'attempt')}, {plural(merged.answers, 'answer')}.")
        for path in merged.beside:
            click.echo(f"Both answers differ and both are kept; the other one is {path}.")
        if store.problem:
            raise Problem(store.problem)


def _update_states(setup: Setup, store: Store) -> None:
    """Two halves of a lesson may make a whole one now."""
    from tutor.course.outline import CourseError
    from tutor.course.reader import read_lesson

    with contextlib.suppress(CourseError):
        course = setup.open_course()
        store.take_along(course)
        for lesson_id in store.states(course.id):
            with contextlib.suppress(CourseError):
                if lesson_id in course.by_id:
                    store.update_state(course.id, read_lesson(course, lesson_id))


def reset_progress(setup: Setup, lesson: str | None, sure: bool) -> None:
    """Forget a lesson or the course, after asking, and say where the copy is."""
    from tutor.progress import Store, StoreError

    course = setup.open_course()
    entry = find_lesson(course, lesson) if lesson else None
    what = entry.title if entry else course.title
    with closing(Store.open(course=course)) as store:
        counts = store.attempt_counts(course.id)
        number = counts.get(entry.id, 0) if entry else sum(counts.values())
        if not sure:
            _ask(f"Forget your work on “{what}”: {plural(number, 'attempt')}, answers and place? A copy is kept.")
        try:
            copy = store.reset(course.id, entry.id if entry else "")
        except StoreError as error:
            raise Problem(str(error)) from None
    click.echo(f"Forgotten: your work on “{what}”.")
    click.echo(f"All as it was is in {copy}; `tutor progress import {copy}` brings it back.")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise Problem("Nothing was forgotten: there is no terminal to ask on; --yes says that you are sure.")
    if not click.confirm(question):
        raise Problem("Nothing was forgotten.")

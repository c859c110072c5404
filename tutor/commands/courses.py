"""`tutor course new`, `list`, `add`, `remove` and `ids`: which courses there are, and what learners' work on one is kept by."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tutor.commands.authoring import relative
from tutor.commands.setup import Problem, Setup, emit

ASKS = "Nothing of it has run. Before anything of it does, you are asked."


def new_course(path: Path) -> None:
    """Write a course to begin from."""
    from tutor.course.catalog import open_course
    from tutor.course.new import write_course
    from tutor.course.trust import Trust
    from tutor.progress.places import home

    try:
        files = write_course(path)
    except FileExistsError:
        raise Problem(f"{path} is there already, and not empty; name a new folder.") from None
    except OSError as error:
        raise Problem(f"The course cannot be written to {path}: {error.strerror or error}.") from None
    Trust(home()).give(open_course(path))  # it is our own, until somebody changes it
    for file in files:
        click.echo(f"  {relative(file)}")
    place = relative(path)
    shown = f'"{place}"' if " " in place else place
    click.echo(f"A course of two lessons, with all kinds of exercises. Check it: tutor course check {shown}")
    click.echo(f"Open it: tutor --course {shown}")


def list_courses(as_json: bool) -> None:
    """All courses at hand, one a line."""
    from tutor.course.shelf import Shelf
    from tutor.progress.places import home

    shelved = Shelf(home()).all()
    width = max(len(each.name) for each in shelved)
    for each in shelved:
        title, lessons = (each.course.title, len(each.course.lessons)) if each.course else ("", 0)
        if as_json:
            fields = {"id": each.name, "title": title, "path": str(each.path), "origin": each.origin}
            emit({**fields, "source": each.source, "lessons": lessons, "problem": each.problem})
            continue
        where = each.origin if each.origin == "built in" else each.source or str(each.path)
        said = f"{title} · {lessons} lessons" if each.course else f"cannot be opened: {each.problem}"
        click.echo(f"{each.name:<{width}}  {said} · {where}")


def add_course(path: Path) -> None:
    """Take up the course in a folder."""
    from tutor.course.shelf import Shelf
    from tutor.progress.places import home

    course = Shelf(home()).add(path)
    click.echo(f"{course.title}: open it with tutor --course {course.id}")
    click.echo(ASKS)


def remove_course(name: str) -> None:
    """Take an added course off the list."""
    from tutor.course.shelf import Shelf
    from tutor.progress.places import home
    from tutor.settings import Settings

    path = Shelf(home()).remove(name)
    settings = Settings.load(os.environ)
    if settings["course"] in (name, path.name, str(path)):
        click.echo(settings.put("course", None) or "From now on the built-in course opens where none is named.")
    click.echo(f"{path} is off the list; its files and your progress stay.")


def list_ids(setup: Setup) -> None:
    """Add to a course's ids.txt what is not there yet."""
    from tutor.course import lasting

    path, added = lasting.list_ids(setup.open_course())
    click.echo(f"{relative(path)}: {added or 'no'} new id{'' if added == 1 else 's'}. Keep it with the course.")

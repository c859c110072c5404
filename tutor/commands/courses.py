"""`tutor course new`, `list`, `add` and `remove`: which courses there are."""

from __future__ import annotations

from pathlib import Path

import click

from tutor.commands.authoring import relative
from tutor.commands.setup import Problem, emit

TRUST = "Its code runs on this machine, as you, once you open its lessons: add only what you trust."


def new_course(path: Path) -> None:
    """Write a course to begin from."""
    from tutor.course.new import write_course

    try:
        files = write_course(path)
    except FileExistsError:
        raise Problem(f"{path} is there already, and not empty; name a new folder.") from None
    except OSError as error:
        raise Problem(f"The course cannot be written to {path}: {error.strerror or error}.") from None
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
    click.echo(TRUST)


def remove_course(name: str) -> None:
    """Take an added course off the list."""
    from tutor.course.shelf import Shelf
    from tutor.progress.places import home

    path = Shelf(home()).remove(name)
    click.echo(f"{path} is off the list; its files and your progress stay.")

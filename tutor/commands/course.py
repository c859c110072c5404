"""`tutor course` and its commands. Each imports its part inside."""

from __future__ import annotations

from pathlib import Path

import click

from tutor.commands.options import with_course, with_device, with_json, with_python
from tutor.commands.setup import Setup


def _name(setup: Setup, path: Path | None) -> None:
    """Which course an author means: the one that is named, and never one that was chosen on the map."""
    from tutor.course.catalog import built_in

    if path is not None or not setup.is_named:
        setup.given["course"] = str(path or built_in())


@click.group()
def course() -> None:
    """Other courses: which there are, and how to write one.

    \b
    Example: tutor course new my-course
             tutor course check my-course
             tutor course add my-course
    """


@course.command("new")
@click.argument("path", type=click.Path(path_type=Path))
def course_new(path: Path) -> None:
    """Write a small course to begin from: two lessons with all kinds of exercises, and comments that explain.

    \b
    Example: tutor course new my-course
    """
    from tutor.commands.courses import new_course

    new_course(path)


@course.command("list")
@with_json
def course_list(as_json: bool) -> None:
    """List the courses: the built-in one, those of installed packages, and folders that you added.

    With --json, one object for each: id, title, path, origin ("built in", "package", "folder"), source, lessons, problem.

    \b
    Example: tutor course list
    """
    from tutor.commands.courses import list_courses

    list_courses(as_json)


@course.command("add")
@click.argument("path", type=click.Path(path_type=Path))
def course_add(path: Path) -> None:
    """Add the course in a folder, so that --course finds it by its id.

    \b
    Example: tutor course add ~/courses/audio
             tutor --course audio
    """
    from tutor.commands.courses import add_course

    add_course(path)


@course.command("remove")
@click.argument("name")
def course_remove(name: str) -> None:
    """Take a course that was added off the list, by its id or its folder. Its files and your progress stay.

    \b
    Example: tutor course remove audio
    """
    from tutor.commands.courses import remove_course

    remove_course(name)


@course.command("ids")
@click.argument("path", required=False, metavar="[COURSE]", type=click.Path(path_type=Path))
@with_course
@click.pass_obj
def course_ids(setup: Setup, path: Path | None) -> None:
    """List in ids.txt what learners' work on a course is kept by: its lessons, steps, exercises and demos.

    Run it before you hand a course on. Once one of these is renamed or taken out, `tutor course check` asks where it is
    now, so that learners' work goes along. COURSE is its folder or its id; without it, the built-in one.

    \b
    Example: tutor course ids my-course
    """
    from tutor.commands.courses import list_ids

    _name(setup, path)
    list_ids(setup)


@course.command("check")
@click.argument("path", required=False, metavar="[COURSE]", type=click.Path(path_type=Path))
@click.argument("lessons", metavar="[LESSON]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Try also the lessons that passed before and have not changed.")
@with_course
@with_python
@with_device
@with_json
@click.pass_obj
def course_check(setup: Setup, path: Path | None, lessons: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Check a course: all lessons, or those you name. COURSE is its folder or its id; without it, the built-in one.

    Runs every example, demo, starter, solution and mistake, so it takes a while; a lesson that passed is tried again
    when it has changed, or something it depends on. With --json, one object for each finding, of kind Finding: path,
    line, message, severity ("error" or "warning"); and one of kind Coverage where the course has a syllabus.toml.
    Exit status: 0 nothing found, or warnings alone, 1 something, 2 it cannot be checked.

    \b
    Example: tutor course check lessons tensors/reshape_view_stack
    """
    from tutor.commands.authoring import check_course

    _name(setup, path)
    raise SystemExit(check_course(setup, lessons, as_json, everything))

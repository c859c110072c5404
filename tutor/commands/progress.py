"""`tutor progress`, and what can be done with it."""

from __future__ import annotations

import click

from tutor.commands.options import with_course, with_json
from tutor.commands.setup import Setup


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@with_course
@with_json
@click.pass_context
def progress(ctx: click.Context, as_json: bool) -> None:
    """Say how far you are, what is weak, where to go on, and where your work is kept.

    With --json, one object for each lesson: lesson, title, chapter, state, passed (ids of exercises), attempts, first_try
    (exercises passed at the first try), seconds (spent, about), hints, solutions (looked at before passing), weak (a list of
    exercise, wrong, passed, lesson: the one that mends it), next (whether it is the lesson to go on with).

    \b
    Example: tutor progress
             tutor progress export backup.json
    """
    if ctx.invoked_subcommand is None:
        from tutor.commands.reporting import show_progress

        show_progress(ctx.ensure_object(Setup), as_json)


@progress.command("export")
@click.argument("file", required=False, type=click.Path(allow_dash=True))
def export(file: str | None) -> None:
    """Write all your work, of every course, to one JSON file.

    Without FILE it is a dated file in this folder; - is standard output.

    \b
    Example: tutor progress export
             tutor progress export - | ssh box tutor progress import -
    """
    from tutor.commands.moving import export_progress

    export_progress(file)


@progress.command("import")
@click.argument("file", type=click.Path(allow_dash=True))
@with_course
@click.pass_obj
def import_(setup: Setup, file: str) -> None:
    """Add the work in an exported FILE to yours (- is standard input).

    Nothing is lost and nothing counted twice. Where both have a different answer to an exercise, both are kept as files.

    \b
    Example: tutor progress import tutor-progress-2026-11-21.json
    """
    from tutor.commands.moving import import_progress

    import_progress(setup, file)


@progress.command("reset")
@click.argument("lesson", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_course
@click.pass_obj
def reset(setup: Setup, lesson: str | None, yes: bool) -> None:
    """Forget your work on a LESSON, or on the whole course. A dated copy is kept.

    \b
    Example: tutor progress reset reshape
    """
    from tutor.commands.moving import reset_progress

    reset_progress(setup, lesson, yes)

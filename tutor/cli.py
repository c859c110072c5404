"""The command line. Each command imports its part inside, so that every one of them starts fast."""

from __future__ import annotations

import os
from typing import Any

import click

from tutor import __version__
from tutor.commands.course import course
from tutor.commands.options import with_course, with_device, with_json, with_python
from tutor.commands.progress import progress
from tutor.commands.setup import Problem, Setup, trouble


class Program(click.Group):
    """Commands, and words that are none: `tutor reshape` opens that lesson. Errors become one sentence."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            return "open", self.get_command(ctx, "open"), args
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with trouble(ctx):
            return super().invoke(ctx)


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[OPTIONS]",
    subcommand_metavar="[LESSON | COMMAND]",
)
@click.version_option(__version__, "--version", message="tutor %(version)s")
@with_course
@with_python
@with_device
@click.pass_context
def program(ctx: click.Context) -> None:
    """Learn PyTorch in your terminal: read, run it live, answer, be checked.

    Without a command it opens the program, at a LESSON if you name one: by its id, the id's last part, or how that
    begins.

    \b
    Example: tutor
             tutor reshape
             tutor --python ~/envs/ml/bin/python --device cuda:1
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    ctx.call_on_close(ctx.ensure_object(Setup).warn)
    if ctx.invoked_subcommand is None:
        ctx.invoke(open_)


@program.command("open")
@click.argument("lesson", required=False)
@with_course
@with_python
@with_device
@click.pass_obj
def open_(setup: Setup, lesson: str | None = None) -> None:
    """Open the program, the same as no command at all.

    \b
    Example: tutor open tensors/reshape_view_stack
    """
    from tutor.commands.screen import open_program

    open_program(setup, lesson, tuple(program.commands))


@program.command("list")
@with_course
@with_json
@click.pass_obj
def list_(setup: Setup, as_json: bool) -> None:
    """List the lessons: what they are called, how long they take, how far you are.

    With --json, one object for each lesson: id, title, chapter, minutes, state ("new", "started", "done"), demos
    (id, label, controls) and exercises (id, kind); or problem, where the lesson cannot be read.

    \b
    Example: tutor list
             tutor list --json | jq -r .id
    """
    from tutor.commands.reading import list_lessons

    list_lessons(setup, as_json)


@program.command()
@click.argument("lesson")
@with_course
@click.pass_obj
def show(setup: Setup, lesson: str) -> None:
    """Print a lesson as text. Into a pipe or a file it goes as plain Markdown.

    \b
    Example: tutor show reshape | less
    """
    from tutor.commands.reading import show_lesson

    show_lesson(setup, lesson)


@program.command()
@click.argument("term", required=False)
@with_course
@with_json
@click.pass_obj
def glossary(setup: Setup, term: str | None, as_json: bool) -> None:
    """List the terms of the course, each with the sentence that explains it and the lesson that teaches it.

    With a TERM, those that have it in them. With --json, one object for each: term, sentence, lesson, step, title,
    heading. Exit status: 0 there are some, 1 there is none.

    \b
    Example: tutor glossary
             tutor glossary gradient
             tutor glossary --json | jq -r .term
    """
    from tutor.commands.glossary import list_terms

    raise SystemExit(list_terms(setup, term or "", as_json))


@program.command()
@click.argument("lesson")
@click.argument("name", required=False)
@click.option("--set", "settings", metavar="CONTROL=VALUE", multiple=True, help="Set a control; may be repeated.")
@click.option("--script", is_flag=True, help="Print the demo as a script that runs by itself, and do not run it.")
@with_course
@with_python
@with_device
@with_json
@click.pass_obj
def demo(setup: Setup, lesson: str, name: str | None, settings: tuple[str, ...], script: bool, as_json: bool) -> None:
    """Run a lesson's demo here, without the screen, and draw what it measured.

    With --json, its events as they happen, one object a line with its "kind": Started, Printed, Points, Result... and at
    the end Finished, Crashed or Stopped. Exit status: 0 it finished, 1 it did not, 2 there is no such thing.

    \b
    Example: tutor demo linear_regression fit_line --set lr=0.1 --set optimizer=Adam
    Example: tutor demo linear_regression fit_line --script > mine.py; python mine.py
    """
    from tutor.commands.running import print_script, run_demo

    if script:
        print_script(setup, lesson, name, settings)
        return
    raise SystemExit(run_demo(setup, lesson, name, settings, as_json))


@program.command()
@click.argument("lesson")
@click.argument("exercise")
@click.argument("file", required=False, type=click.Path(allow_dash=True))
@with_course
@with_python
@with_device
@with_json
@click.pass_obj
def check(setup: Setup, lesson: str, exercise: str, file: str | None, as_json: bool) -> None:
    """Check an answer and remember the attempt.

    FILE holds the answer (- is standard input): code for an exercise that wants code; numbers of options for a choice; for a
    prediction what the code gives; for lines to put in order these lines or their numbers in `tutor show`; for a target to
    reach the settings, each on a line. Without FILE it is your own answer file, which the program writes too.

    With --json, the job's events, one object a line; the one of kind Verdict has outcome, message, expected and got.
    Exit status: 0 passed, 1 not passed, 2 it could not be judged.

    \b
    Example: tutor check reshape add_batch answer.py
             echo 2 | tutor check reshape which-one-joins -
    """
    from tutor.commands.checking import check_answer

    raise SystemExit(check_answer(setup, lesson, exercise, file, as_json))


@program.command()
@click.argument("lesson", required=False)
@with_course
@with_python
@with_device
@click.pass_obj
def watch(setup: Setup, lesson: str | None) -> None:
    """Go through the exercises in your own editor; every save of the answer file is checked.

    Begins where you are in the course, or with a LESSON's first exercise that you have not passed. Each task is shown
    with the path of its answer file. Keys: h hint, d details, n next, s skip, l list, r check, e editor, o solution,
    ? all of them, q quit.

    \b
    Example: tutor watch
             tutor watch reshape
    """
    from tutor.commands.watching import watch_exercises

    raise SystemExit(watch_exercises(setup, lesson))


program.add_command(progress)


@program.command()
@with_course
@with_python
@with_device
@with_json
@click.pass_obj
def doctor(setup: Setup, as_json: bool) -> None:
    """Look for what could be wrong: Python, torch, devices, terminal, folders, downloads.

    With --json, one object a line: name, ok, text, advice. Exit status: 0 all that is needed is there, 1 it is not.

    \b
    Example: tutor doctor
             tutor doctor --python ~/envs/ml/bin/python
    """
    from tutor.doctor import report

    raise SystemExit(report(setup, as_json))


program.add_command(course)


def main() -> None:
    """The program `tutor`."""
    from tutor.signs import suit_terminal

    suit_terminal()
    program(prog_name="tutor")


__all__ = ["Problem", "main", "program"]

if __name__ == "__main__":
    main()

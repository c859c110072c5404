"""Options that many commands take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tutor.commands.setup import Setup

Command = TypeVar("Command", bound=Callable[..., Any])


def _into_setup(ctx: click.Context, option: click.Parameter, value: object) -> None:
    setup = ctx.ensure_object(Setup)
    if value is not None and option.name == "trust":
        setup.trust = bool(value)
    elif value is not None and option.name:
        setup.given[option.name] = str(value)


def _option(flag: str, metavar: str, said: str) -> Callable[[Command], Command]:
    """An option that may stand before the command or after it, or be set for good in the environment or the settings file."""
    said = f"{said} Set for good by TUTOR_{flag.lstrip('-').upper()}, or in the settings file."
    return click.option(flag, metavar=metavar, help=said, expose_value=False, callback=_into_setup)


_named = _option("--course", "COURSE", "Another course: its folder, or its id.")
_trusted = click.option(
    "--trust",
    is_flag=True,
    default=None,
    help="Run its code without asking. Set for good by TUTOR_TRUST=1.",
    envvar="TUTOR_TRUST",
    expose_value=False,
    callback=_into_setup,
)


def with_course(command: Command) -> Command:
    """--course, and --trust beside it."""
    return _named(_trusted(command))


with_python = _option("--python", "PATH", "The Python whose torch runs the code, in place of this program's own.")
with_device = _option("--device", "NAME", "Where code runs: cpu, cuda:0, mps. Default: the best one there is.")
with_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs to read.")

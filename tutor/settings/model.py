"""What there is to set: each setting with what it does, what it may be, and when a change of it counts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Value = str | int | bool

THEMES = ("dark", "light")
MOST_FRAMES = 60
AT_ONCE = "at once"
NEW_ENGINE = "when the engine is started anew"
NEXT_START = "when the program is next opened"

_DEVICE = re.compile(r"auto|cpu|mps|(cuda|xpu)(:\d+)?")


@dataclass(frozen=True)
class Setting:
    """One thing that can be set."""

    name: str
    """In the file. In the environment it is TUTOR_ and the name in capitals."""
    default: Value
    about: str
    """What it does, in a sentence."""
    allowed: str
    """What it may be, so that "it may be ..." reads as a sentence."""
    counts: str
    """When a change of it counts."""
    unset: str = ""
    """What the default means, where its value does not say so."""
    choices: tuple[Value, ...] = ()
    """All it may be, where that is a few things; else empty."""
    take: Callable[[Value], Value | None] = field(default=lambda value: value)
    """The value as the program uses it; None: it may not be that."""

    @property
    def variable(self) -> str:
        return f"TUTOR_{self.name.upper()}"

    def read(self, value: object) -> Value:
        """A value as it stands in the file, or was typed. ValueError where it may not be that."""
        kind = type(self.default)
        if kind is not str and isinstance(value, str):
            value = _converted(value.strip(), kind)
        if type(value) is not kind:
            raise ValueError(self.allowed)
        taken = self.take(value)  # type: ignore[arg-type]  # it is of the default's type
        if taken is None or (self.choices and taken not in self.choices):
            raise ValueError(self.allowed)
        return taken

    def spell(self, value: Value) -> str:
        """A value for the screen."""
        if value == self.default and self.unset:
            return self.unset
        if isinstance(value, bool):
            return "on" if value else "off"
        return str(value)


def _converted(word: str, kind: type) -> object:
    """A word from the environment or the keyboard as a number or a switch; as it is where it is neither."""
    if kind is bool:
        return {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}.get(
            word.lower(), word
        )  # fmt: skip
    return int(word) if word.isascii() and word.isdigit() else word


def _python(value: Value) -> Value | None:
    """An interpreter that can be started: a path, or a command that is on the PATH. The path as it is to be run."""
    import shutil

    if not value:
        return ""
    path = os.path.expanduser(str(value))
    found = path if os.sep in path else shutil.which(path)
    return found if found and Path(found).is_file() and os.access(found, os.X_OK) else None


def _command(value: Value) -> Value | None:
    """A command as a shell would split it."""
    import shlex

    try:
        shlex.split(str(value))
    except ValueError:
        return None
    return value


SETTINGS = (
    Setting(
        "theme", "dark", "Colours for a dark background or a light one.", '"dark" or "light"', AT_ONCE, choices=THEMES
    ),
    Setting(
        "device",
        "",
        "Where code runs. A device that is not there is said in words, and nothing runs on another instead.",
        '"auto" (the best one there is), "cpu", "cuda", "cuda:1", "mps" or "xpu"',
        NEW_ENGINE,
        "the best one there is",
        take=lambda value: ("" if value in ("", "auto") else value) if not value or _DEVICE.fullmatch(str(value)) else None,
    ),
    Setting(
        "python",
        "",
        "The Python whose torch runs the code, in place of this program's own.",
        "the path of a Python, or a command on your PATH, that can be started",
        NEW_ENGINE,
        "this program's own",
        take=_python,
    ),
    Setting(
        "editor",
        "",
        "Opens an answer in your own editor. Its arguments may stand behind it; it must come back when you close the file.",
        'a command, such as "vim" or "code --wait"',
        AT_ONCE,
        "what VISUAL or EDITOR names",
        take=_command,
    ),
    Setting(
        "fps",
        20,
        "How many times a second a chart that runs is drawn anew at the most. A small number spares a slow link.",
        f"a whole number from 1 to {MOST_FRAMES}",
        AT_ONCE,
        take=lambda value: value if 1 <= int(value) <= MOST_FRAMES else None,
    ),
    Setting(
        "course",
        "",
        "The course that is opened; the map has a key that goes over to another at once.",
        "the id of a course, as `tutor course list` names it, or the folder of one",
        NEXT_START,
        "the built-in one",
    ),
    Setting(
        "mouse",
        True,
        "Whether the program takes clicks. Off, the mouse stays with the terminal, to select text with.",
        "true or false",
        NEXT_START,
        choices=(True, False),
    ),
)  # fmt: skip
"""In the order in which they are listed."""

BY_NAME = {setting.name: setting for setting in SETTINGS}

"""Opens a file in the learner's own editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path


class OwnEditorError(Exception):
    """The editor could not be opened; says what to do."""


def editor_command(named: str = "") -> list[str]:
    """What the settings name, else $VISUAL or $EDITOR, else an editor that is usually there."""
    if named.strip():
        return shlex.split(named)
    for variable in ("VISUAL", "EDITOR"):
        if os.environ.get(variable, "").strip():
            return shlex.split(os.environ[variable])
    for usual in ("nano", "vim", "vi"):
        if shutil.which(usual):
            return [usual]
    raise OwnEditorError(
        "No editor was found: name the one you use in the settings, or set EDITOR, for instance EDITOR=vim."
    )


def edit_file(path: Path, named: str = "") -> None:
    """Returns when the editor was closed. Raises OwnEditorError where it did not run or ended with an error."""
    command = editor_command(named)
    try:
        status = subprocess.run([*command, str(path)], check=False).returncode
    except OSError as error:
        raise OwnEditorError(
            f"{command[0]} could not be opened ({error.strerror}): name another in the settings, or in EDITOR."
        ) from error
    if status:
        raise OwnEditorError(f"{command[0]} ended with status {status}; the file is as it was saved.")

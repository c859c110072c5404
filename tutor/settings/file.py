"""The settings file: where it is, what stands in it, and how one line of it is changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tutor.settings.model import Value

NAME = "settings.toml"
KEYS = "keys"
HEAD = "# Settings of tutor; the program's own page of settings, and docs/settings.md, say what each may be.\n"


def settings_path(environment: Mapping[str, str]) -> Path:
    """TUTOR_HOME's, where that is set, else in this system's usual place for a user's configuration."""
    named = environment.get("TUTOR_HOME")
    if named:
        return Path(named).expanduser().absolute() / NAME
    import platformdirs

    return Path(platformdirs.user_config_dir("tutor", appauthor=False)) / NAME


def shown(path: Path) -> str:
    """The path with ~ for the home folder."""
    home = os.path.expanduser("~")
    return "~" + str(path)[len(home) :] if str(path).startswith(home + os.sep) else str(path)


class FileProblem(Exception):
    """The file cannot be read or changed; one sentence says why."""


class SettingsFile:
    """Reads all of it, writes one value at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """Empty where there is no file. FileProblem where it cannot be read."""
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise FileProblem(f"{shown(self.path)} cannot be read ({_reason(error)})") from None
        except UnicodeDecodeError:
            raise FileProblem(f"{shown(self.path)} is not text in UTF-8") from None

    def read(self) -> tuple[dict[str, object], dict[str, object], str]:
        """The values by name; those of the table `keys`, by binding id; and the text. FileProblem where it is no TOML."""
        text = self.text()
        if not text.strip():
            return {}, {}, text
        values = self._parse(text)
        keys = values.pop(KEYS, {})
        return values, dict(_flat(keys)) if isinstance(keys, dict) else {}, text

    def _parse(self, text: str) -> dict[str, Any]:
        import tomllib

        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            what, _, place = str(error).rpartition(" (at ")
            line = place.partition(",")[0].replace("line ", "") if place.startswith("line") else ""
            where = f"{shown(self.path)}, line {line}" if line else shown(self.path)
            raise FileProblem(f"{where}: this is no TOML ({(what or str(error)).lower()})") from None

    def put(self, table: str, key: str, value: Value | None) -> None:
        """Set one value, or take it out of the file (None). FileProblem: nothing was changed."""
        from tutor.progress.answers import write_atomically
        from tutor.settings import toml

        text = self.text()
        wanted = self._parse(text)
        new = toml.without(text, table, key) if value is None else toml.with_value(text or HEAD, table, key, value)
        _set(wanted, table, key, value)
        try:
            fits = _same(self._parse(new), wanted)
        except FileProblem:
            fits = False
        if not fits:
            raise FileProblem(f"{shown(self.path)} sets {key} in a way that only you can change: edit it by hand")
        try:
            write_atomically(self.path, new)
        except OSError as error:
            raise FileProblem(f"{shown(self.path)} cannot be written ({_reason(error)})") from None


def _flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, object]]:
    """Keys of nested tables joined by dots: TOML reads `app.help = "f1"` as a table in a table."""
    found: list[tuple[str, object]] = []
    for name, value in table.items():
        found += _flat(value, f"{before}{name}.") if isinstance(value, dict) else [(before + name, value)]
    return found


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return sorted(map(repr, _flat(one))) == sorted(map(repr, _flat(other)))


def _set(values: dict[str, Any], table: str, key: str, value: Value | None) -> None:
    """Make the change in what was read, however that is nested."""
    flat = {name: each for name, each in _flat(values) if name != (f"{table}.{key}" if table else key)}
    if value is not None:
        flat[f"{table}.{key}" if table else key] = value
    values.clear()
    values.update(flat)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

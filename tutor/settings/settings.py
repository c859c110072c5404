"""Which value of each setting holds, and where it comes from: the command line, the environment, the file, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor.settings.file import HEAD, KEYS, FileProblem, SettingsFile, settings_path, shown
from tutor.settings.model import BY_NAME, SETTINGS, Setting, Value

COMMAND_LINE, SESSION, DEFAULT = "the command line", "this session", "default"


@dataclass
class Settings:
    """Read once; `put` changes a setting for the session and in the file. Without a file (tests), nothing is kept."""

    file: SettingsFile | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Value] = field(default_factory=dict)
    """What the command line says."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each thing that is wrong with the file or the environment; the default is used there."""
    keys: dict[str, str] = field(default_factory=dict)
    """Binding id -> keys, as the file has them."""
    _held: dict[str, tuple[Value, str]] = field(default_factory=dict)
    """Name -> value and origin; what is missing has its default."""

    def __getitem__(self, name: str) -> Value:
        return self._held[name][0] if name in self._held else BY_NAME[name].default

    def origin(self, name: str) -> str:
        """Where the value comes from: "the command line", "TUTOR_THEME", "the file, line 3", "this session", "default"."""
        return self._held[name][1] if name in self._held else DEFAULT

    def spelled(self, name: str) -> str:
        """The value for the screen."""
        return BY_NAME[name].spell(self[name])

    @property
    def place(self) -> str:
        """The file, as it is shown."""
        return shown(self.file.path) if self.file else ""

    @classmethod
    def load(cls, environment: Mapping[str, str], given: Mapping[str, Value] | None = None) -> Settings:
        """`given`: what the command line says. Never raises: what cannot be read is said in `problems`."""
        settings = cls(SettingsFile(settings_path(environment)), environment, given or {})
        settings.reload()
        return settings

    def reload(self) -> None:
        """Read the file again."""
        self.problems, self.keys, self._held = [], {}, {}
        self._read_file()
        self._read_environment()
        for name, value in self.given.items():
            self._held[name] = (value, COMMAND_LINE)

    def write_head(self) -> Path:
        """The file, for an editor; written with a line on what it is where there is none. OSError where that cannot be done."""
        assert self.file is not None
        if not self.file.path.exists():
            from tutor.progress.answers import write_atomically

            write_atomically(self.file.path, HEAD)
        return self.file.path

    # Reading --------------------------------------------------------------------------------------------------------------

    def _read_file(self) -> None:
        if self.file is None:
            return
        try:
            values, keys, text = self.file.read()
        except FileProblem as problem:
            self.problems.append(f"{problem}; nothing of it is used until that is mended.")
            return
        for name, value in values.items():
            self._take(name, value, text)
        for name, value in keys.items():
            if isinstance(value, str):
                self.keys[name] = value
            else:
                self.problems.append(
                    f'{self.where(KEYS, name, text)}: the keys for {name} must be a text, such as "f5".'
                )

    def _take(self, name: str, value: object, text: str) -> None:
        setting = BY_NAME.get(name)
        if setting is None:
            self.problems.append(f"{self.where('', name, text)}: {_unknown(name)}")
            return
        try:
            self._held[name] = (setting.read(value), self._line(name, text))
        except ValueError as error:
            spelled = (
                f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else value
            )
            self.problems.append(f"{self.where('', name, text)}: {name} is {spelled}; {_may(setting, error)}")

    def _read_environment(self) -> None:
        for setting in SETTINGS:
            value = self.environment.get(setting.variable, "").strip()
            if not value:
                continue
            try:
                self._held[setting.name] = (setting.read(value), setting.variable)
            except ValueError as error:
                self.problems.append(f'{setting.variable} is "{value}"; {_may(setting, error)}')

    def where(self, table: str, key: str, text: str | None = None) -> str:
        """The file and the line of a key, for a sentence about it."""
        from tutor.settings.toml import line_of

        try:
            text = self.file.text() if text is None and self.file else text or ""
        except FileProblem:
            text = ""
        number = line_of(text, table, key)
        return f"{self.place}, line {number}" if number else self.place

    def _line(self, name: str, text: str) -> str:
        from tutor.settings.toml import line_of

        number = line_of(text, "", name)
        return f"the file, line {number}" if number else "the file"

    # Changing -------------------------------------------------------------------------------------------------------------

    def put(self, name: str, value: Value | None) -> str:
        """Set it from now on, here and in the file; None: back to the default, and out of the file.

        Returns a sentence where it holds for this session only, else nothing. ValueError where it may not be that.
        """
        setting = BY_NAME[name]
        taken = setting.default if value is None else setting.read(value)
        before = self.origin(name)
        self._held[name] = (taken, SESSION)
        kept = value if isinstance(taken, str) else taken  # a path as it was typed, a number as a number
        problem = self._write("", name, None if value is None else kept)
        if problem:
            return problem
        if value is None:
            del self._held[name]
        elif self.file is not None:
            self._held[name] = (taken, self._line(name, self.file.text()))
        if before in (COMMAND_LINE, setting.variable):
            return f"It is kept, but {before} comes first again when the program is next opened."
        return ""

    def put_key(self, binding: str, keys: str | None) -> str:
        """The same for the keys of a binding; None: those it has by itself."""
        if keys is None:
            self.keys.pop(binding, None)
        else:
            self.keys[binding] = keys
        return self._write(KEYS, binding, keys)

    def _write(self, table: str, key: str, value: Value | None) -> str:
        if self.file is None:
            return ""
        try:
            self.file.put(table, key, value)
        except FileProblem as problem:
            return f"{problem}: this holds until you leave."
        return ""


def _may(setting: Setting, error: ValueError) -> str:
    return f"it may be {error}. The default, {setting.spell(setting.default)}, is used."


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, BY_NAME, 1)
    said = f'there is no setting "{name}"'
    return f'{said}; did you mean "{close[0]}"?' if close else f"{said}; there are {', '.join(BY_NAME)} and [keys]."

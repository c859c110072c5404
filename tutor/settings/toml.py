"""Changes one value in the text of a TOML file and leaves every other character as it is. Reading is tomllib's.

What these functions know of TOML is a value on a line of its own, in no table or in one. Whoever writes checks with tomllib
that the new text says what it should (see SettingsFile), so that a file written in another way is refused and never spoilt.
"""

from __future__ import annotations

import json
import re
import tomllib

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
_ANY_HEADER = re.compile(r"\s*\[")
_KEY = re.compile(r"""\s*(?P<key>[\w.\-]+|"[^"]+"|'[^']+')\s*=\s*""")


def literal(value: str | int | bool) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    # JSON's text is TOML's basic string, but for DEL, which TOML wants escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)


def line_of(text: str, table: str, key: str) -> int:
    """The line, from 1, on which `key` of `table` ("": no table) is set; 0: nowhere that can be seen."""
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line)
        if header:
            here = header[1].strip("\"'")
        elif _is_key(line, here, table, key):
            return number
    return 0


def _is_key(line: str, here: str, table: str, key: str) -> bool:
    found = _KEY.match(line)
    if not found:
        return False
    name = found["key"].strip("\"'")
    return name == key if here == table else not here and name == f"{table}.{key}"


def with_value(text: str, table: str, key: str, value: str | int | bool) -> str:
    """The text with the key set to the value, where it is set already, else at the end of its table."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    number = line_of(text, table, key)
    if number:
        lines[number - 1] = _replaced(lines[number - 1], literal(value))
        return "".join(lines)
    at = _end_of(lines, table)
    new = f"{key} = {literal(value)}{newline}"
    if at is None:
        at, new = len(lines), f"{newline if lines else ''}[{table}]{newline}{new}"
    if at and not lines[at - 1].endswith(("\n", "\r")):
        lines[at - 1] += newline
    lines.insert(at, new)
    if not table and at + 1 < len(lines) and lines[at + 1].strip():
        lines.insert(at + 1, newline)
    return "".join(lines)


def without(text: str, table: str, key: str) -> str:
    """The text without the line on which the key is set."""
    number = line_of(text, table, key)
    lines = text.splitlines(keepends=True)
    return "".join(lines[: number - 1] + lines[number:]) if number else text


def _end_of(lines: list[str], table: str) -> int | None:
    """Where a line of the table may be added: after its last one; None: there is no such table."""
    inside, end = not table, 0 if not table else None
    for index, line in enumerate(lines):
        header = _HEADER.fullmatch(line.rstrip("\r\n"))
        if header or _ANY_HEADER.match(line):
            if inside and end is not None:
                return end
            inside = bool(header) and header[1].strip("\"'") == table  # type: ignore[index]
            end = index + 1 if inside else end
        elif inside and line.strip():
            end = index + 1
    return end


def _replaced(line: str, value: str) -> str:
    """The line with another value; what is before it and the comment behind it stay."""
    found = _KEY.match(line)
    assert found is not None
    body = line.rstrip("\r\n")
    head, rest, ending = body[: found.end()], body[found.end() :], line[len(body) :]
    for at in [*(i for i, letter in enumerate(rest) if letter == "#"), len(rest)]:
        if _is_value(rest[:at]):
            bare = rest[:at].rstrip()
            return head + value + rest[len(bare) :] + ending
    return head + value + ending


def _is_value(text: str) -> bool:
    try:
        tomllib.loads(f"x = {text}")
    except tomllib.TOMLDecodeError:
        return False
    return True

"""Keys as people write them -> keys as Textual names them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from textual.keys import Keys, _character_to_key

from tutor.ui.words import character_of

SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
    "return": "enter",
}
"""Keys that a terminal sends as another one."""
MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")


def named_keys(keys: str) -> list[str]:
    """The keys of a text such as "f5, ctrl+r", each once; a comma by itself is that key. ValueError where one is no key."""
    parts = [","] if keys.strip() == "," else [key.strip() for key in keys.split(",") if key.strip()]
    return list(dict.fromkeys(map(named_key, parts)))


def named_key(key: str) -> str:
    """ValueError, with a sentence, where there is no key of this name, or where it arrives as another one."""
    if len(key) == 1:
        return _character_to_key(key)
    name = key.lower().replace("ctrl-", "ctrl+")
    if name.startswith("^") and len(name) == 2:
        name = f"ctrl+{name[1]}"
    *modifiers, plain = name.split("+")
    if len(plain) == 1 and modifiers:
        plain = _character_to_key(plain)
    name = "+".join([*modifiers, plain])
    if name in SAME:
        raise ValueError(f"a terminal sends {key} as {SAME[name]}; write {SAME[name]}, or take another key.")
    known = plain in _known() or len(plain) == 1 or character_of(plain) is not None
    if not known or any(each not in MODIFIERS for each in modifiers):
        raise ValueError(
            f'"{key}" is no key; write a character, or f5, ctrl+r, alt+x, space, enter, pageup and the like.'
        )
    return name


@cache
def _known() -> set[str]:
    return {each.value.split("+")[-1] for each in Keys if "<" not in each.value}


def unchecked(wanted: Mapping[str, str]) -> dict[str, str]:
    """A key map that can be used at once; whether it makes sense is found out by `scenes`, which takes longer."""
    found = {}
    for binding_id, keys in wanted.items():
        try:
            named = named_keys(keys)
        except ValueError:
            continue
        if named:
            found[binding_id] = ",".join(named)
    return found

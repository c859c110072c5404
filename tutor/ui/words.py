"""What the screens say in words and shapes about states, times and places. No widgets here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tutor.signs import only_ascii

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.course.model import Step

MARKS = {"new": "○", "started": "◐", "done": "✓"}
"""A state by its shape."""


def engine_words(engine: Engine) -> str:
    """The engine's state for the top right corner: which device, and whether it is ready."""
    if engine.problem:
        return engine.problem
    if engine.state == "ready" and engine.ready:
        return f"{device_words(engine.ready.device, engine.ready.threads)} · ready"
    return {"off": "engine off", "starting": "starting the engine…", "warming": "warming up torch…"}.get(
        engine.state, "running code is not possible now"
    )


def device_words(device: str, threads: int) -> str:
    if device != "cpu":
        return device
    return f"cpu, {threads} thread{'s' if threads != 1 else ''}"


def step_state(step: Step, seen: set[str], passed: set[str]) -> str:
    """ "new", "started" or "done": an exercise is done when passed, any other step when seen."""
    if step.exercise is not None:
        if step.exercise.id in passed:
            return "done"
        return "started" if step.id in seen else "new"
    return "done" if step.id in seen else "new"


def step_kind(step: Step) -> str:
    """What a step asks of the learner, or "" where it is there to be read."""
    if step.demo is not None:
        return "demo"
    if step.exercise is None:
        return ""
    return {
        "choice": "question",
        "predict": "predict",
        "code": "write code",
        "fix": "mend code",
        "order": "put in order",
        "tune": "reach a target",
    }[step.exercise.kind]


def span(seconds: float) -> str:
    """A length of time as people say it: "31 ms", "4.2 s", "1 min 20 s"."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def long_span(seconds: float) -> str:
    """Time over weeks: "12 min", "5 h 12 min"."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def bar(share: float, width: int) -> str:
    """A share of 0..1 as a bar of `width` cells, in eighths of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(width, "░")[:width]


KEYS = {
    "enter": "⏎",
    "space": "␣",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
"""Keys that write nothing, as the bottom line spells them."""
_NAMED = {
    "slash": "/", "minus": "-", "plus": "+", "asterisk": "*", "less_than_sign": "<", "greater_than_sign": ">",
    "underscore": "_", "percent_sign": "%", "number_sign": "#", "dollar_sign": "$",
}  # fmt: skip
"""Characters whose names Textual does not lead back to them."""
_MODIFIERS = {"ctrl": ("^", "Ctrl-"), "shift": ("⇧", "Shift-"), "alt": ("⎇", "Alt-")}
"""On the bottom line, and in a sentence."""


@cache
def character_of(key: str) -> str | None:
    """What a key types into a text; None: nothing."""
    from textual.keys import key_to_character

    character = _NAMED.get(key) or key_to_character(key)
    return character if character and character.isprintable() else None


SPELLED = {"⏎": "Enter", "␣": "Space", "←": "Left", "→": "Right", "↑": "Up", "↓": "Down", "⇧": "S-", "⎇": "A-"}
"""Names of keys for terminals that have no signs for them."""


def suited(name: str) -> str:
    """A key's name as this terminal can show it."""
    return SPELLED.get(name, name) if only_ascii() else name


def key_name(key: str) -> str:
    """A key as the bottom line spells it: "^r", "⏎", "F1"."""
    return _key(key, 0)


def key_words(key: str) -> str:
    """A key as a sentence calls it: "Ctrl-R", "Enter", "F1", "r"."""
    return _key(key, 1)


def _key(key: str, how: int) -> str:
    *modifiers, plain = key.split("+")
    words = {"enter": "Enter", "space": "Space"} if how else {}
    name = words.get(plain) or suited(KEYS.get(plain, "")) or character_of(plain) or plain
    if how and modifiers and len(name) == 1:
        name = name.upper()
    if plain[0] == "f" and plain[1:].isdigit():
        name = name.upper()
    return "".join(suited(_MODIFIERS.get(each, (f"{each}+",) * 2)[how]) for each in modifiers) + name

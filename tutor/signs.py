"""Signs for terminals without UTF-8: everything that is written there becomes ASCII, a cell for a cell.

`suit_terminal` is called once, before anything is written. From then on it makes no difference who writes: Textual, rich, click
or `print`.
"""

from __future__ import annotations

import codecs
import functools
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping

ENCODING = "ascii-signs"
"""Name of the codec. It must not be "ascii": click takes that for a mistake, and writes UTF-8 all the same."""
NARROW = ("linux", "ansi", "cons25", "dumb")
"""Terminals by TERM whose fonts have no braille and no ticks, whatever the locale says."""
SWITCH = "TUTOR_ASCII"
"""1: ASCII, 0: all signs; else the terminal's type and the locale decide."""

_SIGNS = r"""
⎇~ ·| …~ ✗x ✓+ ◐% ○o ●* ◆* •* ∘o ▪# ■# ▸> ▹> ▶> ▾v ▲^ ▼v ⏸= ≡= ›> ‹< »> «< ⏎< ␣_ ⇧^ ↑^ ↓v ←< →> ↳> ⇒>
–- —- −- ‑- ×x ÷/ ≤< ≥> ≈~ ≠# ∞8 √V °o “" ”" „" ‘' ’' ´' █# ▉# ▊# ▋# ▌| ▍| ▎| ▏| ▐| ▀" ▔" ▁_ ▂_ ▃-
▄= ▅= ▆# ▇# ░. ▒: ▓% ╱/ ╲\ ╌~ αa βb γg εe ηn θ0 λl μu πp σs ΣS ΔD ∂d
"""
"""Each sign, and what is written in its place."""


def only_ascii(env: Mapping[str, str] | None = None) -> bool:
    """Whether this terminal shows nothing but ASCII."""
    return bool(why_ascii(env))


def why_ascii(env: Mapping[str, str] | None = None) -> str:
    """What says that this terminal shows nothing but ASCII: "LC_ALL is C". Empty: it shows all signs."""
    env = os.environ if env is None else env
    if env.get(SWITCH, "") in ("0", "1"):
        return f"{SWITCH} is 1" if env[SWITCH] == "1" else ""
    term = env.get("TERM", "")
    if term in NARROW or term.startswith(("vt", "linux-")):
        return f"TERM is {term}"
    stated = env.get("PYTHONIOENCODING", "").partition(":")[0]
    if stated:
        return "" if _is_utf8(stated) else f"PYTHONIOENCODING is {stated}"
    return _why_not_utf8(env)


def _why_not_utf8(env: Mapping[str, str]) -> str:
    """Where the locale says nothing, as in many containers, today's terminals are taken to be able to."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        stated = env.get(name, "")
        if name == "LC_CTYPE" and sys.flags.utf8_mode and not env.get("PYTHONUTF8") and stated == "C.UTF-8":
            continue  # Python has put it there itself, in place of a C locale
        if stated:
            return "" if _is_utf8(stated) else f"{name} is {stated}"
    return ""


def _is_utf8(name: str) -> bool:
    return "utf8" in name.lower().replace("-", "").replace("_", "")


def to_ascii(text: str) -> str:
    """The text in ASCII, with each character in as many cells as before."""
    return text if text.isascii() else text.translate(_table())


class _Table(dict[int, str]):
    """Finds what a character becomes when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = chr(code) if code < 128 else _ascii_of(chr(code))
        return found


@functools.cache
def _table() -> _Table:
    return _Table({ord(pair[0]): pair[1] for pair in _SIGNS.split()})


def _ascii_of(character: str) -> str:
    from rich.cells import cell_len  # only where something has to become ASCII

    code, cells = ord(character), cell_len(character)
    if cells != 1:
        return "?" * cells
    if 0x2500 <= code < 0x2580:
        return _of_box(unicodedata.name(character))
    if 0x2800 <= code < 0x2900:
        return _of_braille(code - 0x2800)
    plain = unicodedata.normalize("NFKD", character)[0]
    return plain if plain.isascii() and plain.isprintable() else "?"


def _of_box(name: str) -> str:
    """A line of a frame, by its Unicode name."""
    if "DIAGONAL CROSS" in name:
        return "X"
    if name.endswith("HORIZONTAL") and "VERTICAL" not in name:
        return "=" if "DOUBLE" in name else "-"
    return "|" if name.endswith("VERTICAL") and "HORIZONTAL" not in name else "+"


_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row from above of each bit of a braille sign."""


def _of_braille(bits: int) -> str:
    """A piece of a curve, by where its dots lie."""
    dots = [place for bit, place in enumerate(_DOTS) if bits >> bit & 1]
    if not dots:
        return " "
    left, right = ([y for x, y in dots if x == side] for side in (0, 1))
    if len(dots) > 6:
        return "#"
    tallest = max(len(left), len(right))
    if left and right:
        slope = sum(right) / len(right) - sum(left) / len(left)
        if abs(slope) >= 1:
            return "\\" if slope > 0 else "/"
        if tallest >= 3:
            return "|"
    elif tallest >= 3:
        return "|"
    height = sum(y for _, y in dots) / len(dots)
    return "'" if height < 1 else "-" if height < 2.25 else "." if not (left and right) else "_"


def _encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
    return to_ascii(text).encode("ascii", "replace"), len(text)


class _Encoder(codecs.IncrementalEncoder):
    def encode(self, input: str, final: bool = False) -> bytes:
        return _encode(input)[0]


def _find(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != ENCODING:
        return None
    plain = codecs.lookup("ascii")
    return codecs.CodecInfo(_encode, plain.decode, None, None, _Encoder, plain.incrementaldecoder, name=ENCODING)


def suit_terminal(streams: Iterable[object] | None = None) -> None:
    """Has standard output and error written in ASCII, where that is all the terminal shows."""
    if not only_ascii():
        return
    codecs.register(_find)
    for stream in streams or (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=ENCODING)

"""`tutor doctor`: what could keep the program from working here, and what to do about it. It imports no torch: it asks the engine."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from tutor import __version__
from tutor.commands.setup import Setup, emit
from tutor.signs import SWITCH, why_ascii

ROOM_MB = 100
"""Free space below which keeping the learner's work becomes doubtful."""

COLUMNS, ROWS = 80, 24


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str
    """What was found."""
    advice: str = ""
    """What to do where it is not ok."""
    needed: bool = False
    """Whether the program is of no use while this is not ok."""


def report(setup: Setup, as_json: bool) -> int:
    """Print a line for each thing, and return the exit status."""
    from tutor.progress.places import home

    wrong = False
    for line in _all_lines(setup, home()):
        wrong = wrong or (line.needed and not line.ok)
        if as_json:
            emit({name: value for name, value in asdict(line).items() if name != "needed"})
            continue
        mark = click.style("✓", fg="green") if line.ok else click.style("✗", fg="red" if line.needed else "yellow")
        click.echo(f"{mark} {line.name:<12} {line.text}" + (f"\n{'':15}{line.advice}" if line.advice else ""))
    return 1 if wrong else 0


def _all_lines(setup: Setup, home: Path) -> Iterator[Line]:
    yield Line("tutor", True, f"{__version__}, under Python {sys.version.split()[0]} ({sys.executable})")
    yield from asyncio.run(look_at_engine(setup))
    yield from look_at_settings(setup)
    yield from look_at_terminal(os.environ, _size(), sys.stdout.encoding or "")
    yield from look_at_home(home)
    yield from look_at_downloads(os.environ)


def look_at_settings(setup: Setup) -> Iterator[Line]:
    """The settings file, and each thing that is wrong in it or in the environment."""
    settings = setup.settings
    setup.told = True
    problems = list(settings.problems)
    if settings.keys:
        from tutor.ui.scenes import checked

        _, wrong = checked(settings.keys)
        problems += [f"{settings.where('keys', binding_id)}: {problem}" for binding_id, problem in wrong.items()]
    if not problems:
        there = settings.file is not None and settings.file.path.exists()
        yield Line("settings", True, settings.place if there else f"none of your own ({settings.place})")
    for problem in problems:
        yield Line("settings", False, problem, "docs/settings.md says what each setting may be.")


def _size() -> tuple[int, int] | None:
    """Columns and rows of the terminal; None: this is none."""
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            if stream is not None:
                size = os.get_terminal_size(stream.fileno())
                return size.columns, size.lines
        except (OSError, ValueError):
            continue
    return None


async def look_at_engine(setup: Setup) -> list[Line]:
    """Python, torch, torchvision and devices, as the engine found them."""
    async with setup.engine(None) as engine:
        ready = await engine.wait_ready()
        lines = []
        if engine.hello:
            lines.append(Line("Python", True, f"{engine.hello.python} runs the code ({engine.hello.executable})"))
        if ready is None:
            advice = "Name a Python that has torch: tutor --python ~/envs/ml/bin/python doctor"
            return [*lines, Line("torch", False, engine.problem or "The engine did not start.", advice, needed=True)]
    lines.append(Line("torch", True, f"{ready.torch}, ready in {ready.seconds:.1f} s"))
    if ready.torchvision:
        lines.append(Line("torchvision", True, ready.torchvision))
    else:
        advice = "Lessons on images need it: pip install torchvision, in the environment of the Python above."
        lines.append(Line("torchvision", False, "not installed", advice))
    for device in ready.devices:
        memory = f", {device.free_mb:,} of {device.memory_mb:,} MB free" if device.memory_mb else ""
        threads = f", {ready.threads} thread{'' if ready.threads == 1 else 's'}" if device.name == "cpu" else ""
        used = " (used unless you say otherwise)" if device.name == ready.device else ""
        lines.append(Line(device.name, True, f"{device.title}{threads}{memory}{used}"))
    return lines + [Line("note", False, note) for note in ready.notes]


def look_at_terminal(env: Mapping[str, str], size: tuple[int, int] | None, encoding: str) -> Iterator[Line]:
    """Size, colours, characters and what stands between. `size`: columns and rows; None: no terminal."""
    term = env.get("TERM", "")
    if size is None:
        advice = "The screens need one; list, show, demo, check and progress do not."
        yield Line("terminal", False, "there is none here", advice)
    elif term in ("", "dumb"):
        yield Line("terminal", False, f"TERM is {term!r}: it cannot place a cursor", "Try: export TERM=xterm-256color")
    else:
        big = size[0] >= COLUMNS and size[1] >= ROWS
        advice = "" if big else f"Make the window at least {COLUMNS}x{ROWS}; smaller, some things are cut off."
        yield Line("terminal", big, f"{size[0]}x{size[1]}, {term}{_between(env)}", advice)
        yield _look_at_colours(env, term)
    yield _look_at_characters(env, encoding)


def _between(env: Mapping[str, str]) -> str:
    """What the terminal is seen through."""
    parts = (("TMUX", ", inside tmux"), ("STY", ", inside screen"), ("SSH_CONNECTION", ", over SSH"))
    return "".join(words for name, words in parts if env.get(name))


def _look_at_characters(env: Mapping[str, str], encoding: str) -> Line:
    if reason := why_ascii(env):
        meant = reason.startswith((SWITCH, "TERM"))  # a locale is more often forgotten than chosen
        advice = "" if meant else f"If this terminal shows UTF-8 all the same: export {SWITCH}=0"
        return Line("characters", meant, f"ASCII, because {reason}", advice)
    utf8 = encoding.lower().replace("-", "").replace("_", "") == "utf8"
    advice = "" if utf8 else f"Lines and marks show as ?; try: export LANG=C.UTF-8, or {SWITCH}=1 for ASCII"
    return Line("characters", utf8, encoding or "unknown", advice)


def _look_at_colours(env: Mapping[str, str], term: str) -> Line:
    if env.get("NO_COLOR"):
        return Line("colours", True, "none, as NO_COLOR asks")
    if env.get("COLORTERM", "") in ("truecolor", "24bit"):
        return Line("colours", True, "16 million")
    if "256" in term or term.endswith("-direct"):
        return Line("colours", True, "256")
    if env.get("TMUX"):
        return Line("colours", False, "16", "In ~/.tmux.conf: set -g default-terminal tmux-256color")
    return Line("colours", False, "16", "If this terminal has more: export TERM=xterm-256color")


def look_at_home(home: Path) -> Iterator[Line]:
    """Whether the learner's work can be kept, and how much room there is."""
    from tutor.progress import Store
    from tutor.progress.answers import write_atomically

    probe = home / f".probe-{os.getpid()}"
    store = Store.open(home)
    try:
        write_atomically(probe, "x")
        probe.unlink()
        free = shutil.disk_usage(home).free // 2**20
    except OSError as error:
        advice = "Make it writable, or set TUTOR_HOME to a folder that is; until then nothing you do is kept."
        problem = f"{home} cannot be written ({(error.strerror or str(error)).lower()})"
        yield Line("your work", False, problem, advice, needed=True)
        return
    finally:
        store.close()
    yield Line("your work", not store.problem, store.problem or str(home), needed=True)
    advice = "" if free >= ROOM_MB else "Make room there; a full disk cannot keep your work."
    yield Line("room", free >= ROOM_MB, f"{free:,} MB free", advice, needed=True)


def look_at_downloads(env: Mapping[str, str]) -> Iterator[Line]:
    """Pretrained weights and data sets that are on this disk. None is needed: the course works without internet."""
    cache = Path(env.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    torch_home = Path(env.get("TORCH_HOME") or cache / "torch").expanduser()
    hub = torch_home / "hub" / "checkpoints"
    yield Line("weights", True, _contents(hub, hub.glob("*.pt*")))
    yield Line("data sets", True, _contents(torch_home, (path for path in torch_home.glob("*") if path.name != "hub")))
    sklearn = Path(env.get("SCIKIT_LEARN_DATA") or "~/scikit_learn_data").expanduser()
    if sklearn.is_dir():
        yield Line("scikit-learn", True, _contents(sklearn, sklearn.glob("*")))
    if env.get("TUTOR_PHOTOS"):
        photos = Path(env["TUTOR_PHOTOS"]).expanduser()
        fit = all((photos / part).is_dir() for part in ("train", "val"))
        advice = (
            "" if fit else "TUTOR_PHOTOS wants a folder with train/ and val/, and in each a folder for every class."
        )
        yield Line("photos", fit, str(photos), advice)


def _contents(folder: Path, found: Iterable[Path]) -> str:
    try:
        files = sorted(found)
        sizes = sum(file.stat().st_size for path in files for file in ([path] if path.is_file() else path.rglob("*")))
    except OSError:
        return f"{folder} cannot be read"
    if not files:
        return f"none downloaded ({folder})"
    names = ", ".join(path.name for path in files[:4]) + (f" and {len(files) - 4} more" if len(files) > 4 else "")
    return f"{names}: {sizes / 2**20:,.0f} MB ({folder})"

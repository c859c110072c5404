"""What all commands share: the options, how things are named, and how an error is told."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.signs import only_ascii

if TYPE_CHECKING:
    from tutor.client import Engine
    from tutor.course.outline import Course, Entry
    from tutor.settings import Settings, Value

BROKEN_PIPE = 141
INTERRUPTED = 130


class Problem(click.ClickException):
    """What was asked for cannot be done. One sentence on stderr, exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"tutor: {self.message}", err=True)


@dataclass
class Setup:
    """What the command line says, and the settings that hold where it says nothing."""

    given: dict[str, Value] = field(default_factory=dict)
    """The options that were given, by the name of the setting."""
    trust: bool = False
    """Whether a course that is not built in may run without a question."""
    notify: Callable[[str], None] = lambda words: click.echo(f"tutor: {words}", err=True)
    """Told in one sentence where the course that is opened is not the one that was to be."""
    told: bool = False
    """Whether what is wrong with the settings has been said in another way."""

    @cached_property
    def settings(self) -> Settings:
        """Read when first asked for. What is wrong with them is in its `problems`."""
        from tutor.settings import Settings

        return Settings.load(os.environ, self.given)

    @property
    def course(self) -> Path | None:
        """A course's folder, or its id; None: the built-in one."""
        return Path(str(self.settings["course"])).expanduser() if self.settings["course"] else None

    @property
    def python(self) -> str | None:
        """The interpreter that runs torch; None: this one."""
        return str(self.settings["python"]) or None

    @property
    def device(self) -> str:
        """A torch device; empty: the engine chooses."""
        return str(self.settings["device"])

    def warn(self) -> None:
        """Say on stderr what is wrong with the settings that were used, where nothing has said it yet."""
        if "settings" in vars(self) and not self.told:
            for problem in self.settings.problems:
                click.echo(f"tutor: {problem}", err=True)

    @property
    def is_named(self) -> bool:
        """Whether the course is named for this call, or in the environment: then none other takes its place."""
        return "course" in self.given or bool(os.environ.get("TUTOR_COURSE"))

    def open_course(self) -> Course:
        """The course that is named, or else the one of the settings file, or else the built-in one."""
        from tutor.course.catalog import built_in, open_course
        from tutor.course.outline import CourseError

        if self.course is None:
            return open_course(built_in())
        try:
            return self._open(self.course)
        except CourseError as error:
            if self.is_named:
                raise
            self.notify(f"The course that you chose cannot be opened: {error}. This is the built-in one.")
            return open_course(built_in())

    @staticmethod
    def _open(path: Path) -> Course:
        from tutor.course.catalog import open_course

        if len(path.parts) == 1 and not path.exists():  # a name, then, of a course that is at hand
            from tutor.course.shelf import Shelf
            from tutor.progress.places import home

            return open_course(Shelf(home()).find(str(path)))
        return open_course(path)

    def engine(self, course: Course | None, preload: tuple[str, ...] = ()) -> Engine:
        """An engine that is not started yet, to run a course's code; Problem where that may not run.

        A single job gains nothing from importing more than it needs.
        """
        from tutor.client import Engine

        if course is not None:
            self._confirm(course)
        return Engine(python=self.python, preload=preload, device=self.device)

    def _confirm(self, course: Course) -> None:
        """Ask, once, whether the Python of a course that is not built in may run."""
        from tutor.course.trust import Trust, question
        from tutor.progress.places import home

        trust = Trust(home())
        if not trust.holds(course):
            if not self.trust and not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise Problem(f"{question(course)} There is no terminal to ask on; --trust says that it may run.")
            asked = click.wrap_text(question(course), 78)
            if not self.trust and not click.confirm(f"{asked}\nRun its code?", err=True):
                raise Problem(f"Nothing of {course.title} was run.")
            trust.give(course)


def find_lesson(course: Course, name: str, also: Iterable[str] = ()) -> Entry:
    """The lesson of this id, of this last part, or the only one that begins so. Problem names close ones, `also` among them."""
    wanted = name.strip("/").lower()
    ids = [entry.id for entry in course.lessons]
    for fits in (
        [lesson for lesson in ids if lesson.lower() == wanted],
        [lesson for lesson in ids if _last(lesson) == wanted],
        [lesson for lesson in ids if lesson.lower().startswith(wanted) or _last(lesson).startswith(wanted)],
    ):
        if len(fits) == 1:
            return course.by_id[fits[0]]
        if fits:
            raise Problem(f"{name!r} fits {len(fits)} lessons: {_some(fits)}; say which.")
    from tutor.course.outline import close_names

    close = close_names(wanted, [*(_last(lesson) for lesson in ids), *also]) or close_names(wanted, ids)
    raise Problem(f"There is no lesson {name!r}{close or '; see `tutor list`.'}")


def find_name(name: str, names: Iterable[str], what: str) -> str:
    """The name of this spelling, or the only one that begins so. Problem lists close ones, or all."""
    names = list(names)
    if name in names:
        return name
    fits = [known for known in names if known.startswith(name)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Problem(f"{name!r} fits {len(fits)} of them: {_some(fits)}; say which.")
    from tutor.course.outline import close_names

    if not names:
        raise Problem(f"There is no {what} {name!r}; there is none at all.")
    raise Problem(f"There is no {what} {name!r}{close_names(name, names) or f'; there are: {_some(names)}.'}")


def emit(fields: dict[str, object]) -> None:
    """One JSON object on one line of stdout."""
    import json

    click.echo(json.dumps(fields, ensure_ascii=only_ascii()))


def _last(lesson_id: str) -> str:
    return lesson_id.rsplit("/", 1)[-1].lower()


def _some(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


@contextlib.contextmanager
def trouble(ctx: click.Context) -> Iterator[None]:
    """Turn what may go wrong in a command into one sentence and an exit status."""
    from tutor.course.outline import CourseError

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that has no ✓ shows a ?
    try:
        yield
        sys.stdout.flush()
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except BrokenPipeError:  # the reader, `head` say, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(BROKEN_PIPE) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except CourseError as error:
        raise Problem(str(error)) from None
    except Exception as error:
        if os.environ.get("TUTOR_DEBUG"):
            raise
        kind = type(error).__name__
        raise Problem(
            f"This is a fault of tutor itself ({kind}: {str(error)[:200]}); please report it with {_log(error)} "
            "(TUTOR_DEBUG=1 shows the details here)."
        ) from None


def _log(error: Exception) -> Path:
    """Append the error's traceback to the log, and return where that is."""
    import tempfile
    import time
    import traceback

    from tutor import __version__
    from tutor.progress.places import home

    text = f"{time.strftime('%Y-%m-%d %H:%M:%S')} tutor {__version__}: {' '.join(sys.argv[1:])}\n"
    text += "".join(traceback.format_exception(error)) + "\n"
    for folder in (home(), Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "tutor.log").open("a", encoding="utf-8") as log:
                log.write(text)
            return folder / "tutor.log"
    return Path(os.devnull)

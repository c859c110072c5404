"""The program over a small course, a store in a new folder, and an engine that replays events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui import lessons
from tests.ui.fakes import FakeEngine
from tutor.progress import Store
from tutor.settings import Settings
from tutor.ui.app import TutorApp
from tutor.ui.library import Library

MakeApp = Callable[..., TutorApp]


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal that all of them are drawn for, whatever these tests run in."""
    for name, value in {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TUTOR_ASCII": "0"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def make_app(store: Store, engine: FakeEngine, tmp_path: Path) -> MakeApp:
    """Makes the program; `step` is put on record as the place where the learner left the lesson.

    Its settings are read from the folder "home", with `environment` in place of the real one.
    """

    def make(lesson: str | None = None, step: str | None = None, **environment: str) -> TutorApp:
        course = lessons.course()
        if lesson and step:
            store.see(course.id, lesson, step)
        settings = Settings.load({"TUTOR_HOME": str(tmp_path / "home"), **environment})
        app = TutorApp(lambda: course, lambda: store, lambda: engine, lesson, settings=settings)  # type: ignore[arg-type]
        app.library = Library(course, lessons.read)
        return app

    return make

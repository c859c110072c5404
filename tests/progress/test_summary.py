"""What the attempts say: first tries, trouble, help, time, where to go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.course.outline import Chapter, Course, Entry
from tutor.progress import Store
from tutor.progress.summary import IDLE_SECONDS, Figures, Weak, summarize, where_next

ONE, TWO, THREE = "c/one", "c/two", "c/three"


class Clock:
    """The time that the store sees."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tutor.progress.store.time.time", clock)
    return clock


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


def attempt(store: Store, lesson: str, exercise: str, *outcomes: str, mends: str = "") -> None:
    for outcome in outcomes:
        store.record("course", lesson, exercise, outcome, "", "", 0.0, "" if outcome == "passed" else mends)


def test_nothing_done_is_nothing_said(store: Store) -> None:
    assert summarize(store, "course").whole == Figures() and summarize(store, "course").weak == ()


def test_the_first_try_is_the_first_that_was_judged(store: Store) -> None:
    attempt(store, ONE, "a", "passed", "failed")
    attempt(store, ONE, "b", "not_attempted", "unjudged", "passed")
    attempt(store, ONE, "c", "error", "passed")
    attempt(store, ONE, "d", "not_attempted")
    attempt(store, ONE, "d", "kept")  # a text that was set aside is no attempt
    figures = summarize(store, "course").lessons[ONE]
    assert (figures.passed, figures.first_try, figures.attempts) == (3, 2, 8)


def test_what_is_weak_and_what_mends_it(store: Store) -> None:
    attempt(store, ONE, "hard", "failed", "failed", "error", "passed", "failed", mends=TWO)
    attempt(store, ONE, "easy", "failed", "failed", "passed")
    attempt(store, TWO, "open", "failed", mends=ONE)
    attempt(store, TWO, "open", "failed", "error", mends=THREE)
    attempt(store, TWO, "open", "error")
    attempt(store, TWO, "untouched", "not_attempted")
    assert summarize(store, "course").weak == (Weak(TWO, "open", 4, False, THREE), Weak(ONE, "hard", 3, True, TWO))


def test_help_is_counted_and_a_solution_only_before_passing(store: Store, clock: Clock) -> None:
    for number in (1, 2, 2):
        store.note_help("course", ONE, "a", "hint", number)
    store.note_help("course", ONE, "a", "solution")
    store.note_help("course", ONE, "untried", "solution")
    clock.now += 1
    attempt(store, ONE, "a", "passed")
    attempt(store, ONE, "b", "passed")
    clock.now += 1
    store.note_help("course", ONE, "b", "solution")
    figures = summarize(store, "course").lessons[ONE]
    assert (figures.hints, figures.solutions, figures.passed) == (2, 2, 2)
    assert [(help.kind, help.number) for help in store.help_taken("course", ONE, "a")] == [
        ("hint", 1),
        ("solution", 1),
        ("hint", 2),
    ]


def test_time_counts_within_a_sitting(store: Store, clock: Clock) -> None:
    store.see("course", ONE, "first")
    clock.now += 60
    attempt(store, ONE, "a", "failed")
    clock.now += IDLE_SECONDS + 1
    attempt(store, ONE, "a", "failed")
    clock.now += 30
    store.see("course", TWO, "first")
    clock.now += 5
    store.note_help("course", TWO, "a", "hint", 1)
    lessons = summarize(store, "course").lessons
    assert (lessons[ONE].seconds, lessons[TWO].seconds) == (60, 35)
    assert summarize(store, "course").whole.seconds == 95


def test_where_to_go_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = tuple(Entry(lesson, lesson, 5) for lesson in (ONE, TWO, THREE))
    course = Course("course", "A course", Path("."), (Chapter("c", "C", entries),))
    states: dict[str, str] = {}
    monkeypatch.setattr(Store, "states", lambda self, course_id: states)

    def following() -> str:
        entry = where_next(store, course)
        return entry.id if entry else ""

    assert following() == ONE
    store.see("course", TWO, "step")
    states[TWO] = "started"
    assert following() == TWO
    states[TWO] = "done"
    assert following() == THREE
    states[THREE] = "done"
    assert following() == ONE
    states[ONE] = "done"
    assert following() == ""

"""States, times and keys in words."""

from __future__ import annotations

import pytest

from tests.ui.fakes import READY, FakeEngine
from tests.ui.lessons import squeeze
from tutor.ui.words import bar, engine_words, key_name, span, step_kind, step_state


@pytest.mark.parametrize(
    ("state", "words"),
    [("off", "engine off"), ("starting", "starting the engine…"), ("warming", "warming up torch…")],
)
def test_engine_states_have_words(state: str, words: str) -> None:
    engine = FakeEngine()
    engine.state = state
    assert engine_words(engine) == words  # type: ignore[arg-type]


def test_a_ready_engine_names_its_device_and_threads() -> None:
    engine = FakeEngine()
    engine.state, engine.ready = "ready", READY
    assert engine_words(engine) == "cpu, 1 thread · ready"  # type: ignore[arg-type]


def test_a_problem_is_said_as_it_is() -> None:
    engine = FakeEngine(problem="There is no torch.")
    assert engine_words(engine) == "There is no torch."  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0314, "31 ms"), (4.23, "4.2 s"), (42.4, "42 s"), (80, "1 min 20 s"), (120, "2 min")],
)
def test_span(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("share", "drawn"), [(0, "░░░░"), (0.5, "██░░"), (1, "████"), (0.28, "█▏░░"), (7, "████"), (-1, "░░░░")]
)
def test_bar_is_always_as_wide_as_asked(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


@pytest.mark.parametrize(
    ("key", "name"), [("ctrl+r", "^r"), ("enter", "⏎"), ("f1", "F1"), ("n", "n"), ("ctrl+pagedown", "^PgDn")]
)
def test_key_names(key: str, name: str) -> None:
    assert key_name(key) == name


def test_an_exercise_is_done_when_passed_and_other_steps_when_seen() -> None:
    prose, choice, *_ = squeeze().steps
    assert step_state(prose, set(), set()) == "new"
    assert step_state(prose, {"ones"}, set()) == "done"
    assert step_state(choice, {"which"}, set()) == "started"
    assert step_state(choice, {"which"}, {"which"}) == "done"


def test_kinds_of_steps() -> None:
    assert [step_kind(step) for step in squeeze().steps] == ["", "question", "predict", "write code"]

"""What the tests of the course's own lessons share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lessons.judge import Judge


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """The real engine, started once for the session."""
    judge = Judge()
    yield judge
    judge.close()

"""One real engine for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.at_hand import Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The engine with a course of one lesson; each test writes the lesson it needs."""
    lab = Lab(tmp_path_factory.mktemp("course"))
    yield lab
    lab.close()

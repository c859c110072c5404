"""What the tests of drawings share."""

from __future__ import annotations

import pytest

from tutor.drawing import Look, Rows


@pytest.fixture
def look() -> Look:
    return Look()


@pytest.fixture
def exact():
    """Fails where the rows are not exactly so many cells wide and high."""

    def check(rows: Rows, width: int, height: int) -> Rows:
        assert len(rows) == height
        assert {sum(segment.cell_length for segment in line) for line in rows} <= {width}
        return rows

    return check

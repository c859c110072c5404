"""The solution's screen: how the text of a choice is laid out."""

from __future__ import annotations

from tutor.ui.screens.solution import hanging


def test_a_long_reason_stays_as_far_in_as_it_began() -> None:
    assert hanging("     Everyone writes in their own way.", 24).split("\n") == [
        "     Everyone writes in",
        "     their own way.",
    ]
    assert hanging("✓ 2  Say which letter it is", 20).split("\n") == ["✓ 2  Say which", "     letter it is"]
    assert hanging("", 20) == ""

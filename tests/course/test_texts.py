"""What an output fence states is compared with what is printed."""

from __future__ import annotations

import pytest

from tutor.course.texts import endings, first_difference, holds, plain, short


@pytest.mark.parametrize(
    ("stated", "printed", "held"),
    [
        ("a\nb", "a  \nb\n\n", True),
        ("a\nb", "a\nc", False),
        ("a", "a\nb", False),
        (" a", "a", False),
        ("loss ... at ...", "loss 0.3 at 7", True),
        ("first\n...\nlast", "first\n1\n2\nlast", True),
        ("first\n...\nlast", "first\n1\n2\nend", False),
        ("(a|b)", "a", False),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_holding(stated: str, printed: str, held: bool) -> None:
    assert holds(stated, printed) is held


@pytest.mark.parametrize(
    ("stated", "printed", "said"),
    [
        ("a\nb", "a\nc", "line 2 says 'b', but 'c' is printed"),
        ("a\nb", "a", "line 2, 'b', is not printed"),
        ("a", "a\nb", "'b' is printed as well"),
        ("a\n...\nc", "a\nb\nd", "look below its `...`"),
    ],
)
def test_the_first_difference(stated: str, printed: str, said: str) -> None:
    assert first_difference(stated, printed) == said


def test_the_last_lines_of_an_error_may_be_quoted_alone() -> None:
    assert endings("line 1\n    x\nError: no\n") == ["line 1\n    x\nError: no", "    x\nError: no", "Error: no"]


def test_a_quotation_may_break_lines_and_drop_the_marks_of_code() -> None:
    assert plain("`bias` has\n  shape (4,)") == plain("bias has shape (4,)")


def test_long_texts_are_cut() -> None:
    assert short("a\nb") == r"'a\nb'"
    assert len(short("x" * 100)) == 60

"""What the editor does to lines, and how expected and got are told apart: functions of text."""

from __future__ import annotations

import pytest

from tutor.ui import editing
from tutor.ui.comparing import clip, facts, first_difference
from tutor.ui.reference import notice


def test_comments_are_aligned_and_taken_away_again() -> None:
    lines = ["for x in y:", "", "    print(x)"]
    commented = editing.toggled(lines)
    assert commented == ["# for x in y:", "", "#     print(x)"]
    assert editing.toggled(commented) == lines
    assert editing.toggled(["    a", "        b"]) == ["    # a", "    #     b"]
    assert editing.toggled(["# a", "b"]) == ["# # a", "# b"], "one line of code makes all of them comments"
    assert editing.toggled(["#a"]) == ["a"]


def test_lines_move_by_one_level() -> None:
    assert editing.indented(["a", "", "  b"]) == ["    a", "", "      b"]
    assert editing.dedented(["    a", "  b", "c", "      d"]) == ["a", "b", "c", "  d"]


def test_places_are_found_whatever_their_case_and_around_the_end() -> None:
    found = editing.places("Loss = loss_fn\nloss", "loss")
    assert found == [(0, 0), (0, 7), (1, 0)]
    assert editing.next_place(found, (0, 7), 0) == 1
    assert editing.next_place(found, (0, 7), 1) == 2
    assert editing.next_place(found, (1, 0), 1) == 0
    assert editing.next_place(found, (0, 0), -1) == 2
    assert editing.places("abc", "") == []


@pytest.mark.parametrize(
    ("expected", "got", "differing"),
    [
        ("(1, 3)  float32", "(3, 1)  float32", {"shape": 1}),
        ("2.5  ()  float32  cuda:0", "2.5  ()  float64", {"dtype": 0, "device": 0}),
        ("[1, 2]  (2,)  int64", "[1, 3]  (2,)  int64", {"values": 4}),
        ("[1, 2]  (2,)  int64", "[1, 2]  (2,)  int64", {}),
        ("0.333", "0.5", {"": 0}),
        ("torch.Size([1, 3, 1])", "torch.Size([1, 3])", {"": 16}),
    ],
)
def test_the_first_difference_is_found(expected: str, got: str, differing: dict[str, int]) -> None:
    assert {fact.name: fact.place for fact in facts(expected, got) if fact.place >= 0} == differing


def test_every_fact_of_a_tensor_is_named() -> None:
    names = [(fact.name, fact.expected) for fact in facts("[[1, 2]]  (1, 2)  bool", "True  ()  bool  cuda:1")]
    assert names == [("shape", "(1, 2)"), ("dtype", "bool"), ("device", "cpu"), ("values", "[[1, 2]]")]


def test_long_values_are_cut_around_the_difference() -> None:
    one, other = "1, " * 40 + "7", "1, " * 40 + "8"
    (left, right), place = clip((one, other), first_difference(one, other), 30)
    assert len(left) <= 30 and left[place] == "7" and right[place] == "8"


@pytest.mark.parametrize(
    ("own", "solution", "seconds", "words"),
    [
        ("x = a.view(1)", "x = a.view(1)  # so", (0, 0), "the same as"),
        ("x = a.view(1)", "x = a.reshape(1)", (0, 0), "calls reshape where yours calls view"),
        ("x = a.view(1)", "x = a.view(1)", (4.0, 0.5), "8 times as long"),
        ("x = a.view(1)", "x = a.view(1)", (0.5, 4.0), "8 times as fast"),
        ("x = f(1)\ny = f(2)", "x = y = f(1)", (0, 0), "2 lines in yours, 1 in"),
        ("print(a)\nx = a.view(1)", "x = a.view(1)", (0, 0), "The same calls"),
        ("x = (", "x = 1", (0, 0), ""),
    ],
)
def test_one_line_on_what_differs(own: str, solution: str, seconds: tuple[float, float], words: str) -> None:
    said = notice(own, solution, *seconds)
    assert words in said and bool(said) == bool(words)

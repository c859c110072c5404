"""Typed predictions: which spellings are right, and which answers are not."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tutor.engine.prediction import Truth, judge, truth_of

T = torch.tensor


def passes(answer: str, value: Any = None, printed: str = "") -> bool | None:
    return judge(answer, Truth(value, printed, None))[0]


RIGHT: list[tuple[Any, list[str]]] = [
    (
        torch.Size([2, 3]),
        ["torch.Size([2, 3])", "Size([2, 3])", "(2, 3)", "[2, 3]", "2, 3", "2 3", "2x3", "2 x 3", "2×3", "(2,3)"],
    ),
    (torch.Size([2, 3, 4]), ["2x3x4", "2 x 3 x 4"]),
    (torch.Size([3]), ["(3,)", "[3]", "3", "torch.Size([3])"]),
    (torch.Size([]), ["()", "torch.Size([])", "[]"]),
    (torch.float32, ["torch.float32", "float32", "float", "torch.float", "Float32"]),
    (torch.int64, ["int64", "long", "torch.long", "torch.int64"]),
    (torch.float64, ["double", "float64"]),
    (torch.bool, ["bool", "torch.bool"]),
    (torch.device("cpu"), ["cpu", "'cpu'", "device(type='cpu')", "torch.device('cpu')"]),
    (True, ["True", "true", "yes"]),
    (False, ["False", "no"]),
    (T(True), ["True", "tensor(True)"]),
    (3, ["3", "3.0", " 3 ", "(3)", "6/2", "1 + 2"]),
    (490, ["490", "10*7*7", "10 * 7 * 7", "10 * (3 + 4) * 7"]),
    (1026, ["1,026", "1_026"]),
    (-3, ["-3"]),
    (0.5, ["0.5", ".5", "0.50", "5e-1"]),
    (2 / 3, ["0.67", "0.667", "0.6667", "0.66667"]),
    (float("nan"), ["nan", "NaN"]),
    (float("inf"), ["inf", "Inf"]),
    (float("-inf"), ["-inf"]),
    (T(6), ["6", "tensor(6)"]),
    (T(2 / 3), ["0.67", "tensor(0.6667)"]),
    (T([1.0, 2.0]), ["[1, 2]", "tensor([1., 2.])", "1 2", "1, 2", "[1.0, 2.0]"]),
    (T([1.0], dtype=torch.float64), ["tensor([1.], dtype=torch.float64)", "[1]"]),
    (torch.ones(1, requires_grad=True), ["tensor([1.], requires_grad=True)"]),
    (torch.ones(1, requires_grad=True) + 1, ["tensor([2.], grad_fn=<AddBackward0>)"]),
    (T([[1, 2], [3, 4]]), ["[[1, 2], [3, 4]]", "tensor([[1, 2],\n        [3, 4]])", "1 2 3 4"]),
    (T([True, False]), ["[True, False]", "tensor([True, False])", "true false"]),
    (T([]), ["tensor([])", "[]", "[ ]"]),
    ([1, 2], ["[1, 2]", "1, 2"]),
    ((torch.Size([2, 3]), 4), ["(torch.Size([2, 3]), 4)", "(2, 3), 4"]),
    ([], ["[]"]),
    ("SGD", ["SGD", "'SGD'", '"SGD"']),
    (["a", "b"], ["['a', 'b']"]),
]
WRONG: list[tuple[Any, list[str]]] = [
    (490, ["10*7", "10 * 7 * 7 *", "9**9**9**9", "1/0"]),
    (21, ["(21,)", "[21]", "torch.Size([21])", "tensor([21])"]),
    (T(21), ["(21,)", "[21]", "torch.Size([21])", "tensor([21])"]),
    (torch.Size([2, 3]), ["(3, 2)", "6", "2, 3, 1", "23", "float 2 3", "2.0 3.0", "(2, -3)"]),
    (torch.Size([3]), ["(3, 1)", "(1, 3)", "()"]),
    (torch.Size([]), ["1", "(0,)", "x", "size", "none"]),
    (torch.float32, ["float64", "double", "int", "32", "float16"]),
    (torch.int64, ["int", "int32", "float"]),
    (torch.device("cpu"), ["cuda", "cuda:0"]),
    (True, ["False", "1", "maybe"]),
    (T(True), ["tensor(False)", "1"]),
    (3, ["4", "33", "3 or 4", "three", "-3"]),
    (2 / 3, ["0.7", "0.66", "0.668", "1", "0.6"]),
    (0.5, ["0.49", "0.51", "5"]),
    (float("nan"), ["0", "inf"]),
    (float("inf"), ["-inf", "nan", "1e308"]),
    (T([1.0, 2.0]), ["[2, 1]", "[1]", "[1, 2, 3]", "[[1, 2]]", "[]"]),
    (T([[1, 2], [3, 4]]), ["[1, 2, 3, 4]", "[[1, 3], [2, 4]]"]),
    (T([]), ["banana", "0", "[0]"]),
    ([1, 2], ["[2, 1]", "3"]),
    ([], ["nothing", "[1]"]),
    ("SGD", ["Adam", "sgd"]),
]


@pytest.mark.parametrize(("value", "answer"), [(v, a) for v, answers in RIGHT for a in answers])
def test_it_is_right(value: Any, answer: str) -> None:
    assert passes(answer, value) is True


@pytest.mark.parametrize(("value", "answer"), [(v, a) for v, answers in WRONG for a in answers])
def test_it_is_wrong(value: Any, answer: str) -> None:
    assert passes(answer, value) is False


@pytest.mark.parametrize("value", [value for value, _ in RIGHT])
def test_what_is_shown_as_the_truth_is_itself_right(value: Any) -> None:
    assert passes(Truth(value, "", None).shown, value) is True


@pytest.mark.parametrize("answer", ["", "  ", "\n"])
def test_nothing_typed_is_not_attempted(answer: str) -> None:
    right, message = judge(answer, Truth(3, "", None))
    assert right is None and message


class TestPrinted:
    def test_the_words_count_and_their_spacing_does_not(self) -> None:
        assert passes("tensor(5)   done", printed="tensor(5) done\n") is True
        assert passes("5\n6", printed="5\n6\n") is True
        assert passes("5", printed="6\n") is False
        assert passes("5 6 7", printed="5 6\n") is False

    def test_commas_and_quotes_do_not_count(self) -> None:
        for answer in ("cpu, meta", "'cpu' 'meta'", '"cpu", "meta"'):
            assert passes(answer, printed="cpu meta\n") is True
        assert passes("meta, cpu", printed="cpu meta\n") is False
        assert passes("cpumeta", printed="cpu meta\n") is False
        assert passes("'", printed="a\n") is False

    def test_a_value_counts_more_than_what_was_printed(self) -> None:
        assert passes("3", 3, "noise") is True

    def test_nothing_at_all_is_none(self) -> None:
        assert passes("None") is True and passes("nothing") is True
        assert passes("3") is False
        assert Truth(None, "", None).shown == "None"

    def test_it_is_shown_as_it_was_printed(self) -> None:
        assert Truth(None, "a\nb\n", None).shown == "a\nb"


class TestErrors:
    truth = Truth(None, "", IndexError("index 3 is out of bounds\nmore"))

    @pytest.mark.parametrize(
        "answer",
        ["IndexError", "indexerror", "error", "raises", "it raises an IndexError", "an IndexError", "LookupError",
         "IndexError: index 3 is out of bounds"],
    )  # fmt: skip
    def test_its_name_or_that_there_is_one_is_right(self, answer: str) -> None:
        assert judge(answer, self.truth)[0] is True

    @pytest.mark.parametrize("answer", ["TypeError", "a RuntimeError", "TypeError or IndexError"])
    def test_another_one_is_wrong_and_the_sentence_does_not_name_the_right_one(self, answer: str) -> None:
        assert judge(answer, self.truth) == (False, "It raises, but another error.")

    def test_a_value_is_wrong_where_it_raises(self) -> None:
        assert judge("3", self.truth) == (False, "Not quite: does it run to its end?")

    @pytest.mark.parametrize("answer", ["error", "Raises", "it raises"])
    def test_an_error_where_there_is_none_is_wrong(self, answer: str) -> None:
        assert judge(answer, Truth(3, "", None)) == (False, "It runs without an error.")

    def test_its_first_line_is_shown(self) -> None:
        assert self.truth.shown == "IndexError: index 3 is out of bounds"
        assert Truth(None, "", ValueError()).shown == "ValueError: "


class TestTruth:
    def test_the_code_gives_a_value(self) -> None:
        assert truth_of(lambda: 3) == Truth(3, "", None)

    def test_the_code_prints(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert truth_of(lambda: print("hello")) == Truth(None, "hello\n", None)
        assert capsys.readouterr().out == ""

    def test_the_code_raises(self) -> None:
        truth = truth_of(lambda: 1 // 0)
        assert isinstance(truth.error, ZeroDivisionError)


def test_the_sentence_names_what_to_look_at_and_not_the_truth() -> None:
    for value, answer, kind in [
        (torch.Size([2]), "3", "the shape"),
        (torch.int64, "float", "the dtype"),
        (5, "4", "the number"),
        (T([5]), "[4]", "the values"),
        ("five", "four", "what it shows"),
    ]:
        right, message = judge(answer, Truth(value, "", None))
        assert right is False
        assert kind in message and "5" not in message


@pytest.mark.parametrize(
    ("value", "answer", "words"),
    [
        (torch.Size([2, 3]), "a matrix", "it gives a shape"),
        (0.5, "nothing changes", "it gives a number"),
        (T([1.0, 2.0]), "error?", "it gives numbers"),
    ],
)
def test_an_answer_of_another_kind_is_told_which_kind_it_is(value: Any, answer: str, words: str) -> None:
    assert words in judge(answer, Truth(value, "", None))[1]

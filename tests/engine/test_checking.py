"""What counts as the right answer, what does not, and what is said then."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from tutor.engine.checking import Mismatch, expect, fail, summary

T = torch.tensor
NAN = float("nan")
Pair = namedtuple("Pair", "a b")


class EqualToAll:
    """Says yes to every question."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


class LyingInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __sub__(self, other: object) -> int:
        return 0

    __rsub__ = __sub__
    __hash__ = int.__hash__


class LyingFloat(float):
    def __sub__(self, other: object) -> float:
        return 0.0

    __rsub__ = __sub__


class LyingList(list[Any]):
    def __len__(self) -> int:
        return 2

    def __eq__(self, other: object) -> bool:
        return True


class LyingDict(dict[str, Any]):
    def __contains__(self, key: object) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return True


class LyingTensor(torch.Tensor):
    """Answers every function of torch with true."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.ones(2, dtype=torch.bool)


class LyingMethods(torch.Tensor):
    """Has methods of its own where the check might ask."""

    def detach(self) -> Any:
        return T([1.0, 2.0])

    def as_subclass(self, cls: Any) -> Any:
        return T([1.0, 2.0])


right: list[tuple[Any, Any]] = [
    (T([1.0, 2.0]), T([1.0, 2.0])),
    (T(6), T(6)),
    (T([]), T([])),
    (T([NAN, 1.0]), T([NAN, 1.0])),
    (T([float("inf")]), T([float("inf")])),
    (T([True, False]), T([True, False])),
    (T([1 + 2j]), T([1 + 2j])),
    (T([0.1 + 0.2]), T([0.3])),
    (T([1.0], dtype=torch.float16), T([1.0005], dtype=torch.float16)),
    (T([1.0], dtype=torch.bfloat16), T([1.01], dtype=torch.bfloat16)),
    (torch.nn.Parameter(torch.ones(2)), torch.ones(2)),
    (torch.ones(2, requires_grad=True) * 1, torch.ones(2)),
    (torch.ones(2, 3).T, torch.ones(3, 2)),
    (torch.ones(1).expand(3), torch.ones(3)),
    (torch.empty(2, 3, device="meta"), torch.empty(2, 3, device="meta")),
    (torch.arange(30_000.0), torch.arange(30_000.0)),
    (torch.arange(30_000), torch.arange(30_000)),
    (torch.ones(30_000, dtype=torch.complex64), torch.ones(30_000, dtype=torch.complex64)),
    (torch.ones(2, 3)[:, ::2], torch.ones(2, 2)),
    (T([0.1, 0.2]).conj(), T([0.1, 0.2])),
    (T([1j]).conj(), T([-1j])),
    (torch.empty(0, 3), torch.empty(0, 3)),
    (T([2**63 - 1]), T([2**63 - 1])),
    (torch.ones(2).to_sparse().to_dense(), torch.ones(2)),
    (3, 3),
    (3.0, 3),
    (np.int64(3), 3),
    (np.float32(0.5), 0.5),
    (np.float64(0.1) + np.float64(0.2), 0.3),
    (Fraction(1, 2), 0.5),
    (NAN, NAN),
    (float("inf"), float("inf")),
    (1 + 2j, 1 + 2j),
    (True, True),
    (T(True), True),
    (np.True_, True),
    ("a", "a"),
    (None, None),
    (torch.float32, torch.float32),
    (torch.device("cpu"), torch.device("cpu")),
    ([1, 2], [1, 2]),
    ((1, 2), [1, 2]),
    ([1, 2], (1, 2)),
    (torch.Size([2, 3]), (2, 3)),
    ((2, 3), torch.Size([2, 3])),
    (Pair(1, T([2.0])), (1, T([2.0]))),
    ([], []),
    ({"a": T([1.0])}, {"a": T([1.0])}),
    (OrderedDict(a=1), {"a": 1}),
    ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
    ({"a": [1, {"b": T(2)}]}, {"a": [1, {"b": T(2)}]}),
]

wrong: list[tuple[Any, Any, str]] = [
    (T(6), T([[6]]), "the result has shape (); expected (1, 1)."),
    (T([[6]]), T(6), "the result has shape (1, 1); expected ()."),
    (torch.ones(3), torch.ones(3, 1), "the result has shape (3,); expected (3, 1)."),
    (torch.ones(3), torch.ones(1), "the result has shape (3,); expected (1,)."),
    (T([1]), T([1.0]), "the result has dtype int64; expected float32."),
    (T([1.0], dtype=torch.float64), T([1.0]), "the result has dtype float64; expected float32."),
    (T([True]), T([1]), "the result has dtype bool; expected int64."),
    (torch.ones(2, device="meta"), torch.ones(2), "the result is on meta; expected it on cpu."),
    (T([1.0, 3.0]), T([1.0, 2.0]), "the result differs at [1]: expected 2, got 3."),
    (T([[1, 2], [3, 5]]), T([[1, 2], [3, 4]]), "the result differs at [1, 1]: expected 4, got 5."),
    (T(1.5), T(2.5), "the result differs: expected 2.5, got 1.5."),
    (T([NAN]), T([1.0]), "the result differs at [0]: expected 1, got nan."),
    (T([1.0]), T([NAN]), "the result differs at [0]: expected nan, got 1."),
    (T([float("inf")]), T([-float("inf")]), "the result differs at [0]: expected -inf, got inf."),
    (T([1.01]), T([1.0]), "the result differs at [0]: expected 1, got 1.01."),
    (torch.arange(30_000.0), torch.arange(30_000.0).flip(0), "the result differs at [0]: expected 29999, got 0."),
    (torch.zeros(200, 200), torch.eye(200), "the result differs at [0, 0]: expected 1, got 0."),
    (torch.arange(30_000), torch.arange(30_000) // 29_999 * 29_998, "the result differs at [1]"),
    (torch.full((2,), 1e30), torch.full((2,), float("inf")), "the result differs at [0]: expected inf, got 1e+30."),
    (T([[[1, 2], [3, 4]]]), T([[[1, 2], [3, 5]]]), "the result differs at [0, 1, 1]: expected 5, got 4."),
    (T([1 + 1j]), T([1 - 1j]), "the result differs at [0]"),
    (T([1.0001], dtype=torch.float64), T([1.0], dtype=torch.float64), "expected 1, got 1.0001."),
    (T([2**53 + 1]), T([2**53]), "the result differs at [0]"),
    (6, T(6), "the result is 6. Expected a tensor of shape ()."),
    ([1.0, 2.0], T([1.0, 2.0]), "the result is a list. Expected a tensor of shape (2,)."),
    (np.ones(2), torch.ones(2), "the result is an ndarray. Expected a tensor of shape (2,)."),
    (None, T([1.0]), "the result is None; is there a `return`? Expected a tensor of shape (1,)."),
    (None, 3, "the result is None; is there a `return`? Expected the number 3."),
    (T(3), 3, "the result is a tensor of shape (). Expected the number 3."),
    ("3", 3, "the result is '3'. Expected the number 3."),
    (True, 1, "the result is True. Expected the number 1."),
    (1, True, "the result is 1. Expected True."),
    (1.0, True, "the result is 1.0. Expected True."),
    (T(1), True, "the result is a tensor of shape (). Expected True."),
    (False, True, "the result is False; expected True."),
    (T(False), True, "the result is False; expected True."),
    (np.False_, True, "the result is False; expected True."),
    (4, 3, "the result is 4; expected 3."),
    (3.0000001, 3, "the result is 3; expected 3."),
    (0.31, 0.3, "the result is 0.31; expected 0.3."),
    (NAN, 0.3, "the result is nan; expected 0.3."),
    (0.3, float("inf"), "the result is 0.3; expected inf."),
    (float("-inf"), float("inf"), "the result is -inf; expected inf."),
    (float("inf"), 0.3, "the result is inf; expected 0.3."),
    (0.3, NAN, "the result is 0.3; expected nan."),
    (Decimal("0.5"), 0.25, "the result is 0.5; expected 0.25."),
    ("a", "b", "the result is 'a'; expected 'b'."),
    (0, None, "the result is 0. Expected None."),
    (torch.float64, torch.float32, "the result is torch.float64; expected torch.float32."),
    ("float32", torch.float32, "the result is 'float32'. Expected a dtype."),
    ([1], [1, 2], "the result has 1 element; expected 2."),
    ([1, 2, 3], [1, 2], "the result has 3 elements; expected 2."),
    ([1, 3], [1, 2], "the result[1] is 3; expected 2."),
    ((2, 3), torch.Size([3, 2]), "the result[0] is 2; expected 3."),
    (3, [1, 2], "the result is 3. Expected a list."),
    (T([1, 2]), [1, 2], "the result is a tensor of shape (2,). Expected a list."),
    ({1, 2}, [1, 2], "the result is a set. Expected a list."),
    ("ab", ["a", "b"], "the result is 'ab'. Expected a list."),
    ({"a": 1}, {"a": 1, "b": 2}, "the result lacks 'b'."),
    ({"a": 1, "c": 2}, {"a": 1}, "the result has 'c', which was not asked for."),
    ({"a": [1, T([3])]}, {"a": [1, T([2])]}, "the result['a'][1] differs at [0]: expected 2, got 3."),
    ([("a", 1)], {"a": 1}, "the result is a list. Expected a dict."),
    (EqualToAll(), T([1.0]), "the result is an EqualToAll. Expected a tensor of shape (1,)."),
    (EqualToAll(), 3, "the result is an EqualToAll. Expected the number 3."),
    (EqualToAll(), "a", "the result is an EqualToAll. Expected 'a'."),
    (EqualToAll(), [1], "the result is an EqualToAll. Expected a list."),
    (EqualToAll(), None, "the result is an EqualToAll. Expected None."),
    ([EqualToAll()], [3], "the result[0] is an EqualToAll. Expected the number 3."),
    (LyingInt(4), 3, "the result is 4; expected 3."),
    (LyingFloat(4), 3.0, "the result is 4; expected 3."),
    (LyingList([]), [1, 2], "the result has 0 elements; expected 2."),
    (LyingList([1, 3]), [1, 2], "the result[1] is 3; expected 2."),
    (LyingDict(a=2), {"a": 1}, "the result['a'] is 2; expected 1."),
    (torch.zeros(2).as_subclass(LyingTensor), T([1.0, 2.0]), "the result differs at [0]: expected 1, got 0."),
    (torch.zeros(2).as_subclass(LyingMethods), T([1.0, 2.0]), "the result differs at [0]: expected 1, got 0."),
]


DEVICES = [
    "cpu",
    pytest.param(
        "accelerator",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.accelerator.is_available(), reason="there is no accelerator on this machine"),
        ],
    ),
]


def on(device: str, value: Any) -> Any:
    """The value with its tensors there; those of the learner's own classes, and those on meta, stay as they are."""
    if device == "cpu":
        return value
    if type(value) in (torch.Tensor, torch.nn.Parameter) and value.device.type == "cpu":
        return value.to(torch.accelerator.current_accelerator())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(on(device, each) for each in value))
    if type(value) in (list, tuple):
        return type(value)(on(device, each) for each in value)
    if type(value) is dict:
        return {key: on(device, each) for key, each in value.items()}
    return value


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("got", "want"), right, ids=repr)
def test_it_is_right(got: Any, want: Any, device: str) -> None:
    if isinstance(got, torch.Tensor) or not isinstance(want, torch.Tensor):
        expect(on(device, got), on(device, want))


@pytest.mark.parametrize("device", DEVICES)
def test_an_accelerator_may_round_more(device: str) -> None:
    """Its convolutions multiply with 10 bits of mantissa (TF32) unless told otherwise: an error of 2**-11 for each factor."""
    got, want = on(device, T([1.001])), on(device, T([1.0]))
    if device == "cpu":
        with pytest.raises(Mismatch, match=r"expected 1, got 1\.001"):
            expect(got, want)
    else:
        expect(got, want)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.accelerator.is_available(), reason="there is no accelerator on this machine")
def test_the_place_counts() -> None:
    there = on("accelerator", torch.ones(2))
    with pytest.raises(Mismatch, match=r"is on cpu; expected it on"):
        expect(torch.ones(2), there)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("got", "want", "says"), wrong, ids=[f"{i}-{row[2]}" for i, row in enumerate(wrong)])
def test_it_is_wrong_and_the_sentence_says_how(got: Any, want: Any, says: str, device: str) -> None:
    if type(got) is torch.Tensor and got.device == torch.as_tensor(want).device:
        got, want = on(device, got), on(device, want)
    with pytest.raises(Mismatch) as caught:
        expect(got, want)
    assert says in str(caught.value)
    assert caught.value.expected and caught.value.got
    assert "\n" not in str(caught.value)


def test_the_sentence_names_what_is_judged() -> None:
    with pytest.raises(Mismatch, match=r"^double\(x\) has shape"):
        expect(torch.ones(2), torch.ones(3), "double(x)")


class TestDtype:
    def test_it_can_be_left_out(self) -> None:
        expect(T([1]), T([1.0]), dtype=False)
        expect(T([1.0], dtype=torch.float64), T([1.0]), dtype=False)
        expect([T([1])], [T([1.0])], dtype=False)
        expect({"a": T([True])}, {"a": T([1])}, dtype=False)

    def test_the_values_still_count(self) -> None:
        with pytest.raises(Mismatch, match="expected 2, got 1"):
            expect(T([1]), T([2.0]), dtype=False)

    def test_the_coarser_dtype_sets_the_tolerance(self) -> None:
        expect(T([1.0005], dtype=torch.float64), T([1.0], dtype=torch.float16), dtype=False)
        with pytest.raises(Mismatch):
            expect(T([1.005], dtype=torch.float64), T([1.0], dtype=torch.float32), dtype=False)


class TestScalar:
    @pytest.mark.parametrize(
        ("got", "want"),
        [
            (6, T(6)),
            (6.0, T(6)),
            (0.30001, T(0.3)),
            (np.float32(0.3), T(0.3)),
            (True, T(True)),
            (T(6), 6),
            (T(0.3), 0.3),
            ([6], [T(6)]),
            ({"a": T(6)}, {"a": 6}),
        ],
        ids=repr,
    )
    def test_a_number_and_a_0d_tensor_are_as_good_as_each_other(self, got: Any, want: Any) -> None:
        expect(got, want, scalar=True)

    @pytest.mark.parametrize(
        ("got", "want"),
        [(2.7, T(2)), (7, T(6)), (T(7), 6), (T([6]), 6), (6, T([6])), (T(True), 1), (True, T(1)), ("6", T(6))],
        ids=repr,
    )
    def test_the_value_and_the_shape_still_count(self, got: Any, want: Any) -> None:
        with pytest.raises(Mismatch):
            expect(got, want, scalar=True)


class TestTolerance:
    def test_it_can_be_wider(self) -> None:
        expect(T([1.1]), T([1.0]), rtol=0.2)
        expect(1.1, 1.0, atol=0.2)
        expect(11, 10, atol=1)
        expect([T([1.1])], [T([1.0])], atol=0.2)

    def test_it_can_be_none_at_all(self) -> None:
        with pytest.raises(Mismatch):
            expect(T([1.00001]), T([1.0]), rtol=0, atol=0)

    def test_whole_numbers_are_exact_unless_told_otherwise(self) -> None:
        expect(T([11]), T([10]), atol=1)
        with pytest.raises(Mismatch):
            expect(T([1_000_001]), T([1_000_000]))


class TestFail:
    def test_it_carries_the_sentence_and_both_sides(self) -> None:
        with pytest.raises(Mismatch, match="not yet") as caught:
            fail("not yet", expected=torch.ones(2), got="two lines")
        assert caught.value.expected == "[1, 1]  (2,)  float32"
        assert caught.value.got == "two lines"

    def test_it_is_an_assertion_that_fails(self) -> None:
        assert issubclass(Mismatch, AssertionError)


class TestSummary:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (T([1.0, 0.123456789]), "[1, 0.12346]  (2,)  float32"),
            (T(3), "3  ()  int64"),
            (torch.zeros(4, 4), "(4, 4)  float32"),
            (torch.zeros(2, device="meta"), "(2,)  float32  meta"),
            ("x", "'x'"),
            (None, "None"),
        ],
    )
    def test_a_value_in_short(self, value: Any, text: str) -> None:
        assert summary(value) == text

    def test_a_long_one_is_cut(self) -> None:
        assert len(summary("x" * 10_000)) == 200

    def test_a_repr_that_raises_is_said_so(self) -> None:
        class Bad:
            def __repr__(self) -> str:
                raise ValueError

        assert summary(Bad()) == "<Bad, whose __repr__ raises ValueError>"


def test_an_object_that_pretends_to_be_a_number_does_not_pass() -> None:
    class Pretender:
        __class__ = property(lambda self: int)  # type: ignore[assignment]
        __eq__: Callable[..., bool] = lambda self, other: True  # type: ignore[assignment]

    with pytest.raises((Mismatch, TypeError)):
        expect(Pretender(), 3)

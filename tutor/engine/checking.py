"""What a lesson's checks are written with. They judge type, shape, dtype and device, then values, and say what differs in one sentence.

A value is never asked whether it equals: an object with an `__eq__` of its own cannot make itself right.
"""

from __future__ import annotations

import cmath
import numbers
import types
from typing import Any, NoReturn

import torch
from torch.utils._python_dispatch import _disable_current_modes

_values = torch._C.TensorBase.tolist
"""Reads memory; no class of the learner's, and nothing put into torch's dispatcher, comes between."""

TOLERANCES = types.MappingProxyType(
    {
        torch.float64: (1e-6, 1e-8),
        torch.float32: (1e-4, 1e-5),
        torch.float16: (1e-2, 1e-3),
        torch.bfloat16: (3e-2, 1e-2),
    }
)
"""Relative and absolute. Wider than torch.testing's: another formula, or another order of summation, is as right."""
ACCELERATOR_FACTOR = 10
"""Off the CPU, sums run in another order, and convolutions may use TF32 with its 10 bits."""
MOST_ONE_BY_ONE = 20_000
"""Elements that are compared as Python numbers, through nothing of torch that code could have changed."""


class Mismatch(AssertionError):
    """A check that failed. `str()` is the sentence; expected and got are short texts to stand side by side."""

    def __init__(self, sentence: str, expected: str = "", got: str = "") -> None:
        super().__init__(sentence)
        self.expected, self.got = expected, got


def fail(sentence: str, *, expected: Any = None, got: Any = None) -> NoReturn:
    """Fail the check with a sentence to the learner: what was expected, what came, the next thought."""
    shown = ["" if value is None else value if isinstance(value, str) else summary(value) for value in (expected, got)]
    raise Mismatch(sentence, *shown)


def expect(
    got: Any,
    want: Any,
    what: str = "the result",
    *,
    dtype: bool = True,
    scalar: bool = False,
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Fail unless `got` is `want`: the same type, shape, dtype and device, then the same values.

    `dtype=False` ignores a tensor's dtype. `scalar=True` takes a Python number for a 0-d tensor and the reverse.
    `rtol` and `atol` replace the tolerance that fits the dtype and device.
    """
    if isinstance(want, torch.Tensor):
        if scalar and want.ndim == 0 and not _is_tensor(got):
            own_rtol, own_atol = TOLERANCES.get(want.dtype, (None, None))
            expect(
                got, want.item(), what, rtol=own_rtol if rtol is None else rtol, atol=own_atol if atol is None else atol
            )
            return
        _expect_tensor(got, want, what, dtype, rtol, atol)
    elif isinstance(want, dict):
        _expect_dict(got, want, what, dtype=dtype, scalar=scalar, rtol=rtol, atol=atol)
    elif isinstance(want, (list, tuple)):
        _expect_sequence(got, want, what, dtype=dtype, scalar=scalar, rtol=rtol, atol=atol)
    elif isinstance(want, numbers.Number) and not isinstance(want, bool):
        if scalar and _is_tensor(got) and got.ndim == 0:
            got = _plain(got).item()
        _expect_number(got, want, what, rtol, atol)
    else:
        _expect_same(got, want, what)


def summary(value: Any) -> str:
    """A short text: for a tensor its shape, dtype, device and, when they are few, its values."""
    if _is_tensor(value):
        tensor = _plain(value)
        facts = f"{_shape(tensor)}  {_dtype(tensor)}"
        facts += "" if tensor.device.type == "cpu" else f"  {tensor.device}"
        if tensor.numel() > 12 or tensor.device.type == "meta":
            return facts
        values = tensor.tolist()
        return f"{_round(values)}  {facts}"
    try:
        text = repr(value)
    except Exception as error:  # a learner's __repr__ may do anything
        text = f"<{type(value).__name__}, whose __repr__ raises {type(error).__name__}>"
    return text if len(text) <= 200 else text[:197] + "..."


def _expect_tensor(
    got: Any, want: torch.Tensor, what: str, dtype: bool, rtol: float | None, atol: float | None
) -> None:
    if not _is_tensor(got):
        raise Mismatch(f"{_missing(got, what)} Expected a tensor of shape {_shape(want)}.", summary(want), summary(got))
    if not _has_values_of_its_own(got):
        sentence = f"{what} is {_describe(got)} with a __torch_dispatch__ of its own; expected a plain tensor."
        raise Mismatch(sentence, summary(want), type(got).__name__)
    got = _plain(got)
    if got.shape != want.shape:
        sentence = f"{what} has shape {_shape(got)}; expected {_shape(want)}."
    elif dtype and got.dtype != want.dtype:
        sentence = f"{what} has dtype {_dtype(got)}; expected {_dtype(want)}."
    elif got.device != want.device:
        sentence = f"{what} is on {got.device}; expected it on {want.device}."
    else:
        place = _first_difference(got, _plain(want), rtol, atol)
        if place is None:
            return
        index = list(place)
        where = f" at {index}" if index else ""
        sentence = f"{what} differs{where}: expected {_round(want[place].item())}, got {_round(got[place].item())}."
    raise Mismatch(sentence, summary(want), summary(got))


def _first_difference(
    got: torch.Tensor, want: torch.Tensor, rtol: float | None, atol: float | None
) -> tuple[int, ...] | None:
    """Index of the first element that is off by more than the tolerance; None where there is none."""
    if got.device.type == "meta":
        return None  # no values to compare
    own_rtol, own_atol = min(TOLERANCES.get(got.dtype, (0, 0)), TOLERANCES.get(want.dtype, (0, 0)), key=lambda t: -t[0])
    factor = 1 if got.device.type == "cpu" else ACCELERATOR_FACTOR
    rtol = own_rtol * factor if rtol is None else rtol
    atol = own_atol * factor if atol is None else atol
    with torch._C.DisableTorchFunction(), _disable_current_modes():
        far = _first_far(got, want, rtol, atol)
        return None if far is None else tuple(int(i) for i in torch.unravel_index(torch.tensor(far), got.shape))


def _first_far(got: torch.Tensor, want: torch.Tensor, rtol: float, atol: float) -> int | None:
    """The position, in reading order, of the first element that is off; None where there is none."""
    if got.numel() <= MOST_ONE_BY_ONE:
        pairs = zip(_values(got.reshape(-1)), _values(want.reshape(-1)))
        return next((i for i, (one, other) in enumerate(pairs) if not _near(one, other, rtol, atol)), None)
    if got.is_complex() or want.is_complex():
        near = torch.isclose(got.to(torch.complex128), want.to(torch.complex128), rtol, atol, equal_nan=True)
    elif got.is_floating_point() or want.is_floating_point() or rtol or atol:
        near = torch.isclose(got.cpu().double(), want.cpu().double(), rtol, atol, equal_nan=True)
    else:
        near = got == want
    far = (~near).flatten().nonzero()
    return int(far[0]) if len(far) else None


def _near(one: Any, other: Any, rtol: float, atol: float) -> bool:
    """As torch.isclose with equal_nan, for plain numbers."""
    if one == other or (one != one and other != other):
        return True
    return cmath.isfinite(other) and abs(one - other) <= atol + rtol * abs(other)


def _expect_number(got: Any, want: Any, what: str, rtol: float | None, atol: float | None) -> None:
    if not _is_number(got):
        raise Mismatch(f"{_missing(got, what)} Expected the number {_round(want)}.", summary(want), summary(got))
    value = _plain_number(got)
    exact = isinstance(want, int) and rtol is None and atol is None
    rtol = (0 if exact else 1e-5) if rtol is None else rtol
    atol = (0 if exact else 1e-8) if atol is None else atol
    if not _near(value, want, rtol, atol):
        raise Mismatch(f"{what} is {_round(value)}; expected {_round(want)}.", summary(want), summary(got))


def _expect_sequence(got: Any, want: Any, what: str, **how: Any) -> None:
    # torch.Size is a tuple; a list where a tuple is wanted is as good an answer
    if not issubclass(type(got), (list, tuple)):
        raise Mismatch(f"{_missing(got, what)} Expected {_describe(want)}.", summary(want), summary(got))
    got = list(got)  # what it holds, whatever a class of the learner's says its length is
    if len(got) != len(want):
        sentence = f"{what} has {len(got)} element{'s' * (len(got) != 1)}; expected {len(want)}."
        raise Mismatch(sentence, summary(want), summary(got))
    for i, (one, other) in enumerate(zip(got, want)):
        expect(one, other, f"{what}[{i}]", **how)


def _expect_dict(got: Any, want: dict[Any, Any], what: str, **how: Any) -> None:
    if not issubclass(type(got), dict):
        raise Mismatch(f"{_missing(got, what)} Expected a dict.", summary(want), summary(got))
    missing = [key for key in want if key not in got]
    surplus = [key for key in got if key not in want]
    if missing or surplus:
        sentence = (
            f"{what} lacks {missing[0]!r}." if missing else f"{what} has {surplus[0]!r}, which was not asked for."
        )
        raise Mismatch(sentence, ", ".join(map(repr, want)), ", ".join(map(repr, got)))
    for key, value in want.items():
        expect(got[key], value, f"{what}[{key!r}]", **how)


def _expect_same(got: Any, want: Any, what: str) -> None:
    if isinstance(want, bool) and _is_tensor(got) and got.ndim == 0 and got.dtype == torch.bool:
        got = _plain(got).item()  # a 0-d bool tensor answers a yes-or-no question as well
    if isinstance(want, bool) and type(got).__module__ == "numpy" and getattr(got, "ndim", 1) == 0:
        got = got.item()  # so does a bool of NumPy's
    if want is got:
        return
    if type(got) is not type(want):
        raise Mismatch(f"{_missing(got, what)} Expected {_describe(want)}.", summary(want), summary(got))
    if got != want:
        raise Mismatch(f"{what} is {summary(got)}; expected {summary(want)}.", summary(want), summary(got))


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor itself, without a gradient and without what a subclass made of its methods."""
    with torch._C.DisableTorchFunctionSubclass():
        plain: torch.Tensor = torch.Tensor.as_subclass(torch.Tensor.detach(tensor), torch.Tensor)
        return plain


def _is_tensor(value: Any) -> bool:
    """By what it is, not by the class that it says it has."""
    return issubclass(type(value), torch.Tensor)


def _has_values_of_its_own(tensor: torch.Tensor) -> bool:
    """Whether reading its values runs no code of its class."""
    return type(tensor).__torch_dispatch__ is torch.Tensor.__torch_dispatch__


def _is_number(value: Any) -> bool:
    """A Python or NumPy number; not a bool, not a tensor."""
    return issubclass(type(value), numbers.Number) and not isinstance(value, bool)


def _plain_number(value: Any) -> Any:
    """As an int, a float or a complex of Python's own, which compare as they should."""
    if isinstance(value, numbers.Integral):
        return int(value)
    return (
        complex(value) if isinstance(value, numbers.Complex) and not isinstance(value, numbers.Real) else float(value)
    )


def _missing(got: Any, what: str) -> str:
    if got is None:
        return (
            f"{what} is None{'.' if what.startswith('`') else '; is there a `return`?'}"  # `name`: no call, a variable
        )
    return f"{what} is {_describe(got)}."


def _describe(value: Any) -> str:
    if _is_tensor(value):
        return f"a tensor of shape {_shape(value)}"
    if value is None or isinstance(value, (bool, str)) or _is_number(value):
        return summary(value)
    if issubclass(type(value), (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
        return "a function or method that was not called: parentheses behind it call it"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' or name == 'ndarray' else 'a'} {name}"


def _round(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_round(item) for item in value) + "]"
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")

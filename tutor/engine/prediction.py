"""A typed prediction against what the code really gives."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

CALCULATION = re.compile(r"[\d.\s(]+(?:[-+*/][\d.\s()]+)+")
"""No power among them, which might take for ever."""
TRUE_OR_FALSE = "whether it is true"
BOOLS = ("true", "yes", "false", "no")


@dataclass(frozen=True)
class Truth:
    """What the code gave: a value, else what it printed, else the error it raised."""

    value: Any
    printed: str
    error: BaseException | None

    @property
    def shown(self) -> str:
        """As the code itself would show it."""
        if self.error is not None:
            return f"{type(self.error).__name__}: {str(self.error).strip().splitlines()[0] if str(self.error) else ''}"
        if self.value is None:
            return self.printed.rstrip() or "None"
        return repr(self.value) if not isinstance(self.value, torch.Tensor) else str(self.value)


def truth_of(run: Callable[[], Any]) -> Truth:
    """Run the code and keep what it gives."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            value = run()
    except Exception as error:
        return Truth(None, printed.getvalue(), error)
    return Truth(value, printed.getvalue(), None)


def judge(answer: str, truth: Truth) -> tuple[bool | None, str]:
    """Whether the answer says what the truth is (None: it is empty), and a sentence."""
    answer = answer.strip()
    if not answer:
        return None, "Type what you think it gives, then check."
    if truth.error is not None:
        right = _names_error(answer, truth.error)
        close = "It raises, but another error." if "error" in answer.lower() else "Not quite: does it run to its end?"
        return right, "Right: it raises." if right else close
    if answer.lower() in ("error", "raises", "it raises"):
        return False, "It runs without an error."
    if truth.value is None and not truth.printed.strip():
        right = answer.lower() in ("none", "nothing")
        return right, "Right." if right else "Not quite: it shows nothing at all."
    right, kind = _same(answer, truth)
    if right:
        return True, "Right."
    if kind == "the shape" and not _looks_like_shape(answer):
        return False, "Not quite: it gives a shape. Type one as (2, 3)."
    if _is_one_number(truth.value) and _in_a_row(answer):
        return False, "Not quite: it gives one number by itself, in no list, tuple or shape."
    if kind in ("the number", "the values") and not _numbers(answer):
        return False, f"Not quite: it gives {'a number' if kind == 'the number' else 'numbers'}."
    if kind == TRUE_OR_FALSE:
        said = "go through the code once more." if answer.lower() in BOOLS else "it gives True or False."
        return False, f"Not quite: {said}"
    if kind == "the values" and len(_numbers(answer)) == 1 and _several(truth.value):
        return False, "Not quite: it gives several numbers. Type them all."
    if kind == "what it shows":
        return False, "Not quite: look again at what it shows, and type just that."
    return False, f"Not quite: look at {kind} again."


def _names_error(answer: str, error: BaseException) -> bool:
    names = {kind.__name__.lower() for kind in type(error).__mro__ if issubclass(kind, Exception)}
    words = re.findall(r"\w+", answer.lower())
    named = [word for word in words if word.endswith(("error", "exception", "iteration"))]
    word = (named or words or [""])[0]
    return word in names | {"error", "raises", "fails"}


def _same(answer: str, truth: Truth) -> tuple[bool, str]:
    """Whether they agree, and the word for what is asked."""
    value = truth.value
    if isinstance(value, torch.Size):
        return _numbers(answer) == [float(n) for n in value] and _looks_like_shape(answer), "the shape"
    if isinstance(value, torch.dtype):
        return re.sub(r"^(?:torch|np|numpy)\.", "", answer.lower()) in _dtype_names(value), "the dtype"
    if isinstance(value, torch.device):
        said = re.sub(r"^(?:torch\.)?device\((?:type=)?|\)$|['\"]", "", answer.lower())
        return said in (str(value), value.type), "the device"
    if isinstance(value, bool) or (isinstance(value, torch.Tensor) and value.ndim == 0 and value.dtype == torch.bool):
        said = re.sub(r"^tensor\((\w+)\)$", r"\1", answer.lower())
        return said in (("true", "yes") if value else ("false", "no")), TRUE_OR_FALSE
    if isinstance(value, (int, float)):
        answer = re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", _worked_out(answer))  # 1,026 and 1_026 are one number
        return _close(_numbers(answer), [float(value)], answer) and not _in_a_row(answer), "the number"
    if isinstance(value, torch.Tensor):
        if not value.numel():
            return "[]" in answer.replace(" ", ""), "the values"
        flat = [float(n) for n in value.detach().cpu().flatten().double().tolist()]
        return _close(_numbers(_without_dtype(answer)), flat, answer) and _brackets_fit(answer, value), "the values"
    if isinstance(value, (list, tuple)):
        expected = _numbers(repr(value))
        if expected:
            return _close(_numbers(answer), expected, answer), "the values"
    text = truth.printed if value is None else value if isinstance(value, str) else repr(value)
    return _words(answer) == _words(text), "what it shows"


def _worked_out(answer: str) -> str:
    """A calculation in numbers alone, such as 10 * 7 * 7, by what it comes to; anything else as it is."""
    if not CALCULATION.fullmatch(answer):
        return answer
    try:
        return f"{eval(answer, {'__builtins__': {}}):.10g}"
    except (SyntaxError, ArithmeticError, TypeError):
        return answer


def _several(value: Any) -> bool:
    return (value.numel() if isinstance(value, torch.Tensor) else len(value)) > 1


def _looks_like_shape(answer: str) -> bool:
    """Whether it is nothing but a shape: torch.Size([2, 3]), (2, 3), [2, 3], 2x3, 2 x 3, "2, 3", "2 3", or () for none."""
    return re.fullmatch(r"(torch\.)?(size)?[\s\d(),\[\]x×*]*[\d)\],\s]", answer.lower()) is not None


def _dtype_names(dtype: torch.dtype) -> set[str]:
    aliases = {"float32": {"float"}, "float64": {"double"}, "int64": {"long"}, "float16": {"half"}, "int32": {"int"}}
    name = str(dtype).removeprefix("torch.")
    return {name, *aliases.get(name, set())}


def _without_dtype(text: str) -> str:
    """Without what repr adds to the values: dtype=torch.float64 holds digits too."""
    return re.sub(r"(dtype|device|grad_fn|requires_grad)\s*=\s*[^,)]+", "", text)


def _numbers(text: str) -> list[float]:
    spelled = re.sub(r"\btrue\b", "1", re.sub(r"\bfalse\b", "0", text.lower()))
    spelled = re.sub(r"(?<=\d)\s*[x×]\s*(?=\d)", " ", spelled)
    return [float(word) for word in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?\binf\b|\bnan\b", spelled)]


def _close(answer: list[float], truth: list[float], text: str) -> bool:
    """Equal up to the digits that were typed, at least two: 0.67 is right where the code gives 0.6667, 0.7 is not."""
    if len(answer) != len(truth):
        return False
    typed = re.findall(r"\.(\d+)", text)
    digits = max((len(d) for d in typed), default=0)
    within = 0.5 * 10**-digits + 1e-9 if digits >= 2 else 1e-9
    return all(a == t or (a != a and t != t) or abs(a - t) <= within for a, t in zip(answer, truth))


def _brackets_fit(answer: str, tensor: torch.Tensor) -> bool:
    """Typed brackets must nest as deep as the tensor; bare numbers are taken as they are."""
    depth = len(answer.removeprefix("tensor(").strip()) - len(answer.removeprefix("tensor(").strip().lstrip("["))
    return depth in (0, tensor.ndim) and not (tensor.ndim == 0 and _in_a_row(answer))


def _is_one_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, torch.Tensor) and value.ndim == 0)


def _in_a_row(answer: str) -> bool:
    """Whether it is written as something that holds numbers: [21], (21,), torch.Size([21])."""
    return re.search(r"[\[\]]|,\s*\)|size", answer.lower()) is not None


def _words(text: str) -> list[str]:
    """The words alone: quotes and commas between them are not what was asked."""
    return [word for word in (word.strip("'\",") for word in text.split()) if word]

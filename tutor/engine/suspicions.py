"""Mistakes that raise nothing: noticed while the learner's code runs, and said when its answer turns out wrong.

Nothing here decides a verdict. It listens at the places where such mistakes pass by: losses, backward(), optimizers, modules.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from torch.optim.optimizer import register_optimizer_step_pre_hook


@dataclass(frozen=True)
class Suspicion:
    """One mistake that was noticed."""

    message: str
    lesson: str
    """Id of the lesson that teaches it."""
    about: str = ""
    """A word of it: a verdict that has this word has said it already."""


SOFTMAX = Suspicion(
    "Noticed on the way: cross-entropy was given probabilities. It applies softmax itself, so give it the logits.",
    "classification/cross_entropy",
)
SIGMOID = Suspicion(
    "Noticed on the way: a loss that takes logits was given probabilities. It applies sigmoid itself, so give it the logits.",
    "classification/cross_entropy",
)
NO_STEP = Suspicion(
    "Noticed on the way: backward() was called several times, and step() never: the parameters stay as they are.",
    "workflow/training_loop",
    "step()",
)
NAN = Suspicion(
    "Noticed on the way: the loss became nan. Usually the learning rate is too high, or something is divided by 0.",
    "workflow/losses_and_optimizers",
)
ACCUMULATED = Suspicion(
    "Noticed on the way: zero_grad() was not called between two steps, so each gradient was added to those before.",
    "gradients/stopping_and_zeroing",
    "zero_grad()",
)
NO_GRADIENTS = Suspicion(
    "Noticed on the way: step() found no gradients: backward() came later, or zero_grad() came in between.",
    "workflow/training_loop",
    "step()",
)
ELEMENTWISE = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
DEEPEST = 6
"""Operations back from a loss that are looked at."""


def _unregistered(module: torch.nn.Module, name: str, what: str) -> Suspicion:
    kind = type(module).__name__
    mend = "nn.ModuleList holds layers" if "layers" in what else "wrap it in nn.Parameter"
    return Suspicion(
        f"Noticed on the way: {kind}.{name} is {what}, so parameters() does not know it: {mend}.",
        "workflow/building_models",
    )


def _broadcast(one: Sequence[int], other: Sequence[int]) -> Suspicion:
    return Suspicion(
        f"Noticed on the way: a loss compared {tuple(one)} with {tuple(other)}, every element with every other; "
        "squeeze or unsqueeze one of them.",
        "tensors/squeeze_unsqueeze_permute",
    )


def _blown_up(loss: torch.Tensor) -> Suspicion | None:
    """A difference of (N, 1) and (N,) not far back from the loss: it has N times N elements, and nothing complains."""
    nodes = [loss.grad_fn]
    for _ in range(DEEPEST):
        for node in nodes:
            shape = _shape_of(node)
            parts = [_shape_of(part) for part, _ in node.next_functions] if node is not None else []
            size = shape[0] if len(shape) == 2 and shape[0] == shape[1] > 1 else 0
            narrow = shape not in parts and ((size, 1) in parts or (size,) in parts)
            if size and narrow and node.name().startswith("SubBackward"):
                return _broadcast((size, 1), (size,))
        nodes = [part for node in nodes if node is not None for part, _ in node.next_functions]
    return None


def _shape_of(node: Any) -> tuple[int, ...]:
    """Of what the operation gave."""
    facts = getattr(node, "_input_metadata", None)
    return tuple(facts[0].shape) if facts else ()


class Watch:
    """Listens from `begin` on; `found` holds what was noticed, each once. For a process that ends with its job: it stays in place."""

    def __init__(self) -> None:
        self.found: list[Suspicion] = []
        self._gradients: dict[int, list[torch.Tensor]] = {}
        """Of each optimizer, the gradients of its last step that nobody has zeroed since."""
        self._looked_at: set[int] = set()
        self._optimizers = self._backwards = self._steps = 0
        """How many optimizers there are, and how often their step() and a backward() was called."""

    def begin(self) -> None:
        """Stand where the mistakes pass by."""
        _listen(functional, "cross_entropy", self._on_cross_entropy)
        for name in ELEMENTWISE:
            _listen(functional, name, self._on_elementwise)
        _listen(functional, "binary_cross_entropy_with_logits", self._on_logits)
        _listen(torch.Tensor, "backward", self._on_backward)
        _listen(torch.optim.Optimizer, "__init__", self._on_optimizer)
        _listen(torch.optim.Optimizer, "zero_grad", self._on_zero_grad)
        _listen(torch.nn.Module, "zero_grad", lambda *_, **__: self._gradients.clear())
        register_optimizer_step_pre_hook(self._on_step)
        torch.nn.modules.module.register_module_forward_pre_hook(self._on_forward)

    def _notice(self, suspicion: Suspicion) -> None:
        if suspicion not in self.found:
            self.found.append(suspicion)

    def _on_cross_entropy(self, logits: Any = None, *_: Any, **named: Any) -> None:
        logits = named.get("input", logits)
        if not isinstance(logits, torch.Tensor) or logits.ndim < 2 or logits.shape[1] < 2 or not logits.numel():
            return
        values = logits.detach()
        sums = values.sum(dim=1)
        if bool((values >= 0).all()) and torch.allclose(sums, torch.ones_like(sums), atol=1e-3):
            self._notice(SOFTMAX)

    def _on_elementwise(self, one: Any = None, other: Any = None, *_: Any, **named: Any) -> None:
        one, other = named.get("input", one), named.get("target", other)
        if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor) and one.shape != other.shape:
            self._notice(_broadcast(one.shape, other.shape))

    def _on_logits(self, logits: Any = None, *_: Any, **named: Any) -> None:
        logits = named.get("input", logits)
        if not isinstance(logits, torch.Tensor) or logits.numel() < 2 or logits.grad_fn is None:
            return
        if logits.grad_fn.name().startswith(("SigmoidBackward", "SoftmaxBackward")):
            self._notice(SIGMOID)

    def _on_backward(self, loss: torch.Tensor, *_: Any, **__: Any) -> None:
        if loss.numel() == 1 and bool(loss.detach().isnan()):
            self._notice(NAN)
        blown_up = _blown_up(loss)
        if blown_up is not None:
            self._notice(blown_up)
        self._backwards += 1

    def end(self) -> None:
        """What only the end tells. Without an optimizer, code may take its steps by hand."""
        if self._optimizers and self._backwards > 1 and not self._steps:
            self._notice(NO_STEP)

    def _on_optimizer(self, *_: Any, **__: Any) -> None:
        self._optimizers += 1

    def _on_zero_grad(self, optimizer: torch.optim.Optimizer, *_: Any, **__: Any) -> None:
        self._gradients.pop(id(optimizer), None)

    def _on_step(self, optimizer: torch.optim.Optimizer, *_: Any) -> None:
        self._steps += 1
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if not gradients:
            self._notice(NO_GRADIENTS)
        before = self._gradients.get(id(optimizer), [])
        # kept tensors, not their ids: a freed gradient's id may come back
        if any(one is other for one, other in zip(before, gradients)):
            self._notice(ACCUMULATED)
        self._gradients[id(optimizer)] = gradients

    def _on_forward(self, module: torch.nn.Module, _: Any) -> None:
        if id(module) in self._looked_at or type(module).__module__.startswith("torch."):
            return
        self._looked_at.add(id(module))
        for name, value in vars(module).items():
            if isinstance(value, (list, tuple)) and any(isinstance(item, torch.nn.Module) for item in value):
                self._notice(_unregistered(module, name, "a plain list of layers"))
            elif isinstance(value, torch.Tensor) and value.requires_grad and value.is_leaf:
                self._notice(_unregistered(module, name, "a plain tensor"))


def _listen(owner: Any, name: str, listener: Callable[..., None]) -> None:
    """Have `listener` called with the arguments of each call. What goes wrong in it is nobody's business."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def listened(*arguments: Any, **named: Any) -> Any:
        try:
            listener(*arguments, **named)
        except Exception:  # odd arguments: the original says what is wrong with them
            pass
        return original(*arguments, **named)

    setattr(owner, name, listened)

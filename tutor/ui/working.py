"""Work beside the screens, which goes with the part that began it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def begin(
    owner: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], group: str, fatal: bool = False
) -> Worker[None]:
    """Runs `work()` soon; `fatal`: its error ends the program.

    The coroutine is made when it is run: who leaves before that leaves none behind that nobody awaits.
    """
    call: Any = work  # Textual's type for it knows of no coroutine that gives nothing
    worker: Worker[None] = owner.run_worker(call, group=group, exit_on_error=fatal)
    return worker

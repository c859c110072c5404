"""Runs scripts one after the other in a Python that has torch, torchvision and scikit-learn, and nothing of this program's.

    python plain_python.py a.py b.py ...

A fork of one process for each, so that torch is imported once. Writes a line of JSON for each script: its name, its exit status, and
what it printed.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

NOT_THERE = ("tutor", "textual", "rich", "click", "plotext", "tests")
"""What a learner's own environment need not have."""
LONGEST = 120


def run(path: Path) -> tuple[int, str]:
    """The exit status of a script, and all that it printed."""
    with tempfile.TemporaryFile() as printed:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.dup2(printed.fileno(), 1)
                os.dup2(printed.fileno(), 2)
                with tempfile.TemporaryDirectory() as folder:
                    os.chdir(folder)
                    _become(path)
                    code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        printed.seek(0)
        return os.waitstatus_to_exitcode(status), printed.read().decode()


def _become(path: Path) -> None:
    signal.alarm(LONGEST)
    warnings.simplefilter("error")
    for name in NOT_THERE:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails
    sys.argv = [str(path)]
    sys.path[0] = str(path.parent)
    runpy.run_path(str(path), run_name="__main__")


def main() -> None:
    """Run every script that is named."""
    import sklearn.datasets  # noqa: F401
    import torch
    import torchvision  # noqa: F401

    torch.set_num_threads(1)
    for name in sys.argv[1:]:
        code, printed = run(Path(name))
        print(json.dumps([name, code, printed]), flush=True)


if __name__ == "__main__":
    main()

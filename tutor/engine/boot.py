"""Runs a module of the engine by the path of this file, under any Python, whether this package is installed there or not.

It brings in this one package and nothing that lies beside it, so that a learner's interpreter keeps its own torch and NumPy:
`/their/python /where/it/is/tutor/engine/boot.py tutor.engine`.
"""

import importlib.util
import os
import runpy
import sys


def boot() -> None:
    """Make `tutor` importable from this file's place, then run the module named on the command line as __main__."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    # Python put this file's folder first on sys.path; a module of ours must not shadow one of the standard library's
    sys.path[:] = [
        entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(os.path.abspath(__file__))
    ]
    if "tutor" not in sys.modules:
        place = os.path.join(package, "__init__.py")
        spec = importlib.util.spec_from_file_location("tutor", place, submodule_search_locations=[package])
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["tutor"] = module
        spec.loader.exec_module(module)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    boot()

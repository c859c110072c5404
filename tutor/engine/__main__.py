"""`python -m tutor.engine`: the engine. Requests on stdin, events on stdout, one JSON object a line (tutor/protocol)."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

OLDEST_PYTHON = (3, 10)


def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser(prog="python -m tutor.engine", description=__doc__)
    parser.add_argument("--device", default="", help="run jobs there unless told otherwise: cpu, cuda:0, mps")
    parser.add_argument("--preload", default="", help="modules to import ahead, separated by commas")
    parser.add_argument("--spawn", action="store_true", help="start each job in a fresh process instead of forking it")
    arguments = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"tutor's engine needs Python 3.10 or newer; {sys.executable} is {sys.version.split()[0]}.")
    from tutor.engine.supervisor import Settings, serve

    # the terminal program closes our stdin when it wants us gone; Ctrl-C in its terminal is its own business
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload = tuple(name for name in arguments.preload.split(",") if name)
    asyncio.run(serve(Settings(arguments.device, preload, arguments.spawn)))


if __name__ == "__main__":
    main()

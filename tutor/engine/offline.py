"""Refuses jobs the network: importing this, as one of an engine's preloads, is all it takes.

For the check of a course, which must run without one. A job sees what it would see on a machine that is offline, and a line
on its stderr says what it asked for. Connections on this machine itself go on. What compiled code opens by itself is not seen.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

SAYS = "tutor: no network here; asked for "
"""Begins the line on stderr; the rest of it is the address."""
ASKING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
SENDING = ("socket.connect", "socket.sendto", "socket.sendmsg")
HERE = ("", "localhost", "localhost.localdomain", "::", "::1", "0.0.0.0", socket.gethostname())


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: Python calls it before it acts."""
    if event in ASKING:
        host = arguments[0]
    elif event in SENDING:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else None  # a path of a local socket, or nothing
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
    if not isinstance(name, str) or name in HERE or name.startswith("127."):
        return
    os.write(2, f"\n{SAYS}{name}\n".encode("utf-8", "replace"))
    raise OSError(101, f"Network is unreachable: {name}")


sys.addaudithook(_refuse)

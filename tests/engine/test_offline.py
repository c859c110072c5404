"""The preload that refuses jobs the network: in a process of its own, since it cannot be taken back."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import socket, tutor.engine.offline
with socket.socket() as server:
    server.bind(("127.0.0.1", 0)); server.listen()
    socket.create_connection(server.getsockname()).close()
    socket.create_connection(("localhost", server.getsockname()[1])).close()
a, b = socket.socketpair(); a.sendall(b"x"); print(b.recv(1))
def tried(action):
    try: action()
    except OSError as error: print(type(error).__name__, error.errno)
    else: print("went through")
tried(lambda: socket.create_connection(("203.0.113.1", 80), timeout=5))
tried(lambda: socket.getaddrinfo("example.org", 80))
tried(lambda: socket.gethostbyname("example.org"))
tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.2", 9)))
import urllib.request
tried(lambda: urllib.request.urlopen("http://example.org", timeout=5))
"""


def test_only_this_machine_is_reached_and_each_refusal_is_told() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", CODE], capture_output=True, text=True, timeout=60)
    assert done.stdout.split("\n")[:5] == ["b'x'", *["OSError 101"] * 4], done.stderr
    assert done.stdout.split("\n")[5].startswith("URLError")
    told = [line for line in done.stderr.split("\n") if line.startswith("tutor: no network here; asked for ")]
    assert [line.split()[-1] for line in told] == [
        "203.0.113.1",
        "example.org",
        "example.org",
        "203.0.113.2",
        "example.org",
    ]

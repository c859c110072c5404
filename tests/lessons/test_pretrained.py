"""lessons/pretrained.py: a download is there whole, or not at all."""

from __future__ import annotations

import functools
import hashlib
import socket
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.error import URLError

import pytest

from tutor.course.catalog import built_in
from tutor.engine.run import Run

CONTENT = bytes(range(256)) * 10_000


class Site(BaseHTTPRequestHandler):
    """Serves CONTENT: whole at /whole.bin, cut short at /short.bin, nothing elsewhere."""

    def do_GET(self) -> None:
        if self.path not in ("/whole.bin", "/short.bin"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT if self.path == "/whole.bin" else CONTENT[:-1000])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def pretrained(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(built_in()))
    monkeypatch.delitem(sys.modules, "pretrained", raising=False)
    import pretrained

    return pretrained


@pytest.fixture
def run() -> Run:
    return Run(1, "cpu", lambda *messages: None)


def test_what_arrives_whole_is_kept(site: str, pretrained: ModuleType, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.bin"
    pretrained.fetch(run, f"{site}/whole.bin", path, sha256=hashlib.sha256(CONTENT).hexdigest()[:8])
    assert path.read_bytes() == CONTENT
    progress = run.progress()
    assert progress is not None and progress.done == progress.total == 3 and progress.unit == "MB"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "sha256", "sentence"),
    [
        ("short.bin", "", "broke off after 2,559,000 of 2,560,000 bytes"),
        ("whole.bin", "00000000", "its checksum differs"),
        ("missing.bin", "", "file.bin could not be downloaded: Not Found"),
    ],
)
def test_anything_else_leaves_nothing(
    site: str, pretrained: ModuleType, run: Run, tmp_path: Path, name: str, sha256: str, sentence: str
) -> None:
    with pytest.raises(pretrained.Unavailable, match=sentence):
        pretrained.fetch(run, f"{site}/{name}", tmp_path / "file.bin", sha256=sha256)
    assert list(tmp_path.iterdir()) == []


def test_without_internet_the_site_is_named(
    pretrained: ModuleType, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_found(*_: Any, **__: Any) -> None:
        raise URLError(socket.gaierror(-2, "Name or service not known"))

    monkeypatch.setattr(pretrained, "urlopen", not_found)
    with pytest.raises(
        pretrained.Unavailable, match=r"nowhere\.invalid cannot be found; is there an internet connection\?"
    ):
        pretrained.fetch(run, "http://nowhere.invalid/file.bin", tmp_path / "file.bin")


def test_a_folder_that_cannot_be_written_is_said(site: str, pretrained: ModuleType, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(pretrained.Unavailable, match="could not be downloaded"):
        pretrained.fetch(run, f"{site}/whole.bin", tmp_path / "file" / "file.bin")


def spoil(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:50])


@pytest.mark.parametrize("damage", [None, spoil])
def test_an_archive_becomes_a_folder_or_nothing(
    pretrained: ModuleType, tmp_path: Path, damage: Callable[[Path], None] | None
) -> None:
    folder, archive = tmp_path / "photos", tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("photos/train/ants/1.jpg", b"1")
    if damage is None:
        pretrained.unpack(archive, folder)
        assert (folder / "train" / "ants" / "1.jpg").read_bytes() == b"1"
        assert list(tmp_path.iterdir()) == [folder]
    else:
        damage(archive)
        with pytest.raises(pretrained.Unavailable, match="could not be unpacked"):
            pretrained.unpack(archive, folder)
        assert list(tmp_path.iterdir()) == []

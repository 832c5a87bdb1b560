"""A file that is far too large is refused in words by the real server, and never lies on the disk."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from waitress.server import create_server

from app.files.taking import LARGEST_UPLOAD
from app.front_door import too_large
from tests import builders

MB = 1024 * 1024


@pytest.fixture
def served(app: Flask, noon: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[int]:
    """The application behind the door that run.py opens, its disk watched."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    builders.a_clinic()
    server = create_server(app, host="127.0.0.1", port=0, threads=1, max_request_body_size=LARGEST_UPLOAD + MB)
    too_large.say_it_in_words(server)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()


@pytest.mark.parametrize("size", [12 * MB, 50 * MB])
def test_what_is_too_large_is_answered_with_a_page(served: int, size: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served, timeout=30)
    line.putrequest("POST", "/sign-in")
    line.putheader("Content-Length", str(size))
    line.putheader("Content-Type", "multipart/form-data; boundary=x")
    line.endheaders()
    for _n in range(size // MB):
        line.send(b"x" * MB)
    answer = line.getresponse()
    assert (answer.status, "too large" in answer.read().decode()) == (413, True)
    line.close()


def test_the_line_can_be_used_again_afterwards(served: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served, timeout=30)
    line.request("POST", "/sign-in", body=b"x" * (13 * MB))
    assert line.getresponse().read()
    line.request("GET", "/sign-in")
    assert line.getresponse().status in {200, 303}
    line.close()

"""A mail server with a script, and a transport that talks to it; and how often the database was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.messages.transports import Timeouts, Transport, transport_from_url
from models.base import db
from tests.certificates import a_certificate
from tests.mail_server import MailServer, Script
from tests.messages.letters import PATIENT

GoingThrough = Callable[..., tuple[MailServer, Any]]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def going_through(tmp_path: Path) -> Iterator[GoingThrough]:
    """Start a server with a script and a transport that talks to it."""
    opened: list[tuple[MailServer, Transport]] = []

    def start(script: Script | None = None, *, timeouts: Timeouts = PATIENT, **server_options: Any) -> tuple[MailServer, Transport]:
        server = MailServer(tmp_path, script, **server_options).__enter__()
        transport = transport_from_url(server.url, tmp_path, timeouts)
        opened.append((server, transport))
        return server, transport

    yield start
    for server, transport in opened:
        transport.close()
        server.__exit__(None, None, None)


@pytest.fixture
def count_queries(app: Flask) -> CountQueries:
    """`with count_queries() as asked:` … every statement sent to the database meanwhile."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    return a_certificate(tmp_path_factory.mktemp("tls"))

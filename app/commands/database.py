"""The database brought to the newest migration, with its guards up."""

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from models.base import db
from models.guards import put_guards_up

MIGRATIONS = ROOT / "migrations"


def make_current() -> None:
    """Migrations, and the guards that migrations may drop."""
    if not is_current():
        from flask_migrate import upgrade  # noqa: PLC0415  # with Alembic a tenth of all that a start imports; most starts need none

        know_migrations(current_app)
        upgrade()
    with db.engine.begin() as connection:
        put_guards_up(connection)


def know_migrations(app: Flask) -> None:
    """Where the migrations are, for `flask db` and whatever else calls them."""
    from flask_migrate import Migrate  # noqa: PLC0415  # as above

    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)


def newest() -> str:
    """The number of the last migration, by which its file is called."""
    return max(file.stem for file in MIGRATIONS.glob("versions/[0-9]*.py")).partition("_")[0]


def is_current() -> bool:
    """The database stands at the newest migration."""
    try:
        with db.engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [newest()]
    except SQLAlchemyError:
        return False

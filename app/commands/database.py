"""The database brought to the newest migration, with its guards up."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from models.base import db
from models.guards import put_guards_up


def make_current() -> None:
    """Migrations, and the guards that migrations may drop."""
    if not is_current():
        upgrade(directory=str(ROOT / "migrations"))
    with db.engine.begin() as connection:
        put_guards_up(connection)


def is_current() -> bool:
    """The database stands at the newest migration."""
    heads = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    try:
        with db.engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == list(heads)
    except SQLAlchemyError:
        return False

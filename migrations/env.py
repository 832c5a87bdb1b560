"""Alembic's entry: the same revisions run on SQLite (batch mode) and PostgreSQL, inside the caller's application."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import inspect

from models.base import UtcDateTime, db
from models.changes import MIGRATES
from models.guards import put_guards_up, take_down


def in_words(kind: str, thing: object, _context: object) -> str | bool:
    """Revisions name SQLAlchemy's own types only: they must still run when ours have moved."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def run_migrations() -> None:
    with db.engine.connect().execution_options(**{MIGRATES: True}) as connection:
        settings = {**current_app.extensions["migrate"].configure_args, "render_item": in_words}
        context.configure(connection=connection, target_metadata=db.metadata, **settings)
        take_down(connection)
        connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        # Batch mode copies tables and silently drops their triggers, so the guards are put up again after every migration.
        if inspect(connection).has_table("claim"):
            put_guards_up(connection)
            connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a live database only.")
run_migrations()

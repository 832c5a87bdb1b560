"""`flask --app run demo --again`: the demo clinic made anew."""

from __future__ import annotations

import click
from flask import current_app
from sqlalchemy import inspect, text

from app import demo, logs
from app.commands.database import make_current
from app.commands.prepare import make_demo
from app.protocols import actions as protocols
from config import Config
from models import clock
from models.base import db, transaction
from models.clinic import Clinic


@click.command("demo")
@click.option("--again", is_flag=True, help="Throw the demo database away first. A real clinic's database is never touched.")
def demo_command(again: bool) -> None:
    """Make the demo clinic in an empty database."""
    settings: Config = current_app.extensions["seans"]
    settings.instance.mkdir(parents=True, exist_ok=True)
    if settings.mail_url or settings.production:
        raise click.ClickException("A demo clinic is made only where no mail can leave: without MAIL_URL, outside production.")
    if inspect(db.engine).has_table("clinic") and (clinic := db.session.get(Clinic, 1)) is not None:
        if not (again and clinic.demo):
            raise click.ClickException("There is a clinic in this database already." + (" Add --again." if clinic.demo else ""))
        _empty()
    demo.sign_ins_file(settings).unlink(missing_ok=True)
    with logs.quiet():
        make_current()
        with transaction():
            protocols.load_shipped(clock.now())
        make_demo(settings)


def _empty() -> None:
    """Every table gone; the migrations make them anew."""
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF")) if connection.dialect.name == "sqlite" else None
        db.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))

"""Everything a start needs: folders, a current database with its guards, the shipped library, a demo if asked for."""

from __future__ import annotations

import click
from flask import Flask, current_app
from sqlalchemy import inspect, select

from app import demo, logs
from app.commands.database import make_current
from app.protocols import actions as protocols
from app.staff import first_run
from config import Config
from models import clock
from models.base import db, transaction
from models.clinic import Clinic
from models.staff import StaffMember


def prepare(app: Flask) -> None:
    """Make the database current and say where to go. May be called at every start."""
    settings: Config = app.extensions["seans"]
    settings.instance.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        fresh = not inspect(db.engine).has_table("clinic")
        with logs.quiet():
            make_current()
            with transaction():
                protocols.load_shipped(clock.now())
            if fresh and settings.demo:
                make_demo(settings)
        greet(settings)
        db.session.remove()


def make_demo(settings: Config) -> None:
    """Fill the empty database with the demo clinic and say who can sign in."""
    click.echo("Making the demo clinic: a month of its life. This takes some seconds …")
    for line in demo.make(clock.now(), settings):
        click.echo(line)


def greet(settings: Config) -> None:
    """Say where to go next."""
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    clinic = db.session.get(Clinic, 1)
    if db.session.scalar(select(StaffMember.id).limit(1)) is None:
        click.echo(f"Seans is ready. Create the first account: {address}/start?code={first_run.start_code(settings)}")
    else:
        click.echo(f"Seans is ready: {address}")
    if clinic and clinic.demo:
        click.echo(f"This is the demo clinic: everyone in it is made up. Sign-ins: {demo.sign_ins_file(settings)}")
        if not demo.sign_ins_file(settings).exists():
            click.echo("It was interrupted while it was made. `make demo` makes it anew.")
    if current_app.extensions["transport"].keeps_mail_here:
        click.echo(f"Mails do not leave this machine; they are written to {settings.mail_folder}")

"""`flask --app run password-link EMAIL`: the way back in for whoever no manager can help, such as the only manager."""

from __future__ import annotations

import click
from flask import current_app

from app.staff import links, signing_in
from config import Config
from models import clock
from models.base import transaction


@click.command("password-link")
@click.argument("email")
def password_link_command(email: str) -> None:
    """Make a one-time link to choose a password; wrong tries are forgiven. EMAIL: the account's address."""
    settings: Config = current_app.extensions["seans"]
    with transaction():
        staff = signing_in.by_email(email)
        if staff is None or not staff.active:
            raise click.ClickException("No open account has this address.")
        handle = links.make(staff, clock.now())
    click.echo(f"Works once, for {links.VALID.total_seconds() / 3600:.0f} hours:")
    click.echo(f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/set-password/{handle}")

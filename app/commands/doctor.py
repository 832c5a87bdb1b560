"""`flask --app run doctor`: what keeps patients from getting mail and links from opening, in words."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.commands.doctor_checks import Finding, everything
from config import Config
from models import clock


@click.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Look at everything that patients depend on and say what is wrong. Exit status 1 when something is."""
    settings: Config = current_app.extensions["seans"]
    wrong = 0
    for finding in everything(settings, clock.now()):
        click.echo(_line(finding))
        wrong += not finding.fine
    click.echo("All is well." if not wrong else f"{wrong} {'thing needs' if wrong == 1 else 'things need'} you.")
    if wrong:
        raise click.exceptions.Exit(1)


def _line(finding: Finding) -> str:
    mark = "✓" if finding.fine else "✗"
    return f"{mark} {finding.words}" + (f"\n    → {finding.cure}" if finding.cure else "")

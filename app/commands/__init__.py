"""What can be done from the command line: `flask --app run …`."""

from __future__ import annotations

from flask import Flask

from app.commands.demo import demo_command
from app.commands.doctor import doctor_command
from app.commands.forecast import forecast_command
from app.commands.importing import import_group
from app.commands.password_link import password_link_command
from app.commands.replan import replan_command
from app.commands.states import states_command


def register_commands(app: Flask) -> None:
    """Hang every command on the application."""
    app.cli.add_command(demo_command)
    app.cli.add_command(doctor_command)
    app.cli.add_command(forecast_command)
    app.cli.add_command(import_group)
    app.cli.add_command(password_link_command)
    app.cli.add_command(replan_command)
    app.cli.add_command(states_command)

"""What keeps a start or a command from its work, in words for whoever looks after the machine: never a stack trace."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config import Config

Trouble = (OSError, SQLAlchemyError)


def in_words(fault: BaseException, settings: Config) -> str:
    """What happened and what to do. Passwords never stand in it."""
    if isinstance(fault, OSError):
        return _of_the_machine(fault, settings)
    return " ".join(of_the_database(fault, settings))


def of_the_database(fault: BaseException, settings: Config) -> tuple[str, str]:
    """What the database said, and what to do."""
    said = str(fault.orig if isinstance(fault, DBAPIError) else fault).strip().partition("\n")[0]
    return f"The database cannot be used: {said.rstrip('.')}.", _cure(said.lower(), settings)


def speak_plainly(command: click.Command, settings: Config) -> None:
    """Let a command, and all those under it, end in words where the machine or the database fails it."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            speak_plainly(one, settings)
    elif command.callback is not None:
        command.callback = _plain(command.callback, settings)


def _plain(call: Callable[..., Any], settings: Config) -> Callable[..., Any]:
    @wraps(call)
    def plainly(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except BrokenPipeError:  # whoever read us has seen enough; click knows how to leave quietly
            raise
        except Trouble as fault:
            raise click.ClickException(in_words(fault, settings)) from None

    return plainly


def _of_the_machine(fault: OSError, settings: Config) -> str:
    where = f"port {settings.port} on {settings.host}"
    if fault.errno == errno.EADDRINUSE:
        return f"Another program, perhaps Seans itself, uses {where}. Stop it, or take another: PORT={settings.port % 65535 + 1} make run."
    if fault.errno == errno.ENOSPC:
        return f"The disk is full: make room where {settings.instance} lies."
    if fault.filename is None:
        return f"Seans cannot use {where}: {fault.strerror or fault}."
    return f"{fault.filename}: {fault.strerror}. The folder {settings.instance} must belong to whoever starts Seans."


def _cure(said: str, settings: Config) -> str:
    if not settings.database_url.startswith("sqlite"):
        return "Check DATABASE_URL, and that its server runs and lets us in."
    if "full" in said:
        return f"The disk is full: make room where {settings.instance} lies."
    if "locked" in said:
        return "Another program holds it: end that, or wait until it is done, and try again."
    if "no such table" in said:
        return "It was never set up: start Seans once with `make run`, or run `flask --app run db upgrade`."
    return f"The folder {settings.instance} and all that is in it must belong to whoever starts Seans."

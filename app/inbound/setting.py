"""The mailbox of this installation."""

from __future__ import annotations

from flask import Flask, current_app

from app.inbound.mailboxes import Mailbox, MailboxConfigError, mailbox_from_url
from config import Config, ConfigError


def put_mailbox(app: Flask) -> None:
    """Give the application the mailbox that BOUNCE_URL names. Raises ConfigError in words."""
    settings: Config = app.extensions["seans"]
    try:
        app.extensions["mailbox"] = mailbox_from_url(settings.bounce_url)
    except MailboxConfigError as wrong:
        raise ConfigError(str(wrong)) from wrong


def mailbox() -> Mailbox | None:
    """Where mail comes in; None without BOUNCE_URL."""
    box: Mailbox | None = current_app.extensions["mailbox"]
    return box

"""How mail leaves this installation, under which address, and whether it may."""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import urlsplit

from flask import Flask, current_app

from app.messages import return_path
from app.messages.transports import MemoryTransport, Signer, Transport, TransportConfigError, transport_from_url
from config import Config, ConfigError
from models.clinic import Clinic
from models.message import Message

NOWHERE = "seans.invalid"
"""The domain of an installation that has neither an address nor a name of its own (RFC 6761)."""


def put_transport(app: Flask) -> None:
    """Give the application its way out of the house, and the one that rehearsals use. Raises ConfigError in words."""
    settings: Config = app.extensions["seans"]
    try:
        real = transport_from_url(settings.mail_url, settings.mail_folder, signer=signer_of(settings))
    except TransportConfigError as wrong:
        raise ConfigError(str(wrong)) from wrong
    app.extensions["transport"] = real
    app.extensions["rehearsal_transport"] = lambda: MemoryTransport(keeps_mail_here=real.keeps_mail_here)


def signer_of(settings: Config) -> Signer | None:
    """Who signs what leaves this machine; None: nobody."""
    dkim = settings.dkim
    return Signer(dkim.domain, dkim.selector, dkim.key_file) if dkim else None


def transport() -> Transport:
    """The way out of the house that is in use now."""
    way: Transport = current_app.extensions["transport"]
    return way


def refuses(clinic: Clinic, way: Transport) -> bool:
    """A demo clinic is fictional: it never mails anybody for real."""
    return clinic.demo and not way.keeps_mail_here


def sender_address(clinic: Clinic | None) -> str:
    """The bare address that mails come from: MAIL_FROM, else where answers go."""
    settings: Config = current_app.extensions["seans"]
    address = parseaddr(settings.mail_from)[1] or (clinic.reply_address if clinic else "")
    return address or f"clinic@{NOWHERE}"


def sender_name(clinic: Clinic) -> str:
    """The name before the address: the one MAIL_FROM gives, else the clinic's."""
    settings: Config = current_app.extensions["seans"]
    return parseaddr(settings.mail_from)[0] or clinic.name


def return_address(message: Message, sender: str) -> str:
    """Where bounces of this message go: an address of its own where RETURN_PATH gives each mail one, else to the sender."""
    settings: Config = current_app.extensions["seans"]
    return return_path.of(message, settings.return_path) if settings.return_path else sender


def reads_answers() -> bool:
    """A mailbox is set from which answers are read (BOUNCE_URL): calendar programs may be asked to answer."""
    settings: Config = current_app.extensions["seans"]
    return bool(settings.bounce_url)


def mail_domain(clinic: Clinic | None) -> str:
    """The domain of Message-IDs: the sender's, else that of the clinic's pages."""
    settings: Config = current_app.extensions["seans"]
    domain = sender_address(clinic).rpartition("@")[2]
    host = urlsplit(settings.public_url).hostname if settings.public_url else None
    return host if domain == NOWHERE and host else domain

"""BOUNCE_URL in words a person can act on: where mail comes in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from app.inbound.mailboxes.base import Mailbox, MailboxConfigError
from app.inbound.mailboxes.imap import USUAL_PORT, Account, ImapMailbox
from app.inbound.mailboxes.maildir import MaildirMailbox
from app.inbound.reading.mime import MOST_BYTES

SHAPE = "imaps://user:password@mail.example.org/INBOX or maildir:/folder"


def mailbox_from_url(url: str) -> Mailbox | None:
    """The mailbox that BOUNCE_URL names; None without one. Raises MailboxConfigError in words, never with the password in them."""
    url = url.strip()
    if not url:
        return None
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise MailboxConfigError("BOUNCE_URL has a space or line break in it: write a space as %20.")
    if url.startswith("maildir:"):
        return _maildir(unquote(url.removeprefix("maildir:")))
    if url.startswith("imaps://"):
        return ImapMailbox(_account(url), MOST_BYTES)
    raise MailboxConfigError(f"BOUNCE_URL must begin with imaps:// or maildir:. Expected: {SHAPE}")


def _maildir(path: str) -> Mailbox:
    folder = Path(path.removeprefix("//") if path.startswith("///") else path)
    if not folder.is_absolute():
        raise MailboxConfigError(f"BOUNCE_URL must name the whole path of the Maildir. Expected: {SHAPE}")
    return MaildirMailbox(folder, MOST_BYTES)


def _account(url: str) -> Account:
    try:
        parts = urlsplit(url)
        host, port, folder = parts.hostname or "", parts.port, unquote(parts.path.strip("/"), errors="strict")
        user, password = _credentials(parts)
    except ValueError as wrong:
        raise MailboxConfigError(_hint("it cannot be read")) from wrong
    if not host or not user or not password or port == 0 or parts.query or parts.fragment:
        raise MailboxConfigError(_hint("it needs a user, a password and a host"))
    if not folder.isascii() or not (folder + user + password).isprintable():
        raise MailboxConfigError("BOUNCE_URL: write the folder's name as the server has it, in plain letters.")
    return Account(host, port or USUAL_PORT, user, password, folder or "INBOX")


def _credentials(parts: SplitResult) -> tuple[str, str]:
    return unquote(parts.username or "", errors="strict"), unquote(parts.password or "", errors="strict")


def _hint(what: str) -> str:
    return f"BOUNCE_URL: {what}. Expected: {SHAPE}. In user and password write : / ? # @ and % as %3A %2F %3F %23 %40 and %25."

"""Where mail comes in: an IMAP folder or a Maildir. Nothing here knows the database or a patient."""

from app.inbound.mailboxes.base import Letter, Mailbox, MailboxConfigError, MailboxError, OnlyLookedAt, Place
from app.inbound.mailboxes.imap import ImapMailbox
from app.inbound.mailboxes.maildir import MaildirMailbox
from app.inbound.mailboxes.setting import mailbox_from_url

__all__ = [
    "ImapMailbox",
    "Letter",
    "Mailbox",
    "MailboxConfigError",
    "MailboxError",
    "MaildirMailbox",
    "OnlyLookedAt",
    "Place",
    "mailbox_from_url",
]

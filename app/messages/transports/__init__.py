"""How one message leaves: over SMTP, into a folder, or (in tests) into a list.

Plain values in and out; nothing here knows the database or a patient.
"""

from app.messages.transports.base import (
    Envelope,
    EnvelopeError,
    Fence,
    MailEnvelope,
    Outcome,
    OutcomeKind,
    Phase,
    Transport,
    TransportConfigError,
    Trouble,
)
from app.messages.transports.folder import FolderTransport
from app.messages.transports.memory import MemoryTransport
from app.messages.transports.setting import transport_from_url
from app.messages.transports.signing import CannotSign, Signer
from app.messages.transports.smtp import SmtpTransport
from app.messages.transports.smtp_line import Timeouts

__all__ = [
    "CannotSign",
    "Envelope",
    "EnvelopeError",
    "Fence",
    "FolderTransport",
    "MailEnvelope",
    "MemoryTransport",
    "Outcome",
    "OutcomeKind",
    "Phase",
    "Signer",
    "SmtpTransport",
    "Timeouts",
    "Transport",
    "TransportConfigError",
    "Trouble",
    "transport_from_url",
]

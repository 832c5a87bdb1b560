"""The words every way out of the house shares: what leaves, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from app.letters import one_line

TEXT_LIMIT = 500
"""Characters of a server's reply that are worth keeping beside the message."""

Fence = Callable[[], bool]
"""Asked once, right before a message can be accepted: is it still ours to send?"""


class EnvelopeError(ValueError):
    """The envelope cannot be written on a mail command; sending it again cannot help."""


class TransportConfigError(ValueError):
    """The setting that says how mail leaves makes no sense; the text says what to change."""


@dataclass(frozen=True)
class Envelope:
    """One message for one recipient, ready to leave.

    `data` is the complete message in the form its transport takes. Raises `EnvelopeError`
    when an address could smuggle a second command into the conversation.
    """

    sender: str
    recipient: str
    message_id: str
    data: bytes

    def __post_init__(self) -> None:
        self._look_at("sender", self.sender)
        self._look_at("recipient", self.recipient)

    def _look_at(self, which: str, address: str) -> None:
        # The address itself is a person's: the error names the field, never the value.
        if not address or any(not letter.isprintable() or letter in " <>" for letter in address):
            raise EnvelopeError(f"The {which} address is empty, or has a space, line break or bracket in it.")


class MailEnvelope(Envelope):
    """A mail, between two mail addresses. Raises `EnvelopeError` also for one without a domain."""

    def _look_at(self, which: str, address: str) -> None:
        super()._look_at(which, address)
        local, _, domain = address.rpartition("@")
        if not local or not domain:
            raise EnvelopeError(f"The {which} address needs a name and a domain around an @.")


class OutcomeKind(StrEnum):
    """What the caller has to do next; the table stands in the messages chapter of the docs."""

    ACCEPTED = "accepted"
    """Someone else has the message now and said so."""
    FILED = "filed"
    """Written to a folder of this machine: nobody was mailed."""
    RETRY = "retry"
    """Certainly not taken, for a passing reason: safe to send again."""
    AMBIGUOUS = "ambiguous"
    """The final dot left and no clear answer came: taken or not, nobody can know."""
    REFUSED_ADDRESS = "refused_address"
    """The mailbox does not exist: stop writing to this address."""
    REFUSED_MESSAGE = "refused_message"
    """Refused for another reason than the address."""
    MISCONFIGURED = "misconfigured"
    """The server will not work for us at all: stop the channel, blame no address."""
    FENCED_OFF = "fenced_off"
    """Not sent, because it was no longer ours to send."""


class Trouble(StrEnum):
    """What we saw ourselves where no server said anything. The pages turn these into words (see app/messages/words.py)."""

    SILENCE = "silence"
    HUNG_UP = "hung_up"
    LINE_BROKE = "line_broke"
    OUT_OF_TURN = "out_of_turn"
    UNTRUSTED = "untrusted"
    NO_ENCRYPTION = "no_encryption"
    ENCRYPTION_BROKE = "encryption_broke"
    CLEAR_AFTER_STARTTLS = "clear_after_starttls"
    NO_SIGN_IN = "no_sign_in"
    NOT_ASCII = "not_ascii"
    TOO_LARGE = "too_large"
    FOLDER = "folder"
    UNSIGNED = "unsigned"
    KEPT = "kept"
    NOT_OURS = "not_ours"

    def with_detail(self, detail: object) -> str:
        """The trouble, and what the machine said about it."""
        return worth_keeping(f"{self.value}: {detail}")


class Phase(StrEnum):
    """How far the conversation had come when the outcome was decided."""

    SIGNING = "signing"
    CONNECT = "connect"
    TLS = "tls"
    BANNER = "banner"
    HELLO = "hello"
    STARTTLS = "starttls"
    AUTH = "auth"
    RESET = "reset"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    FOLDER = "folder"


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery, in the words of the server where it said any.

    `code` and `enhanced` (RFC 3463) are the server's; without a `code` the `text` is
    a `Trouble`, behind a colon with what the machine said. `retry_after` is the least wait the server's answer calls for.
    """

    kind: OutcomeKind
    phase: Phase
    text: str
    code: int | None = None
    enhanced: str | None = None
    retry_after: timedelta | None = None


class Transport(Protocol):
    """A way out of the house."""

    @property
    def name(self) -> str:
        """For people and logs; holds no secret."""
        ...

    @property
    def keeps_mail_here(self) -> bool:
        """True when mail stays on this machine: such a message is filed, never sent."""
        ...

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        """Hand over one message; `fence` is asked right before it can be accepted.

        Trouble with the server or the disk is an outcome, not an exception. What `fence`
        raises comes through, and then the message was not sent.
        """
        ...

    def check(self) -> Outcome | None:
        """Go as far as possible without a message: None when ready, else what is wrong."""
        ...

    def close(self) -> None:
        """Say goodbye to what is still open. The transport can be used again."""
        ...


def worth_keeping(text: str) -> str:
    """What a server said, on one line and cut."""
    return one_line(text)[:TEXT_LIMIT]

"""What a mail that came in says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """What kind of mail came in."""

    BOUNCE = "bounce"
    """A mail server reports about a mail of ours."""
    CALENDAR = "calendar"
    """A calendar program answers an invitation (RFC 5546 METHOD:REPLY)."""
    AUTOMATIC = "automatic"
    """An out-of-office note or another mail that no person wrote (RFC 3834)."""
    PERSON = "person"
    """Somebody wrote."""
    UNREADABLE = "unreadable"
    """Not a mail, or so broken that nothing can be made of it."""


class Fate(StrEnum):
    """What a server reports of one mail."""

    NO_SUCH_ADDRESS = "no_such_address"
    """The mailbox does not exist: 5.1.x, 5.2.1, or a plain 550, 551, 553."""
    REFUSED = "refused"
    """Not taken for a reason that is not the address: a rule, a filter, our own sender address (5.7.x)."""
    NOT_DELIVERED = "not_delivered"
    """Given up: mailbox full, server not reached in days, mail too large."""
    DELAYED = "delayed"
    """Not yet delivered; the server still tries."""
    DELIVERED = "delivered"
    """Arrived, or handed on."""
    UNCLEAR = "unclear"
    """It came back, and the report does not say why."""


class Answer(StrEnum):
    """What a calendar program says for its owner."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    OTHER = "other"
    """Tentative, delegated, or nothing that can be acted on."""


@dataclass(frozen=True)
class Report:
    """What a server says about one recipient. `said` is its own words, one line; `status` an enhanced code (RFC 3463) or empty.

    `recipients`: every address it names as the one that was not reached: the one written to, and where mail to it was sent on.
    """

    fate: Fate
    recipients: tuple[str, ...] = ()
    status: str = ""
    said: str = ""

    def is_about(self, address: str) -> bool:
        """It names this address, or none at all. What names others only is about where somebody sends mail on to."""
        return not self.recipients or address.lower() in self.recipients


@dataclass(frozen=True)
class CalendarAnswer:
    """One answer to one event. `sequence`: which version of the event was answered; `words`: what its owner wrote in it."""

    uid: str
    sequence: int
    answer: Answer
    words: str = ""


@dataclass(frozen=True)
class Post:
    """A mail that came in. `about`: Message-IDs it names, with brackets, the likeliest first; `to`: every address it came to.

    `report` stands with bounces, `calendar` with calendar answers, `text` with what people wrote, also beside an answer.
    """

    what: What
    sender: str = ""
    subject: str = ""
    about: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    text: str = ""
    report: Report | None = None
    calendar: CalendarAnswer | None = None

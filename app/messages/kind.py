"""What a kind of message is, and what is wanted of it: plain values, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models.message import Message, MessageClass, Urgency

if TYPE_CHECKING:
    from app.messages.patient_facts import PatientFacts

Key = tuple[str, str, int, str]
"""Kind, subject type, subject id, cycle: what makes a message the same message."""


class Why(StrEnum):
    """Why a message ended without being sent, or waits. The pages turn these into words."""

    DECEASED = "deceased"
    MERGED = "merged"
    ERASED = "erased"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    ON_HOLD = "on_hold"
    PLAN_CLOSED = "plan_closed"
    VISIT_OFF = "visit_off"
    VISIT_MOVED = "visit_moved"
    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    FOLLOWED = "followed"
    BOOKED = "booked"
    REPLACED = "replaced"
    UNDONE = "undone"
    NOTHING_TO_TELL = "nothing_to_tell"
    BOOKED_LATE = "booked_late"
    RECORDED_LATE = "recorded_late"
    JOINED = "joined"
    NOT_NEEDED = "not_needed"
    BEFORE_MAILING = "before_mailing"
    BY_PHONE = "by_phone"
    BY_STAFF = "by_staff"
    TOO_LATE = "too_late"
    CALLED_INSTEAD = "called_instead"
    ADDRESS_REFUSED = "address_refused"
    ADDRESS_UNUSABLE = "address_unusable"
    REFUSED = "refused"
    NOT_WRITTEN = "not_written"
    NO_CLEAR_ANSWER = "no_clear_answer"
    FILED_HERE = "filed_here"
    QUIET_HOURS = "quiet_hours"
    ENOUGH_FOR_TODAY = "enough_for_today"
    TRY_AGAIN = "try_again"
    SEND_AGAIN = "send_again"
    CHANNEL_STOPPED = "channel_stopped"


@dataclass(frozen=True)
class Wanted:
    """One message that the facts call for.

    `due_at` None: as soon as it is planned. `late_ok`: planned even when its moment is past. `ended`: not sent, for this
    reason, but written down so that everybody can see why. `facts`: what the text needs beside the subject (see `kinds`).
    """

    kind: str
    subject_type: str
    subject_id: int
    cycle: str = ""
    due_at: datetime | None = None
    useful_until: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    late_ok: bool = False
    ended: Why | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.subject_type, self.subject_id, self.cycle


def key_of(message: Message) -> Key:
    """What makes this message the same as another."""
    return message.kind, message.subject_type, message.subject_id, message.cycle


def not_needed(_message: Message, _facts: PatientFacts) -> Why:
    """The plain answer of a kind that has nothing better to say about why it is no longer wanted."""
    return Why.NOT_NEEDED


@dataclass(frozen=True)
class Kind:
    """One kind of message: to whom, how urgent, and which ones the facts of a patient call for.

    `needs_open_plan`: invitations and visit preparation stop in a hold. `needs_coming_visit`: about a visit that must still
    stand as the row names it. `stop_group`: what a patient can stop by itself. `mail_within`: later than this after its due
    moment a person calls instead. `triggered`: planned when somebody asks for it, never derived.
    """

    name: str
    subject_type: str
    urgency: Urgency
    message_class: MessageClass
    wanted: Callable[[PatientFacts], Iterable[Wanted]]
    why_gone: Callable[[Message, PatientFacts], Why] = not_needed
    needs_open_plan: bool = False
    needs_coming_visit: bool = False
    stop_group: str | None = None
    mail_within: timedelta | None = None
    triggered: bool = False

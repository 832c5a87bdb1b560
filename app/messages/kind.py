"""What a kind of message is, and what is wanted of it: plain values, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.messages.ends import Key, Why
from models.message import Message, MessageClass, Urgency

if TYPE_CHECKING:
    from app.messages.patient_facts import PatientFacts


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


def not_needed(_message: Message, _facts: PatientFacts) -> Why:
    """The plain answer of a kind that has nothing better to say about why it is no longer wanted."""
    return Why.NOT_NEEDED


@dataclass(frozen=True)
class Kind:
    """One kind of message: to whom, how urgent, and which ones the facts of a patient call for.

    `needs_open_plan`: invitations and visit preparation stop in a hold. `needs_coming_visit`: about a visit that must still
    stand as the row names it. `rests`: a question or invitation that waits while a complication is open.
    `stop_group`: what a patient can stop by itself. `mail_within`: later than this after its due
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
    rests: bool = False
    stop_group: str | None = None
    mail_within: timedelta | None = None
    triggered: bool = False

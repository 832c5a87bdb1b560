"""The outbox: what is due to whom, how far it has got, what the mail server said."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.patient import Patient
from models.states import Moves, Stateful, checked, state_column


class MessageState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FILED = "filed"
    BOUNCED = "bounced"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Urgency(StrEnum):
    """What may delay a mail (docs/rules.md): at_once nothing; change quiet hours; routine also caps; invitation yields to all."""

    AT_ONCE = "at_once"
    CHANGE = "change"
    ROUTINE = "routine"
    INVITATION = "invitation"


class MessageClass(StrEnum):
    SERVICE = "service"
    RECALL = "recall"
    INTERNAL = "internal"


class ChangeSet(Base):
    """Changes of one patient's visits made together: they become one mail, after the grace.

    `batch`: of several patients' changes made in one act, so that they are taken back together. `asked_by` and `asked_how`:
    who asked for a move (patient, guardian, helper, clinic) and by which way (phone, desk, message); empty where nobody was asked.
    """

    __tablename__ = "change_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    by_patient: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    mail_after: Mapped[datetime]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_plan.id"))
    because_of_hold: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[str | None] = mapped_column(String(64), index=True)
    asked_by: Mapped[str] = mapped_column(String(20), default="", server_default="")
    asked_how: Mapped[str] = mapped_column(String(20), default="", server_default="")
    taken_into_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
    undone_at: Mapped[datetime | None]
    changes: Mapped[list[VisitChange]] = relationship(back_populates="change_set", order_by="VisitChange.id")


class VisitChange(Base):
    """One visit booked, moved or cancelled: its start before and after (None: there was or is none).

    `old_place`: its kind, people, room and claims before, so that it can be put back just there.
    """

    __tablename__ = "visit_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id"), index=True)
    change_set: Mapped[ChangeSet] = relationship(back_populates="changes")
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    old_start: Mapped[datetime | None]
    new_start: Mapped[datetime | None]
    by_clinic: Mapped[bool] = mapped_column(default=False)
    old_place: Mapped[dict[str, Any] | None]


class Message(Base, Stateful):
    """One thing to say to one person. `kind`, subject and cycle together are unique: it is planned once.

    `due_at` is when it should go, `try_at` when it is tried next, `useful_until` when it helps no more (None: always).
    Every end that is not `sent` has a `reason`. `fenced_at`: the final dot may have left from then on.
    """

    __tablename__ = "message"
    MOVES: ClassVar[Moves] = {
        MessageState.WAITING: frozenset({MessageState.CLAIMED, MessageState.WITHDRAWN, MessageState.MISSED}),
        MessageState.CLAIMED: frozenset(
            {
                MessageState.SENT,
                MessageState.FILED,
                MessageState.WAITING,
                MessageState.FAILED,
                MessageState.WITHDRAWN,
                MessageState.MISSED,
                MessageState.UNKNOWN,
            }
        ),
        MessageState.SENT: frozenset({MessageState.BOUNCED}),
        MessageState.UNKNOWN: frozenset({MessageState.WAITING, MessageState.SENT, MessageState.BOUNCED}),
        MessageState.FAILED: frozenset({MessageState.WAITING}),
        MessageState.BOUNCED: frozenset({MessageState.WAITING}),
        MessageState.WITHDRAWN: frozenset({MessageState.WAITING}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    cycle: Mapped[str] = mapped_column(String(60), default="")
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient | None] = relationship()
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    urgency: Mapped[Urgency] = mapped_column(checked(Urgency))
    message_class: Mapped[MessageClass] = mapped_column(checked(MessageClass))
    due_at: Mapped[datetime]
    try_at: Mapped[datetime]
    useful_until: Mapped[datetime | None]
    state: Mapped[MessageState] = state_column(MessageState, MessageState.WAITING)
    reason: Mapped[str] = mapped_column(String(60), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    owner: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None]
    fenced_at: Mapped[datetime | None]
    ambiguous_count: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    planned_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[list[Attempt]] = relationship(back_populates="message", order_by="Attempt.id")
    body: Mapped[MessageBody | None] = relationship(back_populates="message")

    __table_args__ = (
        UniqueConstraint("kind", "subject_type", "subject_id", "cycle"),
        Index("ix_message_waiting", "state", "try_at", "id", **only("state = 'waiting'")),
        Index("ix_message_state_due_at", "state", "due_at"),
        Index("ix_message_state_settled_at", "state", "settled_at"),
        Index("ix_message_subject", "subject_type", "subject_id"),
    )


IS_WAITING = Message.state == literal_column("'waiting'")
"""As the index of what waits says it: only so do both engines use it. It begins with the state, so that SQLite takes it first."""


class MessageBody(Base):
    """The exact words as sent."""

    __tablename__ = "message_body"

    message_pk: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    message: Mapped[Message] = relationship(back_populates="body")
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)


class Attempt(Base):
    """One try to send: how far it got and what the server said. Append-only."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_pk: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    message: Mapped[Message] = relationship(back_populates="attempts")
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(24))
    phase: Mapped[str] = mapped_column(String(24), default="")
    code: Mapped[int | None]
    text: Mapped[str] = mapped_column(String(500), default="")


class Suppression(Base):
    """An address that must not be written to until staff act. Only its hash is kept."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    why: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]


class MailLink(Base):
    """A link in a mail: a random handle of which only the hash is kept, bound to a purpose and what it is about.

    `address`: where it went, mail in lower case or a number; `revision`: of the visit as the mail told it; `beside`: the other visits
    that the mail told of, each with its revision; `wrong_answers`: wrong years of birth, where it asks for one.
    """

    __tablename__ = "mail_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(24))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship()
    message_pk: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    revision: Mapped[int | None]
    beside: Mapped[list[Any]] = mapped_column(default=list)
    address: Mapped[str] = mapped_column(String(254), default="")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    argument: Mapped[str] = mapped_column(String(40), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    wrong_answers: Mapped[int] = mapped_column(default=0, server_default="0")


class ChannelState(Base):
    """Whether a channel may be used. A configuration error stops it; rows keep waiting. `opened_at`: a person let it go on."""

    __tablename__ = "channel_state"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    stopped_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(500), default="")
    refused_in_a_row: Mapped[list[str]] = mapped_column(default=list)
    try_again_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]

"""The people who work here: what they may do, when they work, how they sign in."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Role(StrEnum):
    PHYSICIAN = "physician"
    PRACTITIONER = "practitioner"
    RECEPTION = "reception"
    MANAGER = "manager"
    AUDITOR = "auditor"


TREATING = frozenset({Role.PHYSICIAN, Role.PRACTITIONER})
"""Who may treat patients."""


class StaffMember(Base):
    """A person with an account. `skills` are keys of the library's skills: nobody without one is ever offered.

    `digest`: wants the numbers of the day by mail in the morning. `dense`: lists close together. `shortcuts`: single keys work;
    `own_keys`: letters typed in place of the usual ones.
    """

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    roles: Mapped[list[str]] = mapped_column(default=list)
    skills: Mapped[list[str]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(String(5), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    digest: Mapped[bool] = mapped_column(default=True, server_default=true())
    dense: Mapped[bool] = mapped_column(default=False, server_default=false())
    shortcuts: Mapped[bool] = mapped_column(default=True, server_default=true())
    own_keys: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    hours: Mapped[list[WorkingHours]] = relationship(back_populates="staff", cascade="all, delete-orphan")
    absences: Mapped[list[Absence]] = relationship(back_populates="staff", cascade="all, delete-orphan", order_by="Absence.first_day")

    def has_role(self, *roles: Role) -> bool:
        return any(role.value in self.roles for role in roles)


class WorkingHours(Base):
    """Works from–to on a weekday (Monday 0), valid from a day to a day (both included). Without a location: at any of them."""

    __tablename__ = "working_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    staff: Mapped[StaffMember] = relationship(back_populates="hours")
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"), CheckConstraint("starts < ends", name="order"))


class Absence(Base):
    """Away from a day to a day (both included); on a single day optionally only from–to."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    staff: Mapped[StaffMember] = relationship(back_populates="absences")
    first_day: Mapped[date]
    last_day: Mapped[date]
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    why: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (CheckConstraint("first_day <= last_day", name="order"), Index("ix_absence_staff_id_last_day", "staff_id", "last_day"))


class OnCall(Base):
    """Who answers outside opening hours: a person for a date, from 08:00 until 08:00 of the next day.

    `phone`: where that person is reached then; empty: the clinic's own number out of hours.
    """

    __tablename__ = "on_call"

    day: Mapped[date] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    staff: Mapped[StaffMember] = relationship()
    phone: Mapped[str] = mapped_column(String(32), default="")


class SignIn(Base):
    """A server-side session: the cookie carries a random id, this row its hash. Ended rows open nothing."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    staff: Mapped[StaffMember] = relationship()
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StaffLink(Base):
    """A one-time link for a first password or a new one; only its hash is kept."""

    __tablename__ = "staff_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    staff: Mapped[StaffMember] = relationship()
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something was tried within a window, shared by all processes."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)


class FormToken(Base):
    """A form that creates something works once: the second press finds the first one's result."""

    __tablename__ = "form_token"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    used_at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_form_token_used_at", "used_at"),)


class KeptText(Base):
    """What staff typed and must not stand in a URL (a search, an interrupted form), under a short random key."""

    __tablename__ = "kept_text"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    purpose: Mapped[str] = mapped_column(String(24))
    content: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]

    __table_args__ = (Index("ix_kept_text_kept_at", "kept_at"),)


class CalendarFeed(Base):
    """A link by which a calendar program reads the visits of one person or one room. Only the hash of its secret is kept.

    `names`: it was made to show names of patients, and does while the clinic lets it.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), unique=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    names: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("(staff_id IS NULL) <> (room_id IS NULL)", name="of_one_thing"),)

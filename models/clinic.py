"""The clinic, its places, and when they are open."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Clinic(Base):
    """The one row that says who we are and how we write to people. `left_for_later`: first steps that nobody wants to see now."""

    __tablename__ = "clinic"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(5), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="Europe/Istanbul")
    country: Mapped[str] = mapped_column(String(2), default="TR")
    phone: Mapped[str] = mapped_column(String(32), default="")
    phone_out_of_hours: Mapped[str] = mapped_column(String(32), default="")
    emergency_number: Mapped[str] = mapped_column(String(16), default="112")
    reply_address: Mapped[str] = mapped_column(String(254), default="")
    sending_from: Mapped[time] = mapped_column(default=time(9))
    sending_until: Mapped[time] = mapped_column(default=time(20))
    reminder_days: Mapped[list[Any]] = mapped_column(default=lambda: [3, 1])
    recall_max: Mapped[int] = mapped_column(default=2)
    grace_minutes: Mapped[int] = mapped_column(default=3)
    evaluation_valid_days: Mapped[int] = mapped_column(default=180)
    reception_records_done: Mapped[bool] = mapped_column(default=False)
    mailing_started: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    names_in_calendars: Mapped[bool] = mapped_column(default=False, server_default=false())
    left_for_later: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("id = 1", name="one_row"), CheckConstraint("sending_from < sending_until", name="sending_hours"))


class Location(Base):
    """A place of the clinic. Rooms, chairs, devices, hours and closures belong to one.

    `phone`, `reply_address`, `sender_name`: its own in mails about visits there; where they are empty, the clinic's.
    """

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(32), default="", server_default="")
    reply_address: Mapped[str] = mapped_column(String(254), default="", server_default="")
    sender_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True)
    rooms: Mapped[list[Room]] = relationship(back_populates="location", order_by="Room.name")
    chairs: Mapped[list[Chair]] = relationship(back_populates="location", order_by="Chair.name")
    devices: Mapped[list[Device]] = relationship(back_populates="location", order_by="Device.name")


class OpeningHours(Base):
    """Open from–to on a weekday (Monday 0), in the clinic's wall time, valid from a day to a day (both included)."""

    __tablename__ = "opening_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"), CheckConstraint("opens < closes", name="order"))


class Closure(Base):
    """Closed on a day, or from a time of that day on (half days before a feast)."""

    __tablename__ = "closure"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    day: Mapped[date]
    from_time: Mapped[time | None]
    why: Mapped[str] = mapped_column(String(120), default="")
    holiday: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_closure_day", "day"),)


class Room(Base):
    """A room and what can be done in it (keys of the library's rooms)."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    location: Mapped[Location] = relationship(back_populates="rooms")
    name: Mapped[str] = mapped_column(String(60))
    kinds: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)


class Chair(Base):
    """A chair where patients are prepared and wait. A clinic that lists none has enough of them."""

    __tablename__ = "chair"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    location: Mapped[Location] = relationship(back_populates="chairs")
    name: Mapped[str] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)


class Device(Base):
    """A device and its kind (a key of the library's devices)."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    location: Mapped[Location] = relationship(back_populates="devices")
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)

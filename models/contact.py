"""The people around a patient: who speaks for them, who helps, whom to call."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.patient import Channel, Patient
from models.states import checked


class ContactRole(StrEnum):
    GUARDIAN = "guardian"
    HELPER = "helper"
    EMERGENCY = "emergency"


class Contact(Base):
    """Somebody beside a patient, with an own way to be reached and what they may do.

    `gets_mails`: is written to in the patient's place where the patient is not; `asks_changes`: may move and cancel visits;
    `hears_clinical`: may be told what is treated.
    """

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship(back_populates="contacts")
    role: Mapped[ContactRole] = mapped_column(checked(ContactRole))
    name: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(20), default="")
    phone_typed: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    email_verified_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(5), default="tr")
    channel: Mapped[Channel] = mapped_column(checked(Channel), default=Channel.EMAIL)
    gets_mails: Mapped[bool] = mapped_column(default=False)
    asks_changes: Mapped[bool] = mapped_column(default=False)
    hears_clinical: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

"""The patient, what they agreed to, what was found, what they told us, what the physician concluded."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.states import checked

if TYPE_CHECKING:
    from models.contact import Contact


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    """How messages reach a patient. Phone and paper are channels, not errors: their messages become call-list lines."""

    EMAIL = "email"
    PHONE = "phone"
    PAPER = "paper"


class Detail(StrEnum):
    """How much a mail may say. Discreet is the default; full is the patient's own choice."""

    DISCREET = "discreet"
    FULL = "full"


class ConsentKind(StrEnum):
    RECALL = "recall"
    PHOTOS_RECORD = "photos_record"
    PHOTOS_PUBLICATION = "photos_publication"
    MAIL_DETAILS = "mail_details"
    PROCEDURE = "procedure"


class SignedOn(StrEnum):
    """How a consent to a procedure was signed."""

    PAPER = "paper"
    SCREEN = "screen"


class Patient(Base):
    """One person. `sort_key` orders by the 29 Turkish letters; search goes over PatientTerm."""

    __tablename__ = "patient"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    sort_key: Mapped[str] = mapped_column(String(240), index=True)
    birth_date: Mapped[date | None] = mapped_column(index=True)
    sex: Mapped[Sex] = mapped_column(checked(Sex), default=Sex.UNKNOWN)
    phone: Mapped[str] = mapped_column(String(20), default="", index=True)
    phone_typed: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    email_verified_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(5), default="tr")
    zone: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[Channel] = mapped_column(checked(Channel), default=Channel.EMAIL)
    detail: Mapped[Detail] = mapped_column(checked(Detail), default=Detail.DISCREET)
    fewer_mails: Mapped[bool] = mapped_column(default=False)
    stopped_classes: Mapped[list[str]] = mapped_column(default=list)
    never_ask_pregnancy: Mapped[bool] = mapped_column(default=False)
    asks_for_earlier: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    deceased_on: Mapped[date | None]
    deceased_marked_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    erased_at: Mapped[datetime | None]
    imported_as: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    terms: Mapped[list[PatientTerm]] = relationship(cascade="all, delete-orphan")
    consents: Mapped[list[Consent]] = relationship(back_populates="patient", order_by="Consent.id")
    findings: Mapped[list[Finding]] = relationship(back_populates="patient", order_by="Finding.id")
    reports: Mapped[list[PatientReport]] = relationship(back_populates="patient", order_by="PatientReport.id")
    contacts: Mapped[list[Contact]] = relationship(back_populates="patient", order_by="Contact.id")
    evaluations: Mapped[list[Evaluation]] = relationship(back_populates="patient", order_by="Evaluation.day, Evaluation.id")

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def alive_here(self) -> bool:
        """Still somebody who can be booked and written to: not deceased, merged away or erased."""
        return self.deceased_on is None and self.merged_into_id is None and self.erased_at is None


class PatientTerm(Base):
    """Every folded suffix (two letters or more) of every word of the name and of the phone's digits, asked by prefix."""

    __tablename__ = "patient_term"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id", ondelete="CASCADE"), primary_key=True)
    term: Mapped[str] = mapped_column(String(80), primary_key=True)

    __table_args__ = (Index("ix_patient_term_term", "term", "patient_id", postgresql_ops={"term": "text_pattern_ops"}),)


class Consent(Base):
    """A consent and its end. One row a giving; withdrawing is as easy as giving.

    From `course_id` on only for consent to a procedure: `text_version` is the protocol's ("v3"), `signer` who signed and as whom,
    `file_id` the scanned form, or what was drawn on the screen.
    """

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship(back_populates="consents")
    kind: Mapped[ConsentKind] = mapped_column(checked(ConsentKind))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    text_version: Mapped[str] = mapped_column(String(40), default="1")
    language: Mapped[str] = mapped_column(String(5), default="tr")
    informed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    given_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    withdrawn_at: Mapped[datetime | None]
    area: Mapped[str] = mapped_column(String(40), default="")
    way: Mapped[SignedOn | None] = mapped_column(checked(SignedOn))
    signer: Mapped[str] = mapped_column(String(160), default="")
    as_guardian: Mapped[bool] = mapped_column(default=False)
    interpreter: Mapped[str] = mapped_column(String(160), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))


TAKEN_BACK = "taken back"
"""Why a finding counts no more that was entered by mistake; everything else is what a physician wrote."""


class Finding(Base):
    """A rule of the library that holds for this patient: since when, until when, who cleared it."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship(back_populates="findings")
    rule: Mapped[str] = mapped_column(String(40))
    area: Mapped[str | None] = mapped_column(String(40))
    product: Mapped[str | None] = mapped_column(String(60))
    since: Mapped[date]
    event_ended_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    added_at: Mapped[datetime]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("patient_report.id"))
    cleared_at: Mapped[datetime | None]
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    cleared_why: Mapped[str] = mapped_column(String(300), default="")

    @property
    def by_mistake(self) -> bool:
        """It was taken back right after it was entered."""
        return self.cleared_why == TAKEN_BACK


class Decision(StrEnum):
    NOT_CONFIRMED = "not_confirmed"
    HOLD = "hold"
    TREAT = "treat"


class PatientReport(Base):
    """Something the patient said that may matter. It pauses until the physician decides; it is not yet a finding."""

    __tablename__ = "patient_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship(back_populates="reports")
    words: Mapped[str] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(String(40))
    told_by: Mapped[str] = mapped_column(String(80), default="")
    channel: Mapped[str] = mapped_column(String(20), default="phone")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime]
    decision: Mapped[Decision | None] = mapped_column(checked(Decision))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    decided_why: Mapped[str] = mapped_column(String(300), default="")


class Suitability(StrEnum):
    SUITABLE = "suitable"
    WITH_CONDITIONS = "with_conditions"
    NOT_NOW = "not_now"


class Evaluation(Base):
    """The physician's evaluation. It counts once signed, until `valid_until` (both days included)."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship(back_populates="evaluations")
    physician_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    day: Mapped[date]
    valid_until: Mapped[date]
    suitability: Mapped[Suitability] = mapped_column(checked(Suitability))
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expectations: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("day <= valid_until", name="order"),)

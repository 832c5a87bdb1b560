"""Private files: photos and scanned forms. The bytes lie in a folder beside the database, never where a browser can ask for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.patient import Consent, Patient
from models.states import checked


class FileKind(StrEnum):
    PICTURE = "picture"
    SCAN = "scan"


class StoredFile(Base):
    """One file under a random name, and the print of its content. A removed one keeps its row: that it was here, who took it away, why."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[FileKind] = mapped_column(checked(FileKind))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    removed_why: Mapped[str] = mapped_column(String(300), default="")


class Photo(Base):
    """A photo of the treated area, to be compared with others of the same view. It rests on a consent."""

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship()
    session_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_session.id"), index=True)
    area: Mapped[str] = mapped_column(String(40))
    view: Mapped[str] = mapped_column(String(20))
    taken_on: Mapped[date]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
    consent: Mapped[Consent] = relationship()
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    file: Mapped[StoredFile] = relationship()

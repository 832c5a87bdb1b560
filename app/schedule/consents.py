"""The patient's consent to a procedure: who informed, who signed and how, for which version and area; and its end (docs/rules.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import history
from app.errors import Refused
from app.files import store
from app.files.store import Ready
from app.i18n import _
from app.patients.reach import is_minor
from app.today import today_of
from models.base import db
from models.patient import Consent, ConsentKind, SignedOn
from models.staff import Role, StaffMember
from models.treatment import Course


@dataclass(frozen=True)
class Signed:
    """How the form was signed: `file` is its scan, or what was drawn on the screen."""

    way: SignedOn
    signer: str
    as_guardian: bool = False
    interpreter: str = ""
    file: Ready | None = None


def sign(course: Course, informed_by_id: int, now: datetime, *, language: str = "", signed: Signed | None = None) -> Consent:
    """The patient, or a guardian, has signed after a physician informed; it holds for the course.

    Raises Refused where nobody was the physician, or somebody under 18 would sign alone. `signed` None: told, not shown.
    """
    physician = db.session.get(StaffMember, informed_by_id)
    if physician is None or not physician.has_role(Role.PHYSICIAN):
        raise Refused(_("A physician informs the patient. Choose who it was."))
    patient = course.plan.patient
    if signed and not signed.as_guardian and is_minor(patient, today_of(now)):
        raise Refused(_("Under 18: a guardian signs."))
    made = Consent(
        patient=patient, kind=ConsentKind.PROCEDURE, course_id=course.id, text_version=version_of(course), area=course.area,
        language=language or patient.language, informed_by_id=informed_by_id, given_at=now, recorded_by_id=history.who(),
    )  # fmt: skip
    if signed:
        made.way, made.signer, made.as_guardian, made.interpreter = signed.way, signed.signer, signed.as_guardian, signed.interpreter
        made.file_id = store.keep(signed.file, now).id if signed.file else None
    db.session.add(made)
    history.record("consent given", made, now, fields=["consents"])
    return made


def attach(consent: Consent, scan: Ready, now: datetime) -> None:
    """The scan of a form that was signed before. Raises Refused where there is one already."""
    if consent.file_id is not None:
        raise Refused(_("The signed form is here already."))
    consent.file_id = store.keep(scan, now).id
    history.record("signed form added", consent, now)


def withdraw(consent: Consent, now: datetime) -> None:
    """The patient no longer agrees: nothing of this course starts any more. Doing it twice changes nothing."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at = now
        history.record("consent withdrawn", consent, now, fields=["consents"])


def version_of(course: Course) -> str:
    """What a consent to the protocol as this course follows it is marked with."""
    return f"v{course.protocol_version.n}"


def fits(course: Course, text_version: str, area: str) -> bool:
    """Whether a consent of this version and area still speaks of what is done. One from before Seans says neither and fits."""
    return text_version in (version_of(course), "1") and area in (course.area, "")

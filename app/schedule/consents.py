"""The patient's consent to a procedure, written down at the desk: who informed, when, in which language (docs/rules.md)."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _
from models.base import db
from models.patient import Consent, ConsentKind
from models.staff import Role, StaffMember
from models.treatment import Course


def sign(course: Course, informed_by_id: int, now: datetime, *, language: str = "") -> Consent:
    """The patient has signed after a physician informed; it holds for the course. Raises Refused where nobody was the physician."""
    physician = db.session.get(StaffMember, informed_by_id)
    if physician is None or not physician.has_role(Role.PHYSICIAN):
        raise Refused(_("A physician informs the patient. Choose who it was."))
    patient = course.plan.patient
    made = Consent(
        patient=patient, kind=ConsentKind.PROCEDURE, course_id=course.id, text_version=f"v{course.protocol_version.n}",
        language=language or patient.language, informed_by_id=informed_by_id, given_at=now, recorded_by_id=history.who(),
    )  # fmt: skip
    db.session.add(made)
    history.record("consent given", made, now, fields=["consents"])
    return made

"""What may have happened since we last spoke: the short questions before a visit, in its mails and on their page."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.messages.letter import care, visits
from models.appointment import Appointment
from models.patient import Patient


class Topic(StrEnum):
    """What is asked. Pregnancy only where it can apply to the patient."""

    PREGNANCY = "pregnancy"
    INFECTION = "infection"
    NEWS = "news"


def asked_before(rows: Sequence[Appointment], patient: Patient) -> list[Topic]:
    """The questions before these visits of one day; none before one without a treatment."""
    contents = visits.contents_of_courses([course for row in rows for course in visits.courses_of(row)])
    if not contents:
        return []
    may_apply = care.asked_of(contents, patient, rows[0].local_day) & care.PREGNANCY
    return [topic for topic in Topic if topic is not Topic.PREGNANCY or may_apply]

"""What there is to send: news of visits, which may go twice with one Message-ID, and invitations, which may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, time, timedelta

from app.messages import planner
from app.series import rows
from app.series.facts import maintenance_of
from models.base import db, transaction
from models.clinic import Clinic
from models.patient import Consent, ConsentKind, Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course
from tests import builders as a
from tests.messages.stories import book, ist

BEGUN = ist(12, 1, 9, 50).astimezone(UTC)
"""Ten minutes before the hour at which invitations go."""
INVITED_FOR = date(2026, 12, 15)


def furnish(visits: int, invitations: int) -> None:
    """An empty database becomes a clinic in which so many mails of either sort are wanted soon."""
    a.a_clinic(sending_from=time(0), sending_until=time(23, 59))  # a slow machine must not carry the story into the night
    physician, version = a.a_physician(), a.a_protocol("prp_scalp")
    with transaction():
        planner.start_mailing(db.session.get_one(Clinic, 1), a.EARLY)
    for n in range(visits):
        patient = _patient(n)
        at = ist(12, 14 + n // 60, 9 + n % 9, n % 60)
        book(a.a_visit(patient, at.astimezone(UTC), kind="review", minutes=15), BEGUN)
    for n in range(visits, visits + invitations):
        _invited(_patient(n), physician, version)


def _patient(n: int) -> Patient:
    return a.a_patient(f"Ad{n}", phone=f"+90532{n:07d}", email=f"p{n}@post.example", email_verified_at=a.EARLY)


def _invited(patient: Patient, physician: StaffMember, version: ProtocolVersion) -> None:
    """A series that is over, whose first maintenance session is due two weeks from now."""
    a.an_evaluation(patient, physician)
    course = a.a_course(a.a_plan(patient, physician), version, date(2026, 1, 5))
    for session, day in zip(reversed(course.sessions), _days_before(_last_day(course)), strict=False):
        a.done(session, day)
    with transaction():
        db.session.add(Consent(patient_id=patient.id, kind=ConsentKind.RECALL, given_at=a.EARLY))
        rows.align_patient(patient.id, a.TODAY)
        planner.plan_for(patient.id, BEGUN)


def _last_day(course: Course) -> date:
    """From which the first maintenance session is recommended for just that day."""
    rule = maintenance_of(course)
    assert rule is not None
    days = (INVITED_FOR - timedelta(days=n) for n in range(400))
    return next(day for day in days if rule.first.ideal.after(day) == INVITED_FOR)


def _days_before(last: date) -> Iterator[date]:
    while True:
        yield last
        last -= timedelta(days=30)

"""Everything about one patient on one page; each part only for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, not_, select
from sqlalchemy.orm import joinedload

from app.i18n import _, named
from app.library.loader import shipped
from app.names import staff_names
from app.patients import consents, queries, reach, same, timeline
from app.patients.consents import ConsentLine
from app.patients.reach import Reach
from app.patients.rows import CourseLine, Row, course_lines
from app.permissions import Permission
from app.planning.health_questions import age_on
from app.series.drawing import Picture
from app.sessions import Person
from app.today import today_of
from app.tokens import hashed
from models.appointment import OPEN, Appointment
from models.base import db
from models.complication import Complication, ComplicationState
from models.merge import PatientMerge
from models.message import Message, Suppression
from models.patient import Consent, Finding, Patient, PatientReport
from models.protocol import Protocol, ProtocolVersion
from models.treatment import Course, TreatmentPlan

SHOWN = 10  # of what happened and of mails; the rest stands in its own room
OLDER = 40  # visits before those, folded; the others are asked for


@dataclass(frozen=True)
class PlanLines:
    """A plan and where its courses stand. `pictures`: each course on one line, by its id; none where nothing has a day."""

    plan: TreatmentPlan
    courses: list[CourseLine]
    pictures: Mapping[int, Picture]


@dataclass(frozen=True)
class Card:
    """What one person may see of one patient. What they may not see is empty here, not only hidden on the page."""

    patient: Patient
    today: date
    age: int | None
    minor: bool
    reach: Reach
    childhood_address: bool
    sharing: dict[str, int]
    refused: str | None
    consents: list[ConsentLine]
    procedure_consents: list[tuple[str, Consent]]
    alerts: list[str]
    findings: Sequence[Finding]
    reports: Sequence[PatientReport]
    complications: Sequence[Complication]
    plans: list[PlanLines]
    coming: Sequence[Appointment]
    past: Sequence[Appointment]
    older: Sequence[Appointment]
    past_more: bool
    messages: Sequence[Message]
    staff: dict[int, str]
    likely: list[Row]
    joined: Sequence[PatientMerge]


def card_of(patient: Patient, person: Person, now: datetime, *, every_visit: bool = False) -> Card:
    """The card of a patient for whoever opens it. A fixed number of queries. `every_visit`: none is left out, however many there were."""
    today, clinical = today_of(now), person.may(Permission.SEE_CLINICAL)
    sees_plans, sees_day = person.may(Permission.SEE_PLANS), person.may(Permission.SEE_DAY)
    age = age_on(patient.birth_date, today) if patient.birth_date else None
    past = past_visits(patient, now, most=None if every_visit else SHOWN + OLDER + 1) if sees_day else []
    shown = len(past) if every_visit else SHOWN
    return Card(
        patient=patient, today=today, age=age, minor=reach.is_minor(patient, today), reach=reach.reach_of(patient, today),
        childhood_address=bool(patient.email) and reach.address_is_of_childhood(patient, today), sharing=queries.sharing(patient),
        refused=refused(patient), consents=consents.lines(patient),
        procedure_consents=procedure_consents(patient) if sees_plans else [],
        alerts=alerts(patient) if sees_plans and not clinical else [],
        findings=list(reversed(patient.findings)) if clinical else [], reports=list(reversed(patient.reports)) if clinical else [],
        complications=complications(patient) if clinical else [],
        plans=plans(patient, today) if sees_plans else [], coming=coming_visits(patient, now) if sees_day else [], past=past[:shown],
        older=past[shown : shown + OLDER], past_more=len(past) > shown + OLDER,
        messages=messages(patient) if person.may(Permission.SEE_MESSAGES) else [],
        staff=staff_names(),
        likely=same.likely(patient, now) if patient.alive_here else [], joined=same.joined_with(patient),
    )  # fmt: skip


def alerts(patient: Patient) -> list[str]:
    """All that those without a view of the record see of findings and reports: that somebody must be asked, never what it is."""
    words = shipped()
    rules = [finding.rule for finding in patient.findings if finding.cleared_at is None]
    names = [words.reception_label(rule) for rule in rules]
    names += [words.defaults.reception_label for report in patient.reports if report.decision is None]
    open_ones = [_("Physician decides") for one in complications(patient) if one.state is ComplicationState.OPEN]
    return list(dict.fromkeys([*(named(one.to_data()) for one in names), *open_ones]))


def complications(patient: Patient) -> Sequence[Complication]:
    """What followed treatments, the latest first."""
    return db.session.scalars(select(Complication).where(Complication.patient_id == patient.id).order_by(Complication.id.desc())).all()


def plans(patient: Patient, today: date) -> list[PlanLines]:
    """Every plan with its courses, the newest first."""
    lines: dict[int, list[CourseLine]] = {}
    courses = [line for _patient_id, line in course_lines([patient.id])]
    for line in courses:
        lines.setdefault(line.plan_id, []).append(line)
    drawn = timeline.pictures(patient.id, courses, today) if courses else {}
    rows = db.session.scalars(select(TreatmentPlan).where(TreatmentPlan.patient_id == patient.id).order_by(TreatmentPlan.id.desc()))
    return [PlanLines(plan, lines.get(plan.id, []), drawn) for plan in rows]


def coming_visits(patient: Patient, now: datetime) -> Sequence[Appointment]:
    """Visits still to come and the one going on now, the next first; one of today whose patient is late is still to come."""
    return db.session.scalars(_visits(patient).where(_ahead(now)).order_by(Appointment.starts_at)).all()


def past_visits(patient: Patient, now: datetime, *, most: int | None = None) -> Sequence[Appointment]:
    """Visits that are over, off, or were never closed; the last first."""
    rows = _visits(patient).where(not_(_ahead(now)))
    return db.session.scalars(rows.order_by(Appointment.starts_at.desc()).limit(most)).all()


def _ahead(now: datetime) -> ColumnElement[bool]:
    return and_(Appointment.state.in_(OPEN), Appointment.local_day >= today_of(now))


def messages(patient: Patient) -> Sequence[Message]:
    """What goes and went to this patient, the latest first; states only, no text."""
    rows = select(Message).where(Message.patient_id == patient.id).order_by(Message.due_at.desc(), Message.id.desc())
    return db.session.scalars(rows.limit(SHOWN)).all()


def procedure_consents(patient: Patient) -> list[tuple[str, Consent]]:
    """Consents to procedures, each with its protocol's name."""
    given = [row for row in patient.consents if row.course_id is not None]
    if not given:
        return []
    protocols = (
        select(Course.id, Protocol.names)
        .join(ProtocolVersion, ProtocolVersion.id == Course.version_id)
        .join(Protocol, Protocol.id == ProtocolVersion.protocol_id)
        .where(Course.id.in_({row.course_id for row in given}))
    )
    names: dict[int, dict[str, Any]] = dict(db.session.execute(protocols).all())
    return [(named(names.get(row.course_id or 0, {})), row) for row in given]


def refused(patient: Patient) -> str | None:
    """Why the patient's address is not written to any more; None: it is."""
    if not patient.email:
        return None
    return db.session.scalar(select(Suppression.why).where(Suppression.address_hash == hashed(patient.email.strip().lower())))


def _visits(patient: Patient) -> Select[Appointment]:
    return select(Appointment).where(Appointment.patient_id == patient.id).options(joinedload(Appointment.performer))

"""What stands in the way of joining two records, and what whoever does it should know."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.formats import clock_time, long_day
from app.i18n import _, language, named
from app.merging.values import Pair
from models.appointment import Appointment, Claim
from models.base import db
from models.patient import Patient
from models.protocol import Protocol, ProtocolVersion
from models.treatment import Course, PlanState, TreatmentPlan


def blocks(pair: Pair) -> list[str]:
    """Why they cannot be joined as they are; each says what to do."""
    words = [
        _("On %(day)s both have a visit at the same time: %(one)s and %(other)s. Move or cancel one of them first.",
          day=long_day(one.local_day, language()), one=clock_time(one.local_time), other=clock_time(other.local_time))
        for one, other in clashing(pair)
    ]  # fmt: skip
    if (pair.kept.deceased_on is None) is not (pair.gone.deceased_on is None):
        words.append(_("Only one of them is recorded as deceased. Record it on both, or take it back, first."))
    return words


def clashing(pair: Pair) -> list[tuple[Appointment, Appointment]]:
    """Visits of the two that claim the patient at the same moment: the database would refuse them."""
    ours, theirs, one, other = aliased(Claim), aliased(Claim), aliased(Appointment), aliased(Appointment)
    query = (
        select(one, other).distinct().select_from(ours)
        .join(theirs, (theirs.starts_at < ours.ends_at) & (ours.starts_at < theirs.ends_at))
        .join(one, one.id == ours.appointment_id).join(other, other.id == theirs.appointment_id)
        .where(ours.patient_id == pair.kept.id, theirs.patient_id == pair.gone.id)
    )  # fmt: skip
    return [(first, second) for first, second in db.session.execute(query)]


def twice(pair: Pair) -> list[str]:
    """Treatments for which both have a running plan, in the page's language."""
    theirs = running(pair.gone)
    return [named(names) for key, names in running(pair.kept).items() if key in theirs]


def running(patient: Patient) -> dict[int, dict[str, str]]:
    """The protocols this patient is being treated by."""
    query = (
        select(Protocol.id, Protocol.names).join(ProtocolVersion, ProtocolVersion.protocol_id == Protocol.id)
        .join(Course, Course.version_id == ProtocolVersion.id).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
        .where(TreatmentPlan.patient_id == patient.id, Course.ended_on.is_(None))
        .where(TreatmentPlan.state.in_((PlanState.DRAFT, PlanState.ACTIVE, PlanState.ON_HOLD)))
    )  # fmt: skip
    found: dict[int, dict[str, str]] = dict(db.session.execute(query).all())
    return found

"""Whether a message may go: the general rules, asked when it is planned and once more right before it is sent (docs/rules.md)."""

from __future__ import annotations

from app.messages import call_lines
from app.messages.carriers import CARRIERS, Carrier
from app.messages.ends import Why, key_of
from app.messages.kind import Kind, Wanted
from app.messages.kinds import KINDS
from app.messages.patient_facts import PatientFacts, plans_of
from app.messages.suppressions import is_suppressed
from app.patients.reach import Reach
from models.appointment import COMING
from models.base import db
from models.message import Message, MessageClass
from models.patient import Patient
from models.treatment import Course, PlanState, TreatmentPlan, TreatmentSession

OPEN_PLAN = (PlanState.ACTIVE, PlanState.COMPLETED)


def all_wanted(facts: PatientFacts) -> dict[tuple[str, str, int, str], Wanted]:
    """Every message this patient's facts call for and nothing speaks against, by key."""
    wanted = (one for kind in KINDS.values() for one in kind.wanted(facts))
    return {one.key: one for one in wanted if objection(one, facts) is None}


def still_wanted(message: Message, facts: PatientFacts) -> Why | None:
    """None while the message is wanted, else why it is not any more."""
    kind = KINDS.get(message.kind)
    if kind is None:
        return Why.NOT_NEEDED
    asked = Wanted(message.kind, message.subject_type, message.subject_id, message.cycle)
    against = objection(asked, facts)
    if against is not None:
        return against
    wanted = next((one for one in kind.wanted(facts) if one.key == key_of(message)), None)
    return (wanted.ended if wanted.ended else None) if wanted else kind.why_gone(message, facts)


def objection(wanted: Wanted, facts: PatientFacts) -> Why | None:
    """What speaks against a message whatever its own reasons are; None: nothing."""
    kind = KINDS[wanted.kind]
    return (
        gone(facts.patient)
        or _consent(kind, facts)
        or (Why.PHYSICIAN_FIRST if kind.rests and facts.complication else None)
        or (_coming_visit(wanted, facts) if kind.needs_coming_visit else None)
        or (_open_plan(wanted, facts) if kind.needs_open_plan else None)
    )


def gone(patient: Patient) -> Why | None:
    """Nobody is written to who died, was merged into another record, or was erased."""
    if patient.deceased_on is not None:
        return Why.DECEASED
    if patient.merged_into_id is not None:
        return Why.MERGED
    return Why.ERASED if patient.erased_at is not None else None


def carrier_for(patient: Patient, reach: Reach, kind: Kind) -> Carrier | None:
    """What carries this to whoever reads for the patient: it has an address that may be written to, and this was not stopped. None: a
    person calls; a stopped service message is a change of channel, not silence (docs/rules.md)."""
    stops = () if kind.name in call_lines.MUST_BE_TOLD else patient.stopped_classes
    stopped = kind.message_class in stops or kind.stop_group in stops
    carrier = CARRIERS.get(reach.channel)
    address = carrier.address_of(patient, reach) if carrier else ""
    return carrier if address and not is_suppressed(address) and not stopped else None


def _consent(kind: Kind, facts: PatientFacts) -> Why | None:
    """Invitations need the patient's own consent, live now."""
    if kind.message_class is not MessageClass.RECALL:
        return None
    if kind.message_class in facts.patient.stopped_classes:
        return Why.OPTED_OUT
    return None if facts.recall_consent else Why.NO_CONSENT


def _coming_visit(wanted: Wanted, facts: PatientFacts) -> Why | None:
    """About a visit that is booked or confirmed, at the time the message names."""
    visit = facts.visit(wanted.subject_id)
    if visit is None or visit.row.state not in COMING:
        return Why.VISIT_OFF
    return None if visit.cycle == wanted.cycle.partition(":")[0] else Why.VISIT_MOVED


def _open_plan(wanted: Wanted, facts: PatientFacts) -> Why | None:
    """Invitations and preparation wait for nobody in a pause, and end with the plan."""
    plans, held = _plans(wanted, facts)
    if held or any(plan.state is PlanState.ON_HOLD for plan in plans):
        return Why.ON_HOLD
    return None if all(plan.state in OPEN_PLAN for plan in plans) else Why.PLAN_CLOSED


def _plans(wanted: Wanted, facts: PatientFacts) -> tuple[list[TreatmentPlan], bool]:
    """The plans a message is about, and whether a pause stands over it."""
    if wanted.subject_type == "appointment":
        visit = facts.visit(wanted.subject_id)
        return (plans_of(visit), facts.visit_held(visit)) if visit else ([], False)
    course = facts.course(wanted.subject_id) if wanted.subject_type == "course" else _course_of_session(wanted.subject_id)
    return ([course.plan], facts.course_held(course)) if course else ([], False)


def _course_of_session(session_id: int) -> Course | None:
    session = db.session.get(TreatmentSession, session_id)
    return session.course if session else None

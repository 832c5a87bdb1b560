"""Invitations: to the next maintenance session (only with the patient's consent), and to choose a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from app.library import care
from app.library.loader import shipped
from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts
from app.series.contents import content
from app.series.facts import maintenance_of
from models.base import db
from models.message import Message, MessageClass, MessageState, Urgency
from models.treatment import Course, SessionState, TreatmentSession

INVITED = {"recall_1": -14, "recall_2": 10, "recall_3": 40}
"""Days around the recommended day (the library's message kinds)."""
WITHOUT_REPEAT = timedelta(days=180)
CHOOSE_TIME = "choose_time"


@dataclass(frozen=True)
class Due:
    """The maintenance session a course waits for: "M1", its recommended day, and when the one after it would be due."""

    label: str
    day: date
    next_day: date


def maintenance_due(course: Course) -> Due | None:
    """What a course in maintenance waits for without a booking; None: nothing to invite to."""
    label, day = course.due_step or "", course.due_on
    if not label.startswith("M") or day is None or not course.live or not course.needs_booking or course.recall_ended_on is not None:
        return None
    rule = maintenance_of(course)
    ideal = rule.repeat.ideal if rule and rule.repeat else None
    return Due(label, day, ideal.after(day) if ideal else day + WITHOUT_REPEAT)


def invitations(facts: PatientFacts, name: str) -> Iterable[Wanted]:
    """At most as many as the clinic allows; each helps until the next one, the last until the next session is due."""
    allowed = list(INVITED)[: facts.clinic.recall_max]
    for course in facts.courses:
        due = maintenance_due(course)
        if due is None or name not in allowed or name not in care.recall_kinds(content(course), shipped()):
            continue
        later = allowed[allowed.index(name) + 1 :]
        until = _moment(due, later[0], facts) if later else facts.days.at(due.next_day)
        told = {"due_on": due.day.isoformat()}
        yield Wanted(name, "course", course.id, due.label, _moment(due, name, facts), until, told)


def _moment(due: Due, name: str, facts: PatientFacts) -> datetime:
    """An invitation asks for an answer: it goes on a day on which somebody is there to give it to."""
    return facts.days.at(facts.days.working_at_or_before(due.day + timedelta(days=INVITED[name])))


def _why_not_invited(message: Message, facts: PatientFacts) -> Why:
    course = facts.course(message.subject_id)
    if course is None or course.ended_on is not None:
        return Why.PLAN_CLOSED
    if course.recall_ended_on is not None:
        return Why.OPTED_OUT
    return Why.BOOKED if course.due_step == message.cycle and not course.needs_booking else Why.NOT_NEEDED


def _asked_to_choose(facts: PatientFacts) -> Iterable[Wanted]:
    """What somebody asked for stays wanted while its session has no visit."""
    for message in facts.messages:
        if message.kind == CHOOSE_TIME and message.state in (MessageState.WAITING, MessageState.CLAIMED):
            session = db.session.get(TreatmentSession, message.subject_id)
            if session is not None and session.state in (SessionState.PROPOSED, SessionState.MISSED):
                yield Wanted(CHOOSE_TIME, message.subject_type, message.subject_id, message.cycle, None, message.useful_until)


def _why_no_choice(_message: Message, _facts: PatientFacts) -> Why:
    return Why.BOOKED


def _invitation(name: str) -> Kind:
    return Kind(
        name, "course", Urgency.INVITATION, MessageClass.RECALL, partial(invitations, name=name), _why_not_invited,
        needs_open_plan=True, rests=True, stop_group="recall",
    )  # fmt: skip


KINDS: Sequence[Kind] = (
    *(_invitation(name) for name in INVITED),
    Kind(
        CHOOSE_TIME, "treatment_session", Urgency.ROUTINE, MessageClass.SERVICE, _asked_to_choose, _why_no_choice, needs_open_plan=True,
        rests=True, triggered=True,
    ),
)  # fmt: skip

"""Mails after a visit: care at home, the same evening, how are you, and a note to whom did not come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import partial

from app.library import care
from app.library.loader import shipped
from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts, Visit
from app.series.contents import content
from models.appointment import VisitKind, VisitState
from models.base import db
from models.message import Message, MessageClass, Urgency
from models.treatment import Course

SUBJECT = "appointment"
CARE_AFTER, CARE_UNTIL = timedelta(minutes=15), timedelta(hours=48)
CARE_BY_MAIL = timedelta(hours=24) - CARE_AFTER
EVENING_AFTER, EVENING_AT, EVENING_END = timedelta(hours=5), time(20, 30), time(23, 30)
LATE_IN_THE_DAY = time(20)
CHECK_AFTER = {"checkin_1": 1, "checkin_3": 3}
CHECK_USEFUL = timedelta(days=2)
NO_SHOW_AFTER, NO_SHOW_UNTIL = timedelta(hours=2), timedelta(days=2)
CARED_FOR = (VisitKind.PATCH_TEST, VisitKind.TOUCH_UP)
"""Visits without a session after which the protocol's care is told all the same (the library's visit kinds)."""
FINE = "fine"


def _aftercare(facts: PatientFacts) -> Iterable[Wanted]:
    for visit, end in _treated(facts):
        until = end + CARE_UNTIL
        told = {"evening": _with_the_aftercare(visit, end, facts)}
        late = Why.RECORDED_LATE if visit.marked_at and visit.marked_at >= until else None
        yield Wanted("aftercare", SUBJECT, visit.row.id, "", end + CARE_AFTER, until, told, late_ok=True, ended=late)


def _treated(facts: PatientFacts) -> Iterable[tuple[Visit, datetime]]:
    """Visits in which something was done that needs care at home, and when it was over."""
    for visit in facts.visits:
        end = visit.performed_end
        cared_for = visit.row.kind in CARED_FOR and visit.row.course_id is not None
        if end is not None and (visit.done_sessions or cared_for):
            yield visit, end


def _same_evening(facts: PatientFacts) -> Iterable[Wanted]:
    """On the clinic's clock: the patient has just been here."""
    for visit, end in _treated(facts):
        if not _asks_in_the_evening(visit):
            continue
        day = facts.days.day_of(end)
        due = min(end + EVENING_AFTER, facts.days.at_clinic(day, EVENING_AT))
        late = Why.JOINED if _with_the_aftercare(visit, end, facts) else None
        yield Wanted("same_evening", SUBJECT, visit.row.id, "", due, facts.days.at_clinic(day, EVENING_END), ended=late)


def _with_the_aftercare(visit: Visit, end: datetime, facts: PatientFacts) -> bool:
    return _asks_in_the_evening(visit) and end >= facts.days.at_clinic(facts.days.day_of(end), LATE_IN_THE_DAY)


def _asks_in_the_evening(visit: Visit) -> bool:
    return care.asks_in_the_evening((content(course) for course in _courses(visit)), shipped())


def _courses(visit: Visit) -> list[Course]:
    if visit.courses or visit.row.course_id is None:
        return list(visit.courses)
    return [db.session.get_one(Course, visit.row.course_id)]


def _checkins(facts: PatientFacts, name: str) -> Iterable[Wanted]:
    if facts.patient.fewer_mails:
        return
    for visit, end in _treated(facts):
        if visit.done_sessions and _asks(visit, name, facts):
            day = facts.days.day_of(end)
            asked = facts.days.answerable(day + timedelta(days=CHECK_AFTER[name]), after=day)
            due = facts.days.at(asked)
            yield Wanted(name, SUBJECT, visit.row.id, "", due, due + CHECK_USEFUL)


def _asks(visit: Visit, name: str, facts: PatientFacts) -> bool:
    """The first: after a first session, or a last answer that was not "fine". The second: if that stayed unanswered or not
    fine, or the protocol names it."""
    contents = visit.contents
    if not any(name in care.message_kinds(said, shipped()) for said in contents):
        return False
    if name == "checkin_3" and any(name in said.messages.add for said in contents):
        return True
    return _is_asked(visit, facts) and not (name == "checkin_3" and _answer_about(visit, facts) == FINE)


def _is_asked(visit: Visit, facts: PatientFacts) -> bool:
    before = [answer for answer in facts.answers if answer.used_at and answer.used_at < visit.row.starts_at]
    return visit.first_of_protocol or bool(before and before[-1].argument != FINE)


def _answer_about(visit: Visit, facts: PatientFacts) -> str | None:
    said = [answer for answer in facts.answers if answer.used_at and answer.used_at >= visit.row.ends_at]
    return said[0].argument if said else None


def _no_shows(facts: PatientFacts) -> Iterable[Wanted]:
    for visit in facts.visits:
        if visit.row.state is VisitState.NO_SHOW and visit.marked_at:
            due = visit.marked_at + NO_SHOW_AFTER
            yield Wanted("no_show", SUBJECT, visit.row.id, "", due, visit.marked_at + NO_SHOW_UNTIL)


def _why_gone(message: Message, facts: PatientFacts) -> Why:
    visit = facts.visit(message.subject_id)
    if visit is None or visit.row.state not in (VisitState.DONE, VisitState.NO_SHOW):
        return Why.UNDONE
    return Why.ANSWERED if message.kind == "checkin_3" and _answer_about(visit, facts) == FINE else Why.NOT_NEEDED


_about_a_visit = partial(Kind, subject_type=SUBJECT, message_class=MessageClass.SERVICE, why_gone=_why_gone)
KINDS: Sequence[Kind] = (
    _about_a_visit("aftercare", urgency=Urgency.AT_ONCE, wanted=_aftercare, mail_within=CARE_BY_MAIL),
    _about_a_visit("same_evening", urgency=Urgency.AT_ONCE, wanted=_same_evening),
    *(
        _about_a_visit(name, urgency=Urgency.ROUTINE, wanted=partial(_checkins, name=name), rests=True, stop_group="check_in")
        for name in CHECK_AFTER
    ),
    _about_a_visit("no_show", urgency=Urgency.ROUTINE, wanted=_no_shows),
)

"""Mails about what a treatment left behind: the late checks after a session, and the result of a series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from app.library import care
from app.library.loader import shipped
from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts
from app.series.contents import content
from app.series.facts import OPEN
from models.message import Message, MessageClass, Urgency
from models.treatment import Course, SessionKind, TreatmentSession

LATE_CHECKS = {"late_check_1": 21, "late_check_2": 90}
"""Days after a session that no other followed within them (the library's message kinds): late nodules come weeks later."""
LATE_CHECK_USEFUL = 14
RESULT_AFTER, RESULT_UNTIL = 14, 24
JOINS_WITHIN = 10
"""Days: a visit so near carries the question in its reminder (the library's mail rules)."""


def joined_late_check(facts: PatientFacts, visit_day: date, reminder_due: datetime) -> bool:
    """The first late check falls so shortly before the visit that its reminder asks."""
    days = [_check_day(session, "late_check_1") for session in _asked_about(facts, "late_check_1")]
    nearest = next((v.row.local_day for v in facts.coming if v.courses and not facts.visit_held(v)), None)
    due_on = facts.days.day_of(reminder_due)
    return visit_day == nearest and any(day <= visit_day <= day + timedelta(days=JOINS_WITHIN) and due_on < visit_day for day in days)


def _late_checks(facts: PatientFacts, name: str) -> Iterable[Wanted]:
    for session in _asked_about(facts, name):
        day, performed = _check_day(session, name), session.performed_on or facts.today
        due = facts.days.at(facts.days.answerable(day, performed))
        joins = name == "late_check_1" and facts.coming_within(day, JOINS_WITHIN)
        until = facts.days.at(day + timedelta(days=LATE_CHECK_USEFUL))
        told = {"course": session.course_id, "result": name == "late_check_1" and _ends_its_series(session, facts)}
        yield Wanted(name, "treatment_session", session.id, due_at=due, useful_until=until, facts=told, ended=Why.JOINED if joins else None)


def _asked_about(facts: PatientFacts, name: str) -> list[TreatmentSession]:
    """Sessions here whose protocol asks for this check, and that no other followed in time."""
    return [s for s in facts.performed if s.elsewhere is None and _wants(s.course, name) and not _followed(s, facts, LATE_CHECKS[name])]


def _check_day(session: TreatmentSession, name: str) -> date:
    return (session.performed_on or date.max) + timedelta(days=LATE_CHECKS[name])


def _followed(session: TreatmentSession, facts: PatientFacts, days: int) -> bool:
    since = session.performed_on or facts.today
    mine = [one.performed_on for one in facts.performed if one.course_id == session.course_id and one.performed_on]
    return any(since < day <= since + timedelta(days=days) for day in mine)


def _wants(course: Course, name: str) -> bool:
    return name in care.message_kinds(content(course), shipped())


def _ends_its_series(session: TreatmentSession, facts: PatientFacts) -> bool:
    course = facts.course(session.course_id)
    last = _last_of_series(course, facts) if course else None
    return last is not None and last.id == session.id and not facts.patient.fewer_mails


def _last_of_series(course: Course, facts: PatientFacts) -> TreatmentSession | None:
    """The last session of a course whose series is over; None while sessions of it are still to come."""
    if course.ended_on is not None or any(s.state in OPEN and s.kind is SessionKind.SERIES for s in course.sessions):
        return None
    mine = [s for s in facts.performed if s.course_id == course.id and s.kind is SessionKind.SERIES]
    return mine[-1] if mine else None


def _results(facts: PatientFacts) -> Iterable[Wanted]:
    """After a series. Where a late check is asked, the result is a paragraph of it (the library's mail rules)."""
    for course in facts.courses:
        last = _last_of_series(course, facts)
        if last is None or last.performed_on is None or last.elsewhere is not None or not _wants(course, "result"):
            continue
        day = last.performed_on + timedelta(days=RESULT_AFTER)
        if facts.patient.fewer_mails or facts.coming_within(day, JOINS_WITHIN):
            continue
        ended = Why.JOINED if _wants(course, "late_check_1") else None
        due = facts.days.at(facts.days.answerable(day, after=last.performed_on))
        until = facts.days.at(last.performed_on + timedelta(days=RESULT_UNTIL))
        yield Wanted("result", "course", course.id, f"s{last.id}", due, until, {"session": last.id}, ended=ended)


def _why_no_check(message: Message, facts: PatientFacts) -> Why:
    session = next((s for s in facts.performed if s.id == message.subject_id), None)
    if session is None:
        return Why.UNDONE
    return Why.FOLLOWED if _followed(session, facts, LATE_CHECKS[message.kind]) else Why.NOT_NEEDED


def _late_check(name: str) -> Kind:
    wanted = partial(_late_checks, name=name)
    return Kind(name, "treatment_session", Urgency.ROUTINE, MessageClass.SERVICE, wanted, _why_no_check)


RESULT = Kind("result", "course", Urgency.ROUTINE, MessageClass.SERVICE, _results, needs_open_plan=True, stop_group="result")
KINDS: Sequence[Kind] = (*(_late_check(name) for name in LATE_CHECKS), RESULT)

"""How many mails a whole course writes, for every protocol of the library (docs/rules.md shows the table)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask

from app.library.loader import shipped
from app.messages import changes, planner
from app.series.facts import gap_of
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import Message, MessageState, Urgency
from models.treatment import Course
from tests import builders as b
from tests.messages.stories import IST, NOW, rows, send, take_place

A_SESSION = 4
"""Mails that a session after the first may cost its patient (shared figures: the target of fewer mails)."""
WATCHED_FOR = timedelta(days=60)
"""After the last session: what is asked about it later belongs to it too."""


def lived(protocol: str, *, confirms: bool = False, **about_the_patient: object) -> tuple[Course, list[Appointment]]:
    """A course at its suggested gaps, booked at once and performed as booked; every mail left at its moment. Who `confirms` answers
    the first reminder that asks; nobody answers anything else."""
    b.a_clinic()
    patient = b.a_patient(email_verified_at=b.EARLY, **about_the_patient)
    course = b.a_course(b.a_plan(patient, b.a_physician()), b.a_protocol(protocol))
    visits = [b.a_visit(patient, start, session, made_at=NOW) for start, session in zip(starts(course), course.sessions, strict=True)]
    with transaction():
        told = changes.open_set(patient.id, NOW, plan_id=course.plan_id)
        for visit in visits:
            changes.note(told, db.session.get_one(Appointment, visit.id), old_start=None, new_start=visit.starts_at)
        planner.plan_for(patient.id, NOW)
    for now, ended in moments(visits):
        if ended:
            take_place(ended, now)
        with clock.set_to(now):
            send(now)
        if confirms:
            confirm(visits, now)
    return course, visits


def confirm(visits: list[Appointment], now: datetime) -> None:
    """Every visit whose first reminder has gone is confirmed."""
    reminded = {m.subject_id for m in sent() if m.kind == "reminder_1"}
    for visit in visits:
        if visit.id in reminded and (row := db.session.get_one(Appointment, visit.id)).state is VisitState.BOOKED:
            with transaction():
                row.state = VisitState.CONFIRMED
                planner.plan_for(row.patient_id, now)


def starts(course: Course) -> Iterator[datetime]:
    """Each session the ideal gap after the one before, at two in the afternoon."""
    day = clock.day_of(NOW, "Europe/Istanbul") + timedelta(days=10)
    for step in course.steps:
        day = gap_of(step.gaps[0]).ideal.after(day) if step.n > 1 else day
        yield datetime.combine(day, time(14), IST).astimezone(UTC)


def moments(visits: list[Appointment]) -> Iterator[tuple[datetime, Appointment | None]]:
    """Each end of a visit, and each time at which a mail may leave, in their order."""
    ends, now = sorted((visit.ends_at, visit.id) for visit in visits), NOW
    until = ends[-1][0] + WATCHED_FOR
    while True:
        waiting = [m.try_at for m in rows() if m.state is MessageState.WAITING and m.try_at < until]
        if ends and (not waiting or ends[0][0] <= min(waiting)):
            now, number = ends.pop(0)
            yield now, db.session.get_one(Appointment, number)
        elif waiting:
            now = max(now, min(waiting)) + timedelta(seconds=1)
            yield now, None
        else:
            return


def sent() -> list[Message]:
    return [m for m in rows() if m.state is MessageState.SENT]


def of_session(course: Course, visits: list[Appointment], place: int) -> list[str]:
    """The kinds of mails about one session: its visit's and its own."""
    mine = {("appointment", visits[place].id), ("treatment_session", course.sessions[place].id)}
    return [m.kind for m in sent() if (m.subject_type, m.subject_id) in mine]


@pytest.mark.parametrize("protocol", shipped().protocols)
def test_a_session_after_the_first_writes_at_most_four_mails_and_one_a_day(app: Flask, noon: datetime, protocol: str) -> None:
    course, visits = lived(protocol, confirms=True)
    assert [m.kind for m in sent() if m.urgency is Urgency.CHANGE] == (["plan_summary"] if len(visits) > 1 else ["booked"])
    for place in range(1, len(visits)):
        assert len(of_session(course, visits, place)) <= A_SESSION
    a_day = Counter(clock.day_of(m.settled_at, "Europe/Istanbul") for m in sent() if m.settled_at and m.urgency is Urgency.ROUTINE)
    assert set(a_day.values()) == {1}


@pytest.mark.parametrize("protocol", shipped().protocols)
def test_who_never_answers_is_reminded_once_more_and_gets_no_other_mail(app: Flask, noon: datetime, protocol: str) -> None:
    course, visits = lived(protocol)
    for place in range(1, len(visits)):
        kinds = of_session(course, visits, place)
        assert len([kind for kind in kinds if not kind.startswith("late_check")]) <= A_SESSION
        assert len(kinds) <= A_SESSION + 1


@pytest.mark.parametrize("protocol", shipped().protocols)
def test_who_asks_for_fewer_mails_gets_fewer_and_still_reminders_and_care(app: Flask, noon: datetime, protocol: str) -> None:
    course, visits = lived(protocol, fewer_mails=True)
    for place in range(len(visits)):
        kinds = set(of_session(course, visits, place))
        assert "aftercare" in kinds
        assert kinds & {"reminder_1", "reminder_2"}
        assert not kinds & {"precare", "checkin_1", "checkin_3"}
    assert "result" not in [m.kind for m in sent()]

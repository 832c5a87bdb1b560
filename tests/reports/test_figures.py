"""Each figure on a small clinic where the right answer is counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Outcome, VisitKind, VisitState
from models.base import db, transaction
from models.event import Event
from models.message import Message, MessageState
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course, SessionKind, TreatmentSession
from tests import builders
from tests.reports.scene import counted, figure, listed, november
from tests.schedule.pages import words


@pytest.fixture
def clinic(app: Flask, noon: datetime) -> StaffMember:
    builders.a_clinic()
    return builders.a_physician()


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def a_visit(state: VisitState, day: int, hour: int = 9, **changes: object) -> Appointment:
    who = db.session.query(StaffMember).first()
    patient = builders.a_patient(f"P{day}", f"H{hour}{state.value}")
    return builders.a_visit(patient, at(day, hour), performer=who if state is not VisitState.CANCELLED else None, state=state, **changes)


def a_done_session(day: int, *, band: str = "ideal", label: str = "1", of: int = 3, month: int = 11, n: int = 0) -> Course:
    who = db.session.query(StaffMember).first()
    patient = builders.a_patient(f"S{day}", f"M{month}{n}")
    course = builders.a_course(builders.a_plan(patient, who), db.session.query(ProtocolVersion).first() or builders.a_protocol())
    builders.a_visit(patient, at(day, 12, month), course.sessions[n], performer=who, state=VisitState.DONE)
    builders.done(course.sessions[n], date(2026, month, day), performed_by_id=who.id)
    with transaction():
        link = db.session.query(AppointmentSession).filter_by(session_id=course.sessions[n].id).one()
        link.outcome, link.band, link.label, link.of = Outcome.DONE, band, label, of
    return course


def test_no_shows_are_counted_among_those_who_were_expected(clinic: StaffMember, noon: datetime) -> None:
    for day, state in ((2, VisitState.DONE), (3, VisitState.NO_SHOW), (4, VisitState.CANCELLED), (5, VisitState.NOT_TREATED)):
        a_visit(state, day)
    a_visit(VisitState.NO_SHOW, 30, 20, local_day=date(2026, 11, 30))
    a_visit(VisitState.BOOKED, 6)
    assert counted("no_shows", november(noon)) == (4, 2)
    assert figure("no_shows", november(noon)).too_few


def test_a_visit_is_confirmed_at_the_time_it_had_last(clinic: StaffMember, noon: datetime) -> None:
    visits = [a_visit(VisitState.DONE, day) for day in (2, 3, 4)]
    with transaction():
        for visit, states in zip(visits, (["confirmed"], ["confirmed", "booked"], []), strict=True):
            db.session.add_all(AppointmentStatus(appointment_id=visit.id, state=VisitState(one), at=noon) for one in states)
    assert counted("confirmed", november(noon)) == (3, 1)
    assert [row.hit for row in listed("confirmed", november(noon))] == [False, False, True]


def test_sessions_are_counted_by_protocol_practitioner_and_week(clinic: StaffMember, noon: datetime) -> None:
    for day in (2, 3, 10):
        a_done_session(day)
    a_done_session(15, month=10)
    found = figure("sessions", november(noon))
    (group,) = found.groups
    assert (found.all.n, group.staff_id, group.parts) == (3, clinic.id, (0, 2, 1, 0, 0, 0))


def test_sessions_at_their_best_time(clinic: StaffMember, noon: datetime) -> None:
    for day, band in ((2, "ideal"), (3, "late"), (4, "early"), (5, "ideal"), (6, "")):
        a_done_session(day, band=band)
    assert counted("in_band", november(noon)) == (4, 2)


def test_a_series_that_ended_is_complete_ended_early_or_lapsed(clinic: StaffMember, noon: datetime) -> None:
    a_done_session(2, label="3", of=3)
    early, lapsed, running, complete_then_closed = (a_done_session(day) for day in (3, 4, 5, 6))
    with transaction():
        for course, values in (
            (early, {"ended_on": date(2026, 11, 20), "ended_why": "moved away", "live": False}),
            (lapsed, {"due_step": "2", "due_lapsed": date(2026, 11, 25)}),
            (running, {"due_step": "2", "due_on": date(2026, 12, 20)}),
            (complete_then_closed, {"completed_early_on": date(2026, 11, 6), "ended_on": date(2026, 11, 9), "live": False}),
        ):
            row = db.session.get_one(Course, course.id)
            for name, value in values.items():
                setattr(row, name, value)
    assert counted("completion", november(noon)) == (4, 2)
    states = {row.by: row.note for row in listed("series", november(noon))}
    assert states["ended early"] == "moved away"
    assert figure("series", november(noon)).all.n == 5


def test_maintenance_that_came_and_that_did_not(clinic: StaffMember, noon: datetime) -> None:
    came, away = a_done_session(9, label="M1"), a_done_session(6, month=7)
    with transaction():
        db.session.get_one(TreatmentSession, came.sessions[0].id).kind = SessionKind.MAINTENANCE
        away = db.session.get_one(Course, away.id)
        away.due_step, away.due_on, away.due_latest = "M1", date(2026, 11, 1), date(2026, 11, 20)
    assert counted("maintenance", november(noon)) == (2, 1)


def test_overdue_and_fallen_out(clinic: StaffMember, noon: datetime) -> None:
    for day, latest, unbooked in ((2, date(2026, 11, 21), True), (3, date(2026, 11, 11), False), (4, date(2026, 9, 2), True)):
        course = a_done_session(day)
        with transaction():
            row = db.session.get_one(Course, course.id)
            row.due_step, row.due_latest, row.needs_booking = "2", latest, unbooked
    assert figure("overdue", november(noon)).days == 20
    assert counted("fell_out", november(noon)) == (1, 0)


def test_consultations_that_led_to_a_plan(clinic: StaffMember, noon: datetime) -> None:
    led, not_yet = (builders.a_patient(name) for name in ("Led", "Not"))
    for patient, day in ((led, 2), (not_yet, 3)):
        builders.a_visit(patient, at(day), performer=clinic, kind=VisitKind.CONSULTATION, state=VisitState.DONE)
    builders.a_plan(led, clinic)
    builders.a_plan(not_yet, clinic, state="draft")
    assert counted("consultations", november(noon)) == (2, 1)


def test_hours_booked_used_and_offered(clinic: StaffMember, noon: datetime, client: FlaskClient) -> None:
    a_visit(VisitState.DONE, 2)
    a_visit(VisitState.NO_SHOW, 3)
    a_visit(VisitState.CANCELLED, 4)
    found = figure("hours", november(noon)).all
    assert (found.n, found.minutes, found.used) == (2, 120, 60)
    builders.sign_in(client, builders.a_manager())
    assert "250 h 2 h 1 h" in words(client.get("/reports/hours?first=2026-11-01&last=2026-11-30"))  # 25 working days of ten hours


def test_lots_used_and_lots_expiring(clinic: StaffMember, noon: datetime) -> None:
    lot, other = builders.a_lot(), builders.a_lot(number="L-2", expires_on=date(2027, 1, 20))
    builders.a_lot_use(a_done_session(2).sessions[0], lot, used_at=at(2))
    builders.a_lot_use(a_done_session(3).sessions[0], lot, used_at=at(3))
    builders.a_lot_use(a_done_session(4).sessions[0], other, used_at=at(4), voided_at=noon)
    assert [(row.by, row.note) for row in listed("lots_used", november(noon))] == [("prp_kit · L-1", "2 ml")] * 2
    assert [row.by for row in listed("expiring", november(noon))] == ["prp_kit · L-2"]


def test_mails_that_arrived_are_counted_among_those_that_should_have_left(clinic: StaffMember, noon: datetime) -> None:
    patient = builders.a_patient()
    ends = [(MessageState.SENT, 0), (MessageState.BOUNCED, 0), (MessageState.FILED, 0), (MessageState.WITHDRAWN, 0),
            (MessageState.MISSED, 0), (MessageState.MISSED, 1)]  # fmt: skip
    with transaction():
        for n, (state, days_after) in enumerate(ends):
            db.session.add(Message(
                kind="result", subject_type="course", subject_id=n, patient_id=patient.id, urgency="routine", message_class="service",
                due_at=at(3), try_at=at(3), planned_at=at(3 + days_after), message_id=f"<{n}@x>", state=state,
            ))  # fmt: skip
    assert counted("mails", november(noon)) == (3, 1)


def test_a_call_that_was_taken_back_was_none(clinic: StaffMember, noon: datetime) -> None:
    pressed = [("task reached", 1), ("task no_answer", 2), ("task taken back", 2), ("task left_word", 2), ("task reached", 3)]
    with transaction():
        for n, (action, line) in enumerate(pressed):
            db.session.add(Event(at=at(3, 9 + n), action=action, object_type="staff_task", object_id=line, staff_id=clinic.id))
            db.session.flush()
        db.session.add(Event(at=at(4), action="task taken back", object_type="staff_task", object_id=3, staff_id=clinic.id))
    assert counted("calls", november(noon)) == (2, 1)

"""After a pause a visit that stayed booked behind it takes the session number that is its turn."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.messages import planner
from app.plans.health import holds
from app.plans.health.holds import Pause
from app.series import rows
from app.series.reading import Reading, read
from models import clock
from models.appointment import Appointment, AppointmentSession, Outcome, VisitState
from models.base import db, transaction
from models.message import Message, MessageState
from models.patient import Patient
from models.staff import StaffMember
from models.treatment import Course, SessionState
from tests.builders import TODAY, a_course, a_plan, a_protocol, a_visit, an_evaluation, done, sign_in
from tests.plans.pages import send
from tests.schedule.pages import words

BACK = datetime.fromisoformat("2026-12-30T12:00+03:00")
CHANGED = "After the pause a booked session took an earlier number"


@pytest.fixture
def course(patient: Patient, physician: StaffMember, noon: datetime) -> Course:
    """Six sessions: the first done on 20 November, the next three booked on 8 and 22 December and 5 January."""
    an_evaluation(patient, physician, date(2026, 11, 19))
    made = a_course(a_plan(patient, physician), a_protocol("mesotherapy_scalp", review_after=[4, 6]), date(2026, 11, 20))
    done(made.sessions[0], date(2026, 11, 20))
    for place, day in ((1, "2026-12-08"), (2, "2026-12-22"), (3, "2027-01-05")):
        a_visit(patient, datetime.fromisoformat(f"{day}T10:00+03:00"), made.sessions[place], performer=physician)
    with transaction():
        rows.align_patient(patient.id, TODAY)
        planner.plan_for(patient.id, noon)
    return made


def pause(client: FlaskClient, course: Course) -> None:
    """Away from today to 29 December: sessions 2 and 3 are freed, session 4 stays."""
    answer = send(client, f"/plan/{course.plan_id}/hold", "seen", reason="travels", until="day", until_day="29.12.2026")
    assert answer.status_code == 303


def resume(client: FlaskClient, course: Course) -> None:
    (held,) = holds.open_holds(course.plan)
    sign_in(client, db.session.query(StaffMember).first())  # type: ignore[arg-type]  # the physician, whose old sign-in is over
    assert send(client, f"/holds/{held.id}/resume", "seen", why="is back").status_code == 303


def booked(reading: Reading) -> dict[str, date]:
    return {line.label: line.visit.local_day for line in reading.lines if line.visit is not None}


def about(visit: Appointment) -> Counter[str]:
    """How many mails of each kind wait for this visit."""
    found = db.session.query(Message).filter_by(subject_type="appointment", subject_id=visit.id, state=MessageState.WAITING)
    return Counter(message.kind for message in found)


def test_the_visit_behind_the_pause_is_the_second_session(client: FlaskClient, course: Course) -> None:
    last = db.session.query(Appointment).order_by(Appointment.starts_at.desc()).first()
    assert last is not None
    start, revision, mails = last.starts_at, last.revision, about(last)
    carried = last.sessions[0].session_id
    pause(client, course)
    with clock.set_to(BACK):
        resume(client, course)
        db.session.expire_all()
        reading = read(course, BACK.date())
        page = words(client.get(f"/plan/{course.plan_id}"))
    assert booked(reading) == {"2": date(2027, 1, 5)}
    assert (last.starts_at, last.revision, last.state) == (start, revision, VisitState.BOOKED)
    assert about(last) == mails
    assert set(mails.values()) == {1}
    assert [(link.session_id, link.label) for link in last.sessions] == [(carried, "2")], "the same row, with another number"
    assert [session.n for session in course.sessions] == [1, 2, 3, 4, 5, 6]
    assert [session.state for session in course.sessions[:3]] == [SessionState.DONE, SessionState.BOOKED, SessionState.PROPOSED]
    assert CHANGED in page
    assert "session 4" in page
    assert "session 2" in page


def test_the_later_windows_follow_from_it(client: FlaskClient, course: Course) -> None:
    pause(client, course)
    with clock.set_to(BACK):
        resume(client, course)
    second, third, fourth = read(course, BACK.date()).answer.dues[:3]
    assert (second.step, third.step, fourth.step) == (2, 3, 4)
    assert third.earliest is not None
    assert fourth.earliest is not None
    assert third.earliest > date(2027, 1, 5)
    assert fourth.earliest > third.earliest
    assert course.needs_booking is False, "the next session has its visit"


def test_a_short_pause_after_which_both_still_fit_renumbers_nothing(client: FlaskClient, course: Course, noon: datetime) -> None:
    with transaction():
        held = holds.hold(course.plan, Pause(reason="a cold", until_day=date(2026, 12, 22)), noon)
        holds.release(held, noon + timedelta(days=1), "well again")
    assert booked(read(course, TODAY)) == {"4": date(2027, 1, 5)}
    assert CHANGED not in words(client.get(f"/plan/{course.plan_id}"))


def test_a_pause_that_rested_on_nothing_renumbers_nothing(course: Course, noon: datetime) -> None:
    with transaction():
        held = holds.hold(course.plan, Pause(reason="a report", until_day=date(2026, 12, 29)), noon)
        with clock.set_to(BACK):
            holds.release(held, BACK, "not true", covered_nothing=True)
    assert [row.state for row in course.sessions[1:4]] == [SessionState.PROPOSED, SessionState.PROPOSED, SessionState.BOOKED]


def test_no_visit_takes_a_number_before_a_review(course: Course, noon: datetime) -> None:
    with transaction():
        version = course.protocol_version
        version.content = {**version.content, "review_after": [2, 6]}
        version.version += 1
        held = holds.hold(course.plan, Pause(reason="travels", until_day=date(2026, 12, 29)), noon)
    with clock.set_to(BACK), transaction():
        holds.release(held, BACK, "is back")
    assert booked(read(course, BACK.date())) == {"3": date(2027, 1, 5)}


def test_the_visits_that_were_cancelled_keep_their_sessions(client: FlaskClient, course: Course) -> None:
    before = {link.appointment_id: link.session_id for link in db.session.query(AppointmentSession)}
    pause(client, course)
    with clock.set_to(BACK):
        resume(client, course)
    db.session.expire_all()
    links = db.session.query(AppointmentSession).all()
    assert {link.appointment_id: link.session_id for link in links} == before
    assert Counter(link.outcome for link in links) == {Outcome.RELEASED: 2, Outcome.PLANNED: 1}

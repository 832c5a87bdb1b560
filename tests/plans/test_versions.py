"""A running course keeps its protocol version until it is moved on purpose, with every date that changes shown before."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from app.library.loader import shipped
from app.plans.health import findings
from app.plans.health.findings import NewFinding
from app.protocols import actions as protocols
from app.protocols.actions import Approval
from app.schedule import actions as schedule
from models.appointment import Appointment, AppointmentSession, VisitKind, VisitState
from models.base import db, transaction
from models.event import Event
from models.message import Message, MessageState
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.treatment import Course, PlanState, SessionState, TreatmentPlan
from tests.builders import TODAY, a_receptionist, a_visit, sign_in
from tests.plans.pages import form_in, post
from tests.plans.test_plan_page import aligned
from tests.schedule.pages import words


def a_newer_version(course: Course, noon: datetime, **changes: Any) -> ProtocolVersion:
    """Approved, so that the old one is retired: the third session 40 days after the second."""
    content = deepcopy(dict(shipped().protocols["prp_scalp"]))
    content["steps"][2]["gap"] = {"min": 35, "ideal": 40, "max": 50}
    with transaction():
        version = protocols.new_draft(db.session.get_one(ProtocolVersion, course.version_id).protocol, content | changes, noon)
        db.session.flush()
        protocols.approve(version, Approval(), noon)
    return version


def url(course: Course, version: ProtocolVersion) -> str:
    return f"/course/{course.id}/version/{version.id}"


def move(client: FlaskClient, course: Course, version: ProtocolVersion, **typed: str) -> Any:
    fields = form_in(client.get(url(course, version)), "seen")
    return post(client, url(course, version), fields, **typed)


def numbers(course: Course) -> tuple[Any, ...]:
    db.session.expire_all()
    row = db.session.get_one(Course, course.id)
    steps = [(step.n, step.gaps, step.bounds) for step in row.steps]
    return row.version_id, steps, row.grace_days, row.lapse_days, row.maintenance, [str(one.state) for one in row.sessions]


def test_a_course_stays_with_its_version_and_the_plan_offers_the_newer_one(client: FlaskClient, course: Course, noon: datetime) -> None:
    page = words(client.get(f"/plan/{course.plan_id}"))
    assert "protocol v1" in page
    assert "move to version" not in page
    before = numbers(course)
    version = a_newer_version(course, noon)
    assert numbers(course) == before
    assert url(course, version) in client.get(f"/plan/{course.plan_id}").text


def test_every_date_that_would_change_is_shown_and_nothing_is_written(client: FlaskClient, course: Course, noon: datetime) -> None:
    version, before = a_newer_version(course, noon), numbers(course)
    page = words(client.get(url(course, version)))
    assert "2 Tue 22 Dec booked 32 days" in page
    assert "3 Thu 21 Jan 2027 30 days" in page
    assert "Sun 31 Jan 2027 40 days" in page
    assert "The consent to the procedure is asked again" in page
    assert numbers(course) == before
    assert [one.object_type for one in db.session.query(Event).filter_by(action="viewed")] == ["treatment_plan"]


def test_the_best_day_of_a_booked_session_that_changes_is_shown_though_its_visit_stays(
    client: FlaskClient, course: Course, noon: datetime
) -> None:
    steps = deepcopy(shipped().protocols["prp_scalp"]["steps"])
    steps[1]["gap"] = {**steps[1]["gap"], "ideal": steps[1]["gap"]["ideal"] + 2}
    version = a_newer_version(course, noon, steps=steps)
    page = words(client.get(url(course, version)))
    assert "best day: Sun 20 Dec → Tue 22 Dec" in page
    assert "No date changes." not in page


def test_moving_takes_the_numbers_and_is_written_down(client: FlaskClient, course: Course, noon: datetime) -> None:
    version = a_newer_version(course, noon)
    answer = move(client, course, version, why="New evidence")
    assert answer.status_code == 303
    page = words(client.get(answer.location))
    assert "The course follows version 2 now." in page
    assert "Moved to another version of the protocol : version 1 → version 2 · New evidence" in page
    assert "Sun 31 Jan 2027" in page
    assert "protocol v2 · back to version 1" in page


def test_moving_back_makes_it_what_it_was(client: FlaskClient, course: Course, noon: datetime) -> None:
    before, old = numbers(course), db.session.get_one(ProtocolVersion, course.version_id)
    move(client, course, a_newer_version(course, noon, grace_days=1))
    assert numbers(course) != before
    move(client, course, old)
    assert numbers(course) == before


def test_numbers_set_for_this_patient_stay_and_are_named(client: FlaskClient, course: Course, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Course, course.id).steps[2].gaps = [{"from": "previous", "min": "20d", "ideal": "25d", "max": "60d"}]
    version = a_newer_version(course, noon)
    assert "Set for this patient, and kept: the days before session 3." in words(client.get(url(course, version)))
    move(client, course, version)
    assert db.session.get_one(Course, course.id).steps[2].gaps[0]["ideal"] == "25d"


def test_a_shorter_version_names_the_visits_it_cancels_and_never_drops_what_is_done(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime
) -> None:
    a_visit(patient, datetime.fromisoformat("2027-01-21T10:00+03:00"), course.sessions[2])
    aligned(course)
    content = deepcopy(dict(shipped().protocols["prp_scalp"]))
    version = a_newer_version(course, noon, steps=content["steps"][:2], review_after=[2], extension={"to": 3, "repeats_gap_of_step": 2})
    page = words(client.get(url(course, version)))
    assert "These visits are cancelled, told to the patient in one message: Thursday 21 January 2027, 10:00" in page
    assert "Sessions: 3 now, 2 then." in page
    move(client, course, version)
    assert [(step.n) for step in db.session.get_one(Course, course.id).steps] == [1, 2]
    assert db.session.query(Message).filter_by(patient_id=patient.id, kind="cancelled").count() == 1


def a_shorter_version(course: Course, patient: Patient, noon: datetime) -> tuple[ProtocolVersion, Appointment]:
    """Two sessions instead of three; the third, which it has no place for, is booked."""
    visit = a_visit(patient, datetime.fromisoformat("2027-01-21T10:00+03:00"), course.sessions[2])
    aligned(course)
    content = deepcopy(dict(shipped().protocols["prp_scalp"]))
    fewer = {"steps": content["steps"][:2], "review_after": [2], "extension": {"to": 3, "repeats_gap_of_step": 2}}
    return a_newer_version(course, noon, **fewer), visit


def state(visit: Appointment) -> VisitState:
    db.session.expire_all()
    return db.session.get_one(Appointment, visit.id).state


def live_cancellations(patient: Patient) -> int:
    waiting = db.session.query(Message).filter_by(patient_id=patient.id, kind="cancelled")
    return waiting.filter(Message.state != MessageState.WITHDRAWN).count()


def test_going_back_books_again_what_the_move_cancelled_and_the_patient_hears_nothing_of_either(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime
) -> None:
    version, visit = a_shorter_version(course, patient, noon)
    old = db.session.get_one(ProtocolVersion, course.version_id)
    before = numbers(course)
    assert "A visit cancelled here is booked again then, if its time is still free." in words(client.get(url(course, version)))
    move(client, course, version)
    assert state(visit) is VisitState.CANCELLED
    assert live_cancellations(patient) == 1
    page = words(client.get(url(course, old)))
    assert "cancelled by the move before, are booked again: Thursday 21 January 2027, 10:00" in page
    assert state(visit) is VisitState.CANCELLED
    answer = move(client, course, old)
    assert "The course follows version 1 now. 1 visit is booked again." in words(client.get(answer.location))
    assert state(visit) is VisitState.BOOKED
    assert numbers(course) == before
    assert live_cancellations(patient) == 0


def test_a_visit_whose_time_was_taken_meanwhile_is_named_with_the_reason_and_the_others_are_booked_again(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime
) -> None:
    version, visit = a_shorter_version(course, patient, noon)
    old = db.session.get_one(ProtocolVersion, course.version_id)
    move(client, course, version)
    a_visit(patient, datetime.fromisoformat("2027-01-21T10:30+03:00"), kind=VisitKind.OTHER)
    why = "The patient has another visit at that time."
    page = words(client.get(url(course, old)))
    assert "cannot be booked again; their sessions wait for a new time: Thursday 21 January 2027, 10:00: " + why in page
    answer = move(client, course, old)
    page = words(client.get(answer.location))
    assert "The course follows version 1 now. Not booked again:" in page
    assert why in page
    assert state(visit) is VisitState.CANCELLED
    course_now = db.session.get_one(Course, course.id)
    assert [one.state for one in course_now.sessions] == [SessionState.DONE, SessionState.BOOKED, SessionState.PROPOSED]
    assert live_cancellations(patient) == 1


def test_what_was_cancelled_for_another_reason_stays_cancelled_when_the_course_goes_back(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime
) -> None:
    version, _visit = a_shorter_version(course, patient, noon)
    old, second = db.session.get_one(ProtocolVersion, course.version_id), course.sessions[1]
    booked = db.session.query(Appointment).join(AppointmentSession).filter_by(session_id=second.id).one()
    with transaction():
        schedule.cancel(db.session.get_one(Appointment, booked.id), noon - timedelta(minutes=5), by_patient=True)
    move(client, course, version)
    move(client, course, old)
    assert state(booked) is VisitState.CANCELLED


def test_a_pause_that_only_the_other_version_asks_for_ends_when_the_course_goes_back(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime
) -> None:
    aligned(course)
    old = db.session.get_one(ProtocolVersion, course.version_id)
    coming = db.session.query(Appointment).join(AppointmentSession).filter_by(session_id=course.sessions[1].id).one()
    version = a_newer_version(course, noon, rules=["all", "needle", "blood", "fish_allergy"])
    with transaction():
        findings.add(db.session.get_one(Patient, patient.id), NewFinding("fish_allergy", TODAY), noon)
    assert state(coming) is VisitState.BOOKED
    move(client, course, version)
    assert db.session.get_one(TreatmentPlan, course.plan_id).state is PlanState.ON_HOLD
    assert state(coming) is VisitState.CANCELLED
    move(client, course, old)
    assert db.session.get_one(TreatmentPlan, course.plan_id).state is PlanState.ACTIVE
    assert state(coming) is VisitState.BOOKED
    assert live_cancellations(patient) == 0


def test_someone_who_changed_the_plan_meanwhile_is_not_written_over(client: FlaskClient, course: Course, noon: datetime) -> None:
    version = a_newer_version(course, noon)
    fields = form_in(client.get(url(course, version)), "seen")
    with transaction():
        db.session.get_one(TreatmentPlan, course.plan_id).version += 1
    assert post(client, url(course, version), fields).status_code == 409
    assert numbers(course)[0] != version.id


def test_only_the_approved_version_or_the_one_before_can_be_moved_to(client: FlaskClient, course: Course, noon: datetime) -> None:
    with transaction():
        protocol = db.session.get_one(ProtocolVersion, course.version_id).protocol
        draft = protocols.new_draft(protocol, deepcopy(dict(shipped().protocols["prp_scalp"])), noon)
    assert client.get(url(course, draft)).status_code == 303
    assert client.post(url(course, draft), data={"seen": "1"}).status_code == 303
    assert numbers(course)[0] != draft.id


def test_reception_moves_no_course(client: FlaskClient, course: Course, noon: datetime) -> None:
    version = a_newer_version(course, noon)
    sign_in(client, a_receptionist())
    assert client.get(url(course, version)).status_code == 403
    assert "move to version" not in words(client.get(f"/plan/{course.plan_id}"))

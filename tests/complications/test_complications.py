"""A complication keeps treatment from its area, rests questions and invitations, and ends by a physician's word."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import planner
from app.schedule import flow
from app.schedule.day import preflight
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.complication import Complication, ComplicationState
from models.message import Message, MessageState
from models.numbing import CreamUse
from models.patient import PatientReport
from models.product import Lot
from models.task import StaffTask, TaskKind
from models.treatment import Course
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, another_patient, book, book_plain, consent, days


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def lot() -> Lot:
    return builders.a_lot()


@pytest.fixture
def doctor(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.physician)
    return client


@pytest.fixture
def treated(scene: Scene, lot: Lot, noon: datetime) -> Appointment:
    """The first session was done this morning, with a lot; check-ins wait."""
    made = book(scene.sessions[0], TODAY, "10:00", noon - timedelta(days=1))
    builders.a_lot_use(scene.sessions[0], lot)
    with transaction():
        there = db.session.get_one(Appointment, made.id)
        flow.arrive(there, noon - timedelta(hours=2))
        flow.done(there, noon - timedelta(minutes=30))
    return fresh(made)


def typed(scene: Scene, **values: object) -> dict[str, object]:
    return {
        "form_token": "once", "session": str(scene.sessions[0].id), "area": "", "noticed_on": TODAY.isoformat(), "noticed_at": "11:50",
        "noticed_how": "phoned", "signs": ["swelling", "growing_pain"], "signs_free": "", "severity": "moderate",
    } | values  # fmt: skip


def open_one(client: FlaskClient, scene: Scene, **values: object) -> TestResponse:
    return client.post(f"/patients/{scene.patient.id}/complication", data=typed(scene, **values))


def the_one() -> Complication:
    db.session.expire_all()
    return db.session.query(Complication).one()


def press(client: FlaskClient, how: str) -> TestResponse:
    return client.post(f"/complications/{the_one().id}/{how}", data={"seen": the_one().version})


def checkins() -> list[tuple[str, MessageState, str]]:
    found = db.session.query(Message).filter(Message.kind.like("checkin%")).order_by(Message.id)
    return [(one.kind, one.state, one.reason) for one in found]


def next_visit(scene: Scene, noon: datetime) -> Appointment:
    due = scene.course.due_on
    assert due is not None
    return book(scene.sessions[1], due, "10:00", noon)


def hindering(visit: Appointment, *, clinical: bool) -> list[str]:
    return [one.words for one in preflight.checks(fresh(visit), clinical) if one.code == "complication"]


def test_it_is_written_down_with_its_session_and_the_area_of_it(scene: Scene, treated: Appointment, doctor: FlaskClient) -> None:
    answer = open_one(doctor, scene)
    one = the_one()
    assert (answer.status_code, answer.location) == (303, f"/complications/{one.id}")
    assert (one.session_id, one.area, one.signs, one.severity) == (scene.sessions[0].id, "scalp", ["swelling", "growing_pain"], "moderate")
    assert db.session.query(StaffTask).filter_by(kind=TaskKind.COMPLICATION, closed_at=None).count() == 1


def test_the_areas_stand_by_the_letters_of_the_alphabet(scene: Scene, doctor: FlaskClient) -> None:
    doctor.post("/language", data={"language": "tr"})
    said = words(doctor.get(f"/patients/{scene.patient.id}/complication"))
    assert said.index("Burun") < said.index("Çene ve çene hattı") < said.index("Dekolte") < said.index("Göğüs") < said.index("Göz çevresi")


def test_an_open_one_keeps_treatment_from_its_area_and_reception_reads_no_reason(
    scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime
) -> None:
    visit = next_visit(scene, noon)
    open_one(doctor, scene)
    assert hindering(visit, clinical=True) == ["Complication not cleared: Scalp"]
    assert hindering(visit, clinical=False) == ["Physician decides"]
    press(doctor, "clear")
    assert the_one().state is ComplicationState.OPEN  # no outcome yet


def test_its_report_has_all_of_it_and_who_wrote_what_when(scene: Scene, treated: Appointment, doctor: FlaskClient) -> None:
    open_one(doctor, scene)
    doctor.post(f"/complications/{the_one().id}", data=typed(scene, seen=the_one().version, severity="severe", outcome="Gone after a week"))
    press(doctor, "clear")
    page = words(doctor.get(f"/complications/{the_one().id}/report"))
    assert "Ayşe Yılmaz · Birth date: 14/03/1988" in page
    assert "Growing or strong pain, Lasting swelling" in page or "Lasting swelling, Growing or strong pain" in page
    assert "L-1" in page
    history = page[page.index("History") :]
    assert "Dr. Burcu Çelen · Complication opened" in history
    assert "Changed: severity, outcome" in history
    assert "Cleared: treatment may go on" in history


def test_of_another_area_it_hinders_nothing_there(scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime) -> None:
    visit = next_visit(scene, noon)
    open_one(doctor, scene, area="hand")
    assert hindering(visit, clinical=True) == []


def test_without_a_session_it_hinders_every_area(scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime) -> None:
    visit = next_visit(scene, noon)
    open_one(doctor, scene, session="")
    assert hindering(visit, clinical=True) == ["Complication not cleared: every area"]


def test_questions_rest_while_it_is_open_and_come_back_with_the_word_of_the_physician(
    scene: Scene, treated: Appointment, doctor: FlaskClient
) -> None:
    assert {state for _kind, state, _why in checkins()} == {MessageState.WAITING}
    open_one(doctor, scene)
    assert {(state, why) for _kind, state, why in checkins()} == {(MessageState.WITHDRAWN, "physician_first")}
    clear(doctor, scene)
    assert {state for _kind, state, _why in checkins()} == {MessageState.WAITING}
    assert planner.missing(scene.patient.id, clock.now()) == planner.Planned()


def test_a_physician_clears_it_and_opens_it_again(scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime) -> None:
    visit = next_visit(scene, noon)
    open_one(doctor, scene)
    clear(doctor, scene)
    assert hindering(visit, clinical=True) == []
    assert db.session.query(StaffTask).filter_by(kind=TaskKind.COMPLICATION, closed_at=None).count() == 0
    press(doctor, "reopen")
    assert hindering(visit, clinical=True) == ["Complication not cleared: Scalp"]


def test_a_practitioner_writes_on_and_does_not_clear(scene: Scene, treated: Appointment, client: FlaskClient) -> None:
    builders.sign_in(client, scene.nurse)
    open_one(client, scene)
    assert save(client, scene, outcome="Gone after two days").status_code == 303
    assert (the_one().outcome, press(client, "clear").status_code) == ("Gone after two days", 403)


def test_reception_sees_nothing_of_it(scene: Scene, treated: Appointment, client: FlaskClient, doctor: FlaskClient) -> None:
    open_one(doctor, scene)
    builders.sign_in(client, builders.a_receptionist())
    assert client.get(f"/complications/{the_one().id}").status_code == 403
    page = words(client.get(f"/patients/{scene.patient.id}"))
    assert "Physician decides" in page
    assert "Complication" not in page


def test_a_sign_is_needed_and_nothing_typed_is_lost(scene: Scene, treated: Appointment, doctor: FlaskClient) -> None:
    answer = open_one(doctor, scene, signs=[], done="Cooled, seen by Dr. Çelen")
    assert answer.status_code == 422
    assert "Choose a sign from the list or write it here." in words(answer)
    assert "Cooled, seen by Dr. Çelen" in answer.text


def test_other_patients_of_the_lot_stand_beside_it_and_a_recall_is_one_press_away(
    scene: Scene, treated: Appointment, lot: Lot, doctor: FlaskClient
) -> None:
    other = a_course_of(another_patient(), scene)
    builders.done(other.sessions[0], days(-1))
    builders.a_lot_use(other.sessions[0], lot)
    open_one(doctor, scene)
    page = doctor.get(f"/complications/{the_one().id}")
    assert "Mehmet Kaya" in words(page)
    assert f'href="/lot-recalls/new?lot={lot.id}"' in page.text


def test_the_numbing_cream_is_among_what_was_used(scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime) -> None:
    tube = builders.a_lot("numbing_cream", "CR-1")
    with transaction():
        db.session.add(CreamUse(appointment_id=treated.id, lot_id=tube.id, amount="3", area="scalp", on_at=noon - timedelta(hours=1)))
    open_one(doctor, scene)
    assert "numbing_cream · CR-1" in words(doctor.get(f"/complications/{the_one().id}"))


def test_the_visits_to_look_at_it_are_listed(scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime) -> None:
    open_one(doctor, scene)
    assert "None yet." in words(doctor.get(f"/complications/{the_one().id}"))
    book_plain(scene.patient, VisitKind.COMPLICATION_CHECK, days(1), "10:00", noon)
    assert "Wed 2 Dec 10:00 B Booked" in words(doctor.get(f"/complications/{the_one().id}"))


def test_a_report_brings_its_words_along(scene: Scene, treated: Appointment, doctor: FlaskClient, noon: datetime) -> None:
    with transaction():
        report = PatientReport(patient_id=scene.patient.id, at=noon, words="My scalp burns", channel="phone")
        db.session.add(report)
    link = f"/patients/{scene.patient.id}/complication?report={report.id}"
    assert f'href="{link}"' in doctor.get(f"/reports/{report.id}/decide").text
    assert "My scalp burns" in doctor.get(link).text


def test_the_worklist_and_the_patients_page_lead_to_it(scene: Scene, treated: Appointment, doctor: FlaskClient) -> None:
    open_one(doctor, scene)
    link = f'href="/complications/{the_one().id}"'
    assert link in doctor.get("/work?list=physician").text
    assert link in doctor.get(f"/patients/{scene.patient.id}").text


def save(client: FlaskClient, scene: Scene, **values: object) -> TestResponse:
    return client.post(f"/complications/{the_one().id}", data=typed(scene, seen=the_one().version, **values))


def clear(client: FlaskClient, scene: Scene) -> None:
    save(client, scene, outcome="Gone")
    press(client, "clear")


def a_course_of(patient: object, scene: Scene) -> Course:
    course = builders.a_course(builders.a_plan(patient, scene.physician), scene.course.protocol_version, TODAY)
    consent(course, scene.physician)
    return course

"""One visit on its own page: what it is, moving it with the knock-on in view, cancelling it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from models.appointment import VisitState
from models.base import db
from models.event import Event
from models.message import ChangeSet
from models.treatment import SessionState, TreatmentSession
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, another_patient, book, days


def test_the_visit_page_tells_phases_people_history_and_mails(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    text = words(desk.get(f"/visits/{visit.id}"))
    assert "Please come at 13:50" in text
    assert "PRP, scalp 1 of 3" in text
    assert "Numbing" in text
    assert "Dr. Burcu Çelen" in text
    assert "Appointment booked" in text
    assert db.session.query(Event).filter_by(action="viewed", object_type="appointment", object_id=visit.id).count() == 1


def test_the_sentence_to_read_aloud_is_in_the_patients_language(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    page = desk.get(f"/visits/{visit.id}")
    assert '<div lang="tr">' in page.text
    assert "3 Aralık Perşembe" in page.text
    assert "PRP" not in page.text[page.text.index('id="sentence"') : page.text.index('id="sentence"') + 300], "it names no treatment"


def test_the_manager_reads_no_treatment_on_a_visit(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    builders.sign_in(client, builders.a_manager())
    page = client.get(f"/visits/{visit.id}")
    assert page.status_code == 200
    assert "PRP" not in page.text


def test_times_to_move_to_lie_in_the_window_and_leave_out_the_present_one(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    values = re.findall(r'name="use" value="([^"]+)"', desk.get(f"/visits/{visit.id}/move").text)
    assert 0 < len(values) <= 5
    assert all(days(0) <= datetime.fromisoformat(value.split()[0]).date() <= days(30) for value in values)
    assert not any(value.startswith(f"{days(2)} 540 ") for value in values)


def test_moving_shows_what_becomes_of_the_next_session(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    first = book(scene.sessions[0], days(2), "09:00", noon)
    book(scene.sessions[1], days(30), "09:00", noon)
    text = words(desk.get(f"/visits/{first.id}/move?day={days(6)}"))
    assert "Later sessions" in text
    assert "2 Thu 31 Dec 09:00 28 days ● ideal stays 24 days" in text


def test_a_visit_is_moved_and_can_be_put_back(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    answer = desk.post(f"/visits/{visit.id}/move", data={"seen": visit.version, "slot": f"{days(3)} 600 0 0", "asked_by": "patient"})
    assert (answer.status_code, answer.location) == (303, f"/visits/{visit.id}")
    assert fresh(visit).local_day == days(3)
    page = desk.get(answer.location)
    assert "Moved: Ayşe Yılmaz, Fri 4 Dec 10:00." in words(page)
    assert "moved from Thu 3 Dec 09:00 to Fri 4 Dec 10:00" in words(page)
    assert f'name="back" value="/visits/{visit.id}"' in page.text
    assert "The mail goes out at 12:03" in words(page)
    newest = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
    assert newest is not None
    desk.post(f"/changes/{newest.id}/undo", data={"back": f"/visits/{visit.id}"})
    assert fresh(visit).local_day == days(2)


def test_a_slot_just_taken_is_said_in_words_and_what_was_typed_is_kept(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    book(course.sessions[0], days(3), "10:00", noon, performer=scene.physician)
    data = {"seen": visit.version, "slot": f"{days(3)} 600 {scene.physician.id} 0", "asked_by": "clinic"}
    answer = desk.post(f"/visits/{visit.id}/move", data=data)
    assert answer.status_code == 422
    assert "Busy then: Dr. Burcu Çelen." in words(answer)
    assert 'value="clinic" checked' in answer.text
    assert fresh(visit).local_day == days(2)


def test_nobody_moves_what_changed_meanwhile(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    seen = visit.version
    desk.post(f"/visits/{visit.id}/confirm", data={"seen": seen})
    answer = desk.post(f"/visits/{visit.id}/move", data={"seen": seen, "slot": f"{days(3)} 600 0 0", "asked_by": "patient"})
    assert answer.status_code == 409
    assert "moved to Fri 4 Dec 10:00" in words(answer)
    assert fresh(visit).local_day == days(2)


@pytest.mark.parametrize("slot", ["", "tomorrow", "2026-12-04 9999 0 0", "2026-13-04 600 0 0", "2026-12-04", "x" * 10_000])
def test_a_time_that_is_none_is_asked_for_again(scene: Scene, desk: FlaskClient, noon: datetime, slot: str) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    answer = desk.post(f"/visits/{visit.id}/move", data={"seen": visit.version, "slot": slot, "asked_by": "patient"})
    assert answer.status_code == 422
    assert fresh(visit).local_day == days(2)


def test_an_exact_time_can_be_typed(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    data = {"seen": visit.version, "exact_day": "4.12", "exact_time": "10:05", "asked_by": "patient"}
    assert desk.post(f"/visits/{visit.id}/move", data=data).status_code == 303
    assert f"{fresh(visit).local_time:%H:%M}" == "10:05"


def test_a_closed_hour_is_refused_with_the_reason(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    data = {"seen": visit.version, "exact_day": "2026-12-06", "exact_time": "10:00", "asked_by": "patient"}
    answer = desk.post(f"/visits/{visit.id}/move", data=data)
    assert answer.status_code == 422
    assert "The clinic is closed. (Sun 6 Dec 2026)" in words(answer)
    assert 'value="10:00"' in answer.text


def test_a_cancelled_visit_goes_back_to_the_worklist(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    answer = desk.post(f"/visits/{visit.id}/cancel", data={"seen": visit.version, "by": "patient", "why": "ill"})
    assert (answer.status_code, answer.location) == (303, f"/day/{days(2)}#v{visit.id}")
    assert fresh(visit).state is VisitState.CANCELLED
    assert db.session.get_one(TreatmentSession, scene.sessions[0].id).state is SessionState.PROPOSED
    page = desk.get(f"/visits/{visit.id}")
    assert "the patient is ill" in words(page)


def test_a_cancellation_for_which_nobody_gave_a_reason_has_none(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    assert '<option value="ill" selected' not in desk.get(f"/visits/{visit.id}/cancel").text
    desk.post(f"/visits/{visit.id}/cancel", data={"seen": visit.version, "by": "patient", "why": ""})
    assert fresh(visit).statuses[-1].why == ""


def test_cancelling_needs_to_know_who_and_why(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    assert desk.post(f"/visits/{visit.id}/cancel", data={"seen": visit.version, "by": "nobody", "why": "x"}).status_code == 422
    assert fresh(visit).state is VisitState.BOOKED


def test_a_visit_that_has_begun_is_not_moved(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=1))
    desk.post(f"/visits/{visit.id}/step/arrived", data={"seen": visit.version})
    assert desk.get(f"/visits/{visit.id}/move").status_code == 303
    assert "Only a visit that has not begun can be cancelled." in words(desk.get(f"/visits/{visit.id}/cancel"))

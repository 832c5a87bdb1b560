"""What is pressed on the day page, as it is posted: it counts once, it can be taken back, and a stale page changes nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.patient import PatientReport
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, press, row, words
from tests.schedule.scenes import Scene, book, book_plain, days, move


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


def test_arrived_leads_back_to_the_row_and_offers_undo(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    answer = press(desk, visit, "arrived")
    assert (answer.status_code, answer.location) == (303, f"/day/2026-12-01#v{visit.id}")
    assert fresh(visit).state is VisitState.ARRIVED
    page = desk.get("/day")
    assert "Ayşe Yılmaz: arrived, 12:00" in words(page)
    assert f'action="/visits/{visit.id}/undo"' in page.text


def test_with_a_script_the_row_alone_comes_back_with_the_counts(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    data = {"seen": visit.version, "row": "1", "by": "room"}
    answer = desk.post(f"/visits/{visit.id}/step/arrived", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'<tr id="v{visit.id}"' in answer.text
    assert 'id="toasts" hx-swap-oob' in answer.text
    assert "Waiting 1" in words(answer)


def test_a_double_click_is_one_step(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    seen = visit.version
    assert press(desk, visit, "arrived", seen).status_code == 303
    assert press(desk, visit, "arrived", seen).status_code == 303
    assert [row.state for row in fresh(visit).statuses] == [VisitState.BOOKED, VisitState.ARRIVED]


def test_a_stale_page_shows_both_and_writes_nothing(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=2))
    seen = visit.version
    press(desk, visit, "arrived", seen)
    answer = press(desk, visit, "no_show", seen)
    assert answer.status_code == 409
    assert "Theirs (Deniz Ak)" in words(answer)
    assert "arrived, since 12:00" in words(answer)
    assert "Yours no-show" in words(answer)
    assert fresh(visit).state is VisitState.ARRIVED


def test_what_stale_shows_can_be_applied_all_the_same(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    seen = visit.version
    desk.post(f"/visits/{visit.id}/confirm", data={"seen": seen})
    answer = press(desk, visit, "arrived", seen)
    assert answer.status_code == 409
    assert f'name="seen" value="{seen + 1}"' in answer.text
    assert press(desk, visit, "arrived", seen + 1).status_code == 303


def test_with_a_script_both_stand_in_the_row_and_mine_can_be_applied(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    seen = visit.version
    desk.post(f"/visits/{visit.id}/confirm", data={"seen": seen})
    answer = _press_by_script(desk, visit, "arrived", seen)
    assert answer.status_code == 409
    assert answer.headers["Seans-Row"] == "both"
    text = row(answer, visit)
    assert "Deniz Ak changed this at 12:00: booked → confirmed. Yours: arrived. Keep theirs Apply mine" in text
    assert fresh(visit).state is VisitState.CONFIRMED
    again = _press_by_script(desk, visit, "arrived", int(re.search(r'name="seen" value="(\d+)"', answer.text)[1]))
    assert again.status_code == 200
    assert fresh(visit).state is VisitState.ARRIVED


def test_what_no_longer_fits_is_said_and_not_offered(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=2))
    seen = visit.version
    press(desk, visit, "arrived", seen)
    text = row(_press_by_script(desk, visit, "no_show", seen), visit)
    assert "booked → arrived. Yours: no-show. This step no longer fits. Keep theirs" in text
    assert "Apply mine" not in text
    assert "Apply mine" not in words(press(desk, visit, "no_show", seen))


def test_theirs_kept_is_the_row_as_it_is(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    assert desk.get(f"/visits/{visit.id}/row").location == f"/day/{TODAY}#v{visit.id}"
    answer = desk.get(f"/visits/{visit.id}/row?by=room", headers={"HX-Request": "true"})
    assert "Booked" in row(answer, visit)
    assert "Dr. Burcu Çelen" in row(answer, visit)


def test_a_move_meanwhile_is_told_as_one(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    seen = visit.version
    move(visit, TODAY, "15:30", noon)
    assert "changed this at 12:00: moved to Tue 1 Dec 15:30" in words(press(desk, visit, "arrived", seen))


def _press_by_script(client: FlaskClient, visit: Appointment, to: str, seen: int) -> TestResponse:
    data = {"seen": seen, "row": "1", "by": "practitioner"}
    return client.post(f"/visits/{visit.id}/step/{to}", data=data, headers={"HX-Request": "true"})


def test_undo_is_the_state_before(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    press(desk, visit, "arrived")
    desk.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version, "back": "/day?by=room"})
    assert fresh(visit).state is VisitState.BOOKED


def test_a_visit_of_another_day_has_not_arrived_today(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "13:50", noon)
    press(desk, visit, "arrived")
    assert fresh(visit).state is VisitState.BOOKED
    assert "This visit is on another day." in words(desk.get("/day"))


def test_no_show_before_its_time_is_refused_in_words(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    press(desk, visit, "no_show")
    assert "No-show can be marked from 15 minutes after the arrival time." in words(desk.get("/day"))


def test_not_treated_needs_its_reason(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    press(desk, visit, "arrived")
    press(desk, fresh(visit), "not_treated")
    assert "Choose why the patient was not treated." in words(desk.get("/day"))
    press(desk, fresh(visit), "not_treated", None, **{f"why-{visit.id}": "refused"})
    assert fresh(visit).state is VisitState.NOT_TREATED
    assert fresh(visit).statuses[-1].why == "refused"


def test_an_undecided_report_keeps_treatment_from_starting(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    press(nurse, visit, "arrived")
    with transaction():
        db.session.add(PatientReport(patient_id=scene.patient.id, words="fever", at=noon))
    press(nurse, fresh(visit), "in_treatment")
    assert fresh(visit).state is VisitState.ARRIVED


def test_reception_does_not_mark_done_unless_the_clinic_lets_it(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = _arrived(scene, desk, noon)
    press(desk, visit, "done")
    assert fresh(visit).state is VisitState.ARRIVED
    assert "practitioners and physicians record" in words(desk.get("/day"))
    with transaction():
        db.session.get_one(Clinic, 1).reception_records_done = True
    press(desk, fresh(visit), "done")
    assert fresh(visit).state is VisitState.DONE


def test_the_nurse_closes_a_visit_without_a_lot_in_one_press(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    visit = _arrived(scene, nurse, noon)
    press(nurse, visit, "done")
    assert fresh(visit).state is VisitState.DONE


def test_the_manager_runs_no_visit(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    builders.sign_in(client, builders.a_manager())
    assert press(client, visit, "arrived").status_code == 403


@pytest.mark.parametrize("to", ["x", "confirmed", "record", "booked"])
def test_a_step_that_is_none_is_no_page(scene: Scene, desk: FlaskClient, noon: datetime, to: str) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    assert press(desk, visit, to).status_code == 404


def _arrived(scene: Scene, client: FlaskClient, now: datetime) -> Appointment:
    """A visit that asks for no lot, its patient here."""
    visit = book_plain(scene.patient, VisitKind.CONSULTATION, TODAY, "13:50", now)
    press(client, visit, "arrived")
    return fresh(visit)


def test_every_button_of_the_day_leads_somewhere(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    builders.sign_in(client, scene.physician)
    coming = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=2))
    here = _arrived(scene, client, noon)
    shown = re.findall(r'formaction="([^"]+)"', client.get("/day").text.split('id="the-day"')[1])
    assert {url for url in shown if url.endswith("/confirm")} == {f"/visits/{coming.id}/confirm"}
    assert any(url.startswith(f"/visits/{here.id}/") for url in shown)
    for url in shown:
        assert client.post(url, data={"seen": "0"}).status_code in {303, 409}, url
    assert client.post(f"/visits/{coming.id}/confirm", data={"seen": coming.version}).status_code == 303
    assert fresh(coming).state is VisitState.CONFIRMED

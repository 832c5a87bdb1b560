"""The first maintenance visit, placed and booked with the series where the physician asks for it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.plans.builder.booking_form import read_value
from app.schedule import actions
from app.series import rows
from app.series.facts import open_sessions
from app.series.reading import SessionLine, read
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.message import ChangeSet
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course, SessionKind, SessionState
from tests.builders import TODAY, a_nurse, a_protocol, an_evaluation, done
from tests.conftest import NOON
from tests.plans.pages import form_in, post, send
from tests.plans.test_plan_and_book import press, shown

PRP = {"courses__0__with_maintenance": "y"}


@pytest.fixture
def prp(patient: Patient, physician: StaffMember) -> ProtocolVersion:
    a_nurse()
    an_evaluation(patient, physician)
    return a_protocol("prp_scalp")


@pytest.fixture
def url(patient: Patient, prp: ProtocolVersion) -> str:
    return f"/patients/{patient.id}/plan/new?with={prp.id}"


@pytest.fixture
def course(client: FlaskClient, url: str) -> Course:
    """Three sessions and the first of maintenance, all booked."""
    page = press(client, url, client.get(url), "preview", **PRP)
    assert press(client, url, page, "book").status_code == 303
    return db.session.query(Course).one()


def last_line(course: Course) -> SessionLine:
    return read(course, TODAY).lines[-1]


def test_it_is_placed_only_where_it_is_asked_for(client: FlaskClient, url: str) -> None:
    page = client.get(url)
    assert "Maintenance, about:" in page.text
    assert list(shown(form_in(page))) == ["1", "2", "3"]
    asked = press(client, url, page, "preview", **PRP)
    assert list(shown(form_in(asked))) == ["1", "2", "3", "M1"]
    assert "Maintenance, about:" not in asked.text
    assert "Book 4 sessions" in asked.text
    back = post(client, url.partition("?")[0], form_in(asked), without=("courses-0-with_maintenance",), do="preview")
    assert shown(form_in(back)) == shown(form_in(page))


def test_it_is_foretold_from_the_times_that_are_shown_as_it_stands_once_they_are_booked(client: FlaskClient, url: str) -> None:
    page = press(client, url, client.get(url), "preview", weekdays="6")
    foretold = re.search(r"Maintenance, about:.*?</p>", page.text)
    booked = client.get(press(client, url, page, "book", weekdays="6").location or "").text
    assert foretold is not None
    assert foretold[0] in booked


def test_nobody_is_told_to_stay_in_town_for_it(client: FlaskClient, url: str) -> None:
    stay = {"last_day": f"{TODAY + timedelta(days=21):%d.%m.%Y}"}
    pages = [press(client, url, client.get(url), "preview", **stay, **more) for more in ({}, PRP)]
    without, with_it = (re.search(r"would need a stay until about: [^.<]+", page.text) for page in pages)
    assert without is not None
    assert with_it is not None
    assert with_it[0] == without[0]


def test_it_is_booked_with_the_series_in_one_press_and_told_once(client: FlaskClient, course: Course) -> None:
    line = last_line(course)
    assert (line.label, line.state, line.visit and line.visit.kind) == ("M1", SessionState.BOOKED, VisitKind.EVALUATION_AND_TREATMENT)
    assert db.session.query(Appointment).count() == 4
    assert db.session.query(ChangeSet).count() == 1
    page = client.get(f"/plan/{course.plan_id}").text
    assert "M1" in page
    assert "Maintenance, about:" not in page


def test_it_lies_in_the_band_that_was_shown(client: FlaskClient, patient: Patient, url: str) -> None:
    asked = {"protocol": "prp_scalp", "with_maintenance": True}
    answer = client.post("/api/plan/preview", json={"patient_id": patient.id, "courses": [asked]}).json
    sessions = answer["courses"][0]["sessions"] if answer else []
    assert [one["label"] for one in sessions] == ["1", "2", "3", "M1"]
    page = press(client, url, client.get(url), "preview", **PRP)
    press(client, url, page, "book")
    line = last_line(db.session.query(Course).one())
    assert line.day
    assert (line.band, line.day.isoformat(), line.gap_days) == (sessions[-1]["band"], sessions[-1]["slot"]["day"], sessions[-1]["gap_days"])


def test_it_has_other_times_and_stays_where_it_was_put(client: FlaskClient, url: str) -> None:
    page = press(client, url, client.get(url), "preview", **PRP)
    other = next(part.partition('"')[0] for part in page.text.split('value="use.')[1:] if part.startswith("0-M1."))
    put = press(client, url, page, f"use.{other}")
    chosen = read_value(other.partition(".")[2])
    slot = read_value(shown(form_in(put))["M1"])
    assert chosen
    assert slot
    assert (slot.day, slot.start_minute) == (chosen.day, chosen.start_minute)


def test_a_session_that_does_not_count_leaves_it_where_it_is_and_comes_again(course: Course) -> None:
    kept = last_line(course).visit
    first, second = course.sessions[0], course.sessions[1]
    done(first, TODAY - timedelta(days=5))
    done(second, TODAY - timedelta(days=1))
    with transaction():
        rows.align_sessions(course, TODAY)
    assert [line.label for line in read(course, TODAY).lines] == ["1", "", "2", "3", "M1"]
    assert last_line(course).visit is kept


def test_without_its_visit_it_stays_to_be_booked_behind_the_series(client: FlaskClient, course: Course) -> None:
    visit = last_line(course).visit
    assert visit
    with transaction():
        actions.cancel(visit, NOON, by_patient=True)
    line = last_line(course)
    assert (line.label, line.visit) == ("M1", None)
    assert "M1" in client.get(f"/plan/{course.plan_id}/book").text


def test_a_course_whose_maintenance_is_dropped_gives_its_visit_back(client: FlaskClient, course: Course) -> None:
    visit = last_line(course).visit
    assert visit
    answer = send(client, f"/plan/{course.plan_id}/edit", "seen", without=("courses-0-keeps",), do="save")
    assert answer.status_code == 303
    assert visit.state is VisitState.CANCELLED
    assert [line.label for line in read(course, TODAY).lines] == ["1", "2", "3"]


def test_a_course_without_maintenance_ignores_the_wish(client: FlaskClient, url: str) -> None:
    page = post(client, url.partition("?")[0], form_in(client.get(url)), without=("courses-0-keeps",), do="preview", **PRP)
    assert list(shown(form_in(page))) == ["1", "2", "3"]
    assert "with_maintenance" not in page.text.partition("<main")[2]


def test_when_the_series_is_complete_it_is_what_comes_next(course: Course) -> None:
    for session, days in zip(course.sessions[:3], (80, 50, 20), strict=True):
        done(session, TODAY - timedelta(days=days))
    with transaction():
        reading = rows.align_sessions(course, TODAY)
    assert (reading.next_line and reading.next_line.label, course.needs_booking) == ("M1", False)
    assert [row.kind for row in open_sessions(course)] == [SessionKind.MAINTENANCE]

"""Attacks with a name: what somebody with a stolen cookie, a copied link or a made-up request gets, which is nothing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import passwords
from models import clock
from models.appointment import Appointment
from models.base import db
from models.staff import FormToken, KeptText, StaffMember
from tests import builders
from tests.conftest import NOON
from tests.schedule.scenes import a_scene

PASSWORD = "mavi kedi pencerede uyur"


@pytest.fixture
def deniz(app: Flask, noon: datetime) -> StaffMember:
    builders.a_clinic()
    return builders.a_receptionist(password_hash=passwords.hash_password(PASSWORD))


def sign_in(client: FlaskClient, email: str = "deniz.ak@ege.example") -> str:
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == HTTPStatus.SEE_OTHER
    cookie = client.get_cookie("seans")
    assert cookie is not None
    return cookie.value


def opens(app: Flask, cookie: str) -> bool:
    """Whether a copied cookie still lets somebody in."""
    client = app.test_client()
    client.set_cookie("seans", cookie)
    return client.get("/account").status_code == HTTPStatus.OK


# ── Sign-ins ─────────────────────────────────────────────────────────────────


def test_signing_in_anew_ends_the_sign_in_this_browser_had(app: Flask, client: FlaskClient, deniz: StaffMember) -> None:
    stolen = sign_in(client)
    now = sign_in(client)
    assert not opens(app, stolen)
    assert opens(app, now)


def test_a_cookie_made_before_signing_in_opens_nothing_afterwards(app: Flask, client: FlaskClient, deniz: StaffMember) -> None:
    client.get("/sign-in")
    planted = client.get_cookie("seans")
    assert planted is not None
    sign_in(client)
    assert not opens(app, planted.value)


def test_a_cookie_dies_with_the_account_and_does_not_come_back_with_it(app: Flask, client: FlaskClient, deniz: StaffMember) -> None:
    stolen, boss = sign_in(client), app.test_client()
    builders.sign_in(boss, builders.a_manager())
    boss.post(f"/staff/{deniz.id}/disable")
    assert not opens(app, stolen)
    boss.post(f"/staff/{deniz.id}/enable")
    assert not opens(app, stolen)


def test_a_role_that_was_taken_away_opens_nothing_more_at_once(app: Flask, client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client)
    assert client.get("/patients").status_code == HTTPStatus.OK
    deniz.roles = ["auditor"]
    db.session.commit()
    assert client.get("/patients").status_code == HTTPStatus.FORBIDDEN


def test_a_cookie_lives_twelve_hours_however_busily_it_is_used(app: Flask, client: FlaskClient, deniz: StaffMember, noon: datetime) -> None:
    cookie = sign_in(client)
    for minutes in range(10, 12 * 60, 10):
        with clock.set_to(noon + timedelta(minutes=minutes)):
            assert opens(app, cookie), minutes
    with clock.set_to(noon + timedelta(hours=12)):
        assert not opens(app, cookie)


def test_reading_after_the_sign_in_ran_out_keeps_nothing(client: FlaskClient, deniz: StaffMember, noon: datetime) -> None:
    sign_in(client)
    with clock.set_to(noon + timedelta(minutes=16)):
        for method in ("HEAD", "OPTIONS"):
            assert client.open("/patients", method=method).status_code == HTTPStatus.SEE_OTHER
    assert db.session.scalars(select(KeptText)).all() == []


def test_tries_are_counted_for_the_address_the_proxy_saw_not_for_the_one_a_visitor_writes(
    app: Flask, client: FlaskClient, deniz: StaffMember
) -> None:
    for n in range(61):
        typed, head = {"email": f"n{n}@x.example", "password": "x"}, {"X-Forwarded-For": f"203.0.113.{n}"}
        answer = client.post("/sign-in", data=typed, headers=head)
    assert "Too many tries" in answer.text


# ── Made-up requests ─────────────────────────────────────────────────────────


def test_a_fragment_from_an_address_that_is_none_is_refused_in_words(client: FlaskClient, deniz: StaffMember) -> None:
    head = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert client.get("/day", headers=head).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("name", ["sessions-²-done", "courses-" + "9" * 5000 + "-course_id", "a\x00", "<b>", "a" * 200])
def test_a_field_that_no_page_has_is_refused(client: FlaskClient, deniz: StaffMember, name: str) -> None:
    assert client.post("/sign-in", data={name: "1"}).status_code == HTTPStatus.BAD_REQUEST


def test_more_fields_than_any_page_has_are_refused(client: FlaskClient, deniz: StaffMember) -> None:
    body = "&".join(f"f{n}=1" for n in range(6000))
    answer = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("path", ["/settings/closures", "/staff/1/absences"])
def test_a_day_of_nothing_but_spaces_is_no_day(client: FlaskClient, deniz: StaffMember, path: str) -> None:
    builders.sign_in(client, builders.a_manager())
    answer = client.post(path, data={"form_token": "t", "day": "  ", "first_day": "  ", "why": "x"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please fill this in." in answer.text


def test_an_exact_time_of_nothing_but_spaces_is_no_time(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene()
    builders.sign_in(client, scene.nurse)
    answer = client.post(f"/session/{scene.sessions[0].id}/book", data={"form_token": "t", "exact_day": " ", "exact_time": " 10:00"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose a time." in answer.text


def test_what_is_given_beside_the_fields_of_a_form_changes_nothing(client: FlaskClient, deniz: StaffMember) -> None:
    builders.sign_in(client, builders.a_receptionist("Ada Su"))
    patient = builders.a_patient()
    more = {"id": "99", "version": "50", "deceased_on": "2026-01-01", "merged_into_id": "1", "created_at": "x", "never_ask_pregnancy": "y",
            "detail": "full", "email_verified_at": "2026-01-01"}  # fmt: skip
    data = {
        "seen": str(patient.version),
        "first_name": "Ayşe",
        "last_name": "Ak",
        "channel": "paper",
        "language": "tr",
        "sex": "female",
    } | more
    assert client.post(f"/patients/{patient.id}/edit", data=data).status_code == HTTPStatus.SEE_OTHER
    db.session.refresh(patient)
    assert (patient.last_name, patient.deceased_on, patient.merged_into_id, patient.never_ask_pregnancy) == ("Ak", None, None, False)
    assert (patient.detail, patient.email_verified_at) == ("discreet", None)


# ── At one moment ────────────────────────────────────────────────────────────


def at_once(app: Flask, number: int, act: Any) -> list[Any]:
    """The answers of so many people who all press at the same moment."""
    ready, answers = threading.Barrier(number), []

    def press(n: int) -> None:
        with clock.set_to(NOON):
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = app.config["HANDLES"][n % len(app.config["HANDLES"])], True
            ready.wait()
            answers.append(act(client, n))

    people = [threading.Thread(target=press, args=(n,)) for n in range(number)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return answers


def handles_of(app: Flask, *members: StaffMember) -> None:
    made = []
    for member in members:
        client = app.test_client()
        builders.sign_in(client, member)
        with client.session_transaction() as cookie:
            made.append(cookie["_user_id"])
    app.config["HANDLES"] = made


def test_sixteen_people_who_book_one_place_at_one_moment_get_one_visit(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    handles_of(app, scene.nurse, builders.a_receptionist())
    path, typed = f"/session/{scene.sessions[0].id}/book", {"exact_day": "4.12.2026", "exact_time": "10:00", "asked_by": "patient"}
    db.session.remove()
    answers = at_once(app, 16, lambda client, n: client.post(path, data=typed | {"form_token": f"t{n}"}))
    assert {answer.status_code for answer in answers} <= {303, 422, 503}  # 503 on a slow machine: the others kept it waiting too long
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1


def test_one_form_sent_sixteen_times_at_one_moment_books_once_and_everybody_is_led_to_it(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    handles_of(app, scene.nurse)
    path = f"/visits/new?patient={scene.patient.id}&kind=consultation"
    typed = {"form_token": "same", "exact_day": "4.12.2026", "exact_time": "11:00", "asked_by": "patient"}
    db.session.remove()
    answers = at_once(app, 16, lambda client, _n: client.post(path, data=typed))
    assert {(answer.status_code, answer.location) for answer in answers if answer.status_code != 503} == {(303, "/visits/1")}
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1
    assert db.session.scalar(select(func.count()).select_from(FormToken)) == 1

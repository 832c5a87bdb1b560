"""Accounts: made by a manager, opened by a one-time link, changed, shut."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import passwords
from app.staff import links
from app.tokens import new_handle
from models import clock
from models.base import db, transaction
from models.event import Event
from models.staff import StaffLink, StaffMember
from tests import builders

PASSWORD = "mavi kedi pencerede uyur"
ECE = {"name": "Ece  Nur", "email": "Ece@Ege.example", "roles": ["practitioner", "reception"], "skills": ["needling"], "language": "tr"}


@pytest.fixture
def manager(app: Flask, client: FlaskClient, noon: datetime) -> StaffMember:
    builders.a_clinic()
    return builders.sign_in(client, builders.a_manager())


def add(client: FlaskClient, **changes: object) -> str:
    """Add a person; the path of the link that the page shows."""
    answer = client.post("/staff/new", data=ECE | {"form_token": new_handle()} | changes)
    assert answer.status_code == 200, answer.text
    found = re.search(r"http://localhost(/set-password/[\w-]{22})", answer.text)
    assert found
    return found[1]


def the(name: str) -> StaffMember:
    db.session.rollback()
    return db.session.scalars(select(StaffMember).where(StaffMember.name == name)).one()


def test_a_manager_adds_a_person_who_chooses_a_password_by_a_link(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    link, browser = add(client), app.test_client()
    ece = the("Ece Nur")
    assert (ece.email, ece.roles, ece.skills, ece.password_hash) == ("ece@ege.example", ["practitioner", "reception"], ["needling"], None)
    assert '<html lang="tr" dir="ltr">' in browser.get(link).text
    assert browser.post(link, data={"new_password": PASSWORD}).location == "/sign-in?set=1"
    assert browser.post("/sign-in", data={"email": "ece@ege.example", "password": PASSWORD}).status_code == 303
    done = list(db.session.scalars(select(Event.action).order_by(Event.id)))
    assert done == ["created", "password link made", "password set", "signed in"]


def test_the_link_works_once(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    link, browser = add(client), app.test_client()
    browser.post(link, data={"new_password": PASSWORD})
    assert browser.get(link).status_code == 410
    assert browser.post(link, data={"new_password": "dokuz ördek gölde yüzer"}).status_code == 410
    assert passwords.is_password(the("Ece Nur").password_hash, PASSWORD)


def test_opening_the_link_changes_nothing(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    link, scanner = add(client), app.test_client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
    assert the("Ece Nur").password_hash is None


def test_the_link_ends_after_48_hours_and_with_a_newer_one(app: Flask, client: FlaskClient, manager: StaffMember, noon: datetime) -> None:
    first, browser = add(client), app.test_client()
    answer = client.post(f"/staff/{the('Ece Nur').id}/link")
    second = re.search(r"/set-password/[\w-]{22}", answer.text)
    assert second
    assert browser.get(first).status_code == 410
    with clock.set_to(noon + timedelta(hours=48, seconds=-1)):
        assert browser.get(second[0]).status_code == 200
    with clock.set_to(noon + timedelta(hours=48)):
        assert browser.get(second[0]).status_code == 410


def test_the_link_of_the_mail_stands_beside_the_one_that_is_handed_over_until_one_is_used(
    app: Flask, client: FlaskClient, manager: StaffMember
) -> None:
    shown, browser = add(client), app.test_client()
    with transaction():
        mailed = f"/set-password/{links.make(the('Ece Nur'), clock.now(), beside=True)}"
    assert [browser.get(link).status_code for link in (shown, mailed)] == [200, 200]
    browser.post(shown, data={"new_password": PASSWORD})
    assert [browser.get(link).status_code for link in (shown, mailed)] == [410, 410]


def test_only_the_hash_of_a_link_is_kept(client: FlaskClient, manager: StaffMember) -> None:
    handle = add(client).rpartition("/")[2]
    assert handle not in db.session.scalars(select(StaffLink)).one().token_hash


def test_a_bad_password_keeps_the_link(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    link, browser = add(client), app.test_client()
    answer = browser.post(link, data={"new_password": "Ece Nur Ege Klinik 2026"})
    assert answer.status_code == 422
    assert browser.post(link, data={"new_password": PASSWORD}).status_code == 303


def test_a_new_password_ends_every_sign_in(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    browser = app.test_client()
    ece = builders.sign_in(browser, builders.a_nurse())
    link = re.search(r"/set-password/[\w-]{22}", client.post(f"/staff/{ece.id}/link").text)
    assert link
    assert browser.get("/account").status_code == 200
    app.test_client().post(link[0], data={"new_password": PASSWORD})
    assert browser.get("/account").status_code == 303


def test_a_second_press_makes_no_second_person(client: FlaskClient, manager: StaffMember) -> None:
    token = new_handle()
    add(client, form_token=token)
    again = client.post("/staff/new", data=ECE | {"form_token": token, "email": "other@ege.example"})
    assert (again.status_code, again.location) == (303, f"/staff/{the('Ece Nur').id}")


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"name": ""}, "Please fill this in"), ({"email": "not an address"}, "Enter a mail address"), ({"roles": []}, "at least one role"),
     ({"email": "mert.can@ege.example"}, "Another account"), ({"name": "A\r\nBcc: x"}, "on one line"), ({"name": "x" * 200}, "at most 120"),
     ({"email": "a@b.example\nBcc: c@d.example"}, "on one line"), ({"roles": ["owner"]}, "owner"), ({"skills": ["flying"]}, "flying")],
)  # fmt: skip
def test_bad_entries_are_said_beside_the_field_and_what_was_typed_stays(
    client: FlaskClient, manager: StaffMember, changes: dict[str, object], words: str
) -> None:
    answer = client.post("/staff/new", data=ECE | {"form_token": new_handle(), "email": "ece@ege.example"} | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert re.search(r'name="language"[^>]*value="tr"[^>]*checked', answer.text)
    assert len(db.session.scalars(select(StaffMember)).all()) == 1


def test_a_changed_person_is_written_down_by_field(client: FlaskClient, manager: StaffMember) -> None:
    ece = builders.a_nurse()
    answer = client.post(f"/staff/{ece.id}/edit", data=ECE | {"seen": "1", "name": "Ece Nur"})
    assert answer.status_code == 303
    row = db.session.scalars(select(Event).where(Event.action == "changed")).one()
    assert sorted(row.fields) == ["email", "language", "roles", "skills"]
    assert (row.object_id, row.staff_id) == (ece.id, manager.id)


def test_a_stale_page_changes_nothing(client: FlaskClient, manager: StaffMember) -> None:
    ece = builders.a_nurse(version=2)
    answer = client.post(f"/staff/{ece.id}/edit", data=ECE | {"seen": "1"})
    assert answer.status_code == 409
    assert 'name="seen" value="2"' in answer.text
    assert the("Ece Nur").email == "ece.nur@ege.example"


def test_the_last_manager_keeps_the_role_and_the_account(client: FlaskClient, manager: StaffMember) -> None:
    answer = client.post(f"/staff/{manager.id}/edit", data=ECE | {"seen": "1", "email": manager.email})
    assert answer.status_code == 422
    assert "only manager" in answer.text
    assert client.post(f"/staff/{manager.id}/disable").status_code == 422
    assert the("Mert Can").active


def test_a_shut_account_is_out_and_can_be_opened_again(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    browser = app.test_client()
    ece = builders.sign_in(browser, builders.a_nurse())
    assert client.post(f"/staff/{ece.id}/disable").status_code == 303
    assert browser.get("/account").status_code == 303
    assert "is shut" in client.get(f"/staff/{ece.id}").text
    assert client.post(f"/staff/{ece.id}/link").status_code == 422
    client.post(f"/staff/{ece.id}/enable")
    assert browser.get("/account").status_code == 303, "the old sign-in stays ended"
    assert the("Ece Nur").active


def test_a_manager_can_sign_somebody_out_everywhere(app: Flask, client: FlaskClient, manager: StaffMember) -> None:
    browser = app.test_client()
    ece = builders.sign_in(browser, builders.a_nurse())
    assert "Signed in on 1 browser" in client.get(f"/staff/{ece.id}").text
    client.post(f"/staff/{ece.id}/sign-out")
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("page", ["", "/new", "/1", "/1/edit", "/1/absences", "/1/hours", "/1/hours/new", "/1/hours/always"])
def test_every_page_of_the_room_opens_in_both_languages(client: FlaskClient, manager: StaffMember, page: str) -> None:
    for language in ("en", "tr"):
        client.post("/language", data={"language": language})
        answer = client.get(f"/staff{page}")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text


def test_before_an_account_is_shut_the_visits_with_that_person_are_shown(client: FlaskClient, manager: StaffMember) -> None:
    ece, patient = builders.a_nurse(), builders.a_patient()
    builders.a_visit(patient, clock.now() + timedelta(days=2), performer=ece, kind="consultation")
    builders.a_visit(patient, clock.now() - timedelta(days=2), performer=ece)
    first = client.post(f"/staff/{ece.id}/disable")
    assert first.status_code == 422
    assert "1 booked visit is with this person." in first.text
    assert the("Ece Nur").active
    saved = client.post(f"/staff/{ece.id}/disable", data={"sure": "1"})
    assert saved.location.endswith("/replan")
    assert not the("Ece Nur").active
    assert "Ayşe Yılmaz" in client.get("/replan").text


def test_who_booked_somebody_meanwhile_is_seen_before_the_account_is_shut(client: FlaskClient, manager: StaffMember) -> None:
    ece, patient = builders.a_nurse(), builders.a_patient()
    for day in (2, 3):
        builders.a_visit(patient, clock.now() + timedelta(days=day), performer=ece)
    answer = client.post(f"/staff/{ece.id}/disable", data={"sure": "1"})
    assert "2 booked visits are with this person." in answer.text
    assert the("Ece Nur").active

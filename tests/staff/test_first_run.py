"""The first page of an empty clinic: it makes the first manager, and then it is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.factory import create_app
from app.staff import first_run
from models.base import db
from models.clinic import Clinic, Location
from models.staff import StaffMember
from tests.builders import a_physician
from tests.conftest import settings_of_a_test

TYPED = {"clinic": "Ege Klinik", "name": "Mert Can", "email": "mert@ege.example", "new_password": "mavi kedi pencerede uyur"}
PHYSICIAN = {"physician_name": "Dr. Burcu Çelen", "physician_email": "burcu@ege.example"}


def people() -> dict[str, list[str]]:
    db.session.rollback()
    return {staff.email: staff.roles for staff in db.session.scalars(select(StaffMember))}


def test_there_is_no_default_account_and_every_way_leads_to_the_first_page(app: Flask, client: FlaskClient) -> None:
    assert people() == {}
    assert client.get("/sign-in").location == "/start"
    assert client.get("/", follow_redirects=True).request.path == "/start"


def test_the_first_page_makes_the_clinic_and_its_manager_who_is_signed_in(client: FlaskClient, noon: datetime) -> None:
    assert client.post("/start", data=TYPED).status_code == 303
    assert people() == {"mert@ege.example": ["manager"]}
    assert db.session.scalars(select(Clinic.name)).all() == ["Ege Klinik"]
    assert db.session.scalars(select(Location.name)).all() == ["Ege Klinik"]
    assert client.get("/staff").status_code == 200


def test_a_physician_of_the_first_page_gets_a_link_and_every_skill(app: Flask, client: FlaskClient, noon: datetime) -> None:
    page = client.post("/start", data=TYPED | PHYSICIAN).text
    link = re.search(r"/set-password/[\w-]{22}", page)
    assert link
    assert app.test_client().get(link[0]).status_code == 200
    assert people()["burcu@ege.example"] == ["physician"]
    burcu = db.session.scalars(select(StaffMember).where(StaffMember.email == "burcu@ege.example")).one()
    assert {"needling", "injection_scalp"} <= set(burcu.skills)


def test_the_manager_may_be_the_physician(client: FlaskClient, noon: datetime) -> None:
    client.post("/start", data=TYPED | {"is_physician": "y"})
    assert people() == {"mert@ege.example": ["manager", "physician"]}


def test_the_first_page_is_gone_once_there_is_an_account(app: Flask, client: FlaskClient, noon: datetime) -> None:
    client.post("/start", data=TYPED)
    other = app.test_client()
    assert other.get("/start").status_code == 303
    assert other.post("/start", data=TYPED | {"email": "late@ege.example"}).status_code == 303
    assert list(people()) == ["mert@ege.example"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"clinic": ""}, "Please fill this in"), ({"new_password": "short"}, "at least 15"),
     ({"new_password": "Ege Klinik Mert Can 1"}, "too easy"),
     ({"physician_name": "Dr. X"}, "mail address too"), ({"physician_email": "x@y.example"}, "name too"),
     (PHYSICIAN | {"physician_email": "mert@ege.example"}, "your own address")],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_made(client: FlaskClient, changes: dict[str, str], words: str, noon: datetime) -> None:
    answer = client.post("/start", data=TYPED | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert people() == {}
    assert db.session.scalars(select(Clinic)).all() == []


def test_from_another_machine_or_through_a_proxy_the_start_code_is_needed(client: FlaskClient, noon: datetime) -> None:
    ways: list[dict[str, Any]] = [
        {"environ_overrides": {"REMOTE_ADDR": "192.168.1.20"}}, {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"base_url": "http://evil.example:8000"},  # another site's name, made to lead to this machine
    ]  # fmt: skip
    for way in ways:
        answer = client.post("/start", data=TYPED, **way)
        assert answer.status_code == 422
        assert "not the start code" in answer.text
    assert people() == {}


@pytest.fixture
def facing_a_network(empty_database: Path, tmp_path: Path) -> Iterator[Flask]:
    (tmp_path / "seans.db").write_bytes(empty_database.read_bytes())
    app = create_app(settings_of_a_test(tmp_path, host="0.0.0.0", production=True))
    app.config.update(WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_where_the_product_faces_a_network_the_printed_code_opens_the_first_page(facing_a_network: Flask, noon: datetime) -> None:
    code = first_run.start_code(facing_a_network.extensions["seans"])
    client = facing_a_network.test_client()
    assert client.post("/start", data=TYPED | {"code": code[:-1]}).status_code == 422
    assert code in client.get(f"/start?code={code}").text
    for _n in range(120):
        client.post("/start", data=TYPED | {"code": "wrong"})
    assert client.post("/start", data=TYPED | {"code": f" {code} "}).status_code == 303


def test_the_first_manager_is_led_through_what_is_missing_line_by_line(client: FlaskClient, noon: datetime) -> None:
    assert client.post("/start", data=TYPED).location == "/begin"
    page = client.get("/settings").text
    assert "Before the first visit" in page
    for missing in ("/settings/clinic", "/settings/hours", "/settings/rooms", "/staff", "/protocols"):
        assert f'<dt><a href="{missing}">' in page
    a_physician()
    later = client.get("/settings").text
    assert "Working hours</a>" not in later
    assert "A physician</a>" not in later
    assert "Telephone numbers</a>" in later


def test_after_the_physicians_link_the_manager_goes_on_to_set_the_clinic_up(client: FlaskClient, noon: datetime) -> None:
    assert '<a class="button primary" href="/begin">' in client.post("/start", data=TYPED | PHYSICIAN).text


def test_what_is_wrong_on_the_first_page_is_listed_as_it_stands_there(client: FlaskClient) -> None:
    page = client.post("/start", data={}).text
    places = [page.index(f'<a href="#{field}">') for field in ("clinic", "name", "email", "new_password")]
    assert places == sorted(places)

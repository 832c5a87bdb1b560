"""Signing in and out: what a cookie opens, for how long, and how often a password may be tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import passwords, sessions
from app.staff import links, signing_in
from models import clock
from models.base import db, transaction
from models.event import Event
from models.staff import SignIn, StaffMember, Throttle
from tests import builders

PASSWORD = "mavi kedi pencerede uyur"


@pytest.fixture
def deniz(app: Flask, noon: datetime) -> StaffMember:
    builders.a_clinic()
    return builders.a_receptionist(password_hash=passwords.hash_password(PASSWORD))


@contextmanager
def later(now: datetime, **ahead: int) -> Iterator[datetime]:
    with clock.set_to(now + timedelta(**ahead)):
        yield now + timedelta(**ahead)


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = "deniz.ak@ege.example", **fields: str) -> int:
    return client.post("/sign-in", data={"email": email, "password": password} | fields).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def tries(action: str = "sign-in tried") -> list[str]:
    return list(db.session.scalars(select(Event.outcome).where(Event.action == action).order_by(Event.id)))


def test_the_right_password_opens_the_house(client: FlaskClient, deniz: StaffMember) -> None:
    assert sign_in(client, email=" Deniz.AK@ege.example ") == 303
    assert is_in(client)
    assert tries("signed in") == ["ok"]


def test_after_signing_in_one_is_where_one_wanted_to_be_but_never_elsewhere(client: FlaskClient, deniz: StaffMember) -> None:
    data = {"email": deniz.email, "password": PASSWORD}
    assert client.post("/sign-in", data=data | {"next": "/account?a=1"}).location == "/account?a=1"
    assert client.post("/sign-in", data=data | {"next": "https://evil.example/"}).location == "/"


def test_every_wrong_entry_gets_the_same_answer(client: FlaskClient, deniz: StaffMember) -> None:
    builders.a_nurse(password_hash=passwords.hash_password(PASSWORD), active=False)
    builders.a_physician()
    answers = set()
    for email in ("deniz.ak@ege.example", "nobody@ege.example", "ece.nur@ege.example", "dr..burcu.celen@ege.example"):
        answer = client.post("/sign-in", data={"email": email, "password": "wrong"})
        assert answer.status_code == 422
        answers.add(re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.replace(email, "")))
    assert len(answers) == 1
    assert tries() == ["refused"] * 4


class _Watched(PasswordHasher):
    """The real hasher, which also says what it compared."""

    def __init__(self, compared: list[str]) -> None:
        super().__init__(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self.compared = compared

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  argon2's own name
        self.compared.append(str(password))
        return super().verify(hash, password)


def test_an_unknown_account_costs_a_comparison_too(deniz: StaffMember, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(passwords, "HASHER", _Watched(compared))
    signing_in.sign_in("nobody@ege.example", PASSWORD, "10.0.0.1", noon)
    assert compared == [PASSWORD]


def test_a_cookie_opens_nothing_after_signing_out(client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client)
    stolen = client.get_cookie("seans")
    assert stolen is not None
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    client.set_cookie("seans", stolen.value)
    assert not is_in(client)
    assert tries("signed out") == ["ok"]


def test_the_cookie_carries_a_random_id_of_which_only_the_hash_is_kept(client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        handle = cookie["_user_id"]
        assert set(cookie) <= {"_user_id", "_fresh", "_id", "csrf_token"}
    row = db.session.scalars(select(SignIn)).one()
    assert len(handle) == 22
    assert handle not in row.id_hash


def test_signing_in_gives_a_new_id_and_forgets_what_the_cookie_held(client: FlaskClient, deniz: StaffMember) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "known-to-the-attacker", "x"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "known-to-the-attacker"
        assert "planted" not in cookie


def test_a_quarter_of_an_hour_without_use_ends_it(client: FlaskClient, deniz: StaffMember, noon: datetime) -> None:
    sign_in(client)
    with later(noon, minutes=14):
        assert is_in(client)
    with later(noon, minutes=28):
        assert is_in(client)
    with later(noon, minutes=43):
        assert client.get("/account").location == "/sign-in?next=%2Faccount&ended=1"


def test_twelve_hours_end_it_whatever_is_done(client: FlaskClient, deniz: StaffMember, noon: datetime) -> None:
    sign_in(client)
    for minutes in range(10, 720, 10):
        with later(noon, minutes=minutes):
            assert is_in(client)
    with later(noon, hours=12):
        assert not is_in(client)


def test_a_shut_account_is_out_at_once(client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client)
    with transaction():
        db.session.get_one(StaffMember, deniz.id).active = False
    assert not is_in(client)


def test_a_role_that_is_taken_away_is_gone_at_the_next_page(client: FlaskClient, noon: datetime) -> None:
    manager = builders.sign_in(client, builders.a_manager())
    assert client.get("/staff").status_code == 200
    with transaction():
        db.session.get_one(StaffMember, manager.id).roles = ["reception"]
    assert client.get("/staff").status_code == 403


# ── Throttling ───────────────────────────────────────────────────────────────


def test_after_ten_tries_even_the_right_password_waits(client: FlaskClient, deniz: StaffMember, noon: datetime) -> None:
    for _ in range(10):
        assert sign_in(client, "wrong") == 422
    answer = client.post("/sign-in", data={"email": deniz.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Try again at 12:15" in answer.text
    assert tries()[-1] == "throttled"
    with later(noon, minutes=15):
        assert sign_in(client) == 303


def test_an_unknown_account_is_throttled_alike(client: FlaskClient, deniz: StaffMember) -> None:
    for _ in range(10):
        sign_in(client, "wrong", "nobody@ege.example")
    assert "Try again at" in client.post("/sign-in", data={"email": "nobody@ege.example", "password": "x"}).text


def test_the_right_password_forgives_the_wrong_ones(client: FlaskClient, deniz: StaffMember) -> None:
    for _ in range(9):
        sign_in(client, "wrong")
    assert sign_in(client) == 303
    client.post("/sign-out")
    for _ in range(9):
        assert sign_in(client, "wrong") == 422
    assert sign_in(client) == 303


def test_one_address_that_tries_many_accounts_is_stopped(deniz: StaffMember, noon: datetime) -> None:
    for n in range(60):
        signing_in.sign_in(f"guess{n}@ege.example", "x", "203.0.113.9", noon)
    assert signing_in.sign_in(deniz.email, PASSWORD, "203.0.113.9", noon) == signing_in.Denied(noon + timedelta(minutes=15))
    assert isinstance(signing_in.sign_in(deniz.email, PASSWORD, "10.0.0.1", noon), sessions.Person)


def test_a_hundred_wrong_tries_in_a_row_need_the_manager(client: FlaskClient, deniz: StaffMember, noon: datetime) -> None:
    for n in range(100):
        signing_in.sign_in(deniz.email, "wrong", f"10.0.0.{n}", noon + timedelta(minutes=15 * n))
    with later(noon, hours=48):
        answer = client.post("/sign-in", data={"email": deniz.email, "password": PASSWORD})
        assert "Ask your manager" in answer.text
        with transaction():
            links.make(db.session.get_one(StaffMember, deniz.id), clock.now())
        assert sign_in(client) == 303


def test_nobody_can_read_addresses_and_accounts_from_the_counters(client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client, "wrong")
    keys = " ".join(db.session.scalars(select(Throttle.key)))
    assert "deniz" not in keys
    assert "127.0.0.1" not in keys


# ── One's own account and language ───────────────────────────────────────────


def test_a_new_password_needs_the_old_one_and_ends_the_other_sign_ins(app: Flask, client: FlaskClient, deniz: StaffMember) -> None:
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    change = {"new_password": "dokuz ördek gölde yüzer"}
    assert client.post("/account", data=change | {"old_password": "wrong"}).status_code == 422
    assert is_in(other)
    assert client.post("/account", data=change | {"old_password": PASSWORD}).status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert sign_in(other) == 422
    assert sign_in(other, "dokuz ördek gölde yüzer") == 303


def test_an_open_browser_is_no_way_to_guess_a_password(client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client)
    for _ in range(10):
        client.post("/account", data={"old_password": "wrong", "new_password": "dokuz ördek gölde yüzer"})
    answer = client.post("/account", data={"old_password": PASSWORD, "new_password": "dokuz ördek gölde yüzer"})
    assert answer.status_code == 422
    assert "Try again at" in answer.text


def test_another_language_keeps_the_page_and_stays_with_the_person(client: FlaskClient, deniz: StaffMember) -> None:
    sign_in(client)
    answer = client.post("/language", data={"language": "tr", "next": "/account?x=1"})
    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    assert '<html lang="tr">' in client.get("/account").text
    assert db.session.get_one(StaffMember, deniz.id).language == "tr"


def test_a_visitor_may_choose_the_language_too(client: FlaskClient, deniz: StaffMember) -> None:
    client.post("/language", data={"language": "tr", "next": "/sign-in"})
    assert '<html lang="tr" dir="ltr">' in client.get("/sign-in").text
    client.post("/language", data={"language": "xx", "next": "/sign-in"})
    assert '<html lang="tr" dir="ltr">' in client.get("/sign-in").text


def test_the_only_manager_comes_back_in_by_a_link_from_the_command_line(app: Flask, client: FlaskClient, noon: datetime) -> None:
    builders.a_clinic()
    builders.a_manager(password_hash=passwords.hash_password(PASSWORD))
    for minutes in range(0, 200, 15):
        with later(noon, minutes=minutes):
            for _n in range(10):
                sign_in(client, "wrong", "mert.can@ege.example")
    with later(noon, hours=10):
        assert sign_in(client, email="mert.can@ege.example") == 422
        said = app.test_cli_runner().invoke(args=["password-link", "mert.can@ege.example"])
        path = said.output.splitlines()[-1].removeprefix("http://127.0.0.1:8000")
        assert client.post(path, data={"new_password": "kırmızı bisiklet yokuş aşağı"}).status_code == 303
        assert sign_in(client, "kırmızı bisiklet yokuş aşağı", "mert.can@ege.example") == 303


def test_the_command_line_makes_no_link_for_an_account_that_is_shut(app: Flask, deniz: StaffMember) -> None:
    with transaction():
        db.session.merge(deniz).active = False
    assert app.test_cli_runner().invoke(args=["password-link", "deniz.ak@ege.example"]).exit_code == 1

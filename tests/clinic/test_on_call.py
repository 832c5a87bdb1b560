"""Who is on call, as the manager enters it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic import on_call
from models.base import db
from models.staff import OnCall, StaffMember
from tests.builders import a_clinic, a_manager, a_nurse, a_physician, a_receptionist, sign_in


@pytest.fixture
def manager(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_manager())
    return client


def _enter(client: FlaskClient, person: StaffMember, day: str, token: str = "t1", **more: str) -> int:
    fields = {"form_token": token, "staff": str(person.id), "day": day} | more
    return client.post("/settings/on-call", data=fields).status_code


def _duties() -> list[tuple[date, str, str]]:
    return [(duty.day, duty.staff.name, duty.phone) for duty in on_call.from_day(date(2026, 1, 1))]


def test_a_person_is_entered_for_several_days_and_another_takes_over_one_of_them(manager: FlaskClient) -> None:
    burcu, ece = a_physician(), a_nurse()
    assert _enter(manager, burcu, "1.12.2026", last_day="3.12.2026", phone="0532 000 00 07") == 303
    assert _enter(manager, ece, "2.12.2026", "t2") == 303
    number = "+90 532 000 00 07"
    assert _duties() == [
        (date(2026, 12, 1), burcu.name, number), (date(2026, 12, 2), ece.name, ""), (date(2026, 12, 3), burcu.name, number),
    ]  # fmt: skip


def test_dates_without_a_person_stand_in_the_table_with_the_clinics_number(manager: FlaskClient) -> None:
    _enter(manager, a_physician(), "3.12.2026")
    page = manager.get("/settings/on-call").get_data(as_text=True)
    assert [page.count(words) for words in ("nobody entered", "the clinic, out of hours")] == [2, 3]


def test_a_date_is_freed_again(manager: FlaskClient) -> None:
    _enter(manager, a_physician(), "3.12.2026")
    assert manager.post("/settings/on-call/2026-12-03/remove").status_code == 303
    assert _duties() == []
    assert [manager.post(f"/settings/on-call/{day}/remove").status_code for day in ("2026-12-03", "soon")] == [404, 404]


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"day": ""}, "Please fill this in."), ({"day": "3.12.2026", "last_day": "1.12.2026"}, "The last day must be after the first"),
     ({"day": "3.12.2026", "phone": "12"}, "Enter a telephone number")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(manager: FlaskClient, fields: dict[str, str], words: str) -> None:
    answer = manager.post("/settings/on-call", data={"form_token": "t1", "staff": str(a_physician().id)} | fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert _duties() == []


def test_only_those_who_treat_can_be_on_call(manager: FlaskClient) -> None:
    assert _enter(manager, a_receptionist(), "3.12.2026") == 422
    assert _duties() == []


def test_somebody_who_left_is_on_call_no_more(manager: FlaskClient, noon: datetime) -> None:
    burcu = a_physician()
    _enter(manager, burcu, "1.12.2026")
    assert on_call.at(noon) is not None
    db.session.get_one(StaffMember, burcu.id).active = False
    assert on_call.at(noon) is None
    assert db.session.get(OnCall, date(2026, 12, 1)) is not None


def test_without_a_number_out_of_hours_the_page_says_so(manager: FlaskClient) -> None:
    words = "The clinic has no number out of hours"
    assert words not in manager.get("/settings/on-call").text
    on = db.session.connection()
    on.exec_driver_sql("UPDATE clinic SET phone_out_of_hours = ''")
    db.session.commit()
    assert words in manager.get("/settings/on-call").text

"""Closed days and public holidays on the settings pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic import queries
from models.base import db
from models.clinic import Closure
from tests.builders import a_clinic, a_manager, a_patient, a_visit, sign_in


@pytest.fixture
def manager(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_manager())
    return client


def save(client: FlaskClient, page: str, fields: dict[str, Any]) -> Any:
    return client.post(f"/settings/{page}", data=fields)


def test_several_days_are_closed_at_once(manager: FlaskClient) -> None:
    fields = {"form_token": "t1", "day": "24.12.2026", "last_day": "26.12.2026", "why": "Holiday"}
    assert save(manager, "closures", fields).status_code == 303
    assert [closure.day.day for closure in db.session.query(Closure)] == [24, 25, 26]
    assert queries.opening_of(queries.location(), date(2026, 12, 25)) == []


def test_pressing_twice_closes_once(manager: FlaskClient) -> None:
    for _press in range(2):
        assert save(manager, "closures", {"form_token": "t1", "day": "24.12.2026"}).status_code == 303
    assert db.session.query(Closure).count() == 1


def test_closing_a_day_first_says_which_visits_it_would_hit(manager: FlaskClient, noon: datetime) -> None:
    a_visit(a_patient(), noon + timedelta(days=1))
    answer = save(manager, "closures", {"form_token": "t1", "day": "2.12.2026"})
    assert answer.status_code == 422
    assert "1 booked visit lies in this time." in answer.text
    assert db.session.query(Closure).count() == 0
    assert save(manager, "closures", {"form_token": "t1", "day": "2.12.2026", "sure": "1"}).status_code == 303


def test_closing_an_afternoon_leaves_the_morning(manager: FlaskClient, noon: datetime) -> None:
    a_visit(a_patient(), noon + timedelta(days=1, hours=-2))
    assert save(manager, "closures", {"form_token": "t1", "day": "2.12.2026", "from_time": "13"}).status_code == 303
    assert queries.opening_of(queries.location(), date(2026, 12, 2)) == [(time(9), time(13))]


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"day": "31.2.2027"}, "Enter a day that exists"), ({"day": ""}, "Please fill this in."),
     ({"day": "5.1.2027", "last_day": "1.1.2027"}, "The last day must be after the first"),
     ({"day": "5.1.2027", "last_day": "5.1.2028"}, "at most 92 days")],
)  # fmt: skip
def test_days_that_cannot_be_closed_are_refused_in_words(manager: FlaskClient, fields: dict[str, str], words: str) -> None:
    answer = save(manager, "closures", {"form_token": "t1"} | fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_closure_is_changed_and_taken_away(manager: FlaskClient) -> None:
    save(manager, "closures", {"form_token": "t1", "day": "24.12.2026"})
    assert save(manager, "closures/1", {"form_token": "t2", "day": "25.12.2026", "from_time": "13:00"}).status_code == 303
    found = db.session.query(Closure).one()
    assert (found.day, found.from_time) == (date(2026, 12, 25), time(13))
    assert manager.post("/settings/closures/1/remove").status_code == 303
    assert db.session.query(Closure).count() == 0


def test_holidays_are_looked_at_before_they_are_taken_over(manager: FlaskClient) -> None:
    page = manager.get("/settings/holidays?first=2027&last=2027").text
    assert "Thursday 28 October 2027" in page
    assert db.session.query(Closure).count() == 0


def test_only_the_ticked_holidays_are_taken_over_half_days_from_one_oclock(manager: FlaskClient) -> None:
    fields = {"first": "2027", "last": "2027", "day": ["2027-10-28", "2027-10-29"], "why-2027-10-29": "Bayram"}
    assert manager.post("/settings/holidays", data=fields).status_code == 303
    rows = {closure.day: (closure.from_time, closure.why) for closure in db.session.query(Closure)}
    assert rows == {date(2027, 10, 28): (time(13), "Republic Day"), date(2027, 10, 29): (None, "Bayram")}


def test_taking_holidays_over_again_adds_nothing(manager: FlaskClient) -> None:
    for _time in range(2):
        manager.post("/settings/holidays", data={"first": "2027", "last": "2027", "day": ["2027-10-29"]})
    assert db.session.query(Closure).count() == 1


def test_years_that_cannot_be_are_refused_in_words(manager: FlaskClient) -> None:
    answer = manager.get("/settings/holidays?first=2027&last=2099")
    assert answer.status_code == 422
    assert "Choose at most five years" in answer.text


def test_closing_over_a_holiday_leaves_one_line_for_the_day(manager: FlaskClient) -> None:
    manager.post("/settings/holidays", data={"first": "2027", "last": "2027", "day": ["2027-01-01"]})
    save(manager, "closures", {"form_token": "t1", "day": "30.12.2026", "last_day": "2.1.2027"})
    days = [row.day for row in db.session.query(Closure).order_by(Closure.day)]
    assert days == [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]


def test_a_holiday_is_offered_where_only_the_afternoon_is_closed_yet(manager: FlaskClient) -> None:
    save(manager, "closures", {"form_token": "t1", "day": "29.10.2027", "from_time": "15:00"})
    assert 'value="2027-10-29" checked' in manager.get("/settings/holidays?first=2027&last=2027").text
    manager.post("/settings/holidays", data={"first": "2027", "last": "2027", "day": ["2027-10-29"]})
    assert {row.from_time for row in db.session.query(Closure)} == {time(15), None}


def test_a_holiday_on_which_patients_are_booked_is_taken_over_only_after_their_visits_were_seen(manager: FlaskClient) -> None:
    a_visit(a_patient(), datetime(2027, 10, 29, 9, tzinfo=UTC))
    fields = {"first": "2027", "last": "2027", "day": ["2027-10-28", "2027-10-29"], "why-2027-10-29": "Bayram"}
    first = manager.post("/settings/holidays", data=fields)
    assert first.status_code == 422
    assert "1 booked visit lies in this time." in first.text
    assert 'value="Bayram"' in first.text
    assert len(re.findall(r'name="day"[^>]* checked', first.text)) == 2
    assert db.session.query(Closure).count() == 0
    saved = manager.post("/settings/holidays", data=fields | {"sure": "1"})
    assert saved.location.endswith("/replan")
    assert db.session.query(Closure).count() == 2

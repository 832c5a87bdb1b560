"""Working hours and absences, and the booked visits they would hit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.tokens import new_handle
from app.week_form import WEEKDAYS
from models import clock
from models.base import db, transaction
from models.staff import Absence, StaffMember, WorkingHours
from tests import builders

WEDNESDAY = date(2026, 12, 2)


@pytest.fixture
def burcu(app: Flask, client: FlaskClient, noon: datetime) -> StaffMember:
    """A physician with one visit on Wednesday at 10:00."""
    builders.a_clinic()
    builders.sign_in(client, builders.a_manager())
    burcu = builders.a_physician()
    builders.a_visit(builders.a_patient(), clock.at(WEDNESDAY, time(10), "Europe/Istanbul"), performer=burcu)
    return burcu


def away(client: FlaskClient, staff: StaffMember, **typed: str) -> tuple[int, str]:
    answer = client.post(f"/staff/{staff.id}/absences", data={"form_token": new_handle()} | typed)
    return answer.status_code, answer.text


def absences() -> list[tuple[date, date, time | None]]:
    db.session.rollback()
    return [(row.first_day, row.last_day, row.from_time) for row in db.session.scalars(select(Absence).order_by(Absence.id))]


def test_an_absence_without_visits_is_saved_at_once(client: FlaskClient, burcu: StaffMember) -> None:
    assert away(client, burcu, first_day="7.12", last_day="11 Dec", why="Congress")[0] == 303
    assert absences() == [(date(2026, 12, 7), date(2026, 12, 11), None)]
    assert "Congress" in client.get(f"/staff/{burcu.id}/absences").text


def test_an_absence_that_hits_visits_says_so_and_is_saved_only_when_meant(client: FlaskClient, burcu: StaffMember) -> None:
    code, page = away(client, burcu, first_day="2.12")
    assert code == 422
    assert "1 booked visit lies in this time." in page
    assert "Wednesday 2 December 10:00" in page
    assert absences() == []
    assert away(client, burcu, first_day="2.12", sure="1")[0] == 303
    assert len(absences()) == 1
    assert "1 to move" in client.get(f"/staff/{burcu.id}/absences").text


def test_part_of_a_day_hits_only_what_lies_in_it(client: FlaskClient, burcu: StaffMember) -> None:
    assert away(client, burcu, first_day="2.12", from_time="14", to_time="18")[0] == 303
    assert away(client, burcu, first_day="2.12", from_time="9:30", to_time="10:15")[0] == 422


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"first_day": ""}, "Please fill this in"), ({"first_day": "31.2"}, "day that exists"),
     ({"first_day": "9.12", "last_day": "8.12"}, "before the first"), ({"first_day": "9.12", "from_time": "9"}, "both times"),
     ({"first_day": "9.12", "to_time": "9"}, "both times"), ({"first_day": "9.12", "from_time": "12", "to_time": "9"}, "after the begin"),
     ({"first_day": "9.12", "last_day": "10.12", "from_time": "9", "to_time": "10"}, "one day")],
)  # fmt: skip
def test_an_absence_that_cannot_be_is_explained(client: FlaskClient, burcu: StaffMember, typed: dict[str, str], words: str) -> None:
    code, page = away(client, burcu, **typed)
    assert code == 422
    assert words in page
    assert absences() == []


def test_a_removed_absence_can_be_put_back(client: FlaskClient, burcu: StaffMember) -> None:
    away(client, burcu, first_day="2.12", sure="1")
    answer = client.post(f"/staff/{burcu.id}/absences/1/remove", follow_redirects=True)
    assert absences() == []
    assert "The absence is removed." in answer.text
    assert 'name="sure" value="1"' in answer.text


def test_an_absence_is_removed_only_from_its_person(client: FlaskClient, burcu: StaffMember) -> None:
    away(client, burcu, first_day="7.12")
    assert client.post("/staff/1/absences/1/remove").status_code == 404


def a_week(**days: str) -> dict[str, str]:
    """What a browser sends: every day, most of them empty."""
    return dict.fromkeys(WEEKDAYS, "") | {"valid_from": "", "valid_to": "", "seen": "1"} | days


def hours_of(staff: StaffMember) -> list[tuple[int, time, time]]:
    db.session.rollback()
    rows = db.session.scalars(
        select(WorkingHours).where(WorkingHours.staff_id == staff.id).order_by(WorkingHours.weekday, WorkingHours.starts)
    )
    return [(row.weekday, row.starts, row.ends) for row in rows]


def test_a_week_is_typed_as_people_write_it(client: FlaskClient, burcu: StaffMember) -> None:
    week = a_week(monday="9-12, 13.30–18", wednesday="9-19")
    assert client.post(f"/staff/{burcu.id}/hours/always", data=week).status_code == 303
    assert hours_of(burcu) == [(0, time(9), time(12)), (0, time(13, 30), time(18)), (2, time(9), time(19))]


def test_a_week_that_leaves_out_a_booked_visit_says_so_first(client: FlaskClient, burcu: StaffMember) -> None:
    week = a_week(monday="9-18")
    answer = client.post(f"/staff/{burcu.id}/hours/always", data=week)
    assert answer.status_code == 422
    assert "1 booked visit lies in this time." in answer.text
    assert client.post(f"/staff/{burcu.id}/hours/always", data=week | {"sure": "1"}).status_code == 303
    assert hours_of(burcu) == [(0, time(9), time(18))]


def test_hours_of_a_time_of_the_year_stand_beside_the_usual_ones(client: FlaskClient, burcu: StaffMember) -> None:
    week = a_week(monday="10-14", valid_from="1.7.2027", valid_to="31.8.2027")
    assert client.post(f"/staff/{burcu.id}/hours/new", data=week).status_code == 303
    assert len(hours_of(burcu)) == 7
    page = client.get(f"/staff/{burcu.id}/hours").text
    assert "From Thursday 1 July 2027 until Tuesday 31 August 2027" in page
    assert client.post(f"/staff/{burcu.id}/hours/2027-07-01_2027-08-31/remove").status_code == 303
    assert len(hours_of(burcu)) == 6


def test_hours_that_visits_need_are_not_removed_unasked(client: FlaskClient, burcu: StaffMember) -> None:
    assert client.post(f"/staff/{burcu.id}/hours/always/remove").status_code == 422
    assert len(hours_of(burcu)) == 6
    assert client.post(f"/staff/{burcu.id}/hours/always/remove", data={"sure": "1"}).status_code == 303
    assert hours_of(burcu) == []


def test_a_stale_week_changes_nothing(client: FlaskClient, burcu: StaffMember) -> None:
    week = a_week(seen="0", wednesday="9-19")
    assert client.post(f"/staff/{burcu.id}/hours/always", data=week).status_code == 409
    assert len(hours_of(burcu)) == 6


def test_a_person_without_hours_is_first_shown_those_that_the_clinic_keeps_now(client: FlaskClient, burcu: StaffMember) -> None:
    summer = {"monday": "8-12", "valid_from": "1.7.2027", "valid_to": "31.8.2027", "seen": "1"}
    assert client.post("/settings/hours/new", data=summer).status_code == 303
    with transaction():
        db.session.add(StaffMember(name="Ali", email="ali@ege.example", roles=["reception"], created_at=builders.EARLY))
    ali = db.session.scalars(select(StaffMember.id).where(StaffMember.name == "Ali")).one()
    page = client.get(f"/staff/{ali}/hours/new").text
    assert page.count('value="09:00–19:00"') == 6
    assert 'value="08:00–12:00"' not in page


def test_a_week_with_nothing_in_it_is_refused(client: FlaskClient, burcu: StaffMember) -> None:
    answer = client.post(f"/staff/{burcu.id}/hours/new", data=a_week())
    assert answer.status_code == 422
    assert "at least one day" in answer.text


def test_visits_in_the_past_and_of_others_are_not_hit(client: FlaskClient, burcu: StaffMember, noon: datetime) -> None:
    builders.a_visit(builders.a_patient("Ali", "Can"), noon - timedelta(hours=2), performer=burcu)
    other = builders.a_nurse()
    assert away(client, other, first_day="2.12")[0] == 303
    assert away(client, burcu, first_day="1.12")[0] == 303

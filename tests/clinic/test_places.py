"""The clinic's places: opened, renamed and closed by a manager; each with its own hours, closures and rooms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic import queries
from app.schedule.free import resources
from models.base import db, transaction
from models.clinic import Closure, Location, OpeningHours, Room
from models.event import Event
from tests.builders import (
    a_clinic,
    a_course,
    a_manager,
    a_patient,
    a_physician,
    a_plan,
    a_protocol,
    a_receptionist,
    a_visit,
    sign_in,
    the_location,
)  # fmt: skip

KADIKOY = {"form_token": "t1", "name": "Kadıköy", "address": "Moda Cad. 5", "active": "y"}
AS_IT_WAS = {"form_token": "t2", "name": "Nişantaşı", "address": "Teşvikiye Cad. 1, İstanbul", "active": "y"}
CHOOSER = '<ul class="tabs">'


@pytest.fixture
def manager(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_manager())
    return client


@pytest.fixture
def kadikoy(manager: FlaskClient) -> Location:
    manager.post("/settings/locations/new", data=KADIKOY)
    return db.session.query(Location).filter_by(name="Kadıköy").one()


def closed(place: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in place.items() if name != "active"}


def test_a_new_location_leads_to_its_own_hours(manager: FlaskClient) -> None:
    answer = manager.post("/settings/locations/new", data=KADIKOY)
    made = db.session.query(Location).filter_by(name="Kadıköy").one()
    assert answer.status_code == 303
    assert answer.location == f"/settings/hours?place={made.id}"
    assert "No opening hours yet" in manager.get(answer.location).text
    assert (made.address, made.active) == ("Moda Cad. 5", True)


def test_pressing_twice_opens_one_location(manager: FlaskClient) -> None:
    for _press in range(2):
        assert manager.post("/settings/locations/new", data=KADIKOY).status_code == 303
    assert db.session.query(Location).count() == 2


def test_a_location_is_renamed_and_only_what_changed_is_written_down(manager: FlaskClient) -> None:
    place = the_location()
    assert manager.post(f"/settings/locations/{place.id}", data=AS_IT_WAS | {"name": "Teşvikiye"}).status_code == 303
    assert the_location().name == "Teşvikiye"
    assert db.session.query(Event).filter_by(action="changed", object_type="location").one().fields == ["name"]


@pytest.mark.parametrize(
    ("changed", "words"), [({"name": ""}, "Please fill this in."), ({"name": " NİŞANTAŞI"}, "Another location has this name already.")]
)
def test_names_that_cannot_be_are_refused_and_nothing_typed_is_lost(manager: FlaskClient, changed: dict[str, str], words: str) -> None:
    answer = manager.post("/settings/locations/new", data=KADIKOY | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Moda Cad. 5" in answer.text
    assert db.session.query(Location).count() == 1


def test_the_only_location_in_use_stays_in_use(manager: FlaskClient) -> None:
    answer = manager.post(f"/settings/locations/{the_location().id}", data=closed(AS_IT_WAS))
    assert answer.status_code == 422
    assert "This is the only location in use." in answer.text
    assert the_location().active


@pytest.mark.usefixtures("kadikoy")
def test_a_location_with_coming_visits_says_how_many_and_leads_to_replanning(manager: FlaskClient, noon: datetime) -> None:
    a_visit(a_patient(), noon + timedelta(days=1))
    answer = manager.post(f"/settings/locations/{the_location().id}", data=closed(AS_IT_WAS))
    assert answer.status_code == 422
    assert "1 visit is still booked at this location" in answer.text
    assert 'href="/replan"' in answer.text
    assert the_location().active


@pytest.mark.usefixtures("kadikoy")
def test_visits_that_are_over_close_nothing_off(manager: FlaskClient, noon: datetime) -> None:
    a_visit(a_patient(), noon - timedelta(days=1))
    assert manager.post(f"/settings/locations/{the_location().id}", data=closed(AS_IT_WAS)).status_code == 303
    assert queries.location().name == "Kadıköy"


def test_what_was_treated_at_a_closed_location_goes_on_at_the_first_one_in_use(manager: FlaskClient, kadikoy: Location) -> None:
    course = a_course(a_plan(a_patient(), a_physician()), a_protocol())
    assert resources.place_of([course]) is the_location()
    manager.post(f"/settings/locations/{the_location().id}", data=closed(AS_IT_WAS))
    assert resources.place_of([course]).id == kadikoy.id


def test_hours_closures_and_rooms_belong_to_the_location_in_the_address(manager: FlaskClient, kadikoy: Location) -> None:
    at, place_id = f"?place={kadikoy.id}", kadikoy.id
    manager.post(f"/settings/hours/new{at}", data={"seen": str(queries.the_clinic().version), "monday": "10-16"})
    manager.post(f"/settings/closures{at}", data={"form_token": "c1", "day": "24.12.2026"})
    manager.post(f"/settings/rooms/new/room{at}", data={"form_token": "r1", "name": "Oda 1", "uses": ["procedure"], "active": "y"})
    assert db.session.query(OpeningHours).filter_by(location_id=place_id).one().weekday == 0
    assert db.session.query(Closure).one().location_id == place_id
    assert db.session.query(Room).filter_by(name="Oda 1").one().location_id == place_id
    assert queries.opening_of(the_location(), date(2026, 12, 24))


def test_removing_the_hours_of_one_location_leaves_those_of_the_other(manager: FlaskClient, kadikoy: Location) -> None:
    with transaction():
        db.session.add(OpeningHours(location_id=kadikoy.id, weekday=0, opens=time(10), closes=time(16)))
    page = manager.get(f"/settings/hours?place={kadikoy.id}").text
    assert f'action="/settings/hours/always/remove?place={kadikoy.id}"' in page
    manager.post(f"/settings/hours/always/remove?place={kadikoy.id}")
    assert db.session.query(OpeningHours).filter_by(location_id=kadikoy.id).count() == 0
    assert db.session.query(OpeningHours).count() == 6


@pytest.mark.parametrize("page", ["", "/hours", "/closures", "/rooms", "/holidays"])
def test_the_location_is_chosen_on_top_and_goes_along(manager: FlaskClient, page: str) -> None:
    assert CHOOSER not in manager.get(f"/settings{page}").text
    manager.post("/settings/locations/new", data=KADIKOY)
    text = manager.get(f"/settings{page}?place=2").text
    assert CHOOSER in text
    assert f'href="/settings{page}?place=1"' in text
    assert f'href="/settings{page}?place=2" aria-current="page"' in text


def test_a_change_at_one_location_comes_back_to_it(manager: FlaskClient, kadikoy: Location) -> None:
    answer = manager.post(
        f"/settings/rooms/new/chair?place={kadikoy.id}", data={"form_token": "r1", "name": "Koltuk 1", "active": "y"}
    )
    assert answer.location == f"/settings/rooms?place={kadikoy.id}"


@pytest.mark.parametrize("text", ["99", "x", "-1", "9" * 30])
def test_a_location_that_is_not_there_is_a_page_not_found(manager: FlaskClient, text: str) -> None:
    assert manager.get(f"/settings/rooms?place={text}").status_code == 404


def test_nobody_but_a_manager_opens_a_location(app: Flask, client: FlaskClient, noon: datetime) -> None:
    a_clinic()
    sign_in(client, a_receptionist())
    assert client.post("/settings/locations/new", data=KADIKOY).status_code == 403
    assert db.session.query(Location).count() == 1


@pytest.mark.parametrize(
    "typed",
    [{"reply_address": "şule@ege.example"}, {"reply_address": "a@ege.example\r\nBcc: all@evil.example"},
     {"sender_name": "Ege\r\nBcc: all@evil.example"}, {"sender_name": "Ege\u2028Bcc: all@evil.example"}],
)  # fmt: skip
def test_nothing_is_kept_of_a_place_that_the_head_of_a_mail_cannot_carry(manager: FlaskClient, typed: dict[str, str]) -> None:
    assert manager.post(f"/settings/locations/{the_location().id}", data=AS_IT_WAS | typed).status_code == 422
    assert (the_location().reply_address, the_location().sender_name) == ("", "")


def test_what_a_place_says_of_itself_is_not_lost_when_the_other_one_is_closed(manager: FlaskClient, kadikoy: Location) -> None:
    manager.post(f"/settings/locations/{kadikoy.id}", data=KADIKOY | {"sender_name": "Ege Kadıköy"})
    manager.post(f"/settings/locations/{the_location().id}", data=closed(AS_IT_WAS))
    page = manager.get(f"/settings/locations/{kadikoy.id}").text
    assert 'name="sender_name"' in page
    assert "Ege Kadıköy" in page

"""A clinic with two places: each has its own day and week, and nothing of it shows where there is only one."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic import queries as clinic_queries
from app.schedule.day import preflight_facts
from app.schedule.knock_on import opens_in
from app.schedule.move.new_place import best_times
from app.schedule.visit import read_aloud
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Device, Location, OpeningHours, Room
from tests.builders import TODAY, a_lot, a_receptionist, sign_in
from tests.schedule.pages import fresh, offered, press, token, words
from tests.schedule.scenes import Scene, a_scene, book, days

CHOOSER = 'aria-label="Location"'


@pytest.fixture
def scene(app: Flask, client: FlaskClient, noon: datetime) -> Scene:
    found = a_scene()
    sign_in(client, a_receptionist())
    return found


def a_second_place(name: str = "Kadıköy") -> Location:
    """Open on weekdays from 9 to 18, with one room and one centrifuge."""
    with transaction():
        place = Location(name=name, address="Moda Cad. 5, Kadıköy")
        db.session.add(place)
        db.session.flush()
        db.session.add_all(OpeningHours(location_id=place.id, weekday=day, opens=time(9), closes=time(18)) for day in range(6))
        db.session.add(Room(location_id=place.id, name="Oda 9", kinds=["procedure", "consultation"]))
        db.session.add(Device(location_id=place.id, name="Santrifüj 2", kind="centrifuge"))
    return place


def at_the_second(visit: Appointment, place: Location) -> None:
    with transaction():
        visit.location_id = place.id


@pytest.mark.parametrize("page", ["/day", "/week", f"/day/{TODAY}/close", f"/day/{TODAY}/sheet"])
def test_a_clinic_with_one_place_reads_nothing_of_places(scene: Scene, client: FlaskClient, page: str) -> None:
    text = client.get(page).text
    assert CHOOSER not in text
    assert "place=" not in text


def test_a_visit_stands_in_the_day_of_its_place_alone(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    place = a_second_place()
    at_the_second(visit, place)
    here, there = (client.get(f"/day?place={one}").text for one in (1, place.id))
    assert f'id="v{visit.id}"' not in here
    assert f'id="v{visit.id}"' in there
    assert CHOOSER in here
    assert f"/day/{days(1)}?place={place.id}" in there, "the way to the next day stays there"


def test_the_week_shows_one_place_and_its_rooms(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    place = a_second_place()
    at_the_second(visit, place)
    here, there = (client.get(f"/week?place={one}").text for one in (1, place.id))
    assert (f'id="w{visit.id}"' in here, f'id="w{visit.id}"' in there) == (False, True)
    assert ("Oda 9" in here, "Oda 9" in there) == (False, True)


def test_the_place_that_was_chosen_is_looked_at_until_another_is(scene: Scene, client: FlaskClient) -> None:
    place = a_second_place()
    client.get(f"/day?place={place.id}")
    assert f'href="/day/{TODAY}?place={place.id}" aria-current="page"' in client.get("/day").text
    client.get("/week?place=1")
    assert f'href="/day/{TODAY}?place=1" aria-current="page"' in client.get("/day").text


@pytest.mark.parametrize("text", ["99", "x"])
def test_a_place_that_is_not_there_is_a_page_not_found(scene: Scene, client: FlaskClient, text: str) -> None:
    assert client.get(f"/day?place={text}").status_code == 404


def test_a_press_comes_back_to_the_day_of_the_visits_place(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    place = a_second_place()
    at_the_second(visit, place)
    answer = press(client, fresh(visit), "arrived")
    assert answer.location == f"/day/{TODAY}?place={place.id}#v{visit.id}"


def test_each_place_closes_its_own_day(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    place = a_second_place()
    at_the_second(visit, place)
    assert "No visits" in words(client.get(f"/day/{TODAY}/close?place=1"))
    assert scene.patient.name in client.get(f"/day/{TODAY}/close?place={place.id}").text


def test_a_visit_without_a_plan_is_booked_where_it_is_asked_for(scene: Scene, client: FlaskClient) -> None:
    place = a_second_place()
    at = f"/visits/new?patient={scene.patient.id}&kind=consultation&place={place.id}"
    page = client.get(at)
    assert CHOOSER in page.text
    slot = next(one for one in offered(page) if one)
    client.post(at, data={"form_token": token(page), "slot": slot, "asked_by": "patient"})
    visit = db.session.query(Appointment).one()
    assert visit.location_id == place.id
    assert visit.room_id == db.session.query(Room).filter_by(name="Oda 9").one().id


def test_whoever_walks_in_stands_in_the_day_of_the_place_they_walked_into(scene: Scene, client: FlaskClient) -> None:
    place = a_second_place()
    page = client.get(f"/walk-in?place={place.id}")
    form = {"form_token": token(page), "name": "Zeynep Su", "kind": "consultation"}
    answer = client.post(f"/walk-in?place={place.id}", data=form)
    assert f"place={place.id}" in answer.location
    assert db.session.query(Appointment).one().location_id == place.id


def test_what_is_moved_stays_at_its_place(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    place = a_second_place()
    with transaction():
        scene.plan.location_id = place.id
    visit = book(scene.sessions[0], days(1), "13:50", noon)
    assert visit.location_id == place.id
    with transaction():
        scene.plan.location_id = 1
    there = db.session.query(Room).filter_by(name="Oda 9").one().id
    found = best_times(visit, opens_in(visit, TODAY), noon).offers
    assert {one.value.split()[3] for one in found} == {str(there)}


def test_the_lot_of_the_day_of_one_place_is_none_at_the_other(scene: Scene, noon: datetime) -> None:
    place = a_second_place()
    lot = a_lot(location_id=1, default_on=TODAY)
    facts = preflight_facts.read([preflight_facts.owners_of(book(scene.sessions[0], TODAY, "13:50", noon))])
    assert [fact.ref for fact in facts.shelf("prp_kit", 1)] == [lot.id]
    assert [fact.ref for fact in facts.shelf("prp_kit", place.id)] == [None], "the product is on the shelf, without a lot of the day"


def test_the_sentences_to_read_aloud_say_at_which_of_several_places(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    visit, clinic = book(scene.sessions[0], TODAY, "13:50", noon), clinic_queries.the_clinic()
    alone = read_aloud.sentence(visit, clinic, noon)
    at_the_second(visit, a_second_place())
    assert read_aloud.sentence(visit, clinic, noon) == f"{alone}, Kadıköy"
    assert "geliş saati 13:50, Kadıköy\n" in read_aloud.every_date([visit], clinic, noon)

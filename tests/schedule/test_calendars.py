"""Calendars that programs outside subscribe to: a person's or a room's visits, by a secret of which only the hash is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.schedule import actions
from app.staff import actions as staff
from app.staff.forms import PersonFacts
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Room
from models.staff import CalendarFeed, StaffMember
from tests import builders
from tests.builders import sign_in
from tests.schedule.scenes import Scene, a_scene, at, book, days, move

Event = dict[str, str]


@pytest.fixture
def scene(app: Flask, noon: datetime) -> Scene:
    made = a_scene()
    book(made.sessions[0], days(2), "13:50", noon)
    return made


@pytest.fixture
def doctor(app: Flask, scene: Scene) -> FlaskClient:
    client = app.test_client()
    sign_in(client, scene.physician)
    return client


def _made(client: FlaskClient, page: str = "/account/calendar") -> str:
    """The path of a new link, from the page that shows it once."""
    answer = client.post(page, data={"do": "make"}).get_data(as_text=True)
    found = re.search(r"webcal://[^/]+(/calendar/[\w-]{22,}\.ics)", answer)
    assert found is not None
    return found.group(1)


def _read(app: Flask, path: str) -> list[Event]:
    """The events of a file, read line by line as RFC 5545 has it, without the library that wrote it."""
    answer = app.test_client(use_cookies=False).get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    lines = re.sub(r"\r\n[ \t]", "", answer.data.decode()).split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    events, inside = list[Event](), False
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            inside = True
            events.append({})
        elif line == "END:VEVENT":
            inside = False
        elif inside:
            events[-1][name.partition(";")[0]] = value.replace("\\,", ",").replace("\\;", ";")
            events[-1][f"{name.partition(';')[0]} params"] = name.partition(";")[2]
    return events


def _moment(event: Event, name: str) -> datetime:
    zone = event[f"{name} params"].removeprefix("TZID=")
    return datetime.strptime(event[name], "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_practitioner_reads_the_own_visits_in_a_calendar_program(app: Flask, doctor: FlaskClient, scene: Scene) -> None:
    events = _read(app, _made(doctor))
    assert events
    assert {event["STATUS"] for event in events} == {"CONFIRMED"}
    assert all(at(days(2), "13:50") <= _moment(event, "DTSTART") < _moment(event, "DTEND") for event in events)
    assert {event["SUMMARY"] for event in events} == {"Visit · Room 1"}


def test_no_name_and_no_treatment_stands_in_it_unless_the_manager_lets_names(app: Flask, doctor: FlaskClient, scene: Scene) -> None:
    path = _made(doctor)
    raw = app.test_client().get(path).get_data(as_text=True)
    assert scene.patient.last_name not in raw
    assert "PRP" not in raw
    manager = app.test_client()
    sign_in(manager, builders.a_manager())
    manager.post("/settings/calendars/names", data={"names": "1"})
    assert scene.patient.last_name not in app.test_client().get(path).get_data(as_text=True)  # given out when it showed none
    assert "a new link shows them" in doctor.get("/account/calendar").get_data(as_text=True)
    path = _made(doctor)
    raw = re.sub(r"\r\n[ \t]", "", app.test_client().get(path).get_data(as_text=True))
    assert scene.patient.name in raw
    assert "PRP" not in raw
    assert doctor.post("/settings/calendars/names", data={"names": "0"}).status_code == 403


def test_a_moved_visit_is_the_same_event_with_a_higher_sequence(app: Flask, doctor: FlaskClient, scene: Scene, noon: datetime) -> None:
    path = _made(doctor)
    before = _read(app, path)
    move(db.session.scalars(select(Appointment)).one(), days(3), "10:00", noon)
    after = _read(app, path)
    assert [event["UID"] for event in after] == [event["UID"] for event in before]
    assert [int(event["SEQUENCE"]) for event in after] == [int(event["SEQUENCE"]) + 1 for event in before]
    assert _moment(after[0], "DTSTART") >= at(days(3), "10:00")


def test_a_cancelled_visit_leaves_the_calendar(app: Flask, doctor: FlaskClient, scene: Scene, noon: datetime) -> None:
    path = _made(doctor)
    with transaction():
        actions.cancel(db.session.scalars(select(Appointment)).one(), noon, by_patient=True)
    assert _read(app, path) == []


def test_a_room_has_a_calendar_that_the_manager_makes(app: Flask, scene: Scene, doctor: FlaskClient) -> None:
    manager = app.test_client()
    sign_in(manager, builders.a_manager())
    room = db.session.scalars(select(Room).where(Room.name == "Room 1")).one()
    assert "Room 1" in manager.get("/settings/calendars").get_data(as_text=True)
    events = _read(app, _made(manager, f"/settings/calendars/{room.id}"))
    assert events[0]["SUMMARY"].startswith("Visit")
    other = db.session.scalars(select(Room).where(Room.name == "Laser")).one()
    assert _read(app, _made(manager, f"/settings/calendars/{other.id}")) == []
    assert doctor.post(f"/settings/calendars/{room.id}", data={"do": "make"}).status_code == 403


def test_a_new_link_ends_the_old_one_and_an_ended_one_opens_nothing(app: Flask, doctor: FlaskClient) -> None:
    old, new = _made(doctor), _made(doctor)
    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(new).status_code == 200
    assert "There is a link" in doctor.get("/account/calendar").get_data(as_text=True)
    doctor.post("/account/calendar", data={"do": "end"})
    assert app.test_client().get(new).status_code == 404
    assert db.session.scalars(select(CalendarFeed)).all() == []


def test_the_link_of_somebody_who_left_opens_nothing(app: Flask, doctor: FlaskClient, scene: Scene) -> None:
    path = _made(doctor)
    with transaction():
        db.session.get_one(StaffMember, scene.physician.id).active = False
    assert app.test_client().get(path).status_code == 404


def test_links_end_with_the_account_of_whoever_made_them_and_do_not_come_back(app: Flask, doctor: FlaskClient, scene: Scene) -> None:
    leaver, manager = app.test_client(), app.test_client()
    one, other = builders.a_manager(), builders.a_manager("Başka Yönetici")
    sign_in(leaver, one)
    sign_in(manager, other)
    room = db.session.scalars(select(Room).where(Room.name == "Room 1")).one()
    paths = [_made(doctor), _made(leaver, f"/settings/calendars/{room.id}")]
    for person in (scene.physician.id, one.id):
        assert manager.post(f"/staff/{person}/disable", data={"sure": "1"}).status_code == 303
        assert manager.post(f"/staff/{person}/enable").status_code == 303
    assert [app.test_client().get(path).status_code for path in paths] == [404, 404]
    assert db.session.scalars(select(CalendarFeed)).all() == []


def test_a_rooms_link_ends_when_its_maker_is_no_manager_any_more(app: Flask, scene: Scene) -> None:
    one, other = builders.a_manager(), builders.a_manager("Başka Yönetici")
    makers = {}
    for member in (one, other):
        makers[member.id] = app.test_client()
        sign_in(makers[member.id], member)
    rooms = db.session.scalars(select(Room).order_by(Room.id)).all()
    paths = [_made(client, f"/settings/calendars/{room.id}") for client, room in zip(makers.values(), rooms, strict=False)]
    for roles in (["reception"], ["manager"]):  # made a manager again, the link does not come back
        with transaction():
            row = db.session.get_one(StaffMember, one.id)
            staff.change(row, PersonFacts(row.name, row.email, roles, [], row.language), clock.now())
    assert [app.test_client().get(path).status_code for path in paths] == [404, 200]
    with transaction():
        db.session.get_one(StaffMember, other.id).roles = ["reception"]
    assert app.test_client().get(paths[1]).status_code == 404


def test_only_the_hash_is_kept_and_whoever_guesses_is_stopped(app: Flask, doctor: FlaskClient, client: FlaskClient) -> None:
    secret = _made(doctor).removeprefix("/calendar/").removesuffix(".ics")
    assert db.session.scalars(select(CalendarFeed)).one().token_hash != secret
    answers = [client.get(f"/calendar/guess-number-{n:012}.ics").status_code for n in range(32)]
    assert answers[:30] == [404] * 30
    assert answers[-1] == 429


def test_reading_a_calendar_a_hundred_times_changes_nothing(app: Flask, doctor: FlaskClient, noon: datetime) -> None:
    path = _made(doctor)
    before = [tuple(row) for row in db.session.execute(select(CalendarFeed.__table__))]
    for _time in range(100):
        assert app.test_client().get(path).status_code == 200
    db.session.rollback()
    assert [tuple(row) for row in db.session.execute(select(CalendarFeed.__table__))] == before


def test_visits_of_long_ago_are_left_out(app: Flask, doctor: FlaskClient, scene: Scene, noon: datetime) -> None:
    path = _made(doctor)
    with clock.set_to(noon + timedelta(days=60)):
        assert _read(app, path) == []

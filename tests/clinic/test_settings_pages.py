"""The settings: each page saves alone, refuses in words, and says which booked visits it would hit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic import queries
from app.errors import Refused
from models.appointment import Claim
from models.base import db, transaction
from models.clinic import Chair, Clinic, Device, OpeningHours, Room
from models.event import Event
from tests.builders import (
    a_clinic,
    a_manager,
    a_nurse,
    a_patient,
    a_physician,
    a_protocol,
    a_receptionist,
    a_visit,
    sign_in,
    the_location,
)  # fmt: skip

IDENTITY = {
    "name": "Ege Klinik", "phone": "0212 555 01 01", "phone_out_of_hours": "+90 555 000 00 00", "emergency_number": "112",
    "reply_address": "desk@ege.example", "address": "Teşvikiye Cad. 1", "country": "tr", "zone": "Europe/Istanbul", "language": "tr",
}  # fmt: skip
MAIL = {"sending_from": "9", "sending_until": "20:00", "reminders": "7, 1", "recall_max": "2", "grace_minutes": "3"}
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday"), "9-19")


@pytest.fixture
def manager(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_manager())
    return client


def clinic() -> Clinic:
    db.session.expire_all()
    return queries.the_clinic()


def save(client: FlaskClient, page: str, fields: dict[str, Any], **changes: Any) -> Any:
    return client.post(f"/settings/{page}", data={"seen": clinic().version} | fields | changes)


PAGES = (
    "", "/clinic", "/mail", "/rules", "/hours", "/hours/new", "/hours/always", "/closures", "/holidays", "/rooms", "/rooms/new/room",
    "/rooms/new/chair", "/rooms/new/device", "/rooms/room/1", "/rooms/device/1",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_settings_page_opens(manager: FlaskClient, page: str) -> None:
    assert manager.get(f"/settings{page}").status_code == 200


@pytest.mark.parametrize("member", [a_receptionist, a_nurse, a_physician])
def test_only_managers_change_the_settings(app: Flask, client: FlaskClient, noon: datetime, member: Any) -> None:
    a_clinic()
    sign_in(client, member())
    assert client.get("/settings").status_code == 403
    assert save(client, "clinic", IDENTITY).status_code == 403


def test_the_clinics_data_are_saved_with_numbers_people_can_dial(manager: FlaskClient) -> None:
    assert save(manager, "clinic", IDENTITY).status_code == 303
    assert (clinic().phone, clinic().country, clinic().language) == ("+90 212 555 01 01", "TR", "tr")
    assert queries.location().address == "Teşvikiye Cad. 1"


def test_a_change_is_written_down_without_values(manager: FlaskClient) -> None:
    save(manager, "clinic", IDENTITY)
    event = db.session.query(Event).filter_by(action="changed", object_type="clinic").one()
    assert "phone" in event.fields
    assert "555" not in str(event.fields)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Please fill this in."),
        ("name", "Ege\r\nBcc: all@post.example", "Please write this on one line."),
        ("name", "x" * 10_000, "Please shorten this to at most 120 characters."),
        ("phone", "call us", "Enter a telephone number such as"),
        ("phone_out_of_hours", "12", "Enter a telephone number such as"),
        ("reply_address", "desk at ege", "Enter an e-mail address such as"),
        ("reply_address", "şule@ege.example", "Enter an e-mail address such as"),
        ("country", "XX", "Enter the two letters of a country"),
        ("zone", "Istanbul", "Enter a time zone such as"),
        ("emergency_number", "eleven", "Enter 2 to 6 digits"),
    ],
)
def test_what_cannot_be_is_refused_in_words(manager: FlaskClient, field: str, typed: str, words: str) -> None:
    answer = save(manager, "clinic", IDENTITY, **{field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Teşvikiye Cad. 1" in answer.text
    assert clinic().phone == "+902120000000"


def test_the_settings_show_telephones_as_people_read_them(manager: FlaskClient) -> None:
    page = manager.get("/settings").text
    assert "+90 212 000 00 00" in page
    assert "+902120000000" not in page


def test_the_number_at_night_stays_while_a_protocol_needs_it(manager: FlaskClient) -> None:
    a_protocol("filler_ha")
    answer = save(manager, "clinic", IDENTITY, phone_out_of_hours="")
    assert answer.status_code == 422
    assert "1 approved protocol needs an out-of-hours number." in answer.text
    assert clinic().phone_out_of_hours


def test_a_page_older_than_the_settings_overwrites_nothing(manager: FlaskClient) -> None:
    save(manager, "clinic", IDENTITY, name="Changed by another")
    answer = manager.post("/settings/clinic", data=IDENTITY | {"seen": "1", "name": "Mine"})
    assert answer.status_code == 409
    assert clinic().name == "Changed by another"


def test_sending_hours_and_reminders_are_saved(manager: FlaskClient) -> None:
    assert save(manager, "mail", MAIL).status_code == 303
    assert (clinic().sending_from, clinic().sending_until, clinic().reminder_days) == (time(9), time(20), [7, 1])


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("sending_until", "8:00", "The end must be later than the beginning."),
        ("sending_from", "25:00", "Enter a time such as"),
        ("reminders", "3, soon", "Enter at most five days from 1 to 30"),
        ("reminders", "40", "Enter at most five days from 1 to 30"),
        ("recall_max", "many", "Enter a whole number from 0 to 5."),
        ("grace_minutes", "-1", "Enter a whole number from 0 to 60."),
    ],
)
def test_mail_settings_that_cannot_be_are_refused_in_words(manager: FlaskClient, field: str, typed: str, words: str) -> None:
    answer = save(manager, "mail", MAIL, **{field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_clinic_may_send_no_reminders(manager: FlaskClient) -> None:
    save(manager, "mail", MAIL, reminders="")
    assert clinic().reminder_days == []


def test_the_working_rules_are_saved(manager: FlaskClient) -> None:
    save(manager, "rules", {"evaluation_valid_days": "90", "reception_records_done": "y"})
    assert (clinic().evaluation_valid_days, clinic().reception_records_done) == (90, True)


def test_new_hours_hold_from_their_first_day(manager: FlaskClient) -> None:
    assert save(manager, "hours/new", {"monday": "10-16", "valid_from": "4.1.2027"}).status_code == 303
    place = queries.location()
    assert queries.opening_of(place, date(2026, 12, 28)) == [(time(9), time(19))]
    assert queries.opening_of(place, date(2027, 1, 4)) == [(time(10), time(16))]


def test_hours_are_changed_in_their_place(manager: FlaskClient) -> None:
    assert save(manager, "hours/always", WEEK | {"monday": "10-12, 13-18"}).status_code == 303
    assert queries.opening_of(queries.location(), date(2026, 12, 7)) == [(time(10), time(12)), (time(13), time(18))]
    assert db.session.query(OpeningHours).count() == 7


def test_narrower_hours_first_say_which_visits_they_would_hit(manager: FlaskClient, noon: datetime) -> None:
    a_visit(a_patient(), noon + timedelta(days=1, hours=6))
    answer = save(manager, "hours/always", WEEK | {"wednesday": "9-15"})
    assert answer.status_code == 422
    assert "1 booked visit lies in this time." in answer.text
    assert "Ayşe Yılmaz" in answer.text
    assert queries.opening_of(queries.location(), date(2026, 12, 2)) == [(time(9), time(19))]
    assert save(manager, "hours/always", WEEK | {"wednesday": "9-15"}, sure="1").status_code == 303
    assert queries.opening_of(queries.location(), date(2026, 12, 2)) == [(time(9), time(15))]


@pytest.mark.parametrize("typed", ["morning", "18-9", "9-12, 11-15", "9-26"])
def test_open_times_that_cannot_be_are_refused_in_words(manager: FlaskClient, typed: str) -> None:
    answer = save(manager, "hours/always", WEEK | {"monday": typed})
    assert answer.status_code == 422
    assert "Enter times such as 9:00–18:00" in answer.text
    assert f'value="{typed}"' in answer.text


def test_hours_without_any_day_are_refused(manager: FlaskClient) -> None:
    assert "Enter open times for at least one day." in save(manager, "hours/new", dict.fromkeys(WEEK, "")).text


def test_removing_hours_asks_first_when_visits_need_them(manager: FlaskClient, noon: datetime) -> None:
    a_visit(a_patient(), noon + timedelta(days=1))
    assert manager.post("/settings/hours/always/remove").status_code == 422
    assert db.session.query(OpeningHours).count() == 6
    assert manager.post("/settings/hours/always/remove", data={"sure": "1"}).status_code == 303
    assert db.session.query(OpeningHours).count() == 0


def test_rooms_chairs_and_devices_are_added(manager: FlaskClient) -> None:
    save(manager, "rooms/new/room", {"form_token": "t1", "name": "Room 9", "uses": ["procedure"], "active": "y"})
    save(manager, "rooms/new/chair", {"form_token": "t2", "name": "Chair 1", "active": "y"})
    save(manager, "rooms/new/device", {"form_token": "t3", "name": "Pen 2", "kind": "microneedling_pen", "active": "y"})
    assert db.session.query(Room).filter_by(name="Room 9").one().kinds == ["procedure"]
    assert db.session.query(Chair).one().name == "Chair 1"
    assert db.session.query(Device).filter_by(name="Pen 2").one().kind == "microneedling_pen"


def test_a_room_says_what_can_be_done_in_it(manager: FlaskClient) -> None:
    assert "Tick at least one." in save(manager, "rooms/new/room", {"form_token": "t1", "name": "Room 9"}).text


def test_switching_a_room_off_first_says_which_visits_hold_it(manager: FlaskClient, noon: datetime) -> None:
    visit = a_visit(a_patient(), noon + timedelta(days=1))
    room = the_location().rooms[0]
    with transaction():
        db.session.add(Claim(appointment_id=visit.id, phase="procedure", room_id=room.id, starts_at=visit.starts_at, ends_at=visit.ends_at))
    fields = {"form_token": "t1", "name": room.name, "uses": ["procedure"]}
    assert "1 booked visit lies in this time." in save(manager, f"rooms/room/{room.id}", fields).text
    assert save(manager, f"rooms/room/{room.id}", fields, sure="1").status_code == 303
    assert not db.session.get_one(Room, room.id).active


def test_a_room_that_is_not_there_is_a_page_not_found(manager: FlaskClient) -> None:
    assert manager.get("/settings/rooms/room/99").status_code == 404
    assert manager.get("/settings/rooms/new/boat").status_code == 404


def test_before_the_clinic_is_set_up_the_page_says_so(app: Flask, noon: datetime) -> None:
    with pytest.raises(Refused):
        queries.the_clinic()
    assert queries.clinic_or_none() is None

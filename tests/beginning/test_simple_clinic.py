"""An empty clinic becomes a simple one in one press."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.base import db, transaction
from models.clinic import Clinic, Device, OpeningHours, Room
from models.staff import StaffMember, WorkingHours
from tests.builders import a_manager, a_physician, sign_in

FOUNDED = {"clinic": "Ege Klinik", "name": "Mert Can", "email": "mert@ege.example", "new_password": "mavi kedi pencerede uyur",
           "physician_name": "Dr. Burcu Çelen", "physician_email": "burcu@ege.example"}  # fmt: skip
TYPED = {"phone": "0212 555 01 01", "reply_address": "desk@ege.example", "workdays": "9-18", "saturday": "9-13", "sunday": "",
         "rooms": "Oda 1,  Oda 2, Oda 1", "devices": ["centrifuge"]}  # fmt: skip


@pytest.fixture
def founded(client: FlaskClient, noon: datetime) -> FlaskClient:
    """An empty clinic with its manager, who is signed in, and a physician."""
    client.post("/start", data=FOUNDED)
    return client


def test_one_press_gives_the_clinic_hours_rooms_devices_and_those_who_treat_their_working_hours(founded: FlaskClient) -> None:
    assert founded.post("/begin", data=TYPED).location == "/day"
    assert db.session.scalars(select(Room.name).order_by(Room.name)).all() == ["Oda 1", "Oda 2"]
    assert db.session.scalars(select(Device.kind)).all() == ["centrifuge"]
    open_times = select(OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes).order_by(OpeningHours.weekday)
    assert db.session.execute(open_times).all() == [*((day, time(9), time(18)) for day in range(5)), (5, time(9), time(13))]
    who = select(StaffMember.name, func.count(WorkingHours.id)).join(WorkingHours).group_by(StaffMember.name)
    assert db.session.execute(who).all() == [("Dr. Burcu Çelen", 6)]
    clinic = db.session.get_one(Clinic, 1)
    assert (clinic.phone, clinic.phone_out_of_hours, clinic.reply_address) == ("+90 212 555 01 01", "", "desk@ege.example")


def test_what_a_small_clinic_has_stands_there_already_and_replies_go_to_whoever_began(founded: FlaskClient) -> None:
    page = founded.get("/begin").text
    for value in ("9:00–18:00", "9:00–14:00", "Room 1, Room 2", "mert@ege.example"):
        assert f'value="{value}"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"phone": "12"}, "Enter a telephone number"), ({"workdays": "", "saturday": ""}, "at least one day"),
     ({"workdays": "nine"}, "Enter times such as"), ({"rooms": " , "}, "at least one name"), ({"reply_address": "desk"}, "mail address"),
     ({"reply_address": "şule@ege.example"}, "mail address"),
     ({"devices": ["hammer"]}, "hammer")],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_beside_it_and_nothing_is_made(founded: FlaskClient, changes: dict[str, str], words: str) -> None:
    answer = founded.post("/begin", data=TYPED | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalars(select(Room)).all() == []


def test_a_second_press_changes_nothing_and_a_clinic_that_has_hours_is_not_asked_again(founded: FlaskClient) -> None:
    founded.post("/begin", data=TYPED)
    assert founded.post("/begin", data=TYPED | {"rooms": "Oda 9"}).location == "/settings"
    assert founded.get("/begin").location == "/settings"
    assert len(db.session.scalars(select(Room)).all()) == 2


def test_hours_that_somebody_has_already_stay_theirs(founded: FlaskClient) -> None:
    with transaction():
        burcu = db.session.scalars(select(StaffMember).where(StaffMember.name == "Dr. Burcu Çelen")).one()
        burcu.hours = [WorkingHours(weekday=2, starts=time(10), ends=time(16))]
    founded.post("/begin", data=TYPED)
    assert db.session.scalars(select(WorkingHours.weekday)).all() == [2]


def test_only_a_manager_sets_the_clinic_up(founded: FlaskClient) -> None:
    sign_in(founded, a_physician("Dr. Ali Er"))
    assert founded.get("/begin").status_code == 403
    sign_in(founded, a_manager("Ela Su"))
    assert founded.get("/begin").status_code == 200

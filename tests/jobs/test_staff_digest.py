"""The numbers of the day: for whom, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobs import staff_digest
from models.base import db, transaction
from models.clinic import Closure
from models.message import MessageState
from models.staff import Absence, Role, StaffMember
from tests import builders as b
from tests.messages.stories import ist, rows

TUESDAY_0655 = ist(12, 1, 6, 55).astimezone(UTC)


@pytest.fixture
def reader(app: Flask, noon: datetime) -> StaffMember:
    b.a_clinic()
    return b.a_receptionist()


def _planned(now: datetime = TUESDAY_0655) -> list[int | None]:
    staff_digest.run(now)
    return [message.staff_id for message in rows() if message.kind == "staff_digest"]


def test_it_is_due_at_seven_and_useful_until_ten(reader: StaffMember) -> None:
    assert [_planned(), _planned()] == [[reader.id], [reader.id]]
    [message] = rows()
    assert (message.due_at, message.useful_until) == (ist(12, 1, 7), ist(12, 1, 10))
    assert (message.state, message.patient_id) == (MessageState.WAITING, None)


@pytest.mark.parametrize(("hour", "minute", "number"), [(6, 29, 0), (6, 30, 1), (9, 59, 1), (10, 0, 0)])
def test_it_is_planned_in_the_morning_alone(reader: StaffMember, hour: int, minute: int, number: int) -> None:
    assert len(_planned(ist(12, 1, hour, minute).astimezone(UTC))) == number


def test_each_working_day_has_its_own(reader: StaffMember) -> None:
    assert len(_planned()) == 1
    assert len(_planned(TUESDAY_0655 + timedelta(days=1))) == 2


def test_on_a_closed_day_nobody_gets_it(reader: StaffMember) -> None:
    with transaction():
        db.session.add(Closure(day=date(2026, 12, 1)))
    assert _planned() == []
    assert _planned(ist(12, 6, 7).astimezone(UTC)) == []  # a Sunday


def test_only_those_who_work_on_the_day_and_want_it_get_it(reader: StaffMember) -> None:
    away, off, gone, auditor = b.a_nurse("Ada"), b.a_nurse("Oya"), b.a_nurse("Eda"), b.a_staff_member("Ali", Role.AUDITOR)
    free, manager = b.a_nurse("Nil"), b.a_manager()
    with transaction():
        db.session.add(Absence(staff_id=away.id, first_day=date(2026, 11, 30), last_day=date(2026, 12, 4)))
        db.session.merge(off).digest = False
        db.session.merge(gone).active = False
        db.session.merge(free).hours = [row for row in free.hours if row.weekday != 1]
        db.session.merge(manager).hours = []
    assert auditor.active
    assert _planned() == [reader.id, manager.id]


def test_half_a_day_away_is_a_day_here(reader: StaffMember) -> None:
    day = date(2026, 12, 1)
    with transaction():
        db.session.add(Absence(staff_id=reader.id, first_day=day, last_day=day, from_time=time(9), to_time=time(12)))
    assert _planned() == [reader.id]


def test_a_person_switches_it_off_and_on(client: FlaskClient, reader: StaffMember) -> None:
    b.sign_in(client, reader)
    assert "Switch off" in client.get("/account").text
    client.post("/account/digest", data={"wanted": "0"})
    assert _planned() == []
    assert "Switch on" in client.get("/account").text
    client.post("/account/digest", data={"wanted": "1"})
    assert _planned() == [reader.id]

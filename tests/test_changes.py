"""Every change of a record is counted, and what pages keep is never older than the last one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import insert, text, update

from app import cached, throttle
from app.clinic import queries as clinic_queries
from app.factory import create_app
from app.schedule.free import resources
from app.schedule.week.frame import frame_of
from models import changes
from models.base import db, rehearsal, transaction
from models.clinic import Closure, OpeningHours, Room
from models.heartbeat import Lease
from models.staff import StaffMember
from tests import builders
from tests.builders import TODAY
from tests.conftest import NOON
from tests.schedule.pages import Counted


@pytest.fixture(autouse=True)
def clinic(app: Flask) -> None:
    builders.a_clinic()


def counted() -> int:
    db.session.rollback()
    return changes.count() or 0


@pytest.mark.parametrize(
    "write",
    [
        lambda: db.session.add(Closure(day=TODAY, why="Feast")),
        lambda: db.session.execute(update(StaffMember).values(name="Somebody")),
        lambda: db.session.execute(insert(Room.__table__).values(name="Room 9", kinds=[], location_id=1, active=True)),
        lambda: db.session.execute(text("UPDATE clinic SET name = 'Ege'")),
        lambda: db.session.execute(text("DELETE FROM closure")),
        lambda: db.session.execute(text("WITH some AS (SELECT 1 AS id) UPDATE clinic SET name = 'Ege' WHERE id IN (SELECT id FROM some)")),
    ],
)
def test_whoever_writes_in_whatever_way_is_counted_once_for_each_transaction(write: Callable[[], object]) -> None:
    before = counted()
    with transaction():
        write()
        write()
    assert counted() == before + 1


def renamed_and_taken_back() -> object:
    """What a name looked like inside a transaction that was not kept."""
    inside: list[object] = []

    def rename() -> None:
        with transaction():
            db.session.execute(text("UPDATE clinic SET name = 'Ege'"))
            inside.append(kept_name())
            raise LookupError

    with pytest.raises(LookupError):
        rename()
    return inside[0]


def kept_name() -> object:
    return cached.while_unchanged("name", lambda: db.session.scalar(text("SELECT name FROM clinic")))


def test_what_is_taken_back_was_no_change() -> None:
    before = counted()
    renamed_and_taken_back()
    with transaction():
        db.session.execute(text("SELECT 1"))
    assert counted() == before


def test_the_ticking_of_the_jobs_is_no_change() -> None:
    before = counted()
    with transaction():
        db.session.add(Lease(name="timetable", owner="one", until=NOON))
    assert counted() == before


def test_counting_tries_is_no_change_though_it_says_update() -> None:
    before = counted()
    for _ in range(2):
        with transaction():
            throttle.count(throttle.Limit("link guess", 30, 10), "somebody", NOON)
    assert counted() == before


def test_a_thing_is_made_again_after_a_change_and_not_before() -> None:
    numbers = count(1)
    assert [cached.while_unchanged("thing", lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    with transaction():
        db.session.add(Closure(day=TODAY, why="Feast"))
    assert cached.while_unchanged("thing", lambda: next(numbers)) == 2


def test_inside_a_transaction_nothing_is_kept_for_it_may_be_taken_back() -> None:
    assert renamed_and_taken_back() == "Ege"
    assert kept_name() != "Ege"


def test_another_process_sees_that_what_it_keeps_is_over(app: Flask) -> None:
    other = create_app(app.extensions["seans"])
    with other.app_context():
        before = kept_name()
        db.session.remove()
    with transaction():
        db.session.execute(text("UPDATE clinic SET name = 'Ege'"))
    with other.app_context():
        assert before != kept_name() == "Ege"
        db.session.remove()
        db.engine.dispose()


def test_only_what_differs_is_made_anew() -> None:
    asked: list[list[str]] = []

    def make(missing: list[str]) -> dict[str, str]:
        asked.append(missing)
        return {key: key.upper() for key in missing}

    assert cached.made_from({"a": 1, "b": 2}, make) == {"a": "A", "b": "B"}
    assert list(cached.made_from({"b": 2, "a": 3}, make)) == ["b", "a"]
    assert asked == [["a", "b"], ["a"]]


def house_of() -> tuple[int, int]:
    """How many times the place opens, and how many people work, as whoever looks for a time sees it."""
    return len(clinic_queries.calendar(clinic_queries.location()).openings), len(resources.people(TODAY, TODAY, {}, 1))


def test_what_there_is_stays_known_over_every_booking_and_is_read_anew_after_it_changed(app: Flask) -> None:
    opens, working = house_of()
    builders.a_patient()
    with transaction(), Counted() as asked:
        db.session.execute(text("UPDATE patient SET note = 'x'"))
        assert house_of() == (opens, working)
    assert not {"opening_hours", "closure", "working_hours", "staff_member"} & tables_read(asked)
    builders.a_physician("Dr. Can Su")
    assert house_of() == (opens, working + 1)
    with transaction():
        db.session.add(OpeningHours(location_id=1, weekday=6, opens=time(10), closes=time(12)))
        assert house_of() == (opens + 1, working + 1), "inside the transaction that changes it, before it is kept"
    assert house_of() == (opens + 1, working + 1)
    with rehearsal(), transaction():
        db.session.execute(text("DELETE FROM opening_hours"))
        assert house_of() == (0, working + 1)
    assert house_of() == (opens + 1, working + 1), "what was taken back is not kept"


def test_nothing_that_is_kept_while_the_house_stands_is_made_from_another_table(app: Flask) -> None:
    with app.test_request_context(), Counted() as asked:
        resources.diary(clinic_queries.location(), TODAY, TODAY)
        frame_of(TODAY, clinic_queries.location().id)
    assert tables_read(asked) - changes.HOUSE == {"change_count", "claim"}


def tables_read(asked: Counted) -> set[str]:
    return {table for statement in asked.statements for table in re.findall(r'(?:FROM|JOIN) "?(\w+)', statement)}

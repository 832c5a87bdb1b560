"""Local day and time are the facts: changes of the clocks never move a visit on the wall."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.hours import without
from app.planning.resources import DAY_MINUTES
from app.schedule import rows
from app.schedule.free import resources
from app.schedule.free.working_days import DaysAhead, minute_of, wall_spans
from models import clock
from models.appointment import VisitKind
from models.base import db, transaction
from models.clinic import OpeningHours
from tests import builders
from tests.schedule.scenes import Scene, a_scene, at, book, minute, move, utc

BERLIN = "Europe/Berlin"
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # the clocks go forward at 02:00, back at 03:00; both Sundays


def in_berlin() -> Scene:
    """A clinic in Berlin that is open day and night, Sundays too."""
    scene = a_scene(zone=BERLIN, start=date(2027, 3, 1))
    builders.an_evaluation(scene.patient, scene.physician, date(2027, 3, 1))
    place = builders.the_location()
    with transaction():
        db.session.query(OpeningHours).delete()
        everything = {"location_id": place.id, "opens": datetime.min.time(), "closes": datetime.max.time().replace(microsecond=0)}
        db.session.add_all(OpeningHours(weekday=n, **everything) for n in range(7))
        for member in (scene.physician, scene.nurse):
            member.hours = [type(member.hours[0])(weekday=n, starts=everything["opens"], ends=everything["closes"]) for n in range(7)]
    return scene


@pytest.mark.parametrize(("day", "offset"), [(date(2027, 3, 27), 1), (SPRING, 2), (date(2027, 10, 30), 2), (AUTUMN, 1)])
def test_ten_oclock_is_ten_oclock_on_every_side_of_a_change(app: Flask, noon: datetime, day: date, offset: int) -> None:
    scene = in_berlin()
    if day > SPRING + timedelta(days=30):
        builders.an_evaluation(scene.patient, scene.physician, date(2027, 10, 1))
    visit = book(scene.sessions[0], day, "10:00", noon)
    assert f"{visit.local_time:%H:%M}" == "10:00"
    assert visit.starts_at == utc(day.year, day.month, day.day, 10 - offset)


def test_a_visit_moved_across_the_change_keeps_its_wall_clock_time(app: Flask, noon: datetime) -> None:
    scene = in_berlin()
    visit = book(scene.sessions[0], date(2027, 3, 26), "10:00", noon)
    move(visit, date(2027, 3, 29), "10:00", noon)
    assert (f"{visit.local_time:%H:%M}", visit.starts_at) == ("10:00", utc(2027, 3, 29, 8))


def test_a_visit_over_the_missing_hour_lasts_as_long_as_any_other(app: Flask, noon: datetime) -> None:
    scene = in_berlin()
    visit = book(scene.sessions[0], SPRING, "01:30", noon)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=80)
    assert clock.local(visit.ends_at, BERLIN).hour == 3


def test_a_time_that_does_not_exist_moves_forward_on_the_wall_too(app: Flask, noon: datetime) -> None:
    scene = in_berlin()
    visit = book(scene.sessions[0], SPRING, "02:15", noon)
    assert (f"{visit.local_time:%H:%M}", visit.starts_at) == ("03:15", utc(2027, 3, 28, 1, 15))
    assert visit.ends_at > visit.starts_at


def test_a_visit_in_the_doubled_hour_lies_in_the_first_and_is_seen_in_both(app: Flask, noon: datetime) -> None:
    scene = in_berlin()
    builders.an_evaluation(scene.patient, scene.physician, date(2027, 10, 1))
    visit = book(scene.sessions[0], AUTUMN, "02:00", noon)
    assert visit.starts_at == utc(2027, 10, 31, 0)
    other = builders.a_patient("Lena", "Weiss", phone="+491701234567")
    free = resources.free(VisitKind.CONSULTATION, [], other, AUTUMN)
    taken = [slot for slot in free if minute("02:15") <= slot.start_minute < minute("03:00")]
    assert all(slot.performer_id != visit.performer_id for slot in taken)


def test_a_start_is_the_moment_by_the_clinics_own_clock(app: Flask, noon: datetime) -> None:
    a_scene()
    assert rows.start_of(resources.wanted(date(2026, 12, 3), minute("13:50"))) == at(date(2026, 12, 3), "13:50")


def test_spans_of_a_claim_over_midnight_stand_on_both_days() -> None:
    spans = dict(wall_spans(at(date(2026, 12, 3), "23:30"), at(date(2026, 12, 4), "00:45"), "Europe/Istanbul"))
    assert spans == {date(2026, 12, 3): (minute("23:30"), DAY_MINUTES), date(2026, 12, 4): (0, 45)}


def test_spans_over_the_hour_that_comes_twice_cover_all_of_it() -> None:
    start = utc(2027, 10, 31, 0, 50)  # 02:50, the first time
    spans = dict(wall_spans(start, start + timedelta(minutes=20), BERLIN))  # until 02:10, the second time
    begin, end = spans[AUTUMN]
    assert begin <= minute("02:10")
    assert end >= minute("03:00")


def test_spans_with_seconds_are_rounded_outwards() -> None:
    start = at(date(2026, 12, 3), "10:00") + timedelta(seconds=30)
    assert dict(wall_spans(start, start + timedelta(minutes=5), "Europe/Istanbul")) == {date(2026, 12, 3): (600, 606)}


def test_cutting_times_out_of_times() -> None:
    assert without([(540, 1080)], [(600, 660), (1000, 1200)]) == ((540, 600), (660, 1000))
    assert without([(540, 1080)], [(0, 1440)]) == ()


def test_the_last_minute_of_a_day_stands_for_midnight() -> None:
    assert minute_of(datetime.max.time()) == DAY_MINUTES


def test_days_are_worked_out_once_and_only_when_asked_for() -> None:
    asked: list[date] = []

    def work_out(day: date) -> tuple[tuple[int, int], ...]:
        asked.append(day)
        return ((0, 60),)

    ahead = DaysAhead(work_out, date(2026, 12, 1), date(2027, 11, 30))
    assert ahead[date(2026, 12, 3)] == ahead[date(2026, 12, 3)] == ((0, 60),)
    assert asked == [date(2026, 12, 3)]
    assert date(2026, 11, 30) not in ahead
    assert len(ahead) == len(list(ahead)) == 365

"""Bugs that others reported about series, recurrence, double booking and local time: each would show here if we had it.

The number names the thread in that project's own list of issues; the docstring says in our words what went wrong there.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Refused
from app.plans.builder.decisions import SHOWN
from app.schedule.free import resources
from app.schedule.free.working_days import time_of
from app.schedule.placing import whole_series
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.staff import Absence
from models.treatment import SessionState
from tests import builders
from tests.plans.pages import form_in, post
from tests.schedule.pages import fresh, token, words
from tests.schedule.scenes import Scene, a_scene, another_patient, book, book_plain, claims_of, days, minute, move, utc
from tests.schedule.test_clocks import SPRING, in_berlin


@pytest.fixture
def scene(app: Flask, noon: datetime, client: FlaskClient) -> Scene:
    """A patient with a series of three that is not booked yet; reception is signed in."""
    made = a_scene()
    builders.sign_in(client, builders.a_receptionist())
    return made


@pytest.fixture
def booked(scene: Scene, noon: datetime) -> list[Appointment]:
    """The same series, booked 28 days apart at ten."""
    return [book(session, days(2 + 28 * n), "10:00", noon) for n, session in enumerate(scene.sessions)]


def visits() -> list[Appointment]:
    return db.session.query(Appointment).order_by(Appointment.starts_at).all()


def places() -> list[tuple[date, str, VisitState]]:
    db.session.expire_all()
    return [(visit.local_day, f"{visit.local_time:%H:%M}", visit.state) for visit in visits()]


def book_on_its_page(client: FlaskClient, scene: Scene, **changed: str) -> int:
    """Book all on the plan's page, some sessions at another time than proposed."""
    url = f"/plan/{scene.plan.id}/book"
    return post(client, url, form_in(client.get(url)), do="book", **changed).status_code


def test_peer_cal_com_15997_every_session_of_a_series_is_checked_not_only_the_first_two(
    scene: Scene, client: FlaskClient, noon: datetime
) -> None:
    """Of a recurring booking only the first two dates were checked: the third met another booking, a later one a day off."""
    third = whole_series.propose(scene.plan, noon)[2].slot
    assert third is not None
    other = another_patient(physician=scene.physician)
    taken = book_plain(other, VisitKind.CONSULTATION, third.day, "10:00", noon)
    away = [third.day - timedelta(days=n) for n in (4, 1)]
    with transaction():
        db.session.add(Absence(staff_id=scene.physician.id, first_day=away[0], last_day=away[1]))
    assert book_on_its_page(client, scene) == 303
    assert len(visits()) == 4
    for visit in visits():
        assert visit.id == taken.id or not away[0] <= visit.local_day <= away[1]
    that_day = [claim for visit in visits() if visit.local_day == third.day for claim in claims_of(visit)]
    spans = [(begins, ends) for _phase, what, begins, ends in that_day if what == "staff"]
    assert len(spans) == len(set(spans))


def test_peer_cal_com_25287_a_series_that_meets_a_booking_in_its_last_session_is_not_booked(
    scene: Scene, client: FlaskClient, noon: datetime
) -> None:
    """Years after the first report, a recurring booking was still confirmed over an existing one."""
    last = scene.sessions[2]
    slot = next(one.slot for one in whole_series.propose(scene.plan, noon) if one.session.id == last.id)
    assert slot is not None
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    url = f"/plan/{scene.plan.id}/book"
    fields = form_in(client.get(url))
    book(course.sessions[0], slot.day, f"{time_of(slot.start_minute):%H:%M}", noon)
    answer = post(client, url, fields, do="book")
    assert answer.status_code == 422
    assert [visit.patient_id for visit in visits()] == [other.id]


def test_peer_carlos_3742_a_series_is_saved_whole_or_not_at_all(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    """An update said that it had worked and left a series of which only some dates were saved."""
    last = scene.sessions[2]
    closed = f"{days(61)}.1380.{scene.physician.id}.0"  # 23:00
    assert book_on_its_page(client, scene, **{f"{SHOWN}0-{last.n}": closed}) == 422
    assert visits() == []
    assert {session.state for session in scene.sessions} == {SessionState.PROPOSED}


def test_peer_cal_com_16908_every_session_lies_on_the_day_that_was_chosen_for_it(scene: Scene, client: FlaskClient) -> None:
    """Dates chosen on several days of the week were all booked on Tuesdays."""
    chosen = [days(2), days(31), days(60)]  # a Thursday, a Friday, a Saturday
    slots = {f"{SHOWN}0-{session.n}": f"{day}.600.{scene.physician.id}.0" for session, day in zip(scene.sessions, chosen, strict=True)}
    assert book_on_its_page(client, scene, **slots) == 303
    assert [visit.local_day for visit in visits()] == chosen
    assert [day.weekday() for day in chosen] == [3, 4, 5]


def test_peer_cal_com_5231_a_moved_visit_is_not_shown_at_its_old_time(
    booked: list[Appointment], client: FlaskClient, noon: datetime
) -> None:
    """A rescheduled date of a series was still listed where it had been."""
    move(booked[1], days(31), "14:00", noon)
    assert f'id="v{booked[1].id}"' not in client.get(f"/day/{days(30)}").text
    assert "14:00" in words(client.get(f"/day/{days(31)}"))


def test_peer_trmnl_54_a_moved_visit_is_shown_once(booked: list[Appointment], client: FlaskClient, noon: datetime) -> None:
    """A moved date of a recurring event appeared twice, old and new."""
    move(booked[1], days(30), "14:00", noon)
    page = client.get(f"/day/{days(30)}").text
    assert len(re.findall(rf'<tr id="v{booked[1].id}"', page)) == 1


def test_peer_openemr_3661_a_change_of_one_visit_leaves_the_rest_of_the_series_alone(
    booked: list[Appointment], client: FlaskClient, noon: datetime
) -> None:
    """A status or a time given to one date went to every date of the series, and some vanished."""
    rest = [places()[0], places()[2]]
    move(booked[1], days(31), "14:00", noon)
    assert client.post(f"/visits/{booked[1].id}/confirm", data={"seen": fresh(booked[1]).version}).status_code == 303
    assert [places()[0], places()[2]] == rest
    assert places()[1] == (days(31), "14:00", VisitState.CONFIRMED)


def test_peer_libreehr_1071_eleven_at_night_is_refused_in_words(scene: Scene, client: FlaskClient) -> None:
    """An appointment at 11 p.m., when nobody is there, was taken."""
    url = f"/session/{scene.sessions[0].id}/book"
    form = {"form_token": token(client.get(url)), "exact_day": str(days(2)), "exact_time": "23:00", "asked_by": "patient"}
    answer = client.post(url, data=form)
    assert answer.status_code == 422
    assert "opening hours" in words(answer).lower()
    assert visits() == []


def test_peer_libreehr_560_two_visits_at_one_time_are_both_seen(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    """Of two appointments at one hour the calendar drew one over the other."""
    builders.a_physician("Dr. Ali Er")
    other = another_patient(physician=scene.physician)
    pair = [book_plain(who, VisitKind.CONSULTATION, days(2), "10:00", noon) for who in (scene.patient, other)]
    page = client.get(f"/day/{days(2)}").text
    assert all(f'id="v{visit.id}"' in page for visit in pair)


def test_peer_cal_com_29958_a_time_lost_after_the_page_was_opened_is_not_booked_twice(scene: Scene, client: FlaskClient) -> None:
    """Between looking whether a time is free and writing the booking there was room for a second one."""
    other = another_patient(physician=scene.physician)
    urls = [f"/visits/new?patient={who.id}&kind=consultation" for who in (scene.patient, other)]
    tokens = [token(client.get(url)) for url in urls]
    form = {"exact_day": str(days(2)), "exact_time": "10:00", "asked_by": "patient"}
    answers = [client.post(url, data=form | {"form_token": mine}) for url, mine in zip(urls, tokens, strict=True)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert [visit.patient_id for visit in visits()] == [scene.patient.id]


def test_peer_librebooking_147_a_double_click_books_once(scene: Scene, client: FlaskClient) -> None:
    """Two presses made two reservations; the advice was to wait for a random while."""
    url = f"/session/{scene.sessions[0].id}/book"
    form = {"form_token": token(client.get(url)), "exact_day": str(days(2)), "exact_time": "10:00", "asked_by": "patient"}
    assert [client.post(url, data=form).status_code for _press in range(2)] == [303, 303]
    assert len(visits()) == 1


def test_peer_erpnext_16068_a_visit_takes_its_whole_length(scene: Scene, noon: datetime) -> None:
    """Only the begin of an appointment was compared: another one could begin before it was over."""
    first = book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "10:00", noon)
    other = another_patient(physician=scene.physician)
    with pytest.raises(Refused, match="Busy then"):
        book_plain(other, VisitKind.CONSULTATION, days(2), "10:05", noon)
    assert book_plain(other, VisitKind.CONSULTATION, days(2), f"{time_of(minute('10:00') + first.minutes):%H:%M}", noon)


def test_peer_easyappointments_1783_the_same_person_is_not_booked_in_two_rooms(scene: Scene, noon: datetime) -> None:
    """One provider was booked twice at the same time, once for each service."""
    other = another_patient(physician=scene.physician)
    book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "10:00", noon)
    with pytest.raises(Refused, match="Busy then"):
        book_plain(other, VisitKind.COMPLICATION_CHECK, days(2), "10:00", noon)


def test_peer_indico_4315_what_matches_nothing_changes_nothing(booked: list[Appointment], client: FlaskClient) -> None:
    """A filter that came out empty in a race matched every reservation of the room, and all were rejected."""
    before = places()
    for batch in ("", " ", "0", "None", "%"):
        client.post("/replan/undo", data={"batch": batch})
        client.post("/replan", data={"form_token": f"t{batch}"})
    client.post("/changes/999999/undo", data={})
    assert places() == before


def test_peer_boulevard_46703845_a_gap_between_two_visits_is_offered_to_the_minute(scene: Scene, noon: datetime) -> None:
    """A fixed raster of start times hid gaps that could have been used."""
    first = book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "09:05", noon)
    other = another_patient(physician=scene.physician)
    starts = [slot.start_minute for slot in resources.free(VisitKind.CONSULTATION, [], other, days(2), now=noon)]
    assert minute("09:05") + first.minutes in starts


def test_peer_boulevard_45912664_a_session_before_its_least_gap_is_refused(scene: Scene, noon: datetime) -> None:
    """A rule for the days since the last service was asked for: staff could book a treatment too early unnoticed."""
    book(scene.sessions[0], days(2), "10:00", noon)
    with pytest.raises(Refused):
        book(scene.sessions[1], days(9), "10:00", noon)
    assert len(visits()) == 1


def test_peer_cal_com_4400_the_hour_does_not_slip_along_a_series(app: Flask, noon: datetime) -> None:
    """After some occurrences of a weekly booking, over a change of the clocks, it stood an hour off."""
    scene = in_berlin()
    series = [book(session, SPRING + timedelta(days=n), "10:00", noon) for session, n in zip(scene.sessions, (-26, 2, 30), strict=True)]
    assert [f"{visit.local_time:%H:%M}" for visit in series] == ["10:00"] * 3
    assert [visit.starts_at.hour for visit in series] == [9, 8, 8]


def test_peer_cal_com_6217_a_time_behind_a_change_of_the_clocks_can_be_booked(app: Flask, noon: datetime) -> None:
    """Times that were offered behind a change of the clocks were refused when they were booked."""
    scene = in_berlin()
    day = SPRING + timedelta(days=1)
    offered = resources.free(VisitKind.CONSULTATION, [], scene.patient, day, now=noon)
    at = time_of(offered[0].start_minute)
    assert book_plain(scene.patient, VisitKind.CONSULTATION, day, f"{at:%H:%M}", noon).local_day == day


def test_peer_cal_com_29777_the_zone_of_the_person_does_not_move_the_booking(scene: Scene, client: FlaskClient) -> None:
    """The browser's distance from UTC was added to the time that was chosen: bookings lay hours off."""
    abroad = another_patient(physician=scene.physician)
    with transaction():
        abroad.zone = "America/New_York"
    url = f"/visits/new?patient={abroad.id}&kind=consultation"
    form = {"form_token": token(client.get(url)), "exact_day": str(days(2)), "exact_time": "10:00", "asked_by": "patient"}
    assert client.post(url, data=form, headers={"Time-Zone": "America/New_York"}).status_code == 303
    (visit,) = visits()
    assert (f"{visit.local_time:%H:%M}", visit.starts_at) == ("10:00", utc(2026, 12, 3, 7))


def test_peer_easyappointments_1789_a_change_of_the_clinics_zone_leaves_what_is_booked(booked: list[Appointment], noon: datetime) -> None:
    """After a provider's zone was changed, saving an old appointment moved it."""
    before = [(visit.starts_at, visit.local_time, visit.zone) for visit in booked]
    with transaction():
        db.session.query(Clinic).one().zone = "Europe/Berlin"
    move(booked[2], days(59), "14:00", noon)
    kept = [fresh(visit) for visit in booked[:2]]
    assert [(visit.starts_at, visit.local_time, visit.zone) for visit in kept] == before[:2]
    assert fresh(booked[2]).starts_at == utc(2027, 1, 29, 13)

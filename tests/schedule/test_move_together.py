"""A visit moved together with those after it: the three ways shown, one of them applied whole."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.appointment import Appointment
from models.base import db
from models.message import ChangeSet
from tests import builders
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, book, days


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def desk(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, builders.a_receptionist())
    return client


@pytest.fixture
def booked(scene: Scene, noon: datetime) -> list[Appointment]:
    """Three sessions 28 days apart, at nine."""
    return [book(scene.sessions[n], days(2 + 28 * n), "09:00", noon) for n in range(3)]


def look(desk: FlaskClient, visit: Appointment, slot: str) -> TestResponse:
    return desk.post(f"/visits/{visit.id}/move", data={"seen": visit.version, "slot": slot, "asked_by": "patient", "do": "look"})


def shown(page: TestResponse, way: str) -> dict[str, object]:
    """What the page's form would send for one way."""
    values = re.findall(rf'name="{way}" value="([^"]+)"', page.text)
    found = re.search(r'name="looked" value="([^"]+)"', page.text)
    assert found
    return {"rest": way, way: values, "looked": found[1]}


def move(desk: FlaskClient, visit: Appointment, slot: str, **more: object) -> TestResponse:
    return desk.post(f"/visits/{visit.id}/move", data={"seen": visit.version, "slot": slot, "asked_by": "patient", **more})


def test_the_three_ways_are_shown_and_nothing_is_saved_before_move(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = look(desk, booked[0], f"{days(7)} 540 0 0")
    text = words(page)
    assert page.status_code == 200
    assert "Keep the others" in text
    assert "Shift by +5 days" in text
    assert "Re-space to ideal" in text
    assert [fresh(one).local_day for one in booked] == [days(2), days(30), days(58)]


def test_shifting_keeps_the_days_between_and_is_one_change_that_is_undone_at_once(desk: FlaskClient, booked: list[Appointment]) -> None:
    slot = f"{days(9)} 540 0 0"
    page = look(desk, booked[0], slot)
    assert move(desk, booked[0], slot, **shown(page, "shift")).status_code == 303
    assert [fresh(one).local_day for one in booked] == [days(9), days(37), days(65)]
    told = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
    assert told is not None
    assert len(told.changes) == 3
    desk.post(f"/changes/{told.id}/undo", data={})
    assert [fresh(one).local_day for one in booked] == [days(2), days(30), days(58)]


def test_re_spacing_puts_the_later_ones_at_their_ideal_days(desk: FlaskClient, booked: list[Appointment]) -> None:
    slot = f"{days(9)} 540 0 0"
    page = look(desk, booked[0], slot)
    assert move(desk, booked[0], slot, **shown(page, "respace")).status_code == 303
    placed = [fresh(one).local_day for one in booked]
    text = words(look(desk, fresh(booked[0]), f"{days(9)} 545 0 0"))
    assert placed[0] == days(9)
    assert placed[1] > days(30)
    assert "late" not in text.split("Later sessions")[-1]


def test_a_shifted_day_without_a_free_time_says_why_and_cannot_be_chosen(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    first = book(scene.sessions[0], days(2), "09:00", noon)
    book(scene.sessions[1], days(32), "09:00", noon)  # a Saturday; the day after it is a Sunday
    page = look(desk, first, f"{days(3)} 540 0 0")
    assert "The clinic is closed. (Sun 3 Jan 2027)" in words(page)
    assert re.search(r'id="rest-shift" value="shift" disabled', page.text)
    assert not re.search(r'id="rest-respace" value="respace" disabled', page.text)


def test_a_visit_without_later_ones_is_moved_without_a_question(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    text = words(desk.get(f"/visits/{visit.id}/move"))
    assert "What about the later sessions?" not in text


def test_a_later_visit_that_changed_meanwhile_stops_all_of_it(desk: FlaskClient, booked: list[Appointment]) -> None:
    slot = f"{days(9)} 540 0 0"
    page = look(desk, booked[0], slot)
    desk.post(f"/visits/{booked[1].id}/confirm", data={"seen": booked[1].version})
    assert move(desk, fresh(booked[0]), slot, **shown(page, "shift")).status_code == 409
    assert [fresh(one).local_day for one in booked] == [days(2), days(30), days(58)]


def test_what_was_shown_for_another_time_is_not_applied(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = look(desk, booked[0], f"{days(9)} 540 0 0")
    answer = move(desk, booked[0], f"{days(10)} 540 0 0", **shown(page, "shift"))
    assert answer.status_code == 422
    assert "Another time was chosen meanwhile." in words(answer)
    assert [fresh(one).local_day for one in booked] == [days(2), days(30), days(58)]


@pytest.mark.parametrize("values", [[], ["x"], ["1 1 2026-12-30 540 0 0"], ["999999 1 2026-12-30 540 0 0"] * 2])
def test_values_that_name_no_later_visits_are_refused(desk: FlaskClient, booked: list[Appointment], values: list[str]) -> None:
    slot = f"{days(9)} 540 0 0"
    answer = move(desk, booked[0], slot, rest="shift", shift=values, looked=slot)
    assert answer.status_code == 422
    assert [fresh(one).local_day for one in booked] == [days(2), days(30), days(58)]


def looked_at(desk: FlaskClient, visit: Appointment, day: date, minute: int) -> TestResponse:
    """The page as a card that was dropped on a time of the week opens it."""
    return desk.get(f"/visits/{visit.id}/move?day={day}&minute={minute}")


def test_a_dropped_card_shows_what_the_move_would_mean_and_moves_nothing(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = looked_at(desk, booked[0], days(7), 600)
    text = words(page)
    assert "→ Tuesday 8 December 2026 10:00" in text
    assert "Shift by +5 days" in text
    assert re.search(rf'value="{days(7)} 600 \d+ \d+" checked', page.text)
    assert fresh(booked[0]).local_day == days(2)


def test_the_time_that_was_shown_is_moved_to_with_one_press(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = looked_at(desk, booked[0], days(7), 600)
    slot = re.search(rf'value="({days(7)} 600 \d+ \d+)" checked', page.text)[1]
    assert move(desk, booked[0], slot, **shown(page, "keep")).status_code == 303
    assert (fresh(booked[0]).local_day, fresh(booked[1]).local_day) == (days(7), days(30))


def test_a_dropped_card_that_cannot_be_there_says_why_and_offers_the_day(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = looked_at(desk, booked[0], days(7), 60)
    assert page.status_code == 200
    assert "open" in words(page)
    assert re.search(rf'value="{days(7)} 5\d\d \d+ \d+"', page.text)
    assert looked_at(desk, booked[0], days(7), 99999).status_code == 200
    assert desk.get(f"/visits/{booked[0].id}/move?day=rubbish&minute=x").status_code == 200


def test_after_a_move_a_sentence_says_what_became_of_the_others(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = look(desk, booked[0], f"{days(7)} 600 0 0")
    move(desk, booked[0], f"{days(7)} 600 0 0", **shown(page, "keep"))
    said = words(desk.get(f"/visits/{booked[0].id}"))
    assert "yeni randevunuz: 8 Aralık Salı, geliş saati 10:00. Diğer randevularınız değişmedi." in said
    page = look(desk, booked[0], f"{days(9)} 600 0 0")
    move(desk, booked[0], f"{days(9)} 600 0 0", **shown(page, "shift"))
    said = words(desk.get(f"/visits/{booked[0].id}"))
    assert "yeni randevunuz: 10 Aralık Perşembe, geliş saati 10:00. Şu randevularınız da değişti: 2 Ocak Cumartesi" in said
    assert "Diğer randevularınız" not in said

"""A visit moved together with those after it: the three ways shown, one of them applied whole."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import changes, planner
from app.schedule import actions
from app.schedule.actions import Move
from app.schedule.free import resources
from models.appointment import Appointment
from models.base import db, transaction
from models.message import ChangeSet, Message, MessageState
from tests import builders
from tests.schedule import scenes
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, book, days


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
    return {"rest": way, way: values, "looked": found[1], "slot": found[1]}


def move(desk: FlaskClient, visit: Appointment, to: str, **more: object) -> TestResponse:
    return desk.post(f"/visits/{visit.id}/move", data={"seen": visit.version, "asked_by": "patient", "slot": to, **more})


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
    assert re.search(r'id="rest-shift" value="shift"[^>]* disabled', page.text)
    assert not re.search(r'id="rest-respace" value="respace"[^>]* disabled', page.text)


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
    answer = move(desk, booked[0], "", **{**shown(page, "shift"), "slot": f"{days(10)} 540 0 0"})
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
    assert re.search(rf'name="slot" value="{days(7)} 600 \d+ \d+"', page.text)
    assert fresh(booked[0]).local_day == days(2)


def test_the_time_that_was_shown_is_moved_to_with_one_press(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = looked_at(desk, booked[0], days(7), 600)
    assert move(desk, booked[0], "", **shown(page, "keep")).status_code == 303
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


def test_keeping_the_others_is_shut_where_one_becomes_too_early_and_a_physician_may_allow_it_with_a_reason(
    desk: FlaskClient, scene: Scene, booked: list[Appointment]
) -> None:
    slot = f"{days(16)} 540 0 0"  # the second would come 14 days later, three weeks are the least
    page = look(desk, booked[0], slot)
    assert re.search(r'id="rest-keep" value="keep"[^>]* disabled', page.text)
    assert re.search(r'id="rest-respace" value="respace"[^>]* checked', page.text)
    assert "Session 2 would be too early. A physician may allow it with a reason." in words(page)
    builders.sign_in(desk, scene.physician)
    page = look(desk, booked[0], slot)
    assert not re.search(r'id="rest-keep" value="keep"[^>]* disabled', page.text)
    without = move(desk, booked[0], "", **shown(page, "keep"))
    assert (without.status_code, fresh(booked[0]).local_day) == (422, days(2))
    assert move(desk, booked[0], "", **shown(page, "keep"), why="The last one healed early").status_code == 303
    assert [fresh(one).local_day for one in booked] == [days(16), days(30), days(58)]
    assert booked[1].sessions[0].session.override_why == "The last one healed early"


def test_a_time_below_the_minimum_says_so_and_offers_what_works(desk: FlaskClient, booked: list[Appointment]) -> None:
    page = look(desk, booked[1], f"{days(10)} 540 0 0")
    assert "Session 2 on Fri 11 Dec 2026 would be too early." in words(page)
    assert 'value="move"' not in page.text
    offered = [value.split()[0] for value in re.findall(r'name="use" value="([^"]+)"[^>]*>(?!\d\d:\d\d<)', page.text)]
    assert all(day == str(days(10)) or day >= str(days(23)) for day in offered)


def test_two_courses_in_one_visit_show_the_later_sessions_of_both_and_one_mail_tells_everything(
    scene: Scene, desk: FlaskClient, noon: datetime
) -> None:
    other = builders.a_course(scene.plan, builders.a_protocol("mesotherapy_face"), builders.TODAY)
    scenes.consent(other, scene.physician)
    both = [book([scene.sessions[n], other.sessions[n]], days(2 + 28 * n), "09:00", noon) for n in (0, 1)]
    page = look(desk, both[0], f"{days(9)} 540 0 0")
    later = words(page).split("Later sessions")[-1]
    assert later.count("2 PRP, scalp") == 1
    assert later.count("2 Mesotherapy, face") == 1
    assert move(desk, both[0], "", **shown(page, "shift")).status_code == 303
    assert [fresh(one).local_day for one in both] == [days(9), days(37)]
    (told,) = (one for one in db.session.query(Message) if one.kind in ("moved", "booked", "plan_summary") and one.state == "waiting")
    assert [change["visit"] for change in told.facts["changes"]] == [one.id for one in both]


def test_two_courses_on_one_area_move_together_though_each_passes_the_others_old_day(scene: Scene, noon: datetime) -> None:
    other = builders.a_course(scene.plan, builders.a_protocol("mesotherapy_scalp"), builders.TODAY)
    scenes.consent(other, scene.physician)
    visits = [book(scene.sessions[0], days(2), "09:00", noon), book(other.sessions[0], days(16), "09:00", noon)]
    visits.append(book(scene.sessions[1], days(30), "09:00", noon))
    with transaction():
        told = changes.open_set(scene.patient.id, noon)
        to = [Move(visits[0], resources.wanted(days(16), 540), told), Move(visits[1], resources.wanted(days(30), 540), told),
              Move(visits[2], resources.wanted(days(44), 540), told)]  # fmt: skip
        actions.move_together(to, noon)
    assert [fresh(one).local_day for one in visits] == [days(16), days(30), days(44)]


def test_unticked_no_mail_goes_and_nobody_calls_but_an_undo_is_told(desk: FlaskClient, booked: list[Appointment], noon: datetime) -> None:
    settle_bookings(noon)
    page = look(desk, booked[0], f"{days(7)} 600 0 0")
    after = move(desk, booked[0], "", **shown(page, "keep"), may_send="1", asked_how="phone")
    assert "The patient was told: no mail goes." in words(desk.get(after.location))
    told = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
    assert told is not None
    assert (told.asked_by, told.asked_how) == ("patient", "phone")
    assert "asked by: the patient, by phone" in words(desk.get(f"/visits/{booked[0].id}"))
    assert [(one.state, one.reason) for one in about(told)] == [("withdrawn", "told")]
    with transaction():
        planner.plan_for(booked[0].patient_id, noon)
    assert [one.state for one in about(told)] == ["withdrawn"]  # asking again does not bring it back
    desk.post(f"/changes/{told.id}/undo", data={})
    back = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
    assert back is not None
    assert [(one.kind, one.state) for one in about(back)] == [("moved", "waiting")]


def test_unticked_the_mail_goes_all_the_same_where_it_tells_of_earlier_changes_too(desk: FlaskClient, booked: list[Appointment]) -> None:
    """The bookings were not told yet: whoever moves one of them on the telephone has not told of the others."""
    page = look(desk, booked[0], f"{days(7)} 600 0 0")
    move(desk, booked[0], "", **shown(page, "keep"), may_send="1")
    told = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
    assert told is not None
    assert [one.state for one in about(told)] == ["waiting"]


def about(told: ChangeSet) -> list[Message]:
    db.session.expire_all()
    return list(db.session.query(Message).filter_by(subject_type="change_set", subject_id=told.id))


def settle_bookings(now: datetime) -> None:
    """The patient has read of the bookings."""
    with transaction():
        for message in db.session.query(Message).filter_by(subject_type="change_set", state="waiting"):
            message.move_to(MessageState.CLAIMED)
            message.move_to(MessageState.SENT)
            message.settled_at = now

"""A time that has become free: who would gain most sees it offered, the first to accept has it, and nobody loses anything."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.messages import planner
from app.messages.ends import Why
from app.messages.links import Purpose
from app.plans.health import holds
from app.schedule import actions
from app.schedule.freed.candidates import candidates, end_what_is_taken, offer
from app.schedule.freed.noting import Freed
from app.schedule.freed.unbooked import unbooked
from app.series import rows as series_rows
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.message import ChangeSet, Message, MessageState
from models.patient import Patient
from models.task import StaffTask
from models.treatment import TreatmentPlan
from tests import builders
from tests.builders import a_receptionist, sign_in
from tests.links.conftest import Opener
from tests.mails.stories import a_message, with_public_url
from tests.schedule.scenes import Scene, a_scene, another_patient, at, book, book_plain, consent, days, move
from tests.schedule.test_guards import together

FREE = date(2026, 12, 4)


@pytest.fixture
def scene(app: Flask, noon: datetime) -> Scene:
    with_public_url()
    return a_scene()


def _waits(patient: Patient) -> None:
    with transaction():
        db.session.get_one(Patient, patient.id).asks_for_earlier = True


def _waiting(n: int, noon: datetime, day: date = date(2026, 12, 18), start: str = "10:00") -> Appointment:
    """A consultation of somebody who would like to come earlier."""
    patient = another_patient(f"Hasta{n}", n)
    _waits(patient)
    return book_plain(patient, VisitKind.CONSULTATION, day, start, noon)


def _cancelled(noon: datetime) -> ChangeSet:
    """A consultation on 4 December, 10:00, is cancelled."""
    gone = book_plain(another_patient("Giden", 90), VisitKind.CONSULTATION, FREE, "10:00", noon)
    with transaction():
        actions.cancel(gone, noon, by_patient=True)
    return db.session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).all()[0]


def _offers() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == "offer").order_by(Message.id)))


def _press_offer(app: Flask, freed: ChangeSet, *visits: Appointment) -> str:
    desk = app.test_client()
    sign_in(desk, a_receptionist())
    answer = desk.post(f"/changes/{freed.id}/freed", data={"visit": [str(one.id) for one in visits]}, follow_redirects=True)
    return answer.get_data(as_text=True)


def _link(path_to: Opener, message: Message) -> str:
    visit = db.session.get_one(Appointment, message.subject_id)
    return path_to(Purpose.OFFER, message, appointment=visit, argument=message.facts["time"])


def test_a_cancelled_visit_is_a_line_only_while_somebody_waits(scene: Scene, noon: datetime) -> None:
    _cancelled(noon)
    assert not db.session.scalars(select(StaffTask).where(StaffTask.kind == "freed_time")).all()
    _waiting(1, noon)
    _cancelled(noon)
    (line,) = db.session.scalars(select(StaffTask).where(StaffTask.kind == "freed_time"))
    assert line.facts["until"] == (at(FREE, "08:00")).isoformat()


def test_a_hold_that_frees_a_visit_is_a_line_too(scene: Scene, noon: datetime) -> None:
    _waiting(1, noon)
    held = book(scene.course.sessions[0], days(7), "10:00", noon)
    with transaction():
        holds.hold(db.session.get_one(TreatmentPlan, scene.course.plan_id), holds.Pause("on a journey"), noon)
    (line,) = db.session.scalars(select(StaffTask).where(StaffTask.kind == "freed_time"))
    assert line.facts["starts_at"] == held.starts_at.isoformat()


def test_no_line_asks_to_offer_it_where_only_the_dead_or_who_comes_twice_that_day_wait(scene: Scene, noon: datetime) -> None:
    dead, twice = _waiting(1, noon), _waiting(2, noon, start="11:00")
    book_plain(twice.patient, VisitKind.CONSULTATION, date(2026, 12, 18), "15:00", noon)
    with transaction():
        db.session.get_one(Patient, dead.patient_id).deceased_on = date(2026, 12, 1)
    _cancelled(noon)
    assert not db.session.scalars(select(StaffTask).where(StaffTask.kind == "freed_time")).all()


def test_reception_offers_it_to_several_with_one_press(app: Flask, scene: Scene, noon: datetime) -> None:
    one, two, three = (_waiting(n, noon, start=f"1{n}:00") for n in (1, 2, 3))
    freed = _cancelled(noon)
    desk = app.test_client()
    sign_in(desk, a_receptionist("Ela Su"))
    assert "Who would gain" in desk.get("/work?list=other").get_data(as_text=True)
    page = desk.get(f"/changes/{freed.id}/freed").get_data(as_text=True)
    assert all(visit.patient.name in page for visit in (one, two, three))
    assert "14 days earlier" in page
    assert "Offered to 2 patients. The first to accept gets it." in _press_offer(app, freed, one, two)
    assert [message.subject_id for message in _offers()] == [one.id, two.id]
    assert [message.useful_until for message in _offers()] == [at(FREE, "08:00")] * 2
    assert not db.session.scalars(select(StaffTask).where(StaffTask.kind == "freed_time", StaffTask.closed_at.is_(None))).all()


def test_only_who_asked_and_whose_window_and_later_sessions_allow_it_is_shown(scene: Scene, noon: datetime) -> None:
    """Who did not ask; whose next session would come too early; and whose day it was."""
    book_plain(another_patient("Sessiz", 8), VisitKind.CONSULTATION, days(20), "15:00", noon)
    book(scene.sessions[0], days(2), "12:00", noon)
    second = book(scene.sessions[1], days(32), "12:00", noon)
    _waits(second.patient)
    assert candidates(Freed(at(FREE, "10:00"), "Europe/Istanbul", 0, 90), noon) == []
    near = at(days(31), "10:00")
    assert [one.visit.id for one in candidates(Freed(near, "Europe/Istanbul", 0, 90), noon)] == [second.id]
    assert candidates(Freed(near, "Europe/Istanbul", second.patient_id, 90), noon) == []


def test_who_has_the_fewest_days_left_stands_first(scene: Scene, noon: datetime) -> None:
    free_end = _waiting(1, noon)
    other = another_patient("Dar", 2, scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    consent(course, scene.physician)
    tight = book(course.sessions[0], days(28), "10:00", noon)
    _waits(other)
    found = candidates(Freed(at(FREE, "10:00"), "Europe/Istanbul", 0, 90), noon)
    assert [one.visit.id for one in found] == [tight.id, free_end.id]
    assert found[0].left == 2


def test_the_first_to_accept_gets_it_and_the_others_keep_what_they_have(
    app: Flask, client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    one, two = _waiting(1, noon), _waiting(2, noon, start="11:00")
    _press_offer(app, _cancelled(noon), one, two)
    first, second = (_link(path_to, message) for message in _offers())
    page = client.get(first).get_data(as_text=True)
    assert "4 Aralık 2026 Cuma, geliş saati 10:00" in page
    assert "Kaya" not in page
    answer = client.post(first, data={"do": "take"}, follow_redirects=True).get_data(as_text=True)
    assert "Yeni randevunuz:" in answer
    db.session.expire_all()
    assert (one.starts_at, two.starts_at) == (at(FREE, "10:00"), at(date(2026, 12, 18), "11:00"))
    late = client.get(second).get_data(as_text=True)
    assert "Bu saati bir başkası aldı." in late
    assert "18 Aralık 2026 Cuma, geliş saati 11:00" in late
    client.post(second, data={"do": "take"})
    db.session.expire_all()
    assert two.revision == 0


def test_a_press_that_takes_no_time_leaves_the_offer_open(
    app: Flask, client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    _press_offer(app, _cancelled(noon), _waiting(1, noon))
    path = _link(path_to, _offers()[0])
    assert client.post(path).status_code == 303
    assert "4 Aralık 2026 Cuma, geliş saati 10:00" in client.get(path).get_data(as_text=True)


def test_of_many_who_press_at_one_moment_one_gets_it(app: Flask, scene: Scene, path_to: Opener, noon: datetime) -> None:
    waiting = [_waiting(n, noon, start=f"1{n}:00") for n in range(5)]
    _press_offer(app, _cancelled(noon), *waiting)
    paths = [_link(path_to, message) for message in _offers()]
    keys = [visit.id for visit in waiting]
    together([partial(lambda path: app.test_client().post(path, data={"do": "take"}).headers["Location"], path) for path in paths])
    db.session.rollback()
    now_at = [db.session.get_one(Appointment, key).starts_at for key in keys]
    assert now_at.count(at(FREE, "10:00")) == 1
    assert sum(start.date() == date(2026, 12, 18) for start in now_at) == 4


def test_a_mail_about_a_time_that_is_taken_does_not_go(
    app: Flask, client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    one, two = _waiting(1, noon), _waiting(2, noon, start="11:00")
    _press_offer(app, _cancelled(noon), one, two)
    client.post(_link(path_to, _offers()[0]), data={"do": "take"})
    db.session.expire_all()
    assert (_offers()[1].state, _offers()[1].reason) == (MessageState.WITHDRAWN, Why.TAKEN)


def test_a_time_that_the_desk_gave_away_is_not_offered_any_more(app: Flask, scene: Scene, noon: datetime) -> None:
    one = _waiting(1, noon)
    _press_offer(app, _cancelled(noon), one)
    book_plain(another_patient("Masa", 70), VisitKind.CONSULTATION, FREE, "10:00", noon)
    with transaction():
        planner.plan_for(one.patient_id, noon)
    assert (_offers()[0].state, _offers()[0].reason) == (MessageState.WITHDRAWN, Why.TAKEN)


def test_nobody_gets_two_offers_in_a_week(app: Flask, scene: Scene, noon: datetime) -> None:
    one = _waiting(1, noon)
    freed = _cancelled(noon)
    _press_offer(app, freed, one)
    place = Freed(at(FREE, "13:00"), "Europe/Istanbul", 0, 60)
    with transaction():
        assert offer(candidates(place, noon + timedelta(hours=1)), noon) == 0
    assert len(_offers()) == 1
    with transaction():
        _offers()[0].planned_at = noon - timedelta(days=8)
        assert offer(candidates(place, noon), noon) == 1


def test_an_offer_is_over_two_hours_before_and_when_the_visit_moves(
    app: Flask, client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    one = _waiting(1, noon)
    _press_offer(app, _cancelled(noon), one)
    path = _link(path_to, _offers()[0])
    with clock.set_to(at(FREE, "08:00")):
        assert client.get(path).status_code == 410
    move(one, date(2026, 12, 17), "10:00", noon)
    assert client.get(path).status_code == 410
    client.post(path, data={"do": "take"})
    db.session.expire_all()
    assert one.local_day == date(2026, 12, 17)


def test_nothing_ends_while_the_time_is_free(app: Flask, scene: Scene, noon: datetime) -> None:
    _press_offer(app, _cancelled(noon), _waiting(1, noon))
    with transaction():
        end_what_is_taken(noon)
    assert _offers()[0].state is MessageState.WAITING


def test_a_patient_stops_offers_by_a_link(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    visit = _waiting(1, noon)
    path = path_to(Purpose.PREFERENCES, a_message("reminder_1", visit, patient=visit.patient))
    client.post(path, data={})
    db.session.expire_all()
    assert not visit.patient.asks_for_earlier


def test_sessions_without_a_visit_whose_window_is_open_stand_below_with_the_telephone(app: Flask, scene: Scene, noon: datetime) -> None:
    """Only for whoever may see plans, and only where the session fits into the free time."""
    with transaction():
        series_rows.align_patient(scene.patient.id, days(0))
    place = Freed(at(FREE, "10:00"), "Europe/Istanbul", 0, 90)
    (one,) = unbooked(place, noon)
    assert (one.course.id, one.start, one.left) == (scene.course.id, time(10), 27)
    assert unbooked(Freed(at(date(2027, 1, 20), "10:00"), "Europe/Istanbul", 0, 90), noon) == []
    freed = _cancelled(noon)
    desk, manager = app.test_client(), app.test_client()
    sign_in(desk, a_receptionist("Ela Su"))
    sign_in(manager, builders.a_manager())
    assert "+90 532 111 44 12" in desk.get(f"/changes/{freed.id}/freed").get_data(as_text=True)
    assert scene.patient.name not in manager.get(f"/changes/{freed.id}/freed").get_data(as_text=True)


def test_a_session_that_finds_no_place_in_the_free_time_is_not_shown(scene: Scene, noon: datetime) -> None:
    with transaction():
        series_rows.align_patient(scene.patient.id, days(0))
    assert unbooked(Freed(at(FREE, "18:30"), "Europe/Istanbul", 0, 30), noon) == []

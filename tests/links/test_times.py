"""Another time, chosen by the patient: only what the plan allows, taken by one alone, and the place kept until then."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import partial

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.messages.links import Purpose
from app.planning.bands import Band
from app.plans.health import reports
from app.schedule.knock_on import opens_in
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.message import ChangeSet, Message
from models.task import StaffTask
from tests.links.conftest import Opener
from tests.mails.stories import a_message
from tests.schedule.scenes import Scene, another_patient, at, book, book_plain, days, move
from tests.schedule.test_guards import together


def _visit() -> Appointment:
    return db.session.scalars(select(Appointment).order_by(Appointment.id)).all()[0]


def _link(path_to: Opener, visit: Appointment, purpose: Purpose = Purpose.OTHER_TIME) -> str:
    return path_to(purpose, a_message("reminder_1", visit, patient=visit.patient), appointment=visit)


def _text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def _times(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


def _every_time(client: FlaskClient, path: str) -> list[str]:
    """What all pages of a link offer, from the first to the last."""
    found, since = list[str](), "2026-12-01"
    while since:
        page = _text(client, f"{path}?do=other_time&since={since}")
        found += _times(page)
        later = re.search(r'since=([\d-]+)">Later days', page)
        since = later.group(1) if later else ""
    return found


def test_a_patient_takes_another_time_and_nothing_else_changes(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    path = _link(path_to, visit)
    page = _text(client, path)
    assert "Your appointment: Thursday 3 December 2026, please come at 13:50. It stays until you take another time." in page
    answer = client.post(path, data={"do": "take", "time": "2026-12-04 600"}, follow_redirects=True).get_data(as_text=True)
    assert "Thank you. Your new appointment:" in answer
    assert "Friday 4 December 2026, please come at 10:00" in answer
    visit = _visit()
    assert (visit.starts_at, visit.revision, visit.state, visit.agreed) == (at(days(3), "10:00"), 1, VisitState.BOOKED, True)
    told = db.session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first()
    assert told is not None
    assert (told.by_patient, told.asked_by) == (True, "link")


def test_what_was_taken_is_mailed_and_the_link_shows_it(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    path = _link(path_to, book(scene.sessions[0], days(2), "13:50", noon))
    client.post(path, data={"do": "take", "time": "2026-12-04 600"})
    waiting = set(db.session.scalars(select(Message.kind).where(Message.state == "waiting")))
    assert waiting & {"moved", "booked"}
    client.post(path, data={"do": "take", "time": "2026-12-05 600"})
    assert _visit().local_day == days(3)
    move(_visit(), days(6), "10:00", noon)
    answer = client.get(path)
    assert answer.status_code == 410
    assert "Your appointment: Monday 7 December 2026, please come at 10:00" in answer.get_data(as_text=True)


def test_only_days_inside_the_window_are_offered_and_none_that_pushes_a_later_session_out(
    client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    first = book(scene.sessions[0], days(2), "10:00", noon)
    book(scene.sessions[1], days(32), "10:00", noon)
    offered = {date.fromisoformat(value.split()[0]) for value in _every_time(client, _link(path_to, first))}
    assert offered
    (one,) = opens_in(first, days(0))
    inside = (Band.EARLY, Band.IDEAL, Band.LATE)
    for day in (days(n) for n in range(60)):
        fits = one.falls(day).band in inside and all(later.then.band in inside for later in one.later(day))
        assert (day in offered) == (fits and day > days(0) and day.weekday() < 6), day


def test_a_time_that_the_plan_does_not_allow_is_not_taken_either(
    client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    book(scene.sessions[0], days(2), "10:00", noon)
    second = book(scene.sessions[1], days(32), "10:00", noon)
    path = _link(path_to, second)
    for made_up in ("2026-12-04 600", "2026-12-01 1020", "2027-06-01 600", "2026-12-06 600", "never 600", "2026-12-30 603", "x"):
        answer = client.post(path, data={"do": "take", "time": made_up}, follow_redirects=True).get_data(as_text=True)
        assert "Your appointment has not changed" in answer, made_up
    db.session.expire_all()
    assert second.local_day == days(32)


def test_who_was_slower_keeps_the_place_and_chooses_again(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    path = _link(path_to, visit)
    assert "2026-12-04 600" in _times(_text(client, path))
    for n, start in enumerate(("10:00", "10:30", "11:00"), start=1):
        book_plain(another_patient(n=n), VisitKind.CONSULTATION, days(3), start, noon)
    answer = client.post(path, data={"do": "take", "time": "2026-12-04 600"}, follow_redirects=True).get_data(as_text=True)
    assert "Somebody else has just taken this time. Your appointment has not changed; please choose another time." in answer
    assert "2026-12-04 600" not in _times(answer)
    assert (_visit().local_day, _visit().revision) == (days(2), 0)
    client.post(path, data={"do": "take", "time": _times(answer)[0]})
    assert _visit().revision == 1


def test_of_two_patients_who_want_one_time_one_gets_it(app: Flask, scene: Scene, path_to: Opener, noon: datetime) -> None:
    visits = [book_plain(another_patient(n=n), VisitKind.CONSULTATION, days(2), f"{10 + n}:00", noon) for n in range(4)]
    paths = [_link(path_to, visit) for visit in visits]

    def press(path: str) -> str:
        return app.test_client().post(path, data={"do": "take", "time": "2026-12-04 600"}).headers["Location"]

    answers = together([partial(press, path) for path in paths])
    assert sum("said=lost" in answer for answer in answers) == 3
    db.session.expire_all()
    taken = [visit for visit in db.session.scalars(select(Appointment)) if visit.starts_at == at(days(3), "10:00")]
    assert len(taken) == 1


def test_none_of_these_asks_a_person_and_keeps_the_place(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    path = _link(path_to, book(scene.sessions[0], days(2), "13:50", noon))
    assert "None of these: please call me" in _text(client, path)
    answer = client.post(path, data={"do": "other_time"}, follow_redirects=True).get_data(as_text=True)
    assert "Your place is kept until we answer." in answer
    assert [task.kind for task in db.session.scalars(select(StaffTask))] == ["asked_to_move"]


def test_a_press_without_a_time_asks_for_one(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    path = _link(path_to, book(scene.sessions[0], days(2), "13:50", noon))
    assert "Please choose a time first." in client.post(path, data={"do": "take"}, follow_redirects=True).get_data(as_text=True)


def test_the_page_to_cancel_leads_to_other_times(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    path = _link(path_to, book(scene.sessions[0], days(2), "13:50", noon), Purpose.CANCEL)
    assert f'href="{path}?do=other_time"' in _text(client, path)
    client.post(path, data={"do": "take", "time": "2026-12-04 600"})
    assert "Your new appointment:" in _text(client, path)


def test_no_time_is_taken_through_a_link_that_is_for_something_else(
    client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime
) -> None:
    path = _link(path_to, book(scene.sessions[0], days(2), "13:50", noon), Purpose.CONFIRM)
    client.post(path, data={"do": "take", "time": "2026-12-04 600"})
    assert (_visit().local_day, _visit().state) == (days(2), VisitState.BOOKED)


def test_in_a_pause_a_person_calls(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    """The place is kept while the physician decides; no other one is offered meanwhile."""
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    with transaction():
        reports.report(visit.patient, reports.NewReport("a new medicine"), noon)
    page = _text(client, _link(path_to, visit))
    assert "Do you need another time?" in page
    assert not _times(page)


def test_two_visits_of_one_day_are_moved_by_a_person(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    book_plain(visit.patient, VisitKind.CONSULTATION, days(2), "10:00", noon)
    path = _link(path_to, visit)
    assert not _times(_text(client, path))
    client.post(path, data={"do": "take", "time": "2026-12-04 600"})
    assert _visit().local_day == days(2)


def test_the_page_of_times_is_small_and_tells_no_surname(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    path = _link(path_to, book(scene.sessions[0], days(13), "13:50", noon))
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert len(answer.data) <= 15_000
    assert len(_times(page)) > 20
    assert "<script" not in page
    assert "Yılmaz" not in page
    assert "PRP" not in page


def test_another_time_ends_the_call_that_was_asked_for(client: FlaskClient, scene: Scene, path_to: Opener, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    client.post(_link(path_to, visit), data={"do": "other_time"})
    client.post(_link(path_to, _visit()), data={"do": "take", "time": "2026-12-04 600"})
    assert [task.closed_as for task in db.session.scalars(select(StaffTask))] == ["over"]

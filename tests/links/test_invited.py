"""A time for a session without a visit, booked by the patient from the mail that invites to it."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.messages.links import Purpose
from app.patients import actions as patients
from app.plans.health import reports
from app.schedule import actions as schedule
from app.schedule.knock_on import opened
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.contact import Contact, ContactRole
from models.message import ChangeSet, MailLink, Message
from models.patient import Channel, ConsentKind
from models.task import StaffTask
from models.treatment import Hold, PlanState, Review, ReviewResult, SessionKind, TreatmentSession
from tests import builders
from tests.builders import EARLY
from tests.links.conftest import Opener
from tests.mails.stories import a_message, with_public_url
from tests.schedule.scenes import Scene, a_scene, align, at, book, days, move
from tests.schedule.test_guards import together


@pytest.fixture
def path(scene: Scene, path_to: Opener) -> str:
    return _link(scene, path_to)


def _link(scene: Scene, path_to: Opener, kind: str = "choose_time") -> str:
    session = scene.course.sessions[0]
    subject = session if kind == "choose_time" else scene.course
    return path_to(Purpose.NEW_TIME, a_message(kind, subject, patient=scene.patient), course=scene.course)


def _visits() -> list[Appointment]:
    db.session.expire_all()
    return list(db.session.scalars(select(Appointment).order_by(Appointment.id)))


def _text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def _times(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


def _take(client: FlaskClient, path: str, time: str = "2026-12-04 600") -> str:
    return client.post(path, data={"do": "take", "time": time}, follow_redirects=True).get_data(as_text=True)


def _asks_for_a_call(client: FlaskClient, path: str) -> None:
    """No time is offered, none is taken by whoever names one, and "please call me" is what it was."""
    page = _text(client, path)
    assert "Shall we call you about a time?" in page
    assert not _times(page)
    before = len(_visits())
    _take(client, path)
    assert len(_visits()) == before
    assert "We will call you." in client.post(path, follow_redirects=True).get_data(as_text=True)
    assert [task.kind for task in db.session.scalars(select(StaffTask).where(StaffTask.kind == "call_patient"))] == ["call_patient"]


def test_a_patient_books_the_session_that_waits(client: FlaskClient, scene: Scene, path: str) -> None:
    page = _text(client, path)
    assert "Which time suits you?" in page
    assert "None of these: please call me" in page
    assert "It stays until you take another time" not in page
    answer = _take(client, path)
    assert "Thank you. Your appointment:" in answer
    assert "Friday 4 December 2026, please come at 10:00" in answer
    (visit,) = _visits()
    assert (visit.starts_at, visit.state, visit.agreed, visit.asked_by) == (at(days(3), "10:00"), VisitState.BOOKED, True, "link")
    assert [link.session_id for link in visit.sessions] == [scene.course.sessions[0].id]
    assert visit.statuses[0].by_patient
    told = db.session.scalars(select(ChangeSet)).one()
    assert (told.by_patient, told.asked_by) == (True, "link")
    assert "booked" in set(db.session.scalars(select(Message.kind).where(Message.state == "waiting")))


def test_opening_a_hundred_times_changes_nothing(client: FlaskClient, path: str) -> None:
    for _ in range(100):
        assert client.get(path).status_code == 200
    assert (_visits(), db.session.scalars(select(MailLink)).one().used_at) == ([], None)


def test_used_twice_it_shows_what_is_true(client: FlaskClient, path: str, noon: datetime) -> None:
    _take(client, path)
    assert "Friday 4 December 2026, please come at 10:00" in _take(client, path, "2026-12-05 600")
    (visit,) = _visits()
    move(visit, days(6), "11:00", noon)
    assert "Monday 7 December 2026, please come at 11:00" in _text(client, path)
    with transaction():
        schedule.cancel(_visits()[0], noon, by_patient=False)
    assert "There is no appointment at present." in _text(client, path)


def test_two_telephones_at_once_book_one_visit(app: Flask, scene: Scene, path_to: Opener) -> None:
    paths = [_link(scene, path_to) for _ in range(4)]

    def press(path: str) -> str:
        return app.test_client().post(path, data={"do": "take", "time": "2026-12-04 600"}).headers["Location"]

    answers = together([partial(press, path) for path in [*paths, *paths]])
    assert len(_visits()) == 1
    assert sum("said=lost" in answer for answer in answers) >= 3


def test_a_time_taken_meanwhile_is_said_and_others_are_offered(client: FlaskClient, scene: Scene, path: str, noon: datetime) -> None:
    other = builders.a_patient("Mehmet", "Kaya", phone="+905321114401")
    builders.an_evaluation(other, scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    book(course.sessions[0], days(3), "10:00", noon)
    page = _take(client, path)
    assert "Somebody else has just taken this time. Please choose another one." in page
    assert _times(page)
    assert len(_visits()) == 1


def test_what_the_desk_booked_meanwhile_stands_on_the_page(client: FlaskClient, scene: Scene, path: str, noon: datetime) -> None:
    book(scene.sessions[0], days(2), "13:50", noon)
    page = _text(client, path)
    assert not _times(page)
    assert "Your appointment: Thursday 3 December 2026, please come at 13:50" in page
    _take(client, path)
    assert len(_visits()) == 1


def test_only_days_of_the_window_are_offered(client: FlaskClient, scene: Scene, path: str, noon: datetime) -> None:
    one = opened(scene.course.sessions[0], days(0))
    assert one is not None
    assert one.due is not None
    found, since = list[date](), "2026-12-01"
    while since:
        page = _text(client, f"{path}?do=other_time&since={since}")
        found += [date.fromisoformat(time.split()[0]) for time in _times(page)]
        later = re.search(r'since=([\d-]+)">Later days', page)
        since = later.group(1) if later else ""
    assert found
    assert days(1) <= min(found)
    assert one.due.latest is not None
    assert max(found) <= one.due.latest


def test_in_a_pause_a_person_calls(client: FlaskClient, scene: Scene, path: str) -> None:
    with transaction():
        scene.plan.holds.append(Hold(from_day=days(0), reason="surgery", made_at=EARLY))
        scene.plan.move_to(PlanState.ON_HOLD)
    align(scene)
    _asks_for_a_call(client, path)


def test_while_a_report_is_open_a_person_calls(client: FlaskClient, scene: Scene, path: str, noon: datetime) -> None:
    with transaction():
        reports.report(db.session.merge(scene.patient), reports.NewReport("a new medicine"), noon)
    _asks_for_a_call(client, path)


def test_without_the_consent_a_person_calls(client: FlaskClient, scene: Scene, path: str, noon: datetime) -> None:
    with transaction():
        for given in [one for one in scene.patient.consents if one.kind is ConsentKind.PROCEDURE]:
            patients.withdraw_consent(given, noon)
    _asks_for_a_call(client, path)


def test_without_a_valid_evaluation_a_person_calls(client: FlaskClient, app: Flask, noon: datetime, path_to: Opener) -> None:
    with_public_url()
    made = a_scene(evaluated=False)
    with transaction():
        db.session.merge(made.patient).language = "en"
    _asks_for_a_call(client, _link(made, path_to))


def test_once_the_window_is_over_a_person_calls(client: FlaskClient, scene: Scene, path: str) -> None:
    with transaction():
        scene.course.steps[0].bounds = {"latest": days(-1).isoformat()}
    align(scene)
    _asks_for_a_call(client, path)


@pytest.mark.parametrize("since", [150, 10])
def test_an_invitation_to_maintenance_books_it_where_its_window_is_open(
    client: FlaskClient, scene: Scene, path_to: Opener, since: int
) -> None:
    for session, ago in zip(scene.sessions, (since + 60, since + 30, since), strict=True):
        builders.done(session, days(-ago))
    with transaction():
        scene.course.reviews.append(Review(after_step=3, done_on=days(-1), result=ReviewResult.MAINTAIN))
    align(scene)
    path = _link(scene, path_to, "recall_1")
    times = _times(_text(client, path))
    waiting = db.session.scalars(select(TreatmentSession).where(TreatmentSession.kind == SessionKind.MAINTENANCE)).one()
    one = opened(waiting, days(0))
    assert one is not None
    assert one.due is not None
    assert one.due.earliest is not None
    assert times
    assert min(date.fromisoformat(time.split()[0]) for time in times) >= max(one.due.earliest, days(1))
    _take(client, path, times[0])
    (visit,) = _visits()
    assert [link.session_id for link in visit.sessions] == [waiting.id]


def test_before_the_review_of_the_series_a_person_calls(client: FlaskClient, scene: Scene, path_to: Opener) -> None:
    for session, ago in zip(scene.sessions, (210, 180, 150), strict=True):
        builders.done(session, days(-ago))
    align(scene)
    _asks_for_a_call(client, _link(scene, path_to, "recall_1"))


def test_where_the_plan_has_no_maintenance_to_book_a_person_calls(client: FlaskClient, scene: Scene, path_to: Opener) -> None:
    with transaction():
        scene.course.maintenance = None
    for session, ago in zip(scene.sessions, (90, 60, 30), strict=True):
        builders.done(session, days(-ago))
    align(scene)
    _asks_for_a_call(client, _link(scene, path_to, "recall_1"))


@pytest.mark.parametrize("may", [True, False])
def test_only_a_helper_who_may_ask_for_changes_books(client: FlaskClient, scene: Scene, path_to: Opener, may: bool) -> None:
    with transaction():
        scene.patient.channel = Channel.PHONE
        about = {"role": ContactRole.HELPER, "email": "fatma@post.example", "gets_mails": True, "created_at": EARLY}
        db.session.add(Contact(patient=scene.patient, name="Fatma", language="en", asks_changes=may, **about))
    path = _link(scene, path_to)
    if not may:
        _asks_for_a_call(client, path)
    else:
        assert "Thank you. Your appointment:" in _take(client, path)


def test_a_mail_that_invites_to_nothing_asks_for_a_call(client: FlaskClient, scene: Scene, path_to: Opener) -> None:
    path = path_to(Purpose.NEW_TIME, a_message("no_show", scene.course, patient=scene.patient), course=scene.course)
    _asks_for_a_call(client, path)


def test_of_a_child_the_physician_decides_first_so_a_person_calls(client: FlaskClient, scene: Scene, path_to: Opener) -> None:
    with transaction():
        scene.patient.birth_date = date(2010, 1, 1)
        about = {"role": ContactRole.GUARDIAN, "email": "mehmet@post.example", "gets_mails": True, "created_at": EARLY}
        db.session.add(Contact(patient=scene.patient, name="Mehmet", language="en", asks_changes=True, **about))
    path = _link(scene, path_to)
    _asks_for_a_call(client, path)

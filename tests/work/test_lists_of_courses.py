"""Courses to book: each on one list, the fewest days left on top, tried and put off without being lost, found by an index."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select

from app.schedule import flow
from app.work import queries
from app.work.courses import TO_BOOK, in_order, rows_on
from app.work.lists import Worklist
from models.base import db, transaction
from models.patient import Consent, ConsentKind
from models.task import StaffTask
from models.treatment import Course
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, at, book, days

NOBODY: list[str] = []


@pytest.fixture
def scene(noon: datetime, client: FlaskClient) -> Scene:
    made = a_scene()
    builders.sign_in(client, builders.a_receptionist())
    return made


def due(course: Course, earliest: int, on: int, latest: int | None, lapsed: int | None = None, step: str = "2") -> None:
    with transaction():
        row = db.session.get_one(Course, course.id)
        row.needs_booking, row.live, row.due_step = True, True, step
        row.due_earliest, row.due_on = days(earliest), days(on)
        row.due_latest = None if latest is None else days(latest)
        row.due_lapsed = None if lapsed is None else days(lapsed)


def lists_of(course: Course, today: date = TODAY) -> list[Worklist]:
    return [kind for kind in TO_BOOK for row in rows_on(kind, today) if row.course.id == course.id]


@pytest.mark.parametrize(
    ("dates", "where"),
    [
        ((-40, -30, -20, 0), Worklist.LAPSED),
        ((-40, -30, -20, 1), Worklist.OVERDUE),
        ((-40, -30, -1, None), Worklist.OVERDUE),
        ((-10, -3, 0, None), Worklist.CLOSING),
        ((-10, -3, 7, None), Worklist.CLOSING),
        ((-10, -3, 8, None), Worklist.UNBOOKED),
        ((0, 30, None, None), Worklist.UNBOOKED),
        ((10, 14, 40, None), Worklist.UNBOOKED),
        ((10, 15, 40, None), Worklist.LATER),
        ((10, 15, None, None), Worklist.LATER),
    ],
)
def test_a_course_stands_on_just_one_list(scene: Scene, dates: tuple[int, int, int | None, int | None], where: Worklist) -> None:
    due(scene.course, *dates)
    assert lists_of(scene.course) == [where]


def test_maintenance_has_a_list_of_its_own_until_its_window_closes(scene: Scene) -> None:
    due(scene.course, -10, -3, 30, step="M1")
    assert lists_of(scene.course) == [Worklist.MAINTENANCE]
    due(scene.course, -10, -3, 3, step="M1")
    assert lists_of(scene.course) == [Worklist.CLOSING]


def test_the_fewest_days_left_stand_on_top_and_windows_without_an_end_behind(scene: Scene) -> None:
    others = [builders.a_course(scene.plan, scene.course.protocol_version) for _ in range(2)]
    due(scene.course, -10, -3, 30)
    due(others[0], -10, -3, None)
    due(others[1], -10, -3, 20)
    assert [row.course.id for row in rows_on(Worklist.UNBOOKED, TODAY)] == [others[1].id, scene.course.id, others[0].id]


def test_who_did_not_come_and_has_no_new_time_stands_among_the_no_shows(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(0), "12:30", noon)
    with transaction():
        flow.no_show(visit, at(days(0), "13:00"))
    assert lists_of(scene.course) == [Worklist.NO_SHOWS]
    book(scene.sessions[0], days(2), "12:30", noon)
    assert lists_of(scene.course) == []


def test_a_try_is_kept_on_the_line_and_goes_with_the_booking(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    url = f"/work/course/{scene.course.id}"
    answer = client.post(url, data={"result": "no_answer", "list": "unbooked"}, follow_redirects=True)
    assert "tried once" in words(answer)
    client.post(url, data={"result": "left_word", "list": "unbooked"})
    assert db.session.query(StaffTask).filter_by(kind="to_book").one().attempts == 2
    book(scene.sessions[0], days(2), "12:30", noon)
    assert db.session.query(StaffTask).filter_by(kind="to_book").one().closed_at is not None
    assert "Somebody has done this already." in words(client.post(url, data={"result": "no_answer"}, follow_redirects=True))


def test_a_line_put_off_comes_back_on_its_day(client: FlaskClient, scene: Scene) -> None:
    answer = client.post(f"/work/course/{scene.course.id}", data={"result": "snooze", "until": "+3d", "list": "unbooked"})
    assert answer.location.endswith("#lines")
    assert lists_of(scene.course) == []
    assert queries.counts(TODAY, NOBODY)[Worklist.UNBOOKED] == 0
    assert lists_of(scene.course, TODAY + timedelta(days=3)) == [Worklist.UNBOOKED]
    (line,) = db.session.query(StaffTask).filter_by(kind="to_book")
    client.post(f"/work/{line.id}/undo", data={"list": "unbooked"})
    assert lists_of(scene.course) == [Worklist.UNBOOKED]


def test_the_words_to_send_by_hand_are_discreet_and_in_the_patients_language(client: FlaskClient, scene: Scene) -> None:
    page = words(client.get("/work?list=unbooked"))
    assert "Ayşe Yılmaz, bir sonraki randevunuzu seçmek için lütfen bizi arayın." in page
    assert "PRP" not in page.split("lütfen bizi arayın")[1].split("Ege Klinik")[0]


def test_after_booking_from_a_line_the_list_comes_back(client: FlaskClient, scene: Scene) -> None:
    asked = unescape(client.get("/work?list=unbooked").text.split('hx-get="')[1].split('"')[0])
    offered = client.get(asked).text
    names = ("slot", "asked_by", "form_token", "back")
    fields = {name: offered.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in names}
    assert client.post(f"/session/{scene.sessions[0].id}/book", data=fields).location == "/work?list=unbooked#lines"


def test_a_visit_of_this_week_without_consent_stands_until_it_is_signed(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "12:30", noon)
    with transaction():
        db.session.query(Consent).filter_by(kind=ConsentKind.PROCEDURE).delete()
    assert [one.id for one in queries.visits(Worklist.CONSENT, TODAY)] == [visit.id]
    assert f"/visits/{visit.id}" in client.get("/work?list=consent").text
    assert "Get consent" in words(client.get(f"/visits/{visit.id}"))
    with transaction():
        given = Consent(patient_id=scene.patient.id, kind=ConsentKind.PROCEDURE, given_at=noon, course_id=scene.course.id)
        given.text_version = "v1"
        db.session.add(given)
    assert queries.visits(Worklist.CONSENT, TODAY) == []


def test_a_consent_to_all_courses_speaks_for_its_own_patient_alone(scene: Scene, noon: datetime) -> None:
    visit, other = book(scene.sessions[0], days(2), "12:30", noon), builders.a_patient("Mehmet", "Kaya")
    builders.a_visit(other, at(days(3), "10:00"), kind="consultation")
    with transaction():
        db.session.query(Consent).filter_by(kind=ConsentKind.PROCEDURE).delete()
        db.session.add(Consent(patient_id=other.id, kind=ConsentKind.PROCEDURE, given_at=noon, text_version="1"))
    assert [one.id for one in queries.visits(Worklist.CONSENT, TODAY)] == [visit.id]


@pytest.mark.parametrize("kind", [kind for kind in TO_BOOK if kind is not Worklist.NO_SHOWS])
def test_a_list_is_read_in_its_order_from_one_index(app: Flask, noon: datetime, kind: Worklist) -> None:
    a_scene()
    for query in in_order(kind, TODAY):
        steps = plan_of(query)
        assert any("course USING INDEX ix_course_needs_booking" in step for step in steps), steps
        assert not any("TEMP B-TREE" in step or (step.startswith("SCAN") and "USING" not in step) for step in steps), steps


def test_the_no_shows_are_found_by_the_few_sessions_that_were_missed(app: Flask) -> None:
    for query in in_order(Worklist.NO_SHOWS, TODAY):
        assert any("ix_treatment_session_missed" in step for step in plan_of(query)), plan_of(query)


def plan_of(query: Select[Course]) -> list[str]:
    wanted = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    return [row[-1] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {wanted}")]

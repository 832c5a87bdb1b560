"""Outcomes of a course: written down, checked in words, due, drawn over time, struck out with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.outcomes import queries
from app.outcomes.due import due_after, due_before
from app.outcomes.values import read_value
from models.base import db, transaction
from models.event import Event
from models.outcome import CourseOutcome, Measure
from models.treatment import Course
from tests import builders
from tests.builders import TODAY
from tests.schedule.scenes import Scene, a_scene, align


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


def write(client: FlaskClient, course: Course, **typed: str) -> TestResponse:
    values = {"form_token": "a" * 32, "day": TODAY.isoformat(), "session": "", **typed}
    return client.post(f"/courses/{course.id}/outcomes", data=values)


def kept() -> list[CourseOutcome]:
    db.session.expire_all()
    return list(db.session.query(CourseOutcome).order_by(CourseOutcome.id))


def measured(course: Course, measure: Measure, value: float, days_ago: int = 0) -> CourseOutcome:
    made = CourseOutcome(course_id=course.id, measure=measure, value=value, measured_on=TODAY - timedelta(days=days_ago),
                         recorded_at=builders.EARLY)  # fmt: skip
    with transaction():
        db.session.add(made)
    return made


def test_several_values_are_written_down_at_once(scene: Scene, nurse: FlaskClient) -> None:
    assert write(nurse, scene.course, pain="3", hair_density_per_cm2="148").status_code == 303
    assert [(one.measure, one.value) for one in kept()] == [(Measure.PAIN, 3), (Measure.HAIR_DENSITY, 148)]
    assert {one.recorded_by_id for one in kept()} == {scene.nurse.id}


def test_a_second_press_writes_nothing(scene: Scene, nurse: FlaskClient) -> None:
    write(nurse, scene.course, pain="3")
    write(nurse, scene.course, pain="3")
    assert len(kept()) == 1


@pytest.mark.parametrize("typed", ["6", "0", "2,5", "two", "-1", "³", "9" * 9])
def test_a_value_off_its_scale_is_refused_beside_its_field_and_nothing_typed_is_lost(scene: Scene, nurse: FlaskClient, typed: str) -> None:
    page = write(nurse, scene.course, gais_physician=typed, pain="4")
    assert page.status_code == 422
    assert "Enter a whole number from 1 to 5." in page.text
    assert f'value="{typed}"' in page.text
    assert kept() == []


def test_a_session_is_named_as_the_plan_counts_it_and_the_record_comes_back(scene: Scene, nurse: FlaskClient) -> None:
    builders.done(scene.sessions[0], TODAY)
    align(scene)
    url = f"/courses/{scene.course.id}/outcomes?session={scene.sessions[0].id}&back=/day"
    assert "session 1 · " in nurse.get(url).text
    sent = nurse.post(url, data={"form_token": "b" * 32, "day": TODAY.isoformat(), "session": str(scene.sessions[0].id), "pain": "0"})
    assert sent.location == "/day"
    assert kept()[0].session_id == scene.sessions[0].id


def test_a_form_without_a_value_is_refused(scene: Scene, nurse: FlaskClient) -> None:
    assert "Fill in at least one value." in write(nurse, scene.course).text


def test_a_day_to_come_is_refused(scene: Scene, nurse: FlaskClient) -> None:
    page = write(nurse, scene.course, pain="1", day=(TODAY + timedelta(days=1)).isoformat())
    assert "This day has not come yet." in page.text


def test_a_diameter_may_have_one_decimal_with_a_comma() -> None:
    assert read_value(Measure.HAIR_DIAMETER, " 62,5 ") == 62.5


def test_only_measures_of_the_course_have_fields(scene: Scene, nurse: FlaskClient) -> None:
    page = nurse.get(f"/courses/{scene.course.id}/outcomes").text
    assert 'name="hair_density_per_cm2"' in page
    assert 'name="hair_diameter"' not in page


def test_a_value_is_struck_out_with_a_reason_and_stays_readable(scene: Scene, nurse: FlaskClient) -> None:
    one = measured(scene.course, Measure.PAIN, 9)
    assert nurse.post(f"/outcomes/{one.id}/strike-out", data={"why": " "}).status_code == 422
    assert nurse.post(f"/outcomes/{one.id}/strike-out", data={"why": "of another patient"}).status_code == 303
    page = nurse.get(f"/courses/{scene.course.id}/outcomes").text
    assert "of another patient" in page
    assert queries.trends(kept()) == []


def test_it_is_struck_out_once(scene: Scene, nurse: FlaskClient) -> None:
    one = measured(scene.course, Measure.PAIN, 9)
    nurse.post(f"/outcomes/{one.id}/strike-out", data={"why": "first"})
    assert "struck out already" in nurse.post(f"/outcomes/{one.id}/strike-out", data={"why": "second"}).text
    assert kept()[0].voided_why == "first"


def test_reception_sees_none_of_it(scene: Scene, client: FlaskClient) -> None:
    builders.done(scene.sessions[0], TODAY)
    align(scene)
    one = measured(scene.course, Measure.PAIN, 9)
    builders.sign_in(client, builders.a_receptionist())
    assert client.get(f"/courses/{scene.course.id}/outcomes").status_code == 403
    assert client.post(f"/outcomes/{one.id}/strike-out", data={"why": "x"}).status_code == 403
    assert "Pain 0" not in client.get(f"/plan/{scene.plan.id}").text


def test_whoever_treats_sees_them_on_the_plan(scene: Scene, nurse: FlaskClient) -> None:
    builders.done(scene.sessions[0], TODAY)
    align(scene)
    measured(scene.course, Measure.PAIN, 9, days_ago=3)
    measured(scene.course, Measure.PAIN, 2)
    page = nurse.get(f"/plan/{scene.plan.id}").text
    assert "Pain 0–10" in page
    assert "<polyline" in page


def test_each_look_and_each_value_stands_in_the_trail(scene: Scene, nurse: FlaskClient) -> None:
    write(nurse, scene.course, pain="3")
    nurse.get(f"/courses/{scene.course.id}/outcomes")
    seen = {(one.action, one.patient_id) for one in db.session.query(Event)}
    assert {("outcome written down", scene.patient.id), ("viewed", scene.patient.id)} <= seen


def test_before_the_first_session_hair_is_counted_and_nothing_compared(scene: Scene) -> None:
    assert due_before(scene.course, "1", TODAY, []) == [Measure.HAIR_DENSITY]


def test_after_a_session_the_comparison_is_due_too_until_it_is_written_down(scene: Scene) -> None:
    builders.done(scene.sessions[0], TODAY - timedelta(days=30))
    align(scene)
    assert due_before(scene.course, "2", TODAY, []) == [Measure.HAIR_DENSITY, Measure.GAIS_PATIENT]
    known = [measured(scene.course, Measure.GAIS_PATIENT, 2)]
    assert due_before(scene.course, "2", TODAY, known) == [Measure.HAIR_DENSITY]


def test_ninety_days_after_the_last_session_it_is_due_again(scene: Scene) -> None:
    for n, session in enumerate(scene.course.sessions):
        builders.done(session, TODAY - timedelta(days=150 - 30 * n))
    assert due_after(scene.course, TODAY, []) == [Measure.HAIR_DENSITY, Measure.GAIS_PATIENT]
    assert due_after(scene.course, TODAY - timedelta(days=30), []) == []


def test_the_line_goes_from_the_first_day_to_the_last_and_up_for_more(scene: Scene) -> None:
    measured(scene.course, Measure.HAIR_DENSITY, 120, days_ago=90)
    measured(scene.course, Measure.HAIR_DENSITY, 150)
    (trend,) = queries.trends(queries.of_courses([scene.course.id]))
    assert trend.points == ((3, 25), (117, 3))
    assert trend.values == ("120", "150")

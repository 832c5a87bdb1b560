"""Where a visit waits for the physician: a course that lapsed, a touch-up, an evaluation that is made while the patient is here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Refused
from app.plans.health import evaluations, findings
from app.plans.health.evaluations import NewEvaluation
from app.plans.health.findings import NewFinding
from app.schedule import flow
from app.schedule.day import preflight
from models.appointment import Appointment, VisitKind, VisitState
from models.base import transaction
from models.patient import Suitability
from models.treatment import Course, PlanState, SessionState
from tests.builders import TODAY, a_course, a_protocol, an_evaluation, done, sign_in
from tests.schedule.scenes import Scene, a_scene, align, book, book_plain, consent, days, move

LONG_AGO = TODAY - timedelta(days=100)


@pytest.fixture
def lapsed(app: Flask, noon: datetime) -> Scene:
    """One session a hundred days ago, under an evaluation that is valid still; the window ended 55 days ago."""
    scene = a_scene(evaluated=False, start=LONG_AGO)
    an_evaluation(scene.patient, scene.physician, LONG_AGO)
    done(scene.sessions[0], LONG_AGO)
    align(scene)
    return scene


def test_a_lapsed_course_is_booked_behind_a_new_evaluation_though_the_old_one_is_still_valid(lapsed: Scene, noon: datetime) -> None:
    visit = book(lapsed.sessions[1], days(1), "10:00", noon)
    assert (visit.kind, visit.tentative) == (VisitKind.EVALUATION_AND_TREATMENT, True)


def test_an_evaluation_signed_since_the_window_ended_lets_a_lapsed_course_go_on(lapsed: Scene, noon: datetime) -> None:
    an_evaluation(lapsed.patient, lapsed.physician, TODAY)
    visit = book(lapsed.sessions[1], days(1), "10:00", noon)
    assert (visit.kind, visit.tentative) == (VisitKind.TREATMENT, False)


def test_a_visit_moved_to_a_day_on_which_its_course_has_lapsed_begins_with_an_evaluation(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False, start=TODAY - timedelta(days=40))
    an_evaluation(scene.patient, scene.physician, TODAY - timedelta(days=40))
    done(scene.sessions[0], TODAY - timedelta(days=40))
    align(scene)
    visit = book(scene.sessions[1], days(2), "10:00", noon)
    assert visit.kind is VisitKind.TREATMENT
    assert move(visit, date(2027, 1, 19), "10:00", noon).kind is VisitKind.EVALUATION_AND_TREATMENT


def touch_up(course: Course, day: date, start: str, now: datetime) -> Appointment:
    return book_plain(course.plan.patient, VisitKind.TOUCH_UP, day, start, now, course=course, plan=course.plan)


@pytest.fixture
def filled(app: Flask, noon: datetime) -> Scene:
    """Filler two months ago."""
    scene = a_scene("filler_ha", start=TODAY - timedelta(days=60))
    done(scene.sessions[0], TODAY - timedelta(days=60))
    align(scene)
    return scene


def test_a_touch_up_keeps_other_treatments_of_the_area_away(filled: Scene, noon: datetime) -> None:
    touch_up(filled.course, TODAY, "15:00", noon)
    needling = a_course(filled.plan, a_protocol("exosome_face_needling"))
    consent(needling, filled.physician)
    with pytest.raises(Refused, match="28 days apart"):
        book(needling.sessions[0], days(3), "10:00", noon)


def test_a_touch_up_is_not_booked_too_near_to_another_treatment(filled: Scene, noon: datetime) -> None:
    needling = a_course(filled.plan, a_protocol("exosome_face_needling"))
    consent(needling, filled.physician)
    book(needling.sessions[0], days(3), "10:00", noon)
    with pytest.raises(Refused, match="apart"):
        touch_up(filled.course, days(2), "15:00", noon)


def test_a_touch_up_is_no_obstacle_to_its_own_course(filled: Scene, noon: datetime) -> None:
    assert touch_up(filled.course, TODAY, "15:00", noon).kind is VisitKind.TOUCH_UP


def test_a_finding_stops_the_start_of_a_touch_up_and_a_pause_its_booking(filled: Scene, noon: datetime) -> None:
    visit = touch_up(filled.course, TODAY, "15:00", noon)
    with transaction():
        findings.add(filled.patient, NewFinding("pregnant", TODAY), noon)
    with pytest.raises(Refused, match="on hold"):
        touch_up(filled.course, days(1), "15:00", noon)
    assert {check.code for check in preflight.checks(visit, clinical=True) if check.blocks} >= {"finding"}
    with transaction():
        flow.arrive(visit, noon)
    with pytest.raises(Refused), transaction():
        flow.start(visit, noon)


@pytest.fixture
def walked_in(app: Flask, noon: datetime) -> tuple[Scene, Appointment]:
    """A draft plan without an evaluation: its first visit begins with it, and the patient is here. The second is reserved."""
    scene = a_scene(evaluated=False)
    with transaction():
        scene.plan.state = PlanState.DRAFT
    visit = book(scene.sessions[0], TODAY, "12:10", noon)
    book(scene.sessions[1], days(30), "12:10", noon)
    with transaction():
        flow.arrive(visit, noon)
    return scene, visit


def evaluate(scene: Scene, suitability: Suitability, now: datetime) -> None:
    with transaction():
        evaluations.evaluate(scene.patient, NewEvaluation(TODAY, suitability), scene.physician.id, now)


def test_signing_while_the_patient_is_here_begins_the_plan_and_treatment_can_start(
    walked_in: tuple[Scene, Appointment], noon: datetime
) -> None:
    scene, visit = walked_in
    evaluate(scene, Suitability.SUITABLE, noon)
    assert (scene.plan.state, visit.tentative) == (PlanState.ACTIVE, False)
    with transaction():
        flow.start(visit, noon)
    assert visit.state is VisitState.IN_TREATMENT


def test_not_now_while_the_patient_is_here_frees_what_was_reserved_and_leaves_the_visit_to_be_closed(
    walked_in: tuple[Scene, Appointment], noon: datetime
) -> None:
    scene, visit = walked_in
    evaluate(scene, Suitability.NOT_NOW, noon)
    assert (scene.plan.state, visit.state, scene.sessions[1].state) == (PlanState.DRAFT, VisitState.ARRIVED, SessionState.PROPOSED)
    with pytest.raises(Refused), transaction():
        flow.start(visit, noon)


def test_a_draft_of_the_evaluation_is_signed_from_the_row_in_one_press(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    made = an_evaluation(scene.patient, scene.physician, signed_at=None)
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    sign_in(client, scene.physician)
    url = f"/evaluations/{made.id}/sign"
    assert f'formaction="{url}"' in client.get("/day").text
    assert client.post(url, data={"back": "/day"}).location == "/day"
    assert f'formaction="{url}"' not in client.get("/day").text
    assert preflight.checks(visit, clinical=True) == []


def test_a_due_review_is_left_out_from_the_row_in_one_press(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene("mesotherapy_scalp")
    for n in range(4):
        done(scene.sessions[n], days(-40 + 10 * n))
    align(scene)
    book(scene.sessions[4], days(0), "12:00", noon)
    sign_in(client, scene.physician)
    assert f'formaction="/course/{scene.course.id}/continue"' in client.get("/day").text

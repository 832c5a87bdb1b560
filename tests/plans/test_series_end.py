"""How a series ends, early or in full, and what becomes of the visits and the plan it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Refused
from app.plans import life
from app.plans.numbers import CourseNumbers, of_course
from app.plans.running import changing, elsewhere, reviews
from app.plans.running.changing import Changed, stored_gaps
from app.plans.running.elsewhere import DoneElsewhere
from app.plans.running.reviews import NewReview
from app.schedule import flow
from app.series.reading import Standing, read
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.treatment import Course, PlanState, ReviewResult, SessionState
from tests.builders import TODAY, a_course, a_lot, a_lot_use, a_plan, a_protocol, done, sign_in
from tests.schedule.scenes import Scene, a_scene, align, book, days


def a_series_with_its_last_session_booked(*, maintenance: bool = True) -> tuple[Scene, Appointment]:
    """Two of three PRP sessions are done, the third is booked for tomorrow."""
    scene = a_scene(start=TODAY - timedelta(days=60))
    done(scene.sessions[0], TODAY - timedelta(days=60))
    done(scene.sessions[1], TODAY - timedelta(days=30))
    if not maintenance:
        with transaction():
            scene.course.maintenance = None
    align(scene)
    return scene, book(scene.sessions[2], days(1), "10:00", datetime.fromisoformat("2026-12-01T12:00+03:00"))


def shorten(course: Course, sessions: int, now: datetime) -> None:
    usual = of_course(stored_gaps(course), course.maintenance)
    spans = {n: span for n, span in usual.spans.items() if n <= sessions}
    with transaction():
        changing.change_course(course, Changed(CourseNumbers(sessions, spans, usual.first, usual.repeat, usual.times), None), now)


def review(course: Course, after_step: int, result: ReviewResult, now: datetime, **more: object) -> None:
    with transaction():
        reviews.review(course, NewReview(after_step, TODAY, result, **more), now)  # type: ignore[arg-type]  # the words of a test


@pytest.mark.parametrize("maintenance", [True, False])
def test_a_shortened_series_frees_the_visit_of_a_session_it_has_no_more(app: Flask, noon: datetime, maintenance: bool) -> None:
    scene, visit = a_series_with_its_last_session_booked(maintenance=maintenance)
    shorten(scene.course, 2, noon)
    assert visit.state is VisitState.CANCELLED
    assert [line.visit for line in read(scene.course, TODAY).lines] == [None] * (3 if maintenance else 2)


@pytest.mark.parametrize("result", [ReviewResult.COMPLETE, ReviewResult.MAINTAIN])
def test_a_review_that_ends_the_series_frees_the_visits_of_its_sessions(app: Flask, noon: datetime, result: ReviewResult) -> None:
    scene, visit = a_series_with_its_last_session_booked()
    review(scene.course, 2, result, noon)
    assert visit.state is VisitState.CANCELLED
    assert SessionState.BOOKED not in {session.state for session in scene.sessions}


def test_a_review_that_goes_on_frees_nothing(app: Flask, noon: datetime) -> None:
    scene, visit = a_series_with_its_last_session_booked()
    review(scene.course, 2, ReviewResult.CONTINUE, noon)
    assert visit.state is VisitState.BOOKED


def test_a_series_of_which_nothing_counted_is_not_ended_by_a_review(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with pytest.raises(Refused, match="nothing to review"):
        review(scene.course, 0, ReviewResult.COMPLETE, noon)


def test_the_last_session_completes_a_plan_that_asks_for_no_review_and_undo_opens_it_again(app: Flask, noon: datetime) -> None:
    scene = a_scene("botulinum_upper_face")
    with transaction():
        scene.course.maintenance = None
    visit = book(scene.sessions[0], TODAY, "12:00", noon)
    with transaction():
        flow.arrive(visit, noon)
    a_lot_use(scene.sessions[0], a_lot("botulinum_toxin"))
    with transaction():
        flow.done(visit, noon)
    assert scene.plan.state is PlanState.COMPLETED
    with transaction():
        flow.step_back(visit, noon)
    assert (scene.plan.state, visit.state) == (PlanState.ACTIVE, VisitState.ARRIVED)


def test_a_completed_plan_that_is_extended_goes_on(app: Flask, noon: datetime) -> None:
    scene, _visit = a_series_with_its_last_session_booked()
    review(scene.course, 2, ReviewResult.COMPLETE, noon)
    assert scene.plan.state is PlanState.COMPLETED
    review(scene.course, 2, ReviewResult.EXTEND, noon, extend_by=1)
    reading = read(scene.course, TODAY)
    assert (scene.plan.state, reading.standing, reading.of) == (PlanState.ACTIVE, Standing.DUE, 3)
    assert scene.course.needs_booking


def test_the_plan_page_tells_of_a_session_done_elsewhere(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        elsewhere.add(scene.course, DoneElsewhere(TODAY - timedelta(days=9), "İzmir Klinik 2", "document"), noon)
    sign_in(client, scene.physician)
    page = client.get(f"/plan/{scene.plan.id}")
    assert page.status_code == 200
    assert "İzmir Klinik 2" in page.text


def test_a_plan_with_an_unfinished_course_stays_open_when_another_is_complete(app: Flask, noon: datetime) -> None:
    scene, _visit = a_series_with_its_last_session_booked()
    a_course(scene.plan, a_protocol("mesotherapy_face"))
    review(scene.course, 2, ReviewResult.COMPLETE, noon)
    assert scene.plan.state is PlanState.ACTIVE


def test_a_plan_without_courses_begins_all_the_same(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    plan = a_plan(scene.patient, scene.physician, PlanState.DRAFT)
    with transaction():
        life.begin(plan, noon)
    assert db.session.get_one(type(plan), plan.id).state is PlanState.ACTIVE

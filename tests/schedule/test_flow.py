"""A visit's way through the day: every move there is, and none besides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import tasks
from app.errors import Refused
from app.schedule import actions, flow
from app.schedule.flow import Performed
from models.appointment import Appointment, Outcome, VisitKind, VisitState
from models.base import transaction
from models.task import TaskKind
from models.treatment import SessionState
from tests import builders
from tests.schedule.scenes import Scene, a_scene, at, book, book_plain, claims_of, consent, days

S = VisitState


def a_visit_today(protocol: str = "laser_hair_face", **more: Any) -> tuple[Scene, Appointment]:
    """A treatment at noon that asks for no lot and whose patch test was done."""
    scene = a_scene(protocol, **more)
    if protocol == "laser_hair_face":
        builders.a_visit(
            scene.patient, at(days(-10), "10:00"), kind=VisitKind.PATCH_TEST, state=S.DONE, course_id=scene.course.id, plan_id=scene.plan.id
        )
    return scene, book(scene.sessions[0], days(0), "12:00", at(days(0), "09:00"))


MOVES = {
    S.CONFIRMED: actions.confirm, S.ARRIVED: flow.arrive, S.IN_TREATMENT: flow.start, S.DONE: flow.done, S.NOT_TREATED: flow.not_treated,
    S.NO_SHOW: flow.no_show, S.CANCELLED: lambda visit, now: actions.cancel(visit, now, by_patient=False),
}  # fmt: skip
WAYS = {
    S.BOOKED: (), S.CONFIRMED: (S.CONFIRMED,), S.ARRIVED: (S.ARRIVED,), S.IN_TREATMENT: (S.ARRIVED, S.IN_TREATMENT),
    S.DONE: (S.ARRIVED, S.IN_TREATMENT, S.DONE), S.NOT_TREATED: (S.ARRIVED, S.NOT_TREATED), S.NO_SHOW: (S.NO_SHOW,),
    S.CANCELLED: (S.CANCELLED,),
}  # fmt: skip
ALLOWED = {
    S.BOOKED: {S.CONFIRMED, S.ARRIVED, S.CANCELLED, S.NO_SHOW}, S.CONFIRMED: {S.CONFIRMED, S.ARRIVED, S.CANCELLED, S.NO_SHOW},
    S.ARRIVED: {S.IN_TREATMENT, S.DONE, S.NOT_TREATED}, S.IN_TREATMENT: {S.DONE, S.NOT_TREATED},
}  # fmt: skip
LATER = timedelta(minutes=20)


def go(visit: Appointment, to: VisitState, now: datetime) -> None:
    with transaction():
        MOVES[to](visit, now)


@pytest.mark.parametrize("to", MOVES)
@pytest.mark.parametrize("start", WAYS)
def test_exactly_the_moves_of_the_table_are_possible(app: Flask, noon: datetime, start: VisitState, to: VisitState) -> None:
    _scene, visit = a_visit_today()
    now = noon + LATER
    for step in WAYS[start]:
        go(visit, step, now)
    written = len(visit.statuses)
    if to in ALLOWED.get(start, set()):
        go(visit, to, now)
        assert visit.state is to
        return
    with pytest.raises(Refused, match="cannot become"):
        go(visit, to, now)
    assert (visit.state, len(visit.statuses)) == (start, written)


def test_a_whole_visit_in_four_moves(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    go(visit, S.CONFIRMED, noon - timedelta(hours=2))
    go(visit, S.ARRIVED, noon)
    go(visit, S.IN_TREATMENT, noon + timedelta(minutes=5))
    go(visit, S.DONE, noon + timedelta(minutes=25))
    session = scene.sessions[0]
    assert [row.state for row in visit.statuses] == [S.BOOKED, S.CONFIRMED, S.ARRIVED, S.IN_TREATMENT, S.DONE]
    assert (session.state, session.performed_on) == (SessionState.DONE, days(0))
    assert (session.performed_at, session.performed_end) == (noon + timedelta(minutes=5), noon + timedelta(minutes=25))
    assert session.performed_by_id == scene.physician.id
    assert (visit.sessions[0].outcome, visit.sessions[0].label) == (Outcome.DONE, "1")


def test_after_done_the_next_window_counts_from_what_was_performed(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    for step in (S.ARRIVED, S.DONE):
        go(visit, step, noon + LATER)
    assert scene.course.due_step == "2"
    assert scene.course.due_earliest == days(28)
    assert scene.course.needs_booking is True


def test_what_really_happened_may_be_told_afterwards(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    go(visit, S.ARRIVED, noon)
    real = Performed(at=noon + timedelta(minutes=2), end=noon + timedelta(minutes=12), by_id=scene.nurse.id)
    with transaction():
        flow.done(visit, noon + timedelta(minutes=50), real)
    session = scene.sessions[0]
    assert (session.performed_at, session.performed_end, session.performed_by_id) == (real.at, real.end, scene.nurse.id)


def test_treatment_neither_ends_before_it_begins_nor_in_the_future(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_today()
    go(visit, S.ARRIVED, noon)
    for real in (Performed(at=noon, end=noon - LATER), Performed(at=noon, end=noon + LATER)):
        with pytest.raises(Refused, match="cannot end"), transaction():
            flow.done(visit, noon, real)


def test_a_visit_closed_the_next_morning_took_place_when_it_was_planned(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    go(visit, S.ARRIVED, noon)
    go(visit, S.DONE, noon + timedelta(hours=20))
    assert scene.sessions[0].performed_on == days(0)
    assert scene.sessions[0].performed_end == visit.ends_at


def test_one_session_of_a_joined_visit_may_stay_undone(app: Flask, noon: datetime) -> None:
    scene, _first = a_visit_today()
    other = builders.a_course(scene.plan, builders.a_protocol("laser_hair_body", extra_visits=[]), area="legs")
    consent(other, scene.physician)
    visit = book([scene.sessions[1], other.sessions[0]], days(41), "12:00", noon)
    with transaction():
        actions.cancel(_first, noon, by_patient=True)
    then = at(days(41), "12:30")
    go(visit, S.ARRIVED, then)
    with transaction():
        flow.done(visit, then, Performed(without=[other.sessions[0].id]))
    assert [(link.session_id, link.outcome) for link in visit.sessions] == [
        (scene.sessions[1].id, Outcome.DONE), (other.sessions[0].id, Outcome.NOT_TREATED)
    ]  # fmt: skip
    assert other.sessions[0].state is SessionState.PROPOSED


def test_a_no_show_is_offered_from_15_minutes_after_the_start(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    with pytest.raises(Refused, match="15 minutes"):
        go(visit, S.NO_SHOW, noon + timedelta(minutes=14))
    go(visit, S.NO_SHOW, noon + timedelta(minutes=15))
    assert visit.sessions[0].outcome is Outcome.MISSED
    assert scene.sessions[0].state is SessionState.MISSED
    assert scene.course.needs_booking is True
    assert claims_of(visit) == set()


def test_a_missed_session_can_be_booked_again(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    go(visit, S.NO_SHOW, noon + LATER)
    again = book(scene.sessions[0], days(7), "12:00", noon + LATER)
    assert again.sessions[0].label == "1"
    assert scene.sessions[0].state is SessionState.BOOKED


def test_not_treated_gives_the_session_and_the_place_back(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    go(visit, S.ARRIVED, noon)
    with transaction():
        flow.not_treated(visit, noon, why="cold sore")
    assert visit.statuses[-1].why == "cold sore"
    assert (visit.sessions[0].outcome, scene.sessions[0].state) == (Outcome.NOT_TREATED, SessionState.PROPOSED)
    assert claims_of(visit) == set()


def test_nobody_arrives_for_a_visit_of_another_day(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "12:00", noon)
    with pytest.raises(Refused, match="another day"):
        go(visit, S.ARRIVED, noon)


def test_a_visit_without_sessions_needs_no_more_than_its_moves(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    visit = book_plain(scene.patient, VisitKind.CONSULTATION, days(0), "12:00", noon)
    for step in (S.ARRIVED, S.IN_TREATMENT, S.DONE):
        go(visit, step, noon)
    assert visit.state is S.DONE


def test_a_session_performed_too_early_is_recorded_and_its_step_stays_open(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_today()
    for step in (S.ARRIVED, S.DONE):
        go(visit, step, noon + LATER)
    early = builders.a_visit(scene.patient, at(days(5), "12:00"), scene.sessions[1])
    for step in (S.ARRIVED, S.DONE):
        go(early, step, at(days(5), "12:30"))
    assert scene.sessions[1].state is SessionState.DONE
    assert early.sessions[0].label == ""
    assert scene.course.due_step == "2"
    assert len(scene.course.sessions) == len(scene.course.steps) + 1


def test_the_physician_is_asked_for_a_review_once(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_with_two_done()
    for step in (S.ARRIVED, S.DONE):
        go(visit, step, noon + LATER)
    with transaction():
        flow.ask_for_reviews([scene.course], noon)
    task = tasks.standing(TaskKind.REVIEW_DUE, scene.course)
    assert task is not None
    assert (task.for_role, task.patient_id, task.due_on) == ("physician", scene.patient.id, days(0))
    assert task.facts == {"after_step": 3}


def a_visit_with_two_done() -> tuple[Scene, Appointment]:
    """The third session of a series with a review after it, at noon, with its lot written down."""
    scene = a_scene("prp_scalp")
    for n, session in enumerate(scene.sessions[:2]):
        builders.done(session, days(-60 + 30 * n))
    consent(scene.course, scene.physician)
    visit = book(scene.sessions[2], days(0), "12:00", at(days(0), "09:00"))
    builders.a_lot_use(scene.sessions[2], builders.a_lot())
    return scene, visit

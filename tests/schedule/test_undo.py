"""Taking back: the last move, and whole sets of changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import tasks
from app.errors import Refused
from app.messages import changes
from app.schedule import actions, flow, stepping, undo
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.message import ChangeSet, Message, MessageState, VisitChange
from models.product import LotUse
from models.task import TaskKind
from models.treatment import Hold, SessionState
from tests.schedule.scenes import Scene, a_scene, another_patient, at, book, book_plain, claims_of, days, move, told
from tests.schedule.test_flow import MOVES, WAYS, a_visit_today, a_visit_with_two_done, go

S = VisitState
LATER = timedelta(minutes=20)
BEFORE = {way[-1]: ((S.BOOKED, *way)[-2]) for way in WAYS.values() if way}


def back(visit: Appointment, now: datetime) -> None:
    with transaction():
        flow.step_back(visit, now)


def set_of(visit: Appointment) -> ChangeSet:
    """The newest change set that names the visit."""
    query = db.session.query(VisitChange).filter_by(appointment_id=visit.id).order_by(VisitChange.id.desc())
    return query.first().change_set


@pytest.mark.parametrize("end", MOVES)
def test_every_move_can_be_taken_back_with_its_sessions_and_claims(app: Flask, noon: datetime, end: VisitState) -> None:
    scene, visit = a_visit_today()
    now = noon + LATER
    for step in WAYS[end][:-1]:
        go(visit, step, now)
    before = visit.state, claims_of(visit), scene.sessions[0].state, visit.sessions[0].outcome, scene.course.due_step
    go(visit, WAYS[end][-1], now)
    back(visit, now)
    after = visit.state, claims_of(visit), scene.sessions[0].state, visit.sessions[0].outcome, scene.course.due_step
    assert after == before
    assert visit.statuses[-1].undo_of_id == visit.statuses[-2].id


def test_steps_back_go_on_to_the_booking_and_no_further(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_today()
    for step in WAYS[S.DONE]:
        go(visit, step, noon)
    for expected in (S.IN_TREATMENT, S.ARRIVED, S.BOOKED):
        back(visit, noon)
        assert visit.state is expected
    assert not undo.may_step_back(visit)
    with pytest.raises(Refused, match="nothing to undo"):
        back(visit, noon)


def test_after_an_undo_the_visit_can_go_its_way_again(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_today()
    go(visit, S.ARRIVED, noon)
    back(visit, noon)
    go(visit, S.CONFIRMED, noon)
    back(visit, noon)
    assert [row.state for row in stepping.standing_rows(visit)] == [S.BOOKED]
    assert len(visit.statuses) == 5


def test_undoing_done_forgets_what_was_performed_and_frees_the_lot(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_with_two_done()
    for step in (S.ARRIVED, S.DONE):
        go(visit, step, noon)
    assert tasks.standing(TaskKind.REVIEW_DUE, scene.course)
    back(visit, noon)
    session = scene.sessions[2]
    assert (session.performed_on, session.performed_at, session.performed_end, session.performed_by_id) == (None, None, None, None)
    assert [use.voided_at for use in db.session.query(LotUse)] == [noon]
    assert not tasks.standing(TaskKind.REVIEW_DUE, scene.course)


def test_what_was_done_on_an_earlier_day_is_corrected_not_taken_back(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_today()
    for step in (S.ARRIVED, S.DONE):
        go(visit, step, noon)
    with pytest.raises(Refused, match="earlier day"):
        back(visit, noon + timedelta(days=1))
    assert visit.state is S.DONE


def test_undoing_done_withdraws_its_aftercare(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_today()
    for step in (S.ARRIVED, S.DONE):
        go(visit, step, noon)
    after = db.session.query(Message).filter_by(kind="aftercare").one()
    assert after.state is MessageState.WAITING
    back(visit, noon)
    assert after.state is MessageState.WITHDRAWN


def test_a_place_taken_meanwhile_is_not_given_back(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_on_thursday()
    with transaction():
        actions.cancel(visit, noon, by_patient=True)
    book_plain(another_patient(), VisitKind.CONSULTATION, days(2), "14:30", noon)
    with pytest.raises(Refused, match=r"Busy then: Dr\. Burcu Çelen"):
        back(visit, noon)
    assert (visit.state, scene.sessions[0].state) == (S.CANCELLED, SessionState.PROPOSED)


def test_a_session_booked_again_meanwhile_stays_there(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_on_thursday()
    with transaction():
        actions.cancel(visit, noon, by_patient=True)
    book(scene.sessions[0], days(3), "10:00", noon)
    with pytest.raises(Refused, match="booked or dropped meanwhile"):
        back(visit, noon)


def test_a_cancelled_visit_does_not_come_back_into_a_hold(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_on_thursday()
    with transaction():
        actions.cancel(visit, noon, by_patient=False)
    with transaction():
        db.session.add(Hold(plan_id=scene.plan.id, from_day=days(0), made_at=noon))
    with pytest.raises(Refused, match="on hold"):
        back(visit, noon)


def test_a_cancelled_visit_does_not_come_back_too_early(app: Flask, noon: datetime) -> None:
    scene, first = a_visit_on_thursday()
    second = book(scene.sessions[1], days(30), "13:50", noon)
    with transaction():
        actions.cancel(second, noon, by_patient=True)
    move(first, days(21), "10:00", noon)
    with pytest.raises(Refused, match="too early"):
        back(second, noon)


def test_undo_within_the_grace_leaves_nothing_to_tell(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_on_thursday(noon - timedelta(days=1))
    tell(set_of(visit), noon)
    with transaction():
        actions.cancel(visit, noon, by_patient=False)
    back(visit, noon + timedelta(minutes=1))
    waiting = db.session.query(Message).filter_by(subject_type="change_set", state=MessageState.WAITING).all()
    assert waiting == []
    assert visit.revision == 0


def test_a_cancellation_that_was_told_is_followed_by_word_that_the_visit_stands(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_on_thursday(noon - timedelta(days=1))
    tell(set_of(visit), noon)
    with transaction():
        actions.cancel(visit, noon, by_patient=False)
    tell(set_of(visit), noon)
    back(visit, noon + timedelta(hours=1))
    last = set_of(visit)
    assert [(change.old_start, change.new_start) for change in last.changes] == [(None, visit.starts_at)]
    assert visit.revision == 1


def test_what_took_a_told_move_back_is_not_itself_taken_back(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_on_thursday(noon - timedelta(days=1))
    tell(set_of(visit), noon)
    move(visit, days(3), "11:00", noon)
    tell(moved := set_of(visit), noon)
    with transaction():
        undo.take_back(moved, noon)
    assert set_of(visit).id != moved.id
    with pytest.raises(Refused), transaction():
        undo.take_back(set_of(visit), noon)


def test_a_booking_taken_back_was_never_there_for_the_patient(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_on_thursday()
    with transaction():
        undo.take_back(set_of(visit), noon)
    assert (visit.state, claims_of(visit)) == (S.CANCELLED, set())
    assert scene.sessions[0].state is SessionState.PROPOSED
    assert db.session.query(Message).filter_by(subject_type="change_set", state=MessageState.WAITING).count() == 0


def test_a_move_taken_back_stands_where_it_stood(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_on_thursday()
    before = claims_of(visit)
    move(visit, days(3), "10:00", noon)
    with transaction():
        undo.take_back(set_of(visit), noon)
    assert (visit.local_day, claims_of(visit), visit.revision) == (days(2), before, 2)


def test_a_cancellation_taken_back_with_its_set(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_on_thursday()
    second = book(scene.sessions[1], days(30), "13:50", noon)
    with transaction():
        together = told(scene.patient, noon)
        for one in (visit, second):
            actions.cancel(one, noon, by_patient=False, change_set=together)
    with transaction():
        undo.take_back(together, noon)
    assert [one.state for one in (visit, second)] == [S.BOOKED, S.BOOKED]
    assert together.undone_at == noon


def test_one_of_several_cancelled_together_comes_back_alone(app: Flask, noon: datetime) -> None:
    scene, visit = a_visit_on_thursday()
    second = book(scene.sessions[1], days(30), "13:50", noon)
    with transaction():
        together = told(scene.patient, noon)
        for one in (visit, second):
            actions.cancel(one, noon, by_patient=False, change_set=together)
    back(second, noon)
    assert (visit.state, second.state, together.undone_at) == (S.CANCELLED, S.BOOKED, None)


def test_what_was_changed_again_is_not_taken_back(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_on_thursday()
    first = set_of(visit)
    move(visit, days(3), "10:00", noon)
    with pytest.raises(Refused, match="changed again"), transaction():
        undo.take_back(first, noon)


def test_a_set_is_taken_back_once(app: Flask, noon: datetime) -> None:
    _scene, visit = a_visit_on_thursday()
    with transaction():
        undo.take_back(set_of(visit), noon)
    with pytest.raises(Refused, match="nothing to undo"), transaction():
        undo.take_back(set_of(visit), noon)


def test_a_squeezed_walk_in_comes_back_as_it_was(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    evening = at(days(0), "18:50")
    with transaction():
        visit = actions.walk_in(scene.patient, VisitKind.OTHER, evening).visit
    go(visit, S.NOT_TREATED, evening)
    back(visit, evening)
    assert {what for _phase, what, _from, _until in claims_of(visit)} == {"patient"}


def a_visit_on_thursday(now: datetime | None = None) -> tuple[Scene, Appointment]:
    scene = a_scene()
    return scene, book(scene.sessions[0], days(2), "13:50", now or at(days(0), "12:00"))


def tell(one: ChangeSet, now: datetime) -> None:
    """The mail about a set has gone."""
    with transaction():
        for message in db.session.query(Message).filter_by(subject_type="change_set", subject_id=changes.top_of(one).id):
            message.state, message.settled_at = MessageState.SENT, now
    assert changes.is_told(one)

"""Moving, cancelling and confirming; what a patient hears of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.errors import Refused
from app.messages import changes
from app.schedule import actions, flow, guards
from app.schedule.free.resources import BOOKED_AHEAD
from app.schedule.limits import Override
from models.appointment import Outcome, VisitKind, VisitState
from models.base import db, transaction
from models.message import VisitChange
from models.patient import Patient
from models.treatment import SessionState
from tests import builders
from tests.schedule.scenes import a_scene, all_claims, another_patient, at, book, book_plain, claims_of, days, move, told


def test_a_moved_visit_keeps_its_sessions_and_claims_only_its_new_place(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    move(visit, days(3), "10:00", noon)
    assert (visit.local_day, visit.starts_at) == (days(3), at(days(3), "10:00"))
    assert (visit.revision, visit.version) == (1, 2)
    assert [link.session_id for link in visit.sessions] == [scene.sessions[0].id]
    assert {claim.starts_at.date() for claim in all_claims()} == {days(3)}


def test_nothing_is_booked_or_moved_to_a_time_that_has_passed(app: Flask, noon: datetime) -> None:
    """A page that was opened in the morning and pressed at noon, or a made-up request."""
    scene = a_scene()
    with pytest.raises(Refused, match="That time has passed"):
        book(scene.sessions[0], days(0), "10:00", noon)
    visit = book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "13:50", noon)
    with pytest.raises(Refused, match="That time has passed"):
        move(visit, days(-4), "10:00", noon)
    with pytest.raises(Refused, match="That time has passed"):
        move(visit, days(0), "10:00", noon)
    db.session.refresh(visit)
    assert visit.local_day == days(2)


def test_nothing_is_booked_or_moved_further_than_five_years_ahead(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "13:50", noon)
    last = BOOKED_AHEAD.days
    near = next(days(last - n) for n in range(7) if days(last - n).weekday() == visit.local_day.weekday())
    move(visit, near, "10:00", noon)
    assert visit.local_day == near
    for day in (near + timedelta(days=7), date(2199, 12, 31)):
        with pytest.raises(Refused, match="Too far ahead"):
            move(visit, day, "10:00", noon)
        with pytest.raises(Refused, match="Too far ahead"):
            book(scene.sessions[0], day, "10:00", noon)


def test_a_confirmed_visit_that_is_moved_must_be_confirmed_again(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    with transaction():
        actions.confirm(visit, noon, by_patient=True)
    move(visit, days(3), "10:00", noon)
    assert visit.state is VisitState.BOOKED
    assert [(row.state, row.why) for row in visit.statuses][-1] == (VisitState.BOOKED, "moved")


def test_a_visit_may_be_moved_by_less_than_its_length(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    move(visit, days(2), "14:00", noon)
    assert visit.starts_at == at(days(2), "14:00")


def test_a_move_to_a_taken_time_leaves_everything_as_it_was(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    book_plain(another_patient(), VisitKind.CONSULTATION, days(3), "10:00", noon)
    before = claims_of(visit)
    with pytest.raises(Refused, match="Busy then"):
        move(visit, days(3), "09:30", noon)
    assert (visit.local_day, visit.revision, claims_of(visit)) == (days(2), 0, before)


def test_what_a_physician_allowed_holds_for_one_day_only(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "10:00", noon)
    second = book(scene.sessions[1], days(20), "10:00", noon, override=Override(scene.physician.id, "travels"))
    with pytest.raises(Refused, match="too early"):
        move(second, days(21), "10:00", noon)
    move(second, days(30), "10:00", noon)
    assert (scene.sessions[1].override_by_id, scene.sessions[1].override_why) == (None, "")


def test_a_visit_moved_beyond_its_evaluation_begins_with_a_new_one(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "10:00", noon)
    move(visit, days(190), "10:00", noon)
    assert (visit.kind, visit.minutes, visit.tentative) == (VisitKind.EVALUATION_AND_TREATMENT, 90, True)
    move(visit, days(3), "10:00", noon)
    assert (visit.kind, visit.minutes, visit.tentative) == (VisitKind.TREATMENT, 80, False)


def test_a_visit_that_has_begun_is_not_moved(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    with transaction():
        flow.arrive(visit, noon)
    with pytest.raises(Refused, match="has not begun"):
        move(visit, days(2), "10:00", noon)


def test_cancelling_frees_exactly_the_place(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    kept = book(course.sessions[0], days(2), "16:00", noon)
    freed, before = claims_of(visit), claims_of(kept)
    with transaction():
        actions.cancel(visit, noon, by_patient=True)
    assert claims_of(visit) == set()
    assert claims_of(kept) == before
    again = book(scene.sessions[0], days(2), "13:50", noon)
    assert claims_of(again) == freed


def test_a_cancelled_session_goes_back_to_the_worklist(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    assert scene.course.needs_booking is False
    with transaction():
        actions.cancel(visit, noon, by_patient=False, why="the physician is ill")
    assert visit.state is VisitState.CANCELLED
    assert visit.sessions[0].outcome is Outcome.RELEASED
    assert scene.sessions[0].state is SessionState.PROPOSED
    assert scene.course.needs_booking is True
    assert visit.statuses[-1].why == "the physician is ill"


def test_who_cancelled_is_written_into_the_change(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    with transaction():
        actions.cancel(visit, noon, by_patient=True)
    change = db.session.query(VisitChange).order_by(VisitChange.id.desc()).first()
    assert change is not None
    assert (change.new_start, change.by_clinic, change.change_set.by_patient) == (None, False, True)


def test_a_release_belongs_to_the_set_of_its_hold(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    with transaction():
        held = changes.open_set(scene.patient.id, noon, because_of_hold=True)
        guards.alone_with([visit])
        actions.release({visit: held}, noon, why="hold")
    assert visit.state is VisitState.CANCELLED
    assert [change.appointment_id for change in held.changes] == [visit.id]


def test_confirming_twice_is_confirming_once(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    for _time in range(2):
        with transaction():
            actions.confirm(visit, noon, by_patient=True)
    assert [(row.state, row.by_patient) for row in visit.statuses][1:] == [(VisitState.CONFIRMED, True)]


def test_a_walk_in_arrives_in_the_next_free_gap(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    came = walk_in(another_patient(), noon)
    assert (came.squeezed, came.visit.state) == (False, VisitState.ARRIVED)
    assert came.visit.starts_at == noon
    assert came.visit.performer_id == scene.physician.id


def test_the_next_walk_in_waits_for_the_first(app: Flask, noon: datetime) -> None:
    a_scene()
    walk_in(another_patient(), noon)
    second = walk_in(another_patient("Kerem", 2), noon)
    assert f"{second.visit.local_time:%H:%M}" == "12:30"
    assert "12:30" in second.words


def test_without_a_gap_a_walk_in_claims_nothing_but_the_patient(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    evening = at(days(0), "18:50")
    came = walk_in(scene.patient, evening)
    assert came.squeezed
    assert "No gap is free" in came.words
    assert {what for _phase, what, _from, _until in claims_of(came.visit)} == {"patient"}
    assert (came.visit.performer_id, came.visit.room_id) == (None, None)


def test_a_walk_in_for_treatment_without_an_evaluation_begins_with_it(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    with transaction():
        came = actions.walk_in(scene.patient, VisitKind.TREATMENT, noon, sessions=[scene.sessions[0]])
    assert came.visit.kind is VisitKind.EVALUATION_AND_TREATMENT


def test_moves_of_one_act_stand_in_one_set(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    first = book(scene.sessions[0], days(2), "13:50", noon)
    second = book(scene.sessions[1], days(30), "13:50", noon)
    with transaction():
        together = told(scene.patient, noon)
        for visit in (second, first):
            actions.cancel(visit, noon, by_patient=False, change_set=together)
    assert {change.appointment_id for change in together.changes} == {first.id, second.id}


def walk_in(patient: Patient, now: datetime) -> actions.WalkIn:
    with transaction():
        return actions.walk_in(patient, VisitKind.CONSULTATION, now, note="mole")

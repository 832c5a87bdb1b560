"""Booking, moving and undoing on PostgreSQL: the same words, and one winner whoever is faster."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from flask import Flask

from app.schedule import actions, flow
from app.schedule.day import preflight
from app.schedule.guards import SlotTaken
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from tests import builders
from tests.schedule.scenes import a_scene, another_patient, book, days, told
from tests.schedule.test_guards import a_slot, book_in_a_thread, move_in_a_thread, together
from tests.schedule.test_race import test_sixteen_desks_after_one_time_leave_one_booking_and_no_fault as test_sixteen_desks  # noqa: F401  # once more, on PostgreSQL

pytestmark = pytest.mark.postgres


def test_many_who_book_one_time_at_once_leave_one_booking(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    keys = [scene.sessions[0].id]
    for n in range(7):
        other = another_patient(f"Hasta{n}", n, scene.physician)
        keys.append(builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version).sessions[0].id)
    outcomes = together([partial(book_in_a_thread, app, key, noon) for key in keys])
    assert outcomes.count("booked") == 1
    assert all("Busy then" in words or "Choose another" in words for words in outcomes if words != "booked")
    assert db.session.query(Appointment).count() == 1


def test_two_who_move_to_one_time_at_once_leave_one_there(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    keys = [book(scene.sessions[0], days(2), "10:00", noon).id, book(course.sessions[0], days(2), "14:00", noon).id]
    assert together([partial(move_in_a_thread, app, key, noon) for key in keys]).count("moved") == 1


def test_a_slot_read_before_somebody_booked_it_is_refused_in_words(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    slot = a_slot(scene)
    other = another_patient(physician=scene.physician)
    book(builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version).sessions[0], days(2), "10:00", noon)
    with pytest.raises(SlotTaken) as refused, transaction():
        actions.book(scene.patient, VisitKind.TREATMENT, slot, [scene.sessions[0]], told(scene.patient, noon), noon)
    assert refused.value.resource in ("staff", "room", "device")


def test_a_visit_goes_its_way_and_back(app: Flask, noon: datetime) -> None:
    scene = a_scene(consented=False)
    visit = book(scene.sessions[0], days(0), "12:00", noon)
    assert [check.code for check in preflight.checks(visit, True)] == ["consent"]
    with transaction():
        flow.arrive(visit, noon)
    with transaction():
        flow.not_treated(visit, noon)
    with transaction():
        flow.step_back(visit, noon)
    assert (visit.state, bool(visit.claims)) == (VisitState.ARRIVED, True)

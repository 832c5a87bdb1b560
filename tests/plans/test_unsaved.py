"""A plan that is not stored: real times for every session, whatever somebody has decided already, and nothing written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.planning.obstacles import Code
from app.plans import creation, numbers
from app.plans.builder.unsaved import unsaved
from app.plans.creation import NewCourse, NewPlan, StartsAfter
from app.schedule.placing import whole_series
from app.schedule.placing.proposals import LATER, Proposal
from app.schedule.placing.repairs import other_times
from app.series.contents import content_of
from models.base import db, transaction
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course, PlanState, TreatmentPlan, TreatmentSession
from tests.builders import TODAY, a_nurse, a_protocol, an_evaluation, the_location


@pytest.fixture
def meso(patient: Patient, physician: StaffMember) -> ProtocolVersion:
    a_nurse()
    an_evaluation(patient, physician)
    return a_protocol("mesotherapy_scalp")


def new_plan(physician: StaffMember, *versions: ProtocolVersion, **second: object) -> NewPlan:
    courses = [NewCourse(v, content_of(v).area, TODAY, numbers.of_protocol(content_of(v), None)) for v in versions]
    if second:
        courses[1] = replace(courses[1], **second)  # type: ignore[arg-type]  # named by the test
    return NewPlan(courses, physician.id, the_location())


def shape(found: list[Proposal]) -> list[tuple[object, ...]]:
    return [(one.key, one.kind, one.window, one.slot, one.band, one.soonest) for one in found]


def test_a_plan_that_is_only_thought_of_gets_the_times_it_would_get_once_made(
    patient: Patient, physician: StaffMember, meso: ProtocolVersion, noon: datetime
) -> None:
    new = new_plan(physician, meso)
    thought = shape(whole_series.propose(unsaved(patient, new, noon), noon))
    with transaction():
        plan = creation.create(patient, new, noon)
        plan.move_to(PlanState.ACTIVE)
    assert thought == shape(whole_series.propose(plan, noon))
    assert [key for key, *_rest in thought] == [(0, str(n)) for n in range(1, 7)]


def test_nothing_of_it_is_ever_written(patient: Patient, physician: StaffMember, meso: ProtocolVersion, noon: datetime) -> None:
    with transaction():
        whole_series.propose(unsaved(patient, new_plan(physician, meso, meso), noon), noon)
        db.session.flush()
    for table in (TreatmentPlan, Course, TreatmentSession):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_the_second_course_waits_for_the_first_and_keeps_apart(
    patient: Patient, physician: StaffMember, meso: ProtocolVersion, noon: datetime
) -> None:
    after = StartsAfter(course=0, step=1, days=14)
    plan = unsaved(patient, new_plan(physician, a_protocol("prp_scalp"), meso, after=after, keep_apart_days=7), noon)
    found = {one.key: one.slot.day for one in whole_series.propose(plan, noon) if one.slot}
    first, second = ([day for (place, _), day in found.items() if place == one] for one in (0, 1))
    assert found[1, "1"] >= found[0, "1"] + timedelta(days=14)
    assert all(abs((a - b).days) >= 7 for a in first for b in second)


def test_what_was_decided_stays_and_the_others_are_placed_behind_it(
    patient: Patient, physician: StaffMember, meso: ProtocolVersion, noon: datetime
) -> None:
    plan = unsaved(patient, new_plan(physician, meso), noon)
    usual = whole_series.propose(plan, noon)
    other = other_times(usual[1])[-1].slot
    assert other is not None
    found = whole_series.propose(plan, noon, decided={(0, "2"): other, (0, "4"): LATER})
    assert found[1].slot == replace(other, claims=found[1].slot.claims if found[1].slot else ())
    assert [one.label for one in found] == ["1", "2", "3", "5", "6", "4"], "what has no time stands at the end"
    assert (found[-1].slot, found[-1].reasons) == (None, ())
    third = found[2]
    assert third.window is not None
    assert third.window.reasons[0].anchor == other.day


def test_a_decided_time_that_is_taken_is_no_slot_and_says_why(
    patient: Patient, physician: StaffMember, meso: ProtocolVersion, noon: datetime
) -> None:
    plan = unsaved(patient, new_plan(physician, meso), noon)
    slot = whole_series.propose(plan, noon)[1].slot
    assert slot is not None
    at_night = replace(slot, start_minute=22 * 60)
    lost = whole_series.propose(plan, noon, decided={(0, "2"): at_night})[-1]
    assert (lost.label, lost.slot, [one.code for one in lost.reasons]) == ("2", None, [Code.OUTSIDE_OPENING])

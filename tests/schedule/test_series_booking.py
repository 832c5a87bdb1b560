"""A whole series at once: proposed inside its windows, booked all or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise

import pytest
from flask import Flask

from app.errors import Refused
from app.planning.bands import Band
from app.planning.obstacles import Code
from app.schedule.free import resources
from app.schedule.placing import repairs, whole_series
from app.schedule.placing.proposals import LATER, Proposal
from app.schedule.placing.whole_series import SessionRefused
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.message import ChangeSet
from models.staff import Absence
from models.treatment import Course, Hold, SessionState, TreatmentPlan
from tests import builders
from tests.builders import EARLY
from tests.schedule.scenes import Scene, a_scene, another_patient, book, book_plain, consent, days, minute


def proposed(scene: Scene, now: datetime) -> list[Proposal]:
    return whole_series.propose(scene.plan, now)


def book_all(scene: Scene, found: list[Proposal], now: datetime) -> list[Appointment]:
    with transaction():
        return whole_series.book_all(scene.plan, [(one.session.id, one.slot) for one in found if one.slot], now)


def test_every_open_session_is_proposed_inside_its_window(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    found = proposed(scene, noon)
    assert [one.label for one in found] == ["1", "2", "3"]
    assert all(one.slot and one.band is Band.IDEAL for one in found)
    gaps = [(b.slot.day - a.slot.day).days for a, b in pairwise(found) if a.slot and b.slot]
    assert all(26 <= gap <= 30 for gap in gaps)


def test_what_is_proposed_can_be_booked_in_one_go_and_is_told_once(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    found = proposed(scene, noon)
    visits = book_all(scene, found, noon)
    assert [visit.local_day for visit in visits] == [one.slot.day for one in found if one.slot]
    assert {session.state for session in scene.sessions} == {SessionState.BOOKED}
    (told,) = db.session.query(ChangeSet).all()
    assert len(told.changes) == 3
    assert proposed(scene, noon) == []


def test_courses_a_plan_keeps_apart_are_proposed_and_booked_apart(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    beside = builders.a_course(scene.plan, builders.a_protocol("mesotherapy_scalp"), keep_apart_days=7, sessions=2)
    consent(beside, scene.physician)
    found = proposed(scene, noon)
    own = [one.slot.day for one in found if one.slot and one.session.course_id == scene.course.id]
    other = [one.slot.day for one in found if one.slot and one.session.course_id == beside.id]
    assert (len(own), len(other)) == (3, 2)
    assert all(abs((a - b).days) >= 7 for a in own for b in other)
    assert len(book_all(scene, found, noon)) == 5


def test_a_session_too_near_to_another_course_of_the_plan_is_refused(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    beside = builders.a_course(scene.plan, builders.a_protocol("mesotherapy_scalp"), keep_apart_days=7)
    consent(beside, scene.physician)
    book(scene.sessions[0], days(10), "10:00", noon)
    with pytest.raises(Refused, match="keeps 7 days between its courses"):
        book(beside.sessions[0], days(14), "10:00", noon)
    assert book(beside.sessions[0], days(17), "10:00", noon)


def test_sessions_behind_a_review_are_marked_and_booked_all_the_same(app: Flask, noon: datetime) -> None:
    scene = a_scene("exosome_scalp")
    found = proposed(scene, noon)
    assert [(one.label, one.after_review) for one in found][2:4] == [("3", False), ("4", True)]
    assert len(book_all(scene, found, noon)) == len(found)


def test_without_an_evaluation_the_first_begins_with_it_and_all_are_tentative(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    found = proposed(scene, noon)
    assert [(one.kind, one.tentative) for one in found] == [
        (VisitKind.EVALUATION_AND_TREATMENT, True), (VisitKind.TREATMENT, True), (VisitKind.TREATMENT, True)
    ]  # fmt: skip
    visits = book_all(scene, found, noon)
    assert [(visit.kind, visit.tentative) for visit in visits] == [(one.kind, one.tentative) for one in found]


def test_sessions_booked_before_stay_and_bind_the_others(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(20), "10:00", noon)
    found = proposed(scene, noon)
    assert [one.label for one in found] == ["2", "3"]
    assert found[0].slot is not None
    assert (found[0].slot.day - days(20)).days >= 21


def test_the_practitioners_absence_moves_a_session_inside_its_window(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    usual = proposed(scene, noon)[1].slot
    assert usual is not None
    with transaction():
        db.session.add(Absence(staff_id=scene.physician.id, first_day=usual.day, last_day=usual.day))
    moved = proposed(scene, noon)[1].slot
    assert moved is not None
    assert moved.day != usual.day


def test_a_session_without_a_place_says_why_and_the_others_can_be_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        db.session.add(Absence(staff_id=scene.physician.id, first_day=days(20), last_day=days(200)))
    found = proposed(scene, noon)
    without = [one for one in found if one.slot is None]
    assert [one.label for one in without] == ["2", "3"]
    assert len(book_all(scene, found, noon)) == 1
    assert {reason.code for reason in without[0].reasons} >= {Code.NOT_WORKING}
    assert any("Not working then: Dr. Burcu Çelen" in words for words in without[0].words)


def test_a_held_plan_is_proposed_no_dates(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        db.session.add(Hold(plan_id=scene.plan.id, from_day=days(0), made_at=EARLY))
    found = proposed(scene, noon)
    assert {(one.slot, one.reasons[0].code) for one in found} == {(None, Code.NO_WINDOW)}


def test_wishes_for_weekday_and_hour_are_kept(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        scene.plan.preferences = {"weekdays": [3], "hours": [["15:00", "17:00"]]}
    slots = [one.slot for one in proposed(scene, noon)]
    assert {slot.day.weekday() for slot in slots if slot} == {3}
    assert all(slot and minute("15:00") <= slot.start_minute < minute("17:00") for slot in slots)


def test_a_stay_in_town_leaves_the_rest_for_later(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        scene.plan.preferences = {"stay_from": days(0).isoformat(), "stay_to": days(30).isoformat()}
    found = proposed(scene, noon)
    assert [one.slot is not None for one in found] == [True, True, False]
    assert found[2].reasons[0].code is Code.OUTSIDE_STAY


def test_two_courses_on_one_area_keep_their_distance(app: Flask, noon: datetime) -> None:
    scene = a_scene("microneedling_face")
    peel = builders.a_course(scene.plan, builders.a_protocol("peel_superficial"))
    consent(peel, scene.physician)
    found = proposed(scene, noon)
    visits = book_all(scene, found, noon)
    assert len(visits) == len(scene.course.steps) + len(peel.steps)
    needled, peeled = (_days_of(visits, course) for course in (scene.course, peel))
    assert min(abs((a - b).days) for a in needled for b in peeled) >= 14


def test_one_day_of_a_plan_never_takes_two_visits(app: Flask, noon: datetime) -> None:
    scene = a_scene("prp_scalp")
    other = builders.a_course(scene.plan, builders.a_protocol("skin_booster_face"))
    consent(other, scene.physician)
    taken = [one.slot.day for one in proposed(scene, noon) if one.slot]
    assert len(taken) == len(set(taken))


def test_a_course_that_starts_after_anothers_step_waits_for_its_proposed_day(app: Flask, noon: datetime) -> None:
    scene = a_scene("prp_scalp")
    after = {"starts_after_course_id": scene.course.id, "starts_after_step": 3, "starts_after_days": 14}
    other = builders.a_course(scene.plan, builders.a_protocol("skin_booster_face"), **after)
    consent(other, scene.physician)
    slots = {(one.session.course_id, one.label): one.slot for one in proposed(scene, noon)}
    third, first = slots[scene.course.id, "3"], slots[other.id, "1"]
    assert third is not None
    assert first is not None
    assert (first.day - third.day).days >= 14


def test_an_overdue_session_is_proposed_as_soon_as_possible(app: Flask, noon: datetime) -> None:
    scene = a_scene(start=days(-60))
    builders.done(scene.sessions[0], days(-60))
    consent(scene.course, scene.physician)
    (first, *_rest) = proposed(scene, noon)
    assert first.slot is not None
    assert first.slot.day <= days(2)


def test_a_slot_taken_meanwhile_names_its_session_and_nothing_is_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    found = proposed(scene, noon)
    second = found[1].slot
    assert second is not None
    start = f"{second.start_minute // 60:02d}:{second.start_minute % 60:02d}"
    book_plain(another_patient(), VisitKind.CONSULTATION, second.day, start, noon)
    block_everybody(scene, second.day)
    with pytest.raises(SessionRefused) as refused:
        book_all(scene, found, noon)
    assert refused.value.session_id == found[1].session.id
    assert db.session.query(Appointment).filter_by(patient_id=scene.patient.id).count() == 0
    assert {session.state for session in scene.sessions} == {SessionState.PROPOSED}


def test_the_first_of_a_series_can_be_booked_alone(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        visits = book_first(scene.plan, 1, noon)
    assert [visit.sessions[0].label for visit in visits] == ["1"]
    assert scene.course.needs_booking is False


def test_sessions_chosen_for_one_time_are_booked_as_one_visit_and_told_in_one_line(app: Flask, noon: datetime) -> None:
    scene = a_scene("filler_ha")
    other = builders.a_course(scene.plan, builders.a_protocol("botulinum_upper_face"), sessions=1)
    consent(other, scene.physician)
    slot = resources.wanted(days(2), minute("10:00"), scene.physician.id)
    with transaction():
        (visit,) = whole_series.book_all(scene.plan, [(one.id, slot) for one in (scene.sessions[0], other.sessions[0])], noon)
    assert [link.session.course_id for link in visit.sessions] == [scene.course.id, other.id]
    assert len(db.session.query(ChangeSet).one().changes) == 1


def test_a_pair_meant_for_one_day_is_proposed_and_booked_as_one_visit(app: Flask, noon: datetime) -> None:
    scene = a_scene("filler_ha")
    other = builders.a_course(scene.plan, builders.a_protocol("botulinum_upper_face"), sessions=1)
    consent(other, scene.physician)
    one, two = proposed(scene, noon)
    assert one.slot == two.slot
    assert (one.joined_with, two.joined_with) == ((two.key,), (one.key,))
    with transaction():
        (visit,) = whole_series.book_all(scene.plan, [(each.session.id, each.slot) for each in (one, two) if each.slot], noon)
    assert {link.session.course_id for link in visit.sessions} == {scene.course.id, other.id}


def test_a_pair_that_the_plan_keeps_apart_or_somebody_took_apart_is_proposed_as_two_visits(app: Flask, noon: datetime) -> None:
    scene = a_scene("filler_ha")
    other = builders.a_course(scene.plan, builders.a_protocol("botulinum_upper_face"), sessions=1)
    consent(other, scene.physician)
    slot = resources.wanted(days(10), minute("10:00"), scene.physician.id)
    apart = whole_series.propose(scene.plan, noon, decided={(0, "1"): slot, (1, "1"): replace(slot, day=days(20))})
    assert [one.slot.day for one in apart if one.slot] == [days(10), days(20)]
    (left,) = [one for one in whole_series.propose(scene.plan, noon, decided={(0, "1"): LATER}) if one.slot]
    assert (left.key, left.joined_with) == ((1, "1"), ())
    with transaction():
        other.keep_apart_days = 3
    assert not any(one.joined_with for one in proposed(scene, noon))
    with pytest.raises(SessionRefused, match="keeps 3 days between its courses"), transaction():
        whole_series.book_all(scene.plan, [(one.id, slot) for one in (scene.sessions[0], other.sessions[0])], noon)


def test_sessions_that_may_not_share_a_visit_are_refused_and_nothing_is_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene("peel_superficial")
    other = builders.a_course(scene.plan, builders.a_protocol("microneedling_face"))
    consent(other, scene.physician)
    slot = resources.wanted(days(2), minute("10:00"), scene.physician.id)
    for together in ((scene.sessions[0], scene.sessions[1]), (scene.sessions[0], other.sessions[0])):
        with pytest.raises(SessionRefused), transaction():
            whole_series.book_all(scene.plan, [(one.id, slot) for one in together], noon)
    assert db.session.query(Appointment).count() == 0


def test_nothing_chosen_is_nothing_to_book(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with pytest.raises(Refused, match="at least one session"), transaction():
        whole_series.book_all(scene.plan, [], noon)


def test_a_session_of_another_plan_is_refused(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    with pytest.raises(SessionRefused, match="not part of the plan"), transaction():
        whole_series.book_all(scene.plan, [(course.sessions[0].id, resources.wanted(days(2), 600))], noon)


def test_any_other_time_offered_for_a_session_can_be_booked_with_the_proposed_ones(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    first, second, third = proposed(scene, noon)
    assert first.slot
    assert third.slot
    others = [other.slot for other in repairs.other_times(second) if other.slot]
    assert len(others) == repairs.OTHERS
    assert all(23 <= (slot.day - first.slot.day).days <= 35 for slot in others)
    with transaction():
        chosen = [(first.session.id, first.slot), (second.session.id, others[-1]), (third.session.id, third.slot)]
        assert len(whole_series.book_all(scene.plan, chosen, noon)) == 3


def test_a_session_that_is_overdue_is_said_to_be_and_not_called_ideal(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    builders.done(scene.sessions[0], days(-60))
    assert [one.band for one in proposed(scene, noon)] == [Band.OVERDUE, Band.IDEAL]


def test_a_series_is_placed_around_what_others_have_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    for n in range(3):
        other = another_patient(f"Hasta{n}", n, scene.physician)
        plan = builders.a_plan(other, scene.physician)
        course = builders.a_course(plan, scene.course.protocol_version)
        with transaction():
            book_first(course.plan, 3, noon)
    assert len(book_all(scene, proposed(scene, noon), noon)) == 3


def book_first(plan: TreatmentPlan, k: int, now: datetime) -> list[Appointment]:
    """The first k sessions as proposed."""
    slots = [(one.session.id, one.slot) for one in whole_series.propose(plan, now) if one.slot]
    return whole_series.book_all(plan, slots[:k], now)


def block_everybody(scene: Scene, day: date) -> None:
    """Nobody is left to do it on that day."""
    with transaction():
        db.session.add(Absence(staff_id=scene.physician.id, first_day=day, last_day=day, from_time=time(9), to_time=time(19)))


def _days_of(visits: list[Appointment], course: Course) -> list[date]:
    return [visit.local_day for visit in visits if visit.sessions[0].session.course_id == course.id]

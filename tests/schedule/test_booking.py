"""Booking one visit: what is written, and what is refused in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.errors import Refused
from app.schedule import actions, flow
from app.schedule.free import resources
from app.schedule.limits import Override
from models.appointment import Appointment, Outcome, VisitKind, VisitState
from models.base import db, transaction
from models.event import Event
from models.message import Message, VisitChange
from models.treatment import Hold, PlanState, SessionState
from tests import builders
from tests.builders import EARLY
from tests.schedule.scenes import a_scene, another_patient, at, book, book_plain, claims_of, consent, days, minute, move, told


def test_a_booked_session_stands_at_its_wall_clock_time(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    assert (visit.local_day, f"{visit.local_time:%H:%M}", visit.zone) == (days(2), "13:50", "Europe/Istanbul")
    assert visit.starts_at == at(days(2), "13:50")
    assert (visit.minutes, visit.hands_on_after, visit.hands_on_minutes) == (80, 40, 30)
    assert visit.hands_on_at == at(days(2), "14:30")
    assert visit.ends_at == at(days(2), "15:10")
    assert visit.performer_id == scene.physician.id


def test_booking_moves_the_session_and_writes_its_history(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    assert visit.state is VisitState.BOOKED
    assert scene.sessions[0].state is SessionState.BOOKED
    assert [(link.session_id, link.outcome, link.label, link.of) for link in visit.sessions] == [
        (scene.sessions[0].id, Outcome.PLANNED, "1", len(scene.course.steps))
    ]
    assert [row.state for row in visit.statuses] == [VisitState.BOOKED]
    assert db.session.query(Event).filter_by(action="booked", object_id=visit.id).count() == 1
    change = db.session.query(VisitChange).filter_by(appointment_id=visit.id).one()
    assert (change.old_start, change.new_start) == (None, visit.starts_at)


def test_booking_plans_the_mails_of_the_visit(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(9), "13:50", noon)
    kinds = {message.kind for message in db.session.query(Message).filter_by(patient_id=scene.patient.id)}
    assert "booked" in kinds
    assert any(kind.startswith("reminder") for kind in kinds)


def test_each_phase_claims_its_own_people_and_things(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(2), "13:50", noon)
    claims = claims_of(visit)
    assert ("visit", "patient", "13:50", "15:00") in claims
    assert ("preparation", "staff", "13:50", "14:00") in claims
    assert ("procedure", "room", "14:30", "15:00") in claims
    assert ("numbing", "device", "14:00", "14:10") in claims
    staff = {(c.phase, c.staff_id) for c in visit.claims if c.staff_id}
    assert staff >= {("preparation", scene.nurse.id), ("procedure", scene.physician.id)}


def test_one_physician_treats_two_patients_overlapped_during_the_cream(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    first = book(scene.sessions[0], days(2), "13:50", noon, performer=scene.physician)
    second = book(course.sessions[0], days(2), "14:20", noon, performer=scene.physician)
    assert second.starts_at < first.ends_at
    assert {first.performer_id, second.performer_id} == {scene.physician.id}


def test_the_physicians_hands_are_never_in_two_places(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    book(scene.sessions[0], days(2), "13:50", noon)
    with pytest.raises(Refused, match=r"Busy then: Dr\. Burcu Çelen"):
        book(course.sessions[0], days(2), "14:00", noon)
    assert course.sessions[0].state is SessionState.PROPOSED


def test_the_patient_is_never_in_two_visits(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "13:50", noon)
    with pytest.raises(Refused, match="The patient has another visit"):
        book_plain(scene.patient, VisitKind.CONSULTATION, days(2), "14:00", noon)


def test_outside_the_opening_hours_nothing_is_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with pytest.raises(Refused, match="opening hours"):
        book(scene.sessions[0], days(2), "18:30", noon)
    with pytest.raises(Refused, match="closed"):
        book(scene.sessions[0], days(5), "10:00", noon)


def test_a_session_booked_before_is_not_booked_twice(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "10:00", noon)
    with pytest.raises(Refused, match="booked or done already"):
        book(scene.sessions[0], days(3), "10:00", noon)


def test_below_the_minimum_is_refused_with_the_earliest_day(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "10:00", noon)
    with pytest.raises(Refused, match=r"Session 2 on Mon 21 Dec 2026 would be too early. Earliest: Thu 24 Dec 2026"):
        book(scene.sessions[1], days(20), "10:00", noon)
    assert scene.sessions[1].state is SessionState.PROPOSED


def test_a_physician_allows_an_early_day_with_a_reason(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "10:00", noon)
    visit = book(scene.sessions[1], days(20), "10:00", noon, override=Override(scene.physician.id, "travels"))
    assert (scene.sessions[1].override_by_id, scene.sessions[1].override_why) == (scene.physician.id, "travels")
    assert visit.state is VisitState.BOOKED
    assert scene.plan.changes[-1].why == "travels"


def test_nobody_but_a_physician_allows_it_and_never_without_a_reason(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "10:00", noon)
    with pytest.raises(Refused, match="Only a physician"):
        book(scene.sessions[1], days(20), "10:00", noon, override=Override(scene.nurse.id, "travels"))
    with pytest.raises(Refused, match="Write down why"):
        book(scene.sessions[1], days(20), "10:00", noon, override=Override(scene.physician.id, " "))


def test_a_booking_that_makes_a_later_one_too_early_is_refused(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    first = book(scene.sessions[0], days(2), "10:00", noon)
    book(scene.sessions[1], days(30), "10:00", noon)
    with pytest.raises(Refused, match=r"Session 2 on .* would be too early"):
        move(first, days(15), "10:00", noon)
    assert first.local_day == days(2)


def test_a_hold_on_that_day_is_the_physicians_to_decide(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        db.session.add(Hold(plan_id=scene.plan.id, from_day=days(0), until_day=days(10), reason="cold", made_at=EARLY))
    with pytest.raises(Refused, match="on hold on that day"):
        book(scene.sessions[0], days(5 + 2), "10:00", noon)
    assert book(scene.sessions[0], days(14), "10:00", noon).local_day == days(14)


def test_sessions_of_a_plan_that_ended_are_not_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        scene.plan.state = PlanState.CLOSED
    with pytest.raises(Refused, match="ended"):
        book(scene.sessions[0], days(2), "10:00", noon)


def test_a_draft_whose_patient_is_evaluated_only_waits_for_its_start(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        scene.plan.state = PlanState.DRAFT
    with pytest.raises(Refused, match="draft"):
        book(scene.sessions[0], days(2), "10:00", noon)


def test_without_an_evaluation_the_visit_begins_with_it_and_is_tentative(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    with transaction():
        scene.plan.state = PlanState.DRAFT
    visit = book(scene.sessions[0], days(2), "10:00", noon)
    assert (visit.kind, visit.tentative, visit.minutes) == (VisitKind.EVALUATION_AND_TREATMENT, True, 90)
    assert ("evaluation", "room", "10:00", "10:10") in claims_of(visit)


def test_a_missed_session_is_not_booked_again_too_near_to_the_one_that_stands_behind_it(app: Flask, noon: datetime) -> None:
    """The later visit was too early already while the missed one had no day: that is no leave to book it so."""
    scene = a_scene()
    first, *_later = [book(session, day, "10:00", noon) for session, day in zip(scene.sessions[:2], (days(2), days(30)), strict=True)]
    with transaction():
        flow.no_show(first, later := noon + timedelta(days=20))
    with pytest.raises(Refused, match=r"Session 2 on .* would be too early"):
        book(scene.sessions[0], days(22), "10:00", later)
    override = Override(scene.physician.id, "She flies on the 2nd.")
    book(scene.sessions[0], days(22), "10:00", later, override=override)
    assert scene.sessions[1].override_why == override.why


def test_later_sessions_of_a_draft_are_reserved_behind_the_first(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    book(scene.sessions[0], days(2), "10:00", noon)
    second = book(scene.sessions[1], days(30), "10:00", noon)
    assert (second.kind, second.tentative) == (VisitKind.TREATMENT, True)


def test_a_first_session_after_a_booked_consultation_is_reserved_behind_it(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    book_plain(scene.patient, VisitKind.CONSULTATION, days(1), "10:00", noon)
    visit = book(scene.sessions[0], days(2), "10:00", noon)
    assert (visit.kind, visit.tentative) == (VisitKind.TREATMENT, True)


def test_where_the_evaluation_does_not_fit_the_words_say_why(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    with pytest.raises(Refused, match="opening hours"):
        book(scene.sessions[0], days(2), "17:35", noon)


def test_microneedling_and_exosome_join_in_one_visit_in_their_order(app: Flask, noon: datetime) -> None:
    scene = a_scene("microneedling_face")
    exosome = builders.a_course(scene.plan, builders.a_protocol("exosome_face_injected"), area="face")
    content = {**exosome.protocol_version.content, "acts": ["exosome_topical"]}
    with transaction():
        exosome.protocol_version.content = content
    visit = book([exosome.sessions[0], scene.sessions[0]], days(2), "10:00", noon)
    assert [link.session_id for link in visit.sessions] == [scene.sessions[0].id, exosome.sessions[0].id]
    assert visit.hands_on_minutes == 60
    assert {session.state for session in (scene.sessions[0], exosome.sessions[0])} == {SessionState.BOOKED}


def test_treatments_that_must_lie_apart_are_refused_from_both_sides(app: Flask, noon: datetime) -> None:
    scene = a_scene("microneedling_face")
    peel = builders.a_course(scene.plan, builders.a_protocol("peel_superficial"))
    book(peel.sessions[0], days(10), "10:00", noon)
    with pytest.raises(Refused, match=r"Superficial peel, then Microneedling on this area: 14 days apart"):
        book(scene.sessions[0], days(20), "10:00", noon)
    with pytest.raises(Refused, match="Microneedling, then Superficial peel"):
        book(scene.sessions[0], days(3), "10:00", noon)
    assert book(scene.sessions[0], days(24), "10:00", noon).id


def test_a_physician_may_allow_treatments_nearer_but_never_a_forbidden_pair(app: Flask, noon: datetime) -> None:
    scene = a_scene("microneedling_face")
    allowed = Override(scene.physician.id, "light peel only")
    peel = builders.a_course(scene.plan, builders.a_protocol("peel_superficial", acts=["peel_medium"]))
    book(peel.sessions[0], days(10), "10:00", noon)
    with pytest.raises(Refused, match="may never be done on one day"):
        book(scene.sessions[0], days(10), "15:00", noon, override=allowed)
    assert book(scene.sessions[0], days(29), "15:00", noon, override=allowed).id


def test_a_touch_up_borrows_its_people_and_room_from_the_course(app: Flask, noon: datetime) -> None:
    scene = a_scene("botulinum_upper_face")
    visit = book_plain(scene.patient, VisitKind.TOUCH_UP, days(2), "10:00", noon, course=scene.course)
    assert (visit.course_id, visit.plan_id, visit.minutes, visit.performer_id) == (scene.course.id, scene.plan.id, 15, scene.physician.id)


def test_a_kind_without_sessions_carries_none_and_a_treatment_needs_one(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with pytest.raises(Refused, match="has no sessions"):
        book(scene.sessions[0], days(2), "10:00", noon, kind=VisitKind.REVIEW)
    with pytest.raises(Refused, match="at least one session"):
        book_plain(scene.patient, VisitKind.TREATMENT, days(2), "10:00", noon)


def test_somebody_who_died_is_not_booked(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    with transaction():
        scene.patient.deceased_on = days(-1)
    with pytest.raises(Refused, match="cannot be booked"):
        book(scene.sessions[0], days(2), "10:00", noon)


def test_a_maintenance_session_without_a_valid_evaluation_begins_with_one(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    builders.an_evaluation(scene.patient, scene.physician, days(-400))
    for n, session in enumerate(scene.sessions):
        builders.done(session, days(-300 + 28 * n))
    consent(scene.course, scene.physician)
    visit = book(scene.sessions[-1], days(2), "10:00", noon)
    assert visit.sessions[0].label == "M1"
    assert visit.kind is VisitKind.EVALUATION_AND_TREATMENT


def test_a_course_that_runs_inside_its_windows_needs_no_new_evaluation(app: Flask, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    builders.an_evaluation(scene.patient, scene.physician, days(-200))
    builders.done(scene.sessions[0], days(-30))
    consent(scene.course, scene.physician)
    visit = book(scene.sessions[1], days(2), "10:00", noon)
    assert (visit.kind, visit.tentative) == (VisitKind.TREATMENT, False)


def test_free_times_of_a_day_can_be_booked_as_they_are(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    slots = resources.free(VisitKind.TREATMENT, [scene.course], scene.patient, days(2), now=noon)
    assert slots[0].start_minute == minute("09:00")
    with transaction():
        visit = actions.book(scene.patient, VisitKind.TREATMENT, slots[3], [scene.sessions[0]], told(scene.patient, noon), noon)
    assert visit.starts_at == at(days(2), "09:15")
    assert db.session.get_one(Appointment, visit.id).ends_at - visit.starts_at == timedelta(minutes=80)


def test_past_times_of_today_are_not_offered(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    slots = resources.free(VisitKind.TREATMENT, [scene.course], scene.patient, days(0), now=noon)
    assert slots[0].start_minute == minute("12:00")

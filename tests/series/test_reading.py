"""What people see of a course: standing, lines, windows, and what one course asks of another."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.planning.answer import Because, Status, VerdictKind
from app.planning.bands import Band
from app.planning.findings import Why
from app.series import health, rows
from app.series.reading import Reading, Standing, read
from app.series.words import reason_words
from models.base import db, transaction
from models.patient import Patient
from models.staff import StaffMember
from models.treatment import Course, Hold, PlanState, Review, ReviewResult, TreatmentPlan
from tests.builders import TODAY, a_clinic, a_course, a_patient, a_physician, a_plan, a_protocol, a_visit, done


@pytest.fixture
def physician(app: Flask, noon: datetime) -> StaffMember:
    a_clinic()
    return a_physician()


@pytest.fixture
def patient(physician: StaffMember) -> Patient:
    return a_patient()


@pytest.fixture
def plan(patient: Patient, physician: StaffMember) -> TreatmentPlan:
    return a_plan(patient, physician)


@pytest.fixture
def prp(plan: TreatmentPlan) -> Course:
    return a_course(plan, a_protocol("prp_scalp"))


def aligned(course: Course, day: date = TODAY) -> Reading:
    with transaction():
        rows.align_patient(course.plan.patient_id, day)
    return read(course, day)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+03:00")


def test_a_course_not_begun_is_wished_from_its_start_and_late_a_month_later(prp: Course) -> None:
    reading = aligned(prp)
    assert reading.standing is Standing.NOT_STARTED
    assert reading.next is not None
    assert (reading.next.recommended, reading.next.latest) == (TODAY, TODAY + timedelta(days=30))


def test_the_next_window_counts_from_what_was_really_done(prp: Course) -> None:
    done(prp.sessions[0], date(2026, 11, 20))
    reading = aligned(prp)
    assert reading.next is not None
    assert (reading.next.earliest, reading.next.recommended, reading.next.latest) == (
        date(2026, 12, 11), date(2026, 12, 20), date(2027, 1, 4)
    )  # fmt: skip
    assert reading.standing is Standing.DUE_LATER


def test_a_booking_never_moves_the_next_window_and_later_ones_count_from_it(prp: Course, patient: Patient) -> None:
    done(prp.sessions[0], date(2026, 11, 20))
    before = aligned(prp)
    a_visit(patient, moment("2026-12-28T10:00"), prp.sessions[1])
    after = aligned(prp)
    assert before.next is not None
    assert after.next is not None
    assert (after.next.earliest, after.next.recommended, after.next.latest) == (
        before.next.earliest, before.next.recommended, before.next.latest
    )  # fmt: skip
    assert after.lines[1].band is Band.LATE
    assert after.lines[1].gap_days == 38
    assert after.lines[2].due is not None
    assert after.lines[2].due.recommended == date(2026, 12, 28) + timedelta(days=30)


def test_a_booked_next_session_needs_no_booking(prp: Course, patient: Patient) -> None:
    a_visit(patient, moment("2026-12-03T10:00"), prp.sessions[0])
    aligned(prp)
    assert not prp.needs_booking


def test_past_its_window_a_course_is_overdue_and_then_lapsed(prp: Course) -> None:
    done(prp.sessions[0], date(2026, 9, 1))
    latest = date(2026, 9, 1) + timedelta(days=45)
    assert aligned(prp, latest + timedelta(days=1)).standing is Standing.OVERDUE
    assert aligned(prp, latest + timedelta(days=30)).standing is Standing.LAPSED


def test_a_hold_with_an_end_moves_the_window_behind_it(prp: Course) -> None:
    done(prp.sessions[0], date(2026, 11, 20))
    with transaction():
        db.session.add(Hold(plan=prp.plan, from_day=TODAY, until_day=date(2026, 12, 25), made_at=prp.plan.made_at))
    reading = aligned(prp)
    assert reading.standing is Standing.ON_HOLD
    assert reading.next is not None
    assert reading.next.earliest == date(2026, 12, 26)


def test_an_open_hold_leaves_no_dates_and_a_released_one_only_its_past(prp: Course) -> None:
    done(prp.sessions[0], date(2026, 11, 20))
    with transaction():
        held = Hold(plan=prp.plan, from_day=date(2026, 11, 25), made_at=prp.plan.made_at, rule="pregnant")
        db.session.add(held)
    reading = aligned(prp)
    assert reading.next is not None
    assert (reading.next.status, reading.next.recommended) == (Status.ON_HOLD, None)
    assert [(line.label, line.day) for line in reading.lines] == [("1", date(2026, 11, 20)), ("2", None), ("3", None)]
    with transaction():
        held.released_on, held.released_at = TODAY, prp.plan.made_at
    released = aligned(prp).next
    assert released is not None
    assert (released.earliest, released.recommended) == (date(2026, 12, 11), date(2026, 12, 20))


def test_a_hold_of_another_course_of_the_plan_does_not_touch_this_one(prp: Course, plan: TreatmentPlan) -> None:
    other = a_course(plan, a_protocol("mesotherapy_face"))
    with transaction():
        db.session.add(Hold(plan=plan, course_id=other.id, from_day=TODAY, made_at=plan.made_at))
    assert aligned(prp).standing is Standing.NOT_STARTED
    assert aligned(other).standing is Standing.ON_HOLD


def test_a_review_point_reached_waits_for_the_physician(plan: TreatmentPlan) -> None:
    exosome = a_course(plan, a_protocol("exosome_scalp"))
    for session, day in zip(exosome.sessions, (date(2026, 9, 20), date(2026, 10, 4), date(2026, 11, 20)), strict=False):
        done(session, day)
    reading = aligned(exosome)
    assert (reading.review_due, reading.standing) == (3, Standing.AWAITING_REVIEW)
    assert [line.after_review for line in reading.lines] == [False, False, False, True, True]
    with transaction():
        db.session.add(Review(course=exosome, after_step=3, done_on=TODAY, result=ReviewResult.CONTINUE))
    reviewed = aligned(exosome)
    assert (reviewed.review_due, reviewed.standing) == (None, Standing.DUE_LATER)


def test_a_booking_that_lies_before_the_session_before_it_has_no_gap(prp: Course, patient: Patient) -> None:
    done(prp.sessions[0], date(2026, 11, 20))
    a_visit(patient, moment("2026-12-18T10:00"), prp.sessions[2])
    (_first, second, third) = aligned(prp).lines
    assert second.day == date(2026, 12, 20)
    assert (third.day, third.gap_days) == (date(2026, 12, 18), None)


def test_a_performed_session_shows_its_verdict_gap_and_band(prp: Course) -> None:
    done(prp.sessions[0], date(2026, 10, 1))
    done(prp.sessions[1], date(2026, 11, 3))
    first, second, *_rest = aligned(prp).lines
    assert first.verdict is not None
    assert second.verdict is not None
    assert (first.gap_days, first.band, first.verdict.kind) == (None, None, VerdictKind.COUNTED)
    assert (second.gap_days, second.band, second.verdict.kind) == (33, Band.LATE, VerdictKind.COUNTED)


def test_what_was_done_elsewhere_counts_once_the_physician_accepts_it(prp: Course, physician: StaffMember) -> None:
    done(prp.sessions[0], date(2026, 11, 1), elsewhere={"place": "Bursa"})
    assert aligned(prp).satisfied == 0
    with transaction():
        prp.sessions[0].accepted_by_id = physician.id
    assert aligned(prp).satisfied == 1


def test_closed_early_maintenance_begins_from_the_last_session(prp: Course) -> None:
    done(prp.sessions[0], date(2026, 11, 1))
    with transaction():
        prp.completed_early_on = TODAY
    reading = aligned(prp)
    assert (reading.standing, reading.of) == (Standing.IN_MAINTENANCE, 1)
    assert prp.due_step == "M1"


def test_a_course_ended_by_the_physician_is_closed(prp: Course) -> None:
    with transaction():
        prp.ended_on = TODAY
    assert aligned(prp).standing is Standing.CLOSED
    assert not prp.live


def a_course_after(first: Course, **changes: Any) -> Course:
    values: dict[str, Any] = {"starts_after_course_id": first.id, "starts_after_step": 1, "starts_after_days": 14} | changes
    return a_course(first.plan, a_protocol("mesotherapy_scalp"), **values)


def test_a_course_that_starts_after_another_ones_step_waits_for_it(prp: Course) -> None:
    meso = a_course_after(prp)
    expected = aligned(meso).next
    assert expected is not None
    assert expected.earliest == TODAY + timedelta(days=14)
    done(prp.sessions[0], date(2026, 11, 25))
    after = aligned(meso).next
    assert after is not None
    assert after.earliest == date(2026, 12, 9)


def test_below_the_usual_lowest_age_treatment_waits_for_the_physician(prp: Course) -> None:
    """18 years, where the protocol names no other."""
    with transaction():
        prp.plan.patient.birth_date = date(2010, 6, 10)
    assert [answer.why for answer in health.obstacles(prp.plan.patient, prp, TODAY)] == [Why.TOO_YOUNG]


def test_a_course_that_waits_for_a_booked_step_counts_from_its_visit(prp: Course, patient: Patient) -> None:
    a_visit(patient, datetime.fromisoformat("2026-12-20T10:00+03:00"), prp.sessions[0])
    meso = a_course_after(prp)
    due = aligned(meso).next
    assert due is not None
    assert due.earliest == date(2027, 1, 3)
    assert "14 days after a session of the plan's other course on Sun 20 Dec" in " ".join(reason_words(due.reasons, clinical=True))


def test_what_another_course_asks_moves_dates_and_never_verdicts(prp: Course) -> None:
    """The other course was not begun: its day moves on with the calendar, and must not unmake what was done."""
    meso = a_course_after(prp)
    done(meso.sessions[0], date(2026, 11, 20))
    assert aligned(meso).satisfied == 1


def test_courses_kept_apart_leave_days_between_their_sessions(prp: Course) -> None:
    meso = a_course_after(prp, keep_apart_days=7, starts_after_days=0)
    done(prp.sessions[0], date(2026, 11, 28))
    reading = aligned(meso)
    assert reading.next is not None
    assert reading.next.earliest is not None
    assert reading.next.earliest >= date(2026, 12, 5)
    assert any(reason.because is Because.CONFLICT for reason in reading.next.reasons)


def test_another_plans_act_on_the_same_area_moves_the_window(patient: Patient, physician: StaffMember, plan: TreatmentPlan) -> None:
    peel = a_course(plan, a_protocol("peel_superficial"))
    done(peel.sessions[0], date(2026, 11, 30))
    protocol = a_protocol("microneedling_face")
    needling = a_course(a_plan(patient, physician), protocol)
    alone = a_course(a_plan(a_patient("Can", "Er"), physician), protocol)
    beside, without = aligned(needling).next, aligned(alone).next
    assert beside is not None
    assert without is not None
    assert without.earliest == TODAY
    assert beside.earliest is not None
    assert beside.earliest > TODAY


@pytest.mark.parametrize(("after", "band"), [(17, Band.EARLY), (8, Band.EARLY), (11, Band.TOO_EARLY)])
def test_only_what_is_booked_before_a_booked_session_says_how_early_that_one_is(
    patient: Patient, physician: StaffMember, prp: Course, after: int, band: Band
) -> None:
    """Four days lie between the two treatments; the session is booked 22 days after the first, and ideal 30 days after it."""
    done(prp.sessions[0], TODAY - timedelta(days=10))
    meso = a_course(a_plan(patient, physician), a_protocol("mesotherapy_scalp"))
    a_visit(patient, moment(f"{TODAY + timedelta(days=12)}T10:00"), prp.sessions[1])
    a_visit(patient, moment(f"{TODAY + timedelta(days=after)}T10:00"), meso.sessions[0])
    assert aligned(prp).lines[1].band is band


def test_a_plan_in_draft_is_not_live(patient: Patient, physician: StaffMember) -> None:
    course = a_course(a_plan(patient, physician, PlanState.DRAFT), a_protocol("prp_scalp"))
    aligned(course)
    assert not course.live
    assert not course.needs_booking

"""The rows of a course follow its forecast, and the cache says what the forecast says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.series import rows
from app.series.facts import open_sessions
from app.series.reading import label, read
from models.appointment import Outcome
from models.base import db, rehearsal, transaction
from models.treatment import Course, CourseStep, Hold, PlanState, SessionKind, SessionState, TreatmentSession
from tests.builders import TODAY, a_clinic, a_course, a_patient, a_physician, a_plan, a_protocol, a_visit, done


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    """Three PRP sessions of a patient, none done yet, with maintenance afterwards."""
    a_clinic()
    made = a_course(a_plan(a_patient(), a_physician()), a_protocol())
    align(made)
    return made


def align(course: Course, day: date = TODAY) -> None:
    with transaction():
        rows.align_sessions(course, day)


def states(course: Course) -> list[str]:
    return [session.state.value for session in course.sessions]


def test_a_new_course_has_one_open_row_a_step(course: Course) -> None:
    assert states(course) == ["proposed"] * 3


def test_a_session_too_early_adds_a_row_and_counts_for_nothing(course: Course) -> None:
    done(course.sessions[0], date(2026, 11, 1))
    done(course.sessions[1], date(2026, 11, 10))
    align(course)
    reading = read(course, TODAY)
    assert states(course) == ["done", "done", "proposed", "proposed"]
    assert reading.satisfied == 1
    assert [line.label for line in reading.lines] == ["1", "", "2", "3"]


def test_after_a_missed_session_its_row_stays_to_be_booked_again(course: Course) -> None:
    with transaction():
        course.sessions[0].state = SessionState.MISSED
    align(course)
    assert states(course) == ["missed", "proposed", "proposed"]
    assert course.needs_booking


def test_a_longer_course_gets_more_rows_and_a_shorter_one_loses_only_unbooked_ones(course: Course) -> None:
    with transaction():
        course.steps.append(CourseStep(n=4, gaps=[{"from": "previous", "min": "21d"}], bounds={}))
    align(course)
    assert len(open_sessions(course)) == 4
    a_visit(course.plan.patient, datetime.fromisoformat("2026-12-10T10:00+03:00"), course.sessions[3])
    with transaction():
        course.steps[:] = course.steps[:1]
    align(course)
    assert states(course) == ["proposed", "booked"]


def test_maintenance_begins_after_the_last_session_with_one_row_ahead(course: Course) -> None:
    for session, day in zip(course.sessions, (date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 31)), strict=True):
        done(session, day)
    align(course)
    last = course.sessions[-1]
    assert (last.kind, last.state) == (SessionKind.MAINTENANCE, SessionState.PROPOSED)
    assert (course.due_step, course.due_earliest, course.due_on) == ("M1", date(2027, 2, 28), date(2027, 3, 30))


def test_after_a_maintenance_session_the_next_one_counts_from_it(course: Course) -> None:
    for session, day in zip(course.sessions, (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)), strict=True):
        done(session, day)
    align(course)
    done(course.sessions[-1], date(2026, 10, 1))
    align(course)
    assert (course.due_step, course.due_on) == ("M2", date(2026, 10, 1) + timedelta(days=180))


def test_without_maintenance_a_complete_course_has_nothing_more_to_book(course: Course) -> None:
    with transaction():
        course.maintenance = None
    for session, day in zip(course.sessions, (date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 31)), strict=True):
        done(session, day)
    align(course)
    assert open_sessions(course) == []
    assert not course.live


def test_on_hold_without_an_end_the_rows_stay_and_nothing_waits_to_be_booked(course: Course) -> None:
    with transaction():
        db.session.add(Hold(plan=course.plan, from_day=TODAY, made_at=course.plan.made_at, reason="away"))
        course.plan.state = PlanState.ON_HOLD
    align(course)
    assert states(course) == ["proposed"] * 3
    assert (course.due_on, course.needs_booking) == (None, False)


def test_a_row_with_a_past_is_skipped_not_deleted(course: Course) -> None:
    visit = a_visit(course.plan.patient, datetime.fromisoformat("2026-12-10T10:00+03:00"), course.sessions[2])
    with transaction():
        visit.sessions[0].outcome = Outcome.MISSED
        course.sessions[2].state = SessionState.MISSED
        course.steps[:] = course.steps[:1]
    align(course)
    assert states(course) == ["proposed", "skipped"]


def test_a_deceased_patients_course_is_not_live(course: Course) -> None:
    with transaction():
        course.plan.patient.deceased_on = TODAY
    align(course)
    assert not course.live
    assert not course.needs_booking


days_done = st.lists(st.integers(min_value=1, max_value=200), max_size=6, unique=True)


@given(ago=days_done, held=st.none() | st.tuples(st.integers(-40, 40), st.integers(0, 60)), closed=st.booleans(), kept=st.booleans())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_cache_is_what_the_forecast_says_whatever_happened(
    course: Course, ago: list[int], held: tuple[int, int] | None, closed: bool, kept: bool
) -> None:
    with rehearsal():
        if kept:
            with transaction():
                course.sessions.append(TreatmentSession(n=len(course.steps) + 1, kind=SessionKind.MAINTENANCE))
        for days in sorted(ago, reverse=True):
            done(open_sessions(course)[0], TODAY - timedelta(days=days))
            align(course)
        with transaction():
            if held:
                start = TODAY + timedelta(days=held[0])
                until = start + timedelta(days=held[1])
                db.session.add(Hold(plan=course.plan, from_day=start, until_day=until, made_at=course.plan.made_at, reason="away"))
            course.ended_on = TODAY if closed else None
        align(course)
        reading, due = read(course, TODAY), read(course, TODAY).next
        assert (course.due_step, course.due_earliest, course.due_on, course.due_latest) == (
            (label(due), due.earliest, due.recommended, due.latest) if due else (None, None, None, None)
        )  # fmt: skip
        assert course.live == (not closed and due is not None)
        assert len(open_sessions(course)) == (0 if closed else len([line for line in reading.lines if line.due]))
        before = states(course)
        align(course)
        assert states(course) == before


def test_maintenance_that_was_declined_stands_on_no_worklist_until_the_patient_comes_for_it(course: Course) -> None:
    for session, day in zip(course.sessions, (date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 31)), strict=True):
        done(session, day)
    with transaction():
        course.recall_ended_on = date(2026, 10, 1)
    align(course)
    assert (course.due_step, course.needs_booking) == ("M1", False)
    done(course.sessions[-1], date(2026, 11, 20))
    align(course)
    assert (course.due_step, course.needs_booking) == ("M2", True)

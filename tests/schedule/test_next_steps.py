"""One primary button a row: the next legal step, or what stands in its way for whoever may mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.permissions import MATRIX, Permission
from app.schedule.day.check import Check
from app.schedule.day.next_steps import Asker, Situation, Step, steps
from models.appointment import VisitState
from models.staff import Role

TODAY = Situation(VisitState.BOOKED, today=True, past=False, late_enough=False, has_sessions=True, needs_lot=True, follows=False)
DESK = Asker(MATRIX[Role.RECEPTION], records=False)
NURSE = Asker(MATRIX[Role.PRACTITIONER], records=True)
DOCTOR = Asker(MATRIX[Role.PHYSICIAN], records=True)
MANAGER = Asker(MATRIX[Role.MANAGER], records=False)
REPORT = Check("report", "Physician decides", "start", "status.healthz")
CONSENT = Check("consent", "Consent missing", "start", "status.healthz", permission=Permission.RUN_VISITS)
LOT = Check("lot", "Lot missing", "done", "status.healthz", permission=Permission.RECORD_SESSIONS)


@pytest.fixture(autouse=True)
def addresses(app: Flask) -> Iterator[None]:
    """Remedies have addresses."""
    with app.test_request_context():
        yield


def test_before_the_day_the_next_step_is_to_confirm() -> None:
    ahead = replace(TODAY, today=False)
    assert steps(ahead, [], DESK).next is Step.CONFIRMED
    assert steps(replace(ahead, state=VisitState.CONFIRMED), [], DESK).next is None


def test_on_the_day_the_next_step_is_arrived_whatever_is_missing() -> None:
    assert steps(TODAY, [REPORT], DESK).next is Step.ARRIVED


def test_a_no_show_is_offered_only_late_enough() -> None:
    assert Step.NO_SHOW not in steps(TODAY, [], DESK).others
    assert Step.NO_SHOW in steps(replace(TODAY, late_enough=True), [], DESK).others


def test_an_arrived_patient_without_obstacles_is_started() -> None:
    found = steps(replace(TODAY, state=VisitState.ARRIVED), [], NURSE)
    assert found.next is Step.IN_TREATMENT
    assert found.others == (Step.RECORD, Step.NOT_TREATED, Step.BACK)


def test_what_stands_in_the_way_takes_the_place_of_the_step_for_whoever_may_mend_it() -> None:
    here = replace(TODAY, state=VisitState.ARRIVED)
    assert steps(here, [REPORT], DOCTOR).next is Step.FIX
    for_the_nurse = steps(here, [REPORT], NURSE)
    assert for_the_nurse.next is None
    assert for_the_nurse.waits is REPORT


def test_one_may_mend_one_thing_and_wait_for_another() -> None:
    found = steps(replace(TODAY, state=VisitState.ARRIVED), [REPORT, CONSENT], DESK)
    assert (found.next, found.fix, found.waits) == (Step.FIX, CONSENT, REPORT)


def test_done_is_one_press_only_where_no_lot_is_asked_for() -> None:
    here = replace(TODAY, state=VisitState.IN_TREATMENT)
    assert steps(here, [LOT], NURSE).next is Step.RECORD
    assert steps(replace(here, needs_lot=False), [], NURSE).next is Step.DONE


def test_reception_does_not_record_unless_the_clinic_lets_it() -> None:
    here = replace(TODAY, state=VisitState.IN_TREATMENT, needs_lot=False)
    assert steps(here, [], DESK).next is None
    assert steps(here, [], replace(DESK, records=True)).next is Step.DONE


def test_after_done_the_next_session_is_booked() -> None:
    over = replace(TODAY, state=VisitState.DONE)
    assert steps(over, [], DESK).next is None
    assert steps(replace(over, follows=True), [], DESK).next is Step.BOOK_NEXT


def test_what_was_done_on_an_earlier_day_is_not_taken_back_by_a_press() -> None:
    over = replace(TODAY, state=VisitState.DONE)
    assert Step.BACK in steps(over, [], DESK).others
    assert Step.BACK not in steps(replace(over, kept=True), [], DESK).others


@pytest.mark.parametrize("state", [VisitState.NO_SHOW, VisitState.CANCELLED, VisitState.NOT_TREATED])
def test_who_was_not_treated_is_booked_again_and_the_step_can_be_taken_back(state: VisitState) -> None:
    found = steps(replace(TODAY, state=state), [], DESK)
    assert (found.next, found.others) == (Step.BOOK_AGAIN, (Step.BACK,))


def test_whoever_sees_no_plans_books_no_session_again() -> None:
    gone = replace(TODAY, state=VisitState.NO_SHOW)
    assert steps(gone, [], MANAGER).next is None
    assert steps(replace(gone, has_sessions=False), [], MANAGER).next is Step.BOOK_AGAIN


def test_the_manager_books_but_runs_no_visit() -> None:
    found = steps(TODAY, [], MANAGER)
    assert found.next is None
    assert found.others == (Step.CONFIRMED, Step.MOVE, Step.CANCEL)

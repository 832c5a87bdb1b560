"""One plan on its page: what each role sees, reviews, an early end, changed numbers, sessions done elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.plans.numbers import own_gap
from app.plans.words import change_words
from app.series import rows
from app.series.reading import Standing, read
from config import ROOT
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.event import Event
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.task import StaffTask
from models.treatment import Course, PlanChange, PlanState, ReviewResult, SessionState
from tests.builders import (
    TODAY,
    a_course,
    a_lot,
    a_lot_use,
    a_manager,
    a_nurse,
    a_plan,
    a_protocol,
    a_receptionist,
    a_visit,
    an_evaluation,
    done,
    sign_in,
)
from tests.plans.pages import form_in, post, send

SOURCE = "\n".join(file.read_text() for file in sorted((ROOT / "app").rglob("*.py")))
CHANGES = sorted(set(re.findall(r'(?:plan_changed\([\w.]+, |what=)"([\w ]+)"', SOURCE)))


@pytest.fixture
def course(patient: Patient, prp: ProtocolVersion, physician: StaffMember) -> Course:
    """Session 1 done on 20 November."""
    an_evaluation(patient, physician, date(2026, 11, 19))
    made = a_course(a_plan(patient, physician), prp, date(2026, 11, 20), agreed_sessions=3)
    done(made.sessions[0], date(2026, 11, 20), performed_by_id=physician.id)
    return aligned(made)


def aligned(course: Course) -> Course:
    with transaction():
        rows.align_patient(course.plan.patient_id, TODAY)
    return course


def show(course: Course) -> str:
    return f"/plan/{course.plan_id}"


def complete(course: Course) -> Course:
    for session, day in zip(course.sessions, (date(2026, 9, 20), date(2026, 10, 20), date(2026, 11, 20)), strict=False):
        done(session, day)
    return aligned(course)


def test_every_session_stands_with_window_gap_band_verdict_and_why(client: FlaskClient, course: Course, patient: Patient) -> None:
    a_lot_use(course.sessions[0], a_lot())
    a_visit(patient, datetime.fromisoformat("2026-12-29T10:00+03:00"), course.sessions[1])
    page = client.get(show(aligned(course))).text
    for words in (
        "1 of 3 done", "counted", "lot L-1", "Tue 29 Dec", "39 days", "late", "Sun 20 Dec", "Fri 11 Dec – Mon 4 Jan 2027",
        "Why this date?", "ideal of 30 days after the session before", "3 agreed, 1 used, 2 left", "Maintenance, about:", "PRP, scalp",
    ):  # fmt: skip
        assert words in page, words


def test_a_visit_that_no_longer_fits_its_window_is_pointed_out(client: FlaskClient, course: Course, patient: Patient) -> None:
    a_visit(patient, datetime.fromisoformat("2026-12-04T10:00+03:00"), course.sessions[1])
    assert "Booked outside its window, move it: session 2" in client.get(show(aligned(course))).text


def test_viewing_a_plan_is_written_down(client: FlaskClient, course: Course) -> None:
    client.get(show(course))
    assert [e.object_type for e in db.session.query(Event).filter_by(action="viewed")] == ["treatment_plan"]


def test_reception_sees_dates_but_neither_lots_nor_findings(client: FlaskClient, course: Course) -> None:
    a_lot_use(course.sessions[0], a_lot())
    sign_in(client, a_receptionist())
    page = client.get(show(course)).text
    assert "Fri 11 Dec" in page
    assert "lot L-1" not in page
    assert "Findings and reports" not in page
    assert "Edit" not in page
    assert "Book 2 sessions" in page


def test_a_manager_sees_no_plan(client: FlaskClient, course: Course) -> None:
    sign_in(client, a_manager())
    assert client.get(show(course)).status_code == 403


def test_a_plan_that_is_not_there_is_a_page_that_says_so(client: FlaskClient, physician: StaffMember) -> None:
    assert client.get("/plan/999").status_code == 404


def test_a_late_course_says_what_the_policy_suggests(client: FlaskClient, course: Course) -> None:
    with transaction():
        course.sessions[0].performed_on = date(2026, 8, 1)
    page = client.get(show(aligned(course))).text
    assert "The physician decides how to go on." in page
    assert "Suggested: one more session" in page


def test_a_draft_begins_with_one_press_and_only_with_an_evaluation(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    plan = a_plan(patient, physician, PlanState.DRAFT)
    a_course(plan, prp)
    assert client.post(f"/plan/{plan.id}/begin").status_code == 422
    assert plan.state is PlanState.DRAFT
    an_evaluation(patient, physician)
    for _press in range(2):
        assert client.post(f"/plan/{plan.id}/begin").status_code == 303
    assert db.session.query(PlanChange).filter_by(what="started").count() == 1


def test_a_review_due_is_shown_and_recorded(client: FlaskClient, patient: Patient, physician: StaffMember) -> None:
    an_evaluation(patient, physician, date(2026, 9, 1), valid_until=date(2026, 12, 10))
    exosome = a_course(a_plan(patient, physician), a_protocol("exosome_scalp"), date(2026, 9, 20))
    for session, day in zip(exosome.sessions, (date(2026, 9, 20), date(2026, 10, 4), date(2026, 11, 10)), strict=False):
        done(session, day)
    aligned(exosome)
    with transaction():
        db.session.add(StaffTask(kind="review_due", subject_type="course", subject_id=exosome.id, patient_id=patient.id,
                                 for_role="physician", due_on=TODAY, made_at=exosome.plan.made_at))  # fmt: skip
    assert "Review due after session 3" in client.get(show(exosome)).text
    assert send(client, f"/course/{exosome.id}/review", "seen", result="continue").status_code == 303
    (review,) = exosome.reviews
    assert (review.after_step, review.result) == (3, ReviewResult.CONTINUE)
    assert patient.evaluations[0].valid_until > date(2027, 5, 1), "a review renews the evaluation"
    assert db.session.query(StaffTask).one().closed_as == "reviewed"
    assert read(exosome, TODAY).review_due is None


def test_one_press_goes_on_without_the_review(client: FlaskClient, patient: Patient, physician: StaffMember) -> None:
    exosome = a_course(a_plan(patient, physician), a_protocol("exosome_face_injected"), date(2026, 11, 20))
    done(exosome.sessions[0], date(2026, 11, 20))
    aligned(exosome)
    for _press in range(2):
        assert client.post(f"/course/{exosome.id}/continue").status_code == 303
    assert [review.result for review in exosome.reviews] == [ReviewResult.WAIVED]


def test_a_series_is_extended_with_the_last_gap(client: FlaskClient, course: Course) -> None:
    complete(course)
    url = f"/course/{course.id}/review"
    assert "Enter below by how many" in send(client, url, "seen", result="extend").text
    assert send(client, url, "seen", result="extend", extend_by=1).status_code == 303
    assert [own_gap(step.gaps).get("ideal") for step in course.steps] == [None, "30d", "30d", "30d"]
    assert course.due_step == "4"


def test_more_sessions_than_the_protocol_foresees_need_a_reason(client: FlaskClient, course: Course) -> None:
    """PRP of the scalp may be extended to 4."""
    complete(course)
    for url, typed in (
        (f"/course/{course.id}/review", {"result": "extend", "extend_by": 2}),
        (edit(course), {"do": "save", "courses__0__sessions": 5}),
    ):
        refused = send(client, url, "seen", **typed)
        assert refused.status_code == 422
        assert "The protocol foresees at most 4 sessions" in refused.text
    assert len(course.steps) == 3
    assert send(client, f"/course/{course.id}/review", "seen", result="extend", extend_by=2, why="dense scars").status_code == 303
    assert len(course.steps) == 5


def test_after_going_on_without_a_review_the_physician_can_still_review(client: FlaskClient, course: Course) -> None:
    complete(course)
    client.post(f"/course/{course.id}/continue")
    assert send(client, f"/course/{course.id}/review", "seen", result="complete").status_code == 303
    assert [review.result for review in course.reviews] == [ReviewResult.WAIVED, ReviewResult.COMPLETE]


def test_where_no_session_counts_there_is_nothing_to_review(client: FlaskClient, course: Course) -> None:
    with transaction():
        course.sessions[0].substandard = True
    page = send(client, f"/course/{course.id}/review", "seen", result="continue")
    assert (page.status_code, "nothing to review" in page.text) == (422, True)


@pytest.mark.parametrize("result", ["complete", "maintain"])
def test_a_series_ended_at_a_review_gives_its_booked_visits_back(
    client: FlaskClient, course: Course, patient: Patient, result: str
) -> None:
    visit = a_visit(patient, datetime.fromisoformat("2026-12-20T10:00+03:00"), course.sessions[1])
    url = f"/course/{course.id}/review"
    assert "Sunday 20 December 2026, 10:00" in client.get(url).text, "which visits that cancels is shown before"
    assert send(client, url, "seen", result=result).status_code == 303
    assert visit.state is VisitState.CANCELLED
    assert not [line for line in read(course, TODAY).lines if line.visit]


def test_a_visit_the_series_does_not_need_any_more_is_pointed_out(client: FlaskClient, course: Course, patient: Patient) -> None:
    """Two sessions done elsewhere come to light: the two that are booked are one too many, and one of them stays in view."""
    for session, day in zip(course.sessions[1:], ("2026-12-20", "2027-01-20"), strict=True):
        a_visit(patient, datetime.fromisoformat(f"{day}T10:00+03:00"), session)
    send(client, f"/course/{course.id}/elsewhere", when="1.10.2026", place="Bursa", counts="y")
    page = client.get(show(course)).text
    assert "Booked, but the series does not need it any more: Wed 20 Jan 2027" in page
    assert "not needed any more" in page


def test_complete_without_maintenance_ends_the_plan(client: FlaskClient, course: Course) -> None:
    complete(course)
    send(client, f"/course/{course.id}/review", "seen", result="complete")
    assert course.plan.state is PlanState.COMPLETED
    assert read(course, TODAY).standing is Standing.COMPLETE


def test_maintenance_can_begin_before_the_series_is_complete(client: FlaskClient, course: Course) -> None:
    send(client, f"/course/{course.id}/review", "seen", result="maintain")
    assert course.due_step == "M1"


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"result": ""}, "Please fill this in."), ({"result": "extend", "extend_by": "99"}, "Enter a whole number from 1 to 12."),
     ({"result": "continue", "day": "5.12.2026"}, "This day lies in the future.")],
)  # fmt: skip
def test_a_review_typed_wrongly_is_told_in_words(client: FlaskClient, course: Course, typed: dict[str, Any], words: str) -> None:
    page = send(client, f"/course/{complete(course).id}/review", "seen", **typed)
    assert page.status_code == 422
    assert words in page.text


def test_closing_early_shows_and_cancels_what_is_booked(client: FlaskClient, course: Course, patient: Patient) -> None:
    a_visit(patient, datetime.fromisoformat("2026-12-15T10:00+03:00"), course.sessions[1])
    url = f"/plan/{course.plan_id}/close"
    assert "Tuesday 15 December 2026, 10:00" in client.get(url).text
    assert "Please fill this in." in send(client, url, "seen", why="").text
    assert send(client, url, "seen", why="moves to another town").status_code == 303
    assert course.plan.state is PlanState.CLOSED
    assert db.session.query(Appointment).one().state is VisitState.CANCELLED
    assert {session.state for session in course.sessions[1:]} <= {SessionState.SKIPPED}
    assert not course.live
    assert "moves to another town" in client.get(show(course)).text


def edit(course: Course) -> str:
    return f"/plan/{course.plan_id}/edit"


def test_changed_numbers_are_shown_before_they_are_kept(client: FlaskClient, course: Course) -> None:
    shown = send(client, edit(course), "seen", do="preview", courses__0__spans__0__ideal="40")
    assert shown.status_code == 200
    assert "Wed 30 Dec" in shown.text  # 40 days after 20 November
    assert own_gap(course.steps[1].gaps)["ideal"] == "30d"
    assert db.session.query(PlanChange).count() == 0


def test_changed_numbers_are_kept_with_old_new_who_and_why(client: FlaskClient, course: Course, physician: StaffMember) -> None:
    answer = send(client, edit(course), "seen", do="save", courses__0__sessions=4, courses__0__spans__0__ideal="40", why="slow healing")
    assert answer.status_code == 303
    assert (len(course.steps), course.due_on) == (4, date(2026, 12, 30))
    (change,) = course.plan.changes
    assert (change.what, change.why, change.by_id) == ("course changed", "slow healing", physician.id)
    page = client.get(show(course)).text
    assert "3 sessions · 30d, 30d → 4 sessions · 40d, 30d, 30d" in page


def test_a_shorter_series_frees_its_last_places(client: FlaskClient, course: Course, patient: Patient) -> None:
    a_visit(patient, datetime.fromisoformat("2026-12-21T10:00+03:00"), course.sessions[1])
    a_visit(patient, datetime.fromisoformat("2027-01-20T10:00+03:00"), course.sessions[2])
    send(client, edit(aligned(course)), "seen", do="save", courses__0__sessions=2)
    assert [visit.state for visit in db.session.query(Appointment).order_by(Appointment.starts_at)] == [
        VisitState.BOOKED, VisitState.CANCELLED
    ]  # fmt: skip


def test_nothing_changed_writes_nothing(client: FlaskClient, course: Course) -> None:
    assert send(client, edit(course), "seen", do="save").status_code == 303
    assert course.plan.changes == []


def test_no_fewer_sessions_than_are_done(client: FlaskClient, course: Course) -> None:
    done(course.sessions[0], date(2026, 10, 20))
    done(course.sessions[1], date(2026, 11, 20))
    page = send(client, edit(aligned(course)), "seen", do="save", courses__0__sessions=1)
    assert page.status_code == 422
    assert "2 sessions are done already" in page.text


def test_a_plan_changed_by_somebody_else_meanwhile_is_not_overwritten(client: FlaskClient, course: Course) -> None:
    fields = form_in(client.get(edit(course)), "seen")
    send(client, edit(course), "seen", do="save", courses__0__sessions=4)
    stale = post(client, edit(course), fields, do="save", courses__0__sessions=2)
    assert stale.status_code == 409
    assert len(course.steps) == 4


def test_a_session_done_elsewhere_waits_for_the_physician(client: FlaskClient, course: Course) -> None:
    sign_in(client, a_nurse())
    url = f"/course/{course.id}/elsewhere"
    page = client.get(url).text
    assert "it counts" not in page.split("<form")[-1]
    assert send(client, url, when="15.11", place="Bursa").status_code == 303
    assert read(course, TODAY).satisfied == 1
    made = course.sessions[-1]
    assert (made.performed_on, made.state) == (date(2026, 11, 15), SessionState.DONE)
    assert client.post(f"/session/{made.id}/accept").status_code == 403
    sign_in(client, db.session.query(StaffMember).order_by(StaffMember.id).first())  # type: ignore[arg-type]  # the physician
    assert "Accept" in client.get(show(course)).text
    assert client.post(f"/session/{made.id}/accept").status_code == 303
    assert db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None)).count() == 0
    assert [line.label for line in read(course, TODAY).lines][:2] == ["1", ""], "5 days after it is too early"
    assert client.get(show(course)).text.count("Sun 15 Nov 2026, Bursa") >= 2, "recorded, and accepted"


def test_of_a_session_elsewhere_only_the_month_may_be_known(client: FlaskClient, course: Course) -> None:
    send(client, f"/course/{course.id}/elsewhere", when="10.2026", place="Bursa", counts="y")
    made = course.sessions[-1]
    assert made.performed_on == date(2026, 10, 31), "its last day: no gap becomes too short"
    assert made.accepted_by_id is not None
    page = client.get(show(course)).text
    assert "only the month is known" in page
    assert "October 2026, Bursa" in page, "what changed says no day that nobody knows"


@pytest.mark.parametrize("key", CHANGES)
def test_every_change_of_a_plan_is_told_in_words(app: Flask, key: str) -> None:
    with app.test_request_context():
        assert change_words(PlanChange(what=key)) != key


def test_today_is_the_clinics_day_also_while_it_is_still_yesterday_elsewhere(client: FlaskClient, course: Course) -> None:
    with clock.set_to(datetime(2026, 12, 1, 22, 30, tzinfo=UTC)):  # half past one in Istanbul
        sign_in(client, a_nurse())
        assert send(client, f"/course/{course.id}/elsewhere", when="2.12.2026", place="Bursa").status_code == 303
    assert course.sessions[-1].performed_on == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"when": "13.2026"}, "Enter a day such as"), ({"when": "1.1.2027"}, "This day lies in the future."),
     ({"when": ""}, "Please fill this in."), ({"when": "1.10.2026", "place": ""}, "Please fill this in."),
     ({"when": "1.10.2026", "place": "x" * 10_000}, "at most 120 characters")],
)  # fmt: skip
def test_a_session_elsewhere_typed_wrongly_is_told_in_words(client: FlaskClient, course: Course, typed: dict[str, Any], words: str) -> None:
    page = send(client, f"/course/{course.id}/elsewhere", **({"place": "Bursa"} | typed))
    assert page.status_code == 422
    assert words in page.text


def test_start_wishes_and_note_can_be_changed_while_the_plan_runs(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    waiting = aligned(a_course(a_plan(patient, physician), prp, TODAY))
    saved = send(
        client, edit(waiting), "seen", do="save", courses__0__start="4.1.2027", weekdays=["3"], first_day="2.1.2027", last_day="30.3.2027",
        note_to_patient="Please eat before you come.",
    )  # fmt: skip
    assert saved.status_code == 303
    assert (waiting.start_day, waiting.due_earliest) == (date(2027, 1, 4), date(2027, 1, 4))
    assert waiting.plan.preferences == {"weekdays": [3], "stay_from": "2027-01-02", "stay_to": "2027-03-30"}
    page = client.get(show(waiting)).text
    for words in ("Begins on another day", "Wishes or note changed", "Please eat before you come."):
        assert words in page, words
    assert form_in(client.get(edit(waiting)), "seen")["first_day"] == "02/01/2027"


def test_a_plan_saved_as_it_was_changes_nothing(client: FlaskClient, course: Course) -> None:
    send(client, edit(course), "seen", do="save")
    assert db.session.query(PlanChange).count() == 0


def test_the_beginning_cannot_be_moved_into_the_past(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    waiting = aligned(a_course(a_plan(patient, physician), prp, TODAY))
    page = send(client, edit(waiting), "seen", do="save", courses__0__start="1.1.2020")
    assert (page.status_code, "must not lie in the past" in page.text) == (422, True)


def test_behind_a_late_session_no_day_is_promised(client: FlaskClient, course: Course) -> None:
    """Session 2 was possible until 15 September: what would follow from it lies in the past."""
    with transaction():
        course.sessions[0].performed_on = date(2026, 8, 1)
    page = client.get(show(aligned(course))).text
    for words in (
        "next, best day: <b>as soon as possible",
        "was possible: Sat 22 Aug – Tue 15 Sept",
        "once session 2 is done",
        "77 days late.",
    ):
        assert words in page, words
    assert "Maintenance, about:" not in page
    assert f'href="/course/{course.id}/review"' in page


def test_behind_a_late_session_that_is_booked_the_days_follow_from_it(client: FlaskClient, course: Course, patient: Patient) -> None:
    with transaction():
        course.sessions[0].performed_on = date(2026, 8, 1)
    a_visit(patient, datetime.fromisoformat("2026-12-04T10:00+03:00"), course.sessions[1])
    page = client.get(show(aligned(course))).text
    assert "Sun 3 Jan 2027" in page
    assert "once session" not in page


def test_before_a_shorter_series_is_saved_the_visits_it_cancels_are_named(client: FlaskClient, course: Course, patient: Patient) -> None:
    visit = a_visit(patient, datetime.fromisoformat("2027-01-20T10:00+03:00"), course.sessions[2])
    aligned(course)
    page = send(client, edit(course), "seen", do="preview", courses__0__sessions=2)
    assert page.status_code == 200
    assert "These visits are cancelled" in page.text
    assert "Wednesday 20 January 2027, 10:00" in page.text
    assert db.session.get_one(Appointment, visit.id).state is VisitState.BOOKED
    assert "These visits are cancelled" not in send(client, edit(course), "seen", do="preview").text


def test_a_closed_plan_promises_no_next_session_on_the_patients_card(client: FlaskClient, course: Course, patient: Patient) -> None:
    send(client, f"/plan/{course.plan_id}/close", "seen", why="moved away")
    page = client.get(f"/patients/{patient.id}").text
    assert "PRP, scalp</b>, ended" in page
    assert "session 2 of 3" not in page

"""Findings, holds and reports: what pauses, what that does to dates, visits and mails, and who ends it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import planner
from app.patients import actions as patients
from app.plans import life
from app.plans.health import findings, holds, reports
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.plans.health.reports import NewReport
from app.series import rows
from app.series.reading import Standing, read
from jobs import end_holds
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import Message, MessageState
from models.patient import Decision, Finding, Patient, PatientReport
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.task import StaffTask
from models.treatment import Course, Hold, PlanState, SessionState, TreatmentPlan
from tests.builders import (
    TODAY,
    a_course,
    a_nurse,
    a_plan,
    a_protocol,
    a_receptionist,
    a_visit,
    an_evaluation,
    done,
    sign_in,
)
from tests.plans.pages import send

NEXT_VISIT = datetime.fromisoformat("2026-12-15T10:00+03:00")


@pytest.fixture
def course(patient: Patient, prp: ProtocolVersion, physician: StaffMember, noon: datetime) -> Course:
    """Session 1 done on 20 November, session 2 booked for 15 December."""
    an_evaluation(patient, physician, date(2026, 11, 19))
    made = a_course(a_plan(patient, physician), prp, date(2026, 11, 20))
    done(made.sessions[0], date(2026, 11, 20))
    a_visit(patient, NEXT_VISIT, made.sessions[1], performer=physician)
    with transaction():
        rows.align_patient(patient.id, TODAY)
        planner.plan_for(patient.id, noon)
    return made


def the_visit() -> Appointment:
    return db.session.query(Appointment).one()


def state(course: Course) -> PlanState:
    return course.plan.state


def waiting(patient: Patient) -> set[str]:
    rows_ = db.session.query(Message).filter_by(patient_id=patient.id, state=MessageState.WAITING)
    return {message.kind for message in rows_}


def open_tasks() -> set[str]:
    return {task.kind for task in db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None))}


def finding_of(patient: Patient, noon: datetime, rule: str = "pregnant", **more: object) -> Finding:
    with transaction():
        return findings.add(patient, NewFinding(rule, TODAY, **more), noon)  # type: ignore[arg-type]  # the test names it


def test_pregnancy_holds_the_plan_frees_its_visit_and_stops_its_mails(course: Course, patient: Patient, noon: datetime) -> None:
    assert "reminder_1" in waiting(patient)
    finding_of(patient, noon)
    assert state(course) is PlanState.ON_HOLD
    assert the_visit().state is VisitState.CANCELLED
    assert course.sessions[1].state is SessionState.PROPOSED
    assert (course.due_on, course.needs_booking, course.live) == (None, False, True)
    about_visit = [m.kind for m in db.session.query(Message).filter_by(subject_type="appointment", state=MessageState.WAITING)]
    assert about_visit == []
    assert "paused" in waiting(patient)
    assert "hold_review" in open_tasks()


def test_a_hold_that_no_day_ends_is_looked_at_again(course: Course, noon: datetime) -> None:
    with transaction():
        holds.hold(course.plan, Pause(reason="waits for a letter"), noon)
    (asked,) = db.session.query(StaffTask).filter_by(kind="hold_review")
    assert asked.due_on == TODAY + holds.LOOK_AGAIN


def test_a_hold_that_ends_on_a_day_needs_no_look(course: Course, noon: datetime) -> None:
    with transaction():
        holds.hold(course.plan, Pause(reason="travels", until_day=TODAY + timedelta(days=9)), noon)
    assert "hold_review" not in open_tasks()


def test_a_closed_plan_leaves_nothing_to_be_done_about_it(course: Course, noon: datetime) -> None:
    with transaction():
        holds.hold(course.plan, Pause(reason="waits for a letter"), noon)
        life.close(course.plan, noon, why="moved away")
    assert open_tasks() == set()


def test_pregnancy_never_ends_by_the_clock(course: Course, patient: Patient, noon: datetime) -> None:
    finding_of(patient, noon)
    much_later = noon + timedelta(days=500)
    with clock.set_to(much_later):
        assert end_holds.run(much_later) == "0 holds begun, 0 ended"
    assert state(course) is PlanState.ON_HOLD
    assert read(course, TODAY + timedelta(days=500)).standing is Standing.ON_HOLD


def test_once_its_end_is_recorded_the_plan_goes_on_with_new_windows(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime
) -> None:
    finding_of(patient, noon)
    (held,) = course.plan.holds
    later = noon + timedelta(days=300)
    with clock.set_to(later):
        sign_in(client, db.session.query(StaffMember).first())  # type: ignore[arg-type]  # the physician
        answer = send(client, f"/holds/{held.id}/resume", "seen", how="ended", ended="1.9.2027")
    assert answer.status_code == 303
    day = TODAY + timedelta(days=300)
    reading = read(course, day)
    assert state(course) is PlanState.ACTIVE
    assert reading.next is not None
    assert reading.next.earliest is not None
    assert reading.next.earliest >= day, "inside the hold nothing could be done"
    assert course.needs_booking
    assert open_tasks() == set()
    assert patient.findings[0].event_ended_on == date(2027, 9, 1)


def test_an_infection_of_the_body_waits_fourteen_days(course: Course, patient: Patient, noon: datetime) -> None:
    finding_of(patient, noon, "infection_body")
    (held,) = course.plan.holds
    assert (held.from_day, held.until_day) == (TODAY, TODAY + timedelta(days=13))
    reading = read(course, TODAY)
    assert reading.next is not None
    assert reading.next.earliest == TODAY + timedelta(days=14)
    assert the_visit().state is VisitState.BOOKED, "15 December lies behind the fourteen days"


def test_a_recorded_end_moves_the_fourteen_days(course: Course, patient: Patient, noon: datetime) -> None:
    finding = finding_of(patient, noon, "infection_body")
    with transaction():
        findings.record_end(finding, date(2026, 11, 25), noon)
    assert [held.until_day for held in holds.open_holds(course.plan)] == [date(2026, 12, 8)]


def test_a_hold_until_a_day_ends_after_it_with_a_task(course: Course, patient: Patient, noon: datetime) -> None:
    finding_of(patient, noon, "infection_body")
    later = noon + timedelta(days=14)
    assert end_holds.run(later - timedelta(days=1)) == "0 holds begun, 0 ended"
    assert end_holds.run(later) == "0 holds begun, 1 ended"
    assert end_holds.run(later) == "0 holds begun, 0 ended"
    assert state(course) is PlanState.ACTIVE
    assert "hold_over" in open_tasks()


def test_what_needs_a_clearance_goes_on_when_the_physician_gives_it(course: Course, patient: Patient, noon: datetime) -> None:
    finding = finding_of(patient, noon, "anticoagulant")
    assert state(course) is PlanState.ON_HOLD
    with transaction():
        findings.clear(finding, noon, why="INR checked")
    assert state(course) is PlanState.ACTIVE
    reading = read(course, TODAY)
    assert reading.next is not None
    assert reading.next.recommended == date(2026, 12, 20)


def test_a_warning_holds_nothing(course: Course, patient: Patient, noon: datetime) -> None:
    finding_of(patient, noon, "nsaid")
    assert course.plan.holds == []
    assert the_visit().state is VisitState.BOOKED


def test_a_finding_on_one_area_holds_only_the_courses_there(course: Course, patient: Patient, noon: datetime) -> None:
    face = a_course(course.plan, a_protocol("mesotherapy_face"))
    finding_of(patient, noon, "infection_area", area="forehead")
    assert [(held.course_id, held.until_event) for held in course.plan.holds] == [(face.id, "healed")]
    assert state(course) is PlanState.ACTIVE
    assert read(face, TODAY).standing is Standing.ON_HOLD
    assert read(course, TODAY).standing is not Standing.ON_HOLD
    assert the_visit().state is VisitState.BOOKED


def test_two_holds_must_both_end(course: Course, patient: Patient, noon: datetime) -> None:
    first, second = finding_of(patient, noon), finding_of(patient, noon, "herpes_active")
    with transaction():
        findings.clear(first, noon, why="no")
    assert state(course) is PlanState.ON_HOLD
    with transaction():
        findings.clear(second, noon, why="no")
    assert state(course) is PlanState.ACTIVE


def test_a_report_pauses_and_keeps_the_place(course: Course, patient: Patient, noon: datetime) -> None:
    with transaction():
        reports.report(patient, NewReport("I may be pregnant", "pregnant"), noon)
    assert the_visit().state is VisitState.BOOKED
    assert state(course) is PlanState.ACTIVE
    assert read(course, TODAY).standing is Standing.ON_HOLD
    assert not {"reminder_1", "reminder_2", "precare", "recall"} & waiting(patient)
    assert "report_undecided" in open_tasks()


def a_report(patient: Patient, noon: datetime, rule: str | None = "pregnant") -> PatientReport:
    with transaction():
        return reports.report(patient, NewReport("My doctor said something", rule), noon)


def test_not_confirmed_leaves_no_trace_on_the_dates(course: Course, patient: Patient, noon: datetime) -> None:
    before = read(course, TODAY).next
    told = a_report(patient, noon)
    with transaction():
        reports.decide(told, Decision.NOT_CONFIRMED, noon, why="")
    assert read(course, TODAY).next == before
    assert the_visit().state is VisitState.BOOKED
    assert open_tasks() == set()


def test_decided_as_a_hold_the_pause_becomes_a_finding(client: FlaskClient, course: Course, patient: Patient, noon: datetime) -> None:
    told = a_report(patient, noon)
    assert _decide(client, told, decision="hold").status_code == 303
    assert state(course) is PlanState.ON_HOLD
    assert the_visit().state is VisitState.CANCELLED
    assert [held.report_id for held in holds.open_holds(course.plan)] == [None]
    assert [finding.report_id for finding in patient.findings] == [told.id]


def _decide(client: FlaskClient, told: PatientReport, **typed: str) -> TestResponse:
    fields = {"rule": told.rule or "", "since": "1.12.2026", "area": ""} | typed
    return client.post(f"/reports/{told.id}/decide", data=fields)


def test_decided_as_a_hold_for_a_reason_alone(client: FlaskClient, course: Course, patient: Patient, noon: datetime) -> None:
    told = a_report(patient, noon, None)
    assert "Write down the reason." in _decide(client, told, decision="hold").text
    assert _decide(client, told, decision="hold", why="first a letter from the other clinic").status_code == 303
    assert [held.reason for held in holds.open_holds(course.plan)] == ["first a letter from the other clinic"]
    assert patient.findings == []


def test_treating_all_the_same_needs_a_reason(client: FlaskClient, course: Course, patient: Patient, noon: datetime) -> None:
    told = a_report(patient, noon)
    refused = _decide(client, told, decision="treat")
    assert refused.status_code == 422
    assert "Write down the reason." in refused.text
    assert _decide(client, told, decision="treat", why="test negative").status_code == 303
    assert (told.decision, told.decided_why) == (Decision.TREAT, "test negative")
    assert holds.open_holds(course.plan) == []
    assert "decided already" in client.get(f"/reports/{told.id}/decide", follow_redirects=True).text


def test_reception_enters_a_report_and_reads_only_that_the_physician_decides(client: FlaskClient, course: Course, patient: Patient) -> None:
    sign_in(client, a_receptionist())
    words = "I found out that I am pregnant"
    assert send(client, f"/patients/{patient.id}/report", words=words, rule="pregnant").status_code == 303
    told = db.session.query(PatientReport).one()
    page = client.get(f"/plan/{course.plan_id}").text
    assert "Paused. The physician decides." in page
    assert "regnan" not in page
    assert client.get(f"/reports/{told.id}/decide").status_code == 403


def test_a_report_without_words_is_refused_and_ten_thousand_letters_too(client: FlaskClient, course: Course, patient: Patient) -> None:
    url = f"/patients/{patient.id}/report"
    assert "Please fill this in." in send(client, url, words="").text
    page = send(client, url, words="x" * 10_000)
    assert page.status_code == 422
    assert "at most 2000 characters" in page.text


def test_a_practitioner_adds_a_finding_that_only_a_physician_ends(client: FlaskClient, course: Course, patient: Patient) -> None:
    sign_in(client, a_nurse())
    assert send(client, f"/patients/{patient.id}/finding/new", rule="herpes_active", since="30.11").status_code == 303
    (finding,) = patient.findings
    (held,) = course.plan.holds
    assert finding.since == date(2026, 11, 30)
    assert client.get(f"/holds/{held.id}/resume").status_code == 403
    assert client.get(f"/findings/{finding.id}/end").status_code == 403
    assert "Cold sore or shingles now" in client.get(f"/plan/{course.plan_id}").text


BAD_FINDINGS = [
    ({"rule": "", "since": "1.12.2026"}, "Please fill this in."),
    ({"rule": "keloid", "since": "31.11.2026"}, "Enter a day that exists"),
    ({"rule": "keloid", "since": "1.1.2027"}, "This day lies in the future."),
    ({"rule": "keloid", "since": "1.12.2026", "ended": "1.11.2026"}, "It cannot be over before it began."),
    ({"rule": "made_up", "since": "1.12.2026"}, "Not a valid choice"),
]


@pytest.mark.parametrize(("typed", "words"), BAD_FINDINGS)
def test_a_finding_typed_wrongly_is_told_in_words(client: FlaskClient, patient: Patient, typed: dict[str, Any], words: str) -> None:
    page = send(client, f"/patients/{patient.id}/finding/new", **typed)
    assert page.status_code == 422
    assert words in page.text


def test_reception_neither_adds_findings_nor_holds(client: FlaskClient, course: Course, patient: Patient) -> None:
    sign_in(client, a_receptionist())
    assert client.get(f"/patients/{patient.id}/finding/new").status_code == 403
    assert client.get(f"/plan/{course.plan_id}/hold").status_code == 403


def test_holding_shows_what_is_cancelled_and_asks_for_a_reason(client: FlaskClient, course: Course) -> None:
    url = f"/plan/{course.plan_id}/hold"
    assert "Tuesday 15 December 2026, 10:00" in client.get(url).text
    assert "Enter a reason" in send(client, url, "seen").text
    wrong = send(client, url, "seen", reason="travels", until="day", until_day="30.11.2026")
    assert "The last day must not be before the first." in wrong.text
    assert "Enter the last day of the pause." in send(client, url, "seen", reason="travels", until="day").text
    assert send(client, url, "seen", reason="travels", until="day", until_day="20.12.2026").status_code == 303
    assert the_visit().state is VisitState.CANCELLED
    assert state(course) is PlanState.ON_HOLD


def test_the_page_of_a_hold_shows_only_the_visits_that_fall_into_it(client: FlaskClient, course: Course) -> None:
    url, visit = f"/plan/{course.plan_id}/hold", "Tuesday 15 December 2026, 10:00"
    before = send(client, url, "seen", do="show", until="day", until_day="14.12.2026")
    assert (before.status_code, visit in before.text, "No visit falls into the pause." in before.text) == (200, False, True)
    assert visit in send(client, url, "seen", do="show", until="day", until_day="15.12.2026").text
    assert visit not in send(client, url, "seen", do="show", from_day="16.12.2026").text
    assert visit not in send(client, url, "seen", until="day", until_day="14.12.2026").text, "where the reason is missing too"
    assert state(course) is PlanState.ACTIVE, "looking holds nothing"


def test_a_hold_for_later_days_leaves_earlier_visits(client: FlaskClient, course: Course) -> None:
    send(client, f"/plan/{course.plan_id}/hold", "seen", reason="travels", from_day="20.12.2026", until="day", until_day="31.12.2026")
    assert the_visit().state is VisitState.BOOKED


def test_ending_a_hold_asks_why(client: FlaskClient, course: Course, noon: datetime) -> None:
    with transaction():
        held = holds.hold(db.session.get_one(TreatmentPlan, course.plan_id), Pause(reason="travels"), noon)
    url = f"/holds/{held.id}/resume"
    assert "Please fill this in." in send(client, url, "seen", why="").text
    assert send(client, url, "seen", why="is back").status_code == 303
    assert state(course) is PlanState.ACTIVE
    assert client.get(url).status_code == 303, "a hold that is over leads back to the plan"


def test_a_stale_page_changes_nothing(client: FlaskClient, course: Course, noon: datetime) -> None:
    with transaction():
        holds.hold(db.session.get_one(TreatmentPlan, course.plan_id), Pause(reason="travels"), noon)
    answer = client.post(f"/plan/{course.plan_id}/hold", data={"seen": "1", "scope": "", "rule": "", "reason": "mine", "until": "open",
                                                              "from_day": "1.12.2026", "until_event": "healed"})  # fmt: skip
    assert answer.status_code == 409
    assert [held.reason for held in db.session.query(Hold)] == ["travels"]


def test_the_patient_is_told_of_a_hold_once(course: Course, patient: Patient, noon: datetime) -> None:
    finding_of(patient, noon)
    told = db.session.query(Message).filter_by(patient_id=patient.id, kind="paused").all()
    assert len(told) == 1
    assert not planner.missing(patient.id, noon)


def test_when_the_patient_has_died_visits_go_without_a_mail(course: Course, patient: Patient, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Patient, patient.id).deceased_on = TODAY
        assert life.patient_died(patient, noon) == 1
        assert life.patient_died(patient, noon) == 0
    assert the_visit().state is VisitState.CANCELLED
    assert waiting(patient) == set()
    assert not course.live


def test_recording_a_death_in_the_patients_room_cancels_visits(course: Course, patient: Patient, noon: datetime) -> None:
    with transaction():
        patients.mark_deceased(db.session.get_one(Patient, patient.id), TODAY, noon)
    assert the_visit().state is VisitState.CANCELLED
    assert waiting(patient) == set()


def test_a_pause_that_begins_later_leaves_the_visits_and_mails_before_it(course: Course, noon: datetime) -> None:
    with transaction():
        holds.hold(course.plan, Pause(reason="operation", from_day=date(2026, 12, 20), until_day=date(2027, 1, 10)), noon)
    assert course.plan.state is PlanState.ACTIVE
    assert the_visit().state is VisitState.BOOKED
    reminders = db.session.query(Message).filter(Message.kind.startswith("reminder")).all()
    assert {message.state for message in reminders} == {MessageState.WAITING}


def test_on_its_first_day_a_pause_made_ahead_puts_the_plan_on_hold(course: Course, noon: datetime) -> None:
    with transaction():
        holds.hold(course.plan, Pause(reason="operation", from_day=date(2026, 12, 20), until_day=date(2027, 1, 10)), noon)
    assert end_holds.run(noon) == "0 holds begun, 0 ended"
    with clock.set_to(datetime.fromisoformat("2026-12-20T09:00+03:00")):
        assert end_holds.run(clock.now()) == "1 holds begun, 0 ended"
        assert end_holds.run(clock.now()) == "0 holds begun, 0 ended"
    assert db.session.get_one(TreatmentPlan, course.plan_id).state is PlanState.ON_HOLD


def test_an_end_before_the_beginning_is_told_beside_the_field(client: FlaskClient, course: Course, patient: Patient) -> None:
    send(client, f"/patients/{patient.id}/finding/new", rule="herpes_active", since="28.11.2026")
    (held,) = course.plan.holds
    for url, token in ((f"/holds/{held.id}/resume", "seen"), (f"/findings/{held.finding_id}/end", "ended")):
        page = send(client, url, token, how="ended", ended="1.11.2026")
        assert page.status_code == 422
        assert "It cannot be over before it began." in page.text
        assert "01/11/2026" in page.text or "1.11.2026" in page.text, "what was typed stays"


def test_the_patients_card_says_what_is_over(client: FlaskClient, course: Course, patient: Patient) -> None:
    send(client, f"/patients/{patient.id}/finding/new", rule="pregnant", since="1.11.2026")
    (held,) = course.plan.holds
    send(client, f"/holds/{held.id}/resume", "seen", how="ended", ended="28.11.2026")
    assert "over since 28/11/2026" in client.get(f"/patients/{patient.id}").text


@pytest.mark.parametrize(("decision", "words"), [("not_confirmed", "not confirmed"), ("treat", "treat, with a reason")])
def test_how_a_report_was_decided_stands_in_the_history(
    client: FlaskClient, course: Course, patient: Patient, noon: datetime, decision: str, words: str
) -> None:
    with transaction():
        told = reports.report(patient, NewReport("sore throat", "infection_body"), noon)
    assert "Patient report · Recent infection" in client.get(f"/plan/{course.plan_id}").text
    with transaction():
        reports.decide(db.session.get_one(PatientReport, told.id), Decision(decision), noon, why="no fever")
    assert words in client.get(f"/plan/{course.plan_id}").text
    sign_in(client, a_receptionist())
    assert words not in client.get(f"/plan/{course.plan_id}").text


def test_what_is_over_says_that_days_must_still_pass_after_it(client: FlaskClient, course: Course, patient: Patient) -> None:
    send(client, f"/patients/{patient.id}/finding/new", rule="infection_body", since="28.11.2026")
    (held,) = course.plan.holds
    answer = send(client, f"/holds/{held.id}/resume", "seen", how="ended", ended="29.11.2026")
    assert "It is over. Some days must still pass after it" in client.get(answer.location or "").text

"""Each job by itself: what it does, and that doing it twice is doing it once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask

from app.messages import channel
from app.messages.transports import FolderTransport, MemoryTransport, Outcome, OutcomeKind, Phase
from app.plans import life
from app.plans.health import reports
from app.plans.health.reports import NewReport
from jobs import by_hand, close_the_day, forget_old_records, plan_messages, propose_maintenance, runner, send_due_messages, watch_windows
from jobs.timetable import TIMETABLE, Job, job_named
from models import clock
from models.appointment import Appointment, AppointmentStatus, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.heartbeat import Heartbeat
from models.message import ChannelState, Message, MessageClass, MessageState, Urgency
from models.patient import Consent, ConsentKind, Decision
from models.staff import FormToken, KeptText, Throttle
from models.treatment import Course, PlanState
from tests import builders as b
from tests.messages.stories import GRACE, NOW, book, ist, rows, take_place, tasks


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    b.a_clinic()
    return b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())


@pytest.fixture
def visit(course: Course) -> Appointment:
    return b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def at(moment: datetime, job: ModuleType) -> str:
    with clock.set_to(moment):
        return str(job.run(moment))


def the_job(name: str) -> Job:
    job = job_named(name)
    assert job is not None
    return job


# --- sending --------------------------------------------------------------------------------------------------------------


def test_mails_land_in_the_folder_and_are_filed_not_sent(visit: Appointment, app: Flask) -> None:
    book(visit)
    assert at(NOW + GRACE, send_due_messages) == "1 filed"
    assert [m.state for m in rows("booked")] == ["filed"]
    assert len(list((app.extensions["seans"].mail_folder).glob("*.eml"))) == 1
    assert at(NOW + GRACE, send_due_messages) == "0 sent"


def test_a_demo_clinic_mails_nobody_for_real(visit: Appointment, app: Flask) -> None:
    book(visit)
    with transaction():
        db.session.get_one(Clinic, 1).demo = True
    app.extensions["transport"] = MemoryTransport()
    assert "demo" in at(NOW + GRACE, send_due_messages)
    assert not app.extensions["transport"].taken


def test_while_the_channel_stands_still_rows_wait(visit: Appointment, app: Flask) -> None:
    book(visit)
    app.extensions["transport"] = MemoryTransport([Outcome(OutcomeKind.MISCONFIGURED, Phase.AUTH, "no", 535)])
    at(NOW + GRACE, send_due_messages)
    assert "stands still" in at(NOW + GRACE + timedelta(minutes=1), send_due_messages)
    assert at(NOW + GRACE + timedelta(minutes=11), send_due_messages) == "1 accepted"


def test_much_more_than_usual_stops_and_asks_a_person(visit: Appointment, app: Flask) -> None:
    book(visit)
    with transaction():
        for n in range(channel.FLOOR):
            db.session.add(
                Message(kind="result", subject_type="course", subject_id=n, urgency=Urgency.ROUTINE, message_class=MessageClass.SERVICE,
                        due_at=NOW, try_at=NOW, planned_at=NOW, settled_at=NOW, state=MessageState.SENT, message_id=f"<{n}@x>")
            )  # fmt: skip
    app.extensions["transport"] = MemoryTransport()
    assert "stands still" in at(NOW + GRACE, send_due_messages)
    assert db.session.get_one(ChannelState, "mail").why == channel.VOLUME
    with transaction():
        channel.open_again(NOW + GRACE)
    assert at(NOW + GRACE, send_due_messages) == "1 accepted"


def test_a_rehearsal_sends_nothing_and_leaves_no_trace(visit: Appointment, app: Flask) -> None:
    book(visit)
    with clock.set_to(NOW + GRACE):
        assert by_hand.rehearse(the_job("send_due_messages")) == "(dry) 1 filed"
    assert [m.state for m in rows("booked")] == ["waiting"]


# --- planning -------------------------------------------------------------------------------------------------------------


def test_the_reconciler_finds_nothing_to_do(visit: Appointment) -> None:
    book(visit)
    assert plan_messages.run(NOW) == "1 patients, 0 missing, 0 mended"


def test_the_reconciler_mends_what_nobody_planned(course: Course) -> None:
    b.a_visit(course.plan.patient, ist(12, 10, 14).astimezone(UTC), course.sessions[0])
    assert plan_messages.run(NOW).endswith("3 missing, 0 mended")
    assert plan_messages.run(NOW).endswith("0 missing, 0 mended")


def test_a_new_day_makes_dates_and_invitations_true(course: Course) -> None:
    for n, session in enumerate(course.sessions):
        b.done(session, date(2026, 3, 1) + timedelta(days=28 * n))
    with transaction():
        db.session.add(Consent(patient_id=course.plan.patient_id, kind=ConsentKind.RECALL, given_at=NOW))
    assert propose_maintenance.run(NOW) == "1 patients looked at"
    assert db.session.get_one(Course, course.id).due_step == "M1"
    assert propose_maintenance.run(NOW) == "1 patients looked at"


# --- the day and its tasks ------------------------------------------------------------------------------------------------


def test_a_visit_nobody_closed_becomes_a_task_and_never_a_no_show(course: Course) -> None:
    visit = b.a_visit(course.plan.patient, ist(11, 30, 14).astimezone(UTC), course.sessions[0])
    assert close_the_day.run(NOW) == "1 without an outcome"
    assert close_the_day.run(NOW) == "0 without an outcome"
    assert db.session.get_one(Appointment, visit.id).state == VisitState.BOOKED
    assert [(task.kind, task.subject_id) for task in tasks()] == [("no_outcome", visit.id)]


def test_a_visit_of_long_ago_is_asked_about_too(course: Course) -> None:
    b.a_visit(course.plan.patient, ist(9, 1, 14).astimezone(UTC), course.sessions[0])
    assert close_the_day.run(NOW) == "1 without an outcome"


def test_todays_visits_are_left_alone(course: Course) -> None:
    b.a_visit(course.plan.patient, ist(12, 1, 9).astimezone(UTC), course.sessions[0])
    assert close_the_day.run(NOW) == "0 without an outcome"


def test_whoever_did_not_confirm_is_called_at_four_on_the_working_day_before(course: Course) -> None:
    visit = b.a_visit(course.plan.patient, ist(12, 7, 14).astimezone(UTC), course.sessions[0])  # Monday; Sunday is closed
    watch_windows.run(ist(12, 5, 15, 59))
    assert not tasks("call_line")
    watch_windows.run(ist(12, 5, 16))
    watch_windows.run(ist(12, 5, 17))
    assert [(task.subject_id, task.facts["about"]) for task in tasks("call_line")] == [(visit.id, "unconfirmed")]


def test_a_confirmation_takes_the_call_away_and_a_made_call_does_not_come_back(course: Course) -> None:
    visit = b.a_visit(course.plan.patient, ist(12, 7, 14).astimezone(UTC), course.sessions[0])
    watch_windows.run(ist(12, 5, 16))
    with transaction():
        db.session.get_one(Appointment, visit.id).state = VisitState.CONFIRMED
    watch_windows.run(ist(12, 5, 17))
    assert not tasks("call_line")
    with transaction():
        db.session.get_one(Appointment, visit.id).state = VisitState.BOOKED
    watch_windows.run(ist(12, 5, 18))
    assert not tasks("call_line")


def test_whoever_did_not_come_is_called_the_next_day_unless_booked_again(course: Course) -> None:
    visit = b.a_visit(course.plan.patient, ist(12, 1, 9).astimezone(UTC), course.sessions[0])
    with transaction():
        row = db.session.get_one(Appointment, visit.id)
        row.state = VisitState.NO_SHOW
        row.statuses.append(AppointmentStatus(state=VisitState.NO_SHOW, at=NOW))
    watch_windows.run(later(hours=1))
    assert not tasks("call_line")
    watch_windows.run(later(days=1))
    assert [task.facts["about"] for task in tasks("call_line")] == ["no_show"]


def test_while_nobody_decided_about_a_report_the_patient_is_called_four_hours_before(course: Course) -> None:
    b.a_visit(course.plan.patient, ist(12, 2, 14).astimezone(UTC), course.sessions[0])
    with transaction():
        told = reports.report(course.plan.patient, NewReport("a rash"), NOW)
    watch_windows.run(ist(12, 2, 9, 59))
    assert not tasks("call_undecided")
    watch_windows.run(ist(12, 2, 10))
    watch_windows.run(ist(12, 2, 11))
    assert [task.subject_id for task in tasks("call_undecided")] == [told.id]
    with transaction():
        reports.decide(told, Decision.TREAT, ist(12, 2, 11), why="seen on the telephone")
    watch_windows.run(ist(12, 2, 12))
    assert not tasks("call_undecided")


def test_a_report_shortly_before_the_visit_has_half_an_hour_to_be_decided(course: Course) -> None:
    b.a_visit(course.plan.patient, ist(12, 2, 14).astimezone(UTC), course.sessions[0])
    with transaction():
        reports.report(course.plan.patient, NewReport("a rash"), ist(12, 2, 12))
    watch_windows.run(ist(12, 2, 12, 29))
    assert not tasks("call_undecided")
    watch_windows.run(ist(12, 2, 12, 30))
    assert tasks("call_undecided")


def test_a_draft_that_nobody_begins_is_the_physicians_after_a_week(course: Course) -> None:
    with transaction():
        course.plan.state, course.plan.made_at = PlanState.DRAFT, NOW - timedelta(days=6)
    watch_windows.run(NOW)
    assert not tasks("plan_waiting")
    watch_windows.run(later(days=1))
    watch_windows.run(later(days=2))
    assert [(task.subject_id, task.for_role) for task in tasks("plan_waiting")] == [(course.plan_id, "physician")]
    with transaction():
        life.begin(course.plan, later(days=2))
    assert not tasks("plan_waiting")


def test_a_draft_with_a_coming_visit_waits_for_nobody(course: Course) -> None:
    b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0], tentative=True)
    with transaction():
        course.plan.state, course.plan.made_at = PlanState.DRAFT, NOW - timedelta(days=30)
    watch_windows.run(NOW)
    assert not tasks("plan_waiting")


def test_after_the_last_invitation_a_person_calls_once(course: Course) -> None:
    with transaction():
        course.due_step, course.due_on, course.live, course.needs_booking = "M1", date(2026, 11, 1), True, True
        db.session.add(
            Message(kind="recall_2", subject_type="course", subject_id=course.id, cycle="M1", patient_id=course.plan.patient_id,
                    urgency=Urgency.INVITATION, message_class=MessageClass.RECALL, due_at=NOW, try_at=NOW, planned_at=NOW, settled_at=NOW,
                    state=MessageState.SENT, message_id="<r@x>")
        )  # fmt: skip
    watch_windows.run(NOW - timedelta(days=1))
    assert not tasks("recall_stopped")
    watch_windows.run(later(days=1))
    watch_windows.run(later(days=2))
    assert [task.subject_id for task in tasks("recall_stopped")] == [course.id]


def test_an_evaluation_that_ends_before_the_first_session_is_asked_for(course: Course) -> None:
    made = b.an_evaluation(course.plan.patient, b.a_physician("Dr. Can Er"), valid_until=date(2026, 12, 10))
    watch_windows.run(NOW)
    watch_windows.run(NOW)
    assert [(task.kind, task.subject_id, task.for_role) for task in tasks()] == [("evaluation_due", made.id, "physician")]


def test_calls_that_help_no_more_are_closed(course: Course) -> None:
    with transaction():
        course.plan.patient.email = ""
    visit = b.a_visit(course.plan.patient, ist(12, 1, 9).astimezone(UTC), course.sessions[0])
    take_place(visit, ist(12, 1, 10).astimezone(UTC), NOW)
    at(later(hours=1), send_due_messages)
    assert "aftercare" in [task.facts["about"] for task in tasks("call_line")]
    watch_windows.run(later(days=3))
    assert "aftercare" not in [task.facts["about"] for task in tasks("call_line")]


def test_what_was_kept_for_a_moment_is_forgotten(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    member = b.a_nurse()
    with transaction():
        for age, name in ((20, "old"), (0, "new")):
            made = NOW - timedelta(days=age)
            db.session.add_all(
                [KeptText(key=name, staff_id=member.id, purpose="search", content={}, kept_at=made),
                 FormToken(token=name, staff_id=member.id, used_at=made, result=""), Throttle(key=name, window=made, tries=1)]
            )  # fmt: skip
    assert forget_old_records.run(NOW).startswith("3 rows")
    assert forget_old_records.run(NOW).startswith("0 rows")


def test_filed_mails_are_deleted_after_a_week(visit: Appointment, app: Flask) -> None:
    book(visit)
    at(NOW + GRACE, send_due_messages)
    assert isinstance(app.extensions["transport"], FolderTransport)
    assert forget_old_records.run(later(days=6)).endswith("0 filed mails forgotten")
    assert forget_old_records.run(later(days=8)).endswith("1 filed mails forgotten")


# --- all of them ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [job.name for job in TIMETABLE])
def test_every_job_runs_before_there_is_a_clinic(app: Flask, noon: datetime, name: str) -> None:
    job = the_job(name)
    assert "failed" not in runner.run(job, NOW)
    assert db.session.get_one(Heartbeat, name).finished_at is not None


@pytest.mark.parametrize("name", [job.name for job in TIMETABLE])
def test_every_job_may_run_twice(visit: Appointment, app: Flask, name: str) -> None:
    book(visit)
    with clock.set_to(later(hours=1)):
        runner.run(the_job(name), later(hours=1))
        before = [(m.id, m.state, m.try_at, m.reason) for m in rows()], len(tasks())
        runner.run(the_job(name), later(hours=1))
    assert ([(m.id, m.state, m.try_at, m.reason) for m in rows()], len(tasks())) == before

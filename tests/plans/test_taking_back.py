"""Undo in the toast of a pause and of a finding: what it did to visits, mails and calls is taken back with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.plans.health import findings, reports
from app.plans.health.reports import NewReport
from app.schedule import actions as schedule
from app.schedule import consents
from app.work import actions as work
from app.work.actions import Result
from models import clock
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.message import Message, MessageState
from models.patient import Channel, Finding, Patient
from models.task import StaffTask
from models.treatment import Course, Hold, PlanState, SessionState, TreatmentPlan
from tests import builders
from tests.builders import TODAY, sign_in
from tests.journeys.test_main_job import job, mails
from tests.journeys.test_main_job import words as said
from tests.plans.pages import send
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, align, book, claims_of, days, move

SOON = timedelta(minutes=5)


@dataclass
class Booked:
    """A series with its first session done long ago and its second and third booked; the mail of the booking has gone."""

    scene: Scene
    visits: list[Appointment]

    @property
    def plan(self) -> TreatmentPlan:
        return db.session.get_one(TreatmentPlan, self.scene.plan.id)


@pytest.fixture
def booked(app: Flask, client: FlaskClient, noon: datetime) -> Booked:
    scene = a_scene(grace_minutes=3)
    builders.done(scene.sessions[0], days(-30))
    align(scene)
    before = noon - timedelta(hours=2)
    visits = [book(scene.sessions[n], days(ahead), "10:00", before) for n, ahead in ((1, 3), (2, 34))]
    job("send_due_messages", noon - timedelta(hours=1))
    sign_in(client, scene.physician)
    return Booked(scene, visits)


def pause(client: FlaskClient, plan: TreatmentPlan, **typed: str) -> TestResponse:
    return client.get(send(client, f"/plan/{plan.id}/hold", "seen", reason="travels", **typed).location)


def find(client: FlaskClient, patient: Patient, rule: str = "pregnant") -> TestResponse:
    return client.get(send(client, f"/patients/{patient.id}/finding/new", rule=rule, since="1.12.2026").location)


def undo_of(page: TestResponse) -> str:
    """The address of the toast's Undo."""
    found = re.search(r'action="(/(?:holds|findings)/\d+/undo)"', page.text)
    assert found, "the toast has no Undo"
    return found[1]


def press(client: FlaskClient, url: str) -> str:
    """What the next page says after Undo was pressed."""
    return words(client.get(client.post(url).location))


def states(visits: list[Appointment]) -> list[VisitState]:
    return [fresh(visit).state for visit in visits]


def alive(patient: Patient, *kinds: str) -> list[Message]:
    """Messages of these kinds that wait or went."""
    of_kind = db.session.query(Message).filter(Message.patient_id == patient.id, Message.kind.in_(kinds))
    return of_kind.filter(Message.state != MessageState.WITHDRAWN).all()


def open_tasks() -> set[str]:
    return {task.kind for task in db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None))}


def test_one_press_takes_a_pause_back_with_its_visits_mails_and_tasks(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    before = [(fresh(visit).state, claims_of(visit)) for visit in booked.visits], booked.scene.course.due_on, open_tasks()
    reminders = {message.id for message in alive(booked.scene.patient, "reminder_1", "reminder_2")}
    page = pause(client, booked.plan)
    assert states(booked.visits) == [VisitState.CANCELLED] * 2
    assert "The mail goes out" in words(page)
    assert len(alive(booked.scene.patient, "paused")) == 1
    with clock.set_to(noon + timedelta(minutes=2)):
        text = press(client, undo_of(page))
    assert "The plan is not on hold any more. 2 visits are booked again." in text
    assert ([(fresh(visit).state, claims_of(visit)) for visit in booked.visits], booked.scene.course.due_on, open_tasks()) == before
    assert booked.plan.state is PlanState.ACTIVE
    assert {message.id for message in alive(booked.scene.patient, "reminder_1", "reminder_2")} == reminders
    assert alive(booked.scene.patient, "paused", "cancelled", "moved") == []
    assert "Pause taken back: it was made by mistake" in text
    before_all = len(mails())
    job("send_due_messages", noon + timedelta(minutes=9))
    assert len(mails()) == before_all


def test_a_second_press_finds_nothing_to_undo(client: FlaskClient, booked: Booked) -> None:
    url = undo_of(pause(client, booked.plan))
    press(client, url)
    assert "There is nothing to undo." in press(client, url)
    assert states(booked.visits) == [VisitState.BOOKED] * 2


@pytest.mark.parametrize("make", [pause, find])
def test_only_who_did_it_takes_it_back_and_only_for_ten_minutes(client: FlaskClient, booked: Booked, noon: datetime, make: object) -> None:
    url = undo_of(pause(client, booked.plan) if make is pause else find(client, booked.scene.patient))
    with clock.set_to(noon + timedelta(minutes=11)):
        assert "within ten minutes" in press(client, url)
    sign_in(client, builders.a_physician("Dr. Ali Er"))
    assert "within ten minutes" in press(client, url)
    assert states(booked.visits) == [VisitState.CANCELLED] * 2
    assert booked.plan.state is PlanState.ON_HOLD


def test_reception_cannot_press_it(client: FlaskClient, booked: Booked) -> None:
    url = undo_of(pause(client, booked.plan))
    sign_in(client, builders.a_receptionist())
    assert client.post(url).status_code == 403


def test_where_the_mail_has_gone_another_says_that_the_visits_stand_again(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    page = pause(client, booked.plan)
    with clock.set_to(noon + SOON):
        job("send_due_messages", noon + SOON)
        press(client, undo_of(page))
        assert states(booked.visits) == [VisitState.BOOKED] * 2
        (message,) = alive(booked.scene.patient, "booked", "plan_summary")[1:]
        job("send_due_messages", noon + 2 * SOON)
    assert db.session.get_one(Message, message.id).state is MessageState.FILED
    again = said(mails()[-1])
    assert "4 Aralık" in again
    assert "4 Ocak" in again


def test_a_visit_whose_place_was_taken_meanwhile_is_named_and_its_session_waits(client: FlaskClient, booked: Booked) -> None:
    page = pause(client, booked.plan)
    builders.a_visit(booked.scene.patient, fresh(booked.visits[1]).starts_at + SOON, kind=VisitKind.OTHER)
    text = press(client, undo_of(page))
    assert "1 visit is booked again. Not booked again: " in text
    assert "The patient has another visit at that time." in text
    assert "Its session waits on the worklist." in text
    assert states(booked.visits) == [VisitState.BOOKED, VisitState.CANCELLED]
    assert [session.state for session in booked.scene.course.sessions[1:3]] == [SessionState.BOOKED, SessionState.PROPOSED]
    (message,) = alive(booked.scene.patient, "cancelled", "paused")
    assert message.kind == "cancelled", "the plan is not paused, so no mail says so"
    assert [line["visit"] for line in message.facts["changes"]] == [booked.visits[1].id]


def test_a_session_booked_elsewhere_meanwhile_stays_there(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    page = pause(client, booked.plan, until="day", until_day="10.12.2026")
    book(booked.scene.sessions[1], days(11), "10:00", noon)
    assert "was booked or dropped meanwhile" in press(client, undo_of(page))
    assert states(booked.visits) == [VisitState.CANCELLED, VisitState.BOOKED]


def test_a_finding_is_taken_back_as_if_it_had_never_been_found(client: FlaskClient, booked: Booked) -> None:
    page = find(client, booked.scene.patient)
    assert booked.plan.state is PlanState.ON_HOLD
    assert "The finding is taken back. 2 visits are booked again." in press(client, undo_of(page))
    (finding,) = db.session.query(Finding)
    assert (finding.cleared_by_id, finding.by_mistake) == (booked.scene.physician.id, True)
    assert booked.plan.state is PlanState.ACTIVE
    assert states(booked.visits) == [VisitState.BOOKED] * 2
    assert alive(booked.scene.patient, "paused", "cancelled") == []
    assert "entered by mistake, taken back 01/12/2026" in words(client.get(f"/patients/{booked.scene.patient.id}"))
    assert "There is nothing to undo." in press(client, f"/findings/{finding.id}/undo")


def test_a_nurse_takes_back_what_she_found_though_she_may_clear_nothing(client: FlaskClient, booked: Booked) -> None:
    sign_in(client, booked.scene.nurse)
    assert "The finding is taken back." in press(client, undo_of(find(client, booked.scene.patient)))
    assert states(booked.visits) == [VisitState.BOOKED] * 2


def test_a_finding_that_holds_nothing_is_taken_back_too(client: FlaskClient, booked: Booked) -> None:
    assert "The finding is taken back." in press(client, undo_of(find(client, booked.scene.patient, "nsaid")))
    assert findings.standing(db.session.get_one(Patient, booked.scene.patient.id)) == []


def test_a_finding_whose_end_was_recorded_meanwhile_is_not_taken_back(client: FlaskClient, booked: Booked) -> None:
    url = undo_of(find(client, booked.scene.patient))
    (held,) = db.session.query(Hold)
    send(client, f"/holds/{held.id}/resume", "seen", how="ended", ended="1.12.2026")
    assert "There is nothing to undo." in press(client, url)


def test_a_pause_that_a_finding_made_is_taken_back_with_its_finding_only(client: FlaskClient, booked: Booked) -> None:
    find(client, booked.scene.patient)
    (held,) = db.session.query(Hold)
    assert "There is nothing to undo." in press(client, f"/holds/{held.id}/undo")
    assert booked.plan.state is PlanState.ON_HOLD


# --- who was to come within a day


@pytest.fixture
def tomorrow(booked: Booked, noon: datetime) -> Appointment:
    """The second session lies tomorrow at ten, and the patient knows of it."""
    visit = move(booked.visits[0], days(1), "10:00", noon - timedelta(minutes=50))
    job("send_due_messages", noon - timedelta(minutes=40))
    return visit


def test_the_call_about_a_visit_of_tomorrow_ends_with_the_pause(client: FlaskClient, booked: Booked, tomorrow: Appointment) -> None:
    page = pause(client, booked.plan)
    assert "call the patient. It stands on the call list." in words(page)
    assert "cancelled_soon" in open_tasks()
    press(client, undo_of(page))
    assert not {"cancelled_soon", "not_agreed"} & open_tasks()


def test_who_was_called_already_is_called_again(client: FlaskClient, booked: Booked, tomorrow: Appointment, noon: datetime) -> None:
    page = pause(client, booked.plan)
    with transaction():
        work.tried(db.session.query(StaffTask).filter_by(kind="cancelled_soon").one(), Result.REACHED, noon)
    press(client, undo_of(page))
    assert fresh(tomorrow).state is VisitState.BOOKED
    assert "not_agreed" in open_tasks()


def test_whom_the_mail_told_already_is_called_too(client: FlaskClient, booked: Booked, tomorrow: Appointment, noon: datetime) -> None:
    page = pause(client, booked.plan)
    with clock.set_to(noon + SOON):
        job("send_due_messages", noon + SOON)
        press(client, undo_of(page))
    assert "not_agreed" in open_tasks()


def test_what_the_patient_had_asked_about_the_visit_is_open_again(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    with transaction():
        visit = fresh(booked.visits[0])
        asked = StaffTask(kind="asked_to_move", subject_type="appointment", subject_id=visit.id, patient_id=visit.patient_id,
                          for_role="reception", due_on=TODAY, facts={"revision": visit.revision}, made_at=noon)  # fmt: skip
        db.session.add(asked)
    page = pause(client, booked.plan)
    job("watch_windows", noon + timedelta(minutes=1))
    assert "asked_to_move" not in open_tasks()
    with clock.set_to(noon + timedelta(minutes=2)):
        press(client, undo_of(page))
    job("watch_windows", noon + timedelta(minutes=3))
    assert "asked_to_move" in open_tasks()


def test_the_call_line_of_a_patient_without_mail_ends(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Patient, booked.scene.patient.id).channel = Channel.PHONE
    page = pause(client, booked.plan)
    with clock.set_to(noon + SOON):
        job("send_due_messages", noon + SOON)
        assert calls_about("paused") == 1
        press(client, undo_of(page))
        assert calls_about("paused", "cancelled", "booked", "moved") == 0


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PHONE])
def test_what_the_pause_had_taken_into_its_mail_is_told_by_itself_again(
    client: FlaskClient, booked: Booked, noon: datetime, channel: Channel
) -> None:
    with transaction():
        db.session.get_one(Patient, booked.scene.patient.id).channel = channel
        schedule.cancel(fresh(booked.visits[1]), noon - timedelta(minutes=2), by_patient=True)
    if channel is Channel.PHONE:
        job("send_due_messages", noon + timedelta(minutes=2))
    page = pause(client, booked.plan)
    with clock.set_to(noon + timedelta(minutes=2)):
        press(client, undo_of(page))
    job("send_due_messages", noon + timedelta(minutes=4))
    if channel is Channel.PHONE:
        assert calls_about("cancelled") == 1
    else:
        assert "4 Ocak" in said(mails()[-1])
        assert "4 Aralık" not in said(mails()[-1])


def calls_about(*kinds: str) -> int:
    """Open lines of the call list that stand for a message of one of these kinds."""
    lines = db.session.query(StaffTask).filter(StaffTask.kind == "call_line", StaffTask.closed_at.is_(None))
    return sum(line.facts.get("about") in kinds for line in lines)


# --- a visit of two courses


@dataclass
class Joined:
    """Microneedling and exosomes in one visit at ten."""

    scene: Scene
    exosome: Course
    visit: Appointment


@pytest.fixture
def joined(app: Flask, client: FlaskClient, noon: datetime) -> Joined:
    scene = a_scene("microneedling_face")
    exosome = builders.a_course(scene.plan, builders.a_protocol("exosome_face_injected"), area="face")
    with transaction():
        exosome.protocol_version.content = {**exosome.protocol_version.content, "acts": ["exosome_topical"]}
        consents.sign(exosome, scene.physician.id, builders.EARLY)
    visit = book([scene.sessions[0], exosome.sessions[0]], days(3), "10:00", noon - timedelta(hours=2))
    sign_in(client, scene.physician)
    return Joined(scene, exosome, visit)


def whole(visit: Appointment) -> tuple[object, ...]:
    now = fresh(visit)
    carried = [(link.session_id, link.position, link.outcome, link.session.state) for link in now.sessions]
    return now.state, now.kind, now.starts_at, now.minutes, now.performer_id, now.room_id, carried, claims_of(now)


def test_a_visit_that_stayed_for_the_other_course_is_joined_again(client: FlaskClient, joined: Joined) -> None:
    before = whole(joined.visit)
    page = pause(client, joined.scene.plan, scope=str(joined.scene.course.id))
    assert len(fresh(joined.visit).sessions) == 1
    assert "1 visit is booked again." in press(client, undo_of(page))
    assert whole(joined.visit) == before
    assert alive(joined.scene.patient, "moved", "cancelled", "paused") == []


def test_a_joined_visit_that_a_finding_cancelled_is_whole_again(client: FlaskClient, joined: Joined) -> None:
    before = whole(joined.visit)
    page = find(client, joined.scene.patient)
    assert fresh(joined.visit).state is VisitState.CANCELLED
    press(client, undo_of(page))
    assert whole(joined.visit) == before


def test_a_finding_that_holds_one_course_only_joins_the_visit_again(client: FlaskClient, joined: Joined) -> None:
    before = whole(joined.visit)
    rule = next(rule for rule in ("fish_allergy", "cancer_history", "isotretinoin") if _holds_one(joined, rule))
    page = find(client, joined.scene.patient, rule)
    press(client, undo_of(page))
    assert whole(joined.visit) == before


def _holds_one(joined: Joined, rule: str) -> bool:
    contents = [course.protocol_version.content["rules"] for course in (joined.scene.course, joined.exosome)]
    return sum(rule in content for content in contents) <= 1


def test_a_visit_that_was_moved_after_it_was_parted_stays_where_it_is(client: FlaskClient, joined: Joined, noon: datetime) -> None:
    page = pause(client, joined.scene.plan, scope=str(joined.scene.course.id))
    move(fresh(joined.visit), days(4), "11:00", noon)
    assert "This visit was changed again meanwhile" in press(client, undo_of(page))
    assert len(fresh(joined.visit).sessions) == 1


def test_a_room_taken_meanwhile_keeps_a_parted_visit_as_it_is(client: FlaskClient, joined: Joined) -> None:
    page = pause(client, joined.scene.plan, scope=str(joined.scene.course.id))
    after = fresh(joined.visit)
    other = builders.a_patient("Mehmet", "Kaya", phone="+905321114499")
    builders.a_visit(other, after.ends_at, kind=VisitKind.OTHER, performer=joined.scene.physician)
    text = press(client, undo_of(page))
    assert "Not booked again: " in text
    assert [link.session.course_id for link in fresh(joined.visit).sessions] == [joined.exosome.id]
    assert fresh(joined.visit).state is VisitState.BOOKED


def test_who_cancelled_the_visit_before_the_pause_is_not_overruled(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    with transaction():
        schedule.cancel(fresh(booked.visits[1]), noon - timedelta(minutes=1), by_patient=True)
    press(client, undo_of(pause(client, booked.plan)))
    assert states(booked.visits) == [VisitState.BOOKED, VisitState.CANCELLED]


def test_a_finding_by_which_a_report_was_decided_is_not_taken_back_alone(client: FlaskClient, booked: Booked, noon: datetime) -> None:
    with transaction():
        told = reports.report(db.session.get_one(Patient, booked.scene.patient.id), NewReport("I am pregnant", "pregnant"), noon)
    decided = {"decision": "hold", "rule": "pregnant", "since": "1.12.2026", "area": ""}
    assert client.post(f"/reports/{told.id}/decide", data=decided).status_code == 303
    (finding,) = db.session.query(Finding)
    assert "There is nothing to undo." in press(client, f"/findings/{finding.id}/undo")
    assert states(booked.visits) == [VisitState.CANCELLED] * 2

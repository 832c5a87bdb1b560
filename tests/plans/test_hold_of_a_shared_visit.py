"""A pause of one course, where a visit carries another course's session too: the visit stays for that one, at its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.messages import changes
from app.messages.compose import compose
from app.plans.health import findings, holds, reports
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.plans.health.reports import NewReport
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet, Message
from models.patient import Decision
from models.staff import StaffMember
from models.treatment import Course, SessionState
from tests import builders
from tests.builders import sign_in
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, book, claims_of, consent, days

STAYS = "at the same time for this treatment alone: Exosome micro-injection, face"


@dataclass
class Joined:
    """Microneedling and exosomes in one visit at ten."""

    scene: Scene
    needling: Course
    exosome: Course
    visit: Appointment


@pytest.fixture
def joined(app: Flask, noon: datetime) -> Joined:
    scene = a_scene("microneedling_face")
    exosome = builders.a_course(scene.plan, builders.a_protocol("exosome_face_injected"), area="face")
    with transaction():
        exosome.protocol_version.content = {**exosome.protocol_version.content, "acts": ["exosome_topical"]}
    consent(exosome, scene.physician)
    visit = book([scene.sessions[0], exosome.sessions[0]], days(3), "10:00", noon)
    return Joined(scene, scene.course, exosome, visit)


def pause(joined: Joined, course: Course | None, noon: datetime) -> None:
    with transaction():
        plan = joined.scene.plan
        holds.hold(plan, Pause(reason="asked for it"), noon, course=course)


def test_the_visit_stays_for_the_other_course_shorter_at_its_time(joined: Joined, noon: datetime) -> None:
    before = fresh(joined.visit)
    start, minutes, performer = before.starts_at, before.minutes, before.performer_id
    pause(joined, joined.needling, noon)
    after = fresh(joined.visit)
    assert (after.state, after.starts_at, after.performer_id) == (VisitState.BOOKED, start, performer)
    assert [link.session.course_id for link in after.sessions] == [joined.exosome.id]
    assert after.minutes < minutes
    assert all(claim.ends_at <= after.ends_at for claim in after.claims)
    assert (joined.needling.sessions[0].state, joined.exosome.sessions[0].state) == (SessionState.PROPOSED, SessionState.BOOKED)


def test_it_is_as_if_it_had_been_booked_alone(joined: Joined, noon: datetime) -> None:
    pause(joined, joined.needling, noon)
    kept = claims_of(fresh(joined.visit))
    other = builders.a_patient("Mehmet", "Kaya", phone="+905321114499")
    builders.an_evaluation(other, joined.scene.physician)
    alone = builders.a_course(builders.a_plan(other, joined.scene.physician), joined.exosome.protocol_version)
    consent(alone, joined.scene.physician)
    made = book(alone.sessions[0], days(4), "10:00", noon)
    assert {claim[:1] + claim[2:] for claim in claims_of(made)} == {claim[:1] + claim[2:] for claim in kept}


def test_a_pause_of_the_whole_plan_cancels_it(joined: Joined, noon: datetime) -> None:
    pause(joined, None, noon)
    assert fresh(joined.visit).state is VisitState.CANCELLED


def test_where_the_other_cannot_be_done_alone_the_visit_is_cancelled(joined: Joined, noon: datetime) -> None:
    with transaction():
        for member in db.session.query(StaffMember):
            member.skills = ["microneedling"]
    pause(joined, joined.needling, noon)
    assert fresh(joined.visit).state is VisitState.CANCELLED
    assert joined.exosome.sessions[0].state is SessionState.PROPOSED


def test_the_patient_is_told_once_that_it_stays_and_takes_less(joined: Joined, noon: datetime) -> None:
    later = noon.replace(hour=12)
    with transaction():
        for one in db.session.query(Message):
            db.session.delete(one)
        for told in db.session.query(ChangeSet):
            told.at = told.mail_after = noon.replace(year=noon.year - 1)
    pause(joined, joined.needling, later)
    (message,) = db.session.query(Message).filter_by(subject_type=changes.SUBJECT)
    assert message.kind == "moved"
    text = compose(message, later).text
    assert "Saati aynı kalıyor, daha kısa sürecek" in text
    assert "10:00" in text
    assert "sizi arayacağız" not in text


def test_the_page_says_before_what_becomes_of_the_visit(joined: Joined, client: FlaskClient) -> None:
    sign_in(client, joined.scene.physician)
    page = words(client.get(f"/plan/{joined.scene.plan.id}/hold"))
    assert "If the whole plan pauses:" in page
    assert STAYS in page


def test_the_decision_of_a_report_says_it_too_and_does_it(joined: Joined, client: FlaskClient, noon: datetime) -> None:
    with transaction():
        told = reports.report(joined.scene.patient, NewReport("a rash on the face"), noon)
    sign_in(client, joined.scene.physician)
    page = words(client.get(f"/reports/{told.id}/decide"))
    assert "These visits keep their places until you decide." in page
    assert "cancelled" in page
    assert fresh(joined.visit).state is VisitState.BOOKED


def test_a_decision_that_holds_one_course_leaves_the_visit_to_the_other(joined: Joined, noon: datetime) -> None:
    with transaction():
        told = reports.report(joined.scene.patient, NewReport("not well"), noon)
        held = reports.pauses_of(told)[0]
        held.course_id = joined.needling.id
    (fate,) = reports.fates_of(told, noon)
    assert fate.stays is not None
    with transaction():
        reports.decide(told, Decision.HOLD, noon, why="wait")
    assert [link.session.course_id for link in fresh(joined.visit).sessions] == [joined.exosome.id]


def test_a_finding_that_touches_all_cancels_it_in_one_message(joined: Joined, noon: datetime) -> None:
    with transaction():
        findings.add(joined.scene.patient, NewFinding("pregnant", days(0)), noon)
    assert fresh(joined.visit).state is VisitState.CANCELLED

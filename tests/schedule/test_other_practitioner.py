"""A visit that keeps its time but not its practitioner, or not even its room: what the patient hears, and who still calls."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.clinic import queries as clinic_queries
from app.messages import changes, watch
from app.messages.compose import compose
from app.schedule import actions, agreement
from app.schedule.free import resources
from app.schedule.move import moving
from app.schedule.visit.read_aloud import sentence
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet, Message
from models.staff import Absence, StaffMember
from models.task import StaffTask, TaskKind
from tests import builders
from tests.schedule.pages import fresh
from tests.schedule.scenes import Scene, a_scene, at, book, days, told


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


@pytest.fixture
def other(scene: Scene) -> StaffMember:
    return builders.a_physician("Dr. Ali Er")


def known(scene: Scene, noon: datetime, day: int = 3) -> Appointment:
    """A booked visit of which the patient was told long ago."""
    visit = book(scene.sessions[0], days(day), "10:00", noon, performer=scene.physician, room_id=1)
    with transaction():
        for message in db.session.query(Message):
            db.session.delete(message)
        for one in db.session.query(ChangeSet):
            one.at = one.mail_after = noon - timedelta(days=400)
    return fresh(visit)


def re_plan(visit: Appointment, slot: tuple[int, int | None, int | None], now: datetime) -> None:
    minute, performer_id, room_id = slot
    with transaction():
        wanted = resources.wanted(visit.local_day, minute, performer_id, room_id)
        actions.move(visit, wanted, told(visit.patient, now), now, asked_by=moving.CLINIC)


def mail_of(now: datetime) -> tuple[str, str]:
    (message,) = db.session.query(Message).filter_by(subject_type=changes.SUBJECT)
    found = compose(message, now)
    return found.subject, found.text


@pytest.mark.parametrize(
    ("language", "subject", "lines"),
    [
        ("en", "Changed: your appointment on Friday 4 December, please come at 10:00 as before",
         ("your doctor will not be at the clinic on that day",
          "Stays at its time: Friday 4 December 2026", "With: Dr. Ali Er", "we will call you")),
        ("tr", "Randevunuz değişti: 4 Aralık Cuma, geliş saati aynı: 10:00",
         ("hekiminiz o gün klinikte olmayacak",
          "Saati aynı kalıyor: 4 Aralık 2026 Cuma", "Hekiminiz: Dr. Ali Er", "sizi arayacağız")),
    ],
)  # fmt: skip
def test_the_mail_says_who_it_is_with_now_and_not_that_it_takes_less(
    scene: Scene, other: StaffMember, noon: datetime, language: str, subject: str, lines: tuple[str, ...]
) -> None:
    visit = known(scene, noon)
    with transaction():
        scene.patient.language = language
        db.session.add(Absence(staff_id=scene.physician.id, first_day=days(3), last_day=days(9)))
    re_plan(visit, (600, other.id, None), noon)
    told_subject, text = mail_of(noon)
    assert told_subject == subject
    for line in lines:
        assert line in text
    assert "less" not in text
    assert "kısa" not in text


def test_another_room_is_nothing_to_tell_and_leaves_a_confirmed_visit_confirmed(scene: Scene, noon: datetime) -> None:
    visit = known(scene, noon)
    with transaction():
        actions.confirm(visit, noon)
    re_plan(visit, (600, scene.physician.id, 2), noon)
    after = fresh(visit)
    assert (after.room_id, after.state, after.agreed) == (2, VisitState.CONFIRMED, True)
    assert db.session.query(Message).filter_by(subject_type=changes.SUBJECT).count() == 0
    assert db.session.query(StaffTask).filter_by(kind=TaskKind.NOT_AGREED).count() == 0


def test_somebody_else_at_the_same_time_is_said_on_the_telephone_as_long_as_it_is_not_agreed(
    scene: Scene, other: StaffMember, noon: datetime
) -> None:
    with transaction():
        scene.patient.language = "en"
    visit = known(scene, noon)
    re_plan(visit, (600, other.id, None), noon)
    hours_later = noon + timedelta(hours=5)
    said = sentence(fresh(visit), clinic_queries.the_clinic(), hours_later)
    assert "keeps its time: Friday 4 December, please come at 10:00. This time with: Dr. Ali Er. Our phone: " in said
    assert said.endswith(clinic_queries.the_clinic().name)
    with transaction():
        agreement.agree(fresh(visit), hours_later)
    assert "This time with" not in sentence(fresh(visit), clinic_queries.the_clinic(), hours_later)


def test_who_is_called_about_a_new_time_is_not_called_about_the_confirmation_too(scene: Scene, other: StaffMember, noon: datetime) -> None:
    visit = known(scene, noon - timedelta(days=2), 1)
    re_plan(visit, (600, other.id, None), noon)
    at_four = at(days(0), "16:30")
    with transaction():
        assert watch.call_the_unconfirmed(at_four) == 0
        agreement.agree(fresh(visit), noon)
        assert watch.call_the_unconfirmed(at_four) == 0
    open_lines = db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None), StaffTask.subject_type == "appointment")
    assert open_lines.count() == 0


def test_who_agreed_on_an_earlier_day_is_still_asked_to_confirm(scene: Scene, other: StaffMember, noon: datetime) -> None:
    visit = known(scene, noon - timedelta(days=2), 1)
    re_plan(visit, (600, other.id, None), noon - timedelta(days=1))
    with transaction():
        agreement.agree(fresh(visit), noon - timedelta(days=1))
        assert watch.call_the_unconfirmed(at(days(0), "16:30")) == 1

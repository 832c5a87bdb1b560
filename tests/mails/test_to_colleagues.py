"""Mails to people who work here, word for word: counts and times and a link, never a name or a finding."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.messages.compose import Mail, NothingToSay, compose
from models.appointment import VisitState
from models.base import db, transaction
from models.staff import StaffMember
from models.task import StaffTask
from tests import builders as a
from tests.mails.reading import seen, words
from tests.mails.stories import a_message, at, with_public_url
from tests.mails.test_golden import LARGEST_HTML, compare


def _staff(language: str) -> StaffMember:
    a.a_clinic()
    return a.a_physician(language=language)


def _asked(**changes: Any) -> StaffTask:
    values = {"kind": "call_patient", "subject_type": "mail_link", "subject_id": 1, "patient_id": a.a_patient().id, "for_role": "reception",
              "due_on": date(2026, 12, 1), "made_at": at(2026, 12, 1, 21, 40)}  # fmt: skip
    with transaction():
        task = StaffTask(**(values | changes))
        db.session.add(task)
    return task


def _request(task: StaffTask, staff: StaffMember, *, unopened: bool = False, alone: bool = False) -> Mail:
    message = a_message("staff_on_call", task, staff=staff, unopened=unopened, alone=alone)
    with transaction():
        return compose(message, at(2026, 12, 1, 21, 41))


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("unopened", [False, True])
def test_a_request_for_a_call(app: Flask, noon: object, language: str, unopened: bool, request: pytest.FixtureRequest) -> None:
    with_public_url()
    mail = _request(_asked(), _staff(language), unopened=unopened)
    compare(f"staff_on_call{'_unopened' if unopened else ''}.{language}", mail, request)
    assert words(seen(mail.html)) == words(mail.text)
    assert len(mail.html.encode()) <= LARGEST_HTML


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("unopened", [False, True])
def test_where_nobody_is_on_call_the_mail_names_no_person_on_call(app: Flask, noon: object, language: str, unopened: bool) -> None:
    mail = _request(_asked(), _staff(language), unopened=unopened, alone=True)
    for said in (mail.text, mail.html):
        assert ("Nobody is on call: the managers were told." if language == "en" else "Nöbetçi yok: yöneticilere haber verildi.") in said
        assert "by e-mail too" not in said


def test_a_request_that_was_answered_meanwhile_is_not_told(app: Flask, noon: object) -> None:
    with pytest.raises(NothingToSay):
        _request(_asked(attempts=1), _staff("en"))


def _morning(staff: StaffMember) -> Mail:
    message = a_message("staff_digest", staff, staff=staff)
    with transaction():
        return compose(message, at(2026, 12, 1, 7))


def _a_day(staff: StaffMember) -> None:
    patient, nurse = a.a_patient(), a.a_nurse()
    a.a_visit(patient, at(2026, 12, 1, 9, 30), performer=nurse, minutes=30)
    a.a_visit(patient, at(2026, 12, 1, 13), performer=staff, minutes=45, state=VisitState.CONFIRMED)
    a.a_visit(patient, at(2026, 12, 1, 16), performer=staff, minutes=90, state=VisitState.CANCELLED)
    a.a_visit(patient, at(2026, 12, 2, 10), performer=staff)
    _asked(for_role="physician", patient_id=patient.id)


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_numbers_of_the_day(app: Flask, noon: object, language: str, request: pytest.FixtureRequest) -> None:
    with_public_url()
    staff = _staff(language)
    _a_day(staff)
    mail = _morning(staff)
    compare(f"staff_digest.{language}", mail, request)
    assert words(seen(mail.html)) == words(mail.text)
    assert not any(name in mail.subject + mail.text for name in ("Ayşe", "Yılmaz", "Ece"))


def test_a_day_without_visits_and_tasks_is_not_told(app: Flask, noon: object) -> None:
    with pytest.raises(NothingToSay):
        _morning(_staff("en"))


def test_whoever_switched_it_off_after_it_was_planned_gets_none(app: Flask, noon: object) -> None:
    staff = _staff("en")
    _a_day(staff)
    with transaction():
        db.session.merge(staff).digest = False
    with pytest.raises(NothingToSay):
        _morning(staff)

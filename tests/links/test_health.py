"""The short questions before a visit: a "yes" pauses and asks the physician, and nothing is cancelled by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clinic import queries as clinic_queries
from app.messages import compose
from app.messages.links import Purpose
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import MailLink, Message, MessageState
from models.patient import Patient, PatientReport, Sex
from models.task import StaffTask
from models.treatment import Hold
from tests import builders
from tests.conftest import NOON
from tests.links.conftest import Opener
from tests.mails.stories import Story

ALL_NO = {"pregnancy": "no", "infection": "no", "news": "no"}


@pytest.fixture
def path(story: Story, path_to: Opener) -> str:
    visit = db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id)
    return path_to(Purpose.HEALTH, story.told["reminder_1"][0], appointment=visit)


def _reports() -> list[PatientReport]:
    return list(db.session.scalars(select(PatientReport)))


def _visits(story: Story) -> list[Appointment]:
    return list(db.session.scalars(select(Appointment).where(Appointment.patient_id == story.patient.id, Appointment.starts_at > NOON)))


def test_the_mails_before_a_visit_ask_and_lead_to_the_questions(client: FlaskClient, story: Story) -> None:
    for kind in ("reminder_1", "reminder_2", "precare"):
        with transaction():
            mail = compose.compose(*story.told[kind])
        url = next(line.partition("questions: ")[2] for line in mail.text.splitlines() if "short questions" in line)
        page = client.get(url.removeprefix("https://ege.example")).get_data(as_text=True)
        assert "Is there an infection, a wound or a rash where you will be treated?" in page


def test_who_has_nothing_to_report_is_thanked_and_nothing_happens(client: FlaskClient, story: Story, path: str) -> None:
    answer = client.post(path, data=ALL_NO, follow_redirects=True).get_data(as_text=True)
    assert "Thank you. We look forward to seeing you." in answer
    assert _reports() == []
    used = db.session.scalars(select(MailLink).where(MailLink.used_at.is_not(None))).one()
    assert (used.purpose, used.argument) == ("health", "no")


def test_a_yes_pauses_and_asks_the_physician_and_the_place_is_kept(client: FlaskClient, story: Story, path: str) -> None:
    with transaction():
        clinic_queries.the_clinic().language = "tr"  # what staff read is in the clinic's language, the page in the patient's
    booked = [visit.id for visit in _visits(story) if visit.state is VisitState.BOOKED]
    answer = client.post(path, data=ALL_NO | {"news": "yes", "note": " isotretinoin,\nsince May "}, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "Our physician looks at your answer and we call you. Your place is kept until then." in page
    assert "tel:+902120000000" in page
    (told,) = _reports()
    assert (told.rule, told.channel, told.decision) == (None, "link", None)
    question, note = told.words.splitlines()
    assert question.endswith("Son görüşmemizden bu yana yeni bir ilaç veya yeni bir hastalık var mı?")
    assert note.endswith("isotretinoin, since May")
    assert db.session.scalars(select(Hold)).one().report_id == told.id
    assert [(task.kind, task.for_role) for task in db.session.scalars(select(StaffTask))] == [("report_undecided", "physician")]
    assert [visit.id for visit in _visits(story) if visit.state is VisitState.BOOKED] == booked
    assert not set(db.session.scalars(select(Message.kind).where(Message.state == MessageState.WAITING))) & {"cancelled", "paused"}


def test_an_infection_alone_is_reported_as_that(client: FlaskClient, story: Story, path: str) -> None:
    client.post(path, data=ALL_NO | {"infection": "yes"})
    assert [told.rule for told in _reports()] == ["infection_area"]


def test_two_answers_are_looked_at_together(client: FlaskClient, story: Story, path: str) -> None:
    client.post(path, data=ALL_NO | {"infection": "yes", "pregnancy": "yes"})
    assert [told.rule for told in _reports()] == [None]
    assert len(_reports()[0].words.splitlines()) == 2


def test_every_question_is_answered_and_what_was_pressed_stays(client: FlaskClient, story: Story, path: str) -> None:
    answer = client.post(path, data={"infection": "yes", "news": "maybe", "note": "a <b>rash</b>"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Please answer every question." in page
    assert 'id="infection-yes" required checked' in page
    assert "a &lt;b&gt;rash&lt;/b&gt;" in page
    assert page.count("checked") == 1
    assert _reports() == []


def test_pregnancy_is_asked_only_where_it_can_apply(client: FlaskClient, story: Story, path: str) -> None:
    assert "pregnant" in client.get(path).get_data(as_text=True)
    with transaction():
        db.session.get_one(Patient, story.patient.id).sex = Sex.MALE
    assert "pregnant" not in client.get(path).get_data(as_text=True)
    client.post(path, data=ALL_NO | {"pregnancy": "yes"})
    assert _reports() == []


def test_the_same_answer_from_a_second_mail_is_one_report(client: FlaskClient, story: Story, path: str, path_to: Opener) -> None:
    visit = db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id)
    again = path_to(Purpose.HEALTH, story.told["reminder_2"][0], appointment=visit)
    for one in (path, path, again):
        client.post(one, data=ALL_NO | {"infection": "yes"})
    assert len(_reports()) == 1


def test_the_questions_end_when_the_visit_begins_or_moves(app: Flask, client: FlaskClient, story: Story, path: str) -> None:
    visit = db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id)
    with transaction():
        visit.revision += 1
    assert client.get(path).status_code == 410
    client.post(path, data=ALL_NO | {"infection": "yes"})
    assert _reports() == []


def test_a_long_note_is_kept_to_its_length(client: FlaskClient, story: Story, path: str) -> None:
    client.post(path, data=ALL_NO | {"news": "yes", "note": "x" * 2000})
    assert _reports()[0].words.count("x") <= 510


def test_before_a_visit_without_treatment_nothing_is_asked(client: FlaskClient, story: Story, path_to: Opener) -> None:
    visit = builders.a_visit(story.patient, NOON + timedelta(days=6))
    page = client.get(path_to(Purpose.HEALTH, story.told["reminder_1"][0], appointment=visit)).get_data(as_text=True)
    assert "There is nothing to answer." in page

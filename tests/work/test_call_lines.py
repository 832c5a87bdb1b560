"""The call list: what to do in words, and what to say."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.messages import outbox, watch
from models import clock
from models.base import db, transaction
from models.patient import Channel, Detail, Patient
from tests import builders
from tests.builders import TODAY
from tests.mails.stories import with_public_url
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, book


def a_patient_on_the_phone() -> Scene:
    """Who reads no e-mail, and once wished for treatment words in it."""
    with_public_url()
    scene = a_scene()
    with transaction():
        patient = db.session.get_one(Patient, scene.patient.id)
        patient.channel, patient.language, patient.detail, patient.email_verified_at = Channel.PHONE, "en", Detail.FULL, builders.EARLY
    return scene


def the_list(client: FlaskClient, moment: datetime) -> str:
    with clock.set_to(moment):
        builders.sign_in(client, builders.a_receptionist())
        return words(client.get("/work"))


def test_whoever_reads_no_e_mail_is_told_by_a_person_in_words_without_links(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_patient_on_the_phone()
    book(scene.sessions[0], TODAY + timedelta(days=9), "12:30", noon)
    assert outbox.claim_next(noon + timedelta(minutes=5), "tester") is None
    page = the_list(client, noon + timedelta(minutes=5))
    assert "Tell by telephone: Appointment booked" in page
    assert "Date: Thursday 10 December 2026 Please come at: 12:30" in page
    assert "Please call us: +90 212 000 00 00" in page
    assert not any(part in page for part in ("/l/", "Reply to this e-mail", "You receive this", "PRP"))


def test_a_visit_that_nobody_confirmed_is_a_call_in_words(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_patient_on_the_phone()
    visit = book(scene.sessions[0], TODAY + timedelta(days=3), "12:30", noon - timedelta(days=2))
    moment = visit.starts_at - timedelta(hours=20)
    with clock.set_to(moment), transaction():
        assert watch.call_the_unconfirmed(moment) == 1
    page = the_list(client, moment)
    assert "Visit not confirmed: call" in page
    assert "unconfirmed" not in page

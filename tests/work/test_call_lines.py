"""The call list: what to do in words, and what to say."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.clinic import queries as clinic_queries
from app.messages import outbox, watch
from app.patients.reach import called
from app.schedule.visit.read_aloud import sentence
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.contact import Contact, ContactRole
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


def test_about_a_minor_the_guardian_is_called_by_name_and_number_in_the_guardians_language(
    app: Flask, client: FlaskClient, noon: datetime
) -> None:
    scene = a_patient_on_the_phone()
    with transaction():
        child = db.session.get_one(Patient, scene.patient.id)
        child.birth_date, child.language = TODAY - timedelta(days=14 * 365), "tr"
        db.session.add(Contact(patient_id=child.id, role=ContactRole.GUARDIAN, name="Mehmet Yılmaz", phone="+905320000008",
                               language="en", channel=Channel.PHONE, gets_mails=True, created_at=builders.EARLY))  # fmt: skip
    visit = book(scene.sessions[0], TODAY + timedelta(days=9), "12:30", noon)
    assert outbox.claim_next(noon + timedelta(minutes=5), "tester") is None
    page = the_list(client, noon + timedelta(minutes=5))
    assert "Ayşe Yılmaz Guardian: Mehmet Yılmaz +90 532 000 00 08" in page
    assert "Patient: Ayşe Yılmaz Dear Mehmet Yılmaz," in page
    said = sentence(db.session.get_one(Appointment, visit.id), clinic_queries.the_clinic(), noon + timedelta(hours=3))
    assert said.startswith("Mehmet Yılmaz (for Ayşe Yılmaz), your appointment: Thursday 10 December")


def test_whoever_has_no_telephone_is_reached_through_a_helper_and_through_nobody_who_is_only_for_an_emergency(
    app: Flask, noon: datetime
) -> None:
    scene = a_patient_on_the_phone()
    with transaction():
        patient = db.session.get_one(Patient, scene.patient.id)
        for role, number in ((ContactRole.EMERGENCY, "+905320000001"), (ContactRole.HELPER, "+905320000002")):
            db.session.add(Contact(patient_id=patient.id, role=role, name=role.value, phone=number, created_at=builders.EARLY))
    assert called(patient, TODAY).contact is None
    with transaction():
        db.session.get_one(Patient, scene.patient.id).phone = ""
    db.session.expire_all()
    assert called(db.session.get_one(Patient, scene.patient.id), TODAY).phone == "+905320000002"


def test_what_can_be_handed_over_instead_stands_on_the_line(app: Flask, client: FlaskClient, noon: datetime) -> None:
    scene = a_patient_on_the_phone()
    book(scene.sessions[0], TODAY + timedelta(days=9), "12:30", noon)
    assert outbox.claim_next(noon + timedelta(minutes=5), "tester") is None
    with clock.set_to(noon + timedelta(minutes=5)):
        builders.sign_in(client, builders.a_receptionist())
        assert f'href="/patients/{scene.patient.id}/card"' in client.get("/work").text

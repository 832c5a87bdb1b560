"""The appointment card and the care sheet: what the mails say, on paper, in the words of whoever takes it home."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.messages import compose
from models.appointment import Appointment, Outcome, VisitKind, VisitState
from models.base import db, transaction
from models.contact import Contact, ContactRole
from models.patient import Channel, Patient, Sex
from models.treatment import TreatmentSession
from tests import builders as b
from tests.conftest import NOON
from tests.mails.stories import a_message, at
from tests.schedule.pages import words

TODAY = date(2026, 12, 1)


@dataclass
class Treated:
    """A patient who has just been treated, and when to come next."""

    patient: Patient
    visit: Appointment
    sessions: list[TreatmentSession]


def treated(protocol: str = "exosome_face_needling", **patient: object) -> Treated:
    """It ended at 11:30; it is noon in London, 15:00 here."""
    b.a_clinic()
    doctor = b.a_physician()
    who = b.a_patient(**({"language": "en"} | patient))
    course = b.a_course(b.a_plan(who, doctor), b.a_protocol(protocol), sessions=3)
    visit = b.a_visit(who, at(2026, 12, 1, 10), course.sessions[0], performer=doctor)
    b.done(course.sessions[0], TODAY, performed_end=at(2026, 12, 1, 11, 30), performed_by_id=doctor.id)
    b.a_visit(who, at(2026, 12, 31, 13, 50), course.sessions[1], performer=doctor)
    with transaction():
        db.session.merge(visit).state = VisitState.DONE
        visit.sessions[0].outcome = Outcome.DONE
    return Treated(who, visit, course.sessions)


@pytest.fixture
def desk(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    return client


def the_sheet(client: FlaskClient, path: str) -> str:
    """The words between the edges of the paper."""
    b.sign_in(client, b.a_receptionist())
    answer = client.get(path)
    assert answer.status_code == 200
    return words(answer)[words(answer).index("Ege Klinik") :]


def test_the_card_has_every_date_to_come_and_both_numbers_and_no_treatment(desk: FlaskClient) -> None:
    one = treated()
    b.a_visit(one.patient, at(2027, 1, 29, 10), one.sessions[2])
    card = the_sheet(desk, f"/patients/{one.patient.id}/card")
    for said in ("Ayşe Yılmaz", "Thursday 31 December 13:50", "Friday 29 January 10:00",
                 "+90 212 000 00 00", "At night and on holidays: +90 555 000 00 00", "Teşvikiye Cad. 1"):  # fmt: skip
        assert said in card
    assert "1 December" not in card.replace("31 December", ""), "what is past stands on no card"
    assert not re.search("exosome|needling|session", card, re.IGNORECASE)


def test_the_care_sheet_says_every_line_of_the_mail_and_until_when_it_holds(desk: FlaskClient) -> None:
    one = treated()
    sheet = the_sheet(desk, f"/visits/{one.visit.id}/care")
    message = a_message("aftercare", one.visit, patient=one.patient)
    mail = compose.rehearse(message, at(2026, 12, 1, 11, 45)).text
    lines = [line.removeprefix("- ") for line in mail.splitlines() if line.startswith("- ")]
    assert len(lines) > 8
    for line in lines:
        assert line in sheet
    for said in ("First 4 hours until: 15:30", "Until tomorrow until: Wednesday 2 December, 11:30", "3 days until: Friday 4 December",
                 "2 weeks until: Tuesday 15 December", "If something worries you, call: +90 212 000 00 00",
                 "Next appointment: Thursday 31 December 2026, Please come at: 13:50"):  # fmt: skip
        assert said in sheet
    assert sheet.index("+90 212") < sheet.index("Call at once") < sheet.index("First 4 hours"), "whom to call stands first"


def test_on_paper_the_honesty_lines_name_what_was_done(desk: FlaskClient) -> None:
    one = treated()
    mail = compose.rehearse(a_message("aftercare", one.visit, patient=one.patient), NOON).text
    assert "xosome" not in mail
    assert "xosome" in the_sheet(desk, f"/visits/{one.visit.id}/care")


def test_what_is_over_is_not_printed_any_more(desk: FlaskClient) -> None:
    one = treated()
    b.done(one.sessions[0], TODAY - timedelta(days=4), performed_end=at(2026, 11, 27, 11, 30))
    with transaction():
        db.session.merge(one.visit).local_day = date(2026, 11, 27)
    sheet = the_sheet(desk, f"/visits/{one.visit.id}/care")
    assert "3 days" not in sheet
    assert "2 weeks until: Friday 11 December" in sheet


def test_after_injections_into_the_face_the_sheet_says_to_look_this_evening_and_the_day_after_no_more(desk: FlaskClient) -> None:
    one = treated("exosome_face_injected")
    assert "Look at the treated area this evening" in the_sheet(desk, f"/visits/{one.visit.id}/care")
    with transaction():
        db.session.merge(one.visit).local_day = TODAY - timedelta(days=1)
    assert "This evening" not in words(desk.get(f"/visits/{one.visit.id}/care"))


def test_paper_is_in_the_patients_language_and_a_minors_in_the_guardians(desk: FlaskClient) -> None:
    one = treated(language="tr")
    assert "Randevularınız Geliş saati 31 Aralık Perşembe 13:50" in the_sheet(desk, f"/patients/{one.patient.id}/card")
    with transaction():
        patient = db.session.get_one(Patient, one.patient.id)
        patient.birth_date, patient.sex = date(2012, 3, 4), Sex.FEMALE
        db.session.add(Contact(patient_id=patient.id, role=ContactRole.GUARDIAN, name="Mehmet Yılmaz", email="m@post.example",
                               language="en", gets_mails=True, created_at=b.EARLY))  # fmt: skip
    page = desk.get(f"/patients/{one.patient.id}/card")
    assert "Please come at Thursday 31 December 13:50" in words(page)
    assert 'class="sheet sheet-card" lang="en" dir="ltr"' in page.text


def test_without_e_mail_the_care_sheet_is_the_first_thing_to_press_after_done(desk: FlaskClient) -> None:
    one = treated(channel=Channel.PAPER)
    b.sign_in(desk, b.a_receptionist())
    address = f'href="/visits/{one.visit.id}/care"'
    assert re.search(rf'class="button primary"[^>]*{address}|{address}[^>]*class="button primary"', desk.get("/day").text)
    b.sign_in(desk, b.a_nurse())
    page = desk.get(f"/visits/{one.visit.id}/record").text
    assert f'class="button primary" {address}' in page
    assert "hand over the sheet" in page
    with transaction():
        db.session.get_one(Patient, one.patient.id).channel = Channel.EMAIL
    page = desk.get(f"/visits/{one.visit.id}/record").text
    assert f'class="button" {address}' in page
    assert "hand over the sheet" not in page


def test_a_visit_without_a_treatment_has_no_care_sheet_and_whoever_may_not_see_plans_gets_none(desk: FlaskClient) -> None:
    one = treated()
    talk = b.a_visit(one.patient, at(2026, 12, 20, 10), kind=VisitKind.CONSULTATION)
    b.sign_in(desk, b.a_receptionist())
    assert desk.get(f"/visits/{talk.id}/care").status_code == 404
    assert "Care sheet" not in desk.get(f"/visits/{talk.id}").text
    b.sign_in(desk, b.a_manager())
    assert desk.get(f"/visits/{one.visit.id}/care").status_code == 403
    assert desk.get(f"/patients/{one.patient.id}/card").status_code == 200


def test_the_plan_for_the_patient_is_as_discreet_as_their_mails_and_full_only_by_hand(desk: FlaskClient) -> None:
    one = treated()
    path = f"/plan/{one.sessions[0].course.plan_id}/sheet"
    sheet = the_sheet(desk, path)
    for said in ("Thursday 31 December 2026 13:50", "Still to be booked", "+90 212 000 00 00", "The times between them matter"):
        assert said in sheet
    assert not re.search("exosome|needling", sheet, re.IGNORECASE)
    assert "Exosome with microneedling" in words(desk.get(f"{path}?full=1"))


def test_the_treatment_record_is_for_clinical_roles_and_says_what_of_which_lot_was_used(desk: FlaskClient) -> None:
    one = treated()
    b.a_lot_use(one.sessions[0], b.a_lot("exosome", "EX-77"))
    b.sign_in(desk, b.a_receptionist())
    assert desk.get(f"/visits/{one.visit.id}/record/sheet").status_code == 403
    b.sign_in(desk, b.a_nurse())
    sheet = words(desk.get(f"/visits/{one.visit.id}/record/sheet"))
    for said in ("Ayşe Yılmaz", "EX-77", "2 ml", "Dr. Burcu Çelen", "Birth date: 14/03/1988"):
        assert said in sheet
    talk = b.a_visit(one.patient, at(2026, 12, 20, 10), kind=VisitKind.CONSULTATION)
    assert desk.get(f"/visits/{talk.id}/record/sheet").status_code == 404

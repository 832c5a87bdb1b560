"""The people around a patient: a minor's mails speak to the guardian, a helper reads for whoever is not reached by mail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.messages import coming_of_age, compose, outbox, planner
from app.patients import consents
from app.patients.reach import reach_of
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.contact import Contact, ContactRole
from models.message import Message, MessageState
from models.patient import Channel, Consent, ConsentKind, Patient
from models.task import StaffTask
from tests import builders as b
from tests.conftest import NOON

CHILD = date(2010, 5, 6)
TODAY = date(2026, 12, 1)
GUARDIAN = {"role": "guardian", "name": "Mehmet Yılmaz", "phone": "0532 000 00 08", "email": "mehmet@post.example", "channel": "email",
            "language": "en", "gets_mails": "y", "asks_changes": "y", "hears_clinical": "y", "form_token": "t1"}  # fmt: skip


@pytest.fixture
def desk(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    b.a_clinic()
    b.sign_in(client, b.a_receptionist())
    return client


def _contact(patient: Patient, **changes: Any) -> Contact:
    values = {"patient_id": patient.id, "role": ContactRole.GUARDIAN, "name": "Mehmet Yılmaz", "email": "mehmet@post.example",
              "email_verified_at": b.EARLY, "language": "en", "gets_mails": True, "created_at": b.EARLY}  # fmt: skip
    with transaction():
        made = Contact(**(values | changes))
        db.session.add(made)
    return made


def _a_visit_is_told(patient: Patient) -> Appointment:
    visit = b.a_visit(patient, NOON + timedelta(days=2, hours=1), made_at=b.EARLY)
    with transaction():
        planner.plan_for(patient.id, NOON)
    return visit


def _messages(kind: str) -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def _go_out(now: datetime) -> list[str]:
    """Everything that is due leaves; the addresses it goes to."""
    gone = []
    while claimed := outbox.claim_next(now, "one"):
        gone.append(claimed.envelope.recipient)
    return gone


def _tomorrow(patient: Patient) -> list[str]:
    """Where the reminder of the day before a visit goes."""
    _a_visit_is_told(patient)
    return _go_out(NOON + timedelta(days=1, hours=1))


def test_a_minors_mails_go_to_the_guardian_in_the_guardians_language(desk: FlaskClient) -> None:
    child = b.a_patient(birth_date=CHILD, email_verified_at=b.EARLY)
    _contact(child)
    assert set(_tomorrow(child)) == {"mehmet@post.example"}
    [mail] = _messages("reminder_2")
    text = compose.compose(mail, NOON + timedelta(days=1)).text
    assert "Patient: Ayşe Yılmaz" in text
    assert "Dear Mehmet Yılmaz," in text


def test_a_minor_without_a_guardian_is_called_about(desk: FlaskClient) -> None:
    child = b.a_patient(birth_date=CHILD, email_verified_at=b.EARLY)
    assert _tomorrow(child) == []
    assert [(mail.state, mail.reason) for mail in _messages("reminder_2")] == [(MessageState.WITHDRAWN, "by_phone")]
    assert "nothing is mailed, every message becomes a call" in desk.get(f"/patients/{child.id}").text


def test_a_helper_reads_for_whoever_wants_no_mail_and_is_told_no_treatment_unless_allowed(desk: FlaskClient) -> None:
    patient = b.a_patient(channel=Channel.PHONE, detail="full", email_verified_at=b.EARLY)
    helper = _contact(patient, role=ContactRole.HELPER)
    course = b.a_course(b.a_plan(patient, b.a_physician()), b.a_protocol())
    b.a_visit(patient, NOON + timedelta(days=2), course.sessions[0], made_at=b.EARLY)
    with transaction():
        planner.plan_for(patient.id, NOON)
    [mail] = _messages("reminder_2")
    for allowed in (False, True):
        with transaction():
            db.session.merge(helper).hears_clinical = allowed
        assert ("PRP" in compose.compose(mail, NOON + timedelta(days=1)).text) is allowed


@pytest.mark.parametrize(
    ("changes", "reader"),
    [({}, "Ayşe Yılmaz"), ({"channel": Channel.PHONE}, "Mehmet Yılmaz"), ({"email": ""}, "Mehmet Yılmaz"),
     ({"birth_date": CHILD}, "Mehmet Yılmaz"), ({"birth_date": date(2008, 12, 1)}, "Ayşe Yılmaz"),
     ({"birth_date": date(2008, 12, 2)}, "Mehmet Yılmaz"), ({"birth_date": None}, "Ayşe Yılmaz")],
)  # fmt: skip
def test_who_reads_for_a_patient(app: Flask, noon: datetime, changes: dict[str, Any], reader: str) -> None:
    b.a_clinic()
    patient = b.a_patient(**({"email_verified_at": NOON} | changes))
    _contact(patient)
    assert reach_of(patient, TODAY).name == reader


def test_the_address_of_a_guardian_is_checked_like_every_other(desk: FlaskClient) -> None:
    child = b.a_patient(birth_date=CHILD)
    contact = _contact(child, email_verified_at=None)
    with transaction():
        planner.plan_for(child.id, NOON)
    assert _go_out(NOON) == ["mehmet@post.example"]
    assert desk.post(f"/patients/{child.id}/contacts/{contact.id}/read-out", data={"seen": contact.version}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Contact, contact.id).email_verified_at == NOON


def test_an_address_that_was_read_out_and_confirmed_needs_no_mail_to_ask(desk: FlaskClient) -> None:
    patient = b.a_patient()
    with transaction():
        planner.plan_for(patient.id, NOON)
    page = desk.get(f"/patients/{patient.id}").text
    assert "Read out and confirmed" in page
    assert desk.post(f"/patients/{patient.id}/read-out", data={"seen": _version(patient.id)}).status_code == 303
    assert [(mail.state, mail.reason) for mail in _messages("address_check")] == [(MessageState.WITHDRAWN, "answered")]
    assert "Read out and confirmed" not in desk.get(f"/patients/{patient.id}").text.replace("Address read out and confirmed", "")


def test_nothing_is_read_out_where_there_is_no_address(desk: FlaskClient) -> None:
    patient = b.a_patient(email="")
    answer = desk.post(f"/patients/{patient.id}/read-out", data={"seen": _version(patient.id)}, follow_redirects=True)
    assert "There is no e-mail address to read out." in answer.text


def test_on_the_eighteenth_birthday_consents_end_and_mails_wait_for_the_patients_own_word(desk: FlaskClient) -> None:
    born = date(2008, 12, 2)
    patient = b.a_patient(birth_date=born, email_verified_at=b.EARLY)
    with transaction():
        db.session.add(Consent(patient_id=patient.id, kind=ConsentKind.RECALL, given_at=b.EARLY))
    birthday = datetime(2026, 12, 2, 9, tzinfo=UTC)
    with clock.set_to(birthday):
        for asked in (1, 0):
            with transaction():
                assert [coming_of_age.ask(one, birthday) for one in coming_of_age.who(birthday)] == [asked]
        patient = db.session.get_one(Patient, patient.id)
        assert consents.live(patient, ConsentKind.RECALL) is None
        assert not reach_of(patient, date(2026, 12, 2)).by_mail
        assert [task.kind for task in db.session.scalars(select(StaffTask))] == ["of_age"]
        b.sign_in(desk, b.a_receptionist("Başka Biri"))
        assert "Is 18 now: ask for the patient" in desk.get("/work?list=calls").text
        desk.post(f"/patients/{patient.id}/read-out", data={"seen": _version(patient.id)})
        db.session.expire_all()
        assert reach_of(db.session.get_one(Patient, patient.id), date(2026, 12, 2)).by_mail


def test_whoever_came_after_the_eighteenth_birthday_is_asked_nothing(desk: FlaskClient) -> None:
    b.a_patient(birth_date=date(2008, 10, 20))
    assert coming_of_age.who(NOON) == []


def test_a_contact_is_added_changed_and_removed(desk: FlaskClient) -> None:
    child = b.a_patient(birth_date=CHILD)
    assert desk.post(f"/patients/{child.id}/contacts/new", data=GUARDIAN).status_code == 303
    page = desk.get(f"/patients/{child.id}").text
    for words in ("Mehmet Yılmaz", "mehmet@post.example", "gets the messages", "Messages go to: Mehmet Yılmaz", "+90 532 000 00 08"):
        assert words in page
    contact = db.session.scalars(select(Contact)).one()
    changed = GUARDIAN | {"seen": "1", "email": "m.yilmaz@post.example"}
    assert desk.post(f"/patients/{child.id}/contacts/{contact.id}", data=changed).status_code == 303
    assert "m.yilmaz@post.example" in desk.get(f"/patients/{child.id}").text
    again = desk.post(f"/patients/{child.id}/contacts/{contact.id}", data=changed | {"name": "Somebody Else"})
    assert (again.status_code, contact.name) == (409, "Mehmet Yılmaz")  # two people had this page before them
    assert desk.post(f"/patients/{child.id}/contacts/{contact.id}/remove", data={"seen": contact.version}).status_code == 303
    assert "Nobody is recorded." in desk.get(f"/patients/{child.id}").text


def _version(patient_id: int) -> int:
    db.session.expire_all()
    return db.session.get_one(Patient, patient_id).version


def test_of_an_older_page_nobody_is_removed_and_nothing_is_confirmed(desk: FlaskClient) -> None:
    """Somebody else typed another address meanwhile: it was not that one which was read out."""
    child = b.a_patient(birth_date=CHILD)
    contact = _contact(child, email_verified_at=None)
    of_child, of_contact = {"seen": _version(child.id)}, {"seen": contact.version}
    assert f'name="seen" value="{contact.version}"' in desk.get(f"/patients/{child.id}/contacts/{contact.id}").text
    with transaction():
        for row in (db.session.get_one(Patient, child.id), db.session.get_one(Contact, contact.id)):
            row.email, row.version = "other@post.example", row.version + 1
    base = f"/patients/{child.id}"
    for path, seen in ((f"{base}/contacts/{contact.id}/remove", of_contact), (f"{base}/contacts/{contact.id}/read-out", of_contact),
                       (f"{base}/read-out", of_child)):  # fmt: skip
        assert "Somebody else has changed this meanwhile." in desk.post(path, data=seen, follow_redirects=True).text
    db.session.expire_all()
    assert db.session.get_one(Contact, contact.id).email_verified_at is None
    assert db.session.get_one(Patient, child.id).email_verified_at is None


def test_a_contact_of_one_patient_is_not_found_under_another(desk: FlaskClient) -> None:
    contact = _contact(b.a_patient(birth_date=CHILD))
    other = b.a_patient("Şule", "Öztürk")
    for path in ("", "/remove", "/read-out"):
        assert desk.post(f"/patients/{other.id}/contacts/{contact.id}{path}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"name": ""}, "Please fill this in."), ({"email": ""}, "Enter an e-mail address above"),
     ({"email": "", "phone": "", "gets_mails": ""}, "Enter a telephone number or an e-mail address."), ({"email": "m@"}, "Please check")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(desk: FlaskClient, fields: dict[str, str], words: str) -> None:
    child = b.a_patient(birth_date=CHILD)
    answer = desk.post(f"/patients/{child.id}/contacts/new", data={key: text for key, text in (GUARDIAN | fields).items() if text})
    assert answer.status_code == 422
    assert words in answer.text

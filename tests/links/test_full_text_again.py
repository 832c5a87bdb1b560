"""A link to the full text whose time is over: one press, one mail to the address on record, a link that opens again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.messages import planner
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.message import Message
from models.patient import Channel, Patient
from models.task import StaffTask
from tests import builders as b
from tests.mails.stories import with_public_url
from tests.messages.stories import GRACE, NOW, book, cancel, ist, rows, send, states

TREATMENT = "Exosome"
LATER = NOW + GRACE + timedelta(hours=73)
CLOSING = ("1901", "1902", "1903", "1904", "1905")
OVER, AGAIN, ON_ITS_WAY = "This link is no longer valid.", "Send me a new link", "A new link is on its way."


@pytest.fixture
def visit(app: Flask, noon: datetime) -> Appointment:
    """A first session, weeks ahead, of somebody who gets discreet mails."""
    with_public_url()
    b.a_clinic()
    doctor = b.a_physician()
    patient = b.a_patient(language="en", email_verified_at=b.EARLY)
    course = b.a_course(b.a_plan(patient, doctor), b.a_protocol("exosome_face_needling"), sessions=3)
    visit = b.a_visit(patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0], performer=doctor)
    book(visit)
    return visit


def sent(now: datetime) -> list[tuple[str, str]]:
    """To whom, and the words of what goes out now."""
    mails = [(one.recipient, message_from_bytes(one.data, policy=policy.default)) for one in send(now).taken]
    return [(to, mail.get_body(("plain",)).get_content()) for to, mail in mails]


def path_in(text: str) -> str:
    found = re.search(r"[Ff]ull text[^:]*: https://ege\.example(/l/\S+)", text)
    assert found is not None, text
    return found[1]


@pytest.fixture
def path(visit: Appointment) -> str:
    texts = [text for _to, text in sent(NOW + GRACE)]
    assert not any(TREATMENT in text for text in texts)
    return path_in(next(text for text in texts if "Your appointment is booked." in text))


def page(client: FlaskClient, path: str, now: datetime = LATER, **typed: str) -> str:
    """What stands there, or what follows what was pressed."""
    with clock.set_to(now):
        answer = client.post(path, data=typed, follow_redirects=True) if typed else client.get(path)
        return answer.get_data(as_text=True)


def test_an_ended_link_sends_one_new_one_that_opens(client: FlaskClient, visit: Appointment, path: str) -> None:
    assert AGAIN in page(client, path)
    assert rows("full_text") == [], "looking asks for nothing"
    assert ON_ITS_WAY in page(client, path, do="renew")
    assert ON_ITS_WAY in page(client, path, do="renew")
    assert ON_ITS_WAY in page(client, path)
    ((to, text),) = sent(LATER)
    assert (to, TREATMENT in text) == (visit.patient.email, False)
    assert "our e-mail of Tuesday 1 December 2026" in text
    again = path_in(text)
    assert TREATMENT in page(client, again, year="1988")
    assert TREATMENT not in page(client, path, year="1988")
    assert not planner.missing(visit.patient_id, LATER)


def test_after_an_hour_another_may_be_asked_for(client: FlaskClient, path: str) -> None:
    page(client, path, do="renew")
    sent(LATER)
    assert ON_ITS_WAY in page(client, path, LATER + timedelta(minutes=59), do="renew")
    assert len(rows("full_text")) == 1
    page(client, path, LATER + timedelta(minutes=61), do="renew")
    assert len(rows("full_text")) == 2


def test_before_its_time_is_over_nothing_is_renewed(client: FlaskClient, path: str) -> None:
    assert AGAIN not in page(client, path, NOW + timedelta(hours=1))
    page(client, path, NOW + timedelta(hours=1), do="renew")
    assert rows("full_text") == []


def test_a_link_closed_by_wrong_years_is_not_renewed(client: FlaskClient, path: str) -> None:
    for year in CLOSING:
        page(client, path, NOW + timedelta(hours=1), year=year)
    for text in (page(client, path), page(client, path, do="renew")):
        assert (OVER in text, AGAIN in text) == (True, False)
    assert rows("full_text") == []


def test_a_new_link_brings_no_new_tries(client: FlaskClient, path: str) -> None:
    for year in CLOSING[:4]:
        page(client, path, NOW + timedelta(hours=1), year=year)
    page(client, path, do="renew")
    again = path_in(sent(LATER)[0][1])
    assert OVER in page(client, again, year=CLOSING[4])
    assert TREATMENT not in page(client, again, year="1988")


def patient_of(visit: Appointment) -> Patient:
    db.session.expire_all()
    return db.session.get_one(Patient, visit.patient_id)


def dead(visit: Appointment) -> None:
    patient_of(visit).deceased_on = date(2026, 12, 2)


def erased(visit: Appointment) -> None:
    patient_of(visit).erased_at = NOW


def by_phone(visit: Appointment) -> None:
    patient_of(visit).channel = Channel.PHONE


def another_address(visit: Appointment) -> None:
    patient_of(visit).email = "new@post.example"


def not_proven(visit: Appointment) -> None:
    patient_of(visit).email_verified_at = None


LOST = (dead, erased, by_phone, another_address, not_proven)


@pytest.mark.parametrize("lost", LOST)
def test_whoever_gets_no_mail_gets_no_new_link(client: FlaskClient, visit: Appointment, path: str, lost: Callable[..., None]) -> None:
    with transaction():
        lost(visit)
    text = page(client, path, do="renew")
    assert (OVER in text, AGAIN in text, "Ayşe" in text) == (True, False, False)
    assert rows("full_text") == []


@pytest.mark.parametrize("lost", LOST)
def test_what_changes_before_it_leaves_withdraws_it(client: FlaskClient, visit: Appointment, path: str, lost: Callable[..., None]) -> None:
    page(client, path, do="renew")
    with transaction():
        lost(visit)
    assert [text for to, text in sent(LATER) if "new link" in text] == []
    assert [state for _kind, state, _why in states("full_text")] == ["withdrawn"]
    assert db.session.query(StaffTask).filter(StaffTask.kind == "call_line").count() == 0


def test_a_mail_about_what_is_gone_leads_nowhere(client: FlaskClient, visit: Appointment, path: str) -> None:
    cancel(visit, NOW + timedelta(hours=5))
    assert "Something has changed since this e-mail." in page(client, path, NOW + timedelta(hours=6), year="1988")
    assert AGAIN not in page(client, path)
    page(client, path, do="renew")
    assert rows("full_text") == []


def test_a_hundred_looks_at_an_ended_link_change_nothing(client: FlaskClient, path: str) -> None:
    before = db.session.query(Message).count()
    for _ in range(100):
        assert AGAIN in page(client, path)
    assert db.session.query(Message).count() == before

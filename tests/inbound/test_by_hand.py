"""What belongs to nobody is given to a patient by hand, or set aside with a reason: once, by one of two, and it can be put back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.errors import Refused
from app.inbound import actions
from app.messages import suppressions
from jobs import forget_old_records
from models.base import db, locked, transaction
from models.contact import Contact, ContactRole
from models.event import Event
from models.inbound import IncomingMail
from models.message import Message
from models.patient import Patient
from tests import builders as b
from tests.inbound.conftest import ComesBack
from tests.inbound.test_following import came_in, kinds
from tests.messages.stories import GRACE, NOW, tasks
from tests.schedule.test_guards import together

STRANGER = b"From: neighbour@post.example\nSubject: For Ayse\n\nShe cannot come, she is ill.\n"
ADDRESS = "ayse.yilmaz@post.example"
GONE = "not there any more"


def the_mail() -> IncomingMail:
    return came_in()[-1]


def page_of(client: FlaskClient, **args: object) -> str:
    return client.get(f"/messages/came-in/{the_mail().id}", query_string=args).text


def press(client: FlaskClient, what: str, **typed: object) -> str:
    return client.post(f"/messages/came-in/{the_mail().id}/{what}", data=typed, follow_redirects=True).text


def done() -> list[str]:
    return [event.action for event in db.session.scalars(select(Event).where(Event.object_type == "incoming_mail").order_by(Event.id))]


@pytest.fixture
def desk(client: FlaskClient, mailed: Message) -> FlaskClient:
    b.sign_in(client, b.a_receptionist())
    return client


def test_a_strangers_mail_is_given_to_the_patient_it_is_about(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(STRANGER)
    found = press(desk, "find", q="Yılmaz")
    assert "This is theirs" in found
    assert "It stands on the worklist with the patient." in press(desk, "theirs", patient=mailed.patient_id)
    assert (kinds(), tasks("patient_wrote")[0].patient_id) == (["patient_wrote"], mailed.patient_id)
    assert f'href="/messages/came-in/{the_mail().id}"' in desk.get("/work?list=calls").text
    assert "Nothing here." in desk.get("/messages/came-in?tab=unmatched").text
    assert done()[-2:] == ["mail given to its patient", "viewed"]


def test_of_several_people_one_is_chosen(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    other = b.a_patient("Zeynep", "Yılmaz")
    comes_back(STRANGER)
    assert f"patient={other.id}" in press(desk, "find", q="yilmaz")
    assert "Zeynep Yılmaz" in page_of(desk, patient=other.id)
    assert "No one is found." in press(desk, "find", q="Xxxxx")


def test_a_mail_given_to_the_wrong_patient_is_put_back(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(STRANGER)
    given = press(desk, "theirs", patient=mailed.patient_id)
    assert "Undo" in given
    assert re.search(r"Said whose it is</dt><dd>Deniz Ak<.*Seen to</dt><dd>–<", given, re.DOTALL)
    assert "It belongs to nobody again." in press(desk, "back")
    assert (the_mail().patient_id, kinds()) == (None, ["mail_unmatched"])
    press(desk, "theirs", patient=mailed.patient_id)
    desk.post(f"/messages/came-in/{the_mail().id}")
    assert "cannot be put back" in press(desk, "back")
    assert the_mail().patient_id == mailed.patient_id


def test_what_needs_nothing_is_set_aside_with_a_reason_and_stays_readable(
    desk: FlaskClient, mailed: Message, comes_back: ComesBack
) -> None:
    comes_back(STRANGER)
    assert '"n">1<' in desk.get("/messages").text
    assert "Please fill this in." in press(desk, "nothing", why="  ")
    assert the_mail().looked_at is None
    assert "Set aside." in press(desk, "nothing", why="An advertisement")
    assert "Nothing to do: An advertisement" in desk.get("/messages/came-in?tab=done").text
    assert "Nothing here." in desk.get("/messages/came-in?tab=unmatched").text
    assert kinds() == []
    press(desk, "back")
    assert "Nothing here." in desk.get("/messages/came-in?tab=done").text
    assert "An advertisement" not in page_of(desk)


def test_the_line_ends_with_the_last_of_several(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(STRANGER)
    comes_back(STRANGER + b"And again.\n")
    press(desk, "nothing", why="Twice the same")
    assert kinds() == ["mail_unmatched"]
    desk.post(f"/messages/came-in/{came_in()[0].id}/theirs", data={"patient": mailed.patient_id})
    assert kinds() == ["patient_wrote"]


def test_a_report_finds_the_patient_by_the_address_it_names(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("postfix_no_such_user")
    assert "Known at an address that it names" in page_of(desk)
    chosen = page_of(desk, patient=mailed.patient_id)
    assert f'value="{ADDRESS}" checked' in chosen


def test_a_report_about_an_address_does_what_every_report_does(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("postfix_no_such_user")
    press(desk, "theirs", patient=mailed.patient_id, about=ADDRESS)
    db.session.refresh(mailed)
    assert (mailed.state, mailed.reason, the_mail().message_pk) == ("bounced", "address_refused", mailed.id)
    assert suppressions.is_suppressed(ADDRESS)
    assert kinds() == ["address_bounced", "call_line"]
    assert "Our mail did not arrive." in desk.get("/messages/came-in?tab=done").text
    assert "cannot be put back" in press(desk, "back")


def test_a_report_about_an_address_that_was_never_mailed_stops_it_too(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    with transaction():
        about = {"patient_id": mailed.patient_id, "role": ContactRole.HELPER, "created_at": b.EARLY}
        db.session.add(Contact(name="Fatma", email="Fatma@post.example", **about))
    comes_back("postfix_no_such_user")
    press(desk, "theirs", patient=mailed.patient_id, about="fatma@post.example")
    assert suppressions.is_suppressed("fatma@post.example")
    assert not suppressions.is_suppressed(ADDRESS)
    assert (kinds(), mailed.state) == (["address_bounced"], "sent")


def test_a_report_of_which_nobody_can_say_what_it_means_stops_nothing(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("postfix_no_such_user")
    assert "Choose one." in press(desk, "theirs", patient=mailed.patient_id)
    assert the_mail().patient_id is None
    press(desk, "theirs", patient=mailed.patient_id, about="-")
    assert (kinds(), mailed.state) == (["mail_reported"], "sent")
    assert not suppressions.is_suppressed(ADDRESS)


def test_a_full_mailbox_named_by_hand_stops_no_address(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("mailbox_full")
    press(desk, "theirs", patient=mailed.patient_id, about=ADDRESS)
    db.session.refresh(mailed)
    assert (mailed.state, mailed.reason, kinds()) == ("bounced", "not_delivered", ["call_line"])
    assert not suppressions.is_suppressed(ADDRESS)


def test_a_report_of_a_delay_asks_for_no_address(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("postfix_delayed")
    assert "Which address" not in page_of(desk, patient=mailed.patient_id)
    press(desk, "theirs", patient=mailed.patient_id)
    assert (kinds(), mailed.state) == (["mail_reported"], "sent")


def test_an_address_that_is_not_the_patients_is_refused(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("postfix_no_such_user")
    press(desk, "theirs", patient=mailed.patient_id, about="somebody@else.example")
    assert (the_mail().patient_id, kinds()) == (None, ["mail_unmatched"])


def test_who_is_second_reads_who_did_what(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(STRANGER)
    press(desk, "theirs", patient=mailed.patient_id)
    name = the_mail().patient.name if the_mail().patient else ""
    assert f"has given this mail to {name} meanwhile." in press(desk, "nothing", why="Nobody's")
    press(desk, "back")
    press(desk, "nothing", why="An advertisement")
    assert "has set this mail aside meanwhile: An advertisement" in press(desk, "theirs", patient=mailed.patient_id)


def test_of_two_at_one_moment_one_gives_it(app: Flask, mailed: Message, comes_back: ComesBack, noon: datetime) -> None:
    comes_back(STRANGER)
    patients, mail_id = (mailed.patient_id, b.a_patient("Zeynep").id), the_mail().id

    def give(patient_id: int | None) -> str:
        with app.app_context():
            try:
                with transaction():
                    row = locked(IncomingMail, mail_id)
                    assert row is not None
                    actions.give(row, db.session.get_one(Patient, patient_id), "", noon)
                return "given"
            except Refused as no:
                return no.words
            finally:
                db.session.remove()

    said = together([lambda: give(patients[0]), lambda: give(patients[1])])
    assert sorted(one == "given" for one in said) == [False, True]
    assert any("has given this mail to" in one for one in said)
    assert kinds() == ["patient_wrote"]


def test_a_patient_who_was_joined_with_another_leads_to_that_one(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    old = b.a_patient("Ayşe", "Eski", merged_into_id=mailed.patient_id)
    comes_back(STRANGER)
    press(desk, "theirs", patient=old.id)
    assert tasks("patient_wrote")[0].patient_id == mailed.patient_id


@pytest.mark.parametrize("typed", ["erased", "", "x", "999999"])
def test_a_patient_who_is_not_there_any_more_is_refused(desk: FlaskClient, mailed: Message, comes_back: ComesBack, typed: str) -> None:
    erased = b.a_patient("Zeynep", erased_at=b.EARLY)
    comes_back(STRANGER)
    assert GONE in press(desk, "theirs", patient=erased.id if typed == "erased" else typed)
    assert kinds() == ["mail_unmatched"]


@pytest.mark.parametrize("mail", [STRANGER, "postfix_no_such_user"])
def test_a_mail_whose_words_are_forgotten_is_still_dealt_with(
    desk: FlaskClient, mailed: Message, comes_back: ComesBack, mail: bytes | str
) -> None:
    comes_back(mail)
    forget_old_records.run(NOW + GRACE + timedelta(days=181))
    b.sign_in(desk, b.a_nurse())
    assert (the_mail().text, the_mail().sender, the_mail().facts) == ("", "", {})
    assert "Which address" not in page_of(desk, patient=mailed.patient_id)
    press(desk, "theirs", patient=mailed.patient_id)
    assert kinds() == ["patient_wrote" if mail == STRANGER else "mail_reported"]
    press(desk, "back")
    press(desk, "nothing", why="Too long ago")
    assert kinds() == []


def test_who_may_not_work_the_lists_sees_no_search(client: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(STRANGER)
    b.sign_in(client, b.a_manager())
    assert "Belongs to" not in page_of(client, patient=mailed.patient_id)
    assert client.post(f"/messages/came-in/{the_mail().id}/theirs", data={"patient": mailed.patient_id}).status_code == 403


def test_a_fault_with_a_mail_is_dealt_with_the_same_way(desk: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(STRANGER)
    with transaction():
        the_mail().outcome = "failed"
    press(desk, "theirs", patient=mailed.patient_id)
    assert kinds() == ["patient_wrote"]

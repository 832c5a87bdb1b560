"""A link opens for whoever may be written to, acts on what its mail told of, and else says what is true now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.messages import compose
from app.messages.links import Purpose
from app.patients import contacts
from app.schedule import actions as schedule
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.contact import Contact, ContactRole
from models.patient import Channel, Patient
from models.task import StaffTask
from tests import builders as b
from tests.conftest import NOON
from tests.links.conftest import Opener
from tests.mails.stories import Story


def _visit(story: Story) -> Appointment:
    return db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id)


def _beside(story: Story) -> Appointment:
    """Another visit of the patient on the same day, an hour later."""
    visit = _visit(story)
    return b.a_visit(db.session.get_one(Patient, story.patient.id), visit.starts_at + timedelta(hours=2))


def _now(visit_id: int) -> Appointment:
    db.session.expire_all()
    return db.session.get_one(Appointment, visit_id)


def _text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_a_visit_booked_after_the_mail_is_not_confirmed_or_cancelled_with_the_others(
    client: FlaskClient, story: Story, path_to: Opener
) -> None:
    first = _visit(story).id
    confirm, cancel = (path_to(p, story.told["reminder_1"][0], appointment=_visit(story)) for p in (Purpose.CONFIRM, Purpose.CANCEL))
    later = _beside(story).id
    assert "You have another appointment: Thursday 3 December 2026, please come at 15:50" in _text(client, confirm)
    client.post(confirm)
    assert (_now(first).state, _now(later).state) == (VisitState.CONFIRMED, VisitState.BOOKED)
    client.post(cancel, data={"do": "cancel"})
    assert (_now(first).state, _now(later).state) == (VisitState.CANCELLED, VisitState.BOOKED)
    page = _text(client, cancel)
    assert "Your appointment is cancelled." in page
    assert "You have another appointment" in page


def test_every_visit_that_the_mail_told_of_is_confirmed_unless_it_has_moved_since(
    client: FlaskClient, story: Story, path_to: Opener
) -> None:
    first, second, third = _visit(story), _beside(story), b.a_visit(_visit(story).patient, _visit(story).starts_at + timedelta(hours=4))
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=first, beside=[second, third])
    with transaction():
        db.session.get_one(Appointment, third.id).revision += 1
    client.post(path)
    assert [_now(one.id).state for one in (first, second, third)] == [VisitState.CONFIRMED, VisitState.CONFIRMED, VisitState.BOOKED]


def test_asking_for_another_time_asks_about_what_the_mail_told_of(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.OTHER_TIME, story.told["reminder_1"][0], appointment=_visit(story))
    _beside(story)
    client.post(path)
    assert [(task.kind, task.subject_id) for task in db.session.query(StaffTask)] == [("asked_to_move", _visit(story).id)]


def test_a_used_link_to_cancel_says_what_is_true_after_the_clinic_moved_the_visit(
    client: FlaskClient, story: Story, path_to: Opener
) -> None:
    path = path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story))
    client.post(path, data={"do": "other_time"})
    with transaction():
        _visit(story).revision += 1
    page = _text(client, path)
    assert "This link is no longer valid." in page
    assert "Your appointment: Thursday 3 December 2026, please come at 13:50" in page
    assert "We will call you" not in page


def test_a_cancelled_visit_that_stands_again_is_not_said_to_be_cancelled(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story))
    client.post(path, data={"do": "cancel"})
    assert "Your appointment is cancelled." in _text(client, path)
    with transaction():
        db.session.execute(db.update(Appointment).where(Appointment.id == _visit(story).id).values(state=VisitState.BOOKED))
    page = _text(client, path)
    assert "This link is no longer valid." in page
    assert "Your appointment: Thursday 3 December 2026" in page


PURPOSES = (Purpose.CONFIRM, Purpose.MY_PAGE, Purpose.PREFERENCES, Purpose.LANGUAGE, Purpose.STOP)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_new_address_ends_the_links_that_went_to_the_old_one(
    client: FlaskClient, story: Story, path_to: Opener, purpose: Purpose
) -> None:
    path = path_to(purpose, story.told["reminder_1"][0], appointment=_visit(story), argument="tr" if purpose is Purpose.LANGUAGE else "")
    assert client.get(path).status_code == 200
    with transaction():
        db.session.get_one(Patient, story.patient.id).email = "new@post.example"
    assert client.get(path).status_code == 410
    client.post(path)
    assert _visit(story).state is VisitState.BOOKED


def test_a_link_to_a_helper_changes_the_helpers_wishes_and_ends_with_the_helper(
    client: FlaskClient, story: Story, path_to: Opener
) -> None:
    with transaction():
        patient = db.session.get_one(Patient, story.patient.id)
        patient.channel = Channel.PHONE
        about = {"role": ContactRole.HELPER, "email": "Fatma@post.example", "gets_mails": True, "created_at": NOON}
        helper = Contact(patient=patient, name="Fatma", **about)
        db.session.add(helper)
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    with transaction():
        db.session.get_one(Patient, story.patient.id).channel = Channel.EMAIL
    client.post(path, data={"by_phone": "y"})
    db.session.expire_all()
    assert (helper.channel, db.session.get_one(Patient, story.patient.id).channel) == (Channel.PHONE, Channel.EMAIL)
    with transaction():
        contacts.remove(db.session.get_one(Contact, helper.id), NOON)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("may", [True, False])
def test_only_a_helper_who_may_ask_for_changes_moves_or_cancels(client: FlaskClient, story: Story, path_to: Opener, may: bool) -> None:
    with transaction():
        patient = db.session.get_one(Patient, story.patient.id)
        patient.channel = Channel.PHONE
        about = {"role": ContactRole.HELPER, "email": "fatma@post.example", "gets_mails": True, "created_at": NOON}
        db.session.add(Contact(patient=patient, name="Fatma", language="en", asks_changes=may, **about))
    message, now = story.told["reminder_1"]
    with transaction():
        text = compose.compose(message, now).text
    assert "I will come:" in text
    assert ("I need another time:" in text, "Cancel my appointment:" in text) == (may, may)
    path = path_to(Purpose.CANCEL, message, appointment=_visit(story))
    assert client.get(path).status_code == (200 if may else 410)
    client.post(path, data={"do": "cancel"})
    assert (_visit(story).state is VisitState.CANCELLED) == may
    assert client.get(path_to(Purpose.CONFIRM, message, appointment=_visit(story))).status_code == (410 if may else 200)


def test_a_guardians_links_end_on_the_eighteenth_birthday(client: FlaskClient, story: Story, path_to: Opener) -> None:
    with transaction():
        patient = db.session.get_one(Patient, story.patient.id)
        patient.birth_date = date(2008, 12, 2)
        guardian = {"role": ContactRole.GUARDIAN, "name": "Mehmet", "email": "mehmet@post.example", "gets_mails": True}
        db.session.add(Contact(patient=patient, created_at=b.EARLY, **guardian))
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    assert client.get(path).status_code == 200
    with transaction():  # grown up: the address is the patient's own, who wants to be phoned
        patient = db.session.get_one(Patient, story.patient.id)
        patient.email_verified_at, patient.channel = NOON + timedelta(days=2), Channel.PHONE
    with clock.set_to(NOON + timedelta(days=2)):
        assert client.get(path).status_code == 410


def test_a_wrong_reader_is_taken_from_whoever_the_address_belongs_to(client: FlaskClient, story: Story) -> None:
    with transaction():
        helper = Contact(patient_id=story.patient.id, role=ContactRole.HELPER, name="Fatma", email="WRONG@post.example", created_at=NOON)
        db.session.add(helper)
        contacts.lose_address(db.session.get_one(Patient, story.patient.id), "wrong@post.example", NOON)
    assert (helper.email, db.session.get_one(Patient, story.patient.id).email) == ("", story.patient.email)


def test_cancelling_by_the_clinic_ends_a_link_that_was_pressed_for_another_time(
    client: FlaskClient, story: Story, path_to: Opener
) -> None:
    path = path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story))
    client.post(path, data={"do": "other_time"})
    with transaction():
        schedule.cancel(_visit(story), NOON, by_patient=False)
    assert "We will call you" not in _text(client, path)

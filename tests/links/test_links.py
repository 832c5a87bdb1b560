"""Links in mails: opening changes nothing, one press does one thing, a link that is over tells the truth."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from app.messages.letter.about_people import address_mark
from app.messages.links import Purpose
from app.schedule import actions as schedule
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet, MailLink
from models.patient import Channel, Consent, ConsentKind, Detail, Patient
from models.task import StaffTask
from models.treatment import Course
from tests.conftest import NOON
from tests.links.conftest import Opener
from tests.mails.stories import Story
from tests.people.figures import BARS, Tally

ANSWERS = {
    Purpose.CHECKIN: "call_me",
    Purpose.RESULT: "call_me",
    Purpose.LATE_SAFETY: "yes",
    Purpose.STOP: "recall",
    Purpose.LANGUAGE: "tr",
}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _visit(story: Story) -> Appointment:
    return db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id)


def _patient(story: Story) -> Patient:
    return db.session.get_one(Patient, story.patient.id)


def _tasks() -> list[StaffTask]:
    return list(db.session.scalars(select(StaffTask)))


def _everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    tables = db.metadata.tables.values()
    return {t.name: [tuple(row) for row in db.session.execute(select(t).order_by(*inspect(t).primary_key))] for t in tables}


def _all_links(story: Story, path_to: Opener) -> list[str]:
    message, visit = story.told["reminder_1"][0], _visit(story)
    with transaction():
        _patient(story).email_verified_at = NOON
    course = db.session.get_one(Course, 1)
    said = ANSWERS | {Purpose.OFFER: "2026-12-02 600", Purpose.ADDRESS: f"no:{address_mark(story.patient.email)}"}
    return [path_to(p, message, appointment=visit, course=course, argument=said.get(p, "")) for p in Purpose]


def test_a_hundred_openings_of_every_link_change_nothing(client: FlaskClient, story: Story, path_to: Opener, tally: Tally) -> None:
    paths = _all_links(story, path_to)
    before = _everything()
    for path in paths:
        for _ in range(100 // len(paths) + 1):
            assert client.get(path).status_code == 200
            assert client.get(f"{path}?do=other_time&since=2026-12-02").status_code == 200
            assert client.head(path).status_code == 200
    db.session.rollback()
    after = _everything()
    assert tally("U13", sum(after[name] != before[name] for name in after)) == BARS["U13"].most


def test_a_linked_page_is_small_has_no_script_and_tells_no_surname(client: FlaskClient, story: Story, path_to: Opener) -> None:
    for path in _all_links(story, path_to):
        answer = client.get(path)
        page = answer.get_data(as_text=True)
        assert len(answer.data) <= 15_000
        assert "<script" not in page
        assert "Yılmaz" not in page
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_patient_confirms_with_one_press(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=_visit(story))
    assert "Thursday 3 December 2026, please come at 13:50" in client.get(path).get_data(as_text=True)
    answer = client.post(path, follow_redirects=True)
    assert "Thank you. We expect you at 13:50." in answer.get_data(as_text=True)
    assert _visit(story).state is VisitState.CONFIRMED
    assert _visit(story).statuses[-1].by_patient


def test_confirming_twice_is_confirming_once(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=_visit(story))
    client.post(path)
    client.post(path)
    assert [row.state for row in _visit(story).statuses].count(VisitState.CONFIRMED) == 1


def test_a_patient_cancels_and_is_told_the_last_day_of_the_plan(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story))
    assert "To keep your plan, the next visit should be by: Thursday 31 December." in client.get(path).get_data(as_text=True)
    answer = client.post(path, data={"do": "cancel"}, follow_redirects=True)
    assert "Your appointment is cancelled." in answer.get_data(as_text=True)
    assert _visit(story).state is VisitState.CANCELLED


def test_the_page_to_cancel_offers_another_time_and_then_keeps_the_place(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story))
    answer = client.post(path, data={"do": "other_time"}, follow_redirects=True)
    assert "Your place is kept until we answer." in answer.get_data(as_text=True)
    assert _visit(story).state is VisitState.BOOKED
    assert [task.kind for task in _tasks()] == ["asked_to_move"]


def test_asking_for_another_time_keeps_the_place_and_asks_a_person(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.OTHER_TIME, story.told["reminder_1"][0], appointment=_visit(story))
    client.post(path)
    client.post(path)
    assert [(task.kind, task.subject_id) for task in _tasks()] == [("asked_to_move", _visit(story).id)]


def test_a_link_dies_when_its_visit_is_moved(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=_visit(story))
    with transaction():
        _visit(story).revision += 1
    answer = client.get(path)
    assert answer.status_code == 410
    assert "This link is no longer valid." in answer.get_data(as_text=True)
    assert "Your appointment: Thursday 3 December 2026, please come at 13:50" in answer.get_data(as_text=True)
    client.post(path)
    assert _visit(story).state is VisitState.BOOKED


def test_a_link_dies_when_its_visit_is_cancelled(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=_visit(story))
    with transaction():
        schedule.cancel(_visit(story), NOON, by_patient=False)
    page = client.get(path).get_data(as_text=True)
    assert "This link is no longer valid." in page
    assert "Your appointment: Tuesday 5 January 2027, please come at 13:50" in page
    assert "tel:+902120000000" in page


def test_a_link_that_is_over_says_so_when_there_is_no_appointment_any_more(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=_visit(story))
    with transaction():
        for visit in db.session.scalars(select(Appointment).where(Appointment.patient_id == story.patient.id)):
            if visit.state is VisitState.BOOKED:
                schedule.cancel(visit, NOON, by_patient=False)
    assert "There is no appointment at present." in client.get(path).get_data(as_text=True)


def test_a_link_dies_when_its_visit_begins(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CONFIRM, story.told["reminder_1"][0], appointment=_visit(story))
    with clock.set_to(_visit(story).starts_at):
        assert client.get(path).status_code == 410


def test_please_call_me_shows_the_number_before_and_after(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CHECKIN, story.told["checkin_1"][0], argument="call_me")
    for page in (client.get(path), client.post(path, follow_redirects=True)):
        assert "tel:+902120000000" in page.get_data(as_text=True)
        assert "tel:112" in page.get_data(as_text=True)
    assert [task.kind for task in _tasks()] == ["call_patient"]


def test_at_night_the_number_to_dial_now_is_the_one_of_the_night(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CHECKIN, story.told["checkin_1"][0], argument="call_me")
    with clock.set_to(NOON + timedelta(hours=11)):
        assert 'Call now: <a class="call" dir="ltr" href="tel:+905550000000">' in client.get(path).get_data(as_text=True)


def test_a_patient_who_is_fine_calls_nobody(client: FlaskClient, story: Story, path_to: Opener) -> None:
    client.post(path_to(Purpose.CHECKIN, story.told["checkin_1"][0], argument="fine"))
    assert _tasks() == []
    used = db.session.scalars(select(MailLink).where(MailLink.used_at.is_not(None))).one()
    assert (used.purpose, used.argument) == ("checkin", "fine")


def test_a_lump_weeks_later_is_a_call_for_the_physician(client: FlaskClient, story: Story, path_to: Opener) -> None:
    client.post(path_to(Purpose.LATE_SAFETY, story.told["late_check_1"][0], argument="yes"))
    assert [(task.kind, task.for_role) for task in _tasks()] == [("call_patient", "physician")]


def test_a_worry_is_not_swallowed_by_an_older_wish_for_a_time(client: FlaskClient, story: Story, path_to: Opener) -> None:
    client.post(path_to(Purpose.NEW_TIME, story.told["recall_1"][0]))
    client.post(path_to(Purpose.LATE_SAFETY, story.told["late_check_1"][0], argument="yes"))
    assert [task.facts["why"] for task in _tasks()] == ["wants_a_time", "late_safety_yes"]


def test_no_thank_you_ends_the_maintenance_of_the_course(client: FlaskClient, story: Story, path_to: Opener) -> None:
    """Nobody invites the patient any more, and the course leaves the worklist."""
    message = story.told["recall_1"][0]
    course = db.session.get_one(Course, message.subject_id)
    with transaction():
        course.needs_booking = True
    path = path_to(Purpose.NO_RECALL, message, course=course)
    assert ">No more invitations<" in client.get(path).get_data(as_text=True)
    client.post(path)
    course = db.session.get_one(Course, message.subject_id)
    assert (course.recall_ended_on, course.needs_booking) == (date(2026, 12, 1), False)


def _with_recall_consent(story: Story) -> None:
    with transaction():
        consent = Consent(patient_id=story.told["recall_1"][0].patient_id, kind=ConsentKind.RECALL, given_at=NOON)
        db.session.add(consent)


def test_one_click_of_a_mail_program_withdraws_the_consent_to_invitations(app: Flask, story: Story, path_to: Opener) -> None:
    _with_recall_consent(story)
    path = path_to(Purpose.STOP, story.told["recall_1"][0], argument="recall")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client(use_cookies=False).post(path, data=ONE_CLICK)
    assert answer.status_code == 204
    assert db.session.scalars(select(Consent)).one().withdrawn_at == NOON


def test_everything_else_is_posted_with_a_token(app: Flask, story: Story, path_to: Opener) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for path in _all_links(story, path_to):
        assert app.test_client().post(path.removesuffix("/stop"), data=ONE_CLICK).status_code == 400


def test_one_click_works_on_no_other_link(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story))
    assert client.post(f"{path}/stop", data=ONE_CLICK).status_code == 400
    assert _visit(story).state is VisitState.BOOKED


def test_stopping_the_questions_is_a_change_of_channel(client: FlaskClient, story: Story, path_to: Opener) -> None:
    message = story.told["checkin_1"][0]
    path = path_to(Purpose.STOP, message, argument="check_in").removesuffix("/stop")
    assert "We will phone you instead." in client.get(path).get_data(as_text=True)
    client.post(path)
    assert db.session.get_one(Patient, message.patient_id).stopped_classes == ["check_in"]


def test_a_patient_chooses_how_to_be_written_to(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    page = client.post(path, data={"fewer": "y", "by_phone": "y"}, follow_redirects=True).get_data(as_text=True)
    assert "We will phone you instead." in page
    assert (_patient(story).fewer_mails, _patient(story).channel) == (True, Channel.PHONE)


def test_saving_another_wish_sends_no_e_mail_to_whoever_wants_paper(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    with transaction():
        _patient(story).channel = Channel.PAPER
    client.post(path, data={"fewer": "y"})
    assert (_patient(story).fewer_mails, _patient(story).channel) == (True, Channel.PAPER)


def test_treatment_words_in_mails_need_an_address_that_was_answered_from(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    assert "Write treatment details" not in client.get(path).get_data(as_text=True)
    client.post(path, data={"details": "y"})
    assert _patient(story).detail is Detail.DISCREET
    with transaction():
        _patient(story).email_verified_at = NOON
    client.post(path, data={"details": "y"})
    assert _patient(story).detail is Detail.FULL


def test_a_patient_changes_the_language_of_mails(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.LANGUAGE, story.told["reminder_1"][0], argument="tr")
    client.post(path)
    assert _patient(story).language == "tr"
    assert 'lang="tr"' in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_owner_of_an_address_says_whether_it_is_theirs(client: FlaskClient, story: Story, path_to: Opener, answer: str) -> None:
    argument = f"{answer}:{address_mark(story.patient.email)}"
    path = path_to(Purpose.ADDRESS, story.told["address_check"][0], argument=argument)
    assert "Ayşe" not in client.get(path).get_data(as_text=True)
    client.post(path)
    patient = _patient(story)
    assert (bool(patient.email), patient.email_verified_at) == ((True, NOON) if answer == "yes" else (False, None))


def test_an_answer_about_an_old_address_says_nothing_about_the_new_one(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.ADDRESS, story.told["address_check"][0], argument=f"yes:{address_mark('old@post.example')}")
    assert client.get(path).status_code == 410
    client.post(path)
    assert _patient(story).email_verified_at is None


def test_my_page_shows_every_date_and_a_calendar(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.MY_PAGE, story.told["plan_summary"][0])
    page = client.get(path).get_data(as_text=True)
    assert "Thursday 3 December 2026" in page
    assert "Tuesday 5 January 2027" in page
    calendar = client.get(f"{path}/calendar.ics")
    assert calendar.content_type.startswith("text/calendar")
    assert calendar.data.count(b"BEGIN:VEVENT") == 2


def test_my_page_cannot_be_pressed(client: FlaskClient, story: Story, path_to: Opener) -> None:
    assert client.post(path_to(Purpose.MY_PAGE, story.told["plan_summary"][0])).status_code == 303


def test_a_deceased_patients_links_are_over(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.STOP, story.told["recall_1"][0], argument="recall")
    with transaction():
        db.session.get_one(Patient, story.told["recall_1"][0].patient_id).deceased_on = date(2026, 11, 30)
    assert client.get(path).status_code == 410


def test_whoever_guesses_handles_is_stopped(client: FlaskClient, story: Story) -> None:
    answers = [client.get(f"/l/guess-number-{n:012}").status_code for n in range(32)]
    assert answers[:30] == [404] * 30
    assert answers[-1] == 429


def test_a_mailed_handle_is_kept_only_as_its_hash(client: FlaskClient, story: Story, path_to: Opener) -> None:
    handle = path_to(Purpose.MY_PAGE, story.told["plan_summary"][0]).rpartition("/")[2]
    assert len(handle) >= 22
    assert not db.session.scalar(select(MailLink.id).where(MailLink.token_hash == handle))


def test_cancelling_tells_it_in_one_change_set(client: FlaskClient, story: Story, path_to: Opener) -> None:
    client.post(path_to(Purpose.CANCEL, story.told["reminder_1"][0], appointment=_visit(story)), data={"do": "cancel"})
    last = db.session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first()
    assert last is not None
    assert last.by_patient
    assert [change.new_start for change in last.changes] == [None]


def test_a_patient_chooses_class_by_class(client: FlaskClient, story: Story, path_to: Opener) -> None:
    """What is not asked by mail is asked by telephone; an invitation needs the patient's own box."""
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    with transaction():
        _patient(story).stopped_classes = ["check_in", "recall"]
    client.post(path, data={"check_ins": "y", "recall": "y"})
    consent = db.session.scalars(select(Consent)).one()
    assert (_patient(story).stopped_classes, consent.kind, consent.recorded_by_id) == (["result"], ConsentKind.RECALL, None)
    client.post(path, data={"check_ins": "y", "results": "y"})
    db.session.expire_all()
    assert (_patient(story).stopped_classes, consent.withdrawn_at) == ([], NOON)


def test_the_page_of_preferences_ticks_what_is_on_record_alone(client: FlaskClient, story: Story, path_to: Opener) -> None:
    path = path_to(Purpose.PREFERENCES, story.told["reminder_1"][0])
    page = client.get(path).get_data(as_text=True)
    assert page.count(" checked") == 2  # the two questions that were never stopped
    client.post(path, data={})
    assert " checked" not in client.get(path).get_data(as_text=True)

"""What the mails take from the facts: the reader's zone, windows, care by time, who asked for a change."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.library.loader import shipped
from app.library.texts import procedure_in
from app.messages import compose, links
from app.messages.compose import NothingToSay
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import MailLink, VisitChange
from models.patient import Detail, Patient, Sex
from models.staff import Absence, Role, StaffLink, StaffMember
from models.treatment import PlanState
from tests import builders as a
from tests.conftest import NOON
from tests.mails.stories import Story, a_message, a_story, with_public_url
from tests.messages.conftest import CountQueries

STAYS_WRITTEN = {"correction", "full_text", "staff_invite", "staff_reset"}
"""Mails that are about a mail: nobody says them on the telephone."""


@pytest.fixture
def story(app: Flask, noon: object) -> Story:
    with_public_url()
    return a_story("en")


def told(story: Story, name: str) -> compose.Mail:
    message, now = story.told[name]
    with transaction():
        return compose.compose(message, now)


def test_a_patient_in_another_zone_reads_whose_time_it_is(app: Flask, noon: object) -> None:
    story = a_story("tr", zone="Europe/Berlin")
    mail = told(story, "reminder_1")
    assert mail.subject == "Randevunuz: 3 Aralık Perşembe, geliş saati 13:50 (İstanbul)"
    assert "yaklaşık 14:30 (İstanbul)" in mail.text


def test_every_visit_of_a_plan_is_told_from_one_reading_of_its_course(story: Story, count_queries: CountQueries) -> None:
    with transaction():
        patient = db.session.get_one(Patient, story.patient.id)
        patient.detail, patient.email_verified_at = Detail.FULL, NOON
    with count_queries() as asked:
        mail = told(story, "plan_summary")
    assert mail.text.count("please come at") == 2
    assert sum("FROM treatment_session JOIN appointment_session" in one for one in asked) == 1


def test_a_full_wish_without_a_proven_address_stays_discreet(story: Story) -> None:
    with transaction():
        db.session.get_one(Patient, story.patient.id).detail = Detail.FULL
    assert "Exosome" not in told(story, "reminder_1").text


def test_care_that_is_over_is_left_out(story: Story) -> None:
    message, now = story.told["aftercare"]
    with transaction():
        late = compose.compose(message, now + timedelta(hours=30)).text
    assert "First 4 hours" in told(story, "aftercare").text
    assert "First 4 hours" not in late
    assert "Until tomorrow" not in late
    assert "2 weeks:" in late


def test_a_man_is_not_asked_about_pregnancy(story: Story) -> None:
    with transaction():
        db.session.get_one(Patient, story.patient.id).sex = Sex.MALE
    for name in ("reminder_1", "precare"):
        assert "pregnan" not in told(story, name).text


def test_a_confirmed_visit_is_thanked_for_and_not_asked_again(story: Story) -> None:
    with transaction():
        db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id).state = VisitState.CONFIRMED
    text = told(story, "reminder_1").text
    assert "You have confirmed. Thank you." in text
    assert "I will come" not in text


def test_the_clinic_says_why_it_had_to_change_when_the_doctor_is_away(story: Story) -> None:
    doctor = db.session.get_one(StaffMember, 1)
    with transaction():
        db.session.add(Absence(staff_id=doctor.id, first_day=date(2026, 12, 31), last_day=date(2026, 12, 31)))
    assert "your doctor will not be at the clinic on that day. We are sorry." in told(story, "moved").text


def test_a_nurse_who_is_away_is_not_called_the_doctor(story: Story) -> None:
    nurse = db.session.get_one(StaffMember, 1)
    with transaction():
        nurse.roles = [Role.PRACTITIONER.value]
        db.session.add(Absence(staff_id=nurse.id, first_day=date(2026, 12, 31), last_day=date(2026, 12, 31)))
    text = told(story, "moved").text
    assert "We had to change your appointment. We are sorry." in text


def test_a_change_that_the_patient_asked_for_is_no_apology(story: Story) -> None:
    with transaction():
        for change in db.session.scalars(select(VisitChange)):
            change.by_clinic = False
    assert "As you asked, we have changed your appointment." in told(story, "moved").text


def test_a_visit_that_is_back_where_it_was_has_nothing_to_tell(story: Story) -> None:
    message, _now = story.told["cancelled"]
    visit = db.session.get_one(Appointment, message.facts["changes"][0]["visit"])
    with transaction():
        visit.state = VisitState.BOOKED
    with pytest.raises(NothingToSay), transaction():
        compose.compose(message, NOON)


def test_a_date_in_the_past_is_never_recommended(story: Story) -> None:
    message, _now = story.told["cancelled"]
    with transaction():
        late = compose.compose(message, NOON + timedelta(days=60)).text
    assert "19 January" not in late


def test_what_is_said_on_the_telephone_opens_nothing_names_nothing_and_is_no_letter(app: Flask, noon: object) -> None:
    with_public_url()
    story = a_story("en", full=True)
    for name, (message, now) in story.told.items():
        said = compose.to_say(message, now)
        written = [part for part in ("/l/", "://", "e-mail", "None") if part in said]
        assert not written or name in STAYS_WRITTEN, (name, said)
        assert not any(procedure_in(line, "en", shipped()) for line in said.splitlines()), name
        assert said.endswith("\nEge Klinik\n")


def test_what_is_said_on_the_telephone_writes_nothing(story: Story) -> None:
    there = db.session.scalars(select(MailLink)).all()
    for message, now in story.told.values():
        compose.to_say(message, now)
    db.session.rollback()
    assert db.session.scalars(select(MailLink)).all() == there
    assert db.session.scalars(select(StaffLink)).all() == []


def test_what_staff_see_of_a_mail_opens_nothing(story: Story) -> None:
    text = told(story, "reminder_1").text
    assert "/l/…" in links.without_handles(text)
    handles = [line.rpartition("/l/")[2] for line in text.splitlines() if "/l/" in line]
    assert handles
    assert not any(handle in links.without_handles(text) for handle in handles)


def test_a_names_line_break_and_marks_stay_words(app: Flask, noon: object) -> None:
    with_public_url()
    story = a_story("en")
    with transaction():
        patient = db.session.get_one(Patient, story.patient.id)
        patient.first_name, patient.last_name = "<b>Ayşe</b>", "{{ 7*7 }}"
    mail = told(story, "reminder_1")
    assert "&lt;b&gt;Ayşe&lt;/b&gt; {{ 7*7 }}" in mail.html
    assert "49" not in links.without_handles(mail.text)  # whose letters are drawn by lot


def test_a_link_to_a_visit_needs_the_visit(story: Story) -> None:
    with pytest.raises(ValueError, match="needs its visit"):
        links.make(links.Purpose.CONFIRM, story.told["reminder_1"][0], NOON)


def test_a_link_of_a_visit_ends_when_it_begins_and_others_when_they_help_no_more(story: Story) -> None:
    told(story, "reminder_1")
    told(story, "checkin_1")
    ends = {link.purpose: link.expires_at for link in db.session.scalars(select(MailLink))}
    assert ends["confirm"] == db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id).starts_at
    assert ends["checkin"] == story.told["checkin_1"][0].useful_until
    assert ends["stop"] is None


def test_two_visits_of_a_day_share_a_mail(story: Story) -> None:
    first = db.session.get_one(Appointment, story.told["reminder_1"][0].subject_id)
    second = a.a_visit(story.patient, first.ends_at + timedelta(hours=1), minutes=15, kind="review")
    message = a_message("reminder_1", first, patient=story.patient, visits=[first.id, second.id], asks=True)
    with transaction():
        text = compose.compose(message, NOON).text
    assert text.count("Please come at:") == 2
    assert second.local_time == time(16, 35)


def test_a_plan_on_hold_is_not_said_to_go_on(story: Story) -> None:
    assert "Your plan goes on." in told(story, "no_show").text
    visit = db.session.get_one(Appointment, story.told["no_show"][0].subject_id)
    with transaction():
        visit.sessions[0].session.course.plan.move_to(PlanState.ON_HOLD)
    assert "Your plan goes on." not in told(story, "no_show").text

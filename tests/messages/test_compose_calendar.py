"""The calendar file: one event per visit, the same one after every change, nothing of the treatment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, current_app
from icalendar import Calendar, Event

from app.messages.compose import compose
from config import Config
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Clinic
from tests.mails.stories import Story, a_story, at, with_public_url


@pytest.fixture
def story(app: Flask, noon: object) -> Story:
    with_public_url()
    return a_story("tr", full=True)


def calendar(story: Story, name: str) -> Calendar:
    message, now = story.told[name]
    with transaction():
        data = compose(message, now).calendar
    assert data is not None
    return Calendar.from_ical(data)


def events(story: Story, name: str) -> list[Event]:
    return [part for part in calendar(story, name).walk("VEVENT") if isinstance(part, Event)]


def test_a_booked_visit_is_an_event_from_the_moment_the_patient_must_be_there(story: Story) -> None:
    (event,) = events(story, "booked")
    assert event.start == at(2026, 12, 3, 13, 50)
    assert str(event["dtstart"].params["TZID"]) == "Europe/Istanbul"
    assert "14:30" in str(event["description"])
    assert (event["status"], event.sequence) == ("CONFIRMED", 0)


def test_an_event_says_nothing_of_the_treatment_even_in_full_mails(story: Story) -> None:
    (event,) = events(story, "booked")
    assert event["summary"] == "Randevu: Ege Klinik"
    said = event.to_ical().decode().lower()
    assert not any(word in said for word in ("eksozom", "iğne", "exosome", "seans:"))


def test_a_moved_visit_is_the_same_event_with_a_higher_sequence(story: Story) -> None:
    (before,) = events(story, "moved")
    with transaction():
        db.session.get_one(Appointment, story.told["precare"][0].subject_id).revision = 1
    (after,) = events(story, "moved")
    assert after["uid"] == before["uid"]
    assert after.sequence == before.sequence + 1


def test_a_cancelled_visit_is_cancelled_in_the_calendar(story: Story) -> None:
    assert calendar(story, "cancelled")["method"] == "CANCEL"
    (event,) = events(story, "cancelled")
    assert (event["status"], event.sequence) == ("CANCELLED", 1)


def test_a_file_with_standing_and_cancelled_visits_is_published_with_both(story: Story) -> None:
    assert calendar(story, "moved_many")["method"] == "PUBLISH"
    assert [event["status"] for event in events(story, "moved_many")] == ["CONFIRMED", "CANCELLED"]


def test_the_plans_file_has_every_visit_and_is_short(story: Story) -> None:
    assert len(events(story, "plan_summary")) == 2
    assert len(calendar(story, "plan_summary").to_ical()) < 2_500
    assert len(calendar(story, "plan_summary").walk("VTIMEZONE")) == 1


def test_a_published_file_has_an_organizer(story: Story) -> None:
    (event,) = events(story, "booked")
    assert event["organizer"] == "mailto:info@ege.example"


def test_an_event_stays_the_same_when_the_clinic_gets_a_public_address(app: Flask, noon: object) -> None:
    story = a_story("en")
    (before,) = events(story, "booked")
    with_public_url("https://elsewhere.example")
    (after,) = events(story, "booked")
    assert after["uid"] == before["uid"]
    assert len({str(event["uid"]) for event in events(story, "plan_summary")}) == 2


def test_the_organizer_is_a_bare_address_also_where_mail_from_carries_a_name(story: Story) -> None:
    settings: Config = current_app.extensions["seans"]
    current_app.extensions["seans"] = replace(settings, mail_from="Ege Klinik <info@ege.example>")
    with transaction():
        db.session.get_one(Clinic, 1).reply_address = ""
    (event,) = events(story, "booked")
    assert str(event["organizer"]) == "mailto:info@ege.example"
